"""Who works here: admins make accounts, change, disable and reset them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from handlers.console.gate import Gate, actor
from models import password
from models.access import ROLE_NAMES
from models.db import Unit
from models.roster import NewStaff, Refused, Roster
from models.ticket import HOTLINE

UNKNOWN = "unknown"  # what office.yaml calls the unit of matters whose unit nobody has told


def make(gate: Gate) -> None:
    Accounts(gate).make()


class Accounts:
    def __init__(self, gate: Gate) -> None:
        self._gate, self._kit = gate, gate.kit

    def make(self) -> None:
        page = self._gate.page

        @page("/staff", "staff", methods=("GET", "POST"))
        def staff() -> object:
            return self._add() if request.method == "POST" else self._list()

        @page("/staff/<int:number>", "staff", methods=("GET", "POST"))
        def one_of_staff(number: int) -> object:
            return self._change(number) if request.method == "POST" else self._shown(number)

        @page("/staff/<int:number>/<verb>", "staff", methods=("POST",))
        def staff_verb(number: int, verb: str) -> object:
            return self._did(number, verb)

    def _list(self, wrong: str = "", status: int = 200) -> object:
        with self._kit.db.unit() as unit:
            found = self._roster(unit).everybody()
        known = {"staff": found, "wrong": wrong, "given": request.form if wrong else {}, **self._choices()}
        return render_template("console/staff.html", now=self._kit.now(), **known), status

    def _shown(self, number: int, said: str = "", wrong: str = "", made: str = "", status: int = 200) -> object:
        """`made`: a new password, shown in this answer and nowhere else."""
        with self._kit.db.unit() as unit:
            staff = self._roster(unit).get(number)
            sessions = self._gate.entrance(unit).of(staff, self._kit.now())
        known = {"staff": staff, "sessions": sessions, "said": said, "wrong": wrong, "made": made}
        oidc = self._kit.settings.oidc_name if self._kit.settings.oidc_issuer else ""
        known |= {"oneself": number == actor().id, "oidc": oidc, "now": self._kit.now(), **self._choices()}
        return render_template("console/staff_one.html", **known), status

    def _choices(self) -> dict[str, object]:
        named = {id_: unit.name for id_, unit in self._kit.office().units.items() if id_ != UNKNOWN}
        units = {HOTLINE: "热线", **named}
        return {"roles": ROLE_NAMES, "units": units}

    def _roster(self, unit: Unit) -> Roster:
        return Roster(unit, self._gate.seal)

    def _how(self) -> dict[str, Any]:
        return {"now": self._kit.now(), "address": self._gate.address(request)}

    def _add(self) -> object:
        form, made = request.form, password.generated()
        kept = password.hashed(made)
        new = NewStaff(form.get("login", ""), form.get("name", ""), form.get("role", ""), self._unit(), kept)
        try:
            with self._kit.db.writing() as unit:
                staff = self._roster(unit).add(actor().key, new, **self._how())
        except Refused as error:
            return self._list(str(error), 400)
        return self._shown(staff.id, f"{staff.name} 的账号建好了", made=made)

    def _unit(self) -> str:
        given = request.form.get("unit", HOTLINE)
        return given if given == HOTLINE or given in self._kit.office().units else abort(400)

    def _change(self, number: int) -> object:
        form = request.form
        given = {"name": form.get("name", ""), "role": form.get("role", ""), "unit": self._unit(), **self._how()}
        seen = form.get("version", 0, int)
        try:
            with self._kit.db.writing() as unit:
                self._roster(unit).change(actor().key, number, seen=seen, **given)
        except Refused as error:
            return self._shown(number, wrong=str(error), status=400)
        return self._back(number)

    def _did(self, number: int, verb: str) -> object:
        if verb == "password":
            return self._new_password(number)
        how, by = self._how(), actor().key
        verbs: dict[str, Callable[[Roster], None]] = {
            "disable": lambda roster: roster.disable(by, number, **how),
            "enable": lambda roster: roster.enable(by, number, **how),
            "factor": lambda roster: roster.reset_factor(by, number, **how),
            "away": lambda roster: roster.set_away(by, number, away=True, **how),
            "back": lambda roster: roster.set_away(by, number, away=False, **how),
            "bind": lambda roster: roster.bind(by, number, self._subject(), **how),
            "unbind": lambda roster: roster.bind(by, number, None, **how),
        }
        done = verbs.get(verb) or abort(404)
        try:
            with self._kit.db.writing() as unit:
                done(self._roster(unit))
        except Refused as error:
            return self._shown(number, wrong=str(error), status=400)
        return self._back(number)

    def _subject(self) -> str:
        given = request.form.get("subject", "").strip()
        if not 1 <= len(given) <= 190 or not given.isprintable():
            raise Refused("统一登录的编号要有 1 到 190 个字")
        return given

    def _new_password(self, number: int) -> object:
        if number == actor().id:
            return self._shown(number, wrong="自己的密码在“我”里换", status=400)
        made = password.generated()
        kept = password.hashed(made)
        with self._kit.db.writing() as unit:
            self._roster(unit).reset_password(actor().key, number, kept, **self._how())
        return self._shown(number, "密码重设了", made=made)

    def _back(self, number: int) -> Response:
        return redirect(url_for("console.one_of_staff", number=number), 303)
