"""What goes over the wire for each method."""

from __future__ import annotations

import pytest

from bot.reply import Article, Card, Choices, Picture, Silence, Text
from bot.wechat.client import WeChat
from bot.wechat.errors import SendError
from fake_wechat import TOKEN_PATH, FakeWeChat

SEND = "/cgi-bin/message/custom/send"
OPENID = "oXiaoLin"


@pytest.mark.parametrize(
    ("reply", "body"),
    [
        (Text("您好"), {"msgtype": "text", "text": {"content": "您好"}}),
        (Picture("m1"), {"msgtype": "image", "image": {"media_id": "m1"}}),
        (
            Article("题", "摘要", "https://example.org/", "https://example.org/p.png"),
            {
                "msgtype": "news",
                "news": {
                    "articles": [
                        {
                            "title": "题",
                            "description": "摘要",
                            "url": "https://example.org/",
                            "picurl": "https://example.org/p.png",
                        }
                    ]
                },
            },
        ),
        (
            Choices("选一个", (("a", "甲"), ("b", "乙")), "谢谢"),
            {
                "msgtype": "msgmenu",
                "msgmenu": {
                    "head_content": "选一个",
                    "list": [{"id": "a", "content": "甲"}, {"id": "b", "content": "乙"}],
                    "tail_content": "谢谢",
                },
            },
        ),
        (
            Card("办事", "pages/item?id=1", "m2"),
            {
                "msgtype": "miniprogrampage",
                "miniprogrampage": {
                    "title": "办事",
                    "appid": "wxmini",
                    "pagepath": "pages/item?id=1",
                    "thumb_media_id": "m2",
                },
            },
        ),
    ],
)
def test_a_reply_goes_as_a_customer_service_message(
    wechat: WeChat, fake: FakeWeChat, reply: Text, body: dict[str, object]
) -> None:
    wechat.send(OPENID, reply)
    got = fake.last(SEND)
    assert got.json == {"touser": OPENID, **body}
    assert got.query == {"access_token": fake.token}


def test_characters_are_not_escaped(wechat: WeChat, fake: FakeWeChat) -> None:
    wechat.send(OPENID, Text("人才公寓"))
    assert "人才公寓".encode() in fake.last(SEND).body


def test_silence_sends_nothing(wechat: WeChat, fake: FakeWeChat) -> None:
    wechat.send(OPENID, Silence())
    assert fake.got == []


def test_a_template_message_carries_the_key_that_sends_it_once(wechat: WeChat, fake: FakeWeChat) -> None:
    fake.say("/cgi-bin/message/template/send", {"errcode": 0, "errmsg": "ok", "msgid": 200228332})
    fields = {"thing1": "人才日", "time2": "2026-04-24 09:00"}
    assert (
        wechat.send_template(OPENID, "T1", fields, client_msg_id="outbox-7", url="https://example.org/") == "200228332"
    )
    assert fake.last("/cgi-bin/message/template/send").json == {
        "touser": OPENID,
        "template_id": "T1",
        "client_msg_id": "outbox-7",
        "url": "https://example.org/",
        "data": {"thing1": {"value": "人才日"}, "time2": {"value": "2026年4月24日 09:00"}},
    }


def test_a_subscription_of_the_service_account_goes_by_bizsend(wechat: WeChat, fake: FakeWeChat) -> None:
    wechat.send_subscription(OPENID, "S1", {"thing1": "人才日"}, page="pages/event", url="https://example.org/")
    assert fake.last("/cgi-bin/message/subscribe/bizsend").json == {
        "touser": OPENID,
        "template_id": "S1",
        "page": "https://example.org/",
        "miniprogram": {"appid": "wxmini", "pagepath": "pages/event"},
        "data": {"thing1": {"value": "人才日"}},
    }


def test_a_subscription_of_the_mini_program_says_which_version_opens(mini: WeChat, fake: FakeWeChat) -> None:
    mini.send_subscription(OPENID, "S1", {"thing1": "人才日"}, page="pages/event")
    assert fake.last("/cgi-bin/message/subscribe/send").json == {
        "touser": OPENID,
        "template_id": "S1",
        "page": "pages/event",
        "miniprogram_state": "trial",
        "lang": "zh_CN",
        "data": {"thing1": {"value": "人才日"}},
    }


def test_a_refusal_is_a_send_error(wechat: WeChat, fake: FakeWeChat) -> None:
    fake.say(SEND, {"errcode": 45015, "errmsg": "response out of time limit or subscription is canceled"})
    with pytest.raises(SendError) as told:
        wechat.send(OPENID, Text("您好"))
    assert (told.value.kind, told.value.code) == ("window", 45015)


def test_one_token_serves_many_calls(wechat: WeChat, fake: FakeWeChat) -> None:
    for _ in range(5):
        wechat.typing(OPENID)
    assert fake.times(TOKEN_PATH) == 1
    assert fake.last(TOKEN_PATH).json["grant_type"] == "client_credential"
    assert "force_refresh" not in fake.last(TOKEN_PATH).json
