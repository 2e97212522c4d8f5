"""The page of one ticket: read, answered, moved. Every change answers the pane as it is afterwards."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from handlers.console import channel, composer, moving, pane, shell
from handlers.console.acting import Act, Do, Outcome, Wrong, act
from handlers.console.gate import NOT_LONG, Gate, actor
from handlers.console.lately import lately
from handlers.console.steps import steps
from models.access import require
from models.db import Clash, Stale, Unavailable, Unit
from models.desk import NoSuchTicket
from models.drafts import TABS, Drafts
from models.faq import FaqDrafts
from models.materials import Materials, NoSuchMaterial
from models.ticket import Ticket
from models.typed import integer

TICKET = "/tickets/<number>"


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page(TICKET, "tickets")
    def ticket(number: str) -> Response:
        return shown(number)

    @gate.page(f"{TICKET}/step/<verb>", "tickets")
    def ticket_step(number: str, verb: str) -> Response:
        """The form of a step, for a dialog."""
        with kit.db.unit() as unit:
            form = step_form(unit, kit.desk(unit).get(actor(), number), verb)
            return make_response(form) if form else abort(404)

    @gate.page(f"{TICKET}/history", "tickets")
    def ticket_history(number: str) -> Response:
        with kit.db.unit() as unit:
            return _page("ticket_history", **pane.history(kit, unit, actor(), number))

    @gate.page(f"{TICKET}/news", "tickets", quiet=True)
    def ticket_news(number: str) -> Response:
        """What changed since `seen`; asked when the poll knows of something. 204: the same as at `was`."""
        with kit.db.unit() as unit:
            found = lately(kit, unit, actor(), number, integer(request.args.get("seen", "")) or 0)
            if found["was"] == (request.args.get("was") or "0"):
                return make_response("", 204)
            return _page("ticket_news", **found)

    @gate.page(f"{TICKET}/draft", "draft", methods=("POST",))
    def ticket_draft(number: str) -> Response:
        """Kept every few seconds while somebody writes; answers how long the text is as it would go out."""
        tab, text = request.form.get("draft", ""), request.form.get("text", "")
        seen = request.form.get("seen", "")
        if tab not in TABS:
            abort(400)
        cites = composer.listed(request.form.get("cites", ""))
        with kit.db.unit() as unit:
            desk = kit.desk(unit)
            found = desk.get(actor(), number)
            unit.lock()
            try:
                now, at = kit.now(), integer(seen) or 0
                Drafts(unit).save(found.id, actor().id, tab, text, seen=at, cites=cites, now=now)
                unit.commit()
                kept = True
            except (Clash, Unavailable):
                kept = False  # the next one comes in a moment
        sent, _ = composer.whole(kit, text, cites, kit.now()) if tab == "reply" else (text, [])
        return _page("ticket_size", size=channel.size(kit, sent), tab=tab, kept=kept)

    @gate.page(f"{TICKET}/reveal", "people", methods=("POST",))
    def ticket_reveal(number: str) -> Response:
        """Name and number in clear; who looked is recorded for good."""
        with kit.db.writing() as unit:
            desk = kit.desk(unit)
            found = desk.get(actor(), number)
            gate.revealed(unit, f"ticket:{found.number}", "contact")
            known = {name: pane.opened(desk.readable(getattr(found, name))) for name in ("caller", "contact")}
        return _page("ticket_person", ticket=found, **known)

    def step_form(unit: Unit, ticket: Ticket, verb: str, told: str = "") -> str:
        """Empty: it is no step of this ticket now, or asks nothing. `told`: why what was sent was not done."""
        step = next((each for each in steps(actor(), ticket) if each.verb == verb and each.asks), None)
        if step is None:
            return ""
        known = moving.asked(kit, unit, kit.desk(unit), actor(), ticket, verb)
        kept = request.form if told else {}
        return render_template(
            "console/ticket_step.html", ticket=ticket, step=step, once=pane.token(), kept=kept, told=told, **known
        )

    def put_by(number: str, tab: str) -> None:
        """What was sent and not taken is a draft again: it is there after whatever comes next."""
        form = request.form
        with contextlib.suppress(Clash, Stale, Unavailable), kit.db.writing() as unit:
            mine = (kit.desk(unit).get(actor(), number).id, actor().id, tab, form.get("text", ""))
            seen, cites = integer(form.get("seen", "")) or 0, composer.listed(form.get("cites", ""))
            Drafts(unit).save(*mine, seen=seen, cites=cites, now=kit.now())

    def shown(number: str, outcome: Outcome | None = None, verb: str = "") -> Response:
        form = request.form if outcome is not None and not outcome.done else None
        if form is not None and verb in pane.DRAFT_OF:
            put_by(number, pane.DRAFT_OF[verb])
        with kit.db.unit() as unit:
            tab = "" if verb in pane.DRAFT_OF else request.values.get("tab", "")
            values = pane.pane(kit, unit, actor(), number, outcome, form, tab)
            if outcome is not None and outcome.status == 409 and verb in moving.DO:
                again = step_form(unit, values["ticket"], verb, outcome.words)
                values |= {"again": Markup(again), "lost": "" if again else request.form.get("why", "")}  # noqa: S704
            answer = shell.shown("console/ticket.html", "console/ticket_pane.html", **values)
            with contextlib.suppress(Clash, Stale, Unavailable):  # the next look at it notes it
                if Drafts(unit).see(values["ticket"], actor().id, kit.now(), NOT_LONG):
                    calls = {"calls": {"count": Drafts(unit).calls(actor())}}
                    answer.headers["HX-Trigger-After-Settle"] = json.dumps(calls)
                unit.commit()
        if outcome is not None:
            answer.status_code = outcome.status
            if outcome.words and outcome.done:
                shell.toast(answer, outcome.words)
        return answer

    def done(number: str, verb: str, do: Do, right: str) -> AnyResponse:
        outcome = act(kit, number, verb, do, right=right)
        if outcome.done and not shell.fragment():
            return redirect(f"/console/tickets/{number}", 303)
        if outcome.status == 422 and verb in moving.DO and shell.fragment():
            return shell.toast(make_response("", 204), outcome.words, bad=True)  # its form stays as it is
        try:
            return shown(number, outcome, verb)
        except NoSuchTicket:
            return shell.to("/console/")  # it is another unit's from now on

    def changing(verb: str, do: Do, right: str) -> None:
        def view(number: str) -> AnyResponse:
            return done(number, verb, do, right)

        view.__name__ = f"ticket_{verb}"
        gate.page(f"{TICKET}/{verb}", right, methods=("POST",))(view)

    for verb, right, do in _verbs():
        changing(verb, do, right)

    @gate.page(f"{TICKET}/say", "note", methods=("POST",))
    def ticket_say(number: str) -> AnyResponse:
        """What the composer sends: the tab says which of the verbs it is."""
        tab = request.form.get("tab", "")
        if tab not in pane.TAB_NAMES:
            abort(400)
        return done(number, tab, dict(_SAYING)[tab], tab)


def _reply(verb: str) -> Do:
    return lambda each: composer.reply(each, verb)


def _want(each: Act) -> str:
    Materials(each.unit).want(each.ticket.id, [each.words("name", "请写材料名称", 190)], each.by.id, now=each.now)
    return ""


def _mark(each: Act) -> str:
    number = each.number("material", 1, 10**18, "没有这份材料")
    try:
        state, until = each.form.get("state", ""), moving.day_of(each.form.get("until", ""))
        Materials(each.unit).mark(each.ticket.id, number, state, each.by.id, until=until, now=each.now)
    except NoSuchMaterial:
        raise Wrong("没有这份材料") from None
    return ""


def _faq(each: Act) -> str:
    """A final answer as a draft, under the form that equal questions share."""
    require(each.by, "knowledge")
    event = composer.of_ticket(each)
    if event.kind != "answer":
        raise Wrong("只有最终答复能做成问答")
    if each.ticket.confidential:
        raise Wrong("保密工单的答复不能做成问答")
    if not composer.teaches(each.ticket, each.desk.events(each.ticket), event, each.now):
        raise Wrong("还没发出、后来又重办或评价不好的答复，不能做成问答")
    question = each.ticket.subject
    form = each.kit.library.canonical(question) or question
    FaqDrafts(each.unit).add(each.ticket, event, each.by, form=form, question=question, answer=event.body, now=each.now)
    return "做成了问答草稿，在“待入库”里"


_SAYING: list[tuple[str, Do]] = [
    *((verb, _reply(verb)) for verb in composer.REPLIES),
    ("note", composer.note),
    ("call", composer.call),
]


def _verbs() -> list[tuple[str, str, Do]]:
    """Name, right, and what it does."""
    return [
        *((verb, verb, do) for verb, do in (*moving.DO.items(), *_SAYING)),
        ("recall", "recall", composer.recall),
        ("resend", "answer", composer.resend),
        ("again", "reopen", composer.again),
        ("keep", "note", composer.keep),
        ("material", "material", _want),
        ("mark", "material", _mark),
        ("faq", "knowledge", _faq),
    ]


def _page(name: str, **values: Any) -> Response:
    return make_response(render_template(f"console/{name}.html", **values))
