"""Aliases the bot proposed, and what an admin said to them: what was decided does not come back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, RowId, UtcTime, exact
from models.db import Unit

OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"


class SuggestionRow(Base):
    """`form` is the alias as the matcher folds it: two spellings of one meaning are one proposal."""

    __tablename__ = "suggestion"
    __table_args__ = exact(UniqueConstraint("entry", "form"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    entry: Mapped[str] = mapped_column(String(190))
    form: Mapped[str] = mapped_column(String(190))
    alias: Mapped[str] = mapped_column(String(190))
    state: Mapped[str] = mapped_column(String(16), default=OPEN)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Proposed:
    """`number` is what an admin accepts or rejects it by."""

    number: int
    entry: str
    form: str
    alias: str
    state: str


_SHOWN = [SuggestionRow.id, SuggestionRow.entry, SuggestionRow.form, SuggestionRow.alias, SuggestionRow.state]


def decided(unit: Unit) -> set[tuple[str, str]]:
    """(entry, form) of those accepted or rejected."""
    query = select(SuggestionRow.entry, SuggestionRow.form).where(SuggestionRow.state != OPEN)
    return {(row.entry, row.form) for row in unit.execute(query)}


def numbered(unit: Unit, made: Iterable[tuple[str, str, str]], now: datetime) -> dict[tuple[str, str], int]:
    """The number of each (entry, form, alias); one that is new gets the next. Raises Clash when two do it at once."""
    rows = unit.session.scalars(select(SuggestionRow)).all()
    known = {(row.entry, row.form): row.id for row in rows}
    for entry, form, alias in made:
        if (entry, form) not in known:
            row = SuggestionRow(entry=entry, form=form, alias=alias, state=OPEN, made_at=now)
            unit.session.add(row)
            unit.session.flush()
            known[entry, form] = row.id
    return known


def find(unit: Unit, number: int) -> Proposed | None:
    row = unit.execute(select(*_SHOWN).where(SuggestionRow.id == number)).first()
    return Proposed(*row) if row else None


def decide(unit: Unit, number: int, state: str, now: datetime) -> bool:
    """Accept or reject an open one; False when there is none of that number, or somebody has decided before."""
    this = update(SuggestionRow).where(SuggestionRow.id == number, SuggestionRow.state == OPEN)
    return bool(unit.execute(this.values(state=state, decided_at=now)).rowcount)
