"""Four at one desk: what they do could have been done one after another, and nothing of it is lost.

`ROUNDS=200` for as many histories as one likes.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import count
from queue import Empty
from typing import Any

import pytest
from sqlalchemy import func, select

from hotline import NOW, SEAL, hire, joining, opened
from linear import Did, linearizable
from models.access import Actor
from models.audit import Audit, AuditRow
from models.db import Database, Stale, Unit
from models.desk import BadMove
from models.desk_answer import Said
from models.desk_join import Joining
from models.ticket import Ticket, TicketEvent
from models.turns import Turns

ROUNDS = int(os.environ.get("ROUNDS", "3"))
CLIENTS, STEPS = 4, 8
Log = tuple[tuple[str, str], ...]  # kind and actor of every event
WISHES = {
    "claim": lambda desk, ticket, by: desk.claim(ticket, by, now=NOW),
    "release": lambda desk, ticket, by: desk.release(ticket, by.key, now=NOW),
    "accept": lambda desk, ticket, by: desk.accept(ticket, by, now=NOW),
    "note": lambda desk, ticket, by: desk.note(ticket, by, "看过", now=NOW),
    "ask": lambda desk, ticket, by: desk.ask(ticket, by, Said("请补合同"), now=NOW),
    "added": lambda desk, ticket, by: desk.add(ticket, "补了", now=NOW),
    "interim": lambda desk, ticket, by: desk.interim(ticket, by, Said("稍等"), now=NOW),
    "answer": lambda desk, ticket, by: desk.answer(ticket, by, Said("好了"), now=NOW),
    "reopen": lambda desk, ticket, by: desk.reopen(ticket, by.key, "还没到", now=NOW),
}  # fmt: skip


def apply(log: Log, what: tuple[str, Any, Any]) -> Log | None:
    """Reading tells the whole log; writing appends to the log its writer had seen; who lost saw another one."""
    verb, seen, wrote = what
    if verb == "read":
        return log if seen == log else None
    if verb == "lost":
        return log if seen != len(log) else None
    return log + wrote if seen == len(log) else None


def read(database: Database, by: Actor, number: str) -> tuple[int, Log]:
    with database.unit() as unit:
        desk = joining(unit)
        ticket = desk.get(by, number)
        return ticket.version, _log(desk, ticket)


def _log(desk: Joining, ticket: Ticket) -> Log:
    return tuple((each.kind, each.actor) for each in desk.events(ticket))


def write(database: Database, by: Actor, number: str, verb: str, seen: int, *, locked: bool) -> tuple[str, Any, Any]:
    """By compare-and-set on what was seen; `locked`: with the row held first, as the console does."""
    with database.writing() as unit:
        desk = joining(unit)
        ticket = desk.hold(by, number, "note") if locked else desk.get(by, number)
        if ticket.version != seen:
            return "lost", seen, None
        before = _log(desk, ticket)
        WISHES[verb](desk, ticket, by)
        wrote = _log(desk, ticket)[len(before) :]
    return verb, seen, wrote


def client(url: str, by: Actor, numbers: list[str], barrier: Any, said: Any, seed: int) -> None:
    """One of the four, in a process of its own."""
    database, chance = Database(url, wait=30.0), random.Random(seed)
    found: list[list[Did]] = []
    refused = stale = 0
    for number in numbers:
        barrier.wait(100)
        history = []
        for _ in range(STEPS):
            began = time.monotonic_ns()
            version, log = read(database, by, number)
            history.append(Did(began, time.monotonic_ns(), ("read", log, None)))
            began = time.monotonic_ns()
            try:
                verb = chance.choice(list(WISHES))
                what = write(database, by, number, verb, version, locked=chance.random() < 0.5)
            except Stale:
                stale += 1  # nothing was done
            except BadMove:
                refused += 1
            else:
                history.append(Did(began, time.monotonic_ns(), what))
        found.append(history)
    said.put((found, refused, stale))
    database.close()


def test_what_four_do_at_once_could_have_been_done_one_after_another(database: Database) -> None:
    people = [hire(database, f"坐席{n}") for n in range(CLIENTS)]
    numbers = [opened(database) for _ in range(ROUNDS)]
    url = database.url.render_as_string(hide_password=False)
    results = at_once(database, [(client, (url, who, numbers)) for who in people])
    for at, number in enumerate(numbers):
        history = [did for found, _, _ in results for did in found[at]]
        assert linearizable(history, (("opened", "talent"),), apply), history
        written = sum(len(did.what[2]) for did in history if did.what[0] not in ("read", "lost"))
        assert _counted(database, number) == {"version": 1 + written, "events": 1 + written, "audited": 1 + written}
    with database.unit() as unit:
        assert Audit(unit, SEAL.audit_key).broken() == ""


def at_once(database: Database, calls: list[tuple[Any, tuple[Any, ...]]]) -> list[Any]:
    """Each call in a process of its own, given a barrier, a queue for what it has to say, and a seed."""
    database.engine.dispose()
    fork = multiprocessing.get_context("fork")
    barrier, said = fork.Barrier(len(calls)), fork.Queue()
    seed = random.randrange(1 << 30)
    running = [
        fork.Process(target=call, args=(*given, barrier, said, seed + n)) for n, (call, given) in enumerate(calls)
    ]
    for each in running:
        each.start()
    results: list[Any] = []
    while len(results) < len(running):
        with suppress(Empty):
            results.append(said.get(timeout=5))
            continue
        assert any(each.is_alive() for each in running), f"seed {seed}: they ended, and not all have told"
    for each in running:
        each.join(30)
    assert [each.exitcode for each in running] == [0] * len(running), seed
    return results


def _counted(database: Database, number: str) -> dict[str, int]:
    with database.unit() as unit:
        ticket = unit.session.scalars(select(Ticket).where(Ticket.number == number)).one()
        events = select(func.count()).where(TicketEvent.ticket_id == ticket.id)
        audited = select(func.count()).where(AuditRow.object == f"ticket:{number}")
        return {
            "version": ticket.version,
            "events": unit.session.scalar(events) or 0,
            "audited": unit.session.scalar(audited) or 0,
        }


def taker(url: str, by: Actor, barrier: Any, said: Any, seed: int) -> None:
    database = Database(url, wait=30.0)
    barrier.wait(100)
    got: list[str] = []
    while True:
        try:
            with database.writing() as unit:
                ticket = Turns(unit, joining(unit)).take_next(by, NOW)
            if ticket is None:
                break
            got.append(ticket.number)
        except Stale:
            continue
    said.put((by.id, got))
    database.close()


def test_no_ticket_is_taken_by_two(database: Database) -> None:
    people = [hire(database, f"坐席{n}") for n in range(CLIENTS)]
    numbers = [opened(database, now=NOW - timedelta(minutes=n)) for n in range(10 * ROUNDS)]
    url = database.url.render_as_string(hide_password=False)
    results = at_once(database, [(taker, (url, who)) for who in people])
    taken = Counter(number for _, got in results for number in got)
    with database.unit() as unit:
        left = unit.session.scalars(select(Ticket.number).where(Ticket.assignee.is_(None))).all()
        assert unit.session.scalars(select(Ticket.version).distinct()).all() == [2] or left
        assert Audit(unit, SEAL.audit_key).broken() == ""
    assert set(taken.values()) == {1}
    assert sorted([*taken, *left]) == sorted(numbers)
    assert left == []


def test_two_who_wait_for_each_other_are_told_to_begin_anew(database: Database) -> None:
    """Whoever loses a deadlock has written nothing and does it again."""
    if database.kind == "sqlite":
        pytest.skip("whoever writes there writes alone")
    who = hire(database, "老王")
    one, other = opened(database), opened(database)
    meet = threading.Barrier(2)
    lost: list[str] = []

    def both(first: str, second: str) -> None:
        tries = count()

        def work(unit: Unit) -> None:
            desk = joining(unit)
            held = [desk.hold(who, first, "note")]
            if next(tries) == 0:
                meet.wait(60)
            else:
                lost.append(first)
            held.append(desk.hold(who, second, "note"))
            for ticket in held:
                desk.note(ticket, who, "看过", now=NOW)

        database.doing(work)

    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(both, one, other), threads.submit(both, other, one)]:
            each.result(60)
    assert len(lost) >= 1
    for number in (one, other):
        assert _counted(database, number) == {"version": 3, "events": 3, "audited": 3}


def test_the_checker_tells_good_histories_from_bad_ones() -> None:
    a, b = (("note", "a"),), (("note", "b"),)
    together = [Did(0, 10, ("note", 0, a)), Did(0, 10, ("read", (), None)), Did(0, 10, ("note", 1, b))]
    assert linearizable(together, (), apply)
    lost_update = [Did(0, 10, ("note", 0, a)), Did(0, 10, ("note", 0, b))]
    assert not linearizable(lost_update, (), apply)
    stale_read = [Did(0, 1, ("note", 0, a)), Did(2, 3, ("read", (), None))]
    assert not linearizable(stale_read, (), apply)
    back_in_time = [Did(0, 9, ("note", 0, a)), Did(1, 2, ("read", a, None)), Did(3, 4, ("read", (), None))]
    assert not linearizable(back_in_time, (), apply)
    lost_to_nobody = [Did(0, 1, ("lost", 0, None))]
    assert not linearizable(lost_to_nobody, (), apply)
