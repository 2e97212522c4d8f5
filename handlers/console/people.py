"""The talents: who they are, what they agreed to, asked and were answered. Masked; each look behind it is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, make_response, render_template, request
from werkzeug.wrappers import Response

from handlers.console.gate import Gate, actor
from models import chatlog
from models.persons import PAGE, Persons

_DAYS = 14  # of what was said, as shown
_DIGITS = 7  # fewer are no telephone number


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/people", "people")
    def people() -> object:
        q, after = request.args.get("q", "").strip()[:64], request.args.get("after", "")[:64]
        key = gate.seal.key(q) if sum(map(str.isdigit, q)) >= _DIGITS else ""
        with kit.db.unit() as unit:
            found = Persons(unit, actor()).found(q, key, after)
        more = found[-1].openid if len(found) == PAGE else ""
        return render_template("console/people.html", found=found, q=q, more=more, short=short)

    @gate.page("/people/<openid>", "people")
    def person(openid: str) -> object:
        now = kit.now()
        with kit.db.unit() as unit:
            persons = Persons(unit, actor())
            known = persons.one(openid) or abort(404)
            said = chatlog.of_person(unit, actor(), openid, now - timedelta(days=_DAYS), now)
            shown: dict[str, Any] = {"tickets": persons.tickets(openid), "events": persons.events(openid)}
            shown |= {"agreements": persons.agreements(openid), "consents": persons.consents(openid)}
        shown |= {"said": said, "days": _DAYS, "entry": kit.library.entry}
        return render_template("console/person.html", known=known, short=short, **shown)

    @gate.page("/people/<openid>/reveal", "people", methods=("POST",))
    def person_reveal(openid: str) -> Response:
        """The whole openid, by which WeChat knows them."""
        with kit.db.writing() as unit:
            known = Persons(unit, actor()).one(openid) or abort(404)
            gate.revealed(unit, f"person:{known.openid}", "openid")
        answer = make_response(render_template("console/person_openid.html", openid=known.openid))
        answer.headers["Cache-Control"] = "no-store"
        return answer


def short(openid: str) -> str:
    """Enough to tell two apart."""
    return f"{openid[:4]}…{openid[-4:]}" if len(openid) > 9 else openid
