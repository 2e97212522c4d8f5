"""How likely two tickets are the same matter, by what they say: for duplicates of one person. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol, TypeVar

LIKELY = 0.4  # from here on a duplicate is offered as one
_READ = 400  # characters of a matter


class Matter(Protocol):
    """A ticket, or what somebody is typing in as one."""

    @property
    def subject(self) -> str: ...

    @property
    def detail(self) -> str: ...

    @property
    def topic(self) -> str: ...


M = TypeVar("M", bound=Matter)


class Typed(NamedTuple):
    """A matter that is no ticket yet."""

    subject: str
    detail: str = ""
    topic: str = ""


def likeness(one: Matter, other: Matter, fold: Callable[[str], str]) -> float:
    """0 to 1. `fold`: one spelling for what people vary (Library.canonical)."""
    here, there = _pairs(one, fold), _pairs(other, fold)
    if not here or not there:
        return 0.0
    common = len(here & there)
    # The shorter one may be all in the longer one, who only tells more of it; two words in common are no matter yet.
    inside, both = common / min(len(here), len(there)), 2 * common / (len(here) + len(there))
    alike = 0.6 * inside + 0.4 * both
    if one.topic and other.topic and one.topic != other.topic:
        alike *= 0.6
    return alike


def ranked(one: Matter, others: Iterable[M], fold: Callable[[str], str]) -> list[tuple[M, float]]:
    """`others` by how like they are, most like first."""
    found = [(other, likeness(one, other, fold)) for other in others]
    return sorted(found, key=lambda pair: -pair[1])


def _pairs(matter: Matter, fold: Callable[[str], str]) -> frozenset[str]:
    """What was typed as the detail often begins with the subject, which was cut from it."""
    repeats = matter.detail.startswith(matter.subject)
    text = fold((matter.detail if repeats else f"{matter.subject}。{matter.detail}")[:_READ])
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))
