"""What a talent is told about a ticket, in the wording of desk.* of phrases.yaml: the data of notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from bot import notices
from config.calendar import SHANGHAI
from config.desk import DeskRules
from config.office import Office
from models.ticket import HOTLINE, RATING_NAMES, Ticket

Phrase = Callable[..., str]
RATE = "rate"  # what the tapped lines of an invitation begin with: rate:<number>:<1 to 5>
_SHORT = 20  # characters of a note that templates take


class Telling:
    """`phrase`: the library's. `office` and `rules` give the present ones: both may be edited while we run."""

    def __init__(self, phrase: Phrase, office: Callable[[], Office], rules: Callable[[], DeskRules]) -> None:
        self._phrase = phrase
        self._office = office
        self._rules = rules

    def told(self, key: str, ticket: Ticket, now: datetime, **values: object) -> dict[str, Any]:
        """The data of a notice in the wording of desk.`key`. Of a confidential ticket no screen shows the subject."""
        said = {"number": ticket.number, "subject": ticket.subject, **values}
        return {
            "title": _short(ticket.number if ticket.confidential else ticket.subject),
            "when": now.astimezone(SHANGHAI).replace(microsecond=0).isoformat(),
            "note": self._phrase(f"desk.{key}_note")[:_SHORT],
            "text": self._phrase(f"desk.{key}", **said).strip(),
        }

    def invitation(self, ticket: Ticket, now: datetime) -> dict[str, Any]:
        """With a line to tap for each of the five levels."""
        lines = [[f"{RATE}:{ticket.number}:{level}", name] for level, name in RATING_NAMES.items()]
        return {
            **self.told("invite", ticket, now),
            "menu": lines,
            "bare": True,
            "tail": self._phrase("desk.invite_tail"),
        }

    def materials(self, names: Sequence[str]) -> str:
        """A line each, behind a line break; empty for none."""
        return "".join(f"\n· {name}" for name in names)

    def until(self, ticket: Ticket) -> str:
        """By when it is to be answered; honest where the district has confirmed no times or the year is not known."""
        return self.by(ticket.resolve_due, unknown=ticket.due_unknown)

    def by(self, due: datetime | None, *, unknown: bool) -> str:
        if unknown:
            return self._phrase("desk.until_unknown")
        if due is None:
            return self._phrase("desk.until_none")
        return self._phrase("desk.until" if self._rules().confirmed else "desk.until_unconfirmed", at=day(due))

    def unit(self, name: str) -> str:
        """The hotline or a unit, as people call it."""
        office = self._office()
        known = office.units.get(name)
        return known.name if known is not None and name != HOTLINE else office.hotline.name

    def why(self, words: str) -> str:
        """A sentence; empty for none."""
        return self._phrase("desk.why", why=words) if words else ""


def _short(subject: str) -> str:
    """As long as templates take it; what is cut off leaves a sign."""
    return subject if len(subject) <= notices.LONGEST_TITLE else f"{subject[: notices.LONGEST_TITLE - 1]}…"


def day(at: datetime) -> str:
    """11月27日17:00, as the office's clock shows it."""
    here = at.astimezone(SHANGHAI)
    return f"{here.month}月{here.day}日{here.hour}:{here.minute:02d}"
