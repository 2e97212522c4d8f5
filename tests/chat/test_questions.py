"""Single questions as people type them, each with where it must lead."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from models.message import MessageRow
from talk import Talk

MOST_PENDING = 5
LEAST = 120
_ROUTES = {
    "hotline": "hotline",
    "day": "day ",
    "places": "places",
    "location": "location?",
    "outside": "outside",
    "unknown": "unknown",
    "elsewhere": "elsewhere",
}


class Question(NamedTuple):
    ask: str
    expect: tuple[str, ...]
    pending: bool


def _questions() -> list[Question]:
    found = []
    for line in Path(__file__).with_name("questions.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            ask, _, expect = line.partition(" -> ")
            pending = ask.startswith("待改进 ")
            found.append(Question(ask.removeprefix("待改进 "), tuple(expect.split("|")), pending))
    return found


QUESTIONS = _questions()


def _led_to(talk: Talk) -> tuple[str, str]:
    """Route and note of the message's row."""
    with talk.kit.db.unit() as unit:
        row = unit.session.query(MessageRow).order_by(MessageRow.id.desc()).limit(1).one()
    return row.route, row.note


def _reached(route: str, note: str, expect: str) -> bool:
    if expect == "check":
        return route in ("subsidy check", "housing check", "which check")
    if expect in _ROUTES:
        return note.startswith(_ROUTES[expect])
    return note == expect or (note.startswith("maybe ") and expect in note.split())


@pytest.mark.parametrize("question", QUESTIONS, ids=[question.ask[:20] for question in QUESTIONS])
def test_it_leads_where_it_must(小林: Talk, question: Question) -> None:
    answer = 小林.say(question.ask)
    route, note = _led_to(小林)
    reached = any(_reached(route, note, expect) for expect in question.expect)
    assert reached != question.pending, f"{question.ask} -> {route} {note}\n{answer}"


def test_there_are_enough_and_few_are_pending() -> None:
    assert len({question.ask for question in QUESTIONS}) >= LEAST
    assert sum(question.pending for question in QUESTIONS) <= MOST_PENDING


def test_most_are_answered_at_once(小林: Talk) -> None:
    """A choice offered is a burden: two thirds must do without."""
    notes = []
    for question in QUESTIONS:
        小林.say(question.ask)
        notes.append(_led_to(小林)[1])
        小林.say("取消")
    assert sum(note.startswith("maybe") for note in notes) <= len(notes) / 3
