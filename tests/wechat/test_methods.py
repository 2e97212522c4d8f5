"""Files, codes, signing in, numbers and checks over the wire."""

from __future__ import annotations

import pytest

from bot.wechat.client import WeChat
from bot.wechat.errors import SendError
from bot.wechat.values import Login, Phone, Qr, Verdict
from fake_wechat import TOKEN_PATH, FakeWeChat, Said

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
UPLOAD, GET = "/cgi-bin/media/upload", "/cgi-bin/media/get"
LOGIN, PHONE, CHECK = "/sns/jscode2session", "/wxa/business/getuserphonenumber", "/wxa/msg_sec_check"


@pytest.mark.parametrize("data", [JPEG, PNG, b"GIF89a" + b"\x00" * 20])
def test_a_picture_is_uploaded_as_a_form(wechat: WeChat, fake: FakeWeChat, data: bytes) -> None:
    fake.say(UPLOAD, {"type": "image", "media_id": "M1", "created_at": 1})
    assert wechat.upload("image", "../../etc/我的.jpg", data) == "M1"
    got = fake.last(UPLOAD)
    assert got.query["type"] == "image"
    assert data in got.body
    assert b'name="media"; filename="media.' in got.body
    assert "我的".encode() not in got.body
    boundary = got.headers["Content-Type"].partition("boundary=")[2].encode()
    assert got.body.startswith(b"--" + boundary)
    assert got.body.endswith(b"--" + boundary + b"--\r\n")


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("image", b"<svg onload=alert(1)>", 40004),
        ("image", b"BM" + b"\x00" * 20, 40004),
        ("thumb", PNG, 40004),
        ("thumb", JPEG + b"\x00" * (64 << 10), 40006),
        ("image", JPEG + b"\x00" * (10 << 20), 40006),
        ("voice", b"RIFF\x00\x00\x00\x00WAVE", 40005),
        ("video", JPEG, 40005),
    ],
)
def test_what_wechat_would_refuse_is_not_sent(
    wechat: WeChat, fake: FakeWeChat, kind: str, data: bytes, code: int
) -> None:
    with pytest.raises(SendError) as told:
        wechat.upload(kind, "a", data)  # type: ignore[arg-type]
    assert (told.value.kind, told.value.code) == ("refused", code)
    assert fake.got == []


def test_a_download_is_told_by_its_first_bytes(wechat: WeChat, fake: FakeWeChat) -> None:
    named = {"Content-Disposition": 'attachment; filename="abc.png"'}
    fake.say(GET, Said(JPEG, kind="text/html", headers=named))
    media = wechat.download("M1")
    assert (media.data, media.type, media.name) == (JPEG, "image/jpeg", "abc.png")
    assert fake.last(GET).query["media_id"] == "M1"
    assert "JFIF" not in repr(media)


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (Said({"errcode": 40007, "errmsg": "invalid media_id"}, kind="text/plain"), "refused", 40007),
        (Said({"errcode": "40007", "errmsg": "invalid media_id"}), "refused", 40007),
        (Said({"video_url": "http://203.0.113.9/v.mp4"}, kind="text/plain"), "refused", 40005),
        (Said(b"<html>busy</html>", kind="text/html"), "later", 0),
        (Said(b"", kind="image/jpeg"), "later", 0),
        (Said(b"<html>502</html>", 502, "text/html"), "later", 0),
    ],
)
def test_what_is_no_file_is_told(wechat: WeChat, fake: FakeWeChat, said: Said, kind: str, code: int) -> None:
    fake.say(GET, said)
    with pytest.raises(SendError) as told:
        wechat.download("M1")
    assert (told.value.kind, told.value.code) == (kind, code)
    assert "203.0.113.9" not in {got.headers["Host"] for got in fake.got}


def test_a_download_is_not_taken_in_beyond_what_we_keep(
    wechat: WeChat, fake: FakeWeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.wechat.client.LARGEST", 1000)
    fake.say(GET, Said(JPEG + b"\x00" * 200_000, kind="image/jpeg"))
    with pytest.raises(SendError) as told:
        wechat.download("M1")
    assert (told.value.kind, told.value.code) == ("refused", 40006)


@pytest.mark.parametrize(
    ("seconds", "asked"),
    [
        (None, {"action_name": "QR_LIMIT_STR_SCENE"}),
        (600, {"expire_seconds": 600, "action_name": "QR_STR_SCENE"}),
        (2_592_000, {"expire_seconds": 2_592_000, "action_name": "QR_STR_SCENE"}),
    ],
)
def test_a_code_carries_its_scene(
    wechat: WeChat, fake: FakeWeChat, seconds: int | None, asked: dict[str, object]
) -> None:
    fake.say("/cgi-bin/qrcode/create", {"ticket": "gQ/a=", "expire_seconds": 60, "url": "http://weixin.qq.com/q/x"})
    shown = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQ%2Fa%3D"
    assert wechat.qr("event-7", seconds) == Qr("gQ/a=", "http://weixin.qq.com/q/x", shown)
    assert fake.last("/cgi-bin/qrcode/create").json == {**asked, "action_info": {"scene": {"scene_str": "event-7"}}}


@pytest.mark.parametrize(("scene", "seconds"), [("", None), ("x" * 65, None), ("a", 0), ("a", 2_592_001)])
def test_a_code_wechat_would_refuse_is_not_asked_for(
    wechat: WeChat, fake: FakeWeChat, scene: str, seconds: int | None
) -> None:
    with pytest.raises(SendError) as told:
        wechat.qr(scene, seconds)
    assert told.value.kind == "refused"
    assert fake.got == []


def test_signing_in_needs_no_token(mini: WeChat, fake: FakeWeChat) -> None:
    fake.say(LOGIN, {"openid": "oMini", "session_key": "CANARYSESSION==", "unionid": "u1"})
    login = mini.login("code-1")
    assert (login.openid, login.session_key, login.unionid) == ("oMini", "CANARYSESSION==", "u1")
    assert fake.times(TOKEN_PATH) == 0
    query = fake.last(LOGIN).query
    assert (query["js_code"], query["grant_type"], "access_token" in query) == ("code-1", "authorization_code", False)
    assert "CANARY" not in repr(Login("o", "CANARYSESSION==", ""))


@pytest.mark.parametrize(("code", "kind"), [(40029, "code"), (40163, "used"), (40226, "barred")])
def test_a_code_that_is_no_good_is_refused(mini: WeChat, fake: FakeWeChat, code: int, kind: str) -> None:
    fake.say(LOGIN, {"errcode": code, "errmsg": "code been used"})
    with pytest.raises(SendError) as told:
        mini.login("code-1")
    assert (told.value.kind, told.value.code) == (kind, code)


@pytest.mark.parametrize("code", ["", "a b", "a\r\nHost: x", "汉", "a" * 300])
def test_what_cannot_be_a_code_is_not_asked_about(mini: WeChat, fake: FakeWeChat, code: str) -> None:
    for ask in (mini.login, mini.phone):
        with pytest.raises(SendError):
            ask(code)
    assert fake.got == []


def test_one_hasty_person_does_not_stop_signing_in_for_all(mini: WeChat, fake: FakeWeChat) -> None:
    fake.say(LOGIN, {"errcode": 45011, "errmsg": "api minute-quota reach limit"}, {"openid": "o2", "session_key": "k"})
    with pytest.raises(SendError) as told:
        mini.login("code-1")
    assert (told.value.kind, told.value.retry_after) == ("quota", 60.0)
    assert mini.login("code-2").openid == "o2"


def test_a_number_is_that_of_our_own_account(mini: WeChat, fake: FakeWeChat) -> None:
    info = {"phoneNumber": "+8613800138000", "purePhoneNumber": "13800138000", "countryCode": "86"}
    fake.say(PHONE, {"errcode": 0, "phone_info": {**info, "watermark": {"timestamp": 1, "appid": "wxtest"}}})
    assert (mini.phone("c1", "oMini").number, fake.last(PHONE).json) == (
        "13800138000",
        {"code": "c1", "openid": "oMini"},
    )
    fake.say(PHONE, {"errcode": 0, "phone_info": {**info, "watermark": {"timestamp": 1, "appid": "wxother"}}})
    with pytest.raises(SendError):
        mini.phone("c2")
    assert "138" not in repr(Phone("13800138000", "86"))


def test_a_text_is_checked_in_parts_and_the_worst_counts(mini: WeChat, fake: FakeWeChat) -> None:
    good, bad = {"suggest": "pass", "label": 100}, {"suggest": "risky", "label": 20001}
    fake.say(CHECK, {"errcode": 0, "result": good}, {"errcode": 0, "result": bad}, {"errcode": 0, "result": good})
    assert mini.check_text("oMini", "字" * 6000, 2) == Verdict("risky", 20001)
    asked = [got.json for got in fake.got if got.path == CHECK]
    assert [len(each["content"]) for each in asked] == [2500, 2500, 1000]
    assert {(each["version"], each["scene"], each["openid"]) for each in asked} == {(2, 2, "oMini")}


def test_somebody_who_was_not_here_lately_cannot_be_checked(mini: WeChat, fake: FakeWeChat) -> None:
    fake.say(CHECK, {"errcode": 61010, "errmsg": "code is expired"})
    with pytest.raises(SendError) as told:
        mini.check_text("oMini", "您好", 1)
    assert told.value.kind == "refused"


@pytest.mark.parametrize(
    "answer",
    [{"errcode": 0}, {"errcode": 0, "result": []}, {"errcode": 0, "result": {"suggest": "fine", "label": 1}}],
)
def test_an_answer_without_a_verdict_is_no_pass(mini: WeChat, fake: FakeWeChat, answer: dict[str, object]) -> None:
    fake.say(CHECK, answer)
    with pytest.raises(SendError) as told:
        mini.check_text("oMini", "您好", 1)
    assert told.value.kind == "later"


def test_the_menu_is_set_read_and_taken_away(wechat: WeChat, fake: FakeWeChat) -> None:
    menu = {"button": [{"type": "click", "name": "问政策", "key": "menu.policy"}]}
    fake.say("/cgi-bin/menu/get", {"menu": menu})
    wechat.create_menu(menu)
    assert wechat.menu() == {"menu": menu}
    wechat.delete_menu()
    assert fake.last("/cgi-bin/menu/create").json == menu
    assert fake.times("/cgi-bin/menu/delete") == 1
