"""Coming in at the console: tries counted in the account's row, the lock-out, the second factor.

The account's row is held while a try is judged, so any number of tries at once count one by one. Part of the caller's
unit; what takes long (hashing) has been done before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
from sqlalchemy import select, update

from models.audit import Audit
from models.base import lasts
from models.db import Unit
from models.seal import Seal, Sealed
from models.staff import Staff

TRIES = 5
LOCKED = timedelta(minutes=15)
_STEP = 30  # seconds a code lasts; the one before and the one after are taken too
_NOBODY = 0
_STRANGER = "stranger"


class Knock:
    """`demo`: whether accounts of the demo may come in. `address`: where the try comes from."""

    def __init__(self, unit: Unit, seal: Seal, *, address: str, now: datetime, demo: bool = False) -> None:
        self._unit, self._seal, self._demo = unit, seal, demo
        self._address, self._now = address, now
        self._audit = Audit(unit, seal.audit_key)

    def admits(self, known: Staff | None, *, fits: bool, noted: bool = True) -> Staff | None:
        """Judge a try with a password. `known`: as read before its hash was compared, and `fits` how that went.

        None: refused, for whichever reason. `noted`: tries on accounts that are not there or locked go to the audit.
        """
        staff = self._hold(known.id if known else _NOBODY)
        if staff is None or self._is_locked(staff):
            if noted:
                self._note("login.failed", staff)
            else:
                self._audit.still()
            return None
        right = fits and known is not None and staff.password == known.password and self._may(staff)
        if right:
            return staff
        self._failed(staff)
        return None

    def proves(self, known: Staff, *, fits: bool) -> bool:
        """Judge the password that somebody inside was asked for again: counted like a try at the door.

        `known`, `fits`: as for `admits`. While the account is locked the right one is refused as well.
        """
        staff = self._hold(known.id)
        if staff is None or self._is_locked(staff):
            return False
        if fits and staff.password == known.password and self._may(staff):
            staff.failures = 0
            self._unit.session.flush()
            return True
        self._failed(staff, staff.actor.key)
        return False

    def recognises(self, subject: str) -> Staff | None:
        """Whose account is bound to that subject of the provider's; None: nobody's who may come in now."""
        query = select(Staff.id).where(Staff.subject == subject)
        staff = self._hold(self._unit.execute(query).scalar() or _NOBODY)
        return staff if staff and self._may(staff) and not self._is_locked(staff) else None

    def passes(self, number: int, code: str) -> bool:
        """Judge a code of the second factor; none is taken twice."""
        staff = self._hold(number)
        if staff is None or self._is_locked(staff) or not self._may(staff):
            return False
        step = self._fresh(staff, code)
        if step is None:
            self._failed(staff)
            return False
        staff.totp_step = step
        self._unit.session.flush()
        return True

    def enrols(self, number: int, secret: str, code: str) -> bool:
        """Set up the second factor: the code must be of that secret. An account that has one keeps it."""
        staff = self._hold(number)
        step = self._step_of(secret, code)
        if staff is None or staff.totp or step is None or not self._may(staff):
            return False
        staff.totp, staff.totp_step = self._seal.close(secret), step
        self._unit.session.flush()
        self._note("staff.factor", staff)
        return True

    def renews(self, known: Staff, secret: str, code: str, *, fits: bool, old: str) -> bool:
        """From inside: set up the second factor or put another in its place.

        Takes the password where there is one (`known`, `fits` as for `admits`), a code of the factor there is (`old`)
        and one of the new `secret`. The first two count like tries at the door, and wipe out none of those before.
        """
        staff = self._hold(known.id)
        if staff is None or self._is_locked(staff) or not self._may(staff) or staff.version != known.version:
            return False
        proved = not staff.password or (fits and staff.password == known.password)
        if not proved or (staff.totp and self._fresh(staff, old) is None):
            self._failed(staff, staff.actor.key)
            return False
        step = self._step_of(secret, code)
        if step is None:
            return False
        staff.totp, staff.totp_step = self._seal.close(secret), step
        self._unit.session.flush()
        self._note("staff.factor", staff, staff.actor.key)
        return True

    def welcome(self, staff: Staff, how: str) -> None:
        """Whole: the tries before are forgotten."""
        staff.failures, staff.locked_until = 0, None
        self._unit.session.flush()
        self._audit.add(staff.actor.key, "login", f"staff:{staff.id}", now=self._now, address=self._address, how=how)

    def leaves(self, staff: Staff, sessions: int = 0) -> None:
        """`sessions`: how many were ended that were not this one; 0: it was this one."""
        action = "logout.elsewhere" if sessions else "logout"
        said = {"sessions": sessions} if sessions else {}
        self._audit.add(staff.actor.key, action, f"staff:{staff.id}", now=self._now, address=self._address, **said)

    def _hold(self, number: int) -> Staff | None:
        """For nobody a row is looked for as well, and written to: it takes as long."""
        self._unit.lock()
        if number == _NOBODY:
            self._unit.execute(update(Staff).where(Staff.id == _NOBODY).values(failures=0))
        query = select(Staff).where(Staff.id == number).with_for_update()
        return self._unit.session.scalar(query.execution_options(populate_existing=True))

    def _may(self, staff: Staff) -> bool:
        return not staff.disabled and (self._demo or not staff.demo)

    def _is_locked(self, staff: Staff) -> bool:
        return lasts(staff.locked_until, self._now, LOCKED)

    def _failed(self, staff: Staff, by: str = _STRANGER) -> None:
        staff.failures += 1
        locked = staff.failures >= TRIES
        if locked:
            staff.failures, staff.locked_until = 0, self._now + LOCKED
        self._unit.session.flush()
        self._note("login.locked" if locked else "login.failed", staff, by)

    def _note(self, action: str, staff: Staff | None, by: str = _STRANGER) -> None:
        what = f"staff:{staff.id if staff else _NOBODY}"
        self._audit.add(by, action, what, now=self._now, address=self._address)

    def _fresh(self, staff: Staff, code: str) -> int | None:
        """The step of a code that the account's telephone shows and that has not been used.

        None as well for a factor sealed with another SECRET_KEY: nobody can tell its codes, an admin has to reset it.
        """
        try:
            step = self._step_of(self._seal.open(staff.totp), code)
        except Sealed:
            return None
        return step if step is not None and step > staff.totp_step else None

    def _step_of(self, secret: str, code: str) -> int | None:
        """Which step of time the code is of; None: of none that is taken now."""
        given = "".join(code.split())
        totp, now = pyotp.TOTP(secret, interval=_STEP), int(self._now.timestamp()) // _STEP
        steps = [step for step in (now - 1, now, now + 1) if pyotp.utils.strings_equal(totp.generate_otp(step), given)]
        return max(steps, default=None)
