"""A small OpenID Connect provider on loopback, that can be told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "desk", "a secret that the provider gave us"


class Identity:
    """`claims`: what the next ID token says beside the usual; None takes one away. `answers`: instead of its own."""

    def __init__(self, now: Callable[[], Any]) -> None:
        self.now = now
        self.base = ""
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.claims: dict[str, Any] = {}
        self.algorithm = "RS256"
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._codes: dict[str, dict[str, str]] = {}

    def visited(self, to: str, subject: str) -> dict[str, str]:
        """Somebody goes where the desk sent them and proves who they are there; what they bring back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(to).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self._codes[code] = {**asked, "sub": subject}
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append((path, form))
        if path in self.answers:
            return self.answers[path]
        said = {
            "/.well-known/openid-configuration": self._about,
            "/keys": lambda: KeySet([self.key]).as_dict(private=False),
            "/token": lambda: self._token(form),
        }[path]()
        return (400 if "error" in said else 200), json.dumps(said).encode()

    def _about(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "/ask", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.base, **{name: f"{self.base}{path}" for name, path in ends.items()}}

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        asked = self._codes.pop(form.get("code", ""), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode()
        if asked is None or proof.rstrip("=") != asked["code_challenge"] or form.get("client_secret") != SECRET:
            return {"error": "invalid_grant"}
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return {"error": "invalid_grant"}
        return {"access_token": "anything", "token_type": "Bearer", "id_token": self._signed(asked)}

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(self.now().timestamp())
        usual = {"iss": self.base, "aud": CLIENT, "sub": asked["sub"], "nonce": asked["nonce"], "iat": now}
        claims = {**usual, "exp": now + 300, "name": "李思敏", **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.algorithm == "HS256":
            key: Any = OctKey.import_key(json.dumps(self.key.as_dict(private=False)))
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, key, algorithms=["HS256"])
        if self.algorithm == "none":
            parts = [json.dumps({"alg": "none"}).encode(), json.dumps(claims).encode()]
            return ".".join([*(base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts), ""])
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


@contextmanager
def serving(identity: Identity) -> Iterator[Identity]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say({name: values[0] for name, values in parse_qs(body).items()})

        def _say(self, form: dict[str, str]) -> None:
            status, body = identity.answer(urlsplit(self.path).path, form)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        identity.base = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield identity
        server.shutdown()
        thread.join()
