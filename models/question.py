"""Every question people asked, what the bot made of it, and what came of it: `flask kb gaps|suggest` read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Index, String, Text, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime, exact
from models.db import Unit
from models.prepared import Prepared

LONGEST = 200  # characters kept of a question


class QuestionRow(Base):
    """A message may hold several: `place` counts them from 0. Texts are masked before they come here."""

    __tablename__ = "question"
    __table_args__ = exact(Index("ix_question_at", "at"))

    message: Mapped[str] = mapped_column(String(190), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    openid: Mapped[str] = mapped_column(OpenId)
    text: Mapped[str] = mapped_column(String(LONGEST))
    decision: Mapped[str] = mapped_column(String(16))  # sure | maybe | unknown | outside
    candidates: Mapped[str] = mapped_column(Text)  # JSON: [[entry id, score], ...], best first
    answered: Mapped[str] = mapped_column(String(190))  # an entry id, or what else answered
    picked: Mapped[str] = mapped_column(String(190))  # of the choices offered: an entry id or "none"
    verdict: Mapped[str] = mapped_column(String(16))  # useful | useless
    verdict_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ticket: Mapped[str] = mapped_column(String(16))  # number of the ticket that followed
    content: Mapped[str] = mapped_column(String(16))  # version of the content that answered
    at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Question:
    """A row, as the learning commands read it."""

    message: str
    openid: str
    text: str
    decision: str
    candidates: str
    answered: str
    picked: str
    verdict: str
    ticket: str
    at: datetime


_COLUMNS = [column.key for column in QuestionRow.__table__.columns]
_INSERT = Prepared(insert(QuestionRow), _COLUMNS)
_THIS = (QuestionRow.message == bindparam("b_message"), QuestionRow.place == bindparam("b_place"))
_LEARN = {
    "picked": Prepared(update(QuestionRow).where(*_THIS), ["picked"]),
    "verdict": Prepared(update(QuestionRow).where(*_THIS), ["verdict", "verdict_at"]),
    "ticket": Prepared(update(QuestionRow).where(*_THIS), ["ticket"]),
}
_OUTCOMES: Mapping[str, object] = {"picked": "", "verdict": "", "verdict_at": None, "ticket": ""}
_READ = [getattr(QuestionRow, name) for name in Question.__slots__]
_OF = Prepared(select(*_READ).where(QuestionRow.message == bindparam("message")).order_by(QuestionRow.place))
_BATCH = 1000


def add(unit: Unit, values: Mapping[str, object]) -> None:
    """`values`: every column but what is learnt later."""
    unit.run(_INSERT, {**_OUTCOMES, **values})


def learn(unit: Unit, message: str, place: int, what: str, value: str, now: datetime) -> None:
    """Note what came of a question; nothing happens when there is no such row."""
    given = {"b_message": message, "b_place": place, what: value[:190]}
    unit.run(_LEARN[what], {**given, "verdict_at": now} if what == "verdict" else given)


def of(unit: Unit, message: str) -> list[Question]:
    """The questions of one message, by place."""
    return [Question(*row) for row in unit.rows(_OF, {"message": message})]


def picked(unit: Unit, openids: Sequence[str], entry: str, by: datetime) -> str | None:
    """The message whose choices somebody last picked an entry from; `by`: not after that."""
    query = select(QuestionRow.message).where(
        QuestionRow.openid.in_(openids), QuestionRow.picked == entry, QuestionRow.at <= by
    )
    found: str | None = unit.execute(query.order_by(QuestionRow.at.desc()).limit(1)).scalar()
    return found


def asked_at(unit: Unit, message: str) -> datetime | None:
    """When the questions of a message were asked; None when there are none (any more)."""
    found: datetime | None = unit.execute(
        select(QuestionRow.at).where(QuestionRow.message == message).limit(1)
    ).scalar()
    return found


def since(unit: Unit, moment: datetime) -> Iterator[Question]:
    """Those asked at `moment` or later, oldest first."""
    query = select(*_READ).where(QuestionRow.at >= moment)
    rows = unit.execute(query.order_by(QuestionRow.at, QuestionRow.message, QuestionRow.place))
    for some in rows.partitions(_BATCH):
        for row in some:
            yield Question(*row)
