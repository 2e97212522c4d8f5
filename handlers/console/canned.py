"""Replies in stock, for those who lead: written, tried with the variables, taken away."""

from __future__ import annotations

from flask import Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from handlers.console import shell, stocked
from handlers.console.gate import Gate, actor
from models.stock import NoSuchReply, Stock
from models.typed import integer

_LONGEST = 2000


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/canned", "canned")
    def canned() -> Response:
        return page()

    @gate.page("/canned", "canned", methods=("POST",))
    def canned_save() -> AnyResponse:
        """`id` empty: a new one."""
        title, body = request.form.get("title", "").strip(), request.form.get("body", "").strip()
        wrong = ("请写标题" if not title else "") or ("请写内容" if not body else "")
        wrong = wrong or (f"太长了，最多 {_LONGEST} 个字" if len(body) > _LONGEST else "")
        wrong = wrong or unknown(body)
        if wrong:
            return page(wrong, 422)
        unit_of = actor().unit if request.form.get("scope") == "unit" else ""
        with kit.db.writing() as unit:
            stock, now = Stock(unit), kit.now()
            try:
                if request.form.get("id"):
                    stock.change(actor(), number(), title, body, unit_of, now=now)
                else:
                    stock.add(actor(), title, body, unit_of, now=now)
            except NoSuchReply:
                abort(404)
        return redirect("/console/canned", 303)

    @gate.page("/canned/remove", "canned", methods=("POST",))
    def canned_remove() -> AnyResponse:
        with kit.db.writing() as unit:
            try:
                Stock(unit).remove(actor(), number(), now=kit.now())
            except NoSuchReply:
                abort(404)
        return redirect("/console/canned", 303)

    def page(wrong: str = "", status: int = 200) -> Response:
        values = stocked.example(actor(), kit.office(), shell.unit_name(kit, actor().unit))
        with kit.db.unit() as unit:
            replies = [(each, stocked.filled(each.body, values)) for each in Stock(unit).all(actor())]
        known = {"replies": replies, "variables": stocked.VARIABLES, "wrong": wrong, "form": request.form}
        return make_response(render_template("console/canned.html", **known), status)


def number() -> int:
    return integer(request.form.get("id", "")) or 0


def unknown(body: str) -> str:
    """What is wrong with its variables, "" for nothing."""
    known = dict.fromkeys(stocked.VARIABLES, "x")
    missing = stocked.filled(body, known).missing
    return f"没有这样的变量：{'、'.join(f'{{{name}}}' for name in missing)}" if missing else ""
