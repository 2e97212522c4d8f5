"""How somebody gets in from WeChat, without typing anything.

From the service account (网页授权): GET /m/login?next=/m/... -> WeChat -> GET /m/back?code&state -> cookie -> next.
From the mini-program's web-view: GET /m/enter?ticket=... with the ticket of POST /api/v1/login/page.

https://developers.weixin.qq.com/doc/service/guide/h5/auth.html
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, make_response, redirect, render_template, request, send_from_directory
from werkzeug.wrappers import Response

from bot.entering import Entering
from bot.kit import Kit
from bot.wechat.errors import SendError
from bot.wechat.values import Visitor
from handlers import cookie
from handlers.caller import addressed, is_foreign
from handlers.limits import Limits
from models.db import Stale, Unavailable, Unit
from models.linking import LinkCodes
from models.login import Logins
from models.seal import Seal, Sealed
from models.talent import NoSuchTalent, Talent, Talents

HOME = "/m/"
_STATE = "huicai_entering"  # the cookie that says which login was begun in this browser
_LONGEST = timedelta(minutes=10)  # from one end of it to the other
# An address of ours and nothing else: no host, no backslash that browsers take for a slash, no line break.
_OURS = re.compile(r"/m/(?!(?:login|back|enter)(?![a-z]))[!-\[\]-~]{0,500}")
_STATIC = Path(__file__).parent / "static"
_log = logging.getLogger("huicai.h5")


def make(door: Blueprint, kit: Kit) -> None:
    ways = _Ways(kit)
    door.get("/login")(ways.login)
    door.get("/back")(ways.back)
    door.get("/enter")(ways.enter)

    @door.get("/entering.css")
    def style() -> Response:
        return send_from_directory(_STATIC, "entering.css", max_age=3600)


class _Ways:
    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._seal = Seal(kit.settings.secret_key)
        self._limits = Limits(kit.settings, kit.memory)
        self._address = addressed(kit.settings)

    def login(self) -> Response:
        """To WeChat, which tells who it is without asking them (snsapi_base), and back."""
        settings = self._kit.settings
        if "miniprogram" in request.headers.get("User-Agent", "").lower():
            return _page(400, "ticket", again="")  # WeChat would tell us of them as the service account knows them
        if not settings.wechat_appid or not settings.public_url:
            return _page(503, "now", again="")
        to, state = _inside(request.args.get("next", "")), secrets.token_hex(16)
        asked = {
            "appid": settings.wechat_appid,
            "redirect_uri": f"{self._home()}/m/back",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        base = settings.wechat_oauth_base.rstrip("/")
        answer = _to(f"{base}/connect/oauth2/authorize?{urlencode(asked)}#wechat_redirect")
        ends = (self._kit.now() + _LONGEST).timestamp()
        self._keep(answer, self._seal.close(json.dumps({"entering": state, "next": to, "ends": ends})))
        return answer

    def _home(self) -> str:
        """Where WeChat leads back to: in the demo the name by which that phone reaches us, for there each phone has
        one, and so its own cookies."""
        settings = self._kit.settings
        emulated = settings.demo and (urlsplit(request.host_url).hostname or "").endswith(".localhost")
        return (request.host_url if emulated else settings.public_url).rstrip("/")

    def back(self) -> Response:
        """Only for the browser that began it: a link with somebody else's code would log one in as them."""
        to = self._begun(request.args.get("state", ""))
        code = request.args.get("code", "")
        if self._limits.of_address(self._address(request)):
            return _page(429, "often", again="")
        if not to or not code:
            return _page(400, "over", again=to or HOME)
        answer = self._back(to, code)
        self._keep(answer, "")
        return answer

    def _back(self, to: str, code: str) -> Response:
        try:
            visitor = self._kit.wechat.web_login(code)
        except SendError as error:
            _log.warning("nobody was let in by WeChat: %s", error)
            return _page(400, "over", again=to) if error.kind in ("code", "used") else _page(503, "now", again=to)
        if visitor.snapshot:
            return _page(403, "snapshot", again="")
        unionid = visitor.unionid or self._unionid(visitor)
        now = self._kit.now()
        return self._let_in(
            to,
            lambda unit: Entering(unit, self._seal, self._kit.library.phrase).enter(
                visitor.openid, "service", unionid=unionid, now=now
            ),
            "service",
        )

    def enter(self) -> Response:
        """A mini-program opens this by itself; a page of somebody else's that does would log one in as them."""
        to, ticket = _inside(request.args.get("next", "")), request.args.get("ticket", "")
        if is_foreign(request, self._kit.settings):
            return _page(403, "over", again="")
        if self._limits.of_address(self._address(request)):
            return _page(429, "often", again="")
        with self._kit.db.unit() as unit:
            known = LinkCodes(unit, self._seal).is_ticket(ticket, self._kit.now())
        try:
            found = self._let_in(to, lambda unit: self._of_ticket(unit, ticket), "miniapp") if known else None
        except LookupError:  # used at the same moment
            found = None
        return found or _page(400, "ticket", again="")

    def _of_ticket(self, unit: Unit, ticket: str) -> Talent:
        """Raises LookupError."""
        number = LinkCodes(unit, self._seal).use_ticket(ticket, self._kit.now())
        if number is None:
            raise LookupError("no such ticket")
        return Talents(unit).get(number)

    def _unionid(self, visitor: Visitor) -> str:
        """WeChat tells it of followers; without it they come in all the same, and can link by a code."""
        try:
            return self._kit.wechat.unionid(visitor.openid)
        except SendError as error:
            _log.info("WeChat did not tell a unionid: %s", error)
            return ""

    def _let_in(self, to: str, who: Callable[[Unit], Talent], app: str) -> Response:
        """With a login of its own; the one this browser had ends."""
        kit, token, now = self._kit, secrets.token_urlsafe(32), self._kit.now()
        agent, before = request.headers.get("User-Agent", ""), cookie.token(request, kit.settings)

        def enters(unit: Unit) -> int:
            talent, logins = who(unit), Logins(unit)
            old = logins.find(before, now) if before else None
            if old is not None:
                logins.end(old.talent, now, only=old.login.id)
            logins.begin(token, talent, talent.openids.get(app, talent.openid), app, agent=agent, now=now)
            return talent.id

        try:
            whose = kit.db.doing(enters)
        except (Unavailable, Stale, NoSuchTalent) as error:
            _log.error("nobody could be let in: %s", error)
            return _page(503, "now", again=to if app == "service" else "")
        answer = _to(to)
        cookie.put_on(answer, token, whose, self._seal, kit.settings)
        return answer

    def _begun(self, state: str) -> str:
        """Where the login that was begun with this state leads to; empty: none was, here, lately."""
        try:
            kept = json.loads(self._seal.open(request.cookies.get(cookie.name(self._kit.settings, _STATE), "")))
        except (Sealed, ValueError):
            return ""
        if not isinstance(kept, dict) or "entering" not in kept:
            return ""  # sealed by us, for something else
        fits = hmac.compare_digest(str(kept["entering"]).encode(), state.encode("utf-8", "replace"))
        return str(kept["next"]) if fits and self._kit.now().timestamp() <= kept["ends"] else ""

    def _keep(self, answer: Response, value: str) -> None:
        seconds = int(_LONGEST.total_seconds()) if value else 0
        settings = self._kit.settings
        cookie.put(answer, cookie.name(settings, _STATE), value, settings, seconds)


def _inside(address: str) -> str:
    return address if _OURS.fullmatch(address) else HOME


def _to(address: str) -> Response:
    answer = redirect(address, 302)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address we leave holds a code
    return answer


def _page(status: int, what: str, *, again: str) -> Response:
    """What went wrong; `again`: where one may try anew to get to."""
    link = f"/m/login?{urlencode({'next': again})}" if again else ""
    answer = make_response(render_template("h5/entering.html", what=what, again=link), status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers.setdefault("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'")
    return answer
