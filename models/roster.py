"""Who works here: accounts of staff made, changed, disabled, reset; each verb is a row of the audit as well.

What takes rights away ends the account's sessions at once: they hold the version of the account they were begun with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from models.access import AT_THE_DESK, ROLES
from models.audit import Audit
from models.db import Clash, Stale, Unit
from models.seal import Seal
from models.staff import Staff
from models.ticket import HOTLINE

LONGEST_NAME = 64


class NoSuchStaff(Exception):
    """`str()` is the login or number asked for."""


class Refused(Exception):
    """The change is not made; `str()` says why, to whoever asked for it."""


class NewStaff(NamedTuple):
    """`password`: as models/password.py keeps it; "": comes in by OIDC alone."""

    login: str
    name: str
    role: str
    unit: str = HOTLINE
    password: str = ""
    demo: bool = False


class Roster:
    """Part of the caller's unit. `by`: as the audit names who does it (Actor.key, cli:<user>)."""

    def __init__(self, unit: Unit, seal: Seal) -> None:
        self._unit = unit
        self._audit = Audit(unit, seal.audit_key)

    def everybody(self) -> list[Staff]:
        """Those who can come in first, then by login."""
        return list(self._unit.session.scalars(select(Staff).order_by(Staff.disabled, Staff.login)))

    def names(self) -> dict[int, str]:
        """Of everybody there ever was, to show who did something."""
        return {row.id: row.name for row in self._unit.execute(select(Staff.id, Staff.name))}

    def colleagues(self, unit: str = "") -> list[Staff]:
        """Those of a unit ("": of all) who can be given tickets, also while they are away; by name."""
        query = select(Staff).where(Staff.disabled.is_(False), Staff.role.in_(AT_THE_DESK))
        query = query.where(Staff.unit == unit) if unit else query
        return list(self._unit.session.scalars(query.order_by(Staff.name, Staff.id)))

    def named(self, login: str) -> Staff:
        """Raises NoSuchStaff."""
        found = self._unit.session.scalar(select(Staff).where(Staff.login == login.strip().lower()))
        if found is None:
            raise NoSuchStaff(login)
        return found

    def get(self, number: int) -> Staff:
        """Raises NoSuchStaff."""
        found = self._unit.session.get(Staff, number)
        if found is None:
            raise NoSuchStaff(str(number))
        return found

    def add(self, by: str, new: NewStaff, *, now: datetime, address: str = "") -> Staff:
        """Raises Refused."""
        self._unit.lock()
        fields = new._replace(login=_login(new.login), name=_name(new.name), role=_role(new.role))._asdict()
        staff = Staff(**fields, must_change=bool(new.password) and not new.demo, created_at=now, updated_at=now)
        staff.password_at = now if new.password else None
        self._unit.session.add(staff)
        try:
            self._unit.session.flush()
        except Clash:
            raise Refused(f"用户名 {staff.login} 已经有人用了") from None
        said = {"login": staff.login, "role": staff.role, "unit": staff.unit}
        self._note(by, "staff.add", staff, now, address, said)
        return staff

    def change(
        self, by: str, number: int, *, name: str, role: str, unit: str, seen: int, now: datetime, address: str = ""
    ) -> Staff:
        """`seen`: the version on the screen. Raises Stale, Refused, NoSuchStaff."""
        staff = self._hold(number)
        if staff.version != seen:
            raise Stale
        _not_oneself(by, staff, changes=role != staff.role, what="自己的角色")
        before = {"role": staff.role, "unit": staff.unit}
        moved = (staff.role, staff.unit) != (_role(role), unit)
        staff.name, staff.role, staff.unit = _name(name), role, unit
        self._changed(staff, now, ends=moved)
        self._note(by, "staff.change", staff, now, address, {"before": before, "role": role, "unit": unit})
        return staff

    def set_away(self, by: str, number: int, *, away: bool, now: datetime, address: str = "") -> None:
        """Raises NoSuchStaff."""
        staff = self._hold(number)
        staff.away = away
        self._changed(staff, now, ends=False)
        self._note(by, "staff.away", staff, now, address, {"away": away})

    def disable(self, by: str, number: int, *, now: datetime, address: str = "") -> None:
        """Raises Refused, NoSuchStaff."""
        staff = self._hold(number)
        _not_oneself(by, staff, changes=True, what="自己的账号")
        staff.disabled = True
        self._changed(staff, now)
        self._note(by, "staff.disable", staff, now, address)

    def enable(self, by: str, number: int, *, now: datetime, address: str = "") -> None:
        """Also ends a lock-out. Raises NoSuchStaff."""
        staff = self._hold(number)
        staff.disabled, staff.failures, staff.locked_until = False, 0, None
        self._changed(staff, now)
        self._note(by, "staff.enable", staff, now, address)

    def reset_password(self, by: str, number: int, password: str, *, now: datetime, address: str = "") -> None:
        """`password`: hashed. Who gets it must change it at the next login. Raises NoSuchStaff."""
        staff = self._hold(number)
        staff.password, staff.password_at, staff.must_change = password, now, True
        staff.failures, staff.locked_until = 0, None
        self._changed(staff, now)
        self._note(by, "staff.reset_password", staff, now, address)

    def own_password(self, number: int, password: str, *, now: datetime, address: str = "") -> Staff:
        """Changed by its owner, who has proved the old one. Ends every session, the caller's too."""
        staff = self._hold(number)
        staff.password, staff.password_at, staff.must_change = password, now, False
        self._changed(staff, now)
        self._note(staff.actor.key, "staff.own_password", staff, now, address)
        return staff

    def reset_factor(self, by: str, number: int, *, now: datetime, address: str = "") -> None:
        """The second factor is set up anew at the next login. Raises NoSuchStaff."""
        staff = self._hold(number)
        staff.totp, staff.totp_step = "", 0
        self._changed(staff, now)
        self._note(by, "staff.reset_factor", staff, now, address)

    def bind(self, by: str, number: int, subject: str | None, *, now: datetime, address: str = "") -> None:
        """Who this is at the OIDC provider; None: nobody there. Raises Refused, NoSuchStaff."""
        staff = self._hold(number)
        staff.subject = subject
        try:
            self._changed(staff, now, ends=subject is None)
        except Clash:
            raise Refused("这个统一登录账号已经绑定了别人") from None
        self._note(by, "staff.bind" if subject else "staff.unbind", staff, now, address)

    def keep_settings(self, number: int, settings: Mapping[str, Any], *, now: datetime) -> None:
        """Of one's own screen, those that are named: no right hangs on them, so no audit."""
        staff = self._hold(number)
        kept = json.loads(staff.settings) if staff.settings else {}
        staff.settings = json.dumps({**kept, **settings}, ensure_ascii=False, sort_keys=True)
        self._changed(staff, now, ends=False)

    def _hold(self, number: int) -> Staff:
        self._unit.lock()
        found = self._unit.session.get(Staff, number, with_for_update=True, populate_existing=True)
        if found is None:
            raise NoSuchStaff(str(number))
        return found

    def _changed(self, staff: Staff, now: datetime, *, ends: bool = True) -> None:
        staff.version += 1 if ends else 0
        staff.updated_at = now
        self._unit.session.flush()

    def _note(
        self, by: str, action: str, staff: Staff, now: datetime, address: str, said: Mapping[str, Any] | None = None
    ) -> None:
        self._audit.add(by, action, f"staff:{staff.id}", now=now, address=address, **(said or {}))


def _not_oneself(by: str, staff: Staff, *, changes: bool, what: str) -> None:
    """Nobody locks the last admin out by mistake."""
    if changes and by == staff.actor.key:
        raise Refused(f"不能改{what}，请另一位管理员来改")


def _login(login: str) -> str:
    found = login.strip().lower()
    if not (2 <= len(found) <= LONGEST_NAME and found.isascii() and found.replace(".", "").replace("-", "").isalnum()):
        raise Refused("用户名用 2 到 64 个小写字母、数字、点或横线")
    return found


def _name(name: str) -> str:
    found = " ".join(name.split())
    if not 1 <= len(found) <= LONGEST_NAME or not found.isprintable():
        raise Refused("姓名要有 1 到 64 个字")
    return found


def _role(role: str) -> str:
    if role not in ROLES:
        raise Refused(f"没有“{role}”这个角色")
    return role
