"""One's own account: the password, where one is logged in, how the desk behaves."""

from __future__ import annotations

from flask import Response as Made
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers.console import browsers
from handlers.console.gate import COOKIE, HOME, INSIDE, Gate, actor, inside
from handlers.console.shell import SETTINGS, fragment, settings_of
from models import password as passwords
from models.access import AT_THE_DESK
from models.db import Unit
from models.entrance import WHOLE
from models.knock import Knock
from models.password import Policy
from models.roster import Roster
from models.staff import Staff

_REFUSED = "现在的密码不对，或者账号锁定了。连续错 5 次，锁定 15 分钟。"


def make(gate: Gate) -> None:
    Mine(gate).make()


class Mine:
    def __init__(self, gate: Gate) -> None:
        self._gate, self._kit = gate, gate.kit

    def make(self) -> None:
        page = self._gate.page

        @page("/me", INSIDE)
        def me() -> object:
            return self._shown()

        @page("/me/settings", INSIDE, methods=("POST",))
        def my_settings() -> object:
            """`of` names those that the form speaks about; one that is on is a field of its own."""
            spoken = set(request.form.getlist("of")) & SETTINGS.keys()
            chosen = {name: name in request.form for name in spoken}
            with self._kit.db.writing() as unit:
                self._roster(unit).keep_settings(actor().id, chosen, now=self._kit.now())
            return Made(status=204) if fragment() else redirect(url_for("console.me"), 303)

        @page("/me/away", INSIDE, methods=("POST",))
        def my_absence() -> object:
            """Whoever is away gets no tickets by turns."""
            away, address = request.form.get("away") == "1", self._gate.address(request)
            with self._kit.db.writing() as unit:
                roster = self._roster(unit)
                roster.set_away(actor().key, actor().id, away=away, now=self._kit.now(), address=address)
            return redirect(url_for("console.me"), 303)

        @page("/me/sessions", INSIDE, methods=("POST",))
        def my_sessions() -> object:
            """Ends the one that is named, or all but this one."""
            with self._kit.db.writing() as unit:
                ended = self._ended(unit, request.form.get("session", ""))
                if ended:
                    knock = Knock(unit, self._gate.seal, address=self._gate.address(request), now=self._kit.now())
                    knock.leaves(inside().staff, ended)
            return redirect(url_for("console.me"), 303)

        @page("/me/password", INSIDE, methods=("GET", "POST"), unsettled=True)
        def password() -> object:
            """Whoever must change it is sent here from everywhere."""
            return self._asked() if request.method == "GET" else self._changed()

    def _ended(self, unit: Unit, mark: str) -> int:
        """How many sessions: the one whose token begins so, or all but this one."""
        doors, now = self._gate.entrance(unit), self._kit.now()
        if not mark:
            return doors.close_others(inside(), now)
        mine = doors.of(inside().staff, now)
        doors.close(next((each.token for each in mine if each.token.startswith(mark)), None) or abort(404), now)
        return 1

    def _roster(self, unit: Unit) -> Roster:
        return Roster(unit, self._gate.seal)

    def _shown(self) -> str:
        staff = inside().staff
        with self._kit.db.unit() as unit:
            sessions = self._gate.entrance(unit).of(staff, self._kit.now())
        known = {"staff": staff, "sessions": sessions, "here": inside().token, "settings": settings_of(staff)}
        known |= {"at_the_desk": staff.role in AT_THE_DESK, "browsers": browsers}
        return render_template("console/me.html", **known)

    def _asked(self, said: str = "", status: int = 200) -> object:
        must = self._gate.must_change(inside().staff)
        return render_template(
            "console/password.html", said=said, must=must, kinds=self._kit.settings.password_kinds
        ), status

    def _changed(self) -> object:
        staff, form = inside().staff, request.form
        old, new = form.get("old", ""), form.get("new", "")
        if not self._proved(staff, old):
            return self._asked(_REFUSED, 403)
        wrong = passwords.fault(new, Policy(self._kit.settings.password_kinds), staff.login, staff.name)
        wrong = wrong or ("两次输入的新密码不一样" if new != form.get("again") else "")
        wrong = wrong or ("新密码和现在的一样" if new == old else "")
        return self._asked(f"{wrong}。", 400) if wrong else self._renewed(passwords.hashed(new))

    def _proved(self, staff: Staff, old: str) -> bool:
        """Whoever found a screen left open guesses no more often than at the door."""
        fits, demo = bool(staff.password) and self._gate.fits(staff.password, old), self._kit.settings.demo
        address = self._gate.address(request)
        with self._kit.db.writing() as unit:
            knock = Knock(unit, self._gate.seal, demo=demo, address=address, now=self._kit.now())
            return knock.proves(staff, fits=fits)

    def _renewed(self, kept: str) -> Response:
        """Every session ends, and this browser gets a new one; unless the account was changed meanwhile."""
        address, now = self._gate.address(request), self._kit.now()
        agent = request.headers.get("User-Agent", "")
        with self._kit.db.writing() as unit:
            staff = self._roster(unit).own_password(actor().id, kept, now=now, address=address)
            if staff.version != inside().staff.version + 1:
                abort(409)
            token = self._gate.entrance(unit).begin(staff, WHOLE, address=address, agent=agent, now=now)
        response = redirect(HOME, 303)
        self._gate.handed(response, COOKIE, token)
        return response
