"""Logging in by the mini-program: what proves who it is, what is kept, what a repeated POST gets."""

from __future__ import annotations

import dataclasses
import logging
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from phones import Phone, Phones

import wsgi
from bot.kit import Kit
from bot.wechat.values import Login
from models.person import People
from models.talent import Talents
from wechat_api import Recorder, no


def mini(kit: Kit) -> Recorder:
    assert isinstance(kit.miniapp, Recorder)
    return kit.miniapp


def enter(phones: Phones, code: str, *, key: str = "", **more: Any) -> Phone:
    phone = phones.stranger()
    answer = phone.post("/login/miniapp", {"code": code}, key=key, **more)
    assert answer.status_code == 200, answer.json
    assert answer.json is not None
    phone.token = answer.json["data"]["token"]
    return phone


def error(answer: Any) -> str:
    assert answer.json["ok"] is False
    return str(answer.json["error"]["code"])


def everything(kit: Kit) -> str:
    """Every value of every row, as text."""
    with kit.db.unit() as unit:
        names = unit.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
        rows = [list(unit.connection.exec_driver_sql(f'SELECT * FROM "{name}"')) for name in list(names)]  # noqa: S608
    return repr(rows)


def test_a_code_of_wechats_makes_a_login(phones: Phones) -> None:
    phone = enter(phones, "abc")
    assert phone.get("/me").status_code == 200
    assert phones.stranger().get("/me").status_code == 401
    assert len(phone.token) >= 43  # 256 bits


def test_the_same_person_comes_back_as_the_same(phones: Phones, kit: Kit) -> None:
    mini(kit).answers["login"] = Login("oXiaoLin", "a session key", "")
    one, two = enter(phones, "abc"), enter(phones, "def")
    one.ask("PUT", "/me", json={"elder": True})
    assert two.get("/me").json == one.get("/me").json
    assert one.token != two.token


@pytest.mark.parametrize("field", ["openid", "unionid", "phone", "session_key", "appid"])
def test_nobody_says_themselves_who_they_are(phones: Phones, kit: Kit, field: str) -> None:
    answer = phones.stranger().post("/login/miniapp", {"code": "abc", field: "oLaoWang"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]["field"] == field
    assert mini(kit).calls == []


@pytest.mark.parametrize(("kind", "told"), [("code", "code_invalid"), ("used", "code_used")])
def test_a_code_that_is_none_is_refused_and_leaves_nothing(phones: Phones, kit: Kit, kind: str, told: str) -> None:
    before = everything(kit)
    mini(kit).refuse(no(kind))
    answer = phones.stranger().post("/login/miniapp", {"code": "abc"})
    assert answer.status_code == 401
    assert error(answer) == told
    assert everything(kit) == before


def test_wechat_being_away_is_no_fault_of_the_code(phones: Phones, kit: Kit) -> None:
    mini(kit).refuse(no("later"), times=1)
    answer = phones.stranger().post("/login/miniapp", {"code": "abc"}, key="the-same-key")
    assert answer.status_code == 503
    assert enter(phones, "abc", key="the-same-key").get("/me").status_code == 200


def test_the_same_post_is_told_the_same_token_and_asks_wechat_once(phones: Phones, kit: Kit) -> None:
    one = enter(phones, "abc", key="key-of-abc")
    mini(kit).refuse(no("used", 40163))
    two = enter(phones, "abc", key="key-of-abc")
    assert one.token == two.token
    logins = one.get("/logins").json
    assert logins is not None
    assert len(logins["data"]["items"]) == 1
    assert [call.what for call in mini(kit).calls] == ["login"]


def test_a_key_used_for_another_code_is_refused(phones: Phones) -> None:
    enter(phones, "abc", key="key-of-abc")
    answer = phones.stranger().post("/login/miniapp", {"code": "def"}, key="key-of-abc")
    assert answer.status_code == 409
    assert error(answer) == "key_used"


def test_code_and_key_are_worth_nothing_later_nor_after_a_logout(phones: Phones, kit: Kit) -> None:
    first, second = enter(phones, "abc", key="key-of-abc"), enter(phones, "def", key="key-of-def")
    assert second.post("/logout").status_code == 200
    mini(kit).refuse(no("used", 40163))
    assert error(phones.stranger().post("/login/miniapp", {"code": "def"}, key="key-of-def")) == "code_used"
    phones.clock.at += timedelta(minutes=11)
    assert error(phones.stranger().post("/login/miniapp", {"code": "abc"}, key="key-of-abc")) == "code_used"
    assert first.get("/me").status_code == 200


def test_a_code_that_wechat_takes_twice_makes_no_second_login(phones: Phones, kit: Kit) -> None:
    """It may come from a phone that is logged in by now: nobody's key is the same as another's."""
    first, later = enter(phones, "abc", key="key-of-abc"), phones.of("小周")
    assert later.said("POST", "/login/miniapp", {"code": "abc"}, key="key-of-abc")["token"] == first.token
    phones.clock.at += timedelta(minutes=11)
    again = phones.of("小吴").post("/login/miniapp", {"code": "abc"}, key="key-of-abc")
    assert (again.status_code, error(again)) == (401, "code_used")
    assert len(first.said("GET", "/logins")["items"]) == 1


def test_without_a_miniprogram_nobody_comes_by_it(kit: Kit) -> None:
    app = Flask(__name__, static_folder=None)
    pipeline = wsgi.mount(app, dataclasses.replace(kit, miniapp=None))
    answer = app.test_client().post(
        "/api/v1/login/miniapp", json={"code": "a"}, headers={"Idempotency-Key": "12345678"}
    )
    pipeline.close()
    assert answer.status_code == 404


def test_nothing_secret_is_kept_or_logged(phones: Phones, kit: Kit, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    mini(kit).answers["login"] = Login("oXiaoLin", "CANARY-SESSION", "")
    phone = enter(phones, "CANARY-CODE", key="CANARY-KEY")
    mini(kit).refuse(no("used", 40163))
    answer = phones.stranger().post("/login/miniapp", {"code": "CANARY-CODE"}, key="CANARY-OTHER")
    for told in (everything(kit), caplog.text, answer.text):
        assert "CANARY" not in told
        assert phone.token not in told
    assert "session" not in str(phone.get("/me").json)


def test_one_sees_and_ends_ones_own_logins_only(phones: Phones, kit: Kit) -> None:
    mini(kit).answers["login"] = Login("oXiaoLin", "k", "")
    here, there = enter(phones, "a", headers={"User-Agent": "Phone"}), enter(phones, "b")
    other = phones.of("路人")
    told = here.get("/logins").json
    assert told is not None
    items = {each["current"]: each for each in told["data"]["items"]}
    assert items[True]["agent"] == "Phone"
    number = items[False]["id"]
    assert other.ask("DELETE", f"/logins/{number}").status_code == 404
    assert there.get("/me").status_code == 200
    assert here.ask("DELETE", f"/logins/{number}").status_code == 200
    assert there.get("/me").status_code == 401
    assert here.ask("DELETE", f"/logins/{number}").status_code == 404


def test_the_login_one_looks_from_is_in_use_now(phones: Phones, kit: Kit) -> None:
    here = phones.of("小林")
    phones.clock.at += timedelta(minutes=20)  # noted once an hour only
    seen = here.said("GET", "/logins")["items"][0]["seen_at"]
    assert datetime.fromisoformat(seen) == kit.now()


def test_all_other_logins_or_all_are_ended(phones: Phones, kit: Kit) -> None:
    mini(kit).answers["login"] = Login("oXiaoLin", "k", "")
    one, two, three = enter(phones, "a"), enter(phones, "b"), enter(phones, "c")
    assert one.post("/logins/end", {}).json == {"ok": True, "data": {"ended": 2}}
    assert [each.get("/me").status_code for each in (one, two, three)] == [200, 401, 401]
    assert one.post("/logins/end", {"also_this": True}).json == {"ok": True, "data": {"ended": 1}}
    assert one.get("/me").status_code == 401


def test_by_the_unionid_two_are_one_at_once(phones: Phones, kit: Kit) -> None:
    with kit.db.writing() as unit:
        People(unit).follow("oService", scene="", now=kit.now())
        follower = Talents(unit).enter("oService", "service", unionid="u1", now=kit.now())
    mini(kit).answers["login"] = Login("oMini", "k", "u1")
    told = enter(phones, "a").get("/me").json
    assert told is not None
    assert told["data"]["linked"] is True
    assert told["data"]["following"] == "service"
    with kit.db.unit() as unit:
        both = Talents(unit).get(follower.id)
    assert dict(both.openids) == {"service": "oService", "miniapp": "oMini"}


def test_what_ended_the_login_is_answered_the_same_when_it_is_sent_again(phones: Phones, kit: Kit) -> None:
    for path, body in (("/logout", None), ("/logins/end", {"also_this": True})):
        one = enter(phones, f"code of {len(path)}".replace(" ", "-"))
        first, again = (one.post(path, body, key="the-last-word") for _ in range(2))
        assert (first.status_code, again.status_code, again.data) == (200, 200, first.data)
        assert "Idempotent-Replayed" in again.headers
        assert one.post(path, body, key="something-else").status_code == 401
        assert one.get("/me").status_code == 401
        phones.clock.at += timedelta(minutes=11)
        assert one.post(path, body, key="the-last-word").status_code == 401


def test_of_two_at_the_same_moment_both_are_let_in(phones: Phones, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    known = mini(kit).login

    def slow(code: str) -> Login:
        monkeypatch.setattr(mini(kit), "login", known)
        enter(phones, code, key="key-of-abc")
        raise no("used", 40163)

    monkeypatch.setattr(mini(kit), "login", slow)
    assert enter(phones, "abc", key="key-of-abc").get("/me").status_code == 200
