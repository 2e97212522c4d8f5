"""What WeChat has closed is left alone by all processes, tried now and then, told once, and opened by a success."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.reply import Text
from bot.wechat.account import Account
from bot.wechat.api import Api
from bot.wechat.client import WeChat
from bot.wechat.errors import SendError
from fake_wechat import OK, TOKEN_PATH, FakeWeChat
from models.account import Stops
from models.db import Database
from models.seal import Seal
from talk import Clock

SEND, TYPING = "/cgi-bin/message/custom/send", "/cgi-bin/message/custom/typing"
HELLO = Text("您好")


def told(wechat: WeChat) -> SendError:
    with pytest.raises(SendError) as error:
        wechat.send("oXiaoLin", HELLO)
    return error.value


def no(code: int) -> dict[str, object]:
    return {"errcode": code, "errmsg": "no"}


@pytest.fixture
def other(account: Callable[[], Account]) -> WeChat:
    """The same account in another process."""
    return WeChat(account())


def test_a_no_says_whether_the_call_was_made(wechat: WeChat, fake: FakeWeChat) -> None:
    fake.say(SEND, no(48001))
    assert [told(wechat).asked, told(wechat).asked] == [True, False]


def test_without_a_token_the_call_was_not_made(wechat: WeChat, fake: FakeWeChat) -> None:
    fake.say(TOKEN_PATH, no(40164))
    assert not told(wechat).asked


@pytest.mark.parametrize("code", [40125, 40164, 40243, 40013, 50002])
def test_a_fault_of_the_account_stops_it_at_once_for_everybody(
    wechat: WeChat, other: WeChat, fake: FakeWeChat, code: int
) -> None:
    fake.say(TOKEN_PATH, no(code))
    assert (told(wechat).kind, told(other).kind, told(wechat).kind) == ("config",) * 3
    assert len(fake.got) == 1
    error = told(other)
    assert (error.code, error.retry_after) == (code, 60.0)
    with pytest.raises(SendError):
        other.menu()
    assert len(fake.got) == 1


@pytest.mark.parametrize("code", [48001, 41001, 48004])
def test_a_fault_of_one_api_stops_that_one_alone(wechat: WeChat, other: WeChat, fake: FakeWeChat, code: int) -> None:
    fake.say(SEND, no(code))
    assert [told(wechat).code, told(other).code] == [code, code]
    assert fake.times(SEND) == 1
    other.typing("oXiaoLin")


def test_a_lasting_fault_costs_at_most_two_calls_a_minute_and_less_and_less(
    wechat: WeChat, other: WeChat, fake: FakeWeChat, clock: Clock
) -> None:
    fake.say(TOKEN_PATH, no(40125))
    minutes = []
    for _ in range(40):
        before = len(fake.got)
        for _ in range(12):
            told(wechat), told(other)
            clock.wait("5秒")
        minutes.append(len(fake.got) - before)
    assert max(minutes) <= 2
    assert sum(minutes) <= 10
    assert sum(minutes[-10:]) >= 1


def test_the_alarm_is_given_once_with_its_cure(
    wechat: WeChat, other: WeChat, fake: FakeWeChat, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    fake.say(TOKEN_PATH, no(40164))
    for _ in range(5):
        told(wechat), told(other)
        clock.wait("3分钟")
    alarms = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(alarms) == 1
    assert "40164" in alarms[0]
    assert "白名单" in alarms[0]
    assert "基本配置" in alarms[0]


def test_one_tries_again_when_the_time_has_come_and_a_success_opens_it_for_all(
    wechat: WeChat, other: WeChat, fake: FakeWeChat, clock: Clock
) -> None:
    fake.say(SEND, no(48001), OK)
    told(wechat)
    clock.wait("1分钟")
    other.send("oXiaoLin", HELLO)
    wechat.send("oXiaoLin", HELLO)
    assert fake.times(SEND) == 3
    assert wechat.stops() == []


def test_while_one_tries_the_others_wait(wechat: WeChat, other: WeChat, fake: FakeWeChat, clock: Clock) -> None:
    seen = []

    def meanwhile(_: object) -> dict[str, object]:
        seen.append(told(other).code)
        return OK

    fake.say(SEND, no(48001), meanwhile)
    told(wechat)
    clock.wait("1分钟")
    wechat.send("oXiaoLin", HELLO)
    assert seen == [48001]
    assert fake.times(SEND) == 2


def test_of_two_who_looked_at_the_same_moment_one_tries(
    wechat: WeChat, account: Callable[[], Account], fake: FakeWeChat, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.say(SEND, no(48001), OK)
    told(wechat)
    clock.wait("1分钟")
    slow = account()
    seen = slow.gate._found(SEND)
    monkeypatch.setattr(slow.gate, "_found", lambda *apis: seen)
    with account().gate._rows().writing() as unit:
        assert Stops(unit, "wxtest").move(seen[0], seen[0]._replace(until=clock.at + timedelta(seconds=90)))
    assert told(WeChat(slow)).code == 48001
    assert fake.times(SEND) == 1


@pytest.mark.parametrize("code", [48001, 45009])
def test_a_stop_of_a_clock_that_ran_ahead_stops_nobody(
    wechat: WeChat, other: WeChat, fake: FakeWeChat, clock: Clock, code: int
) -> None:
    fake.say(SEND, no(code), OK)
    right, clock.at = clock.at, clock.at + timedelta(days=2)
    told(wechat)
    clock.at = right
    other.send("oXiaoLin", HELLO)


def test_another_answer_than_the_fault_opens_it_too(wechat: WeChat, fake: FakeWeChat, clock: Clock) -> None:
    fake.say(SEND, no(48001), no(45015))
    told(wechat)
    clock.wait("1分钟")
    assert told(wechat).code == 45015
    assert wechat.stops() == []


def test_an_account_that_is_open_again_may_still_have_a_closed_api(
    wechat: WeChat, fake: FakeWeChat, clock: Clock
) -> None:
    fake.say(SEND, no(40243), no(48001))
    told(wechat)
    clock.wait("1分钟")
    assert told(wechat).code == 48001
    wechat.typing("oXiaoLin")
    assert [stop.api for stop in wechat.stops()] == [SEND]


def test_a_probe_that_goes_well_lets_single_apis_be_tried_at_once(
    wechat: WeChat, other: WeChat, fake: FakeWeChat
) -> None:
    fake.say(SEND, no(48001), OK)
    fake.say(TYPING, no(45009))
    told(wechat)
    with pytest.raises(SendError):
        wechat.typing("oXiaoLin")
    fake.say("/cgi-bin/getcallbackip", {"ip_list": ["127.0.0.1"]})
    assert wechat.probe() == ["127.0.0.1"]
    other.send("oXiaoLin", HELLO)
    assert [stop.code for stop in wechat.stops()] == [45009]


def test_no_answer_proves_nothing(wechat: WeChat, fake: FakeWeChat, clock: Clock) -> None:
    fake.say(SEND, no(48001), no(-1), OK)
    told(wechat)
    clock.wait("1分钟")
    assert told(wechat).code == -1
    assert told(wechat).code == 48001
    clock.wait("1分钟")
    wechat.send("oXiaoLin", HELLO)


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        (datetime(2026, 11, 23, 2, 0, tzinfo=UTC), 14 * 3600),
        (datetime(2026, 11, 23, 15, 59, 30, tzinfo=UTC), 30),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), 24 * 3600),
    ],
)
def test_the_days_number_comes_back_at_midnight_in_china(
    wechat: WeChat, other: WeChat, fake: FakeWeChat, clock: Clock, at: datetime, seconds: float
) -> None:
    clock.at = at
    fake.say(SEND, no(45009), OK)
    error = told(wechat)
    assert (error.kind, error.retry_after) == ("quota", seconds)
    clock.wait(f"{int(seconds) - 1}秒")
    assert told(other).kind == "quota"
    clock.wait("1秒")
    other.send("oXiaoLin", HELLO)
    assert fake.times(SEND) == 2


def test_the_minutes_number_comes_back_after_one(wechat: WeChat, fake: FakeWeChat, clock: Clock) -> None:
    fake.say(SEND, no(45011), OK)
    assert told(wechat).retry_after == 60.0
    clock.wait("59秒")
    assert (told(wechat).kind, told(wechat).retry_after) == ("quota", 1.0)
    clock.wait("1秒")
    wechat.send("oXiaoLin", HELLO)
    assert fake.times(SEND) == 2


def test_the_tokens_own_quota_stops_fetching_and_nothing_else(
    wechat: WeChat, other: WeChat, fake: FakeWeChat, clock: Clock
) -> None:
    fake.say(TOKEN_PATH, no(45009), {"access_token": fake.token, "expires_in": 7200})
    assert [told(each).kind for each in (wechat, other, wechat)] == ["quota"] * 3
    assert fake.times(TOKEN_PATH) == 1
    clock.wait("14小时")
    other.send("oXiaoLin", HELLO)
    assert fake.times(TOKEN_PATH) == 2
    assert wechat.stops() == []


def test_an_account_without_its_secret_asks_nobody(db: Database, base: str, fake: FakeWeChat, clock: Clock) -> None:
    for appid, secret in (("", "s"), ("wx1", "")):
        account = Account(appid, secret, Api(base), db=db, seal=Seal("a key of the tests"), now=clock)
        assert told(WeChat(account)).kind == "config"
        with pytest.raises(SendError):
            WeChat(account, "miniapp").login("code")
        with pytest.raises(SendError):
            WeChat(account).probe()
    assert fake.got == []


@pytest.mark.parametrize("code", [45015, 45047, 43004, 43101, 40003, 47003, 45002, 99999])
def test_what_is_about_one_person_or_message_stops_nothing(wechat: WeChat, fake: FakeWeChat, code: int) -> None:
    fake.say(SEND, no(code), OK)
    assert told(wechat).code == code
    wechat.send("oXiaoLin", HELLO)


def test_without_the_database_each_process_still_stops_itself(
    wechat: WeChat, fake: FakeWeChat, db: Database, clock: Clock
) -> None:
    wechat.typing("oXiaoLin")
    with db.writing() as unit:
        unit.connection.exec_driver_sql("ALTER TABLE stop RENAME TO gone")
    fake.say(SEND, no(48001), OK)
    told(wechat)
    told(wechat)
    assert fake.times(SEND) == 1
    clock.wait("1分钟")
    wechat.send("oXiaoLin", HELLO)
    wechat.send("oXiaoLin", HELLO)


def test_without_the_database_messages_go(wechat: WeChat, fake: FakeWeChat, db: Database) -> None:
    with db.writing() as unit:
        unit.connection.exec_driver_sql("ALTER TABLE stop RENAME TO gone")
        unit.connection.exec_driver_sql("ALTER TABLE token RENAME TO gone_too")
    wechat.send("oXiaoLin", HELLO)
    wechat.send("oXiaoLin", HELLO)
    assert fake.times(TOKEN_PATH) == 1
