"""Accounts and coming in: tries counted one by one however many come at once, sessions that end in time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from models.audit import Audit
from models.audit_trail import Wanted, rows, size
from models.db import Database, Stale, Unavailable
from models.entrance import WHOLE, Entrance, Limits
from models.knock import LOCKED, TRIES, Knock
from models.roster import NewStaff, NoSuchStaff, Refused, Roster
from models.seal import Seal
from models.staff import Staff

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SEAL = Seal("a secret of the tests, long enough")
BOSS = "staff:999"


def hire(database: Database, login: str = "li.si", role: str = "agent", **more: str) -> Staff:
    with database.writing() as unit:
        return Roster(unit, SEAL).add(BOSS, NewStaff(login, login, role, password="kept", **more), now=NOW)


def change(database: Database, verb: Callable[[Roster], object]) -> None:
    with database.writing() as unit:
        verb(Roster(unit, SEAL))


def read(database: Database, number: int) -> Staff:
    with database.unit() as unit:
        return Roster(unit, SEAL).get(number)


def begun(database: Database, staff: Staff) -> str:
    with database.writing() as unit:
        return Entrance(unit).begin(staff, WHOLE, address="10.0.0.1", agent="x", now=NOW)


def inside(database: Database, token: str, now: datetime = NOW, limits: Limits = Limits()) -> bool:  # noqa: B008
    with database.unit() as unit:
        return Entrance(unit, limits).inside(token, now) is not None


def tried(database: Database, staff: Staff | None, *, fits: bool, now: datetime = NOW, demo: bool = False) -> bool:
    while True:
        try:
            with database.writing() as unit:
                knock = Knock(unit, SEAL, demo=demo, address="10.0.0.1", now=now)
                return knock.admits(staff, fits=fits) is not None
        except Stale:
            continue


def test_a_right_password_after_the_lock_out_is_refused_however_many_try_at_once(database: Database) -> None:
    """ASVS 6.3.1, 15.4.2: of forty guesses at the same moment five are judged."""
    staff = hire(database)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: tried(database, staff, fits=False), range(40)))
    assert not tried(database, staff, fits=True)
    with database.unit() as unit:
        judged = rows(unit, Wanted(object=f"staff:{staff.id}", action="login.locked"))
        assert len(judged) == 1
    assert not tried(database, staff, fits=True, now=NOW + LOCKED - timedelta(seconds=1))
    assert tried(database, staff, fits=True, now=NOW + LOCKED)


def test_a_lock_written_by_a_clock_that_ran_ahead_does_not_hold_for_ever(database: Database) -> None:
    staff = hire(database)
    for _ in range(TRIES):
        tried(database, staff, fits=False, now=NOW + timedelta(days=300))
    assert tried(database, staff, fits=True)


def test_a_password_changed_while_the_old_one_was_compared_is_not_admitted(database: Database) -> None:
    staff = hire(database)
    change(database, lambda roster: roster.reset_password(BOSS, staff.id, "another", now=NOW))
    assert not tried(database, staff, fits=True)
    assert tried(database, read(database, staff.id), fits=True)


def test_accounts_of_the_demo_come_in_during_the_demo_alone(database: Database) -> None:
    with database.writing() as unit:
        new = NewStaff("demo", "演示", "admin", password="kept", demo=True)
        staff = Roster(unit, SEAL).add(BOSS, new, now=NOW)
    assert not tried(database, staff, fits=True)
    assert tried(database, staff, fits=True, demo=True)


def test_of_two_that_bring_the_same_code_one_comes_in(database: Database) -> None:
    staff, secret = hire(database), pyotp.random_base32()
    with database.writing() as unit:
        Roster(unit, SEAL).get(staff.id).totp = SEAL.close(secret)
    code = pyotp.TOTP(secret).at(int(NOW.timestamp()))

    def one(_: int) -> bool:
        while True:
            try:
                with database.writing() as unit:
                    return Knock(unit, SEAL, demo=False, address="", now=NOW).passes(staff.id, code)
            except (Stale, Unavailable):
                continue

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, range(4))) == [False, False, False, True]


@pytest.mark.parametrize(
    "verb",
    [
        lambda roster, number: roster.disable(BOSS, number, now=NOW),
        lambda roster, number: roster.change(BOSS, number, name="x", role="lead", unit="hotline", seen=1, now=NOW),
        lambda roster, number: roster.change(BOSS, number, name="x", role="agent", unit="hr", seen=1, now=NOW),
        lambda roster, number: roster.reset_password(BOSS, number, "another", now=NOW),
        lambda roster, number: roster.own_password(number, "another", now=NOW),
        lambda roster, number: roster.reset_factor(BOSS, number, now=NOW),
    ],
    ids=["disabled", "role", "unit", "password", "own password", "factor"],
)
def test_what_takes_rights_away_ends_every_session(database: Database, verb: Callable[[Roster, int], object]) -> None:
    """ASVS 7.4.2, 8.3.2: the very next look finds nobody."""
    staff = hire(database)
    tokens = [begun(database, staff) for _ in range(2)]
    assert all(inside(database, token) for token in tokens)
    change(database, lambda roster: verb(roster, staff.id))
    assert not any(inside(database, token) for token in tokens)


def test_being_away_or_another_name_ends_no_session(database: Database) -> None:
    staff = hire(database)
    token = begun(database, staff)
    change(database, lambda roster: roster.set_away(BOSS, staff.id, away=True, now=NOW))
    change(
        database,
        lambda roster: roster.change(BOSS, staff.id, name="李四", role="agent", unit="hotline", seen=1, now=NOW),
    )
    assert inside(database, token)


def test_sessions_end_when_nothing_is_done_and_in_any_case(database: Database) -> None:
    """ASVS 7.3.1, 7.3.2."""
    token = begun(database, hire(database))
    limits = Limits(timedelta(minutes=30), timedelta(hours=8))
    assert not inside(database, token, NOW + timedelta(minutes=31), limits)
    at = NOW
    while at < NOW + timedelta(hours=9):
        at += timedelta(minutes=20)
        with database.unit() as unit:
            found = Entrance(unit, limits).inside(token, at)
            if found is None:
                break
            assert Entrance(unit, limits).seen(found, at)
            assert not Entrance(unit, limits).seen(found._replace(seen_at=at), at + timedelta(seconds=59))
            unit.commit()
    assert NOW + timedelta(hours=8) < at <= NOW + timedelta(hours=8, minutes=20)


def test_the_cookies_value_is_not_in_the_database(database: Database) -> None:
    token = begun(database, hire(database))
    with database.unit() as unit:
        found = Entrance(unit).inside(token, NOW)
        assert found is not None
        assert token not in (found.token, found.csrf)
        assert len(token) >= 43  # 256 bits (ASVS 11.5.1)


def test_nobody_locks_oneself_out(database: Database) -> None:
    admin = hire(database, "boss", "admin")
    me = admin.actor.key
    with pytest.raises(Refused):
        change(database, lambda roster: roster.disable(me, admin.id, now=NOW))
    with pytest.raises(Refused):
        change(
            database,
            lambda roster: roster.change(me, admin.id, name="x", role="agent", unit="hotline", seen=1, now=NOW),
        )


def test_what_two_admins_change_at_once_is_not_lost(database: Database) -> None:
    staff = hire(database)

    def moved(role: str) -> None:
        change(
            database, lambda roster: roster.change(BOSS, staff.id, name="x", role=role, unit="hotline", seen=1, now=NOW)
        )

    moved("lead")
    with pytest.raises(Stale):
        moved("supervisor")
    assert read(database, staff.id).role == "lead"


@pytest.mark.parametrize("login", ["", "x", "李四", "a b", "a@b", "x" * 65, "<script>"])
def test_a_login_is_plain_letters(database: Database, login: str) -> None:
    with pytest.raises(Refused):
        hire(database, login)


def test_a_login_is_taken_once_whatever_its_case(database: Database) -> None:
    hire(database, "Li.Si")
    with pytest.raises(Refused, match="已经有人用了"):
        hire(database, "LI.SI")


def test_one_subject_of_the_provider_is_one_account(database: Database) -> None:
    first, second = hire(database), hire(database, "wang.wu")
    change(database, lambda roster: roster.bind(BOSS, first.id, "sub-1", now=NOW))
    with pytest.raises(Refused):
        change(database, lambda roster: roster.bind(BOSS, second.id, "sub-1", now=NOW))
    with pytest.raises(NoSuchStaff):
        change(database, lambda roster: roster.bind(BOSS, 12345, "sub-2", now=NOW))


def test_every_change_of_an_account_is_in_the_audit(database: Database) -> None:
    staff = hire(database)
    change(database, lambda roster: roster.disable(BOSS, staff.id, now=NOW, address="10.0.0.9"))
    with database.unit() as unit:
        newest, oldest = rows(unit, Wanted(actor=BOSS))
        assert (newest.action, newest.object, newest.address) == ("staff.disable", f"staff:{staff.id}", "10.0.0.9")
        assert oldest.action == "staff.add"
        assert "kept" not in oldest.detail
        assert Audit(unit, SEAL.audit_key).broken() == ""
        assert size(unit) == 2
        assert rows(unit, Wanted(action="staff."), before=2) == [oldest]
        assert rows(unit, Wanted(day=NOW.date())) == [newest, oldest]
        assert rows(unit, Wanted(day=NOW.date() + timedelta(days=1))) == []
