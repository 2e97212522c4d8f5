"""Consents and agreements: counted whole whoever comes at once, and gone when they are withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from models.agreement import Agreements
from models.consent import LASTING, Consents
from models.db import Database, Stale, Unavailable

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def accept(database: Database, *, lasting: bool = False, openid: str = "o小林") -> None:
    with database.writing() as unit:
        Consents(unit).accept(openid, "tmpl", lasting=lasting, now=NOW)


def refuse(database: Database) -> None:
    with database.writing() as unit:
        Consents(unit).refuse("o小林", "tmpl", now=NOW)


def spend(database: Database) -> bool:
    with database.writing() as unit:
        return Consents(unit).spend("o小林", "tmpl", now=NOW)


def give_back(database: Database) -> None:
    with database.writing() as unit:
        Consents(unit).give_back("o小林", "tmpl", now=NOW)


def left(database: Database, openid: str = "o小林", template: str = "tmpl") -> int:
    with database.unit() as unit:
        return Consents(unit).left(openid, template)


def test_each_accept_is_one_send(database: Database) -> None:
    assert not spend(database)
    accept(database)
    accept(database)
    assert left(database) == 2
    assert [spend(database) for _ in range(3)] == [True, True, False]
    give_back(database)
    assert left(database) == 1


def test_a_consent_is_of_one_person_and_one_template(database: Database) -> None:
    accept(database)
    assert left(database, template="Tmpl") == 0
    assert left(database, openid="O小林") == 0


def test_a_lasting_one_is_not_used_up(database: Database) -> None:
    accept(database, lasting=True)
    assert all(spend(database) for _ in range(3))
    give_back(database)
    assert left(database) == LASTING
    accept(database)
    assert left(database) == LASTING


def test_a_refusal_leaves_nothing_until_they_accept_anew(database: Database) -> None:
    accept(database, lasting=True)
    refuse(database)
    give_back(database)  # a send that was under way when they refused, and failed
    assert (left(database), spend(database)) == (0, False)
    accept(database)
    assert left(database) == 1


def test_a_refusal_without_an_accept_before_it(database: Database) -> None:
    refuse(database)
    refuse(database)
    assert left(database) == 0


def test_twenty_senders_share_seven_consents(database: Database) -> None:
    for _ in range(7):
        accept(database)
    with ThreadPoolExecutor(4) as threads:
        spent = list(threads.map(lambda _: again(lambda: spend(database)), range(20)))
    assert (sum(spent), left(database)) == (7, 0)


def test_accepts_that_come_at_once_are_all_counted(database: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: again(lambda: accept(database)), range(20)))
    assert left(database) == 20


def again(do: Callable[[], Any]) -> Any:
    while True:
        try:
            return do()
        except Stale:
            continue


def test_an_agreement_is_given_withdrawn_and_given_again(database: Database) -> None:
    with database.writing() as unit:
        agreements = Agreements(unit)
        assert not agreements.withdraw("o小林", "news", now=NOW)
        assert agreements.give("o小林", "news", how="chat", now=NOW)
        assert not agreements.give("o小林", "news", how="signup", now=NOW)
        assert agreements.has("o小林", "news")
        assert not agreements.has("o小林", "reminders")
        assert not agreements.has("o路人", "news")
        assert agreements.withdraw("o小林", "news", now=NOW)
        assert not agreements.withdraw("o小林", "news", now=NOW)
        assert not agreements.has("o小林", "news")
        assert agreements.give("o小林", "news", how="chat", now=NOW)
        assert agreements.has("o小林", "news")


def test_what_is_being_taken_is_taken_before_the_agreement_is_taken_back(database: Database) -> None:
    with database.writing() as unit:
        Agreements(unit).give("o小林", "service", how="page", version=1, now=NOW)
    hasty = Database(database.url.render_as_string(hide_password=False), wait=1.0)
    with database.writing() as taking:
        assert Agreements(taking).has("o小林", "service", 1, hold=True)
        with pytest.raises(Unavailable), hasty.writing() as unit:
            Agreements(unit).withdraw("o小林", "service", now=NOW)
    hasty.close()
    with database.writing() as unit:
        assert Agreements(unit).withdraw("o小林", "service", now=NOW)
        assert not Agreements(unit).has("o小林", "service", 1, hold=True)
