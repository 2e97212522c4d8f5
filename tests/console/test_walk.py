"""The walk: every address of the console, with everybody, on what is theirs and what is not.

Strangers are sent to the login, a missing right is 403, what is not theirs is 404, a missing token is 400. Who may come
to an address is told here once more, by hand: a new address has to be put into the table, or this fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from conftest import SETTINGS
from models.attachment import Attachment
from models.desk import NewTicket
from models.seal import Seal
from models.ticket import Ticket

DESK = frozenset({"agent", "lead", "supervisor", "unit"})
HOTLINE = DESK - {"unit"}
LEADS = frozenset({"lead", "supervisor"})
SUPERVISOR = frozenset({"supervisor"})
ADMIN = frozenset({"admin"})
AUDITOR = frozenset({"auditor"})
STAFF = DESK | ADMIN | AUDITOR
STRANGERS: frozenset[str] = frozenset({"stranger"})
ACTORS = sorted(STAFF)


class Way(NamedTuple):
    """`who` may come here. `of`: the kind of thing in the address; `form`: what is posted."""

    who: frozenset[str]
    of: str = ""
    form: dict[str, str] = {}  # noqa: RUF012 - never changed


def _verbs(who: frozenset[str], *names: str, **form: str) -> dict[str, Way]:
    return {f"ticket_{name}": Way(who, "ticket", form) for name in names}


WAYS: dict[str, Way] = {
    "login": Way(STAFF | STRANGERS),
    "static": Way(STAFF | STRANGERS, "file"),
    "home": Way(STAFF),
    "nowhere": Way(STAFF, "nothing"),
    "factor": Way(STAFF),
    "logout": Way(STAFF),
    "me": Way(STAFF),
    "my_absence": Way(STAFF),
    "my_factor": Way(STAFF),
    "my_settings": Way(STAFF),
    "my_sessions": Way(STAFF),
    "password": Way(STAFF),
    "staff": Way(ADMIN, form={"name": "某人", "login": "somebody", "role": "agent", "unit": "hotline"}),
    "one_of_staff": Way(ADMIN, "staff", {"name": "某人", "role": "agent", "unit": "hotline", "version": "1"}),
    "staff_verb": Way(ADMIN, "staff"),
    "units": Way(ADMIN),
    "audit": Way(AUDITOR),
    "verify_audit": Way(AUDITOR),
    "tickets": Way(DESK),
    "take_next": Way(DESK),
    "keep_view": Way(DESK, form={"name": "我的", "query": "view=mine"}),
    "drop_view": Way(DESK),  # somebody else's stays; tests/console/test_inbox.py
    "away": Way(DESK),
    "bulk": Way(LEADS, form={"verb": "claim"}),
    "new_ticket": Way(HOTLINE),
    "known": Way(HOTLINE),
    "calendar": Way(ADMIN),
    "calendar_import": Way(ADMIN, "year"),
    "calendar_remove": Way(ADMIN, "year"),
    "system": Way(ADMIN | AUDITOR | SUPERVISOR),
    "outbox_verb": Way(ADMIN | SUPERVISOR, "nothing"),
    "people": Way(DESK),
    "people_found": Way(DESK, form={"q": "津贴"}),
    "person": Way(DESK, "person"),
    "person_reveal": Way(DESK, "person"),
    "reports": Way(LEADS),
    "reports_xlsx": Way(LEADS),
    "tickets_xlsx": Way(LEADS),
    "knowledge": Way(DESK | ADMIN),
    "drafts": Way(LEADS),
    "draft_decided": Way(LEADS),
    "poll": Way(DESK),
    "search": Way(DESK),
    "live": Way(DESK),
    "mentions": Way(DESK),
    "attachment": Way(DESK, "attachment"),
    "canned": Way(LEADS),
    "canned_save": Way(LEADS),
    "canned_remove": Way(LEADS, "nothing"),
    "ticket": Way(DESK, "ticket"),
    "ticket_step": Way(DESK, "ticket"),
    **_verbs(DESK, "history", "news", "mark", "resend", "faq", "reveal"),
    **_verbs(DESK, "say", tab="note", text="看过了"),
    **_verbs(DESK, "draft", draft="reply", text="您好", seen="0"),
    **_verbs(DESK, "sign", "send_back", "ask", "resume", "interim", "answer", "recall", "note", "call", "claim"),
    **_verbs(DESK, "release", "assign", "suspend", "ask_extension", "attach", "detach", "callback", "material", "keep"),
    **_verbs(HOTLINE, "accept", "dispatch", "refuse", "merge", "unmerge", "invite", "close", "reopen", "edit", "again"),
    **_verbs(SUPERVISOR, "designate", "grant", "deny", "supervise"),
}


def rules(desk: Any) -> Iterator[tuple[Rule, str, str, Way]]:
    """Every rule and method of the console, with its name and its line of the table."""
    for rule in desk.app.url_map.iter_rules():
        name = rule.endpoint.removeprefix("console.")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, name, WAYS[name]


class Things:
    """What there is: a ticket of the unit's that all at the desk see, and for each actor one that is not theirs."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.seats = {role: desk.sits(role) for role in ("agent", "lead", "supervisor", "admin", "auditor")}
        self.seats["unit"] = desk.sits("agent", "hr")

    def own(self, role: str = "agent") -> Ticket:
        """Theirs to answer, if they answer any."""
        ticket = self._made("我的事", unit="hr" if role == "unit" else "", contact="13800138000")
        if role in DESK:
            with self.desk.kit.db.writing() as work:
                verbs, me = self.desk.kit.desk(work), self.seats[role].actor
                verbs.claim(verbs.hold(me, ticket.number, "claim"), me, now=self.desk.kit.now())
        return ticket

    def foreign(self) -> Ticket:
        """Another unit's, and confidential: nobody sees it but a lead, a supervisor and who works on it."""
        return self._made("别人的事", unit="housing", confidential=True)

    def _made(self, subject: str, unit: str, **more: Any) -> Ticket:
        with self.desk.kit.db.writing() as work:
            ticket: Ticket = self.desk.kit.desk(work).open(
                "o别人", NewTicket(subject, subject, **more), now=self.desk.kit.now()
            )
        if not unit:
            return ticket
        chief = self.seats["supervisor"].actor
        with self.desk.kit.db.writing() as work:
            verbs = self.desk.kit.desk(work)
            held = verbs.hold(chief, ticket.number, "dispatch")
            verbs.dispatch(held, chief, unit, why="请办理", now=self.desk.kit.now())
        return ticket

    def attachment(self, ticket: Ticket) -> str:
        png = b"\x89PNG\r\n\x1a\n" + bytes(16)
        now = self.desk.kit.now()
        with self.desk.kit.db.writing() as work:
            made = Attachment(name=f"a{ticket.id}", ticket_id=ticket.id, kind="image", state="kept", mime="image/png")
            made.body, made.size, made.at = Seal(SETTINGS.secret_key).close_bytes(png), len(png), now
            work.session.add(made)
            work.session.flush()
        return str(made.name)

    def address(self, rule: Rule, way: Way, ticket: Ticket, *, foreign: bool = False) -> str:
        verb = {"ticket": "dispatch", "nothing": "drop"}.get(way.of, "back")
        values: dict[str, Any] = {"verb": verb, "number": 2147483000}
        values |= {
            "year": 2027,
            "verdict": "taken",
            "who": Seal(SETTINGS.secret_key).name("oNobody" if foreign else "o别人"),
            "filename": "desk.css",
            "rest": "anything/else",
        }
        if way.of in ("ticket", "attachment"):
            values |= {"number": ticket.number, "name": self.attachment(ticket) if way.of == "attachment" else ""}
        if way.of == "staff" and not foreign:
            values["number"] = self.desk.hire("agent").id
        path = rule.rule
        for part in rule.arguments:
            start, end = path.rindex("<", 0, path.index(f"{part}>")), path.index(f"{part}>") + len(part) + 1
            path = f"{path[:start]}{values[part]}{path[end:]}"
        return path.removeprefix("/console")

    def goes(self, role: str, method: str, path: str, way: Way, *, csrf: bool = True) -> TestResponse:
        seat = self.seats[role]
        headers = {"X-CSRF-Token": seat.csrf} if csrf else {}
        data = None if method == "GET" else dict(way.form)
        found: TestResponse = seat.client.open(
            f"/console{path}", method=method, data=data, headers=headers, buffered=True
        )
        return found


@pytest.fixture
def things(desk: Any) -> Things:
    return Things(desk)


def test_every_address_stands_in_the_table(desk: Any) -> None:
    there = {rule.endpoint.removeprefix("console.") for rule in desk.app.url_map.iter_rules()}
    assert there - WAYS.keys() == set(), "say in WAYS who may come here"
    assert WAYS.keys() - there == set(), "these are gone"


def test_strangers_are_sent_to_the_login(desk: Any, things: Things) -> None:
    client, ticket = desk.app.test_client(), things.own()
    wrong = []
    for rule, method, name, way in rules(desk):
        if "stranger" in way.who:
            continue
        path = things.address(rule, way, ticket)
        plain = client.open(f"/console{path}", method=method)
        piece = client.open(f"/console{path}", method=method, headers={"HX-Request": "true"})
        sent = (plain.headers.get("Location", ""), piece.headers.get("HX-Redirect", ""))
        fits = all(each.startswith("/console/login") for each in sent)
        if (plain.status_code, piece.status_code) != (303, 401) or not fits or ticket.subject in plain.text:
            wrong.append((name, method, plain.status_code, piece.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ACTORS)
def test_who_lacks_the_right_is_refused(desk: Any, things: Things, role: str) -> None:
    ticket, wrong = things.own(), []
    for rule, method, name, way in rules(desk):
        if role in way.who:
            continue
        answer = things.goes(role, method, things.address(rule, way, ticket), way)
        right = 404 if (name, role) == ("ticket_faq", "admin") else 403  # may see knowledge, and no ticket
        if answer.status_code != right or ticket.subject in answer.text:
            wrong.append((name, method, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ACTORS)
def test_nothing_changes_without_the_sessions_token(desk: Any, things: Things, role: str) -> None:
    ticket, wrong = things.own(), []
    for rule, method, name, way in rules(desk):
        if role in way.who and "stranger" not in way.who and method != "GET":
            answer = things.goes(role, method, things.address(rule, way, ticket), way, csrf=False)
            wrong += [(name, method, answer.status_code)] if answer.status_code != 400 else []
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ["agent", "unit", "admin", "lead"])
def test_what_is_somebody_elses_is_not_there(desk: Any, things: Things, role: str) -> None:
    """A lead sees all of the hotline's; for them what is asked for is no ticket at all."""
    ticket, wrong = things.foreign(), []
    if role == "lead":
        ticket.number = "T20200101-9999"
    for rule, method, name, way in rules(desk):
        if role not in way.who or way.of not in ("ticket", "staff", "attachment", "person", "nothing"):
            continue
        if role == "lead" and way.of == "attachment":
            continue
        answer = things.goes(role, method, things.address(rule, way, ticket, foreign=True), way)
        if answer.status_code != 404 or "别人的事" in answer.text:
            wrong.append((name, method, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("role", ACTORS)
def test_who_may_is_served(desk: Any, things: Things, role: str) -> None:
    """Whatever becomes of it, it is no refusal and no failure of ours."""
    ticket, wrong = things.own(role), []
    for rule, method, name, way in rules(desk):
        if role not in way.who or way.of == "nothing" or name == "logout":
            continue
        ticket = things.own(role) if method != "GET" and way.of == "ticket" else ticket
        answer = things.goes(role, method, things.address(rule, way, ticket), way)
        served = answer.status_code in ((200, 204, 303) if method == "GET" else (200, 204, 303, 400, 409, 422))
        served = served or (name, answer.status_code) in _MAY_MISS or name in ("login", "password")
        wrong += [] if served else [(name, method, answer.status_code)]
    assert not wrong, "\n".join(map(str, wrong))


# Addresses that name something inside a ticket which this ticket does not have.
_INSIDE = ("person", "person_reveal", "ticket_step", "ticket_material", "ticket_resend", "ticket_faq")
_MAY_MISS = {(name, 404) for name in _INSIDE}


def test_a_number_that_no_row_has_is_not_there(desk: Any, things: Things) -> None:
    for number in (2**31, 10**30):
        assert things.seats["admin"].get(f"/staff/{number}").status_code == 404
    assert things.seats["agent"].get(f"/tickets/{10**30}").status_code == 404


def test_a_method_that_an_address_does_not_know_leads_nowhere(desk: Any, things: Things) -> None:
    seat = things.seats["agent"]
    for method in ("PUT", "DELETE", "PATCH"):
        answer = seat.client.open("/console/me", method=method, headers={"X-CSRF-Token": seat.csrf})
        assert answer.status_code == 404
    assert seat.client.open("/console/me", method="TRACE").status_code in (404, 405)
