"""What the district knows, as immutable values. The loader makes them; nobody changes them afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

UNKNOWN = "unknown"  # as a field's value in a content file: the source does not say, and neither may the bot

LEFT_OUT = "（其余）"  # as a Fault's file: the line that stands for faults not told, no place to mend

Validity = Literal["current", "historical", "expired", "unknown"]
Status = Literal["open", "planned", "building", "pilot", "closed", "unknown"]
Mode = Literal["online", "full_agency", "door_to_door"]
PlaceKind = Literal["station", "home", "centre", "apartment", "workstation", "market", "base"]
DayKind = Literal["day", "deadline", "call"]
Op = Literal["at_least", "is"]
Aspect = Literal[
    "what",
    "who",
    "amount",
    "how",
    "materials",
    "where",
    "when",
    "time_limit",
    "fee",
    "contact",
    "progress",
    "why",
    "other",
]

# What conditions may ask of a person, and the values each fact takes, lowest first.
FACTS: Mapping[str, tuple[str, ...]] = {
    "degree": ("other", "bachelor", "master", "doctor"),
    "title": ("none", "junior", "intermediate", "associate_senior", "senior"),
    "double_first_class": ("no", "yes"),
    "urgently_needed": ("no", "yes"),
    "recruited": ("local", "flexible", "introduced"),
}
UNSURE = "unsure"  # as a fact's value: the person was asked and does not know


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement stands. `as_of` is YYYY, YYYY-MM or YYYY-MM-DD: the date of the text, not of our reading.

    `expires` is the last day (YYYY-MM-DD) on which the text says that it holds; empty when it does not say.
    """

    document: str
    as_of: str
    owner: str  # a unit id of office.yaml
    validity: Validity
    quote: str = ""
    url: str = ""
    expires: str = ""

    def standing(self, today: date) -> Validity:
        """Over is over, whatever the source says of itself."""
        return "expired" if self.is_over(today) else self.validity

    def is_over(self, today: date) -> bool:
        """By the last day that it names."""
        return bool(self.expires) and self.expires < today.isoformat()


@dataclass(frozen=True, slots=True)
class Entry:
    """One question the bot can answer. `unknown` names the facts that the source leaves open (金额, 发放周期 ...).

    `begins` and `ends` are the first and the last day (YYYY-MM-DD, Asia/Shanghai) on which it is given; empty: always.
    """

    id: str
    topic: str
    question: str
    aliases: tuple[str, ...]
    answer: str
    source: Source
    about: str = ""  # the thing asked about, shared by sibling entries: follow-ups keep it and change the aspect
    aspect: Aspect = "other"
    unknown: tuple[str, ...] = ()
    item: str = ""  # id of the service item behind it
    contact: str = ""  # empty: the talent hotline
    related: tuple[str, ...] = ()
    begins: str = ""
    ends: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """`fact` compared with `value`: ordered facts by at_least, yes/no and named facts by is."""

    fact: str  # a key of FACTS
    op: Op
    value: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One way to qualify: all its conditions hold. `clause` is the source's wording for it."""

    name: str
    all: tuple[Condition, ...]
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """A group of branches with one consequence; met when any branch is. Tiers stand best first."""

    id: str
    name: str
    note: str
    any: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    document: str
    number: str = UNKNOWN  # 文号


@dataclass(frozen=True, slots=True)
class Item:
    """A service item (政务服务事项). Every text field may be UNKNOWN; empty lists mean the source names none."""

    id: str
    topic: str
    name: str
    aliases: tuple[str, ...]
    summary: str
    department: str  # a unit id, or UNKNOWN
    status: Status
    status_note: str
    modes: tuple[Mode, ...]
    tiers: tuple[Tier, ...]
    conditions: tuple[str, ...]  # in words, for reading
    materials: tuple[str, ...]
    steps: tuple[str, ...]
    where: str
    time_limit: str
    fee: str
    phone: str
    basis: tuple[Basis, ...]
    source: Source
    amount: str = UNKNOWN
    registers: str = ""  # an item's id: this one is the registering to hear when that one opens
    file: str = ""
    line: int = 0

    @property
    def is_awaited(self) -> bool:
        """Announced and not there yet: people may register to hear when it opens."""
        return self.status in ("planned", "building")


@dataclass(frozen=True, slots=True)
class Place:
    """A station, home, centre ... `latitude`/`longitude` in degrees (GCJ-02, as WeChat sends), None when unknown."""

    id: str
    kind: PlaceKind
    name: str
    aliases: tuple[str, ...]
    status: Status
    status_note: str
    address: str
    hours: str
    phone: str
    latitude: float | None
    longitude: float | None
    source: Source
    demo: bool = False  # shown only on the emulated account, and marked 演示
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """A named day that comes every year: a day to go to, a deadline, or a call for candidates.

    When: the `nth` `weekday` (1 = Monday) of `month`; or `date`, MM-DD; or not known, `date` UNKNOWN (the numbers are 0
    then). Proposed until `confirmed`, year -> ISO date, names it. `remind` is how long before it people are reminded.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    month: int
    nth: int
    weekday: int
    rule: str  # the source's wording
    confirmed: Mapping[int, str]
    source: Source
    kind: DayKind = "day"
    date: str = ""
    audience: str = ""
    remind: str = "7d 1d"
    remind_text: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Outside:
    """A matter that is not ours, and whose it is."""

    id: str
    name: str
    whose: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """words.yaml: what admins teach the matcher."""

    topics: Mapping[str, str] = field(default_factory=dict)
    fillers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()  # the first of a group stands for all
    generic: tuple[str, ...] = ()
    confusable: tuple[tuple[str, ...], ...] = ()  # groups that must never cross silently
    outside: tuple[Outside, ...] = ()
    inside: tuple[str, ...] = ()  # a question with one of these is ours even if it has words of `outside`
    rude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExamQuestion:
    ask: str
    expect: str  # an entry id, "unknown" or "outside"


@dataclass(frozen=True, slots=True)
class Content:
    """Everything one content folder says, already checked. `version` is a hash of the files.

    `borrowed` are the phrases it lacks: their text is the product's own.
    """

    version: str
    entries: tuple[Entry, ...]
    items: tuple[Item, ...]
    places: tuple[Place, ...]
    days: tuple[Day, ...]
    words: Words
    phrases: Mapping[str, str]
    exam: tuple[ExamQuestion, ...]
    borrowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a content file can't be used, told so that an admin can mend it. `line` counts from 1; 0 if there is none."""

    file: str
    line: int
    field: str
    problem: str
    cure: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        ends = "" if self.problem.endswith("？") else "。"
        return f"{where}: {self.field}: {self.problem}{ends}{self.cure}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`score` in [0, 1]. `why` says in a few words which of the entry's phrasings matched and how.

    `unsettled`: confusable things (group, member) that the entry is about and the question leaves open.
    `crosses`: the question names another member of such a group.
    """

    entry: Entry
    score: float
    why: str
    unsettled: frozenset[tuple[int, int]] = frozenset()
    crosses: bool = False


@dataclass(frozen=True, slots=True)
class Sure:
    best: Candidate
    ranked: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    choices: tuple[Candidate, ...]  # two or three; one when nothing else is near
    ranked: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class NotOurs:
    outside: Outside
    ranked: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class NotKnown:
    ranked: tuple[Candidate, ...]


Answer = Sure | Maybe | NotOurs | NotKnown
