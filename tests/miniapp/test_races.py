"""At once, in threads on a real server's database: whatever is sent twice is done once, and nobody is told what they no
longer want to hear.

`ROUNDS=2000` for as many as one likes.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from phones import Phone, Phones
from sqlalchemy import func, select
from werkzeug.test import TestResponse

import staffing
from activities import hold
from bot.desk import UNDO
from bot.kit import Kit
from bot.pipeline import Pipeline
from databases import migrated
from handlers.chat.routes import router
from handlers.miniapp import tickets
from models import outbox
from models.db import Database, Stale
from models.desk import BadMove
from models.desk_answer import Said
from models.ticket import Ticket
from outgoing import arrived, deliver, owe, row
from talk import Clock, Talk

ROUNDS = int(os.environ.get("ROUNDS", "3"))
TEXT = "津贴三月就批了，到现在没有到账"
_MANY = 2**31 - 1
pytestmark = pytest.mark.timeout(3600 if ROUNDS > 100 else 120)


@pytest.fixture(params=["sqlite", "postgres"])
def kit(request: pytest.FixtureRequest, kit: Kit, tmp_path: Path) -> Iterator[Kit]:
    """On either, and without counting requests."""
    with migrated(request.param, tmp_path) as url:
        database = Database(url, wait=30.0, threads=4)
        settings = replace(kit.settings, api_per_minute=_MANY, api_per_address=_MANY)
        yield replace(kit, db=database, settings=settings)
        database.close()


@pytest.fixture(autouse=True)
def untiring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "MOST", _MANY)


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林")


def at_once(*does: Callable[[], Any]) -> list[Any]:
    """What each gave, in their order; all begin together."""
    meet = threading.Barrier(len(does))

    def work(each: Callable[[], Any]) -> Any:
        meet.wait(30)
        return each()

    with ThreadPoolExecutor(len(does)) as threads:
        return [each.result(60) for each in [threads.submit(work, each) for each in does]]


def twin(phone: Phone) -> Phone:
    """The same login in a second thread: clients are not to be shared."""
    return Phone(phone.client.application.test_client(), phone.talent, phone.token)


def counts(answers: list[TestResponse]) -> Counter[int]:
    return Counter(each.status_code for each in answers)


def rows(kit: Kit, what: Any, *where: Any) -> int:
    with kit.db.unit() as unit:
        return int(unit.execute(select(func.count()).select_from(what).where(*where)).scalar_one())


def opened(phone: Phone) -> str:
    return str(phone.said("POST", "/tickets", {"text": TEXT})["ticket"]["number"])


def answered(kit: Kit, number: str) -> None:
    with staffing.serving(kit, number) as (desk, ticket):
        desk.answer(ticket, staffing.AGENT, Said("下周发放"), now=kit.now())


def tried(kit: Kit, number: str) -> str:
    """What came of staff's answer."""
    while True:
        try:
            answered(kit, number)
        except BadMove:
            return "too late"
        except Stale:
            continue
        return "answered"


def test_a_double_submit_is_one_ticket_and_one_answer(小林: Phone, kit: Kit) -> None:
    other = twin(小林)
    for number in range(ROUNDS):
        key, body = f"race-{number:06}", {"text": f"{TEXT}，第{number}次"}
        both = at_once(*(partial(each.post, "/tickets", body, key=key) for each in (小林, other)))
        assert counts(both) == {200: 2}, [each.text for each in both]
        assert both[0].json == both[1].json
        assert rows(kit, Ticket) == number + 1
        assert 小林.post("/tickets", {"text": "另一件事"}, key=key).status_code == 409


def test_one_key_for_two_bodies_at_once_is_one_of_them(小林: Phone, kit: Kit) -> None:
    other = twin(小林)
    for number in range(ROUNDS):
        key = f"race-{number:06}"
        both = at_once(
            partial(小林.post, "/tickets", {"text": "第一件事，问一下"}, key=key),
            partial(other.post, "/tickets", {"text": "第二件事，问一下"}, key=key),
        )
        assert counts(both) == {200: 1, 409: 1}, [each.text for each in both]
        assert rows(kit, Ticket) == number + 1


def test_rated_once(小林: Phone, kit: Kit, clock: Clock) -> None:
    other = twin(小林)
    for _ in range(ROUNDS):
        number = opened(小林)
        answered(kit, number)
        clock.at += UNDO  # it could be taken back until now
        both = at_once(
            partial(小林.post, f"/tickets/{number}/rating", {"stars": 5}),
            partial(other.post, f"/tickets/{number}/rating", {"stars": 1}),
        )
        assert counts(both) == {200: 1, 409: 1}, [each.text for each in both]
        won = next(each.json["data"]["stars"] for each in both if each.status_code == 200 and each.json)
        told = 小林.said("GET", f"/tickets/{number}")
        assert told["stars"] == won
        assert [each["kind"] for each in told["lines"]].count("rate") == 1


def test_withdrawn_or_answered_never_both(小林: Phone, kit: Kit, clock: Clock) -> None:
    for _ in range(ROUNDS):
        number = opened(小林)
        left, said = at_once(partial(小林.post, f"/tickets/{number}/withdraw"), partial(tried, kit, number))
        withdrawn = left.status_code
        clock.at += UNDO
        state = 小林.said("GET", f"/tickets/{number}")["state"]
        assert (withdrawn, said, state) in [(200, "too late", "withdrawn"), (409, "answered", "answered")]
        with kit.db.unit() as unit:
            owed = [row for row in outbox.rows(unit, openid=小林.talent.openid) if number in row.body]
        assert bool(owed) == (said == "answered")


def test_the_last_seat_is_one_person_s(phones: Phones, kit: Kit) -> None:
    people = [phones.agreeing(name) for name in ("小林", "小周", "小吴")]
    for number in range(ROUNDS):
        event = hold(kit, f"第{number}场", capacity=1)
        signup = partial(Phone.ask, method="PUT", path=f"/events/{event}/signup", json={"remind": False})
        answers = at_once(*(partial(signup, each) for each in people))
        assert counts(answers) == {200: 3}, [each.text for each in answers]
        mine = [each.said("GET", f"/events/{event}")["mine"] for each in people]
        assert sorted((each["state"], each["place"]) for each in mine if each) == [
            ("going", None),
            ("waiting", 1),
            ("waiting", 2),
        ]


def test_consent_withdrawn_while_a_notice_leaves(phones: Phones, kit: Kit, clock: Clock) -> None:
    """It is out, or it never goes."""
    phone, pipeline = phones.agreeing("小周", "service", "service", "news"), Pipeline(kit, router())
    openid, talk = phone.talent.openid, Talk(kit, pipeline, clock, phone.talent.openid)
    for number in range(ROUNDS):
        phone.said("PUT", "/consents/news", {"version": kit.privacy().version("news")})
        talk.say("你好")
        clock.at += timedelta(seconds=1)
        owed, before = owe(kit, openid, dedup=f"race:{number}", data={"purpose": "news"}), len(arrived(kit, openid))
        answer, _ = at_once(lambda: phone.ask("DELETE", "/consents/news"), lambda: deliver(kit))
        assert answer.status_code == 200, answer.text
        out = len(arrived(kit, openid)) - before
        assert (row(kit, owed).state, out) in [("sent", 1), ("dead", 0)]
        talk.say("你好")
        deliver(kit)
        assert len(arrived(kit, openid)) - before == out
    pipeline.close()
