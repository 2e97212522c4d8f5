"""The console with its real login, and browsers of strangers in front of it."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from front import app_of
from werkzeug.test import TestResponse

from bot.kit import Kit
from conftest import SETTINGS
from handlers.console.gate import COOKIE
from models import password as passwords
from models.roster import NewStaff, Roster
from models.seal import Seal
from models.staff import Staff, StaffSession
from models.ticket import HOTLINE
from talk import Clock

RIGHT = "correct-Horse-7-battery"
KEPT = passwords.hashed(RIGHT)
SEAL = Seal(SETTINGS.secret_key)


def hidden(response: TestResponse, name: str) -> str:
    """The value of a hidden field of that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.text)
    assert found, response.text
    return found[1]


class Browser:
    """A stranger in front of the login page, from an address of their own."""

    def __init__(self, app: Flask, address: str = "10.1.0.1") -> None:
        self.client: FlaskClient = app.test_client()
        self.address = address

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/console{path}", environ_base={"REMOTE_ADDR": self.address}, **more)

    def post(self, path: str, data: dict[str, Any], **more: Any) -> TestResponse:
        return self.client.post(f"/console{path}", data=data, environ_base={"REMOTE_ADDR": self.address}, **more)

    def login(self, login: str, password: str = RIGHT, **more: Any) -> TestResponse:
        headers = more.pop("headers", {})
        mark = hidden(self.get("/login"), "mark")
        return self.post("/login", {"mark": mark, "login": login, "password": password, **more}, headers=headers)

    @property
    def csrf(self) -> str:
        return hidden(self.get("/me/password"), "csrf")

    @property
    def token(self) -> str:
        cookie = self.client.get_cookie(COOKIE)
        return cookie.value if cookie else ""


class House:
    def __init__(self, kit: Kit, clock: Clock) -> None:
        self.kit, self.clock = kit, clock
        self.app = app_of(kit)

    def hire(self, login: str, role: str = "agent", *, unit: str = HOTLINE, settled: bool = True) -> Staff:
        new = NewStaff(login, login, role, unit, KEPT)
        with self.kit.db.writing() as work:
            staff = Roster(work, SEAL).add("cli:test", new, now=self.clock())
            staff.must_change = not settled
        return staff

    def staff(self, number: int) -> Staff:
        with self.kit.db.unit() as unit:
            return Roster(unit, SEAL).get(number)

    def browser(self, address: str = "10.1.0.1") -> Browser:
        return Browser(self.app, address)

    def sessions(self) -> int:
        with self.kit.db.unit() as unit:
            return unit.session.query(StaffSession).count()
