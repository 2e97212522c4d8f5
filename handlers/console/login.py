"""Coming in: password, second factor, and going out again."""

from __future__ import annotations

import logging
from datetime import datetime
from urllib.parse import urlsplit

import pyotp
import segno
from flask import abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from handlers.console.gate import ANYBODY, COOKIE, HALF, HOME, Gate, inside, same
from models import entrance, password
from models.db import Unit
from models.knock import Knock
from models.roster import NoSuchStaff, Roster
from models.seal import Sealed
from models.staff import Staff

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
            return self._knocked() if request.method == "POST" else self._shown()

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
            _log.info("logout: staff %s", staff.id)
            response = redirect(url_for("console.login"), 303)
            gate.handed(response, COOKIE, "")
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
            return response

    def _shown(self, said: str = "", status: int = 200) -> object:
        """With a token that only the browser that was shown this form can send back."""
        found = self._gate.who()
        if found is not None and found.whole:
            return redirect(HOME, 303)
        mark = self._gate.given("huicai_door") or password.generated()
        page = render_template(
            "console/login.html", said=said, mark=self._gate.seal.close(mark), next=_back(request.values.get("next"))
        )
        response = Response(page, status, content_type="text/html; charset=utf-8")
        self._gate.handed(response, "huicai_door", mark)
        return response

    def _knocked(self) -> object:
        if not self._is_our_form():
            return self._shown("页面放久了，请再输一次。", 400)
        address = self._gate.address(request)
        if int(self._kit.memory.get(f"login:{address}") or 0) >= TRIES:
            abort(429)
        staff = self._admitted(request.form.get("login", ""), request.form.get("password", ""), address)
        if staff is None:
            self._kit.memory.count(f"login:{address}", _QUARTER)
            _log.warning("login failed from %s", address)
            return self._shown(_REFUSED, 403)
        return self.enters(staff, "password", _back(request.form.get("next")))

    def _is_our_form(self) -> bool:
        try:
            return same(self._gate.given("huicai_door"), self._gate.seal.open(request.form.get("mark", "")))
        except (Sealed, ValueError):
            return False

    def _admitted(self, login: str, given: str, address: str) -> Staff | None:
        with self._kit.db.unit() as unit:
            try:
                known = Roster(unit, self._gate.seal).named(login[:64])
            except NoSuchStaff:
                known = None
        fits = self._gate.fits(known.password if known else "", given)
        noted = self._kit.memory.count("login:noted", _QUARTER) <= NOTED
        with self._kit.db.writing() as unit:
            return self._knock(unit, address).admits(known, fits=fits, noted=noted)

    def _knock(self, unit: Unit, address: str) -> Knock:
        demo = self._kit.settings.demo
        return Knock(unit, self._gate.seal, demo=demo, address=address, now=self._kit.now())

    def enters(self, staff: Staff, how: str, to: str) -> Response:
        """Whoever has proved who they are gets a session: half when a second factor is wanted, else whole."""
        half = bool(staff.totp) or self._wants_factor(staff)
        address, now = self._gate.address(request), self._kit.now()
        agent = request.headers.get("User-Agent", "")
        with self._kit.db.writing() as unit:
            staff = Roster(unit, self._gate.seal).get(staff.id)
            stage = entrance.HALF if half else entrance.WHOLE
            token = self._gate.entrance(unit).begin(staff, stage, address=address, agent=agent, now=now)
            if not half:
                self._knock(unit, address).welcome(staff, how)
        if not half:
            _log.info("login: staff %s from %s", staff.id, address)
        response = redirect(url_for("console.factor", next=to) if half else to, 303)
        self._gate.handed(response, COOKIE, token)
        return response

    def _wants_factor(self, staff: Staff) -> bool:
        """Accounts of the demo are shown around without a telephone."""
        wanted = self._kit.settings.second_factor
        return not staff.demo and (wanted == "all" or (wanted == "admins" and staff.role in ("admin", "auditor")))

    def _asked(self, said: str = "", status: int = 200, secret: str = "") -> object:
        """The code; or, the first time, what to scan."""
        staff = inside().staff
        known = {"said": said, "next": _back(request.values.get("next"))}
        if staff.totp:
            return render_template("console/factor.html", **known), status
        secret = secret or pyotp.random_base32()
        address = pyotp.TOTP(secret).provisioning_uri(name=staff.login, issuer_name=self._kit.office().account)
        drawn = segno.make(address).svg_inline(scale=5, border=2, light="#fff", dark="#000")
        sealed = self._gate.seal.close(f"{staff.id}:{secret}")
        groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        known |= {"drawn": Markup(drawn), "sealed": sealed, "secret": groups}  # noqa: S704 - segno's own drawing
        return render_template("console/enrol.html", **known), status

    def _coded(self) -> object:
        found, now = inside(), self._kit.now()
        code, address = request.form.get("code", ""), self._gate.address(request)
        secret = "" if found.staff.totp else self._secret_of(found.staff)
        with self._kit.db.writing() as unit:
            knock = self._knock(unit, address)
            number = found.staff.id
            right = knock.enrols(number, secret, code) if secret else knock.passes(number, code)
            if right:
                token = self._whole(unit, number, knock, now, address)
        if not right:
            _log.warning("second factor failed: staff %s from %s", found.staff.id, address)
            return self._asked("验证码不对，或者已经用过。等下一个再输。", 403, secret)
        _log.info("login: staff %s from %s", found.staff.id, address)
        response = redirect(_back(request.form.get("next")), 303)
        self._gate.handed(response, COOKIE, token)
        return response

    def _whole(self, unit: Unit, number: int, knock: Knock, now: datetime, address: str) -> str:
        """A new session in the place of the half one."""
        doors = self._gate.entrance(unit)
        doors.close(inside().token, now)
        staff = Roster(unit, self._gate.seal).get(number)
        knock.welcome(staff, "factor")
        agent = request.headers.get("User-Agent", "")
        return doors.begin(staff, entrance.WHOLE, address=address, agent=agent, now=now)

    def _secret_of(self, staff: Staff) -> str:
        """The one that was shown to this very account."""
        try:
            number, _, secret = self._gate.seal.open(request.form.get("sealed", "")).partition(":")
        except (Sealed, ValueError):
            abort(400)
        return secret if number == str(staff.id) else abort(400)


def _back(to: str | None) -> str:
    """Where to after the login: a page of the console, or its first one."""
    url = urlsplit(to or "")
    safe = not url.scheme and not url.netloc and url.path.startswith(HOME) and "\\" not in (to or "")
    return (to or HOME) if safe and url.path != url_for("console.login") else HOME
