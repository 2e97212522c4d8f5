"""Who did what: appended in the transaction that does it, chained by a keyed hash, never changed.

Each row's `mac` is HMAC-SHA256 over the one before and its own fields; the last one stands in `audit_head`, whose row
is locked by whoever appends, with a `proof` of its own: who has no key cannot set it back to an earlier row. Changing,
leaving out or putting in a row shows in `broken`; so does cutting off the end. That somebody brought back a whole older
state shows only in a `witness` kept elsewhere.
Triggers refuse changes and deletions; nothing here is ever forgotten, so `detail` holds nothing personal.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Index, String, Text, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, RowId, UtcTime, exact
from models.db import Clash, Stale, Unit
from models.typed import integer

HEAD = "audit"
_BATCH = 1000


class AuditRow(Base):
    __tablename__ = "audit"
    __table_args__ = exact(Index("ix_audit_object_seq", "object", "seq"), Index("ix_audit_actor_seq", "actor", "seq"))

    seq: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(String(64))  # staff:<id> | talent | bot | clock | cli:<user>
    action: Mapped[str] = mapped_column(String(32))
    object: Mapped[str] = mapped_column(String(64))  # ticket:T20261122-0007, staff:3, person:<openid>
    detail: Mapped[str] = mapped_column(Text, default="")  # JSON; no personal data, no secret
    address: Mapped[str] = mapped_column(String(64), default="")
    mac: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    __tablename__ = "audit_head"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    seq: Mapped[int] = mapped_column(RowId)
    mac: Mapped[str] = mapped_column(String(64))
    proof: Mapped[str] = mapped_column(String(64), default="")  # HMAC-SHA256 over both; "": it did not hold before


class Entry(NamedTuple):
    seq: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: str
    address: str
    mac: str


class Audit:
    """Appends in the caller's unit. `key`: derived from SECRET_KEY (Seal.audit_key). `address`: from which is done
    what `add` names no other for."""

    def __init__(self, unit: Unit, key: bytes, address: str = "") -> None:
        self._unit = unit
        self._key = key
        self._address = address

    def add(self, actor: str, action: str, what: str, *, now: datetime, address: str = "", **detail: object) -> None:
        """Appended when the unit commits: who waited for the head and then for another row would lock out whoever has
        that row and wants the head. The commit raises Stale when two append the very first row at once."""
        self._unit.lock()
        self._unit.durable = True
        said = json.dumps(detail, ensure_ascii=False, sort_keys=True) if detail else ""
        entry = Entry(0, now, actor[:64], action[:32], what[:64], said, (address or self._address)[:64], "")
        self._unit.before_commit(lambda: self._append(entry))

    def _append(self, entry: Entry) -> None:
        """Also after a head that somebody has set: the desk goes on, and no proof comes back."""
        seq, mac, holds = self._head()
        entry = entry._replace(seq=seq + 1)
        mac = self._mac(mac, entry)
        proof = self._proof(seq + 1, mac) if holds else ""
        self._unit.execute(insert(AuditRow), entry._replace(mac=mac)._asdict())
        self._unit.execute(update(AuditHead).where(AuditHead.name == HEAD).values(seq=seq + 1, mac=mac, proof=proof))

    def still(self) -> None:
        """Nothing is added, but it takes about as long: for what must not be told apart by the time."""
        self._unit.lock()
        self._unit.durable = True
        same = update(AuditHead).where(AuditHead.name == HEAD).values(seq=AuditHead.seq)
        self._unit.before_commit(lambda: self._unit.execute(same))

    def witness(self) -> str:
        """The newest row, for `broken` of later on: kept out of this database's reach. "" when there is none."""
        head = self._unit.execute(select(AuditHead.seq, AuditHead.mac)).first()
        return f"{head.seq}:{head.mac}" if head else ""

    def broken(self, witness: str = "") -> str:
        """ "" when the chain holds, else the first fault in a sentence for whoever audits."""
        return self._fault() or (self._contradicted(witness) if witness else "")

    def _contradicted(self, witness: str) -> str:
        seq, _, mac = witness.partition(":")
        known = self._unit.execute(select(AuditRow.mac).where(AuditRow.seq == (integer(seq) or 0))).scalar()
        if known is None:
            return f"留底记到第 {seq} 条，现在没有这一条"
        return "" if hmac.compare_digest(known, mac) else f"第 {seq} 条和留底的不一样"

    def _fault(self) -> str:
        newest = self._unit.execute(select(func.max(AuditRow.seq))).scalar() or 0
        head = self._unit.execute(select(AuditHead.seq, AuditHead.mac, AuditHead.proof)).first()
        if head is None:
            return "链头不见了" if newest else ""
        if newest > head.seq:  # the head was read later, so it knows every row that was appended
            return f"第 {head.seq + 1} 条起的记录是另外添上的"
        expected, mac = 1, ""
        for entry in self._all(head.seq):
            if entry.seq != expected:
                return f"第 {expected} 条不见了"
            mac = self._mac(mac, entry)
            if not hmac.compare_digest(mac, entry.mac):
                return f"第 {entry.seq} 条被改过"
            expected += 1
        if (expected - 1, mac) != (head.seq, head.mac):
            return f"第 {expected} 条起的记录不见了"
        holds = hmac.compare_digest(head.proof, self._proof(head.seq, head.mac))
        return "" if holds else "链头被人改过，后面的记录可能被截掉了"

    def _all(self, last: int) -> Iterator[Entry]:
        """Up to that one: what is appended meanwhile was not known to the head that was read."""
        query = select(*(getattr(AuditRow, name) for name in Entry._fields)).where(AuditRow.seq <= last)
        for some in self._unit.execute(query.order_by(AuditRow.seq)).partitions(_BATCH):
            for row in some:
                yield Entry(*row)

    def _head(self) -> tuple[int, str, bool]:
        """Its row's number and mac, and whether nobody else has set it."""
        query = select(AuditHead.seq, AuditHead.mac, AuditHead.proof).where(AuditHead.name == HEAD).with_for_update()
        row = self._unit.execute(query).first()
        if row is not None:
            return row.seq, row.mac, hmac.compare_digest(row.proof, self._proof(row.seq, row.mac))
        try:
            self._unit.execute(insert(AuditHead), {"name": HEAD, "seq": 0, "mac": ""})
        except Clash as error:
            raise Stale from error
        return 0, "", True

    def _proof(self, seq: int, mac: str) -> str:
        return hmac.new(self._key, f"audit head {seq} {mac}".encode(), hashlib.sha256).hexdigest()

    def _mac(self, before: str, entry: Entry) -> str:
        at = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        fields = [before, str(entry.seq), at, *entry[2:7]]
        return hmac.new(self._key, json.dumps(fields, ensure_ascii=False).encode(), hashlib.sha256).hexdigest()


def of(unit: Unit, what: str, limit: int = 200) -> list[Entry]:
    """What was done to one object, newest first."""
    query = select(*(getattr(AuditRow, name) for name in Entry._fields)).where(AuditRow.object == what)
    return [Entry(*row) for row in unit.execute(query.order_by(AuditRow.seq.desc()).limit(limit))]
