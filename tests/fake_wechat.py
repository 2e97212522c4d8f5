"""A small HTTP server on loopback that answers what a test tells it to. It knows nothing of our code."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN_PATH = "/cgi-bin/stable_token"


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Said:
    """An answer: `body` as bytes, or anything that becomes JSON. `how`: the methods of the handler."""

    body: Any = b""
    status: int = 200
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "whole"

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()


Answer = Said | dict[str, Any] | Callable[[Got], Any]
OK = {"errcode": 0, "errmsg": "ok"}


class FakeWeChat:
    """`say(path, answer, ...)`: the next answers of a path, the last one for ever. Unheard-of paths get OK.

    The token path gives `token`, the same one until `kill()`; calls with another token get 40001.
    """

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.life = 7200
        self.checks = True
        self._answers: dict[str, list[Answer]] = {}
        self._guard = threading.Lock()
        self._number = 1
        self.over = threading.Event()
        self.left = threading.Event()  # after "leave": the connection has been closed

    @property
    def token(self) -> str:
        return f"CANARYTOKEN{self._number:04}" + "t" * 100

    def kill(self) -> None:
        with self._guard:
            self._number += 1

    def say(self, path: str, *answers: Answer) -> None:
        with self._guard:
            self._answers[path] = list(answers)

    def times(self, path: str) -> int:
        return sum(got.path == path for got in self.got)

    def last(self, path: str) -> Got:
        return next(got for got in reversed(self.got) if got.path == path)

    def answer(self, got: Got) -> Said:
        with self._guard:
            self.got.append(got)
            kept = self._answers.get(got.path, [])
            answer: Answer | None = kept[0] if kept else None
            if len(kept) > 1:
                kept.pop(0)
            token = self.token
        if answer is None:
            answer = self._usual(got, token)
        if callable(answer):
            answer = answer(got)
        return answer if isinstance(answer, Said) else Said(answer)

    def _usual(self, got: Got, token: str) -> dict[str, Any]:
        if got.path == TOKEN_PATH:
            return {"access_token": token, "expires_in": self.life}
        if self.checks and got.query.get("access_token") != token and not got.path.startswith("/sns/"):
            return {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"}
        return OK


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Broken connections are what these tests are about."""


def _handler(fake: FakeWeChat) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            self._do()

        def do_POST(self) -> None:
            self._do()

        def _do(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {**self.headers, "X-Port": str(self.client_address[1])}
            got = Got(self.command, url.path, dict(parse_qsl(url.query)), body, headers)
            said = fake.answer(got)
            getattr(self, f"_{said.how}")(said)

        def _head(self, said: Said) -> None:
            self.send_response(said.status)
            self.send_header("Content-Type", said.kind)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if "Transfer-Encoding" not in said.headers:
                self.send_header("Content-Length", str(len(said.raw)))
            self.end_headers()

        def _whole(self, said: Said) -> None:
            self._head(said)
            self.wfile.write(said.raw)

        def _drip(self, said: Said) -> None:
            """Head and body, a byte at a time."""
            self.close_connection = True
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + said.raw + b" " * 500:
                if fake.over.wait(0.05):
                    return
                self.wfile.write(bytes([byte]))

        def _drip_body(self, said: Said) -> None:
            self.close_connection = True
            self._head(Said(b" " * 500, said.status, said.kind, said.headers))
            for _ in range(500):
                if fake.over.wait(0.05):
                    return
                self.wfile.write(b"x")

        def _cut(self, said: Said) -> None:
            self._head(Said(said.raw + b" " * 100, said.status, said.kind))
            self.wfile.write(said.raw)
            self.close_connection = True

        def _cut_chunks(self, said: Said) -> None:
            self._head(Said(b"", said.status, said.kind, {"Transfer-Encoding": "chunked"}))
            self.wfile.write(b"%x\r\n%s\r\n" % (len(said.raw), said.raw))
            self.close_connection = True

        def _leave(self, said: Said) -> None:
            """A whole answer, and then the connection is closed without a word."""
            self._whole(said)
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            fake.left.set()

        def _reset(self, said: Said) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()

        def _drop(self, said: Said) -> None:
            self.close_connection = True

        def _hang(self, said: Said) -> None:
            self.close_connection = True
            fake.over.wait(20)

    return Handler


@contextmanager
def serving(fake: FakeWeChat, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Its address while the block runs."""
    server = _Server(("127.0.0.1", 0), _handler(fake))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        fake.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def wait_until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come true"
        time.sleep(0.01)
