"""One's own account: the password, where one is logged in, how the desk behaves."""

from __future__ import annotations

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from handlers.console.gate import COOKIE, HOME, INSIDE, Gate, actor, inside
from models import password as passwords
from models.entrance import WHOLE
from models.password import Policy
from models.roster import Roster


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/me/password", INSIDE, methods=("GET", "POST"), unsettled=True)
    def password() -> object:
        """Whoever must change it is sent here from everywhere."""
        if request.method == "GET":
            return shown("")
        staff, new = inside().staff, request.form.get("new", "")
        if not passwords.fits(staff.password, request.form.get("old", "")):
            return shown("现在的密码不对。"), 403
        wrong = passwords.fault(new, Policy(kit.settings.password_kinds), staff.login, staff.name)
        wrong = wrong or ("两次输入的新密码不一样" if new != request.form.get("again") else "")
        wrong = wrong or ("新密码和现在的一样" if new == request.form.get("old") else "")
        return (shown(f"{wrong}。"), 400) if wrong else changed(passwords.hashed(new))

    def shown(said: str) -> str:
        must = gate.must_change(inside().staff)
        return render_template("console/password.html", said=said, must=must, csrf=inside().csrf, me=actor())

    def changed(kept: str) -> Response:
        """Every session ends, and this browser gets a new one."""
        address, now = gate.address(request), kit.now()
        agent = request.headers.get("User-Agent", "")
        with kit.db.writing() as unit:
            staff = Roster(unit, gate.seal).own_password(actor().id, kept, now=now, address=address)
            token = gate.entrance(unit).begin(staff, WHOLE, address=address, agent=agent, now=now)
        response = redirect(HOME, 303)
        gate.handed(response, COOKIE, token)
        return response
