"""Coming in by the mini-program, handing the login on to a page, and the logins one has.

A token is derived and not drawn: HMAC of WeChat's single-use code and the Idempotency-Key, under a key of ours. So the
same POST sent twice is told the same token, although only its hash is kept. Nobody without SECRET_KEY can make it, and
whoever has code and key is told it for ten minutes only: after that the code is what it is to WeChat, used up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from flask import Response, request
from pydantic import Field

from bot.entering import Entering
from bot.kit import Kit
from bot.wechat.client import WeChat
from bot.wechat.errors import SendError
from handlers import cookie
from handlers.miniapp import me
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import Given, Id, Nothing, Posted, Shown, answers, says
from models.db import Clash, Unit
from models.linking import TICKET_LIFE, LinkCodes
from models.login import LoginRow, Logins

_TAG = "登录"
_REPEATED = timedelta(minutes=10)
CODE = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[!-~]+$")]
_OVER = {"code": "code_invalid", "used": "code_used"}


class Code(Given):
    code: CODE


class Entered(Shown):
    token: str = Field(
        description="Goes along as `Authorization: Bearer`; to be kept by the client, for we do not keep it."
    )
    me: me.Me


class Ticket(Shown):
    address: str
    ends_at: datetime


class Login(Shown):
    id: int
    app: str = Field(description="By which of our accounts they came in: service or miniapp.")
    agent: str
    began_at: datetime
    seen_at: datetime
    current: bool = Field(description="The one this request came with.")


class Logged(Shown):
    items: list[Login]


class Which(Given):
    id: Id


class Ending(Given):
    also_this: bool = False
    """The one this request comes with as well: out everywhere."""


class Ended(Shown):
    ended: int


def make(gate: Gate) -> None:
    _entering(gate)
    _leaving(gate)


def _entering(gate: Gate) -> None:
    @gate.route(
        "POST",
        "/login/miniapp",
        answers(Entered, more=(409,)),
        tag=_TAG,
        summary="小程序登录",
        anybody=True,
        outside=True,
    )
    def login(header: Posted, body: Code) -> Response:
        token = gate.seal.token("miniapp", body.code, header.key)
        talent = _entered(gate, token) if gate.known(header, body) else 0
        talent = talent or _enter(gate, header, body, token)
        return says(Entered(token=token, me=me.shown(gate, talent)))

    @gate.route("POST", "/login/page", answers(Ticket, more=(409,)), tag=_TAG, summary="在小程序里打开网页")
    def login_page(header: Posted) -> Response:
        """For the web-view: it opens `address` below our own one, once and within a minute."""
        now = gate.kit.now()
        with gate.posting(header) as post:
            ticket = LinkCodes(post.unit, gate.seal).make_ticket(gate.talent().id, now)
            return post.says(Ticket(address=f"/m/enter?ticket={ticket}", ends_at=now + TICKET_LIFE))


def _entered(gate: Gate, token: str) -> int:
    """Who did the same POST a moment ago; 0: nobody, or it is no moment any more."""
    now = gate.kit.now()
    with gate.kit.db.unit() as unit:
        found = Logins(unit).find(token, now)
    return found.talent.id if found is not None and now - found.login.created_at <= _REPEATED else 0


def _enter(gate: Gate, header: Posted, body: Code, token: str) -> int:
    kit, now = gate.kit, gate.kit.now()
    try:
        proved = miniapp(kit).login(body.code)
    except SendError as error:
        if error.kind == "used" and (talent := _entered(gate, token)):
            return talent  # the same POST at the same moment was faster
        raise _no(error) from None

    def enters(unit: Unit) -> int:
        gate.claim(unit, header, body)
        entering = Entering(unit, gate.seal, kit.library.phrase)
        talent = entering.enter(proved.openid, "miniapp", unionid=proved.unionid, now=now)
        agent = request.headers.get("User-Agent", "")
        Logins(unit).begin(token, talent, proved.openid, "miniapp", agent=agent, now=now)
        return talent.id

    try:
        return kit.db.doing(enters)
    except Clash:  # WeChat took the code twice
        if talent := _entered(gate, token):
            return talent
        raise _used("used") from None


def _leaving(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("POST", "/logout", answers(Nothing, more=(409,)), tag=_TAG, summary="退出登录", ends=True)
    def logout(header: Posted) -> Response:
        session = gate.asking()
        with gate.posting(header) as post:
            Logins(post.unit).end(session.talent, kit.now(), only=session.login.id)
            answer = post.says(Nothing())
        cookie.take_off(answer, kit.settings)
        return answer

    @gate.route("GET", "/logins", answers(Logged), tag=_TAG, summary="我登录的设备")
    def logins() -> Response:
        session = gate.asking()
        now = kit.now()
        with kit.db.unit() as unit:
            found = Logins(unit).of(session.talent, now)
            return says(Logged(items=[_told(each, session.login.id, now) for each in found]))

    @gate.route("DELETE", "/logins/<int:id>", answers(Nothing), tag=_TAG, summary="退出一个设备")
    def end_login(path: Which) -> Response:
        session = gate.asking()
        with kit.db.writing() as unit:
            ended = Logins(unit).end(session.talent, kit.now(), only=path.id)
        if not ended:
            raise Refused(404, "not_found", "没有找到")
        return says(Nothing())

    @gate.route(
        "POST", "/logins/end", answers(Ended, more=(409,)), tag=_TAG, summary="退出其他设备，或全部退出", ends=True
    )
    def end_logins(header: Posted, body: Ending) -> Response:
        session = gate.asking()
        besides = None if body.also_this else session.login.id
        with gate.posting(header, body) as post:
            answer = post.says(Ended(ended=Logins(post.unit).end(session.talent, kit.now(), besides=besides)))
        if body.also_this:
            cookie.take_off(answer, kit.settings)
        return answer


def _told(login: LoginRow, current: int, now: datetime) -> Login:
    return Login(
        id=login.id,
        app=login.app,
        agent=login.agent,
        began_at=login.created_at,
        seen_at=now if login.id == current else login.seen_at,
        current=login.id == current,
    )


def miniapp(kit: Kit) -> WeChat:
    if kit.miniapp is None:
        raise Refused(404, "no_miniapp", "还没有开通小程序")
    return kit.miniapp


def _used(why: str) -> Refused:
    return Refused(401, _OVER[why], "登录已失效，请重新打开小程序", "code")


def _no(error: SendError) -> Exception:
    """A code that is none is the client's fault; all else WeChat's or ours."""
    if error.kind in _OVER:
        return _used(error.kind)
    if error.kind == "barred":
        return Refused(403, "not_allowed", "微信不允许这个账号登录，请改打热线")
    return error
