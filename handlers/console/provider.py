"""Who somebody is, proved by an OpenID Connect provider: code with PKCE, and an ID token that is verified.

What is asked goes through the same bounded calls as WeChat's. Only what the provider at OIDC_ISSUER says of itself is
believed, over https (plain http on this machine alone).
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.wechat.api import Api, NoAnswer, Request
from config.checks import is_loopback
from config.settings import Settings

SECONDS = 5.0  # for one call, of which a login takes three at most
_FRESH = timedelta(hours=1)
_SOON = timedelta(minutes=1)  # keys are not fetched again sooner, whatever a token claims
_LEEWAY = 60  # seconds that clocks may differ
_SIGNED = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class NotProved(Exception):
    """The provider does not answer, or not as it must. `str()` is for the log and holds nothing secret."""


class Asked(NamedTuple):
    """What is kept in the browser, sealed, while the person is at the provider's."""

    state: str
    nonce: str
    verifier: str
    next: str
    until: float


class Proved(NamedTuple):
    """`subject`: who, at the provider's, for ever. `name`: as the person knows the account there."""

    subject: str
    name: str


class Provider:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._issuer = settings.oidc_issuer.rstrip("/")
        self._guard = threading.Lock()
        self._apis: dict[str, Api] = {}
        self._told: dict[str, tuple[datetime, dict[str, Any]]] = {}  # address -> when it was read, what it said

    def begin(self, back: str, next_: str, now: datetime) -> tuple[str, Asked]:
        """Where to send the browser, and what to keep meanwhile. Raises NotProved."""
        told = self._about(now)
        until = (now + timedelta(minutes=10)).timestamp()
        asked = Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), next_, until)
        wanted = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": back,
            "scope": "openid profile",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": create_s256_code_challenge(asked.verifier),
            "code_challenge_method": "S256",
        }
        to = _field(told, "authorization_endpoint")
        return f"{to}{'&' if urlsplit(to).query else '?'}{urlencode(wanted)}", asked

    def end(self, code: str, back: str, asked: Asked, now: datetime) -> Proved:
        """Who came back with that code. Raises NotProved."""
        told = self._about(now)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._settings.oidc_client_id,
            "client_secret": self._settings.oidc_client_secret,
            "code_verifier": asked.verifier,
        }
        answer = self._call(_field(told, "token_endpoint"), {key: value for key, value in form.items() if value})
        return self._verified(_field(answer, "id_token"), str(answer.get("access_token", "")), asked, told, now)

    def _about(self, now: datetime) -> dict[str, Any]:
        told = self._read(f"{self._issuer}/.well-known/openid-configuration", now, _FRESH)
        if told.get("issuer", "").rstrip("/") != self._issuer:
            raise NotProved("the provider calls itself another name than OIDC_ISSUER")
        return told

    def _verified(self, token: str, access: str, asked: Asked, told: Mapping[str, Any], now: datetime) -> Proved:
        found = self._decoded(token, told, now)
        options: Any = {
            "iss": {"essential": True, "value": told["issuer"]},
            "aud": {"essential": True, "value": self._settings.oidc_client_id},
            "nonce": {"essential": True, "value": asked.nonce},
        }
        params = {"nonce": asked.nonce, "client_id": self._settings.oidc_client_id, "access_token": access}
        claims = CodeIDToken(found.claims, found.header, options, params)
        try:
            claims.validate(int(now.timestamp()), _LEEWAY)
        except (JoseError, TypeError, ValueError, KeyError) as error:
            raise NotProved(f"the ID token is not for us: {type(error).__name__}") from None
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 1 <= len(subject) <= 190:
            raise NotProved("the ID token names nobody")
        return Proved(subject, str(claims.get("name") or claims.get("preferred_username") or subject)[:64])

    def _decoded(self, token: str, told: Mapping[str, Any], now: datetime) -> jwt.Token:
        """With the keys as we know them; once more with fresh ones, for the provider may have changed them."""
        where = _field(told, "jwks_uri")
        for age in (_FRESH, _SOON):
            keys = self._read(where, now, age)
            try:
                return jwt.decode(token, KeySet.import_key_set(keys), algorithms=_SIGNED)  # type: ignore[arg-type]
            except (JoseError, TypeError, ValueError, KeyError) as error:
                wrong = type(error).__name__
        raise NotProved(f"the ID token is not signed by the provider: {wrong}")

    def _read(self, address: str, now: datetime, age: timedelta) -> dict[str, Any]:
        with self._guard:
            kept = self._told.get(address)
        if kept and timedelta() <= now - kept[0] < age:
            return kept[1]
        told = self._call(address)
        with self._guard:
            self._told[address] = (now, told)
        return told

    def _call(self, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        url = urlsplit(address)
        if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.hostname or "")):
            raise NotProved("the provider names an address that is not https")
        body = urlencode(form).encode() if form is not None else None
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        request = Request(path, {}, body, "application/x-www-form-urlencoded", limit=1 << 18, seconds=SECONDS)
        try:
            answer = self._api(f"{url.scheme}://{url.netloc}").ask(request)
            said = json.loads(answer.body)
        except NoAnswer as error:
            raise NotProved(f"no answer from the provider: {error.why}") from None
        except ValueError:
            raise NotProved("the provider's answer is no JSON") from None
        if answer.status != 200 or not isinstance(said, dict):
            raise NotProved(f"the provider answered {answer.status}")
        return said

    def _api(self, base: str) -> Api:
        with self._guard:
            if base not in self._apis:
                self._apis[base] = Api(base, connect=SECONDS, read=SECONDS)
            return self._apis[base]


def _field(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str) or not found:
        raise NotProved(f"the provider does not tell its {name}")
    return found
