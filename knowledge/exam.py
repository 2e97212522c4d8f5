"""The exam: real questions put to a content, the mark, and what a change gained and lost. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.answer import Thresholds
from knowledge.entry import Answer, Content, ExamQuestion, Fault, Maybe, NotOurs, Sure
from knowledge.library import Library, Read, holding

Ask = Callable[[str], Answer]


@dataclass(frozen=True, slots=True)
class Result:
    """`got` reads as `kb ask` tells a decision: "sure ID", "maybe ID | ID", "outside NAME", "unknown"."""

    question: ExamQuestion
    got: str
    right: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What was right only after a change, and what only before: each question with both results, (before, after)."""

    gained: tuple[tuple[Result, Result], ...]
    lost: tuple[tuple[Result, Result], ...]


def asking(content: Content, thresholds: Thresholds, today: Callable[[], date] | None = None) -> Ask:
    """Answers from `content` as the bot would to a first message. Builds an index: seconds for large contents."""
    return Library(_Kept(content), (), thresholds, today=today).ask


def held(content: Content, day: date) -> tuple[ExamQuestion, ...]:
    """The questions that can be put on that day: not those for an entry that begins later or has ended."""
    gone = {entry.id for entry in content.entries} - {entry.id for entry in holding(content, day).entries}
    return tuple(question for question in content.exam if question.expect not in gone)


def examine(questions: Iterable[ExamQuestion], ask: Ask) -> tuple[Result, ...]:
    found = []
    for question in questions:
        answer = ask(question.ask)
        found.append(Result(question, decision(answer), _right(question.expect, answer)))
    return tuple(found)


def mark(results: Sequence[Result]) -> float:
    """The share answered rightly; 1.0 when nothing was asked."""
    return sum(result.right for result in results) / len(results) if results else 1.0


def compared(before: Sequence[Result], after: Sequence[Result]) -> Change:
    """`before` and `after`: the same questions put to two contents."""
    pairs = list(zip(before, after, strict=True))
    gained = tuple((old, new) for old, new in pairs if new.right and not old.right)
    return Change(gained, tuple((old, new) for old, new in pairs if old.right and not new.right))


def decision(answer: Answer) -> str:
    match answer:
        case Sure(best):
            return f"sure {best.entry.id}"
        case Maybe(choices):
            return "maybe " + " | ".join(choice.entry.id for choice in choices)
        case NotOurs(outside):
            return f"outside {outside.name}"
        case _:
            return "unknown"


def _right(expect: str, answer: Answer) -> bool:
    """A right one among the offered choices counts: the person gets there with one digit."""
    match answer:
        case Sure(best):
            return best.entry.id == expect
        case Maybe(choices):
            return expect in {choice.entry.id for choice in choices}
        case NotOurs():
            return expect == "outside"
        case _:
            return expect == "unknown"


class _Kept:
    """A library's source that has one content and never another."""

    faults: tuple[Fault, ...] = ()

    def __init__(self, content: Content) -> None:
        self._content = content

    def first(self, read: Read) -> Content:
        return self._content

    def look(self, now: float, read: Read, serving: Content) -> Content | None:
        return None

    def again(self) -> None:
        pass

    def close(self) -> None:
        pass
