"""Being forgotten, on every database: all rows of one person, none of another's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args, get_type_hints

from hotline import NOW, SEAL, DayByDay
from models import columns, erasing, outbox, retention, talk
from models.agreement import Agreements
from models.consent import Consents
from models.db import Database, Unit
from models.desk import NewTicket
from models.desk_erase import Erasing
from models.dossier import Dossier, dossier
from models.events import Events, NewEvent
from models.interest import Interests
from models.linking import LinkCodes
from models.login import Logins
from models.outbox import Row
from models.replay import Replays
from models.talent import Talent, Talents
from models.ticket import FORGOTTEN

LATER = NOW + timedelta(days=10)


def arrive(unit: Unit, openid: str) -> Talent:
    talent = Talents(unit).enter(openid, "miniapp", unionid="", now=NOW)
    Logins(unit).begin(f"token of {openid}", talent, openid, "miniapp", agent="phone", now=NOW)
    LinkCodes(unit, SEAL).make(talent.id, NOW)
    Replays(unit).claim(f"talent:{talent.id}", "key", "digest", NOW)
    Agreements(unit).give(openid, "service", how="page", version=1, now=NOW)
    Consents(unit).accept(openid, "template", now=NOW)
    Interests(unit).register(openid, "apartment", note="两口人", now=NOW)
    talk.owe(unit, openid)
    outbox.add(unit, openid, "reply", "{}", dedup=f"owed {openid}", now=NOW, account="miniapp")
    Erasing(unit, SEAL, DayByDay()).open(openid, NewTicket("漏水", "漏水了", contact="13985210000"), now=NOW)
    return talent


def test_one_goes_and_the_other_stays(database: Database) -> None:
    with database.writing() as unit:
        events = Events(unit)
        event = events.add(NewEvent("沙龙", starts_at=LATER, capacity=5), now=NOW)
        events.open(event, now=NOW)
        one, other = arrive(unit, "oOne"), arrive(unit, "oOther")
        for talent in (one, other):
            events.sign_up(event, talent.openid, remind=True, now=NOW)
        number = event.number
    with database.writing() as unit:
        assert len(Erasing(unit, SEAL, DayByDay()).erase(one.id, one.all, now=NOW)) == 1
        Agreements(unit).end(one.all, NOW)
        erasing.erase(unit, one, NOW)
    with database.unit() as unit:
        left = dossier(unit, other, LATER)
        assert (len(left.tickets), len(left.signups), len(left.notices), len(left.logins)) == (1, 1, 1, 1)
        assert left.tickets[0][0].subject == "漏水"
        gone = dossier(unit, one, LATER)
        assert gone.talent.erased_at == NOW
        assert [name for name, rows in gone._asdict().items() if name not in ("talent", "agreements") and rows] == []
        assert [row.withdrawn_at for row in gone.agreements] == [NOW]
        assert Talents(unit).of("oOne") is None
        assert Logins(unit).find("token of oOne", NOW) is None
        assert sorted(each.openid[:5] for each in Events(unit).signups(Events(unit).find(number))) == ["gone:", "oOthe"]
        desk = Erasing(unit, SEAL, DayByDay())
        assert {each.subject for each in desk.listed(["oOther"])} == {"漏水"}
    with database.writing() as unit:
        assert Talents(unit).enter("oOne", "miniapp", unionid="", now=LATER).id != one.id


def test_no_table_that_knows_people_is_left_out() -> None:
    """agreement, message and sending stay without a word of theirs; signup and ticket have verbs of their own."""
    whose = {each.rpartition(".")[0] for each in columns.columns() if each.endswith((".openid", ".talent_id"))}
    gone = {table.__tablename__ for table in (*erasing.BY_OPENID, *erasing.BY_TALENT)}
    assert whose - gone == {"agreement", "message", "sending", "signup", "ticket"}


def test_no_table_that_knows_people_is_left_out_of_what_they_take_along() -> None:
    """A code to be linked by lives ten minutes and says nothing of them."""
    whose = {each.rpartition(".")[0] for each in columns.columns() if each.endswith((".openid", ".talent_id"))}
    assert whose - set(tables(tuple(get_type_hints(Dossier).values()))) == {"link_code"}


def tables(types: tuple[Any, ...]) -> Iterator[str]:
    """Of the rows that these types hold."""
    for each in types:
        yield "outbox" if each is Row else getattr(each, "__tablename__", "")
        yield from tables(get_args(each))


def test_a_ticket_is_blanked_in_whatever_state(database: Database) -> None:
    with database.writing() as unit:
        talent = arrive(unit, "oOne")
        desk = Erasing(unit, SEAL, DayByDay())
        (ticket,) = desk.listed(["oOne"])
        desk.add(ticket, "还在漏，我叫张小明", now=NOW)
        desk.withdraw(ticket, now=NOW)
        number = ticket.id
        assert desk.erase(talent.id, talent.all, now=NOW) == []
        unit.session.refresh(ticket)
        assert (ticket.id, ticket.state, ticket.subject, ticket.contact, ticket.contact_tail, ticket.openid) == (
            number,
            "withdrawn",
            FORGOTTEN,
            "",
            "",
            "",
        )
        assert {event.body for event in desk.events(ticket)} == {"", FORGOTTEN}


def test_what_pages_leave_behind_is_forgotten_in_time(database: Database) -> None:
    with database.writing() as unit:
        arrive(unit, "oOne")
    for verb in (retention.delete_replays, retention.delete_codes, retention.delete_logins):
        with database.writing() as unit:
            assert verb(unit, NOW).done == 0
            assert verb(unit, NOW + timedelta(days=31)).done == 1
            assert verb(unit, NOW + timedelta(days=31)).done == 0
