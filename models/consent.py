"""How often a person lets us use a WeChat subscription template (订阅消息): fed by its events, used up by sends.

One tap of 允许 is one send; a lasting consent (长期订阅) is not used up. 0 after a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, case, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime
from models.db import Clash, Stale, Unit

LASTING = 1_000_000  # what is left of a consent that sends do not use up


class ConsentRow(Base):
    __tablename__ = "consent"

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    template: Mapped[str] = mapped_column(String(64), primary_key=True)
    left: Mapped[int] = mapped_column(default=0)
    lasting: Mapped[bool] = mapped_column(default=False)
    refused: Mapped[bool] = mapped_column(default=False)  # the last word was 拒绝, or WeChat said 43101
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class Consents:
    """Verbs on consents; part of the caller's unit. Each is one statement: two senders never use the same consent."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def accept(self, openid: str, template: str, *, lasting: bool = False, now: datetime) -> None:
        """One more send is allowed; with `lasting`, any number until it is refused. Raises Stale (run again)."""
        values: dict[str, object] = {"left": ConsentRow.left + 1, "refused": False}
        if lasting:
            values["lasting"] = True
        if not self._change(openid, template, values, now):
            self._add(openid, template, {"left": 1, "lasting": lasting, "refused": False}, now)

    def refuse(self, openid: str, template: str, *, now: datetime) -> None:
        """They said no, or WeChat did (43101): nothing may be sent until they accept anew. Raises Stale (run again)."""
        values: dict[str, object] = {"left": 0, "lasting": False, "refused": True}
        if not self._change(openid, template, values, now):
            self._add(openid, template, values, now)

    def left(self, openid: str, template: str) -> int:
        """How many sends are allowed; LASTING when sends do not use it up. A look; takes no lock."""
        return self.left_by([openid], template).get(openid, 0)

    def left_by(self, openids: Sequence[str], template: str) -> dict[str, int]:
        """`left` of many at once; who never said anything, or refused, is missing."""
        query = select(ConsentRow.openid, ConsentRow.left, ConsentRow.lasting)
        query = query.where(ConsentRow.openid.in_(openids), ConsentRow.template == template)
        rows = self._unit.execute(query.where(ConsentRow.refused.is_(False)))
        return {row.openid: LASTING if row.lasting else int(row.left) for row in rows}

    def spend(self, openid: str, template: str, *, now: datetime) -> bool:
        """Use one up before it is sent. False: none is left."""
        values: dict[str, object] = {"left": case((ConsentRow.lasting, ConsentRow.left), else_=ConsentRow.left - 1)}
        usable = and_(ConsentRow.refused.is_(False), or_(ConsentRow.lasting, ConsentRow.left > 0))
        return self._change(openid, template, values, now, usable)

    def give_back(self, openid: str, template: str, *, now: datetime) -> None:
        """What was spent was not sent after all. After a refusal it stays refused."""
        values: dict[str, object] = {"left": case((ConsentRow.lasting, ConsentRow.left), else_=ConsentRow.left + 1)}
        self._change(openid, template, values, now, ConsentRow.refused.is_(False))

    def _change(
        self, openid: str, template: str, values: dict[str, object], now: datetime, *where: ColumnElement[bool]
    ) -> bool:
        self._unit.durable = True
        change = update(ConsentRow).where(*_of(openid, template), *where)
        return bool(self._unit.execute(change.values({**values, "updated_at": now})).rowcount)

    def _add(self, openid: str, template: str, values: dict[str, object], now: datetime) -> None:
        try:
            row = {"openid": openid, "template": template, "updated_at": now}
            self._unit.execute(insert(ConsentRow), {**row, **values})
        except Clash as error:  # another event of the same person came in at the same moment
            raise Stale from error


def _of(openid: str, template: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ConsentRow.openid == openid, ConsentRow.template == template
