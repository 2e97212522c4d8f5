"""Two that turn out to be one person: what a person has once, moved without doubles and without lost seats."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from models.agreement import Agreements
from models.db import Database, Stale
from models.event import ReminderRow
from models.events import Events, NewEvent
from models.interest import Interests
from models.linking import LinkCodes
from models.login import Logins
from models.programme import Programme
from models.replay import Replays, whose
from models.seal import Seal
from models.talent import IdentityRow, NotOne, Talent, TalentRow, Talents

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SEAL = Seal("a key for the tests, long enough to be one")
ROUNDS = int(os.environ.get("ROUNDS", "3"))  # of each race


def enter(db: Database, openid: str, app: str = "miniapp", unionid: str = "") -> Talent:
    return db.doing(lambda unit: Talents(unit).enter(openid, app, unionid=unionid, now=NOW))  # type: ignore[arg-type]


def join(db: Database, one: Talent, into: Talent) -> Talents:
    with db.writing() as unit:
        talents = Talents(unit)
        talents.join(one.id, into.id, now=NOW)
        return talents


def hold(db: Database, capacity: int = 0) -> str:
    with db.writing() as unit:
        events = Events(unit)
        event = events.add(NewEvent("专场", starts_at=NOW + 48 * HOUR, capacity=capacity, remind="1d"), now=NOW)
        events.open(event, now=NOW)
        return event.number


def sign_up(db: Database, number: str, openid: str, remind: bool = False) -> None:
    with db.writing() as unit:
        events = Events(unit)
        events.sign_up(events.find(number), openid, remind=remind, now=NOW)


def going(db: Database, number: str) -> dict[str, str]:
    with db.unit() as unit:
        programme = Programme(unit)
        return {each.openid: each.state for each in programme.signups(programme.find(number))}


def test_the_follower_stays_and_everything_of_the_other_is_theirs(database: Database) -> None:
    follower, mini = enter(database, "oService", "service"), enter(database, "oMini")
    with database.writing() as unit:
        Logins(unit).begin("t" * 43, mini, "oMini", "miniapp", agent="", now=NOW)
        Replays(unit).claim(whose(mini.id), "k", "d", NOW)
        row = Talents(unit).row(mini)
        row.phone, row.phone_key, row.elder = "sealed", "key", True
    join(database, mini, follower)
    with database.unit() as unit:
        talents = Talents(unit)
        both = talents.of("oMini")
        assert both is not None
        assert (both.id, both.openid, both.app, set(both.all)) == (
            follower.id,
            "oService",
            "service",
            {"oService", "oMini"},
        )
        row = talents.row(both)
        assert (row.phone, row.phone_key, row.elder) == ("sealed", "key", True)
        session = Logins(unit).find("t" * 43, NOW)
        assert session is not None
        assert session.talent == both
        assert Replays(unit).find(whose(follower.id), "k") is not None
        with pytest.raises(LookupError):
            talents.get(mini.id)


def test_two_of_one_account_are_two_people(database: Database) -> None:
    one, two = enter(database, "oA"), enter(database, "oB")
    with pytest.raises(NotOne):
        join(database, one, two)
    assert enter(database, "oC", "service", "u1").id != enter(database, "oD", "service", "u1").id


def test_a_signup_moves_with_its_reminder(database: Database) -> None:
    number = hold(database)
    follower, mini = enter(database, "oService", "service"), enter(database, "oMini")
    sign_up(database, number, "oMini", remind=True)
    join(database, mini, follower)
    assert going(database, number) == {"oService": "going"}
    with database.unit() as unit:
        rows = unit.execute(select(ReminderRow.openid, ReminderRow.state)).all()
    assert [tuple(row) for row in rows] == [("oService", "due")]


def test_two_signups_become_one_and_the_seat_goes_to_who_waits(database: Database) -> None:
    number = hold(database, capacity=2)
    follower, mini = enter(database, "oService", "service"), enter(database, "oMini")
    sign_up(database, number, "oService")
    sign_up(database, number, "oMini", remind=True)
    sign_up(database, number, "oOther")
    assert going(database, number)["oOther"] == "waiting"
    talents = join(database, mini, follower)
    assert going(database, number) == {"oService": "going", "oOther": "going"}
    assert [each.signup.openid for each in talents.promoted] == ["oOther"]
    with database.unit() as unit:
        assert Programme(unit).find(number).state == "full"
        assert unit.execute(select(ReminderRow.openid)).scalars().all() == ["oService"]


def test_the_better_seat_and_the_earlier_turn_stay(database: Database) -> None:
    number = hold(database, capacity=1)
    follower, mini = enter(database, "oService", "service"), enter(database, "oMini")
    sign_up(database, number, "oMini")
    sign_up(database, number, "oFirst")
    sign_up(database, number, "oService")
    talents = join(database, mini, follower)
    assert going(database, number) == {"oService": "going", "oFirst": "waiting"}
    assert talents.promoted == []


def test_what_was_done_while_they_were_joined_is_gathered_when_they_come_again(database: Database) -> None:
    number = hold(database)
    follower, mini = enter(database, "oService", "service"), enter(database, "oMini")
    join(database, mini, follower)
    sign_up(database, number, "oMini")  # by a request that had begun before
    enter(database, "oMini")
    assert going(database, number) == {"oService": "going"}


def test_of_two_agreements_the_later_word_counts(database: Database) -> None:
    follower, mini = enter(database, "oService", "service"), enter(database, "oMini")
    with database.writing() as unit:
        agreements = Agreements(unit)
        agreements.give("oService", "news", how="chat", now=NOW)
        agreements.give("oMini", "news", how="miniapp", now=NOW - HOUR)
        agreements.withdraw("oMini", "news", now=NOW + HOUR)
        agreements.give("oService", "service", how="chat", now=NOW)
        agreements.withdraw("oService", "service", now=NOW)
        agreements.give("oMini", "service", how="miniapp", now=NOW + HOUR)
        agreements.give("oMini", "phone", how="miniapp", now=NOW)
        Interests(unit).register("oMini", "apartment", note="两室", now=NOW)
        Interests(unit).register("oService", "apartment", note="", now=NOW)
        Interests(unit).register("oMini", "card", note="", now=NOW)
    join(database, mini, follower)
    with database.unit() as unit:
        agreements, interests = Agreements(unit), Interests(unit)
        assert not agreements.has("oService", "news")
        assert agreements.has("oService", "service")
        assert agreements.has("oService", "phone")
        assert not agreements.has("oMini", "phone")
        assert interests.of(["oService"], "apartment")
        assert interests.of(["oService"], "card")
        assert not interests.of(["oMini"], "card")


def _enters(url: str, openid: str, app: str, unionid: str) -> None:
    database = Database(url, wait=10.0)
    database.doing(
        lambda unit: Talents(unit).enter(openid, app, unionid=unionid, now=NOW),  # type: ignore[arg-type]
        tries=20,
    )
    database.close()


def _joins(url: str, one: int, into: int) -> None:
    database = Database(url, wait=10.0)

    def work(unit: object) -> None:
        try:
            Talents(unit).join(one, into, now=NOW)  # type: ignore[arg-type]
        except NotOne:
            return

    with contextlib.suppress(Stale):  # one of the two is gone: somebody joined them
        database.doing(work, tries=3)
    database.close()


def _signs_up(url: str, number: str, openid: str) -> None:
    database = Database(url, wait=10.0)

    def work(unit: object) -> None:
        events = Events(unit)  # type: ignore[arg-type]
        events.sign_up(events.find(number), openid, remind=True, now=NOW)

    database.doing(work, tries=20)
    database.close()


def at_once(database: Database, *work: tuple[object, ...]) -> None:
    """Each in a process of its own: (function, arguments after the address of the database)."""
    database.engine.dispose()
    url = database.url.render_as_string(hide_password=False)
    fork = multiprocessing.get_context("fork")
    running = [fork.Process(target=what, args=(url, *given)) for what, *given in work]  # type: ignore[arg-type]
    for each in running:
        each.start()
    for each in running:
        each.join()
    assert [each.exitcode for each in running] == [0] * len(running)


def test_race_of_two_doors_makes_one_person(database: Database) -> None:
    for round_ in range(ROUNDS):
        service, mini, union = f"oS{round_}", f"oM{round_}", f"u{round_}"
        at_once(
            database,
            (_enters, service, "service", union),
            (_enters, mini, "miniapp", union),
            (_enters, mini, "miniapp", union),
        )
        with database.unit() as unit:
            talent = Talents(unit).of(mini)
            assert talent is not None
            assert dict(talent.openids) == {"service": service, "miniapp": mini}
    with database.unit() as unit:
        assert unit.execute(select(func.count()).select_from(TalentRow)).scalar() == ROUNDS
        assert unit.execute(select(func.count()).select_from(IdentityRow)).scalar() == 2 * ROUNDS


def test_race_of_joining_both_ways_and_signing_up(database: Database) -> None:
    for round_ in range(ROUNDS):
        number = hold(database, capacity=2)
        service, mini = f"oS{round_}", f"oM{round_}"
        follower, other = enter(database, service, "service"), enter(database, mini)
        sign_up(database, number, mini, remind=True)
        sign_up(database, number, service)
        sign_up(database, number, "oWaits")
        at_once(
            database,
            (_joins, other.id, follower.id),
            (_joins, follower.id, other.id),
            (_signs_up, number, "oLate"),
        )
        assert going(database, number) == {service: "going", "oWaits": "going", "oLate": "waiting"}
        with database.unit() as unit:
            talent = Talents(unit).of(mini)
            assert talent is not None
            assert set(talent.openids) == {"service", "miniapp"}


def _uses(url: str, code: str, into: str) -> None:
    database = Database(url, wait=10.0)

    def work(unit: object) -> None:
        if LinkCodes(unit, SEAL).use(code, NOW) is not None:  # type: ignore[arg-type]
            Interests(unit).register(into, "won", note="", now=NOW)  # type: ignore[arg-type]

    database.doing(work, tries=20)
    database.close()


def test_race_for_a_code_has_one_winner(database: Database) -> None:
    mini = enter(database, "oMini")
    for round_ in range(ROUNDS):
        with database.writing() as unit:
            code = LinkCodes(unit, SEAL).make(mini.id, NOW)
        people = [f"o{round_}-{each}" for each in range(3)]
        at_once(database, *((_uses, code, each) for each in people))
        with database.unit() as unit:
            assert sum(Interests(unit).of([each], "won") for each in people) == 1


def test_a_code_is_good_once_and_for_ten_minutes(database: Database) -> None:
    mini = enter(database, "oMini")
    with database.writing() as unit:
        codes = LinkCodes(unit, SEAL)
        old, code = codes.make(mini.id, NOW), codes.make(mini.id, NOW)
        ticket = codes.make_ticket(mini.id, NOW)
        assert len(code) == 8
        assert codes.use(old, NOW) is None or old == code
        assert codes.use_ticket(code, NOW) is None
        assert codes.use(ticket, NOW) is None
        assert codes.use_ticket(ticket, NOW) == mini.id
        assert codes.use(code, NOW + timedelta(minutes=11)) is None
        assert codes.use(code, NOW) == mini.id
        assert codes.use(code, NOW) is None
