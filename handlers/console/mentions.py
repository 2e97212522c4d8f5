"""Where one was called on by name, the unread ones first."""

from __future__ import annotations

from flask import Response, make_response, render_template

from handlers.console.composer import roster
from handlers.console.gate import Gate, actor
from handlers.console.timeline import who
from models.drafts import Drafts


def make(gate: Gate) -> None:
    kit = gate.kit

    def calls() -> int:
        """How many are unread, for every page."""
        with kit.db.unit() as unit:
            return Drafts(unit).calls(actor())

    gate.door.record_once(lambda state: state.app.jinja_env.globals.update(calls=calls))

    @gate.page("/mentions", "tickets")
    def mentions() -> Response:
        with kit.db.unit() as unit:
            names = roster(kit, unit).names()
            called = [(each, who(each.by, names)) for each in Drafts(unit).called(actor())]
        return make_response(render_template("console/mentions.html", called=called))
