"""Customer-service messages over HTTP: windows, kinds, sizes, typing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/typing"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def picture(world, mini=False):
    return world.shelf.upload("image", "a.png", PNG, world.ledger(mini=mini).account.appid).id


def test_five_messages_after_one_of_the_person(api, act, xiaolin, lines):
    assert api.say(xiaolin.openid) == 45015
    act("text", text="在吗")
    assert [api.say(xiaolin.openid, f"第{n}条") for n in range(6)] == [0] * 5 + [45047]
    assert lines("小林")[-1] == ("account", "第4条")


def test_the_windows_end_by_the_clock_of_the_emulator(api, act, xiaolin, world):
    act("text", text="在吗")
    world.jump(48 * 3600 - 100)
    api.tokens.clear()
    assert api.say(xiaolin.openid) == 0
    world.jump(101)
    assert api.say(xiaolin.openid) == 45015


@pytest.mark.parametrize(
    ("kind", "body", "most"),
    [
        ("click", {"key": "K"}, 3),
        ("scan", {"scene": "7"}, 3),
        ("scancode", {"key": "K", "result": "r"}, 3),
        ("scancode", {"key": "K", "result": "r", "wait": True}, 3),
        ("text", {"text": "满意", "menu_id": "101"}, 3),
        ("image", {}, 5),
        ("view", {"url": "https://example.org"}, 0),
        ("location_select", {"key": "L", "lat": 27, "lng": 106}, 0),
        ("report_location", {"lat": 27, "lng": 106}, 0),
        ("raw", {"fields": {"MsgType": "event", "Event": "CLICK", "EventKey": "K"}}, 3),
    ],
)
def test_what_a_person_does_opens_its_own_window(api, act, xiaolin, kind, body, most):
    act(kind, **body)
    assert [api.say(xiaolin.openid) for _ in range(most + 1)] == [0] * most + [45047 if most else 45015]


def test_who_left_is_not_reached_and_who_comes_back_is(api, act, xiaolin):
    act("text", text="在吗")
    act("unfollow")
    assert api.say(xiaolin.openid) == 43004
    act("follow")
    assert api.say(xiaolin.openid) == 0


def test_whom_nobody_knows(api, xiaolin):
    assert api.say("oNobody") == 40003
    assert api.say(xiaolin.mini_openid) == 40003
    assert api.say("") == 41009


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("text", {"content": "字" * 682}, 0),
        ("text", {"content": "字" * 683}, 45002),
        ("text", {"content": ""}, 44004),
        ("text", {"content": 5}, 47001),
        ("text", None, 47001),
        ("image", {"media_id": "none"}, 40007),
        ("news", {"articles": [{"title": "题", "url": "https://example.org"}]}, 0),
        ("news", {"articles": [{"title": "一"}, {"title": "二"}]}, 45008),
        ("news", {"articles": []}, 44003),
        ("news", {"articles": [{"title": "题" * 200}]}, 45003),
        ("msgmenu", {"head_content": "满意吗", "list": [{"id": "1", "content": "满意"}], "tail_content": "谢谢"}, 0),
        ("msgmenu", {"head_content": "满意吗", "list": []}, 40035),
        ("msgmenu", {"head_content": "满" * 700, "list": [{"id": "1", "content": "满意"}]}, 45002),
        ("miniprogrampage", {"title": "题", "appid": "wxother", "pagepath": "p", "thumb_media_id": "x"}, 40013),
        ("voice", {"media_id": "x"}, 40008),
        ("link", {"title": "题", "url": "https://example.org"}, 40008),
    ],
)
def test_kinds_and_sizes(api, act, xiaolin, kind, content, code):
    act("text", text="在吗")
    assert api.post(SEND, {"touser": xiaolin.openid, "msgtype": kind, kind: content})[0] == code


def test_pictures_and_cards_use_the_accounts_own_media(api, act, xiaolin, world):
    act("text", text="在吗")
    own, foreign = picture(world), picture(world, mini=True)
    assert api.post(SEND, {"touser": xiaolin.openid, "msgtype": "image", "image": {"media_id": own}})[0] == 0
    assert api.post(SEND, {"touser": xiaolin.openid, "msgtype": "image", "image": {"media_id": foreign}})[0] == 40007
    card = {"title": "报名", "appid": world.mini.account.appid, "pagepath": "pages/a", "thumb_media_id": own}
    body = {"touser": xiaolin.openid, "msgtype": "miniprogrampage", "miniprogrampage": card}
    assert api.post(SEND, body)[0] == 0
    world.jump(3 * 86_400 - 60)
    api.tokens.clear()
    act("text", text="还在吗")
    assert api.post(SEND, {"touser": xiaolin.openid, "msgtype": "image", "image": {"media_id": own}})[0] == 0
    world.jump(60)
    assert api.post(SEND, {"touser": xiaolin.openid, "msgtype": "image", "image": {"media_id": own}})[0] == 40007


def test_a_refused_message_uses_nothing(api, act, xiaolin):
    act("click", key="K")
    assert api.say(xiaolin.openid, "") == 44004
    assert [api.say(xiaolin.openid) for _ in range(4)] == [0, 0, 0, 45047]


def test_the_mini_program_has_its_own_windows_and_openids(api, act, xiaolin):
    act("mini_enter")
    assert [api.say(xiaolin.mini_openid, mini=True) for _ in range(3)] == [0, 0, 45047]
    act("mini_text", text="在吗")
    assert [api.say(xiaolin.mini_openid, mini=True) for _ in range(6)] == [0] * 5 + [45047]
    assert api.say(xiaolin.openid) == 45015
    assert api.say(xiaolin.openid, mini=True) == 40003


def test_typing(api, act, xiaolin, world):
    def typing(command="Typing"):
        return api.post(TYPING, {"touser": xiaolin.openid, "command": command})[0]

    assert typing() == 45080
    act("text", text="在吗")
    assert typing("Dancing") == 45072
    assert [typing(), typing()] == [0, 45081]
    assert [typing("CancelTyping"), typing()] == [0, 0]
    assert api.say(xiaolin.openid) == 0
    assert typing() == 0
    world.jump(15)
    assert typing() == 0
    world.jump(31)
    assert typing() == 45080


def test_side_by_side_no_more_than_the_window_holds(api, act, xiaolin):
    act("text", text="在吗")
    api.token()
    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(lambda n: api.say(xiaolin.openid, str(n)), range(24)))
    assert sorted(codes) == [0] * 5 + [45047] * 19
