"""The talents who follow the account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, bindparam, false, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime
from models.db import Unit
from models.prepared import Prepared


class Person(Base):
    __tablename__ = "person"

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    following: Mapped[bool] = mapped_column(default=True)
    scene: Mapped[str] = mapped_column(String(190), default="")  # the QR code they came by
    followed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcTime)


# Every message asks; that a row need not be changed is the rule.
_GONE = Prepared(
    select(Person.openid).where(
        Person.openid == bindparam("openid"), Person.following == false(), Person.left_at < bindparam("at")
    )
)


class People:
    """Verbs on people; part of the caller's unit."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def follow(self, openid: str, *, scene: str, now: datetime) -> bool:
        """Note that they follow. True when they were here before."""
        person = self._session.get(Person, openid)
        if person is None:
            self._session.add(Person(openid=openid, scene=scene[:190], followed_at=now, following=True))
            return False
        person.following, person.followed_at, person.left_at = True, now, None
        person.scene = scene[:190] or person.scene
        return True

    def leave(self, openid: str, *, now: datetime) -> None:
        person = self._session.get(Person, openid)
        if person is None:
            person = Person(openid=openid, scene="")
            self._session.add(person)
        person.following, person.left_at = False, now

    def found(self, openids: Sequence[str]) -> dict[str, Person]:
        """Those of them that we know."""
        return {each.openid: each for each in self._session.scalars(select(Person).where(Person.openid.in_(openids)))}

    def back(self, openid: str, at: datetime) -> bool:
        """They wrote to us at that time: who was noted to have left before follows again. True: so it was."""
        if self._unit.run(_GONE, {"openid": openid, "at": at}).row is None:
            return False
        self._unit.durable = True
        self._unit.execute(update(Person).where(Person.openid == openid).values(following=True, left_at=None))
        return True
