"""网页授权: who opened a page, by the phone it was opened from or by choice, and what the code is worth."""

import json
from urllib.parse import parse_qs, quote, urlsplit

import pytest

ASKED = {
    "appid": "wx2c2769f8efd9abc2",
    "redirect_uri": "http://127.0.0.1:8000/m/back",
    "response_type": "code",
    "scope": "snsapi_base",
    "state": "a1b2",
}


def authorize(web, **changed):
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in (ASKED | changed).items())
    status, body, headers = web.call(f"/connect/oauth2/authorize?{query}")
    return status, body.decode(), headers.get("Location", "")


def came(location):
    return {name: value[0] for name, value in parse_qs(urlsplit(location).query).items()}


@pytest.fixture
def token(web, account):
    def ask(code="", **changed):
        given = {"appid": account.appid, "secret": account.secret, "code": code, "grant_type": "authorization_code"}
        query = "&".join(f"{name}={quote(value)}" for name, value in (given | changed).items() if value)
        return web.get(f"/sns/oauth2/access_token?{query}")[1]

    return ask


@pytest.fixture
def code(web, xiaolin):
    return lambda **changed: came(authorize(web, emulated=xiaolin.openid, **changed)[2])["code"]


def test_in_a_browser_one_says_whose_phone_it_is(web, xiaolin, token):
    status, body, _ = authorize(web)
    assert status == 200
    assert "小林的手机" in body
    assert "老王的手机" in body
    status, _, location = authorize(web, emulated=xiaolin.openid)
    assert status == 302
    assert location.startswith("http://127.0.0.1:8000/m/back?")
    assert came(location)["state"] == "a1b2"
    told = token(came(location)["code"])
    assert told["openid"] == xiaolin.openid
    assert told["scope"] == "snsapi_base"
    assert "unionid" not in told
    assert "is_snapshotuser" not in told


def test_a_page_opened_from_a_phone_is_that_phones(web, world, token):
    for name in ("小林", "老王"):
        person = world.find_person(name)
        address = f"http://{person.host}:8000/m/back"
        status, _, location = authorize(web, redirect_uri=address)
        assert status == 302
        assert location.startswith(f"{address}?")
        assert token(came(location)["code"])["openid"] == person.openid


def test_the_unionid_is_told_with_userinfo_only(code, token, xiaolin):
    assert token(code(scope="snsapi_userinfo"))["unionid"] == xiaolin.unionid


def test_a_code_is_good_once_for_five_minutes_and_for_pages_only(code, token, world, xiaolin):
    first = code()
    assert token(first)["openid"] == xiaolin.openid
    assert token(first)["errcode"] == 40163
    assert token("nonsense")["errcode"] == 40029
    assert token()["errcode"] == 41008
    assert token(world.mini.codes.give("login", xiaolin.mini_openid).value)["errcode"] == 40029
    late = code()
    world.jump(301)
    assert token(late)["errcode"] == 40029


def test_the_account_must_be_the_service_account(code, token, world):
    mini = world.mini.account
    assert token(code(), appid=mini.appid, secret=mini.secret)["errcode"] == 40013
    assert token(code(), secret="wrong")["errcode"] == 40125
    assert token(code(), grant_type="client_credential")["errcode"] == 40002


def test_who_only_looks_is_lent_somebody_who_is_nobody(code, token, web, xiaolin):
    web.post("/emulator/api/users/小林/snapshot".replace("小林", quote("小林")), {"on": True})
    told = token(code())
    assert told["is_snapshotuser"] == 1
    assert told["openid"] != xiaolin.openid
    status, state = web.post(f"/emulator/api/users/{quote('小林')}/snapshot", {"on": False})
    assert (status, state["snapshot"]) == (200, False)
    assert token(code())["openid"] == xiaolin.openid


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"redirect_uri": "https://evil.example/m/back"}, "10003"),
        ({"redirect_uri": "javascript:alert(1)"}, "10003"),
        ({"scope": "snsapi_login"}, "10005"),
        ({"scope": ""}, "10010"),
        ({"appid": "wx0"}, "40013"),
        ({"state": "<script>"}, "state"),
        ({"response_type": "token"}, "response_type"),
    ],
)
def test_what_wechat_would_not_open(web, changed, said):
    status, body, location = authorize(web, emulated="x", **changed)
    assert (status, location) == (400, "")
    assert said in body
    assert "<script>" not in body


def test_no_token_stands_in_the_log(web, code, token):
    told = token(code())
    logged = json.dumps(web.get("/emulator/api/calls")[1], ensure_ascii=False)
    assert told["access_token"] not in logged
    call = web.get("/emulator/api/calls")[1]["calls"][-1]
    whole = json.dumps(web.get(f"/emulator/api/calls/{call['id']}")[1])
    assert told["access_token"] not in whole
    assert told["refresh_token"] not in whole
