"""The control API as a script uses it."""

from urllib.parse import quote

import pytest

XIAOLIN = "/emulator/api/users/" + quote("小林")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def act(web, kind, **body):
    return web.post(f"{XIAOLIN}/messages", {"type": kind, **body})


def said(web, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return web.get(f"{XIAOLIN}/transcript?timeout=30&{asked}")[1]


def test_the_first_people_have_lasting_openids(web):
    _, answer = web.get("/emulator/api/users")
    assert [user["name"] for user in answer["users"]] == ["小林", "老王"]
    assert all(user["openid"].startswith("o") and len(user["openid"]) == 28 for user in answer["users"])


def test_a_talk_by_script(web, bot, sealed):
    bot.answer = sealed
    status, sent = act(web, "text", text="你好")
    assert status == 202
    assert sent["msg_id"]
    answer = said(web, count=1, quiet=1)
    assert answer["complete"]
    assert [(entry["side"], entry["text"]) for entry in answer["entries"]] == [("user", "你好"), ("account", "好的")]
    after = answer["entries"][-1]["id"]
    assert said(web, after=after) == {"entries": [], "complete": True}


def test_waiting_for_more_than_comes_says_so(web):
    _, answer = web.get(f"{XIAOLIN}/transcript?count=1&timeout=0")
    assert answer == {"entries": [], "complete": False}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"type": "image"}, {"MsgType": "image", "MediaId": "sample"}),
        ({"type": "voice"}, {"MsgType": "voice", "Format": "amr"}),
        ({"type": "voice", "recognition": "查补贴"}, {"MsgType": "voice", "Recognition": "查补贴"}),
        ({"type": "video"}, {"MsgType": "video", "ThumbMediaId": "thumb-demo"}),
        (
            {"type": "location", "lat": 27.75, "lng": 106.93, "label": "区政府"},
            {"Location_X": "27.75", "Location_Y": "106.93", "Scale": "16", "Label": "区政府"},
        ),
        ({"type": "link", "title": "题", "url": "https://x"}, {"MsgType": "link", "Title": "题", "Url": "https://x"}),
        ({"type": "sticker"}, {"MsgType": "text", "Content": "【收到不支持的消息类型，暂无法显示】"}),
        ({"type": "text", "text": "满意", "menu_id": 101}, {"Content": "满意", "bizmsgmenuid": "101"}),
        ({"type": "click", "key": "K"}, {"MsgType": "event", "Event": "CLICK", "EventKey": "K"}),
        ({"type": "view", "url": "https://x"}, {"Event": "VIEW", "EventKey": "https://x"}),
        ({"type": "scan", "scene": "7"}, {"Event": "SCAN", "EventKey": "7"}),
        ({"type": "miniprogram", "pagepath": "p"}, {"Event": "view_miniprogram", "EventKey": "p"}),
        (
            {"type": "scancode", "key": "S", "result": "r", "wait": True},
            {"Event": "scancode_waitmsg", "EventKey": "S", "ScanCodeInfo/ScanResult": "r"},
        ),
        (
            {"type": "location_select", "key": "L", "lat": 27, "lng": 106},
            {"Event": "location_select", "SendLocationInfo/Location_X": "27"},
        ),
        ({"type": "report_location", "lat": 27, "lng": 106}, {"Event": "LOCATION", "Latitude": "27"}),
        ({"type": "raw", "fields": {"MsgType": "event", "Event": "debug_demo", "n": 1}}, {"Event": "debug_demo"}),
    ],
)
def test_every_kind_reaches_the_bot(web, bot, settle, body, expected):
    assert web.post(f"{XIAOLIN}/messages", body)[0] == 202
    settle()
    sheet = bot.heard[-1].sheet
    assert {name: sheet.text(name) for name in expected} == expected
    assert sheet.has("MsgId") != (sheet.text("MsgType") == "event")
    assert sheet.has("Recognition") == ("recognition" in body)


def test_following_and_scanning(web, bot, settle):
    for body in [{"type": "unfollow"}, {"type": "scan", "scene": "42"}, {"type": "unfollow"}, {"type": "follow"}]:
        assert web.post(f"{XIAOLIN}/messages", body)[0] == 202
        settle()
    got = [(heard.sheet.text("Event"), heard.sheet.text("EventKey")) for heard in bot.heard]
    assert got == [("unsubscribe", ""), ("subscribe", "qrscene_42"), ("unsubscribe", ""), ("subscribe", "")]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "type"),
        ({"type": "teleport"}, "type"),
        ({"type": ["text"]}, "type"),
        ({"type": "text"}, "text"),
        ({"type": "text", "text": ""}, "text"),
        ({"type": "text", "text": 5}, "text"),
        ({"type": "location", "lat": 91, "lng": 0}, "lat"),
        ({"type": "location", "lat": True, "lng": 0}, "lat"),
        ({"type": "raw", "fields": {"MsgType": "x", "a b": "c"}}, "a b"),
        ({"type": "follow"}, "关注"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused_in_a_sentence(web, bot, body, word):
    status, answer = web.post(f"{XIAOLIN}/messages", body)
    assert status == 400
    assert answer["ok"] is False
    assert word in answer["error"]["text"]
    assert not bot.heard


def test_who_does_not_follow_cannot_write(web, settle):
    act(web, "unfollow")
    settle()
    status, answer = act(web, "text", text="你好")
    assert status == 400
    assert "follow" in answer["error"]["text"]


def test_users_can_be_added(web):
    status, person = web.post("/emulator/api/users", {"name": "组长", "following": True})
    assert status == 201
    assert person["following"]
    assert web.post("/emulator/api/users", {"name": "组长"})[0] == 400
    assert web.post("/emulator/api/users", {"name": ""})[0] == 400
    assert web.get("/emulator/api/users/nobody/transcript")[0] == 404


def test_the_mode_is_switched_and_checked(web, world):
    assert web.post("/emulator/api/mode", {"mode": "compat"}) == (200, {"mode": "compat"})
    assert world.mode == "compat"
    assert web.post("/emulator/api/mode", {"mode": "rot13"})[0] == 400


def test_the_log_by_user_and_one_by_one(web, settle):
    act(web, "text", text="你好")
    settle()
    (call,) = web.get("/emulator/api/callbacks?user=" + quote("小林"))[1]["callbacks"]
    assert web.get("/emulator/api/callbacks?user=" + quote("老王"))[1]["callbacks"] == []
    assert web.get(f"/emulator/api/callbacks/{call['id']}")[1] == call
    assert web.get("/emulator/api/callbacks/999")[0] == 404
    assert web.post(f"/emulator/api/callbacks/{call['id']}/resend", {})[0] == 202
    settle()


def test_changes_tell_only_what_is_new(web, settle):
    act(web, "text", text="一")
    settle()
    first = web.get("/emulator/api/changes")[1]
    assert [entry["text"] for entry in first["entries"]] == ["一"]
    later = web.get(f"/emulator/api/changes?since={first['cursor']}")[1]
    assert later["entries"] == later["callbacks"] == []
    assert later["epoch"] == first["epoch"]
    assert web.post("/emulator/api/reset", {})[0] == 200
    assert web.get("/emulator/api/changes")[1]["epoch"] != first["epoch"]


def test_pictures_are_kept_and_served_as_pictures(web, bot, settle):
    status, body, _ = web.call("/emulator/api/media", PNG)
    assert status == 201
    media_id = body.decode().split('"')[3]
    act(web, "image", media_id=media_id)
    settle()
    url = bot.heard[-1].sheet.text("PicUrl")
    status, data, headers = web.call(url.removeprefix(web.base))
    assert (status, data, headers["Content-Type"]) == (200, PNG, "image/png")
    assert web.call("/emulator/api/media", b"<script>")[0] == 400
    assert web.call("/emulator/media/none")[0] == 404
    assert web.call("/emulator/media/sample")[2]["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "192.168.1.5:8001"},
        {"Host": "[::1"},
    ],
)
def test_foreign_pages_cannot_drive_the_desk(web, headers):
    assert web.call("/emulator/api/users", headers=headers)[0] == 403


def test_posts_must_be_json(web):
    body, status = b'{"mode":"plain"}', 400
    assert web.call("/emulator/api/mode", body, {"Content-Type": "text/plain"})[0] == status


def test_the_page_loads_nothing_from_outside(web):
    _, body, headers = web.call("/")
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "演示环境" in body.decode()
    assert "http://" not in body.decode()
    assert "https://" not in body.decode()
