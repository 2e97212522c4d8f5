"""Rows of the jobs on every database: who may run one, and what stands there afterwards."""

from __future__ import annotations

import threading
from datetime import timedelta

from models import job
from models.db import Database
from models.job import LEASE
from talk import MONDAY

HOUR = timedelta(hours=1)


def entered(database: Database) -> None:
    with database.unit() as unit:
        job.enter(unit, ["forget", "remind"], MONDAY)


def claim(database: Database, worker: str, now: object = MONDAY, *, anyway: bool = False) -> bool:
    with database.writing() as unit:
        return job.claim(unit, "remind", worker, now=now, period=HOUR, anyway=anyway)  # type: ignore[arg-type]


def finish(database: Database, worker: str, *, good: bool = True) -> bool:
    with database.writing() as unit:
        return job.finish(unit, "remind", worker, now=MONDAY, next_at=MONDAY + HOUR, result="好", good=good)


def standing(database: Database) -> job.Standing:
    with database.unit() as unit:
        return job.standings(unit)["remind"]


def test_a_job_is_entered_once(database: Database) -> None:
    entered(database)
    entered(database)
    assert standing(database).next_at == MONDAY


def test_one_of_many_gets_it(database: Database) -> None:
    entered(database)
    got: list[bool] = []
    gate = threading.Barrier(4)

    def try_it(worker: str) -> None:
        gate.wait()
        got.append(claim(database, worker))

    threads = [threading.Thread(target=try_it, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, False, False, True]


def test_what_is_done_comes_again_at_its_time(database: Database) -> None:
    entered(database)
    assert claim(database, "a")
    assert finish(database, "a")
    assert not claim(database, "b", MONDAY + timedelta(minutes=59))
    assert claim(database, "b", MONDAY + HOUR)


def test_the_job_of_one_who_died_is_taken_when_its_lease_ends(database: Database) -> None:
    entered(database)
    assert claim(database, "dead")
    assert not claim(database, "b", MONDAY + LEASE - timedelta(seconds=1))
    assert claim(database, "b", MONDAY + LEASE)
    assert not finish(database, "dead"), "who comes back late writes nothing"
    assert finish(database, "b")


def test_a_long_job_keeps_its_lease(database: Database) -> None:
    entered(database)
    assert claim(database, "a")
    with database.writing() as unit:
        assert job.renew(unit, "remind", "a", now=MONDAY + LEASE / 2)
        assert not job.renew(unit, "remind", "b", now=MONDAY + LEASE / 2)
    assert not claim(database, "b", MONDAY + LEASE)


def test_what_is_given_back_is_free_at_once(database: Database) -> None:
    entered(database)
    assert claim(database, "a")
    with database.writing() as unit:
        job.give_back(unit, "a")
    assert claim(database, "b")


def test_run_now_waits_for_no_time_but_for_who_is_at_it(database: Database) -> None:
    entered(database)
    assert claim(database, "a")
    assert not claim(database, "b", anyway=True)
    assert finish(database, "a")
    assert claim(database, "b", anyway=True)


def test_times_written_by_a_clock_that_was_hours_ahead_bind_nobody(database: Database) -> None:
    entered(database)
    ahead = MONDAY + timedelta(hours=2)
    assert claim(database, "ahead", ahead)
    assert claim(database, "b", MONDAY), "nobody has a lease for two hours"
    with database.writing() as unit:
        job.finish(unit, "remind", "b", now=MONDAY, next_at=ahead + HOUR, result="", good=True)
    assert claim(database, "c", MONDAY + timedelta(minutes=1)), "nothing hourly is due in three hours"


def test_a_failure_keeps_the_time_when_it_last_went_well(database: Database) -> None:
    entered(database)
    assert claim(database, "a")
    assert finish(database, "a", good=False)
    assert standing(database).good_at is None
    assert standing(database).ended_at == MONDAY


def test_what_all_run_is_noted_by_one_now_and_then(database: Database) -> None:
    entered(database)

    def note(seconds: int) -> bool:
        with database.writing() as unit:
            now, every = MONDAY + timedelta(seconds=seconds), timedelta(seconds=10)
            return job.note(unit, "remind", now=now, every=every, result=f"{seconds}", good=True)

    assert [note(seconds) for seconds in (0, 1, 9, 10, 11)] == [True, False, False, True, False]
    assert standing(database).result == "10"


def test_a_mark_stays(database: Database) -> None:
    entered(database)
    with database.writing() as unit:
        assert job.mark(unit, "forget") == ""
        job.set_mark(unit, "forget", "17")
    with database.unit() as unit:
        assert job.mark(unit, "forget") == "17"


def test_the_server_tells_the_time_in_utc(database: Database) -> None:
    said = database.time()
    assert (said is None) == (database.kind == "sqlite")
    assert said is None or said.tzinfo is not None
