"""Coming in: password, second factor, and going out again."""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import urlsplit

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot import demo
from handlers.console import enrolment
from handlers.console.gate import ANYBODY, COOKIE, HALF, HOME, Gate, inside, same
from models import entrance, password
from models.db import Unit
from models.knock import Knock
from models.roster import NoSuchStaff, Roster
from models.staff import Staff

DOOR = "huicai_door"  # marks the browser that was shown the form
BIND = "huicai_bind"  # who somebody is at the provider's, until they have said whose account that is
TRIES = 30  # failures of one address in a quarter of an hour; an office may have but one
NOTED = 300  # tries on accounts that are not there that go to the audit in that time
_QUARTER = 900
_REFUSED = "用户名或密码不对。连续错 5 次，账号会锁定 15 分钟。"
_log = logging.getLogger("huicai.console")


def make(gate: Gate) -> None:
    Login(gate).make()


class Login:
    def __init__(self, gate: Gate) -> None:
        self._gate, self._kit = gate, gate.kit

    def make(self) -> None:
        gate = self._gate

        @gate.page("/login", ANYBODY, methods=("GET", "POST"), body=16 * 1024)
        def login() -> object:
            return self._knocked() if request.method == "POST" else self.shown()

        @gate.page("/factor", HALF, methods=("GET", "POST"), unsettled=True, body=16 * 1024)
        def factor() -> object:
            if inside().whole:
                return redirect(HOME, 303)
            return self._coded() if request.method == "POST" else self._asked()

        @gate.page("/logout", HALF, methods=("POST",), unsettled=True)
        def logout() -> object:
            staff = inside().staff
            with self._kit.db.writing() as unit:
                self._gate.entrance(unit).close(inside().token, self._kit.now())
                if inside().whole:
                    self.knock(unit, self._gate.address(request)).leaves(staff)
            _log.info("logout: staff %s", staff.id)
            response = redirect(url_for("console.login"), 303)
            gate.handed(response, COOKIE, "")
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
            return response

    def shown(self, said: str = "", status: int = 200) -> Response:
        """With a token that only the browser that was shown this form can send back."""
        found = self._gate.who()
        if found is not None and found.whole:
            return redirect(HOME, 303)
        mark = self._gate.given(DOOR) or password.generated()
        settings = self._kit.settings
        known = {"said": said, "mark": self._gate.sealed(DOOR, mark), "next": back_to(request.values.get("next"))}
        known["oidc"] = settings.oidc_name if settings.oidc_issuer else ""
        shown = {"accounts": demo.accounts(settings), "password": demo.password(settings)}
        page = render_template("console/login.html", **known, **shown)
        response = Response(page, status, content_type="text/html; charset=utf-8")
        self._gate.handed(response, DOOR, mark)
        return response

    def _knocked(self) -> object:
        if not self._is_our_form():
            return self.shown("页面放久了，请再输一次。", 400)
        self.bounded()
        address = self._gate.address(request)
        staff = self._admitted(request.form.get("login", ""), request.form.get("password", ""), address)
        if staff is None:
            self.failed(address)
            _log.warning("login failed from %s", address)
            return self.shown(_REFUSED, 403)
        return self.enters(staff, "password", back_to(request.form.get("next")))

    def bounded(self) -> None:
        """Who has failed too often from this address waits."""
        if int(self._kit.memory.get(f"login:{self._gate.address(request)}") or 0) >= TRIES:
            abort(429)

    def failed(self, address: str) -> None:
        self._kit.memory.count(f"login:{address}", _QUARTER)

    def _is_our_form(self) -> bool:
        return same(self._gate.given(DOOR), self._gate.unsealed(DOOR, request.form.get("mark", "")))

    def _admitted(self, login: str, given: str, address: str) -> Staff | None:
        with self._kit.db.unit() as unit:
            try:
                known = Roster(unit, self._gate.seal).named(login[:64])
            except NoSuchStaff:
                known = None
        fits = self._gate.fits(known.password if known else "", given)
        noted = self._kit.memory.count("login:noted", _QUARTER) <= NOTED
        with self._kit.db.writing() as unit:
            return self.knock(unit, address).admits(known, fits=fits, noted=noted)

    def knock(self, unit: Unit, address: str) -> Knock:
        shown = self._kit.settings.demo
        return Knock(unit, self._gate.seal, demo=shown, address=address, now=self._kit.now())

    def enters(self, staff: Staff, how: str, to: str) -> Response:
        """Whoever has proved who they are gets a session: half when a second factor is wanted, else whole.

        `staff`: as proved. None of it counts when the account has been changed since: a reset password, another role.
        """
        proved = staff.version
        half = bool(staff.totp) or self._wants_factor(staff)
        address, now = self._gate.address(request), self._kit.now()
        agent = request.headers.get("User-Agent", "")
        with self._kit.db.writing() as unit:
            staff = Roster(unit, self._gate.seal).get(staff.id)
            if staff.version != proved:
                return self.shown(_REFUSED, 403)
            stage = entrance.HALF if half else entrance.WHOLE
            token = self._gate.entrance(unit).begin(staff, stage, address=address, agent=agent, now=now)
            if not half:
                self.knock(unit, address).welcome(staff, how)
        if not half:
            _log.info("login: staff %s from %s", staff.id, address)
        response = redirect(url_for("console.factor", next=to) if half else self._onward(to), 303)
        self._gate.handed(response, COOKIE, token)
        return response

    def _onward(self, to: str) -> str:
        """Whoever came from the provider unknown is asked now whether the account there is theirs."""
        return url_for("console.oidc_bind") if self._kit.settings.oidc_issuer and self._gate.given(BIND) else to

    def _wants_factor(self, staff: Staff) -> bool:
        """Accounts of the demo are shown around without a telephone."""
        wanted = self._kit.settings.second_factor
        return not staff.demo and (wanted == "all" or (wanted == "admins" and staff.role in ("admin", "auditor")))

    def _asked(self, said: str = "", status: int = 200, secret: str = "") -> object:
        """The code; or, the first time, what to scan."""
        staff = inside().staff
        known = {"said": said, "next": back_to(request.values.get("next"))}
        if staff.totp:
            return render_template("console/factor.html", **known), status
        shown = enrolment.offered(self._gate, staff, secret)
        return render_template("console/enrol.html", **known, **shown), status

    def _coded(self) -> object:
        found, now = inside(), self._kit.now()
        code, address = request.form.get("code", ""), self._gate.address(request)
        secret = "" if found.staff.totp else enrolment.secret_of(self._gate, found.staff)
        with self._kit.db.writing() as unit:
            knock = self.knock(unit, address)
            number = found.staff.id
            right = knock.enrols(number, secret, code) if secret else knock.passes(number, code)
            if right:
                token = self._whole(unit, number, knock, now, address)
        if not right:
            _log.warning("second factor failed: staff %s from %s", found.staff.id, address)
            return self._asked("验证码不对，或者已经用过。等下一个再输。", 403, secret)
        _log.info("login: staff %s from %s", found.staff.id, address)
        response = redirect(self._onward(back_to(request.form.get("next"))), 303)
        self._gate.handed(response, COOKIE, token)
        return response

    def _whole(self, unit: Unit, number: int, knock: Knock, now: datetime, address: str) -> str:
        """A new session in the place of the half one."""
        doors = self._gate.entrance(unit)
        doors.close(inside().token, now)
        staff = Roster(unit, self._gate.seal).get(number)
        if staff.version != inside().staff.version:
            abort(redirect(url_for("console.login"), 303))  # changed since the password was given
        knock.welcome(staff, "factor")
        agent = request.headers.get("User-Agent", "")
        return doors.begin(staff, entrance.WHOLE, address=address, agent=agent, now=now)


def back_to(to: str | None) -> str:
    """Where to after the login: a page of the console, or its first one."""
    url = urlsplit(to or "")
    safe = not url.scheme and not url.netloc and url.path.startswith(HOME) and "\\" not in (to or "")
    return (to or HOME) if safe and url.path != url_for("console.login") else HOME
