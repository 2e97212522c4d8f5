"""The console with people at it: `desk.sits("agent")` is a browser of somebody logged in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from front import app_of
from werkzeug.test import TestResponse

from bot.desk import Serving
from bot.kit import Kit
from browsers import patient, served
from handlers.console.gate import COOKIE
from models.access import Actor
from models.desk import NewTicket
from models.entrance import WHOLE, Entrance
from models.staff import Staff
from models.ticket import HOTLINE, Ticket
from talk import Clock

WIDE = {"width": 1366, "height": 768}
_numbers = count(1)


class Seat:
    """One member of staff with a browser. Posts carry the session's token."""

    def __init__(self, client: FlaskClient, actor: Actor, csrf: str) -> None:
        self.client, self.actor, self.csrf = client, actor, csrf

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(f"/console{path}", **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        headers = {"X-CSRF-Token": self.csrf, **more.pop("headers", {})}
        return self.client.post(f"/console{path}", data=data or {}, headers=headers, **more)


class Desk:
    def __init__(self, kit: Kit, app: Flask, clock: Clock) -> None:
        self.kit, self.app, self.clock = kit, app, clock

    def hire(self, role: str, unit: str = HOTLINE, name: str = "") -> Staff:
        number = next(_numbers)
        now = self.kit.now()
        with self.kit.db.writing() as unit_of_work:
            staff = Staff(
                login=f"{role}{number}",
                name=name or f"{role}{number}",
                role=role,
                unit=unit,
                created_at=now,
                updated_at=now,
            )
            unit_of_work.session.add(staff)
            unit_of_work.session.flush()
        return staff

    def sits(self, role: str, unit: str = HOTLINE, name: str = "") -> Seat:
        """Somebody new of that role, logged in."""
        return self._in(self.hire(role, unit, name))

    def returns(self, seat: Seat) -> Seat:
        """The same person, logged in anew."""
        with self.kit.db.unit() as unit:
            staff = unit.session.get_one(Staff, seat.actor.id)
        return self._in(staff)

    def _in(self, staff: Staff) -> Seat:
        with self.kit.db.writing() as unit:
            entrance = Entrance(unit)
            token = entrance.begin(staff, WHOLE, address="127.0.0.1", agent="test", now=self.kit.now())
            inside = entrance.inside(token, self.kit.now())
            assert inside is not None
        client = self.app.test_client()
        client.set_cookie(COOKIE, token)
        return Seat(client, staff.actor, inside.csrf)

    def ticket(self, subject: str = "津贴没到账", *, openid: str = "o小林", **more: Any) -> Ticket:
        """A talent's, as the chat opens it."""
        with self.kit.db.writing() as unit:
            new = NewTicket(subject, more.pop("detail", subject), **more)
            return self.kit.desk(unit).open(openid, new, now=self.kit.now())

    def verbs(self) -> Any:
        """`with desk.verbs() as verbs:` the verbs of bot/desk.py, committed at the end."""
        return _Verbs(self.kit)


class _Verbs:
    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._writing = kit.db.writing()

    def __enter__(self) -> Serving:
        return self._kit.desk(self._writing.__enter__())

    def __exit__(self, *fault: Any) -> None:
        self._writing.__exit__(*fault)


@pytest.fixture
def desk(kit: Kit, clock: Clock) -> Desk:
    return Desk(kit, app_of(kit), clock)


def _bad(said: Any) -> bool:
    """What the browser thinks a fault, but for two answers: 409, and the list's 503 while another page is given its."""
    lists = "of 503" in said.text and "/console/live?" in said.location["url"]
    return said.type in ("error", "warning") and "of 409" not in said.text and not lists


@pytest.fixture
def opens(browser: Any, desk: Desk) -> Iterator[Callable[..., Any]]:
    """`opens(seat, path)`: their browser; at the end none of them may have met a fault but what is `expected`."""
    contexts: list[Any] = []
    problems: list[str] = []

    def opened(seat: Seat, path: str = "/", size: dict[str, int] = WIDE, *, expected: str = "of 409") -> Any:
        context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        contexts.append(context)
        cookie = seat.client.get_cookie(COOKIE)
        assert cookie is not None
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": base}])
        page = patient(context.new_page())
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console", lambda said: problems.append(said.text) if _bad(said) and expected not in said.text else None
        )
        page.goto(f"{base}/console{path}")
        return page

    with served(desk.app) as base:
        yield opened
        for context in contexts:
            context.close()
    assert problems == []
