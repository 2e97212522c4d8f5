"""The talents who follow the account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OpenId, UtcTime
from models.db import Unit


class Person(Base):
    __tablename__ = "person"

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    following: Mapped[bool] = mapped_column(default=True)
    scene: Mapped[str] = mapped_column(String(190), default="")  # the QR code they came by
    followed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcTime)


class People:
    """Verbs on people; part of the caller's unit."""

    def __init__(self, unit: Unit) -> None:
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
