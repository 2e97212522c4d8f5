"""Numbers without gaps: a counter's row is locked until what took its number is committed."""

from __future__ import annotations

from sqlalchemy import select, update

from models.db import Clash, Stale, Unit
from models.ticket import Counter


def take(unit: Unit, name: str) -> int:
    """The next number of `name`, from 1. Raises Stale when another worker took the very first at the same moment."""
    taken = unit.execute(update(Counter).where(Counter.name == name).values(value=Counter.value + 1))
    if taken.rowcount == 0:
        try:
            unit.session.add(Counter(name=name, value=1))
            unit.session.flush()
        except Clash as error:
            raise Stale from error
    return int(unit.session.scalars(select(Counter.value).where(Counter.name == name)).one())
