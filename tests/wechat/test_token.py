"""One token for all processes, on every database: fetched by one at a time, ahead of its end, and kept sealed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.wechat.answers import later
from bot.wechat.errors import SendError
from bot.wechat.token import Fetched, TokenService
from fake_wechat import wait_until
from models.account import Tokens
from models.db import Database
from models.seal import Seal
from talk import Clock

KEY = "a key of the tests, long enough"
Make = Callable[..., TokenService]


class Source:
    """stable_token in normal mode: the same token until the last five minutes of its life."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.asked, self.number, self.born = clock, 0, 1, clock()
        self.fault: SendError | None = None
        self.wait: threading.Event | None = None

    def __call__(self) -> Fetched:
        self.asked += 1
        if self.wait is not None:
            assert self.wait.wait(60)
        if self.fault is not None:
            raise self.fault
        left = 7200 - (self.clock() - self.born).total_seconds()
        if left < 300:
            self.kill()
            left = 7200
        return Fetched(self.value, left)

    @property
    def value(self) -> str:
        return f"CANARYTOKEN{self.number}"

    def kill(self) -> None:
        self.number, self.born = self.number + 1, self.clock()


@pytest.fixture
def source(clock: Clock) -> Source:
    return Source(clock)


@pytest.fixture
def make(database: Database, source: Source, clock: Clock) -> Make:
    """A process of its own each time, as far as the token goes."""

    def service(key: str = KEY) -> TokenService:
        return TokenService("wx1", source, lambda: None, db=database, seal=Seal(key), now=clock)

    return service


def test_processes_share_one_token_and_fetch_it_once(make: Make, source: Source) -> None:
    assert {make().current() for _ in range(4)} == {source.value}
    assert source.asked == 1


def test_the_database_holds_it_sealed(make: Make, database: Database, source: Source) -> None:
    make().current()
    with database.unit() as unit:
        kept = unit.execute(text("SELECT token FROM token")).scalar_one()
    assert kept
    assert source.value not in kept
    assert source.value not in repr(make()) + repr(make()._own)


def test_it_is_renewed_five_minutes_before_its_end(make: Make, source: Source, clock: Clock) -> None:
    first = make()
    old = first.current()
    clock.wait("114分钟")
    assert (first.current(), source.asked) == (old, 1)
    clock.wait("1分钟")
    clock.wait("1秒")
    assert first.current() != old
    assert make().current() == source.value
    assert source.asked == 2


def test_while_one_renews_the_others_go_on_with_the_old_one(make: Make, source: Source, clock: Clock) -> None:
    first, second = make(), make()
    old = first.current()
    second.current()
    clock.wait("7000秒")
    source.wait = threading.Event()
    thread = threading.Thread(target=first.current)
    thread.start()
    wait_until(lambda: source.asked == 2)
    assert {second.current(), first.current(), make().current()} == {old}
    source.wait.set()
    thread.join()
    assert second.current() == first.current() == source.value != old
    assert source.asked == 2


def test_without_an_old_one_the_others_wait_for_the_new_one(make: Make, source: Source) -> None:
    source.wait = threading.Event()
    got: list[str] = []
    services = [make(), make(), make()]
    threads = [threading.Thread(target=lambda each=each: got.append(each.current())) for each in services * 2]
    for thread in threads:
        thread.start()
    wait_until(lambda: source.asked == 1)
    source.wait.set()
    for thread in threads:
        thread.join()
    assert got == [source.value] * 6
    assert source.asked == 1


def test_a_renewer_who_died_is_followed_by_another(
    make: Make, source: Source, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as unit:
        assert Tokens(unit, "wx1").take("the dead", seen=None, now=clock(), until=clock.at.replace(second=15))
    with monkeypatch.context() as hasty:
        hasty.setattr("bot.wechat.token._WAIT", 0.2)
        with pytest.raises(SendError) as told:
            make().current()
    assert (told.value.kind, told.value.unsure) == ("later", False)
    assert source.asked == 0
    clock.wait("15秒")
    assert make().current() == source.value


def test_a_lease_of_a_clock_that_ran_ahead_is_no_lease(
    make: Make, source: Source, database: Database, clock: Clock
) -> None:
    ahead = clock() + timedelta(hours=1)
    with database.writing() as unit:
        assert Tokens(unit, "wx1").take("ahead", seen=None, now=ahead, until=ahead + timedelta(seconds=15))
    assert make().current() == source.value


def test_a_failure_is_no_harm_while_the_old_one_is_good(make: Make, source: Source, clock: Clock) -> None:
    first, second = make(), make()
    old = first.current()
    clock.wait("6950秒")
    source.fault = later("没有回应", unsure=False)
    assert [first.current(), second.current(), first.current()] == [old] * 3
    assert source.asked == 2
    clock.wait("30秒")
    source.fault = None
    assert second.current() == source.value != old
    assert source.asked == 3


def test_one_that_is_not_newer_is_not_asked_for_again_at_once(make: Make, source: Source, clock: Clock) -> None:
    first, second = make(), make()
    old = first.current()
    clock.wait("6900秒")
    assert [first.current(), second.current(), first.current()] == [old] * 3
    assert source.asked == 2
    clock.wait("31秒")
    assert second.current() != old
    assert source.asked == 3


def test_one_that_wechat_does_not_know_is_replaced_once_for_all(make: Make, source: Source) -> None:
    first, second = make(), make()
    old = first.current()
    second.current()
    source.kill()
    assert first.other_than(old) == source.value
    assert second.other_than(old) == source.value
    assert source.asked == 2


def test_what_was_sealed_with_another_key_is_fetched_anew(make: Make, source: Source) -> None:
    make("another key, long enough too").current()
    assert make().current() == source.value
    assert source.asked == 2


def test_a_failure_is_told_when_there_is_nothing_to_go_on_with(make: Make, source: Source, clock: Clock) -> None:
    source.fault = later("没有回应", unsure=False)
    with pytest.raises(SendError):
        make().current()
    source.fault = None
    clock.wait("2秒")
    assert make().current() == source.value


def test_whoever_saw_an_older_token_need_not_fetch(make: Make, database: Database, clock: Clock) -> None:
    """Between a look and the taking, somebody else may have fetched and gone."""
    make().current()
    with database.writing() as unit:
        assert not Tokens(unit, "wx1").take("late", seen=None, now=clock(), until=clock.at.replace(second=30))


def test_the_lease_goes_to_one(database: Database, clock: Clock) -> None:
    until = clock.at.replace(second=30)
    for expected in (True, False):
        with database.writing() as unit:
            assert Tokens(unit, "wx1").take(f"w{expected}", seen=None, now=clock(), until=until) is expected
    with database.writing() as unit:
        assert not Tokens(unit, "wx1").keep("wFalse", "sealed", until)
        assert Tokens(unit, "wx1").keep("wTrue", "sealed", until)
    with database.unit() as unit:
        held = Tokens(unit, "wx1").held()
    assert held is not None
    assert (held.sealed, held.ends_at, held.lease_until) == ("sealed", until, None)
