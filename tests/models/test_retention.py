"""What was kept long enough goes, in batches, on every database; what is younger or still needed stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from models import outbox, retention, talk
from models.agreement import AgreementRow
from models.consent import ConsentRow
from models.db import Database
from models.event import Event, ReminderRow
from models.interest import Interest
from models.login import LoginRow, Logins
from models.message import MessageRow
from models.outbox import OutboxRow
from models.person import People, Person
from models.question import QuestionRow
from models.retention import Batch
from models.sending import SendingRow
from models.talent import IdentityRow, TalentRow, Talents
from talk import MONDAY

DAY = timedelta(days=1)
BEFORE = MONDAY - 90 * DAY
OLD, YOUNG = BEFORE - DAY, BEFORE + DAY


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)


def put(database: Database, table: Any, *rows: dict[str, Any]) -> None:
    with database.writing() as unit:
        unit.execute(insert(table), list(rows))


def count(database: Database, table: Any) -> int:
    with database.unit() as unit:
        return int(unit.execute(select(func.count()).select_from(table)).scalar_one())


def work(database: Database, verb: Any) -> list[Batch]:
    """Batch by batch until nothing is left to do."""
    batches = [Batch(0, True)]
    while batches[-1].more:
        with database.writing() as unit:
            batches.append(verb(unit, BEFORE))
    return batches[1:]


def message(key: str, at: datetime) -> dict[str, Any]:
    row = {"key": key, "openid": "o1", "kind": "text", "text": "我的话", "route": "faq", "note": "", "content": "c"}
    return {**row, "reply": "答", "offers": "{}", "owed": False, "opens": "message", "sent_at": at, "received_at": at}


def test_words_go_and_the_record_stays(database: Database) -> None:
    put(database, MessageRow, *(message(f"old{n}", OLD) for n in range(3)), message("young", YOUNG))
    put(database, MessageRow, message("between", OLD))
    marks = [0]

    def erase(unit: Any, before: datetime) -> Batch:
        batch, mark = retention.erase_messages(unit, before, marks[-1])
        marks.append(mark)
        return batch

    assert [batch.done for batch in work(database, erase)] == [2, 1]
    assert [batch.done for batch in work(database, erase)] == [0], "nothing is done twice"
    with database.unit() as unit:
        kept = {row.key: (row.text, row.reply, row.offers) for row in unit.session.scalars(select(MessageRow))}
    assert kept == {
        **{f"old{n}": ("", None, None) for n in range(3)},
        "young": ("我的话", "答", "{}"),
        "between": ("我的话", "答", "{}"),  # ids are in the order of time, but for moments
    }


def test_records_of_messages_and_sends_go_oldest_first(database: Database) -> None:
    put(database, MessageRow, *(message(f"m{n}", OLD) for n in range(3)), message("young", YOUNG))
    send = {"outbox_id": 1, "part": 0, "openid": "o1", "way": "service", "template": "", "msgid": "", "outcome": "ok"}
    put(database, SendingRow, *({**send, "at": at} for at in (OLD, OLD, YOUNG)))
    assert [batch.done for batch in work(database, retention.delete_messages)] == [2, 1]
    assert [batch.done for batch in work(database, retention.delete_sendings)] == [2, 0]
    assert count(database, MessageRow) == count(database, SendingRow) == 1


def test_what_a_worker_has_or_is_due_later_is_not_forgotten(database: Database) -> None:
    with database.writing() as unit:
        for name in ("sent", "waiting", "leased", "later"):
            outbox.add(unit, "o1", "reply", "正文", dedup=name, now=OLD)
        outbox.add(unit, "o1", "reply", "正文", dedup="young", now=YOUNG)
        for name in ("sent", "waiting", "leased"):
            unit.execute(update(OutboxRow).where(OutboxRow.dedup == name).values(state=name))
        unit.execute(update(OutboxRow).where(OutboxRow.dedup == "later").values(due_at=MONDAY))
    work(database, retention.delete_owed)
    with database.unit() as unit:
        assert set(unit.execute(select(OutboxRow.dedup)).scalars()) == {"leased", "later", "young"}


def test_questions_go_with_all_their_places(database: Database) -> None:
    row = {"openid": "o1", "text": "问", "decision": "sure", "candidates": "[]", "answered": "", "content": "c"}
    row |= {"picked": "", "verdict": "", "verdict_at": None, "ticket": ""}
    for name, at in (("a", OLD), ("b", OLD), ("young", YOUNG)):
        put(database, QuestionRow, *({**row, "message": name, "place": place, "at": at} for place in range(3)))
    work(database, retention.delete_questions)
    assert count(database, QuestionRow) == 3


def test_a_talk_stays_while_something_is_owed(database: Database) -> None:
    with database.writing() as unit:
        for openid, at, owed in (("oOld", OLD, False), ("oOwed", OLD, True), ("oYoung", YOUNG, False)):
            talk.save(unit, talk.load(unit, openid), state="x", data="{}", owed=owed, now=at)
    work(database, retention.delete_talks)
    with database.unit() as unit:
        assert [talk.load(unit, openid).version for openid in ("oOld", "oOwed", "oYoung")] == [0, 1, 1]


def test_who_left_long_ago_is_forgotten_and_who_came_back_is_not(database: Database) -> None:
    with database.writing() as unit:
        people = People(unit)
        for openid in ("oGone", "oBack", "oHere"):
            people.follow(openid, scene="", now=OLD - DAY)
        people.leave("oGone", now=OLD)
        people.leave("oBack", now=OLD)
        people.follow("oBack", scene="", now=MONDAY)
        unit.session.flush()
    for openid in ("oGone", "oBack", "oHere"):
        common = {"openid": openid}
        consent = {"template": "t", "left": 1, "lasting": False, "refused": False, "updated_at": OLD}
        put(database, ConsentRow, common | consent)
        put(database, AgreementRow, common | {"purpose": "news", "given_at": OLD, "withdrawn_at": None, "how": "chat"})
        put(database, Interest, common | {"item": "housing", "note": "", "created_at": OLD})
    work(database, retention.delete_people)
    for table in (Person, ConsentRow, AgreementRow, Interest):
        with database.unit() as unit:
            assert set(unit.execute(select(table.openid)).scalars()) == {"oBack", "oHere"}  # type: ignore[attr-defined]


def test_who_wrote_since_has_not_left_whatever_was_noted(database: Database) -> None:
    with database.writing() as unit:
        for openid in ("oGone", "oWrote"):
            People(unit).leave(openid, now=OLD)
    before, after = message("before", OLD - DAY), message("after", OLD + timedelta(minutes=1))
    put(database, MessageRow, before | {"openid": "oGone"}, after | {"openid": "oWrote"})
    work(database, retention.delete_people)
    with database.unit() as unit:
        assert list(unit.execute(select(Person.openid)).scalars()) == ["oWrote"]


def test_who_came_by_a_page_alone_is_forgotten_when_they_come_no_more(database: Database) -> None:
    """Also after their logins, which go sooner, have gone."""
    with database.writing() as unit:
        talents, logins = Talents(unit), Logins(unit)
        for openid, seen in (("mGone", OLD), ("mComes", YOUNG), ("mWrites", OLD), ("oFollows", OLD)):
            talent = talents.enter(openid, "service" if openid[0] == "o" else "miniapp", unionid="", now=OLD)
            logins.begin(f"token of {openid}", talent, openid, "miniapp", agent="", now=OLD)
            found = logins.find(f"token of {openid}", OLD)
            assert found
            logins.seen(found.login, seen)
        People(unit).follow("oFollows", scene="", now=OLD)
        unit.execute(delete(LoginRow).where(LoginRow.seen_at > OLD))
    put(database, MessageRow, message("m", YOUNG) | {"openid": "mWrites"})
    agreed = {"purpose": "service", "given_at": OLD, "withdrawn_at": None, "how": "miniapp", "version": 1}
    put(database, AgreementRow, *({"openid": each} | agreed for each in ("mGone", "mComes", "mWrites", "oFollows")))
    work(database, retention.delete_talents)
    for table in (IdentityRow, AgreementRow):
        with database.unit() as unit:
            left = set(unit.execute(select(table.openid)).scalars())
            assert left == {"mComes", "mWrites", "oFollows"}
    assert (count(database, TalentRow), count(database, LoginRow)) == (3, 2)


def test_who_used_a_page_after_they_left_is_kept_as_long_as_that(database: Database) -> None:
    with database.writing() as unit:
        for openid, seen in (("oGone", OLD), ("oReads", YOUNG)):
            People(unit).leave(openid, now=OLD - DAY)
            Talents(unit).enter(openid, "service", unionid="", now=seen)
    work(database, retention.delete_people)
    with database.unit() as unit:
        assert list(unit.execute(select(Person.openid)).scalars()) == ["oReads"]


def test_reminders_that_are_over_go(database: Database) -> None:
    with database.writing() as unit:
        unit.session.add(Event(id=1, number="H1", title="日", kind="day", created_at=OLD, updated_at=OLD))
        unit.session.flush()
        for number, (state, at) in enumerate((("queued", OLD), ("due", OLD), ("queued", YOUNG))):
            unit.session.add(ReminderRow(event_id=1, openid=f"o{number}", kind="1d", due_at=at, state=state))
        unit.session.flush()
    work(database, retention.delete_reminders)
    with database.unit() as unit:
        assert set(unit.execute(select(ReminderRow.openid)).scalars()) == {"o1", "o2"}
