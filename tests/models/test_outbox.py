"""The verbs on what is owed, on every database."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from models import leases, outbox, outbox_desk, outbox_inbox, results, sending, talk
from models.db import Clash, Database, Stale
from models.outbox import Row

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def owe(database: Database, openid: str, dedup: str, *, minutes: int = 0, until: datetime | None = None) -> None:
    with database.writing() as unit:
        due = NOW + timedelta(minutes=minutes)
        outbox.add(unit, openid, "reply", "{}", dedup=dedup, now=NOW, due_at=due, until=until)


def claim(database: Database, worker: str = "w", limit: int = 10, now: datetime = NOW) -> list[Row]:
    with database.writing() as unit:
        return leases.claim(unit, worker, limit, now, LEASE)


def state(database: Database, number: int) -> str:
    with database.unit() as unit:
        row = outbox.find(unit, number)
    assert row is not None
    return row.state


def test_one_cause_is_owed_once(database: Database) -> None:
    owe(database, "o1", "a")
    with pytest.raises(Clash):
        owe(database, "o1", "a")


def test_of_one_person_one_row_is_under_way_the_oldest_first(database: Database) -> None:
    for each in ("a", "b"):
        owe(database, "o1", each)
    owe(database, "o2", "c")
    owe(database, "o2", "later", minutes=5)
    taken = claim(database)
    assert [row.dedup for row in taken] == ["a", "c"]
    assert claim(database) == []
    with database.writing() as unit:
        assert leases.sent(unit, taken[0], way="service", now=NOW)
    assert [row.dedup for row in claim(database)] == ["b"]


def test_two_workers_never_get_the_same_row(database: Database) -> None:
    for each in range(40):
        owe(database, f"o{each % 20}", str(each))
    start = threading.Barrier(4)

    def work(worker: int) -> list[int]:
        start.wait()
        got: list[int] = []
        for _ in range(30):
            rows = claim(database, f"w{worker}", 2)
            got += [row.id for row in rows]
            for row in rows:
                with database.writing() as unit:
                    assert leases.sent(unit, row, way="service", now=NOW)
        return got

    with ThreadPoolExecutor(4) as pool:
        found = [number for each in pool.map(work, range(4)) for number in each]
    assert len(found) == len(set(found)) == 40


def test_a_lost_lease_makes_the_row_due_and_its_call_unsure(database: Database) -> None:
    owe(database, "o1", "a")
    (row,) = claim(database)
    with database.writing() as unit:
        sending.begin(unit, row.id, row.openid, part=0, way="service", now=NOW)
    with database.writing() as unit:
        assert leases.recover(unit, NOW + LEASE / 2, LEASE) == 0
    with database.writing() as unit:
        assert leases.recover(unit, NOW + LEASE, LEASE) == 1
        assert [each.outcome for each in sending.of(unit, row.id)] == [sending.UNSURE]
    (again,) = claim(database, now=NOW + LEASE)
    assert again.tries == 2
    with database.writing() as unit:
        assert not leases.sent(unit, row, way="service", now=NOW)  # whoever had it before changes nothing any more
        assert leases.hold(unit, row, NOW, LEASE) is None
        assert leases.hold(unit, again, NOW, LEASE) is not None
    assert state(database, row.id) == "leased"


def test_a_lease_of_a_clock_that_ran_ahead_is_no_lease(database: Database) -> None:
    owe(database, "o1", "a")
    (row,) = claim(database, now=NOW + timedelta(days=1))
    with database.writing() as unit:
        assert not leases.any_due(unit, NOW + timedelta(days=1) - timedelta(seconds=60), LEASE)
        assert leases.any_due(unit, NOW, LEASE)
        assert leases.recover(unit, NOW, LEASE) == 1
    assert [each.id for each in claim(database)] == [row.id]


def test_a_younger_row_claimed_at_the_same_moment_is_given_back(database: Database) -> None:
    """Two claims that do not see each other may take one row each of a person."""
    owe(database, "o1", "b", minutes=1)
    owe(database, "o1", "a")
    (younger,) = claim(database)
    with database.writing() as unit:
        unit.connection.exec_driver_sql("UPDATE outbox SET state = 'due' WHERE dedup = 'a'")
    (elder,) = claim(database, now=NOW + timedelta(minutes=1))
    with database.writing() as unit:
        unit.connection.exec_driver_sql("UPDATE outbox SET state = 'leased' WHERE dedup = 'a'")
    with database.writing() as unit:
        assert leases.hold(unit, younger, NOW, LEASE) is None
        assert leases.hold(unit, elder, NOW, LEASE) is not None
    assert (state(database, elder.id), state(database, younger.id)) == ("leased", "due")


def test_of_two_openids_one_row_is_under_way_and_the_other_waits_its_turn(database: Database) -> None:
    """Claims look at one openid: what is given back is not to be given out again at once, or they spin."""
    owe(database, "o1", "elder", minutes=1)
    owe(database, "o2", "younger")
    (younger,) = claim(database)
    with database.writing() as unit:
        assert leases.hold(unit, younger, NOW, LEASE, ["o1", "o2"]) is not None
        number = sending.begin(unit, younger.id, "o2", part=0, way="template", template="t", now=NOW)
    later = NOW + timedelta(minutes=1)
    (elder,) = claim(database, now=later)
    with database.writing() as unit:
        assert leases.hold(unit, elder, later, LEASE, ["o1", "o2"]) is None
    assert claim(database, now=later) == []
    with database.writing() as unit:
        sending.done(unit, number, sending.OK, "200")
        assert leases.sent(unit, younger, way="template", now=later)
    (elder,) = claim(database, now=later + timedelta(seconds=1))
    with database.writing() as unit:
        assert leases.hold(unit, elder, later, LEASE, ["o1", "o2"]) is not None


def test_what_a_worker_has_does_not_also_go_out_with_a_reply(database: Database) -> None:
    owe(database, "o1", "a")
    with database.unit() as unit:
        (seen,) = outbox.owed(unit, ["o1"], NOW)
    claim(database)
    with database.writing() as unit:
        assert outbox.owed(unit, ["o1"], NOW) == []
        with pytest.raises(Stale):
            outbox.take(unit, [seen.id], reason="", now=NOW)


def test_what_waits_makes_a_message_under_way_look_again(database: Database) -> None:
    owe(database, "o1", "a")
    (row,) = claim(database)
    with database.unit() as unit:
        seen = talk.load(unit, "o1")
    with database.writing() as unit:
        talk.owe(unit, "o1")
        assert leases.waiting(unit, row, reason="没有路")
    with database.writing() as unit, pytest.raises(Stale):
        talk.save(unit, seen, state="", data="", owed=False, now=NOW)
    with database.writing() as unit:
        assert talk.load(unit, "o1").owed
        assert outbox.wake(unit, ["o1"], NOW) == 1
    assert state(database, row.id) == "due"


def test_a_row_of_no_use_any_more_is_dead(database: Database) -> None:
    owe(database, "o1", "a", until=NOW)
    owe(database, "o2", "b", until=NOW + LEASE)
    with database.writing() as unit:
        assert outbox.owed(unit, ["o1"], NOW) == []
        assert leases.expire(unit, NOW, "过期") == 1
    assert [row.dedup for row in claim(database)] == ["b"]


@pytest.mark.parametrize(("until", "to"), [(None, "waiting"), (NOW + LEASE, "dead")])
def test_a_template_that_did_not_arrive_after_all(database: Database, until: datetime | None, to: str) -> None:
    owe(database, "o1", "a", until=until)
    (row,) = claim(database)
    with database.writing() as unit:
        number = sending.begin(unit, row.id, "o1", part=0, way="template", template="t", now=NOW)
        sending.done(unit, number, sending.OK, "200")
        leases.sent(unit, row, way="template", now=NOW)
    with database.writing() as unit:
        assert results.note(unit, "199", "failed:user block", NOW) == ""
        assert results.note(unit, "200", "failed:user block", NOW) == to
        found = outbox.find(unit, row.id)
        assert found is not None
        assert "user block" in found.reason
        assert [each.outcome for each in sending.of(unit, row.id)] == ["failed user bloc"]


@pytest.mark.parametrize(("said", "outcome"), [("failed:user block", "failed user bloc"), ("success", "delivered")])
def test_wechat_may_be_faster_than_our_note(database: Database, said: str, outcome: str) -> None:
    owe(database, "o1", "a")
    (row,) = claim(database)
    with database.writing() as unit:
        number = sending.begin(unit, row.id, "o1", part=0, way="template", template="t", now=NOW)
    with database.writing() as unit:
        assert results.note(unit, "200", said, NOW, openid="o2") == ""  # somebody else's
        assert results.note(unit, "200", said, NOW, openid="o1") == ""
    with database.writing() as unit:
        assert sending.taken(unit, number, "200") is (said == "success")
        assert [(each.outcome, each.msgid) for each in sending.of(unit, row.id)] == [(outcome, "200")]


def test_a_result_waits_for_who_is_noting_the_call(database: Database) -> None:
    owe(database, "o1", "a")
    (row,) = claim(database)
    with database.writing() as unit:
        number = sending.begin(unit, row.id, "o1", part=0, way="template", template="t", now=NOW)

    def told() -> str:
        with database.writing() as unit:
            return results.note(unit, "200", "failed:user block", NOW, openid="o1")

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as unit:
            assert sending.taken(unit, number, "200")
            leases.sent(unit, row, way="template", now=NOW)
            result = pool.submit(told)
            time.sleep(0.3)  # so that it has looked, and found nothing of ours yet
        assert result.result() == "waiting"
    assert state(database, row.id) == "waiting"


def test_a_result_of_another_template_is_not_taken_for_this_one(database: Database) -> None:
    owe(database, "o1", "a")
    (row,) = claim(database)
    with database.writing() as unit:
        number = sending.begin(unit, row.id, "o1", part=0, way="template", template="t", now=NOW)
        results.note(unit, "199", "failed:user block", NOW, openid="o1")
        assert sending.taken(unit, number, "200")
        assert [(each.outcome, each.msgid) for each in sending.of(unit, row.id)] == [(sending.OK, "200")]


def test_a_template_that_arrived(database: Database) -> None:
    owe(database, "o1", "a")
    (row,) = claim(database)
    with database.writing() as unit:
        number = sending.begin(unit, row.id, "o1", part=0, way="template", template="t", now=NOW)
        sending.done(unit, number, sending.OK, "200")
        leases.sent(unit, row, way="template", now=NOW)
        assert results.note(unit, "200", "success", NOW) == ""
        assert [each.outcome for each in sending.of(unit, row.id)] == [sending.DELIVERED]
    assert state(database, row.id) == "sent"


def test_staff_send_again_and_drop(database: Database) -> None:
    for each in ("a", "b", "c"):
        owe(database, f"o{each}", each)
    first, second, third = claim(database)
    with database.writing() as unit:
        leases.dead(unit, first, reason="坏")
        leases.later(unit, second, due_at=NOW, reason="忙")
    with database.writing() as unit:
        assert outbox_desk.dead_since(unit, NOW) == [first.id]
        assert outbox_desk.resend(unit, [first.id, third.id], NOW) == 1  # not what a worker has
        assert outbox_desk.drop(unit, second.id, "不发了")
        assert not outbox_desk.drop(unit, third.id, "不发了")
        assert {(each.state, each.rows) for each in outbox_desk.counts(unit)} == {
            ("due", 1),
            ("dropped", 1),
            ("leased", 1),
        }
        assert [row.dedup for row in outbox.rows(unit, state="due")] == ["a"]


def test_what_could_not_be_sent_is_told_and_what_was_dropped_is_not(database: Database) -> None:
    """Whatever the reason is called."""
    people = ["o1", "o2", "o3", "o4", "o5"]
    for openid, name in zip(people, ("broken", "untrue", "old", "gone", "again"), strict=True):
        owe(database, openid, name)
    rows = {row.dedup: row for row in claim(database, limit=2)}
    with database.writing() as unit:
        leases.dead(unit, rows["broken"], reason="程序出错")
        leases.drop(unit, rows["untrue"], reason="微信没有收下（45002）；改短再发")
        assert outbox.drop_all(unit, ["old"], "改期（1）；不用再发") == 1
        outbox.drop_under(unit, "gone", "撤回（1）；不发")
        assert outbox.take_back(unit, "again", "撤回（1）；不发")
    with database.writing() as unit:
        assert [row.dedup for row in outbox_inbox.told(unit, people, (), NOW, limit=9)] == ["broken"]
        outbox.revive(unit, outbox.dropped_under(unit, "again", "撤回（1）；不发"), now=NOW)
        assert [row.dedup for row in outbox_inbox.told(unit, people, (), NOW, limit=9)] == ["again", "broken"]


def test_what_was_taken_back_is_not_sent_again_with_what_failed(database: Database) -> None:
    for name in ("broken", "untrue"):
        owe(database, f"o{name}", name)
    broken = next(row for row in claim(database) if row.dedup == "broken")
    with database.writing() as unit:
        leases.dead(unit, broken, reason="坏")
    owe(database, "o1", "recalled")
    with database.writing() as unit:
        assert outbox.take_back(unit, "recalled", "撤回了")
        assert outbox_desk.dead_since(unit, NOW) == [broken.id]
        assert [row.id for row in outbox_desk.failed(unit, 9)] == [broken.id]
        counted = {each.state: each.rows for each in outbox_desk.counts(unit)}
        assert (counted["dead"], counted["dropped"]) == (1, 1)


def test_more_are_sent_again_than_one_statement_takes(database: Database) -> None:
    """PostgreSQL takes 65,535 values in one."""
    owe(database, "o1", "a")
    (row,) = claim(database)
    with database.writing() as unit:
        leases.dead(unit, row, reason="坏")
        assert outbox_desk.resend(unit, range(row.id, row.id + 70_000), NOW) == 1
    assert state(database, row.id) == "due"


def test_what_the_release_before_owes_goes_to_followers(database: Database) -> None:
    """It runs on for a while after the migration, and does not know the new columns."""
    with database.writing() as unit:
        unit.connection.exec_driver_sql(
            "INSERT INTO outbox (openid, kind, body, dedup, state, reason, due_at, created_at)"
            " VALUES ('o1', 'reply', '{}', 'old', 'due', '', '2026-11-23 02:00:00', '2026-11-23 02:00:00')"
        )
    (row,) = claim(database)
    assert (row.account, row.way, row.part, row.tries) == ("service", "", 0, 1)
