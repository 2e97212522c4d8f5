"""Coming in by a provider's proof (企业微信, 政务微信 and the like). It lets in whom we know; it makes nobody."""

from __future__ import annotations

import json
import logging
from typing import Any

from flask import Response as Made
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers.console.gate import ANYBODY, HOME, INSIDE, Gate, actor, inside, same
from handlers.console.login import BIND, Login, back_to
from handlers.console.provider import Asked, NotProved, Proved, Provider
from models.db import Unit
from models.roster import Refused, Roster

_ASKED = "huicai_oidc"
_TEN_MINUTES = 600
_FAILED = "没有登录成功。再试一次，或者用密码登录。"
_log = logging.getLogger("huicai.console")


def make(gate: Gate) -> None:
    SingleSignOn(gate).make()


class SingleSignOn:
    def __init__(self, gate: Gate) -> None:
        self._gate, self._kit = gate, gate.kit
        self._login = Login(gate)
        self._provider = Provider(gate.kit.settings)

    def make(self) -> None:
        page = self._gate.page

        @page("/oidc/start", ANYBODY)
        def oidc_start() -> object:
            return self._start()

        @page("/oidc/back", ANYBODY)
        def oidc_back() -> object:
            response = self._back()
            self._gate.handed(response, _ASKED, "")
            return response

        @page("/oidc/bind", INSIDE, methods=("GET", "POST"))
        def oidc_bind() -> object:
            """Asked first: who sat here before may have begun it."""
            proved = self._kept(BIND)
            if not proved or inside().staff.subject:
                return redirect(HOME, 303)
            return self._bound(Proved(*proved)) if request.method == "POST" else self._asks(Proved(*proved))

    @property
    def _here(self) -> str:
        """Where the provider sends people back to: what is registered there, never what a stranger's Host says."""
        return f"{self._kit.settings.public_url.rstrip('/')}{url_for('console.oidc_back')}"

    def _start(self) -> Response:
        self._login.bounded()
        try:
            to, asked = self._provider.begin(self._here, back_to(request.args.get("next")), self._kit.now())
        except NotProved as error:
            return self._failed(str(error))
        response = redirect(to, 303)
        self._gate.handed(response, _ASKED, self._gate.sealed(_ASKED, json.dumps(asked)), _TEN_MINUTES)
        return response

    def _back(self) -> Response:
        self._login.bounded()
        found, now = self._kept(_ASKED), self._kit.now()
        asked = Asked(*found) if found else None
        if asked is None or now.timestamp() > asked.until or not same(asked.state, request.args.get("state", "")):
            return self._failed("somebody came back who had not been sent, or too late")
        if request.args.get("error") or not request.args.get("code"):
            return self._failed("the provider let nobody through")
        try:
            proved = self._provider.end(request.args["code"], self._here, asked, now)
        except NotProved as error:
            return self._failed(str(error))
        return self._knows(proved, asked)

    def _knows(self, proved: Proved, asked: Asked) -> Response:
        address = self._gate.address(request)
        with self._kit.db.writing() as unit:
            staff = self._login.knock(unit, address).recognises(proved.subject)
        if staff is not None:
            return self._login.enters(staff, "oidc", asked.next)
        if self._is_bound(proved):
            return self._failed("the account is locked or disabled")
        words = f"这个{self._kit.settings.oidc_name}账号还没有绑定。用密码登录一次，就可以绑定。"
        response = self._login.shown(words, 403)
        self._gate.handed(response, BIND, self._gate.sealed(BIND, json.dumps(proved)), _TEN_MINUTES)
        return response

    def _is_bound(self, proved: Proved) -> bool:
        with self._kit.db.unit() as unit:
            return any(each.subject == proved.subject for each in self._roster(unit).everybody())

    def _asks(self, proved: Proved) -> Response:
        return Made(render_template("console/bind.html", name=proved.name, oidc=self._kit.settings.oidc_name))

    def _bound(self, proved: Proved) -> Response:
        if request.form.get("bind") == "1":
            how: dict[str, Any] = {"now": self._kit.now(), "address": self._gate.address(request)}
            try:
                with self._kit.db.writing() as unit:
                    self._roster(unit).bind(actor().key, actor().id, proved.subject, **how)
            except Refused:
                abort(409)
        response = redirect(HOME, 303)
        self._gate.handed(response, BIND, "")
        return response

    def _failed(self, why: str) -> Response:
        address = self._gate.address(request)
        _log.warning("single sign-on failed from %s: %s", address, why)
        self._login.failed(address)
        return self._login.shown(_FAILED, 403)

    def _roster(self, unit: Unit) -> Roster:
        return Roster(unit, self._gate.seal)

    def _kept(self, name: str) -> list[Any]:
        """What we had sealed into that cookie; nothing when there is none of ours."""
        found = self._gate.unsealed(name, self._gate.given(name))
        return list(json.loads(found)) if found else []
