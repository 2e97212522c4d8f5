"""A talent as one person: the openids they have with our accounts, their profile, and what makes two of them one.

Rows of record (messages, tickets, what we owe) keep the openid they came by and are read by all of a person's openids.
Rows of which a person has one (a sign-up, an interest, an agreement) go by `Talent.openid`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, ForeignKey, Index, String, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models import replay
from models.base import Base, OpenId, RowId, UtcTime, exact
from models.db import Clash, Stale, Unit
from models.joining import Promoted, gather
from models.prepared import Prepared
from models.seal import Seal

_AT_ONCE = 500  # openids in one statement
GONE = "gone:"  # before what stands for somebody who asked us to forget them, where a row needs an openid
App = Literal["service", "miniapp"]  # whose openid: the service account's or the mini-program's


class TalentRow(Base):
    """`phone` is sealed. `unionid` is the same for one person in all apps of an open platform account, and
    unique, so that two doors at once do not make two people of them. `erased_at`: they asked us to forget them; the row
    stands for nobody any more."""

    __tablename__ = "talent"
    __table_args__ = exact(Index("ix_talent_phone_key", "phone_key"), Index("ix_talent_seen_at", "seen_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    unionid: Mapped[str | None] = mapped_column(String(64), unique=True)  # None: nobody has told us
    elder: Mapped[bool] = mapped_column(default=False)  # 长辈版
    phone: Mapped[str] = mapped_column(String(512), default="")  # proved by WeChat's phone number button
    phone_key: Mapped[str] = mapped_column(String(64), default="")  # Seal.key
    read_at: Mapped[datetime | None] = mapped_column(UtcTime)  # notices up to here have been seen
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)  # on a page or in the API; to the hour
    erased_at: Mapped[datetime | None] = mapped_column(UtcTime)


class IdentityRow(Base):
    """One openid is one person's."""

    __tablename__ = "identity"
    __table_args__ = exact(Index("ix_identity_talent_id", "talent_id"))

    openid: Mapped[str] = mapped_column(OpenId, primary_key=True)
    app: Mapped[str] = mapped_column(String(16))
    talent_id: Mapped[int] = mapped_column(ForeignKey("talent.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)


# In one look: between two they may have become somebody else.
_WHOLE = select(TalentRow.id, TalentRow.elder, IdentityRow.app, IdentityRow.openid)
_WHOLE = _WHOLE.join(IdentityRow, IdentityRow.talent_id == TalentRow.id)
_WHOSE = select(IdentityRow.talent_id).where(IdentityRow.openid == bindparam("openid")).scalar_subquery()
_OF, _GET = Prepared(_WHOLE.where(TalentRow.id == _WHOSE)), Prepared(_WHOLE.where(TalentRow.id == bindparam("talent")))
_SINCE = Prepared(select(TalentRow.created_at, TalentRow.read_at).where(TalentRow.id == bindparam("talent")))


@dataclass(frozen=True, slots=True)
class Talent:
    """`openids`: app -> openid, one at least."""

    id: int
    openids: Mapping[str, str]
    elder: bool = False

    @property
    def app(self) -> App:
        """By which we reach them and under which their rows stand: the service account, when they have come by it."""
        return "service" if "service" in self.openids else "miniapp"

    @property
    def openid(self) -> str:
        return self.openids[self.app]

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(self.openids.values())


class NoSuchTalent(LookupError):
    """There is none of that number (any more); or they have just turned out to be one with somebody else."""


class NotOne(Exception):
    """Two that cannot be one person: each of them has an openid of the same account of ours."""


class Talents:
    """Verbs on people as a whole; part of the caller's unit. `promoted` and `moved`: whom a joining gave a seat, and
    from which openid to which it moved rows; bot/entering.py tells the one and takes along what is owed for the other.
    `joined`: two have become one person by this.
    """

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session
        self.promoted: list[Promoted] = []
        self.moved: list[tuple[str, str]] = []
        self.joined = False

    def enter(self, openid: str, app: App, *, unionid: str, now: datetime) -> Talent:
        """Whoever comes with a proved openid, known or new; by the unionid they are who they are in our other app.

        Raises Stale (run again).
        """
        self._unit.durable = True
        self._unit.lock()
        known = self._session.get(IdentityRow, openid, populate_existing=True)
        try:
            if known is None:
                return self.get(self._new(openid, app, unionid, now))
            talent = self.get(self._united(known, unionid, now) if unionid else known.talent_id)
            if not self.moved:
                self._gather(talent, now)  # what was under way while they were joined
            return talent
        except Clash as error:  # they came in by another door at the same moment
            raise Stale from error

    def of(self, openid: str) -> Talent | None:
        """Whose openid it is; None: nobody who ever came by a page. A look; takes no lock."""
        return _whole(self._unit.rows(_OF, {"openid": openid}))

    def get(self, talent_id: int) -> Talent:
        """Raises NoSuchTalent."""
        found = _whole(self._unit.rows(_GET, {"talent": talent_id}))
        if found is None:
            raise NoSuchTalent(talent_id)
        return found

    def row(self, talent: Talent) -> TalentRow:
        """Raises NoSuchTalent."""
        found = self._session.get(TalentRow, talent.id)
        if found is None:
            raise NoSuchTalent(talent.id)
        return found

    def since(self, talent: Talent) -> tuple[datetime, datetime | None]:
        """When they first came by a page, and up to when they have read their notices. Raises NoSuchTalent."""
        found = self._unit.run(_SINCE, {"talent": talent.id}).row
        if found is None:
            raise NoSuchTalent(talent.id)
        return found[0], found[1]

    def keep_phone(self, talent: Talent, seal: Seal, number: str) -> None:
        """The number that WeChat says is theirs. Raises NoSuchTalent."""
        self._unit.durable = True
        row = self.row(talent)
        row.phone, row.phone_key = seal.close(number), seal.key(number)

    def forget_phone(self, talent: Talent) -> None:
        """Raises NoSuchTalent."""
        self._unit.durable = True
        row = self.row(talent)
        row.phone = row.phone_key = ""
        self._session.flush()

    def look(self, talent: Talent, *, elder: bool) -> None:
        """Whether their pages are in 长辈版. Raises NoSuchTalent."""
        self.row(talent).elder = elder

    def read(self, talent: Talent, until: datetime) -> None:
        """They have read the notices up to there. Raises NoSuchTalent."""
        self.row(talent).read_at = until

    def join(self, one: int, into: int, *, now: datetime) -> None:
        """Two that turned out to be one person: everything of the first becomes the second's, and what a person has
        once stands under one openid (models/joining.py). Raises NotOne, Stale (run again).
        """
        self._unit.lock()
        self._unit.durable = True
        rows = self._held(one, into)
        first, second = self.get(one), self.get(into)
        if first.openids.keys() & second.openids.keys():
            raise NotOne
        for column in columns_to_talent():
            self._unit.execute(update(column.table).where(column == one).values({column.name: into}))
        replay.move(self._unit, one, into)
        _take_over(rows[one], rows[into])
        self._session.delete(rows[one])
        self._session.flush()  # the unionid is free now
        rows[into].unionid = rows[into].unionid or rows[one].unionid
        self._session.flush()
        self._session.expire_all()
        self._gather(self.get(into), now)
        self.joined = True

    def _new(self, openid: str, app: App, unionid: str, now: datetime) -> int:
        """Raises Clash."""
        other = self._by_unionid(unionid)
        if other is not None and app in self.get(other).openids:
            other, unionid = None, ""  # two openids of one account are two people, whatever is said of them
        talent_id = other or self._made(unionid, now)
        values = {"openid": openid, "app": app, "talent_id": talent_id, "at": now}
        self._unit.execute(insert(IdentityRow), values)
        if other:
            self._gather(self.get(other), now)
            self.joined = True
        return talent_id

    def _united(self, known: IdentityRow, unionid: str, now: datetime) -> int:
        """Raises Clash, Stale."""
        other = self._by_unionid(unionid)
        if other == known.talent_id:
            return other
        if other is None:
            this = update(TalentRow).where(TalentRow.id == known.talent_id)
            self._unit.execute(this.values(unionid=unionid))
            return known.talent_id
        with contextlib.suppress(NotOne):
            self.join(known.talent_id, other, now=now)
            return other
        return known.talent_id

    def _gather(self, talent: Talent, now: datetime) -> None:
        for openid in talent.all:
            if openid != talent.openid:
                self.promoted += gather(self._unit, openid, talent.openid, now)
                self.moved.append((openid, talent.openid))

    def _held(self, *numbers: int) -> dict[int, TalentRow]:
        """Nobody else's until the unit ends. Raises Stale when one of them has just become somebody else."""
        query = select(TalentRow).where(TalentRow.id.in_(numbers)).order_by(TalentRow.id).with_for_update()
        found = {row.id: row for row in self._session.scalars(query.execution_options(populate_existing=True))}
        if len(found) != len(numbers):
            raise Stale
        return found

    def _by_unionid(self, unionid: str) -> int | None:
        if not unionid:
            return None
        return self._unit.execute(select(TalentRow.id).where(TalentRow.unionid == unionid)).scalar()  # type: ignore[no-any-return]

    def _made(self, unionid: str, now: datetime) -> int:
        row = TalentRow(created_at=now, seen_at=now, unionid=unionid or None)
        self._session.add(row)
        self._session.flush()
        return row.id


def hold(unit: Unit, talent_id: int) -> None:
    """Nobody else's until the unit ends: rows that name them can be kept. Raises Stale when they are somebody else by
    now, or nobody."""
    unit.lock()
    held = select(TalentRow.id).where(TalentRow.id == talent_id, TalentRow.erased_at.is_(None)).with_for_update()
    if unit.execute(held).first() is None:
        raise Stale


def people(unit: Unit, openids: Collection[str]) -> set[int | str]:
    """One for each person who has any of these openids."""
    query = select(IdentityRow.openid, IdentityRow.talent_id).where(IdentityRow.openid.in_(openids))
    known = {row.openid: row.talent_id for row in unit.execute(query)}
    return {known.get(each, each) for each in openids}


def all_of(unit: Unit, openid: str) -> tuple[str, ...]:
    """Every openid of the person whose this is; it alone, of somebody who never came by a page. A look."""
    known = Talents(unit).of(openid)
    return (openid,) if known is None else known.all


def accounts_of(unit: Unit, openids: Sequence[str]) -> dict[str, str]:
    """Of which of our accounts an openid is, as outbox.account and Ticket.source name it; who is unknown is missing."""
    found: dict[str, str] = {}
    for at in range(0, len(openids), _AT_ONCE):
        query = select(IdentityRow.openid, IdentityRow.app).where(IdentityRow.openid.in_(openids[at : at + _AT_ONCE]))
        found.update({row.openid: row.app for row in unit.execute(query)})
    return found


def _whole(rows: Sequence[tuple[Any, ...]]) -> Talent | None:
    return Talent(rows[0][0], {app: openid for _, _, app, openid in rows}, rows[0][1]) if rows else None


def _take_over(one: TalentRow, into: TalentRow) -> None:
    into.elder = into.elder or one.elder
    into.seen_at = max(into.seen_at, one.seen_at)
    if not into.phone:
        into.phone, into.phone_key = one.phone, one.phone_key
    # The earlier one: nothing that one of them has not seen passes for seen.
    both = into.read_at is not None and one.read_at is not None
    into.read_at = min(into.read_at, one.read_at) if both else None  # type: ignore[type-var]


def columns_to_talent() -> list[ColumnElement[Any]]:
    """Of every table that names a person by their row."""
    keys = (key for table in Base.metadata.sorted_tables for key in table.foreign_keys)
    return [key.parent for key in keys if key.column.table is TalentRow.__table__]
