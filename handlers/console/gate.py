"""The gate of the console: every route is made here and names the right it needs; what names none is not served."""

from __future__ import annotations

import contextlib
import hmac
import logging
import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.desk import Serving
from bot.kit import Kit
from config import logs
from handlers.caller import addressed, is_foreign
from handlers.console import faults, headers
from handlers.console.shell import home
from handlers.headers import is_https
from models import password
from models.access import Actor, rights
from models.audit import Audit
from models.db import Unavailable, Unit
from models.entrance import Entrance, Inside, Limits
from models.seal import Seal, Sealed
from models.staff import Staff

COOKIE = "huicai_desk"
ANYBODY = ""  # no session wanted: logging in
HALF = "half"  # a session, whose second factor may be missing
INSIDE = "inside"  # any session whose second factor is not missing
HOME = "/console/"
BODY = 256 * 1024  # bytes of a request
UPLOAD = 10 * 1024 * 1024 + 64 * 1024  # one that carries a file
NOT_LONG = 0.05  # seconds that a page which only shows something waits for the write lock
_LONGEST_WAIT = 3.0
_LARGEST = 2**31 - 1
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_log = logging.getLogger("huicai.console")
View = Callable[..., Any]


class Gate:
    """Makes the console's routes. `right` is one of models/access.py, INSIDE, HALF or ANYBODY."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.seal = Seal(kit.settings.secret_key)
        settings = kit.settings
        self.limits = Limits(timedelta(minutes=settings.session_idle), timedelta(hours=settings.session_longest))
        self.address = addressed(settings)
        self.https = is_https(settings)
        self.door = Blueprint(
            "console", __name__, url_prefix="/console", template_folder="templates", static_folder="static"
        )
        self.door.before_request(self._look)
        headers.put_on(self.door, settings)
        faults.tell_on(self.door)
        self._hashing = threading.BoundedSemaphore()  # one at a time: callbacks need the processor too
        self.needed: dict[str, str] = {}  # endpoint -> right

    def page(
        self,
        rule: str,
        right: str,
        *,
        methods: tuple[str, ...] = ("GET",),
        quiet: bool = False,
        unsettled: bool = False,
        body: int = BODY,
    ) -> Callable[[View], View]:
        """`@gate.page("/tickets", "tickets")`; the view reads `actor()`.

        `quiet`: asked by the page itself, so that it keeps no session alive. `unsettled`: also for those who have to
        change their password first. `body`: bytes one may send, UPLOAD where files come.
        """

        def made(view: View) -> View:
            @wraps(view)
            def guarded(**values: Any) -> Any:
                _bound(body)
                refused = self._refused(right, quiet=quiet, unsettled=unsettled)
                if refused is not None:
                    return refused
                if any(isinstance(each, int) and each > _LARGEST for each in values.values()):
                    abort(404)  # no row has that number, and databases choke on it
                if any("\0" in each for _, some in request.values.lists() for each in some):
                    abort(400)  # nobody types that, and PostgreSQL refuses it
                return view(**values)

            self.door.add_url_rule(rule, view.__name__, guarded, methods=list(methods))
            self.needed[f"console.{view.__name__}"] = right
            return view

        return made

    @property
    def cookie(self) -> str:
        """Its name; with __Host- no other name below the domain can set it."""
        return f"__Host-{COOKIE}" if self.https else COOKIE

    def entrance(self, unit: Unit) -> Entrance:
        return Entrance(unit, self.limits)

    def handed(self, response: AnyResponse, name: str, value: str, seconds: int | None = None) -> None:
        """Put a cookie on an answer; an empty value takes it away."""
        name = f"__Host-{name}" if self.https else name
        age = seconds if value else 0
        response.set_cookie(name, value, max_age=age, path="/", secure=self.https, httponly=True, samesite="Lax")

    def given(self, name: str) -> str:
        return request.cookies.get(f"__Host-{name}" if self.https else name, "")

    def sealed(self, purpose: str, text: str) -> str:
        """What a browser keeps for us and can neither read nor make, nor use for another purpose."""
        return self.seal.close(f"{purpose}:{text}")

    def unsealed(self, purpose: str, value: str) -> str:
        """ "" when it is none of ours."""
        try:
            said, _, text = self.seal.open(value).partition(":")
        except (Sealed, ValueError):
            return ""
        return text if said == purpose else ""

    def who(self) -> Inside | None:
        """Who asks, whole or half; None: a stranger."""
        token = self.given(COOKIE)
        if not token:
            return None
        with self.kit.db.unit() as unit:
            found = self.entrance(unit).inside(token, self.kit.now())
        if found is None or (found.staff.demo and not self.kit.settings.demo):
            return None
        return found

    def fits(self, kept: str, given: str) -> bool:
        """Whether the password is that one. Heavy: never inside a unit."""
        if not self._hashing.acquire(timeout=_LONGEST_WAIT):
            abort(503)
        try:
            return password.fits(kept, given)
        finally:
            self._hashing.release()

    def audit(self, unit: Unit) -> Audit:
        """With the address of whoever asks."""
        return Audit(unit, self.seal.audit_key, self.address(request))

    def revealed(self, unit: Unit, what: str, field: str, why: str = "") -> None:
        """Put on record, in a unit that is then committed, that the actor was shown something unmasked.

        `what`: as the audit names it, ticket:<number> or person:<openid>; `field`: contact, openid, attachment...
        """
        self.audit(unit).add(actor().key, "reveal", what, now=self.kit.now(), field=field, why=why[:190])

    def must_change(self, staff: Staff) -> bool:
        """Whether the password is somebody else's choice, or too old."""
        days = self.kit.settings.password_days
        if staff.demo or not staff.password:
            return False
        old = days and staff.password_at and self.kit.now() - staff.password_at > timedelta(days=days)
        return staff.must_change or bool(old)

    def _look(self) -> None:
        """Before every request, of whatever right."""
        logs.request_id.set(secrets.token_hex(4))
        if request.method in CHANGING and is_foreign(request, self.kit.settings):
            _log.warning("refused a request that another site made: %s", request.path)
            abort(400)

    def _refused(self, right: str, *, quiet: bool, unsettled: bool) -> AnyResponse | None:
        if right == ANYBODY:
            return None
        found = self.who()
        if found is None or not (found.whole or right == HALF):
            return _to_login()
        if right not in (HALF, INSIDE, *rights(found.staff.actor)):
            if request.path == HOME:
                return _gone(home(found.staff.actor))
            _log.warning("refused: staff %s wants %s, role %s", found.staff.id, right, found.staff.role)
            abort(403)
        if request.method in CHANGING and not _same(found.csrf):
            abort(400)
        if found.whole and not unsettled and self.must_change(found.staff):
            return _gone(url_for("console.password"))
        g.inside, g.address = found, self.address(request)
        if not quiet:
            self._note_seen(found)
        return None

    def _note_seen(self, found: Inside) -> None:
        with contextlib.suppress(Unavailable), self.kit.db.unit() as unit:  # the next page notes it
            if self.entrance(unit).seen(found, self.kit.now(), NOT_LONG):
                unit.commit()


def inside() -> Inside:
    found: Inside = g.inside
    return found


def actor() -> Actor:
    """Who asks, as the database had them a moment ago."""
    return inside().staff.actor


def signed(desk: Serving) -> Serving:
    """The verbs with the address of whoever asks, for the audit."""
    desk.address = g.address
    return desk


def same(one: str, other: str) -> bool:
    """Compares secrets in a time that tells nothing."""
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())


def plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")


def _same(csrf: str) -> bool:
    return same(csrf, request.headers.get("X-CSRF-Token") or request.form.get("csrf", ""))


def _bound(body: int) -> None:
    """Not a byte more is read."""
    request.max_content_length = body
    request.max_form_memory_size = min(body, BODY)
    if (request.content_length or 0) > body:
        abort(413)


def _to_login() -> AnyResponse:
    here = _page()
    back = f"?next={quote(here)}" if here not in ("", HOME) else ""
    return _gone(url_for("console.login") + back)


def _page() -> str:
    """Where somebody is who asks, to come back to; what htmx sends or opens in a dialog is asked for from a page."""
    at = request.headers.get("HX-Current-URL", "") if request.headers.get("HX-Request") else ""
    with contextlib.suppress(ValueError):  # no address
        url = urlsplit(at)
        if url.path:
            return f"{url.path}?{url.query}" if url.query else url.path
    return request.full_path.rstrip("?") if request.method == "GET" else ""


def _gone(to: str) -> AnyResponse:
    """Away from here; a fragment cannot be a whole page, so htmx is told to go there."""
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": to})
    return redirect(to, 303)
