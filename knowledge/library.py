"""What the district knows, kept current: the last good content and its index, swapped whole when there is another."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from knowledge import loader, text
from knowledge.answer import Thresholds, decide
from knowledge.aspect import FollowUps
from knowledge.entry import Answer, Aspect, Candidate, Content, Day, Entry, Fault, Item, Place, Sure, Words
from knowledge.folder import Broken, Snapshot, WorkingCopy
from knowledge.gently import release
from knowledge.parts import Cutter, Part

if TYPE_CHECKING:
    from knowledge.index import Index

_WHAT = re.compile(r"(.{2,12}?)(?:是|指的是)(?:什么|啥|个什么)(?:意思|东西)?")
_EARTH_RADIUS = 6_371_009.0  # metres, the mean of IUGG 1980
_CACHED = 2048
_FOUND = 50

Read = Callable[[Snapshot], Content]  # raises Broken


class Source(Protocol):
    """Where a library's content comes from."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why the last good content stays although there is another."""

    def first(self, read: Read) -> Content:
        """What to begin with. Raises Broken when there is nothing that can be used."""

    def look(self, now: float, read: Read, serving: Content) -> Content | None:
        """What is to be served instead of `serving`; None: nothing else. `now` as in Library.refresh."""

    def again(self) -> None:
        """What was refused may be good now: the units have changed."""

    def close(self) -> None:
        """Nothing is served from it any more."""


class Library:
    """Thread-safe. Readers take one `_Edition` and never see half a change; `refresh` is the only writer."""

    def __init__(
        self,
        source: Path | Source,
        units: Collection[str],
        thresholds: Thresholds | None = None,
        known_phrases: Mapping[str, Collection[str]] | None = None,
        today: Callable[[], date] | None = None,
        *,
        asked: bool = True,
    ) -> None:
        """Loads at once. `source`: a folder is served as it stands. `today`: the day on which entries must hold, all of
        them without it. `asked`: see prepare. Raises Broken when the source has nothing usable: there is no last good
        content yet.
        """
        self._source: Source = _Folder(source) if isinstance(source, Path) else source
        self._units, self._known_phrases = frozenset(units), known_phrases
        self._thresholds = thresholds or Thresholds()
        self._today: Callable[[], date | None] = today or (lambda: None)
        self._whole = self._source.first(self._read)
        self._day = self._today()
        self._edition = _Edition(holding(self._whole, self._day), self._thresholds)
        self._refreshing = Lock()
        self._prepared = False
        if asked:
            self.prepare()

    def prepare(self) -> None:
        """Builds the index, now and with every change to come. Else the first question waits a second for it; a command
        that asks none has no use for it."""
        self._prepared = True
        self._edition.index()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Why what should be served is not; empty when all is well."""
        return self._source.faults

    @property
    def content(self) -> Content:
        return self._edition.content

    @property
    def version(self) -> str:
        """Short enough for a column and a log line."""
        return self._edition.content.version[:12]

    @property
    def words(self) -> Words:
        return self._edition.content.words

    def phrase(self, key: str, /, **values: object) -> str:
        """The wording of phrases.yaml with its {placeholders} filled in."""
        return self._edition.content.phrases[key].format(**values).strip()

    def know(self, units: Collection[str]) -> None:
        """The unit ids that content may name; what was refused is checked against them at the next look."""
        self._units = frozenset(units)
        self._source.again()

    def close(self) -> None:
        """It is looked at no longer: what others know of this process as one that serves ends."""
        self._source.close()

    def ask(self, said: str, topic: str = "", about: str = "") -> Answer:
        """`topic` and `about` are what the talk is at: the topic is preferred, and a follow-up asks about `about`."""
        return self._edition.ask(said, topic, about)

    def cut(self, said: str) -> tuple[Part, ...]:
        """The questions that a message may hold, in order."""
        edition = self._edition
        return edition.cutter.cut(said, lambda piece: isinstance(edition.ask(piece, "", ""), Sure))

    def canonical(self, said: str) -> str:
        """The form that wordings of one meaning share."""
        return self._edition.index().reader.fold.canonical(said)

    def names(self, said: str) -> frozenset[tuple[int, int]]:
        """The confusable things that a text names: (group, member)."""
        reader = self._edition.index().reader
        return frozenset(reader.names(reader.fold.canonical(said)))

    @property
    def offers_from(self) -> float:
        """The score from which an entry is offered as a choice."""
        return self._thresholds.maybe

    def search(self, said: str, limit: int = 10) -> list[Candidate]:
        return self._edition.index().search(said, limit)

    def found(self, said: str) -> list[Entry]:
        """Full text: what the words may mean, best first, then whatever has them in its question or its answer."""
        edition, words = self._edition, text.normalise(said)
        ranked = edition.index().search(said, _FOUND)
        meant = [each.entry for each in ranked if each.score >= self._thresholds.offered]
        has = [entry for entry in edition.content.entries if words and words in _written(entry)]
        return [*meant, *(entry for entry in has if entry not in meant)]

    def entry(self, entry_id: str) -> Entry | None:
        return self._edition.entries.get(entry_id)

    def item(self, item_id: str) -> Item | None:
        return self._edition.items.get(item_id)

    def registered(self, item: Item) -> Item:
        """The item that one registers for where `item` is shown: itself, unless it is the registering for another."""
        return self.item(item.registers) or item

    @property
    def places(self) -> tuple[Place, ...]:
        return self._edition.content.places

    @property
    def days(self) -> tuple[Day, ...]:
        return self._edition.content.days

    def named(self, plain: str) -> Entry | None:
        """What the thing is whose name or alias `plain` (text.plain) is, and nothing else."""
        return self._edition.named.get(plain)

    def thing(self, said: str) -> str | None:
        """The about of the thing that `said` is the name of, and nothing else."""
        return self._edition.follow_ups.thing(said)

    def day_in(self, plain: str) -> Day | None:
        """The named day that `plain` speaks of, by its longest name: 名支书工作室评选 has 工作室评选 in it."""
        names = [(text.plain(name), day) for day in self.days for name in (day.name, *day.aliases)]
        said = [(len(name), day) for name, day in names if name in plain]
        return max(said, key=lambda each: each[0])[1] if said else None

    def siblings(self, about: str, aspect: Aspect | None = None) -> list[Entry]:
        """The entries on one thing, of one aspect if given."""
        return self._edition.siblings(about, aspect)

    def nearest(self, latitude: float, longitude: float) -> list[tuple[Place, float]]:
        return nearest(latitude, longitude, self.places)

    def refresh(self, now: float) -> bool:
        """Asks the source, and the calendar for a new day; True after a swap. `now`: seconds on any clock that runs
        forward.

        Faulty content is not taken: `faults` says why, and the last good content goes on answering.
        """
        if not self._refreshing.acquire(blocking=False):
            return False
        try:
            content, day = self._source.look(now, self._read, self._whole), self._today()
            if content is None and day == self._day:
                return False
            return self._swap(content or self._whole, day)
        finally:
            self._refreshing.release()

    def _swap(self, whole: Content, day: date | None) -> bool:
        shown = holding(whole, day)
        same = whole is self._whole and shown.entries == self._edition.content.entries
        leaving = [*self._whole.entries, *self._edition.content.entries]
        if not same:
            edition = _Edition(shown, self._thresholds)
            if self._prepared:
                edition.index()
            self._edition = edition
        self._whole, self._day = whole, day
        release(leaving)
        return not same

    def _read(self, taken: Snapshot) -> Content:
        return loader.parse(taken, self._units, self._known_phrases)


class _Folder:
    """A folder served as it stands: what is saved is in force."""

    def __init__(self, path: Path) -> None:
        self._copy = WorkingCopy(path)
        self.faults: tuple[Fault, ...] = ()

    def first(self, read: Read) -> Content:
        return read(self._copy.take())

    def look(self, now: float, read: Read, serving: Content) -> Content | None:
        if not self._copy.changed(now):
            return None
        try:
            taken = self._copy.take()
            content = None if taken.version == serving.version else read(taken)
        except Broken as broken:
            self.faults = broken.faults
            return None
        self.faults = ()
        return content

    def again(self) -> None:
        self._copy.again()

    def close(self) -> None:
        pass


def holding(content: Content, day: date | None) -> Content:
    """The content as it is on that day: without entries that begin later or have ended; None: all of it."""
    if day is None:
        return content
    on = day.isoformat()
    entries = tuple(e for e in content.entries if e.begins <= on and (not e.ends or on <= e.ends))
    return content if len(entries) == len(content.entries) else replace(content, entries=entries)


class _Edition:
    """One content with everything derived from it; what it remembers dies with it."""

    def __init__(self, content: Content, thresholds: Thresholds) -> None:
        self.content = content
        self.index = index = cache(lambda: _indexed(content))
        self.entries = {entry.id: entry for entry in content.entries}
        self.items = {item.id: item for item in content.items}
        explained = {entry.item: entry for entry in reversed(content.entries) if entry.item and entry.aspect == "what"}
        names = [(name, explained[i.id]) for i in content.items if i.id in explained for name in (i.name, *i.aliases)]
        self.named = {text.plain(name): entry for name, entry in reversed(names)}
        things = _things(content)
        self.follow_ups = follow_ups = FollowUps(content.words, things)
        self.cutter = Cutter(things, follow_ups.left)
        matched = lru_cache(_CACHED)(lambda said: index().matched(said))

        # Not a method: an edition that remembered its own method would outlive its days in the frozen heap.
        @lru_cache(_CACHED)
        def answer(said: str, topic: str, about: str) -> Answer:
            aspect = follow_ups.follow_up(said, about) if about else None
            if aspect:
                same = [Candidate(e, 0.95, "接着上一个问题问的") for e in _siblings(content, about, aspect)]
                if same:
                    return Sure(same[0], tuple(same))
            ranked = index().scored(matched(said), topic)
            named = None if ranked and ranked[0].score == 1 else follow_ups.of_thing(said)
            entry = _of_side(content, *named) if named else None
            if entry:
                best = Candidate(entry, 0.95, "问的就是它的这一面")
                return Sure(best, (best, *(each for each in ranked if each.entry is not entry)))
            return decide(ranked, thresholds, index().outside(said, ranked))

        self._answer = answer

    def ask(self, said: str, topic: str, about: str) -> Answer:
        return self._answer(text.normalise(said), topic, about)

    def siblings(self, about: str, aspect: Aspect | None) -> list[Entry]:
        return _siblings(self.content, about, aspect)


def _indexed(content: Content) -> Index:
    from knowledge.index import Index  # with numpy

    return Index(content)


def _things(content: Content) -> dict[str, str]:
    """The names of what entries are about: of service items, and of what “X是什么” asks."""
    names: dict[str, str] = {}
    about = {entry.item: entry.about for entry in reversed(content.entries) if entry.aspect == "what" and entry.about}
    for item in content.items:
        names |= {name: about[item.id] for name in (item.name, *item.aliases) if item.id in about}
    for entry in content.entries:
        if entry.about and entry.aspect == "what":
            asked = (_WHAT.fullmatch(text.plain(said)) for said in (entry.question, *entry.aliases))
            names |= {found[1]: entry.about for found in asked if found and found[1] not in names}
    return names


def _of_side(content: Content, about: str, aspect: Aspect) -> Entry | None:
    """The entry on one side of a thing. “多少钱” asks what one gets or what one pays: clear only where there is one."""
    here = _siblings(content, about, aspect)
    if aspect == "amount":
        pays = _siblings(content, about, "fee")
        here = [] if here and pays else here or pays
    return here[0] if here else None


def _written(entry: Entry) -> str:
    return "\n".join((entry.question, *entry.aliases, entry.answer)).lower()


def _siblings(content: Content, about: str, aspect: Aspect | None) -> list[Entry]:
    return [e for e in content.entries if about and e.about == about and (aspect is None or e.aspect == aspect)]


def nearest(latitude: float, longitude: float, places: Collection[Place]) -> list[tuple[Place, float]]:
    """Places with known coordinates and their distance in metres, nearest first (haversine formula)."""
    found = [
        (place, _metres(latitude, longitude, place.latitude, place.longitude))
        for place in places
        if place.latitude is not None and place.longitude is not None
    ]
    return sorted(found, key=lambda pair: pair[1])


def _metres(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    a, b = radians(lat_a), radians(lat_b)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(min(1.0, sqrt(half)))
