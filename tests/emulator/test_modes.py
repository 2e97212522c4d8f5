"""What is posted in each mode, read with WeRoBot as a bot would."""

import pytest

from emulator.crypto import sign
from emulator.envelope import Stamp, fresh_stamp, seal
from emulator.payload import Message, document
from emulator.sheet import read_sheet

TEXT = Message("oUser", 1714112445, (("MsgType", "text"), ("Content", "你好")), 23456789012345678)
STAMP = Stamp("1714112445", "415670741")


def test_plain_mode_signs_and_leaves_the_xml_readable(account):
    envelope = seal(TEXT, account, "plain", STAMP)
    assert envelope.query == {
        "signature": sign(account.token, *vars(STAMP).values()),
        "timestamp": "1714112445",
        "nonce": "415670741",
        "openid": "oUser",
    }
    assert envelope.body == envelope.plain
    sheet = read_sheet(envelope.body)
    assert sheet.text("Content") == "你好"
    assert sheet.text("MsgId") == "23456789012345678"


def test_safe_mode_shows_nothing_but_the_account(account):
    envelope = seal(TEXT, account, "safe", STAMP)
    sheet = read_sheet(envelope.body)
    assert sheet.text("ToUserName") == account.original_id
    assert sheet.has("Encrypt")
    assert not sheet.has("FromUserName")
    assert not sheet.has("Content")
    assert envelope.query["encrypt_type"] == "aes"
    assert envelope.query["msg_signature"] == sign(account.token, *vars(STAMP).values(), sheet.text("Encrypt"))


def test_compat_mode_has_both(account):
    sheet = read_sheet(seal(TEXT, account, "compat", STAMP).body)
    assert sheet.text("Content") == "你好"
    assert sheet.has("Encrypt")


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
def test_a_bot_reads_the_message_and_answers_in_every_mode(mode, desk, world, bot, settle, lines, sealed, reply_xml):
    bot.answer = reply_xml if mode == "plain" else sealed
    world.set_mode(mode)
    desk.act("小林", {"type": "text", "text": "第一行\n第二行 ]]> <b>&"})
    (call,) = settle()
    (heard,) = bot.heard
    assert heard.sheet.text("Content") == "第一行\n第二行 ]]> <b>&"
    assert heard.query["openid"] == heard.sheet.text("FromUserName")
    assert len(heard.query["timestamp"]) == 10
    assert heard.content_type == "text/xml"
    assert call["state"] == "shown"
    assert call["mode"] == mode
    assert lines("小林")[-1] == ("account", "好的")


def test_compat_mode_takes_a_plain_reply(desk, world, bot, settle, lines, reply_xml):
    bot.answer = reply_xml
    world.set_mode("compat")
    desk.act("小林", {"type": "text", "text": "你好"})
    settle()
    assert lines("小林")[-1] == ("account", "好的")


def test_characters_xml_forbids_are_left_out():
    sheet = read_sheet(document([("Content", "a\x00\x08b\ud800c")]))
    assert sheet.text("Content") == "abc"


def test_a_stamp_has_ten_digits_and_a_fresh_nonce():
    stamps = [fresh_stamp(1714112445.9) for _ in range(20)]
    assert {stamp.timestamp for stamp in stamps} == {"1714112445"}
    assert len({stamp.nonce for stamp in stamps}) > 15
