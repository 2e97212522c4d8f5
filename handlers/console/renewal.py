"""Codes on a telephone of one's own accord: set up, or moved to a new telephone."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for

from handlers.console import enrolment
from handlers.console.gate import INSIDE, Gate, inside
from models.knock import Knock

_REFUSED = "没有换成：密码或验证码不对，或者验证码已经用过。连续错 5 次，锁定 15 分钟。"


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/me/factor", INSIDE, methods=("GET", "POST"), body=16 * 1024)
    def my_factor() -> object:
        """Whoever found a screen left open has neither the password nor the old telephone."""
        if request.method == "GET":
            return _asked(gate)
        staff, form = inside().staff, request.form
        secret = enrolment.secret_of(gate, staff)
        fits = bool(staff.password) and gate.fits(staff.password, form.get("password", ""))
        with kit.db.writing() as unit:
            address = gate.address(request)
            knock = Knock(unit, gate.seal, demo=kit.settings.demo, address=address, now=kit.now())
            done = knock.renews(staff, secret, form.get("code", ""), fits=fits, old=form.get("old", ""))
            ended = gate.entrance(unit).close_others(inside(), kit.now()) if done else 0
            if ended:
                knock.leaves(staff, ended)
        return redirect(url_for("console.me"), 303) if done else _asked(gate, _REFUSED, 403, secret)


def _asked(gate: Gate, said: str = "", status: int = 200, secret: str = "") -> tuple[str, int]:
    staff = inside().staff
    return render_template(
        "console/renewal.html", said=said, staff=staff, **enrolment.offered(gate, staff, secret)
    ), status
