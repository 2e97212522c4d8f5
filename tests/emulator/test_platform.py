"""Media, QR codes, mini-program logins, content check, the account's own numbers."""

import json
from urllib.parse import quote

import pytest

from emulator.qr import LONGEST, picture

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
UPLOADS = [
    ("image", PNG, 0),
    ("image", b"<svg/>", 40005),
    ("image", b"", 40006),
    ("image", PNG + b"\0" * 10 * 1024 * 1024, 40006),
    ("voice", b"#!AMR\n123", 0),
    ("voice", PNG, 40005),
    ("video", b"\0\0\0\x18ftypmp42", 0),
    ("thumb", b"\xff\xd8\xff" + b"\0" * 64 * 1024, 40006),
    ("file", PNG, 40004),
]


def upload(api, kind, data, name="media", mini=False):
    form = (
        f'--b\r\nContent-Disposition: form-data; name="{name}"; filename="a.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    body = form.encode() + data + b"\r\n--b--\r\n"
    path = f"/cgi-bin/media/upload?type={kind}&access_token={api.token(mini)}"
    _, answer, _ = api.web.call(path, body, {"Content-Type": "multipart/form-data; boundary=b"})
    return json.loads(answer)


@pytest.mark.parametrize(("kind", "data", "code"), UPLOADS)
def test_uploads(api, kind, data, code):
    answer = upload(api, kind, data)
    assert answer.get("errcode", 0) == code
    assert ("media_id" in answer) == (code == 0)


def test_what_was_uploaded_can_be_had_for_three_days(api, world):
    media_id = upload(api, "image", PNG)["media_id"]
    path = f"/cgi-bin/media/get?media_id={media_id}&access_token="
    status, data, headers = api.web.call(path + api.token())
    assert (status, data, headers["Content-Type"]) == (200, PNG, "image/png")
    assert media_id in headers["Content-Disposition"]
    assert api.get("/cgi-bin/media/get", mini=True, media_id=media_id)[0] == 40007
    world.jump(3 * 86_400)
    api.tokens.clear()
    assert api.get("/cgi-bin/media/get", media_id=media_id)[0] == 40007


def test_a_picture_a_person_sent_can_be_had(api, act, web, bot):
    status, body, _ = web.call("/emulator/api/media", PNG)
    assert status == 201
    act("image", media_id=json.loads(body)["media_id"])
    media_id = bot.heard[-1].sheet.text("MediaId")
    assert web.call(f"/cgi-bin/media/get?media_id={media_id}&access_token={api.token()}")[1] == PNG
    assert web.call(f"/cgi-bin/media/get?media_id=sample&access_token={api.token()}")[1].startswith(b"\x89PNG")


def test_upload_wants_the_form_field(api):
    assert upload(api, "image", PNG, name="file")["errcode"] == 41005
    assert upload(api, "voice", b"#!AMR", mini=True)["errcode"] == 40004


@pytest.mark.parametrize(
    ("name", "scene", "event_key"),
    [
        ("QR_SCENE", {"scene_id": 7}, "7"),
        ("QR_STR_SCENE", {"scene_str": "desk-1"}, "desk-1"),
        ("QR_LIMIT_SCENE", {"scene_id": 9}, "9"),
        ("QR_LIMIT_STR_SCENE", {"scene_str": "hall"}, "hall"),
    ],
)
def test_a_code_is_made_shown_and_scanned(api, act, bot, name, scene, event_key):
    body = {"expire_seconds": 600, "action_name": name, "action_info": {"scene": scene}}
    _, made = api.post("/cgi-bin/qrcode/create", body)
    assert ("expire_seconds" in made) == ("LIMIT" not in name)
    status, png, headers = api.web.call(f"/cgi-bin/showqrcode?ticket={made['ticket']}")
    assert (status, headers["Content-Type"]) == (200, "image/png")
    assert png == picture(made["url"])
    act("scan", ticket=made["ticket"])
    sheet = bot.heard[-1].sheet
    assert (sheet.text("Event"), sheet.text("EventKey"), sheet.text("Ticket")) == ("SCAN", event_key, made["ticket"])
    act("unfollow")
    act("scan", ticket=made["url"])
    assert bot.heard[-1].sheet.text("EventKey") == f"qrscene_{event_key}"


def test_a_temporary_code_ends(api, web, world, xiaolin):
    body = {"expire_seconds": 60, "action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x"}}}
    ticket = api.post("/cgi-bin/qrcode/create", body)[1]["ticket"]
    world.jump(60)
    assert web.call(f"/cgi-bin/showqrcode?ticket={ticket}")[0] == 404
    status, answer = web.post(f"/emulator/api/users/{xiaolin.openid}/messages", {"type": "scan", "ticket": ticket})
    assert (status, "过期" in answer["error"]["text"]) == (400, True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"action_name": "QR"}, 40052),
        ({"action_name": "QR_STR_SCENE"}, 40053),
        ({"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "x" * 65}}}, 40053),
        ({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}}, 40053),
    ],
)
def test_a_code_that_cannot_be_made(api, body, code):
    assert api.post("/cgi-bin/qrcode/create", body)[0] == code


def test_a_picture_holds_what_one_block_can():
    assert picture("x" * LONGEST).startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="too long"):
        picture("x" * (LONGEST + 1))


def code(web, kind="login", who="小林"):
    return web.post(f"/emulator/api/users/{quote(who)}/code", {"kind": kind})[1]["code"]


def login(web, world, given_code, **wrong):
    account = world.mini.account
    given = {"appid": account.appid, "secret": account.secret, "js_code": given_code} | wrong
    asked = "&".join(f"{name}={value}" for name, value in given.items())
    return web.get(f"/sns/jscode2session?grant_type=authorization_code&{asked}")[1]


def test_a_login_code_works_once(web, world, xiaolin):
    js_code = code(web)
    answer = login(web, world, js_code)
    assert (answer["openid"], answer["unionid"]) == (xiaolin.mini_openid, xiaolin.unionid)
    assert answer["session_key"]
    assert login(web, world, js_code)["errcode"] == 40163
    assert login(web, world, code(web))["session_key"] != answer["session_key"]


def test_a_login_code_lives_five_minutes(web, world):
    js_code = code(web)
    world.jump(300)
    assert login(web, world, js_code)["errcode"] == 40029


@pytest.mark.parametrize(
    ("wrong", "errcode"),
    [
        ({"js_code": "guess"}, 40029),
        ({"js_code": ""}, 41008),
        ({"appid": "wxother"}, 40013),
        ({"secret": "guess"}, 40125),
    ],
)
def test_a_login_that_fails(web, world, wrong, errcode):
    assert login(web, world, code(web), **wrong)["errcode"] == errcode


def test_a_hundred_logins_a_minute(web, world):
    world.mini.daily._minutes["login/" + world.find_person("小林").mini_openid] = (int(world.clock() // 60), 100)
    assert login(web, world, code(web))["errcode"] == 45011
    assert "openid" in login(web, world, code(web, who="老王"))


def test_a_phone_number_for_a_code(api, web, xiaolin):
    path = "/wxa/business/getuserphonenumber"
    given = code(web, "phone")
    _, answer = api.post(path, {"code": given, "openid": xiaolin.mini_openid}, mini=True)
    assert answer["phone_info"]["purePhoneNumber"] == xiaolin.phone
    assert api.post(path, {"code": given}, mini=True)[0] == 40163
    assert api.post(path, {"code": code(web)}, mini=True)[0] == 40029
    assert api.post(path, {"code": code(web, "phone")})[0] == 48001
    assert api.post(path, {"code": code(web, "phone"), "openid": "oOther"}, mini=True)[0] == 40003


def check(api, openid, content="今天天气不错", **wrong):
    body = {"version": 2, "openid": openid, "scene": 2, "content": content} | wrong
    return api.post("/wxa/msg_sec_check", body, mini=True)


def test_content_is_checked_for_who_was_there_within_two_hours(api, act, xiaolin, world):
    assert check(api, xiaolin.mini_openid)[0] == 61010
    act("mini_text", text="在吗")
    assert check(api, xiaolin.mini_openid)[1]["result"] == {"suggest": "pass", "label": 100}
    assert check(api, xiaolin.mini_openid, "演示违规")[1]["result"]["suggest"] == "risky"
    assert check(api, xiaolin.mini_openid, "演示广告")[1]["result"] == {"suggest": "review", "label": 10001}
    assert check(api, xiaolin.openid)[0] == 43104
    assert check(api, "oNobody")[0] == 40003
    assert check(api, xiaolin.mini_openid, scene=9)[0] == 40129
    assert check(api, xiaolin.mini_openid, "字" * 2501)[0] == 45002
    assert check(api, xiaolin.mini_openid, "")[0] == 44002
    world.jump(7201)
    api.tokens.clear()
    assert check(api, xiaolin.mini_openid)[0] == 61010


def test_user_info(api, act, xiaolin):
    answer = api.get("/cgi-bin/user/info", openid=xiaolin.openid)[1]
    assert (answer["subscribe"], answer["unionid"]) == (1, xiaolin.unionid)
    act("unfollow")
    assert "subscribe_time" not in api.get("/cgi-bin/user/info", openid=xiaolin.openid)[1]
    assert api.get("/cgi-bin/user/info", openid="oNobody")[0] == 40003
    assert api.get("/cgi-bin/user/info", mini=True, openid=xiaolin.openid)[0] == 48001


def test_quotas_are_told_and_cleared(api, act, xiaolin, world):
    act("text", text="在吗")
    api.say(xiaolin.openid)
    ask = {"cgi_path": "/cgi-bin/message/custom/send"}
    quota = api.post("/cgi-bin/openapi/quota/get", ask)[1]["quota"]
    assert quota == {"daily_limit": 500_000, "used": 1, "remain": 499_999}
    assert api.post("/cgi-bin/openapi/quota/get", {"cgi_path": "/x"})[0] == 76021
    assert api.post("/cgi-bin/openapi/quota/get", {"cgi_path": "/wxa/msg_sec_check"})[0] == 76022
    own = {"appid": world.account.appid}
    assert api.post("/cgi-bin/clear_quota", {"appid": "wxother"})[0] == 40013
    assert [api.post("/cgi-bin/clear_quota", own)[0] for _ in range(11)] == [0] * 10 + [48006]
    assert api.post("/cgi-bin/openapi/quota/get", ask)[1]["quota"]["used"] == 0


def test_limits_are_set_by_the_control_api(api, web, xiaolin):
    path = "/cgi-bin/message/custom/send"
    assert web.post("/emulator/api/limits", {"path": path, "limit": 0})[0] == 200
    assert api.say(xiaolin.openid) == 45009
    assert web.post("/emulator/api/limits", {"path": "/none", "limit": 0})[0] == 400


def test_the_callback_check(api):
    answer = api.post("/cgi-bin/callback/check", {"action": "all", "check_operator": "DEFAULT"})[1]
    assert answer["dns"][0]["ip"] == "127.0.0.1"
    assert api.post("/cgi-bin/callback/check", {"action": "x", "check_operator": "DEFAULT"})[0] == 40202
    assert api.post("/cgi-bin/callback/check", {"action": "all", "check_operator": "x"})[0] == 40203
