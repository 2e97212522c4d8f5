"""What each process serves: a small row it renews while it lives, so that an admin sees whether all agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, UtcTime
from models.db import Clash, Unit

LIFE = timedelta(seconds=45)  # without a sign of life for so long, a process counts as gone


class NodeRow(Base):
    __tablename__ = "node"

    name: Mapped[str] = mapped_column(String(190), primary_key=True)  # host:process
    number: Mapped[int]  # of the version it serves; 0: what it serves was never published
    digest: Mapped[str] = mapped_column(String(64))  # of what it serves
    faults: Mapped[str] = mapped_column(Text)  # why it does not serve what it should; empty: it does
    seen_at: Mapped[datetime] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    number: int
    digest: str
    faults: str
    seen_at: datetime


def note(unit: Unit, node: Node) -> None:
    """A sign of life; rows of processes long gone are swept away with it."""
    unit.lock()
    values = {"number": node.number, "digest": node.digest, "faults": node.faults[:2000], "seen_at": node.seen_at}
    if unit.execute(update(NodeRow).where(NodeRow.name == node.name).values(values)).rowcount:
        return
    unit.execute(delete(NodeRow).where(NodeRow.seen_at < node.seen_at - 20 * LIFE))
    try:
        unit.execute(insert(NodeRow), {"name": node.name, **values})
    except Clash:  # MySQL counts a row that stayed the same as not changed
        unit.rollback()


def gone(unit: Unit, name: str) -> None:
    unit.lock()
    unit.execute(delete(NodeRow).where(NodeRow.name == name))


def alive(unit: Unit, now: datetime) -> list[Node]:
    """Those heard of within LIFE, by name."""
    names = (NodeRow.name, NodeRow.number, NodeRow.digest, NodeRow.faults, NodeRow.seen_at)
    query = select(*names).where(NodeRow.seen_at >= now - LIFE).order_by(NodeRow.name)
    return [Node(*row) for row in unit.execute(query)]
