"""The gate of the console: every route is made here and names the right it needs; what names none is not served."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.kit import Kit
from models.access import Actor, rights
from models.entrance import Entrance, Inside

COOKIE = "huicai_desk"
ANYBODY = ""  # no session wanted: logging in
INSIDE = "inside"  # any session whose second factor is not missing
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
View = Callable[..., Any]


class Gate:
    """Makes the console's routes. `right` is one of models/access.py, INSIDE or ANYBODY."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.door = Blueprint(
            "console", __name__, url_prefix="/console", template_folder="templates", static_folder="static"
        )
        self.needed: dict[str, str] = {}  # endpoint -> right

    def page(self, rule: str, right: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
        """`@gate.page("/tickets", "tickets")`; the view reads `actor()`."""

        def made(view: View) -> View:
            @wraps(view)
            def guarded(**values: Any) -> Any:
                refused = self._refused(right)
                return refused if refused is not None else view(**values)

            self.door.add_url_rule(rule, view.__name__, guarded, methods=list(methods))
            self.needed[f"console.{view.__name__}"] = right
            return view

        return made

    def _refused(self, right: str) -> AnyResponse | None:
        if right == ANYBODY:
            return None
        with self.kit.db.unit() as unit:
            inside = Entrance(unit).inside(request.cookies.get(COOKIE, ""), self.kit.now())
        if inside is None or not inside.whole:
            return redirect(url_for("console.login"))
        if right not in (INSIDE, *rights(inside.staff.actor)):
            abort(403)
        if request.method in _CHANGING and not _same(inside.csrf):
            abort(400)
        g.inside = inside
        return None


def inside() -> Inside:
    found: Inside = g.inside
    return found


def actor() -> Actor:
    """Who asks, as the database had them a moment ago."""
    return inside().staff.actor


def _same(csrf: str) -> bool:
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    return hmac.compare_digest(csrf, given)


def plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
