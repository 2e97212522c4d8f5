"""Files of tickets: put to a reply, opened by those who may see the ticket. What a file is its first bytes decide."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from bot.kit import Kit
from handlers import filed
from handlers.console.composer import files
from handlers.console.gate import UPLOAD, Gate, actor
from models.access import require
from models.attachment import Attachment
from models.db import Unit
from models.files import Refused, why_unsent


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/attachments/<name>", "tickets")
    def attachment(name: str) -> Response:
        with kit.db.unit() as unit:
            found = _visible(kit, unit, name)
            try:
                body = files(kit, unit).body(found.id)
            except Refused:
                abort(404)
        return filed.answer(body, found.title or name, save="save" in request.args)

    @gate.page("/tickets/<number>/attach", "attach", methods=("POST",), body=UPLOAD)
    def ticket_attach(number: str) -> AnyResponse:
        """Answers the files beside the draft."""
        given, said = request.files.getlist("upload"), ""
        with kit.db.writing() as unit:
            ticket = kit.desk(unit).hold(actor(), number, "attach")
            try:
                for each in given:
                    files(kit, unit).put(ticket, actor().id, each.filename or "", each.read(), now=kit.now())
            except Refused as refused:
                said = str(refused)
            loose = files(kit, unit).loose(ticket, actor().id)
        return _loose(number, loose, said)

    @gate.page("/tickets/<number>/detach", "attach", methods=("POST",))
    def ticket_detach(number: str) -> AnyResponse:
        with kit.db.writing() as unit:
            ticket = kit.desk(unit).hold(actor(), number, "attach")
            files(kit, unit).remove(ticket, actor().id, request.form.get("name", ""))
            loose = files(kit, unit).loose(ticket, actor().id)
        return _loose(number, loose, "")


def _visible(kit: Kit, unit: Unit, name: str) -> Attachment:
    """404 also for what is somebody else's: nobody learns that it is there."""
    require(actor(), "tickets")
    found = files(kit, unit).find(name)
    if found is None or found.state != "kept" or not kit.desk(unit).sees(actor(), found.ticket_id):
        abort(404)
    return found


def _loose(number: str, loose: list[Attachment], said: str) -> Response:
    page = render_template("console/ticket_loose.html", number=number, loose=loose, said=said, why_unsent=why_unsent)
    return make_response(page, 422 if said else 200)
