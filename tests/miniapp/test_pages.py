"""Logging in to a page from WeChat: the way there and back, what is refused, and the cookie."""

from __future__ import annotations

import dataclasses
import logging
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from phones import Phones
from werkzeug.test import TestResponse

import wsgi
from bot.kit import Kit
from bot.wechat.values import Visitor
from models.db import Unavailable
from models.talent import Talents
from talk import Clock
from wechat_api import Recorder, no


@pytest.fixture
def kit(kit: Kit) -> Kit:
    settings = dataclasses.replace(kit.settings, wechat_appid="wx1", public_url="https://talent.example")
    return dataclasses.replace(kit, settings=settings)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()


def service(kit: Kit) -> Recorder:
    assert isinstance(kit.wechat, Recorder)
    return kit.wechat


def get(browser: FlaskClient, address: str, **more: str) -> TestResponse:
    return browser.get(address, base_url="https://talent.example", headers=more)


def begin(browser: FlaskClient, to: str = "/m/") -> str:
    """The state WeChat is asked to bring back."""
    answer = get(browser, f"/m/login?next={to}")
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def named(answer: TestResponse, name: str) -> str:
    return next((each for each in answer.headers.getlist("Set-Cookie") if each.startswith(f"{name}=")), "")


def test_there_and_back(browser: FlaskClient) -> None:
    there = get(browser, "/m/login?next=/m/tickets%23/new")
    address = urlsplit(there.headers["Location"])
    asked = parse_qs(address.query)
    assert (address.netloc, address.path, address.fragment) == (
        "open.weixin.qq.com",
        "/connect/oauth2/authorize",
        "wechat_redirect",
    )
    assert asked["appid"] == ["wx1"]
    assert asked["redirect_uri"] == ["https://talent.example/m/back"]
    assert asked["scope"] == ["snsapi_base"]
    assert asked["state"][0].isalnum()  # WeChat takes letters and digits only
    back = get(browser, f"/m/back?code=abc&state={asked['state'][0]}")
    assert back.status_code == 302
    assert back.headers["Location"] == "/m/tickets#/new"
    cookie = named(back, "__Host-huicai_talent")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    me = get(browser, "/api/v1/me")
    assert me.json is not None
    assert me.json["data"]["following"] == "service"


def test_the_page_can_tell_one_person_from_the_next_and_not_who_they_are(browser: FlaskClient) -> None:
    names = []
    for code in ("lin", "wang", "lin"):
        back = get(browser, f"/m/back?code={code}&state={begin(browser)}")
        cookie = named(back, "huicai_whose").split("; ")
        assert {"Secure", "Path=/m/", "SameSite=Lax"} <= set(cookie)
        assert "HttpOnly" not in cookie
        names.append(cookie[0])
    assert names[0] == names[2]
    assert names[0] != names[1]
    assert "lin" not in names[0].lower()


def test_in_a_mini_program_nobody_is_logged_in_by_the_service_account(browser: FlaskClient) -> None:
    answer = get(browser, "/m/login?next=/m/tickets", **{"User-Agent": "MicroMessenger/8.0 miniProgram/wx1"})
    assert answer.status_code == 400
    assert "请回到小程序" in answer.text
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/m/",
        "/m\\evil",
        "/console/",
        "/m/login?next=/m/",
        "/m/back",
        "/m/\\evil.example",
        "/m/a%0d%0aSet-Cookie:x=1",
        "javascript:alert(1)",
    ],
)
def test_it_leads_to_pages_of_ours_only(browser: FlaskClient, to: str) -> None:
    back = get(browser, f"/m/back?code=abc&state={begin(browser, to)}")
    assert back.headers["Location"] == "/m/"


def test_who_did_not_begin_it_is_not_let_in(browser: FlaskClient, app: Flask, kit: Kit, phones: Phones) -> None:
    state = begin(browser)
    for other, answer in (
        ("another browser", get(app.test_client(), f"/m/back?code=abc&state={state}")),
        ("another state", get(browser, f"/m/back?code=abc&state={'0' * 32}")),
        ("no state", get(browser, "/m/back?code=abc")),
        ("no code", get(browser, f"/m/back?state={state}")),
    ):
        assert answer.status_code == 400, other
        assert not named(answer, "__Host-huicai_talent"), other
    phones.clock.at += timedelta(minutes=11)
    assert get(browser, f"/m/back?code=abc&state={state}").status_code == 400
    assert service(kit).calls == []


def test_what_was_begun_ends_once(browser: FlaskClient) -> None:
    state = begin(browser)
    assert get(browser, f"/m/back?code=abc&state={state}").status_code == 302
    assert get(browser, f"/m/back?code=abc&state={state}").status_code == 400


def test_who_only_looks_at_a_snapshot_is_asked_to_come_in(browser: FlaskClient, kit: Kit) -> None:
    service(kit).answers["web_login"] = Visitor("oNobody", "", True)
    answer = get(browser, f"/m/back?code=abc&state={begin(browser)}")
    assert answer.status_code == 403
    assert "使用完整服务" in answer.text
    assert not named(answer, "__Host-huicai_talent")
    with kit.db.unit() as unit:
        assert Talents(unit).of("oNobody") is None


@pytest.mark.parametrize(("kind", "status"), [("code", 400), ("used", 400), ("later", 503), ("config", 503)])
def test_what_wechat_refuses_is_told_in_words(browser: FlaskClient, kit: Kit, kind: str, status: int) -> None:
    service(kit).refuse(no(kind), what="web_login")
    answer = get(browser, f"/m/back?code=abc&state={begin(browser, '/m/me')}")
    assert answer.status_code == status
    assert "/m/login?next=%2Fm%2Fme" in answer.text


def test_the_unionid_is_asked_for_and_may_be_missing(browser: FlaskClient, kit: Kit) -> None:
    with kit.db.writing() as unit:
        mini = Talents(unit).enter("oMini", "miniapp", unionid="u1", now=kit.now())
    service(kit).answers["unionid"] = "u1"
    get(browser, f"/m/back?code=abc&state={begin(browser)}")
    with kit.db.unit() as unit:
        assert dict(Talents(unit).get(mini.id).openids) == {"miniapp": "oMini", "service": "o-abc"}
    service(kit).refuse(no("quota", 45009), what="unionid")
    assert get(browser, f"/m/back?code=def&state={begin(browser)}").status_code == 302


def test_a_browser_has_one_login(browser: FlaskClient) -> None:
    for _ in range(2):
        get(browser, f"/m/back?code=abc&state={begin(browser)}")
    told = get(browser, "/api/v1/logins").json
    assert told is not None
    assert len(told["data"]["items"]) == 1


def test_a_ticket_of_the_miniprogram_opens_its_page_once(phones: Phones, browser: FlaskClient, clock: Clock) -> None:
    phone = phones.of("小林")
    told = phone.post("/login/page").json
    assert told is not None
    address = told["data"]["address"]
    answer = get(browser, f"{address}&next=/m/me")
    assert answer.headers["Location"] == "/m/me"
    assert get(browser, "/api/v1/me").json == phone.get("/me").json
    assert get(browser, address).status_code == 400
    late = phone.post("/login/page").json
    assert late is not None
    clock.at += timedelta(seconds=61)
    assert get(browser, late["data"]["address"]).status_code == 400


def test_no_other_site_opens_a_ticket(phones: Phones, browser: FlaskClient) -> None:
    told = phones.of("小林").post("/login/page").json
    assert told is not None
    answer = get(browser, told["data"]["address"], **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert not named(answer, "__Host-huicai_talent")


def test_another_site_changes_nothing_by_the_cookie(browser: FlaskClient) -> None:
    get(browser, f"/m/back?code=abc&state={begin(browser)}")
    sent = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.put("/api/v1/me", base_url="https://talent.example", json={"elder": True}, headers=sent)
    assert answer.status_code == 403


def test_no_code_state_or_token_in_any_log(
    browser: FlaskClient, kit: Kit, caplog: pytest.LogCaptureFixture, phones: Phones
) -> None:
    caplog.set_level(logging.DEBUG)
    state = begin(browser)
    back = get(browser, f"/m/back?code=CANARYCODE&state={state}")
    token = named(back, "__Host-huicai_talent").partition("=")[2].partition(";")[0]
    service(kit).refuse(no("code", 40029))
    refused = get(browser, f"/m/back?code=CANARYCODE&state={begin(browser)}")
    told = phones.of("小林").post("/login/page").json
    assert told is not None
    ticket = told["data"]["address"].partition("=")[2]
    get(browser, told["data"]["address"])
    for secret in ("CANARYCODE", state, token, ticket):
        assert secret not in caplog.text + refused.text
    assert "no-referrer" in back.headers["Referrer-Policy"]


def test_without_an_address_of_ours_nobody_is_sent_to_wechat(app: Flask, kit: Kit) -> None:
    made = Flask(__name__, static_folder=None)
    bare = dataclasses.replace(kit, settings=dataclasses.replace(kit.settings, public_url=""))
    pipeline = wsgi.mount(made, bare)
    answer = made.test_client().get("/m/login")
    pipeline.close()
    assert answer.status_code == 503
    assert "现在登录不了" in answer.text


def test_what_was_begun_ends_also_when_wechat_refuses(browser: FlaskClient, kit: Kit) -> None:
    state = begin(browser)
    service(kit).refuse(no("code", 40029), what="web_login")
    refused = get(browser, f"/m/back?code=junk&state={state}")
    assert {"Secure", "Path=/", "Max-Age=0"} <= set(named(refused, "__Host-huicai_entering").split("; "))
    calls = len(service(kit).calls)
    assert get(browser, f"/m/back?code=junk&state={state}").status_code == 400
    assert len(service(kit).calls) == calls


def test_who_comes_too_often_waits(kit: Kit) -> None:
    app = Flask(__name__, static_folder=None)
    settings = dataclasses.replace(kit.settings, api_per_address=2)
    wsgi.mount(app, dataclasses.replace(kit, settings=settings)).close()
    browser = app.test_client()
    assert [get(browser, "/m/enter?ticket=none").status_code for _ in range(3)] == [400, 400, 429]
    assert get(browser, "/m/back?code=abc&state=none").status_code == 429
    assert service(kit).calls == []


def test_a_ticket_that_is_none_waits_for_nobody_who_writes(browser: FlaskClient, kit: Kit) -> None:
    with kit.db.writing():
        assert get(browser, "/m/enter?ticket=none").status_code == 400


def test_a_database_that_is_busy_is_told_in_words(
    browser: FlaskClient, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(work: object) -> None:
        raise Unavailable("busy")

    monkeypatch.setattr(kit.db, "doing", busy)
    answer = get(browser, f"/m/back?code=abc&state={begin(browser)}")
    assert answer.status_code == 503
    assert "请过一会儿再试" in answer.text


def test_the_cookies_last_as_long_as_the_login(browser: FlaskClient, clock: Clock) -> None:
    begun = named(get(browser, f"/m/back?code=abc&state={begin(browser)}"), "huicai_whose")
    clock.at += timedelta(days=20)
    answer = get(browser, "/api/v1/me")
    assert f"Max-Age={30 * 24 * 3600}" in named(answer, "__Host-huicai_talent").split("; ")
    again = named(answer, "huicai_whose").split("; ")
    assert {f"Max-Age={30 * 24 * 3600}", "Path=/m/", "Secure", "SameSite=Lax"} <= set(again)
    assert again[0] == begun.split("; ")[0]
    assert not named(get(browser, "/api/v1/me"), "__Host-huicai_talent")
