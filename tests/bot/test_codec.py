"""The wall in: genuine callbacks get through in all modes, nothing else does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.message import Message
from bot.reply import Article, Silence, Text
from bot.wechat.codec import Codec
from bot.wechat.crypto import Forged, Unreadable
from config.settings import Settings
from wechat_side import AES_KEY, APPID, TOKEN, WeChatSide, sign, text_xml

AT = 1763800000
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "wechat"
OTHER_KEY = "B" * 42 + "A"


def codec(now: int = AT, **settings: str) -> Codec:
    base = {"WECHAT_TOKEN": TOKEN, "WECHAT_AES_KEY": AES_KEY, "WECHAT_APPID": APPID}
    return Codec(Settings.from_env({**base, **settings}), lambda: datetime.fromtimestamp(now, UTC))


def posted(side: WeChatSide, xml: str) -> tuple[dict[str, str], bytes]:
    path, body = side.safe(xml)
    return dict(parse_qsl(urlsplit(path).query)), body


HELLO = text_xml("oABC", "双硕士能领津贴不", 7001, AT)


def test_an_encrypted_message_is_opened() -> None:
    message = codec().open(*posted(WeChatSide(AT), HELLO)).message
    assert (message.openid, message.kind, message.key) == ("oABC", "text", "oABC:7001")
    assert message.text == "双硕士能领津贴不"


def test_the_answer_can_be_read_by_an_independent_implementation() -> None:
    door, side = codec(), WeChatSide(AT)
    opened = door.open(*posted(side, HELLO))
    assert side.text_of(door.answer(opened, Text("可以，依据见下。")).encode()) == "可以，依据见下。"


def test_a_repeated_delivery_gets_the_same_bytes() -> None:
    door, side = codec(), WeChatSide(AT)
    first, again = (door.open(*posted(side, HELLO)) for _ in range(2))
    assert door.answer(first, Text("好")) == door.answer(again, Text("好"))
    assert door.answer(first, Text("好")) != door.answer(first, Text("不好"))


def test_compatible_mode_trusts_only_the_encrypted_part() -> None:
    query, body = posted(WeChatSide(AT), HELLO)
    both = body.replace(b"<xml>", b"<xml><FromUserName><![CDATA[oEVIL]]></FromUserName><Content>x</Content>")
    assert codec().open(query, both).message.openid == "oABC"


def test_plaintext_is_refused_while_a_key_is_set() -> None:
    query = {"timestamp": str(AT), "nonce": "1", "signature": sign(TOKEN, str(AT), "1")}
    with pytest.raises(Forged):
        codec().open(query, HELLO.encode())
    assert codec(WECHAT_MODE="plain").open(query, HELLO.encode()).message.openid == "oABC"


@pytest.mark.parametrize("field", ["msg_signature", "nonce", "timestamp"])
def test_a_changed_query_is_refused(field: str) -> None:
    query, body = posted(WeChatSide(AT), HELLO)
    query[field] = query[field][:-1] + ("1" if query[field][-1] != "1" else "2")
    with pytest.raises(Forged):
        codec().open(query, body)


@pytest.mark.parametrize("skew", [-301, 301, 86400])
def test_an_old_or_early_callback_is_refused(skew: int) -> None:
    with pytest.raises(Forged):
        codec(now=AT + skew).open(*posted(WeChatSide(AT), HELLO))


@pytest.mark.parametrize("skew", [-300, 0, 300])
def test_three_hundred_seconds_are_allowed(skew: int) -> None:
    assert codec(now=AT + skew).open(*posted(WeChatSide(AT), HELLO)).message.text


def test_digits_moved_between_timestamp_and_nonce_are_refused() -> None:
    query, body = posted(WeChatSide(AT), HELLO)
    query["timestamp"], query["nonce"] = query["timestamp"][:-1], query["timestamp"][-1] + query["nonce"]
    with pytest.raises(Forged):
        codec().open(query, body)


def test_a_message_for_another_account_is_refused() -> None:
    with pytest.raises(Forged):
        codec().open(*posted(WeChatSide(AT, appid="wxother0000000000"), HELLO))


def test_while_the_key_is_replaced_both_work_and_the_answer_uses_the_one_that_came() -> None:
    door = codec(WECHAT_AES_KEY=OTHER_KEY, WECHAT_AES_KEY_OLD=AES_KEY)
    for key in (AES_KEY, OTHER_KEY):
        side = WeChatSide(AT, aes_key=key)
        assert side.text_of(door.answer(door.open(*posted(side, HELLO)), Text("好")).encode()) == "好"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml></xml>",
        b"<xml/>",
        b"not xml",
        b"<a><Encrypt>x</Encrypt></a>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
        b"\xff\xfe",
        b"[1,2]",
        b'{"Encrypt": 5}',
        b"{" * 20000,
        b"<a>" * 20000,
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>',
    ],
)
def test_an_unreadable_envelope_is_told_apart(body: bytes) -> None:
    query, _ = posted(WeChatSide(AT), HELLO)
    with pytest.raises((Unreadable, Forged)):
        codec().open(query, body)


def test_before_the_signature_fits_a_body_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen thousand repeated tags cost a quarter of a second once, unsigned."""
    query, _ = posted(WeChatSide(AT), HELLO)
    monkeypatch.setattr("bot.wechat.codec._fields", lambda text: pytest.fail("parsed"))
    with pytest.raises(Forged):
        codec().open(query, b"<xml><Encrypt>x</Encrypt>" + b"<a/>" * 16000 + b"</xml>")


@pytest.mark.parametrize(
    "inner",
    [
        "no xml at all",
        "<xml/>",
        "<xml><FromUserName>a</FromUserName></xml>",
        HELLO.replace("MsgType", "Msgtype"),
        HELLO.replace("<![CDATA[oABC]]>", ""),
        HELLO.replace("<![CDATA[oABC]]>", "<![CDATA[" + "o" * 65 + "]]>"),
        HELLO.replace("7001", "70x01"),
        "<xml>" + "<FromUserName/>" * 10000 + "</xml>",
        HELLO.replace("7001", "9" * 30),
        HELLO.replace(f"<CreateTime>{AT}", "<CreateTime>soon"),
        HELLO.replace("</xml>", "<FromUserName>twice</FromUserName></xml>"),
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1/">' + HELLO,
        HELLO.replace("<MsgType><![CDATA[text]]>", "<MsgType><![CDATA[event]]>"),
    ],
)
def test_a_genuine_envelope_around_nonsense_is_unreadable(inner: str) -> None:
    with pytest.raises(Unreadable):
        codec().open(*posted(WeChatSide(AT), inner))


def test_text_is_cleaned_at_the_door() -> None:
    xml = HELLO.replace("双硕士能领津贴不", "e\u0301 \x7f 津贴  ")
    assert codec().open(*posted(WeChatSide(AT), xml)).message.text == "é  津贴"


def test_json_pushes_of_mini_programs_are_read_but_not_answered_in_place() -> None:
    text = {"ToUserName": "gh", "FromUserName": "oM", "CreateTime": AT, "MsgType": "text", "Content": "嗨", "MsgId": 9}
    inner = json.dumps(text)
    query, body = posted(WeChatSide(AT), inner)
    sealed = body.split(b"<Encrypt><![CDATA[")[1].split(b"]]>")[0].decode()
    message = codec().open(query, json.dumps({"ToUserName": "gh", "Encrypt": sealed}).encode()).message
    assert (message.text, message.passive, message.key) == ("嗨", False, "oM:9")


def test_the_mini_programs_pushes_are_sealed_with_its_own_appid() -> None:
    inner = '{"ToUserName":"gh","FromUserName":"oM","CreateTime":1,"MsgType":"text","Content":"嗨","MsgId":9}'
    query, body = posted(WeChatSide(AT, appid="wxmini"), inner)
    sealed = body.split(b"<Encrypt><![CDATA[")[1].split(b"]]>")[0].decode()
    push = json.dumps({"ToUserName": "gh", "Encrypt": sealed}).encode()
    assert codec(MINIAPP_APPID="wxmini").open(query, push).message.openid == "oM"
    with pytest.raises(Forged):
        codec(MINIAPP_APPID="wxother").open(query, push)


def test_a_lone_surrogate_in_json_does_no_harm() -> None:
    inner = '{"ToUserName":"gh","FromUserName":"oM","CreateTime":1,"MsgType":"text","Content":"a\\ud800b","MsgId":9}'
    query, body = posted(WeChatSide(AT), inner)
    assert codec().open(query, body).message.text == "ab"


def test_events_without_an_id_are_told_apart_by_time_event_and_key() -> None:
    def event(name: str, key: str, at: int = AT) -> str:
        xml = text_xml("oABC", "", 1, at).replace("CDATA[text", "CDATA[event").replace("<MsgId>1</MsgId>", "")
        xml = xml.replace("</xml>", f"<Event>{name}</Event><EventKey>{key}</EventKey></xml>")
        return codec().open(*posted(WeChatSide(AT), xml)).message.key

    keys = {event("CLICK", "menu.card"), event("CLICK", "menu.day"), event("VIEW", "menu.card")}
    keys.add(event("CLICK", "x" * 200))
    assert len(keys) == 4
    assert event("CLICK", "menu.card") in keys
    assert all(len(key) <= 190 for key in keys)


def event_xml(name: str, inside: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oABC]]></FromUserName>"
        f"<CreateTime>{AT}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>"
        f"{inside}</xml>"
    )


def answered(template: str, status: str) -> str:
    told = f"<TemplateId><![CDATA[{template}]]></TemplateId><SubscribeStatusString>{status}</SubscribeStatusString>"
    return f"<List>{told}<PopupScene>1</PopupScene></List>"


def popup(*lists: str) -> str:
    return event_xml("subscribe_msg_popup_event", f"<SubscribeMsgPopupEvent>{''.join(lists)}</SubscribeMsgPopupEvent>")


def opened(text: str) -> Message:
    return codec().open(*posted(WeChatSide(AT), text)).message


def test_what_a_popup_was_answered_is_read_for_one_template_and_for_several() -> None:
    assert opened(popup(answered("t1", "accept"))).results == (("t1", "accept", ""),)
    both = opened(popup(answered("t1", "accept"), answered("t2", "reject")))
    assert both.results == (("t1", "accept", ""), ("t2", "reject", ""))


@pytest.mark.parametrize("list_", [{"TemplateId": "m1", "SubscribeStatusString": "accept", "PopupScene": "0"}])
@pytest.mark.parametrize("as_list", [True, False])
def test_the_mini_programs_popup_may_be_a_list_or_one(list_: dict[str, str], as_list: bool) -> None:
    event = {"ToUserName": "gh_2", "FromUserName": "oMini", "CreateTime": str(AT), "MsgType": "event"}
    event |= {"Event": "subscribe_msg_popup_event", "List": [list_] if as_list else list_}  # type: ignore[dict-item]
    message = opened(json.dumps(event))
    assert (message.openid, message.results) == ("oMini", (("m1", "accept", ""),))


def test_how_a_send_ended_is_read() -> None:
    def sent(code: str, said: str) -> Message:
        ended = f"<MsgID>77</MsgID><ErrorCode>{code}</ErrorCode><ErrorStatus>{said}</ErrorStatus>"
        row = f"<TemplateId>t1</TemplateId>{ended}"
        inside = f"<SubscribeMsgSentEvent><List>{row}</List></SubscribeMsgSentEvent>"
        return opened(event_xml("subscribe_msg_sent_event", inside))

    assert sent("0", "success").results == (("t1", "success", "77"),)
    assert sent("43101", "user refuse").results == (("t1", "43101 user refuse", "77"),)
    ended = event_xml("TEMPLATESENDJOBFINISH", "<MsgID>78</MsgID><Status><![CDATA[failed:user block]]></Status>")
    assert opened(ended).results == (("", "failed:user block", "78"),)


def test_popups_of_the_same_second_are_two_when_they_tell_of_other_templates() -> None:
    texts = [popup(answered("t1", "accept")), popup(answered("t2", "accept")), popup(answered("t1", "reject"))]
    texts.append(popup(*(answered(f"{number:040}", "accept") for number in range(9))))
    keys = {opened(text).key for text in texts}
    assert len(keys) == 4
    assert opened(texts[0]).key in keys
    assert all(len(key) <= 190 for key in keys)


@pytest.mark.parametrize("inside", ["", "<List></List>", "<List>x</List>", "<List><List>y</List></List>"])
def test_an_event_that_tells_nothing_of_a_template_does_no_harm(inside: str) -> None:
    for name in ("subscribe_msg_popup_event", "subscribe_msg_sent_event"):
        assert opened(event_xml(name, inside)).results == ()


def test_what_people_write_cannot_break_out_of_the_reply() -> None:
    door, side = codec(), WeChatSide(AT)
    opened = door.open(*posted(side, HELLO))
    nasty = "a]]><MsgType><![CDATA[news]]></MsgType>\x00\x0b\ud800b"
    assert side.text_of(door.answer(opened, Text(nasty)).encode()) == "a]]><MsgType><![CDATA[news]]></MsgType>b"


def test_one_article_and_silence() -> None:
    door, side = codec(), WeChatSide(AT)
    opened = door.open(*posted(side, HELLO))
    xml = side.read(door.answer(opened, Article("标题", "简介", "https://example.org/a?b=1&c=2")).encode())
    assert "<ArticleCount>1</ArticleCount>" in xml
    assert xml.count("<item>") == 1
    assert door.answer(opened, Silence()) == "success"


class TestVerifyingTheAddress:
    def test_tencents_own_example(self) -> None:
        # developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
        query = {
            "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
            "echostr": "4375120948345356249",
            "timestamp": "1714036504",
            "nonce": "1514711492",
        }
        assert codec(now=1714036504, WECHAT_TOKEN="AAAAA").verify(query) == "4375120948345356249"
        with pytest.raises(Forged):
            codec(now=1714036504).verify(query)

    def test_an_encrypted_echostr_is_decrypted(self) -> None:
        query, body = posted(WeChatSide(AT), "4375120948345356249")
        sealed = body.split(b"<Encrypt><![CDATA[")[1].split(b"]]>")[0].decode()
        assert codec().verify({**query, "echostr": sealed}) == "4375120948345356249"

    def test_without_echostr_there_is_nothing_to_verify(self) -> None:
        with pytest.raises(Unreadable):
            codec().verify({"timestamp": str(AT), "nonce": "1", "signature": sign(TOKEN, str(AT), "1")})


@pytest.mark.skipif(not SHARED.exists(), reason="the collected payloads are not beside this checkout")
class TestCollectedPayloads:
    def test_every_vector_is_decrypted(self) -> None:
        vectors = json.loads((SHARED / "vectors.json").read_text())["message_decrypt"]
        for vector in (each for each in vectors if each.get("appid_in_ciphertext")):
            door = codec(
                now=int(vector["timestamp"]),
                WECHAT_TOKEN=vector["token"],
                WECHAT_AES_KEY=vector["encoding_aes_key"],
                WECHAT_APPID=vector["appid_in_ciphertext"],
            )
            assert door._decrypt(vector["encrypt"])[0] == vector["plaintext"]

    @pytest.mark.parametrize("path", sorted(SHARED.glob("payloads/*.[xj]*")), ids=lambda path: path.name)
    def test_every_payload_is_read(self, path: Any) -> None:
        if path.name.startswith("encrypted_"):
            pytest.skip("encrypted for other accounts; decrypted among the vectors")
        message = codec().open(*posted(WeChatSide(AT), path.read_text())).message
        assert message.openid
        assert message.kind != "event" or message.event
