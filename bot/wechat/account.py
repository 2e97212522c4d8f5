"""One account's way to WeChat: stops, breaker, token, call, and what its refusals do to the calls after it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.wechat.answers import later, read, refusal
from bot.wechat.api import Answer, Api, NoAnswer, Request, TooLong
from bot.wechat.breaker import Breaker
from bot.wechat.errcode import BUSY, TOKEN_GONE
from bot.wechat.errors import SendError
from bot.wechat.stops import Gate
from bot.wechat.token import Fetched, TokenService
from models.account import EVERY, Stop
from models.db import Database
from models.seal import Seal

_TOKEN_API = "/cgi-bin/stable_token"  # noqa: S105 - a path
_TOKEN = re.compile(r"[!-~]+")
_LONGEST = 86400  # seconds we believe a token to live; WeChat says 7200
Read = Callable[[Answer], Any]


class Account:
    """Thread-safe. Every method raises SendError and nothing else. Without `db` nothing is shared with others."""

    def __init__(
        self, appid: str, secret: str, api: Api, *, db: Database | None, seal: Seal, now: Callable[[], datetime]
    ) -> None:
        self.appid = appid
        self._secret, self._api = secret, api
        self.gate = Gate(appid, db, now)
        self.tokens = TokenService(appid, self._fetch, self._closed, db=db, seal=seal, now=now)
        self._breaker = Breaker()

    def pause(self) -> float:
        """Seconds for which this process calls nothing, for WeChat has not answered; 0: it calls."""
        return self._breaker.pause()

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        # WeChat shows escapes as letters in menus, so it gets the characters themselves.
        text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        found: dict[str, Any] = self.ask(Request(path, body=text), read)
        return found

    def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = self.ask(Request(path, query or {}), read)
        return found

    def ask(self, request: Request, read: Read) -> Any:
        """What `read` makes of the answer to `request`, which is sent with the token: once more when WeChat does not
        know the token, and never a third time.
        """

        def twice() -> Any:
            token = self.tokens.current()
            try:
                return self._asked(_with(request, token), read)
            except SendError as error:
                if error.code not in TOKEN_GONE:
                    raise
            token = self.tokens.other_than(token)
            try:
                return self._asked(_with(request, token), read)
            except SendError as error:
                if error.code in TOKEN_GONE and self.tokens.known_to_others() not in ("", token):
                    # Somebody has got yet another one in the meantime: that is a race, no fault of the account.
                    raise later("令牌刚刚又换了", unsure=False, retry_after=1.0) from None
                raise

        return self._guarded(request.path, twice)

    def with_secret(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        """A call that takes the AppSecret instead of a token."""
        request = Request(path, {"appid": self.appid, "secret": self._secret, **query})
        found: dict[str, Any] = self._guarded(path, lambda: self._asked(request, read))
        return found

    def probe(self, path: str) -> dict[str, Any]:
        """One call with a token fetched for it, even while the account is stopped: the secret is looked at as well."""
        self._complete()
        trying = self.gate.enter(path, EVERY, anyway=True)
        found: dict[str, Any] = self._tried(
            path, trying, lambda: self._asked(_with(Request(path), self._fetch().value), read)
        )
        self.gate.reopen()
        return found

    def _guarded(self, path: str, call: Callable[[], Any]) -> Any:
        self._complete()
        return self._tried(path, self.gate.enter(path, EVERY), call)

    def _tried(self, path: str, trying: tuple[Stop, ...], call: Callable[[], Any]) -> Any:
        try:
            found = call()
        except SendError as error:
            self._noted(path, error, trying)
            raise
        self.gate.passed(trying)
        return found

    def _noted(self, path: str, error: SendError, trying: tuple[Stop, ...] = ()) -> None:
        if error.kind == "later":
            self.gate.untold(trying)
        else:
            self.gate.refused(path, error, trying)

    def _closed(self) -> None:
        self.gate.closed(_TOKEN_API, EVERY)

    def _complete(self) -> None:
        """Without its AppID and secret there is nothing to ask WeChat."""
        if not self.appid or not self._secret:
            error = refusal(41004 if self.appid else 41002)
            error.asked = False
            raise error

    def _fetch(self) -> Fetched:
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self._secret}
        trying = self.gate.enter(_TOKEN_API)
        try:
            answer = self._asked(Request(_TOKEN_API, body=json.dumps(body).encode()), read)
        except SendError as error:
            self._noted(_TOKEN_API, error, trying)  # before anybody who waits for the token asks as well
            error.unsure = error.asked = False  # about the call that wanted it
            raise
        self.gate.passed(trying)
        value, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(value, str) or not _TOKEN.fullmatch(value) or type(life) is not int or life <= 0:
            raise later("微信没有给出令牌", unsure=False)
        return Fetched(value, min(life, _LONGEST))

    def _asked(self, request: Request, read: Read) -> Any:
        """One call on the wire."""
        if wait := self._breaker.wait():
            raise later("微信接口连续没有回应，先停一会儿", unsure=False, retry_after=wait)
        answer, failure = None, None
        try:
            answer = self._api.ask(request)
        except NoAnswer as error:
            failure = error
        try:
            if isinstance(failure, TooLong):
                raise refusal(40006)
            if answer is None:
                raise later("微信接口没有回应", unsure=failure is not None and failure.unsure)
            found = read(answer)
        except SendError as error:
            if error.code in (0, BUSY) and error.kind == "later":
                self._breaker.bad()
            else:
                self._breaker.good()
            raise
        self._breaker.good()
        return found


def _with(request: Request, token: str) -> Request:
    return replace(request, query={"access_token": token, **request.query})
