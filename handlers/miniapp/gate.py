"""The gate of the API: who asks, and what they agreed to. That a POST sent twice is done once: once.py.

Deny by default: a route wants a login unless it is declared with `anybody=True`, and one that takes what is people's
own is declared with the `consent` for it.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, g, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag
from werkzeug.exceptions import TooManyRequests, Unauthorized

from bot import consenting
from bot.kit import Kit
from bot.pipeline import Pipeline
from config import logs
from handlers import cookie
from handlers.caller import addressed, is_foreign
from handlers.limits import MINUTE, Limits
from handlers.miniapp.once import Once
from handlers.miniapp.refusals import Refused, unconsented
from models.db import Stale, Unavailable, Unit
from models.login import Logins, Session
from models.seal import Seal
from models.talent import NoSuchTalent, Talent

BODY = 64 * 1024  # bytes of a request
UPLOAD = 10 * 1024 * 1024 + 64 * 1024  # one that carries a photo
_NOT_LONG = 0.05  # seconds that noting that a login is used waits for the write lock
_TRIES = 3
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_log = logging.getLogger("huicai.api")
View = Callable[..., Any]
T = TypeVar("T")


class Gate:
    """Makes the API's routes; the views read `gate.talent()`."""

    def __init__(self, kit: Kit, pipeline: Pipeline, *, documented: bool = False) -> None:
        """`documented`: its routes are told in the document of the API."""
        self.kit, self.pipeline = kit, pipeline
        self.seal = Seal(kit.settings.secret_key)
        self.address = addressed(kit.settings)
        self.limits = Limits(kit.settings, kit.memory)
        self.routes = APIBlueprint("v1", __name__, url_prefix="/v1", doc_ui=documented)
        self.routes.before_request(self._look)
        self.routes.after_request(self._prolong)
        self.open: set[str] = set()  # endpoints for anybody
        self._sizes: dict[str, int] = {}  # by endpoint
        self._consents: dict[str, str] = {}
        self._ends: set[str] = set()
        once = Once(kit, self.seal, self.session, self._may)
        self.posting, self.begun, self.known, self.claim = once.posting, once.begun, once.known, once.claim
        self.same = once.same

    def route(
        self,
        method: str,
        rule: str,
        responses: dict[int | str, Any],
        *,
        tag: str,
        summary: str,
        anybody: bool = False,
        consent: str = "",
        ends: bool = False,
        outside: bool = False,
        body: int = BODY,
    ) -> Callable[[View], View]:
        """`@gate.route("GET", "/tickets", answers(Page[TicketRow]), tag="工单", summary="我的工单")`.

        Arguments of the view by name, as flask-openapi reads them: path, query, header, body, form. `anybody`: without
        a login too. `consent`: the purpose they must have agreed to, to the words of now; `posting`, `begun`, `known`
        and `working` ask for it where they write. `ends`: it may end the login it comes by, and is answered the same
        when it is sent again. `outside`: it does what cannot be done twice before its unit begins (asks WeChat by a
        code, reads a file); what changes something else is done again when somebody was faster. `body`: bytes one may
        send.
        """

        def made(view: View) -> View:
            name = view.__name__
            if anybody:
                self.open.add(f"v1.{name}")
            self._sizes[f"v1.{name}"] = body
            self._consents[f"v1.{name}"] = consent
            if ends:
                self._ends.add(f"v1.{name}")
            if method == "GET":
                responses[304] = None  # to If-None-Match
            adds = getattr(self.routes, method.lower())
            does = self._again(view) if method in _CHANGING and not outside else view
            security: list[dict[str, list[Any]]] = [] if anybody else [{"token": []}, {"cookie": []}]
            adds(
                rule,
                responses=responses,
                tags=[Tag(name=tag)],
                summary=summary,
                operation_id=name,
                security=security,
            )(does)
            return view

        return made

    def session(self) -> Session | None:
        """Who asks; None: somebody without a login."""
        found: Session | None = g.get("session")
        return found

    def asking(self) -> Session:
        """Who asks, by which login; of routes that want one."""
        found = self.session()
        if found is None:
            raise Unauthorized
        return found

    def talent(self) -> Talent:
        """Who asks; of routes that want a login."""
        return self.asking().talent

    def become(self, talent: Talent) -> None:
        """For the rest of this request they are this person: two have just turned out to be one."""
        g.session = self.asking()._replace(talent=talent)

    def agreed(self, unit: Unit, purpose: str) -> None:
        """Nothing personal is taken without the consent to it, to the words that count now: raises 403
        `consent_required`, field: the purpose."""
        if not self.has_agreed(unit, purpose):
            raise unconsented(purpose)

    def has_agreed(self, unit: Unit, purpose: str) -> bool:
        return consenting.stands(self.kit, unit, self.talent().openid, purpose)

    def working(self, work: Callable[[Unit], T]) -> T:
        """What `work` gives, in one transaction that may begin anew: for a PUT or DELETE (Database.doing)."""

        def consented(unit: Unit) -> T:
            self._may(unit)
            return work(unit)

        return self.kit.db.doing(consented)

    def _may(self, unit: Unit) -> None:
        if g.get("over"):
            raise Unauthorized  # what is sent is not what ended the login
        purpose = self._consents.get(request.endpoint or "")
        if purpose:
            self.agreed(unit, purpose)

    def _again(self, view: View) -> View:
        """Who lost a race does it once more, as who they are by then: two may just have become one."""

        @wraps(view)
        def run(**given: Any) -> Any:
            for _ in range(_TRIES - 1):
                with contextlib.suppress(Stale, NoSuchTalent):
                    return view(**given)
                self._enter()
            return view(**given)

        return run

    def _look(self) -> None:
        """Before every request: how large it may be, who asks, and whether they may."""
        logs.request_id.set(secrets.token_hex(4))
        endpoint = request.endpoint or ""
        request.max_content_length = self._sizes.get(endpoint, BODY)
        self._bound(self.limits.of_address(self.address(request)))
        self._enter()
        if g.session is not None:
            self._bound(self.limits.of_talent(g.session.talent.id))

    def _enter(self) -> None:
        g.session = self._asking()
        if request.endpoint not in self.open:
            self.asking()

    def _bound(self, over: bool) -> None:
        if over:
            raise TooManyRequests(retry_after=MINUTE)

    def _asking(self) -> Session | None:
        token, by_cookie = self._token()
        if not token:
            return None
        if by_cookie and request.method in _CHANGING and is_foreign(request, self.kit.settings):
            _log.warning("refused a request that another site made: %s", request.path)
            raise Refused(403, "foreign", "请从我们的页面上操作")
        now = self.kit.now()
        with self.kit.db.unit() as unit:
            found = Logins(unit).find(token, now)
            if found is None:
                return self._over(unit, token)
            with contextlib.suppress(Unavailable):  # the next request notes it
                if Logins(unit).seen(found.login, now, _NOT_LONG):
                    unit.commit()
                    g.prolonged = token if by_cookie else ""
        return found

    def _over(self, unit: Unit, token: str) -> Session | None:
        found = Logins(unit).over(token, self.kit.now()) if request.endpoint in self._ends else None
        g.over = found is not None
        return found

    def _prolong(self, answer: Response) -> Response:
        """The cookies last as long as the login."""
        if g.get("prolonged") and "Set-Cookie" not in answer.headers:
            cookie.put_on(answer, g.prolonged, g.session.talent.id, self.seal, self.kit.settings)
        return answer

    def _token(self) -> tuple[str, bool]:
        """What proves who asks, and whether a browser sent it by itself."""
        kind, _, said = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and said.strip():
            return said.strip(), False
        return cookie.token(request, self.kit.settings), True
