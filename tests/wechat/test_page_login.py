"""Our page and our API against the emulator: who opens the page from a phone's chat is that person, and nobody else."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPMessage
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

import wsgi
from bot.kit import Kit
from bot.wechat.client import miniapp, service
from emulator.desk import Desk
from emulator.records import Person
from models.talent import Talents
from talk import Clock


@pytest.fixture
def clock() -> Clock:
    """The emulator keeps real time."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def app(kit: Kit, desk: Desk, clock: Clock) -> Iterator[Flask]:
    service_account, mini_account = desk.world.account, desk.world.mini.account
    settings = replace(
        kit.settings,
        demo=True,
        public_url="http://127.0.0.1:8000",
        wechat_api_base=desk.base_url,
        wechat_oauth_base=desk.base_url,
        wechat_appid=service_account.appid,
        wechat_secret=service_account.secret,
        miniapp_appid=mini_account.appid,
        miniapp_secret=mini_account.secret,
    )
    own = replace(
        kit, settings=settings, wechat=service(settings, kit.db, clock), miniapp=miniapp(settings, kit.db, clock)
    )
    made = Flask(__name__, static_folder=None)
    pipeline = wsgi.mount(made, own)
    yield made
    pipeline.close()


class _Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def led_to(address: str) -> str:
    """Where the emulator's authorize leads the browser."""
    try:
        urllib.request.build_opener(_Still).open(address)
    except urllib.error.HTTPError as answer:
        headers: HTTPMessage = answer.headers
        return str(headers["Location"])
    raise AssertionError("it did not lead anywhere")


def opened(app: Flask, person: Person) -> Any:
    """A browser that has come back from the login of that person's phone."""
    browser, home = app.test_client(), f"http://{person.host}:8000"
    there = browser.get("/m/login?next=/m/me", base_url=home).headers["Location"]
    back = led_to(there.partition("#")[0])
    assert back.startswith(f"{home}/m/back?")
    return browser.get(back.removeprefix(home).rstrip("#"), base_url=home), browser, home


def test_each_phone_is_its_own_person(app: Flask, desk: Desk, kit: Kit) -> None:
    for name in ("小林", "老王"):
        person = desk.world.find_person(name)
        answer, browser, home = opened(app, person)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/m/me")
        assert browser.get("/api/v1/me", base_url=home).status_code == 200
        with kit.db.unit() as unit:
            talent = Talents(unit).of(person.openid)
            assert talent is not None
            assert dict(talent.openids) == {"service": person.openid}


def test_who_only_looks_is_not_let_in(app: Flask, desk: Desk) -> None:
    person = desk.world.find_person("小林")
    person.snapshot = True
    answer, browser, home = opened(app, person)
    assert answer.status_code == 403
    assert browser.get("/api/v1/me", base_url=home).status_code == 401


def test_the_page_and_the_miniprogram_are_one_person_by_the_unionid(app: Flask, desk: Desk, kit: Kit) -> None:
    person = desk.world.find_person("小林")
    desk.act("小林", {"type": "follow"})
    code = desk.world.mini.codes.give("login", person.mini_openid).value
    sent = {"Idempotency-Key": "key-of-xiaolin"}
    told = app.test_client().post("/api/v1/login/miniapp", json={"code": code}, headers=sent)
    assert told.status_code == 200
    opened(app, person)
    with kit.db.unit() as unit:
        talent = Talents(unit).of(person.openid)
    assert talent is not None
    assert dict(talent.openids) == {"service": person.openid, "miniapp": person.mini_openid}
    again = app.test_client().post("/api/v1/login/miniapp", json={"code": code}, headers=sent)
    assert told.json is not None
    assert again.json is not None
    assert again.json["data"]["token"] == told.json["data"]["token"]
    anew = {"Idempotency-Key": "another-key"}
    other = app.test_client().post("/api/v1/login/miniapp", json={"code": code}, headers=anew)
    assert other.status_code == 401
    assert quote(code) not in other.text
