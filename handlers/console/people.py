"""The talents: who they are, what they agreed to, asked and were answered. Masked; each look behind it is on record."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, NamedTuple

from flask import abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.desk import Serving
from handlers.console import timeline
from handlers.console.filters import DIGITS, ending_of
from handlers.console.gate import Gate, actor
from models import chatlog
from models.persons import ONLY, PAGE, Known, Persons
from models.seal import Seal, Sealed, ending

_DAYS = 14  # of what was said, as shown
_TAIL = re.compile(r"[0-9]{4}")  # the end of a telephone number


def make(gate: Gate) -> None:
    kit, name = gate.kit, gate.seal.name

    @gate.page("/people", "people")
    def people() -> object:
        q, after = _named(gate.seal, request.args.get("of", "")), _named(gate.seal, request.args.get("after", ""))
        among = request.args.get("among", "")
        among = among if among in ONLY else ""
        key = gate.seal.key(q) if sum(map(str.isdigit, q)) >= DIGITS else ""
        tail = gate.seal.key(ending(q)) if _TAIL.fullmatch(q) else ""
        with kit.db.unit() as unit:
            found = Persons(unit, actor()).found(q, key, tail, only=among, after=after)
            lines = [_line(kit.desk(unit), known) for known in found]
        shown: dict[str, Any] = {"more": name(found[-1].who) if len(found) == PAGE else "", "of": name(q) if q else ""}
        shown |= {"q": q, "among": among, "choices": ONLY, "short": short, "name": name}
        return render_template("console/people.html", lines=lines, **shown)

    @gate.page("/people", "people", methods=("POST",))
    def people_found() -> Response:
        """What is looked for is mostly somebody's number: it does not stand in an address either."""
        q, among = request.form.get("q", "").strip()[:64], request.form.get("among", "")
        return redirect(url_for("console.people", of=name(q) if q else None, among=among or None), 303)

    @gate.page("/people/<who>", "people")
    def person(who: str) -> object:
        now, openid = kit.now(), _named(gate.seal, who)
        with kit.db.unit() as unit:
            persons = Persons(unit, actor())
            known = persons.one(openid) or abort(404)
            heard = chatlog.of_person(unit, actor(), openid, now - timedelta(days=_DAYS), now)
            line = _line(kit.desk(unit), known)
            shown: dict[str, Any] = {"tickets": persons.tickets(openid), "events": persons.events(openid)}
            shown |= {"agreements": persons.agreements(openid), "consents": persons.consents(openid)}
        shown |= {"said": [each for each in heard if timeline.is_said(each)], "words": timeline.words}
        shown |= {"days": _DAYS, "entry": kit.library.entry, "reply": timeline.said}
        return render_template("console/person.html", line=line, known=known, who=name(openid), short=short, **shown)

    @gate.page("/people/<who>/reveal", "people", methods=("POST",))
    def person_reveal(who: str) -> Response:
        """The whole openid, by which WeChat knows them."""
        with kit.db.writing() as unit:
            known = Persons(unit, actor()).one(_named(gate.seal, who)) or abort(404)
            if known.rang:
                abort(404)  # WeChat knows nothing of them
            gate.revealed(unit, f"person:{known.who}", "openid")
        answer = make_response(render_template("console/person_openid.html", openid=known.who))
        answer.headers["Cache-Control"] = "no-store"
        return answer


class Line(NamedTuple):
    """`name`: whole, the page masks it. `tail`: the last four digits of a telephone number, or empty."""

    known: Known
    name: str
    tail: str


def _line(desk: Serving, known: Known) -> Line:
    name = desk.readable(known.named.caller) if known.named else ""
    contact = desk.readable(known.reached.contact) if known.reached else ""
    return Line(known, name or "", ending_of(contact or ""))


def _named(seal: Seal, name: str) -> str:
    """What a name in the address stands for; empty when it is none of ours."""
    try:
        return seal.named(name) if name else ""
    except Sealed:
        return ""


def short(openid: str) -> str:
    """Enough to tell two apart."""
    return f"{openid[:4]}…{openid[-4:]}" if len(openid) > 9 else openid
