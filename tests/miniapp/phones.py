"""Talents with a phone in hand, as the API sees them."""

from __future__ import annotations

from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.kit import Kit
from models.agreement import Agreements
from models.login import Logins
from models.talent import App, Talent, Talents
from talk import Clock, Talk

_keys = count(1)


class Phone:
    """One talent's. Every POST carries a new Idempotency-Key unless one is given."""

    def __init__(self, client: FlaskClient, talent: Talent, token: str) -> None:
        self.client, self.talent, self.token = client, talent, token

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.ask("GET", path, **more)

    def post(self, path: str, json: Any = None, *, key: str = "", **more: Any) -> TestResponse:
        headers = {"Idempotency-Key": key or f"key-{next(_keys):08}", **more.pop("headers", {})}
        return self.ask("POST", path, json={} if json is None and "data" not in more else json, headers=headers, **more)

    def said(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        """The data of an answer that has to be 200."""
        answer = self.post(path, json, **more) if method == "POST" else self.ask(method, path, json=json, **more)
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        return answer.json["data"]

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        token = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {**token, **more.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)


def linked(phone: Phone, chat: Talk) -> None:
    """Who holds that phone and talks in that chat is one person."""
    chat.say(f"绑定 {phone.said('POST', '/link/code')['code']}")
    assert "已经关联" in chat.say("确认关联")


class Phones:
    def __init__(self, kit: Kit, app: Flask, clock: Clock) -> None:
        self.kit, self.app, self.clock = kit, app, clock

    def of(self, name: str, app: App = "miniapp") -> Phone:
        """Somebody with the openid o<name>, who has come by the mini-program, or by the service account's pages."""
        token, openid, now = f"token of {name} {next(_keys):016}", f"o{name}", self.kit.now()

        def enters(unit: Any) -> Talent:
            talent = Talents(unit).enter(openid, app, unionid="", now=now)
            Logins(unit).begin(token, talent, openid, app, agent="test", now=now)
            return talent

        return Phone(self.app.test_client(), self.kit.db.doing(enters), token)

    def agreeing(self, name: str, app: App = "miniapp", *purposes: str) -> Phone:
        """`of` somebody who has agreed that we take what these purposes need: service by default."""
        phone = self.of(name, app)
        with self.kit.db.writing() as unit:
            for purpose in purposes or ("service",):
                version = self.kit.privacy().version(purpose)
                whose, now = phone.talent.openid, self.kit.now()
                Agreements(unit).give(whose, purpose, how="miniapp", now=now, version=version)
        return phone

    def stranger(self) -> Phone:
        return Phone(self.app.test_client(), Talent(0, {"miniapp": ""}), "")
