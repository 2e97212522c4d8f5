"""What is switched on goes wrong, for whom and as often as said; the log knows, and holds no secret."""

import http.client
import json
import random
from urllib.parse import quote

import pytest

CUSTOM = "/cgi-bin/message/custom/send"
TEMPLATE = "/cgi-bin/message/template/send"
IPS = "/cgi-bin/getcallbackip"
BROKEN = (http.client.RemoteDisconnected, ConnectionError)


@pytest.fixture
def switch(web):
    def on(what, **more):
        status, fault = web.post("/emulator/api/faults", {"what": what, **more})
        assert status == 201
        return fault["id"]

    return on


@pytest.mark.parametrize(("what", "code"), [("-1", -1), ("45009", 45009), ("40001", 40001), ("48001", 48001)])
def test_an_errcode_until_it_is_taken_back(api, web, switch, what, code):
    api.token()
    fault = switch(what)
    assert [api.get(IPS)[0] for _ in range(3)] == [code] * 3
    assert web.call(f"/emulator/api/faults/{fault}", method="DELETE")[0] == 200
    assert api.get(IPS)[0] == 0


def test_once_and_for_one_api_only(api, xiaolin, act, switch):
    act("text", text="在吗")
    switch("40001", api=CUSTOM, count=1)
    assert api.get(IPS)[0] == 0
    assert [api.say(xiaolin.openid), api.say(xiaolin.openid)] == [40001, 0]


@pytest.mark.parametrize("what", ["40125", "40164"])
def test_a_wrong_secret_is_told_where_it_is_given(api, web, world, switch, what):
    api.token()
    switch(what)
    ask = {"grant_type": "client_credential", "appid": world.account.appid, "secret": world.account.secret}
    assert web.post("/cgi-bin/stable_token", ask)[1]["errcode"] == int(what)
    assert api.get(IPS)[0] == 0


def test_pages_instead_of_answers(api, web, switch):
    path = f"{IPS}?access_token={api.token()}"
    switch("502", count=1)
    switch("html", count=1)
    assert web.call(path)[0] == 502
    status, body, headers = web.call(path)
    assert (status, headers["Content-Type"].split(";")[0], body[:6]) == (200, "text/html", b"<html>")


def test_down_does_nothing_and_drop_does_it_without_an_answer(api, xiaolin, act, switch, lines):
    act("text", text="在吗")
    api.token()
    switch("down", count=1)
    with pytest.raises(BROKEN):
        api.say(xiaolin.openid, "没有")
    assert ("account", "没有") not in lines("小林")
    switch("drop", count=1)
    with pytest.raises(BROKEN):
        api.say(xiaolin.openid, "有")
    assert ("account", "有") in lines("小林")
    assert api.say(xiaolin.openid) == 0


def test_slow_still_answers(api, world, switch):
    api.token()
    switch("slow", seconds=0.2, count=1)
    assert api.get(IPS)[0] == 0
    assert world.calls.all()[-1].fault == "slow"
    assert world.calls.all()[-1].ms >= 200


def test_a_share_of_the_calls(api, world, switch):
    switch("-1", share=0.2)
    world.faults._dice = random.Random(7)
    codes = [api.get(IPS)[0] for _ in range(60)]
    assert 3 <= codes.count(-1) <= 25


@pytest.mark.parametrize(
    "body",
    [{}, {"what": "boom"}, {"what": "-1", "api": "x"}, {"what": "-1", "count": 0}, {"what": "-1", "share": 2}],
)
def test_a_switch_that_cannot_be(web, body):
    status, answer = web.post("/emulator/api/faults", body)
    assert status == 400
    assert answer["error"]["text"]


def test_all_faults_end_with_one_request(api, web, switch):
    for what in ("-1", "down", "html"):
        switch(what)
    assert web.call("/emulator/api/faults", method="DELETE")[0] == 200
    assert api.get(IPS)[0] == 0


def test_the_log_knows_each_call_and_no_secret(api, web, world, xiaolin, act, switch):
    act("text", text="在吗")
    api.say(xiaolin.openid, "第一条")
    switch("-1", count=1)
    api.say(xiaolin.openid, "第二条")
    web.post("/cgi-bin/stable_token", {"grant_type": "x", "appid": "wx", "secret": world.account.secret})
    web.call(f"/cgi-bin/token?grant_type=client_credential&appid=x&secret={world.account.secret}")
    web.call("/cgi-bin/stable_token", f'{{"secret": "{world.account.secret}", broken'.encode())
    code = web.post(f"/emulator/api/users/{xiaolin.openid}/code", {"kind": "login"})[1]["code"]
    mini = world.mini.account
    asked = f"appid={mini.appid}&secret={mini.secret}&js_code={code}&grant_type=authorization_code"
    session = web.get(f"/sns/jscode2session?{asked}")[1]
    status, answer = web.get("/emulator/api/calls?limit=100")
    assert status == 200
    sends = [call for call in answer["calls"] if call["path"] == CUSTOM]
    assert [(call["errcode"], call["fault"], call["who"]) for call in sends] == [(0, "", "小林"), (-1, "-1", "小林")]
    assert "第一条" in sends[0]["body"]
    written = json.dumps(answer)
    for secret in (world.account.secret, mini.secret, api.token(), session["session_key"]):
        assert secret not in written
    assert web.get(f"/emulator/api/calls/{sends[0]['id']}")[1] == sends[0]


def test_the_clock_goes_forward_and_callbacks_keep_the_real_time(api, web, world, act):
    assert web.post("/emulator/api/clock", {"jump": 7200})[1]["ahead"] == 7200
    api.token()
    assert web.post("/emulator/api/clock", {"jump": 7200})[1]["ahead"] == 14_400
    assert api.get(IPS)[0] == 42001
    assert abs(act("text", text="在吗").message.created - world.now()) < 60
    assert web.post("/emulator/api/clock", {"jump": 0})[0] == 400
    assert web.post("/emulator/api/reset", {})[0] == 200
    assert web.get("/emulator/api/clock")[1]["ahead"] == 14_400


PATHS = [
    CUSTOM,
    TEMPLATE,
    "/cgi-bin/message/custom/typing",
    "/cgi-bin/message/subscribe/bizsend",
    "/cgi-bin/message/subscribe/send",
    "/cgi-bin/media/upload",
    "/cgi-bin/qrcode/create",
    "/cgi-bin/menu/create",
    "/cgi-bin/clear_quota",
    "/cgi-bin/openapi/quota/get",
    "/cgi-bin/callback/check",
    "/cgi-bin/stable_token",
    "/wxa/business/getuserphonenumber",
    "/wxa/msg_sec_check",
]
ODD = [None, True, 0, -1, 1e308, "", "x" * 3000, [], [[]], {}, {"value": []}, "\ud800", "emu-template-notice"]
CONTROL = ["users", "faults", "clock", "templates", "limits", "mode", "users/小林/messages", "users/小林/code"]
KEYS = "touser msgtype text content news articles msgmenu list template_id data client_msg_id page lang command code "
KEYS += "openid version scene appid secret grant_type action_name action_info cgi_path action button expire_seconds"


@pytest.mark.parametrize("path", PATHS)
def test_no_body_breaks_it(api, web, xiaolin, path):
    """Whatever is sent, the answer is an errcode and never a broken connection or a 500."""
    dice = random.Random(path)
    bodies = [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 20_000, b'{"a":' * 5000, b"\0" * 10]
    for _ in range(60):
        keys = dice.sample(KEYS.split(), 6)
        body = {key: dice.choice(ODD) for key in keys} | {"touser": dice.choice([xiaolin.openid, *ODD])}
        bodies.append(json.dumps(body).encode())
    for mini in (False, True):
        for body in bodies:
            status, answer, _ = web.call(f"{path}?access_token={api.token(mini)}", body)
            assert status == 200, body[:200]
            assert "errcode" in json.loads(answer) or b"access_token" in answer, body[:200]


@pytest.mark.parametrize("path", CONTROL)
def test_no_body_breaks_the_control_api(web, path):
    dice = random.Random(path)
    names = "name openid phone following type text what api count share seconds jump id kind account title fields"
    names += " path limit mode accept reject templates always template answer scene ticket key on lat lng"
    kinds = [
        "text",
        "popup",
        "settings",
        "scan",
        "mini_text",
        "mini_enter",
        "raw",
        "slow",
        "-1",
        "once",
        "login",
        "safe",
    ]
    for _ in range(80):
        body = {name: dice.choice([*ODD, *kinds, {"MsgType": "x"}]) for name in dice.sample(names.split(), 8)}
        body["type"] = dice.choice(kinds)
        data = json.dumps(body).encode()
        status, answer, _ = web.call("/emulator/api/" + quote(path), data, {"Content-Type": "application/json"})
        assert status < 500, body
        json.loads(answer)
    web.call("/emulator/api/faults", method="DELETE")
