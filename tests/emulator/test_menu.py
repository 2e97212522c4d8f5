"""The menu API: what is kept, what is refused and with which code."""

import json

import pytest

from emulator.tencent.menu_rules import read_menu
from emulator.tokens import Refused

CLICK = {"type": "click", "name": "查政策", "key": "POLICY"}


def folder(*subs, name="更多"):
    return {"name": name, "sub_button": list(subs)}


@pytest.mark.parametrize(
    ("buttons", "code"),
    [
        ([], 40016),
        ([CLICK] * 4, 40016),
        (None, 40016),
        ("查政策", 40016),
        (["查政策"], 47001),
        ([CLICK | {"type": "teleport"}], 40017),
        ([CLICK | {"name": ""}], 40018),
        ([CLICK | {"name": "六个汉字太长"}], 40018),
        ([CLICK | {"key": "k" * 129}], 40019),
        ([{"type": "click", "name": "无键"}], 40019),
        ([{"type": "view", "name": "网", "url": "https://x/" + "u" * 1024}], 40020),
        ([{"type": "view", "name": "网", "url": "ftp://x"}], 40055),
        ([folder(*[CLICK] * 6)], 40023),
        ([folder(CLICK | {"type": ""})], 40024),
        ([folder(CLICK | {"name": "字" * 21})], 40025),
        ([folder(CLICK | {"key": ""})], 40026),
        ([folder({"type": "view", "name": "网", "url": ""})], 40027),
        ([folder({"type": "view", "name": "网", "url": "x"})], 40054),
        ([folder(folder(CLICK))], 40022),
    ],
)
def test_a_menu_that_breaks_a_rule_is_refused(buttons, code):
    with pytest.raises(Refused) as caught:
        read_menu({"button": buttons})
    assert caught.value.code == code


def test_the_largest_menu_passes():
    full = folder(*[CLICK | {"name": "字" * 20, "key": "k" * 128}] * 5, name="四个汉字a")
    menu = read_menu({"button": [full] * 3})
    assert len(menu["button"]) == 3
    assert len(menu["button"][0]["sub_button"]) == 5


def test_every_documented_type_passes():
    with_key = ["scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_weixin", "location_select"]
    mini = {"type": "miniprogram", "name": "小程序", "url": "https://x", "appid": "wx1", "pagepath": "pages/index"}
    media = {"type": "article_id", "name": "图文", "article_id": "A"}
    menu = read_menu({"button": [folder(*[CLICK | {"type": kind} for kind in with_key]), mini, media]})
    assert [button["type"] for button in menu["button"][0]["sub_button"]] == with_key


@pytest.fixture
def token(web):
    ask = {"grant_type": "client_credential", "appid": "wx2c2769f8efd9abc2", "secret": "desk-secret"}
    return web.post("/cgi-bin/stable_token", ask)[1]["access_token"]


def test_create_get_delete(web, token):
    at = f"?access_token={token}"
    assert web.get("/cgi-bin/menu/get" + at)[1]["errcode"] == 46003
    assert web.post("/cgi-bin/menu/create" + at, {"button": [CLICK]})[1] == {"errcode": 0, "errmsg": "ok"}
    kept = web.get("/cgi-bin/menu/get" + at)[1]
    assert kept == {"menu": {"button": [CLICK | {"sub_button": []}]}}
    assert web.get("/cgi-bin/menu/delete" + at)[1]["errcode"] == 0
    assert web.get("/cgi-bin/menu/get" + at)[1]["errcode"] == 46003


@pytest.mark.parametrize(("query", "code"), [("", 41001), ("?access_token=", 41001), ("?access_token=stolen", 40001)])
def test_the_menu_asks_for_a_token(web, query, code):
    assert web.post("/cgi-bin/menu/create" + query, {"button": [CLICK]})[1]["errcode"] == code
    assert web.get("/cgi-bin/menu/get" + query)[1]["errcode"] == code
    assert web.get("/cgi-bin/menu/delete" + query)[1]["errcode"] == code


def test_escaped_characters_are_refused_as_tencent_does(web, token):
    path, kind = f"/cgi-bin/menu/create?access_token={token}", {"Content-Type": "application/json"}
    _, answer, _ = web.call(path, json.dumps({"button": [CLICK]}).encode(), kind)
    assert json.loads(answer)["errcode"] == 40033
    _, answer, _ = web.call(path, b"{not json", kind)
    assert json.loads(answer)["errcode"] == 47001
    assert web.get(f"/cgi-bin/menu/create?access_token={token}")[1]["errcode"] == 43002
