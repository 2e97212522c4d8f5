"""Whatever WeChat or the way to it does, what comes out is a SendError of the right kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

import pytest

from bot.reply import Text
from bot.wechat.account import Account
from bot.wechat.breaker import Breaker
from bot.wechat.client import WeChat
from bot.wechat.errcode import codes, meaning
from bot.wechat.errors import Kind, SendError
from fake_wechat import OK, TOKEN_PATH, FakeWeChat, Said

SEND = "/cgi-bin/message/custom/send"
HELLO = Text("您好")


def told(wechat: WeChat) -> SendError:
    with pytest.raises(SendError) as error:
        wechat.send("oXiaoLin", HELLO)
    return error.value


@pytest.mark.parametrize(
    ("said", "unsure"),
    [
        (Said(b"<html>busy</html>", kind="text/html"), True),
        (Said(b""), True),
        (Said([1]), True),
        (Said(b"null"), True),
        (Said(b'"ok"'), True),
        (Said(b"\xff\xfe"), True),
        (Said(b"[" * 100_000), True),
        (Said(b'{"errcode":' + b"9" * 5000 + b"}"), True),
        (Said({"errcode": None, "errmsg": "x"}), True),
        (Said({"status": "error"}), True),
        (Said({}), True),
        (Said({"errcode": "many"}), True),
        (Said({"errcode": True}), True),
        (Said({"errcode": 1.5}), True),
        (Said(b"busy", 500), True),
        (Said(b"<html>", 502, "text/html"), True),
        (Said(b"", 504), True),
        (Said({}, 302, headers={"Location": "http://127.0.0.1:9/"}), False),
        (Said(b"", 404), False),
        (Said({"errcode": -1, "errmsg": "system error"}), False),
        (Said({"errcode": "-1", "errmsg": "system error"}), False),
        (Said({}, how="reset"), True),
        (Said({}, how="drop"), True),
        (Said({"errcode": 0}, how="cut"), True),
    ],
)
def test_no_proper_answer_is_tried_later(wechat: WeChat, fake: FakeWeChat, said: Said, unsure: bool) -> None:
    fake.say(SEND, said)
    error = told(wechat)
    assert (error.kind, error.unsure) == ("later", unsure)
    assert fake.times(SEND) == 1


@pytest.mark.parametrize("code", ["45015", 45015, " 45015 "])
def test_a_code_may_be_written_as_text(wechat: WeChat, fake: FakeWeChat, code: object) -> None:
    fake.say(SEND, {"errcode": code, "errmsg": "x"})
    assert (told(wechat).kind, told(wechat).code) == ("window", 45015)


def test_a_token_that_died_is_replaced_and_the_call_made_again(wechat: WeChat, fake: FakeWeChat) -> None:
    wechat.send("oXiaoLin", HELLO)
    fake.kill()
    wechat.send("oXiaoLin", HELLO)
    assert (fake.times(SEND), fake.times(TOKEN_PATH)) == (3, 2)
    assert "force_refresh" not in fake.last(TOKEN_PATH).json


@pytest.mark.parametrize("code", [40001, 40014, 42001, "40001"])
def test_a_token_wechat_never_knows_is_no_loop(wechat: WeChat, fake: FakeWeChat, code: object) -> None:
    fake.say(SEND, {"errcode": code, "errmsg": "invalid credential"})
    error = told(wechat)
    assert (error.kind, error.code, error.retry_after) == ("config", int(str(code)), 60.0)
    for _ in range(20):
        assert told(wechat).kind == "config"
    assert (fake.times(SEND), fake.times(TOKEN_PATH)) == (2, 2)


def test_a_token_that_somebody_else_replaced_is_taken_from_them(
    wechat: WeChat, account: Callable[[], Account], fake: FakeWeChat
) -> None:
    other = WeChat(account())
    wechat.send("oXiaoLin", HELLO)
    other.send("oXiaoLin", HELLO)
    fake.kill()
    wechat.send("oXiaoLin", HELLO)
    other.send("oXiaoLin", HELLO)
    assert fake.times(TOKEN_PATH) == 2


def test_a_token_that_claims_to_live_for_ever_is_used_all_the_same(wechat: WeChat, fake: FakeWeChat) -> None:
    fake.say(TOKEN_PATH, {"access_token": fake.token, "expires_in": 10**15})
    wechat.send("oXiaoLin", HELLO)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": "", "expires_in": 7200},
        {"access_token": 5, "expires_in": 7200},
        {"access_token": "令牌", "expires_in": 7200},
        {"access_token": "a\r\nHost: x", "expires_in": 7200},
        {"access_token": "abc", "expires_in": 0},
        {"access_token": "abc", "expires_in": "soon"},
        {"access_token": "abc"},
    ],
)
def test_an_answer_without_a_token_is_none(wechat: WeChat, fake: FakeWeChat, answer: dict[str, object]) -> None:
    fake.say(TOKEN_PATH, answer)
    error = told(wechat)
    assert (error.kind, error.unsure) == ("later", False)
    assert fake.times(SEND) == 0


def test_a_token_call_without_an_answer_has_not_sent_the_message(wechat: WeChat, fake: FakeWeChat) -> None:
    fake.say(TOKEN_PATH, Said({}, how="drop"))
    error = told(wechat)
    assert (error.kind, error.unsure) == ("later", False)


def test_after_five_failures_nobody_is_asked_for_a_while(wechat: WeChat, fake: FakeWeChat) -> None:
    wechat._account._breaker = Breaker(lambda: 0.0)
    fake.say(SEND, Said(b"", 502))
    for _ in range(12):
        assert told(wechat).kind == "later"
    assert fake.times(SEND) == 5
    error = told(wechat)
    assert not error.unsure
    assert error.retry_after is not None
    assert 0 < error.retry_after <= 3


def test_a_refusal_is_an_answer_and_no_failure(wechat: WeChat, fake: FakeWeChat) -> None:
    fake.say(SEND, {"errcode": 45015, "errmsg": "x"})
    for _ in range(12):
        told(wechat)
    assert fake.times(SEND) == 12


def test_the_breaker_lets_one_try_and_opens_on_a_success() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0], lambda: 0.5)
    for _ in range(4):
        breaker.bad()
    assert breaker.wait() == 0
    breaker.bad()
    assert breaker.wait() == 2.0
    now[0] = 2.0
    assert [breaker.pause() for _ in range(2)] == [0, 0]  # which is not the one call that may be made now
    assert breaker.wait() == 0
    assert breaker.pause() > 0
    assert breaker.wait() > 0
    breaker.bad()
    assert breaker.wait() == 4.0
    now[0] = 6.0
    assert breaker.wait() == 0
    breaker.good()
    assert [breaker.wait() for _ in range(3)] == [0, 0, 0]


def test_processes_that_stopped_together_come_back_apart() -> None:
    waits = []
    for chance in (0.0, 0.9):
        breaker = Breaker(lambda: 0.0, lambda chance=chance: chance)
        for _ in range(5):
            breaker.bad()
        waits.append(breaker.wait())
    assert waits == [1.0, 2.8]


KINDS = {
    "later": (-1,),
    "config": (40001, 40014, 42001, 40013, 40125, 40164, 40243, 41001, 48001, 50002, 40037, 41030, 61003, 61004, 61007),
    "gone": (40003, 43004, 48002),
    "consent": (43101,),
    "window": (45015, 45047),
    "quota": (45009, 45011, 43117),
    "refused": (45002, 47003, 40007, 45008, 45065, 87014, 61010, 45072, 45080, 45081, 40018),
    "code": (40029, 41008, 40039),
    "used": (40163,),
    "barred": (40226,),
}


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, known in KINDS.items() for code in known])
def test_the_codes_of_the_calls_we_make_are_of_their_kind(kind: str, code: int) -> None:
    assert meaning(code).kind == kind


@pytest.mark.parametrize("code", codes())
def test_every_code_says_what_is_wrong_and_what_to_do_in_chinese(code: int) -> None:
    means = meaning(code)
    assert means.kind in get_args(Kind)
    for text in (means.said, means.cure):
        assert re.search(r"[\u4e00-\u9fff]", text) or text.startswith("./manage flask "), text
        assert not text.endswith(("。", "；"))


def test_a_code_nobody_has_heard_of_is_refused_with_its_number() -> None:
    assert meaning(123456).kind == "refused"
    assert "123456" in meaning(123456).said


def test_the_field_that_was_wrong_and_the_number_of_the_case_are_told(wechat: WeChat, fake: FakeWeChat) -> None:
    said = "argument invalid! data.thing3.value is emtpy rid: 5f3a7906-0c594b15-679286ae"
    fake.say(SEND, {"errcode": 47003, "errmsg": said}, OK)
    assert "thing3" in told(wechat).said
    fake.say(SEND, {"errcode": 99999, "errmsg": said})
    assert "5f3a7906-0c594b15-679286ae" in told(wechat).said
