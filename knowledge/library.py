"""What the district knows, kept current: the last good content and its index, swapped whole when the folder changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from threading import Lock

from knowledge import folder as folders
from knowledge import loader, text
from knowledge.answer import Thresholds, decide
from knowledge.aspect import FollowUps
from knowledge.entry import Answer, Aspect, Candidate, Content, Day, Entry, Fault, Item, Place, Sure, Words
from knowledge.folder import Broken
from knowledge.index import Index

_EARTH_RADIUS = 6_371_009.0  # metres, the mean of IUGG 1980
_CACHED = 2048
_LOOK_EVERY = 1.0  # seconds between looks at the folder
_SETTLE = 0.3  # a change must stand this long before it is read: an admin's editor may still be writing


class Library:
    """Thread-safe. Readers take one `_Edition` and never see half a change; `refresh` is the only writer."""

    def __init__(
        self,
        folder: Path,
        units: Collection[str],
        thresholds: Thresholds | None = None,
        known_phrases: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        """Loads at once. Raises Broken when the folder can't be used: there is no last good content yet."""
        self._folder, self._units, self._known_phrases = folder, frozenset(units), known_phrases
        self._thresholds = thresholds or Thresholds()
        taken = folders.snapshot(folder)
        self._edition = _Edition(loader.parse(taken, self._units, known_phrases), self._thresholds)
        self._signature = self._seen = taken.signature
        self._next_look: float | None = None
        self._refreshing = Lock()
        self.faults: tuple[Fault, ...] = ()

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
        """The unit ids that content may name; what stands in the folder is checked against them at the next look."""
        self._units = frozenset(units)
        self._signature = ()

    def ask(self, said: str, topic: str = "", about: str = "") -> Answer:
        """`topic` and `about` are what the talk is at: the topic is preferred, and a follow-up asks about `about`."""
        return self._edition.ask(said, topic, about)

    def search(self, said: str, limit: int = 10) -> list[Candidate]:
        return self._edition.index.search(said, limit)

    def entry(self, entry_id: str) -> Entry | None:
        return self._edition.entries.get(entry_id)

    def item(self, item_id: str) -> Item | None:
        return self._edition.items.get(item_id)

    @property
    def places(self) -> tuple[Place, ...]:
        return self._edition.content.places

    @property
    def days(self) -> tuple[Day, ...]:
        return self._edition.content.days

    def named(self, plain: str) -> Entry | None:
        """What the thing is whose name or alias `plain` (text.plain) is, and nothing else."""
        return self._edition.named.get(plain)

    def day_in(self, plain: str) -> Day | None:
        """The named day that `plain` speaks of."""
        return next((day for day in self.days for name in (day.name, *day.aliases) if text.plain(name) in plain), None)

    def siblings(self, about: str, aspect: Aspect | None = None) -> list[Entry]:
        """The entries on one thing, of one aspect if given."""
        return self._edition.siblings(about, aspect)

    def nearest(self, latitude: float, longitude: float) -> list[tuple[Place, float]]:
        return nearest(latitude, longitude, self.places)

    def refresh(self, now: float) -> bool:
        """Looks at the folder once a second; True after a swap. `now`: seconds on any clock that runs forward.

        A change is read once it has stood still for a moment. Faulty content is not taken: `faults` says why, and
        the last good content goes on answering.
        """
        if not self._refreshing.acquire(blocking=False):
            return False
        try:
            if self._next_look is not None and self._next_look - _LOOK_EVERY <= now < self._next_look:
                return False
            return self._look(now)
        finally:
            self._refreshing.release()

    def _look(self, now: float) -> bool:
        found = folders.signature(self._folder)
        moving, self._seen = found != self._seen, found
        self._next_look = now + (_SETTLE if moving else _LOOK_EVERY)
        if moving or found == self._signature:
            return False
        try:
            taken = folders.snapshot(self._folder)
            self._signature = taken.signature
            if taken.version == self.content.version:
                self.faults = ()
                return False
            edition = _Edition(loader.parse(taken, self._units, self._known_phrases), self._thresholds)
        except Broken as broken:
            self._signature, self.faults = found, broken.faults
            return False
        self._edition, self.faults = edition, ()
        return True


class _Edition:
    """One content with everything derived from it; what it remembers dies with it."""

    def __init__(self, content: Content, thresholds: Thresholds) -> None:
        self.content = content
        self.index = index = Index(content)
        self.entries = {entry.id: entry for entry in content.entries}
        self.items = {item.id: item for item in content.items}
        explained = {entry.item: entry for entry in reversed(content.entries) if entry.item and entry.aspect == "what"}
        names = [(name, explained[i.id]) for i in content.items if i.id in explained for name in (i.name, *i.aliases)]
        self.named = {text.plain(name): entry for name, entry in reversed(names)}
        follow_ups = FollowUps(content.words)
        matched = lru_cache(_CACHED)(index.matched)

        # Not a method: an edition that remembered its own method would outlive its days in the frozen heap.
        @lru_cache(_CACHED)
        def answer(said: str, topic: str, about: str) -> Answer:
            aspect = follow_ups.follow_up(said, about) if about else None
            if aspect:
                same = [Candidate(e, 0.95, "接着上一个问题问的") for e in _siblings(content, about, aspect)]
                if same:
                    return Sure(same[0], tuple(same))
            return decide(index.scored(matched(said), topic), thresholds, index.outside(said))

        self._answer = answer

    def ask(self, said: str, topic: str, about: str) -> Answer:
        return self._answer(text.normalise(said), topic, about)

    def siblings(self, about: str, aspect: Aspect | None) -> list[Entry]:
        return _siblings(self.content, about, aspect)


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
