"""Every rule a reply must keep."""

import pytest

from emulator.dispatch import FAULT_NOTICE
from emulator.reply import judge

OPENID = "oUser"


def xml(account, inner, to=OPENID, sender=None):
    sender = sender or account.original_id
    head = f"<ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>1</CreateTime>"
    return f"<xml>{head}{inner}</xml>".encode()


def text(content):
    return f"<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content>"


def wrong(verdict):
    return [check.name for check in verdict.checks if not check.ok]


def news(count, written):
    item = "<item><Title>题</Title><Description>述</Description><PicUrl>p</PicUrl><Url>u</Url></item>"
    return f"<MsgType>news</MsgType><ArticleCount>{written}</ArticleCount><Articles>{item * count}</Articles>"


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        (text(""), "Content"),
        (text("汉" * 683), "长度"),
        ("<MsgType>hologram</MsgType>", "MsgType"),
        ("<Content>没有类型</Content>", "MsgType"),
        (news(2, 2), "图文条数"),
        (news(0, 0), "图文条数"),
        (news(1, 2), "ArticleCount"),
        (text("一") + "<Content>二</Content>", "XML"),
        ("<CreateTime>now</CreateTime>", "XML"),
    ],
)
def test_a_broken_rule_is_named_and_nothing_is_shown(account, inner, rule):
    verdict = judge(xml(account, inner), account, "plain", OPENID)
    assert rule in wrong(verdict)
    assert verdict.shown is None


def test_2048_bytes_of_text_still_pass(account):
    verdict = judge(xml(account, text("汉" * 682 + "ab")), account, "plain", OPENID)
    assert verdict.valid


def test_line_breaks_and_markup_arrive_as_they_were_written(account):
    verdict = judge(xml(account, text("一\n二 <a href='x'>三</a>")), account, "plain", OPENID)
    assert verdict.shown == {"kind": "text", "text": "一\n二 <a href='x'>三</a>"}


def test_one_article_becomes_a_card(account):
    verdict = judge(xml(account, news(1, 1)), account, "plain", OPENID)
    assert verdict.shown["articles"] == [{"title": "题", "description": "述", "picture": "p", "url": "u"}]


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        ("<MsgType>image</MsgType><Image><MediaId>m</MediaId></Image>", "image"),
        ("<MsgType>voice</MsgType><Voice><MediaId>m</MediaId></Voice>", "voice"),
        ("<MsgType>video</MsgType><Video><MediaId>m</MediaId></Video>", "video"),
        ("<MsgType>music</MsgType><Music><Title>t</Title></Music>", "music"),
        ("<MsgType>transfer_customer_service</MsgType>", "transfer"),
    ],
)
def test_the_other_kinds_are_known(account, inner, kind):
    assert judge(xml(account, inner), account, "plain", OPENID).shown["kind"] == kind


def test_the_addresses_must_be_right(account):
    assert wrong(judge(xml(account, text("好"), to="oOther"), account, "plain", OPENID)) == ["ToUserName"]
    assert wrong(judge(xml(account, text("好"), sender="gh_x"), account, "plain", OPENID)) == ["FromUserName"]


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe",
        b"Internal Server Error",
        b"<xml><ToUserName>",
        b"<html></html>",
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>',
    ],
)
def test_what_is_no_xml_is_a_fault(account, body):
    assert not judge(body, account, "plain", OPENID).valid


def test_plaintext_is_refused_in_safe_mode_and_ciphertext_in_plain_mode(account):
    assert wrong(judge(xml(account, text("好")), account, "safe", OPENID)) == ["加密"]
    assert wrong(judge(b"<xml><Encrypt>x</Encrypt></xml>", account, "plain", OPENID)) == ["加密"]


def test_a_reply_sealed_for_another_appid_is_a_fault(desk, bot, settle, lines, sealed):
    bot.answer = lambda heard: sealed(heard, appid="wxsomeoneelse")
    desk.act("小林", {"type": "text", "text": "你好"})
    (call,) = settle()
    failed = [check["name"] for check in call["attempts"][0]["checks"] if not check["ok"]]
    assert failed == ["解密与 appid"]
    assert lines("小林")[-1] == ("notice", FAULT_NOTICE)


def test_a_wrong_msg_signature_is_a_fault(desk, bot, settle, sealed):
    bot.answer = lambda heard: sealed(heard).replace("<MsgSignature><![CDATA[", "<MsgSignature><![CDATA[0")
    desk.act("小林", {"type": "text", "text": "你好"})
    (call,) = settle()
    failed = [check["name"] for check in call["attempts"][0]["checks"] if not check["ok"]]
    assert failed == ["msg_signature"]


def test_the_log_holds_both_sides_of_an_exchange(desk, bot, settle, sealed):
    bot.answer = sealed
    desk.act("小林", {"type": "text", "text": "你好"})
    (call,) = settle()
    (attempt,) = call["attempts"]
    assert "<![CDATA[你好]]>" in call["plain"]
    assert "<Encrypt>" in attempt["posted"]
    assert "msg_signature=" in attempt["query"]
    assert "<Encrypt>" in attempt["response"]
    assert "好的" in attempt["decrypted"]
