"""The page of one ticket: read, answered, moved. Every change answers the pane as it is afterwards."""

from __future__ import annotations

import contextlib
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from handlers.console import channel, composer, moving, pane, shell
from handlers.console.acting import Act, Do, Outcome, Wrong, act
from handlers.console.gate import Gate, actor
from handlers.console.steps import legal
from handlers.console.timeline import who
from models.access import require
from models.db import Clash, Unavailable
from models.desk import NoSuchTicket
from models.drafts import TABS, Drafts
from models.faq import FaqDrafts
from models.materials import Materials, NoSuchMaterial

TICKET = "/tickets/<number>"


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page(TICKET, "tickets")
    def ticket(number: str) -> Response:
        return shown(number)

    @gate.page(f"{TICKET}/step/<verb>", "tickets")
    def ticket_step(number: str, verb: str) -> Response:
        """The form of a step, for a dialog."""
        step = next((each for each in pane.STEPS if each.verb == verb and each.asks), None)
        with kit.db.unit() as unit:
            desk = kit.desk(unit)
            found = desk.get(actor(), number)
            if step is None or verb not in legal(actor(), found):
                abort(404)
            known = moving.asked(kit, unit, desk, actor(), found, verb)
            return _page("ticket_step", ticket=found, step=step, once=pane.token(), **known)

    @gate.page(f"{TICKET}/history", "tickets")
    def ticket_history(number: str) -> Response:
        with kit.db.unit() as unit:
            return _page("ticket_history", **pane.history(kit, unit, actor(), number))

    @gate.page(f"{TICKET}/news", "tickets", quiet=True)
    def ticket_news(number: str) -> Response:
        """Asked every few seconds: what others did since `seen`, who else is writing. 204: the same as at `was`."""
        seen = int(request.args["seen"]) if request.args.get("seen", "").isdigit() else 0
        with kit.db.unit() as unit:
            desk, me = kit.desk(unit), actor()
            found = desk.get(me, number)
            writing = Drafts(unit).others(found.id, me.id, kit.now() - pane.WRITING)
            newer = [each for each in desk.events(found) if each.id > seen] if found.last_event > seen else []
            fresh = [each for each in newer if each.actor != me.key]
            was = ".".join(map(str, [len(fresh), *(f"{each.staff_id}{each.tab}{len(each.body)}" for each in writing)]))
            if was == (request.args.get("was") or "0"):
                return make_response("", 204)
            names = composer.roster(kit, unit).names()
            told = list(dict.fromkeys(who(each.actor, names) for each in fresh))
            known = {"told": told, "fresh": fresh, "writing": writing, "was": was, "ticket_seen": seen}
            return _page("ticket_news", ticket=found, **known)

    @gate.page(f"{TICKET}/draft", "draft", methods=("POST",))
    def ticket_draft(number: str) -> Response:
        """Kept every few seconds while somebody writes; answers how long the text is as it would go out."""
        tab, text = request.form.get("draft", ""), request.form.get("text", "")
        seen = request.form.get("seen", "")
        if tab not in TABS:
            abort(400)
        with kit.db.unit() as unit:
            desk = kit.desk(unit)
            found = desk.get(actor(), number)
            unit.lock()
            try:
                now, at = kit.now(), int(seen) if seen.isdigit() else 0
                Drafts(unit).save(found.id, actor().id, tab, text, seen=at, now=now)
                unit.commit()
                kept = True
            except (Clash, Unavailable):
                kept = False  # the next one comes in a moment
        cites = composer.listed(request.form.get("cites", ""))
        sent, _ = composer.whole(kit, text, cites, kit.now()) if tab == "reply" else (text, [])
        return _page("ticket_size", size=channel.size(kit, sent), tab=tab, kept=kept)

    @gate.page(f"{TICKET}/reveal", "people", methods=("POST",))
    def ticket_reveal(number: str) -> Response:
        """Name and number in clear; who looked is recorded for good."""
        with kit.db.writing() as unit:
            desk = kit.desk(unit)
            found = desk.get(actor(), number)
            gate.revealed(unit, f"ticket:{found.number}", "contact")
            known = {"caller": desk.caller(found), "contact": desk.contact(found)}
        return _page("ticket_person", ticket=found, **known)

    def shown(number: str, outcome: Outcome | None = None) -> Response:
        form = request.form if outcome is not None and not outcome.done else None
        with kit.db.unit() as unit:
            values = pane.pane(kit, unit, actor(), number, outcome, form)
            answer = shell.shown("console/ticket.html", "console/ticket_pane.html", **values)
            with contextlib.suppress(Clash, Unavailable):  # a second window of theirs was faster
                Drafts(unit).see(values["ticket"], actor().id, kit.now())
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
            return shown(number, outcome)
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
        Materials(each.unit).mark(each.ticket.id, number, each.form.get("state", ""), each.by.id, now=each.now)
    except NoSuchMaterial:
        raise Wrong("没有这份材料") from None
    return ""


def _faq(each: Act) -> str:
    """A final answer as a draft, under the form that equal questions share."""
    require(each.by, "knowledge")
    event = composer.of_ticket(each)
    if event.kind != "answer":
        raise Wrong("只有最终答复能做成问答")
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
        ("material", "material", _want),
        ("mark", "material", _mark),
        ("faq", "knowledge", _faq),
    ]


def _page(name: str, **values: Any) -> Response:
    return make_response(render_template(f"console/{name}.html", **values))
