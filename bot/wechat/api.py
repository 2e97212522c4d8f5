"""One HTTP call, bounded in time and size. No redirect, no proxy, no log, and no address in any error.

urllib3 without requests on top: requests reads the whole body of a redirect it was told not to follow, keeps cookies,
and asks the environment for proxies and passwords. urllib3 bounds single steps only, so a call is made on a thread of
the pool and not waited for beyond its time: a slow look-up of the name and dripping headers cost no more than that.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import certifi
from urllib3 import BaseHTTPResponse, Timeout, connection_from_url
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

_BLOCK = 65536
_IDLE = 4.0  # seconds a connection is kept for the next call; WeChat's own side keeps it longer
_AT_ONCE = 32  # calls of one Api; more have to wait
_NAME = "to-wechat"


class NoAnswer(Exception):
    """No whole answer came. `unsure`: the request was out, so the work may be done."""

    def __init__(self, why: str, *, unsure: bool) -> None:
        super().__init__(why)
        self.why, self.unsure = why, unsure


class TooLong(NoAnswer):
    """More came than was asked for."""


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """`path` begins with a slash. `limit`: bytes of the answer; a longer one is no answer."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    kind: str = "application/json"
    limit: int = 1 << 20
    seconds: float = 8.0  # for everything together


class Answer(NamedTuple):
    status: int
    kind: str
    name: str  # as the sender calls the file
    body: bytes


class Api:
    """One server. `connect` and `read` bound single steps, in seconds; a Request bounds them all together."""

    def __init__(self, base: str, *, connect: float = 3.0, read: float = 5.0) -> None:
        url = urlsplit(base)
        trust = {"ssl_context": _trusting()} if url.scheme == "https" else {}
        self._prefix, self._connect, self._read = url.path.rstrip("/"), connect, read
        self._pool = connection_from_url(base, maxsize=_AT_ONCE, retries=False, **trust)
        self._pool.ConnectionCls = type("_Line", (_Line, self._pool.ConnectionCls), {})
        self._threads = ThreadPoolExecutor(_AT_ONCE, _NAME)
        for name in ("connection", "connectionpool"):
            logging.getLogger(f"urllib3.{name}").addFilter(_not_of_ours)

    def ask(self, request: Request) -> Answer:
        """Raises NoAnswer."""
        call = _Call(request)
        try:
            found = self._threads.submit(self._tried, call).result(request.seconds)
        except (TimeoutError, RuntimeError) as error:  # the latter: no thread to be had
            found = call.failed(error)
        # Raised outside of every except: what is caught there quotes the server, and the server may quote us.
        if isinstance(found, NoAnswer):
            raise found
        return found

    def _tried(self, call: _Call) -> Answer | NoAnswer:
        asked, body = call.request, call.request.body
        target = f"{self._prefix}{asked.path}" + (f"?{urlencode(asked.query)}" if asked.query else "")
        has = {} if body is None else {"Content-Type": asked.kind, "Content-Length": str(len(body))}
        how: dict[str, Any] = {"redirect": False, "preload_content": False, "decode_content": False}
        try:
            how["timeout"] = Timeout(call.left(), self._connect, self._read)
            method = "GET" if body is None else "POST"
            with closing(self._pool.urlopen(method, target, body=call, headers=has, **how)) as response:
                return call.heard(response)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            return call.failed(error)


class _Call:
    """One request on its way, and when it has to be over. Iterating sends it."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._ends = time.monotonic() + request.seconds
        self._out: Future[None] = Future()  # runs once the request is out; cancelled, it never goes out

    def left(self) -> float:
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def goes_out(self) -> None:
        if not self._out.set_running_or_notify_cancel():
            raise TimeoutError

    def failed(self, error: BaseException) -> NoAnswer:
        unsure = not self._out.cancel()
        while error.__context__ is not None:
            error = error.__context__
        return NoAnswer(type(error).__name__, unsure=unsure)

    def __iter__(self) -> Iterator[bytes]:
        body = self.request.body or b""
        for at in range(0, len(body), _BLOCK):
            self.left()
            if at + _BLOCK >= len(body):  # without its last block no server acts on it
                self.goes_out()
            yield body[at : at + _BLOCK]

    def heard(self, response: BaseHTTPResponse) -> Answer | NoAnswer:
        found = bytearray()
        while block := response.read1(_BLOCK):
            self.left()
            found += block
            if len(found) > self.request.limit:
                return TooLong("TooLong", unsure=True)
        about = Message()
        about["Content-Type"] = response.headers.get("Content-Type", "")
        about["Content-Disposition"] = response.headers.get("Content-Disposition", "")
        return Answer(response.status, about.get_content_type(), _name(about), bytes(found))


class _Line(HTTPConnection):
    """A connection not used again after a rest: what lies in between may have forgotten it without a word."""

    _since = 0.0

    @property
    def is_connected(self) -> bool:
        return time.monotonic() - self._since < _IDLE and super().is_connected

    def request(self, method: str, url: str, body: Any = None, *more: Any, **named: Any) -> None:
        """`body` is the _Call. Who could not be connected has certainly heard nothing."""
        if self.is_closed:
            self.connect()
        body.left()
        if not body.request.body:
            body.goes_out()
        self._since = time.monotonic()
        super().request(method, url, body if body.request.body else None, *more, **named)


def _name(about: Message) -> str:
    try:
        return about.get_filename() or ""
    except (ValueError, LookupError, TypeError):  # email's parser trips over some of what it should only refuse
        return ""


def _not_of_ours(record: logging.LogRecord) -> bool:
    """urllib3 logs addresses, and with them tokens. What happened to a call is told by who made it."""
    return not (record.threadName or "").startswith(_NAME)


def _trusting() -> ssl.SSLContext:
    """The machine's authorities and Mozilla's: a small image may have none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
