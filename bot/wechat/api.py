"""One HTTP call, bounded in time and size. No redirect, no proxy, no log, and no address in any error.

http.client and not requests: a server that drips byte by byte outlives any read timeout of requests; urllib3 logs
addresses, and with them tokens; and its exceptions keep the request they failed on.
"""

from __future__ import annotations

import contextlib
import io
import queue
import select
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import certifi

_BLOCK = 65536
_IDLE = 4.0  # seconds a connection is kept for the next call; WeChat's own side keeps it longer
_SPARE = 4  # connections kept


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

    def head(self, host: str, prefix: str) -> bytes:
        target = f"{prefix}{self.path}" + (f"?{urlencode(self.query)}" if self.query else "")
        lines = [f"{'GET' if self.body is None else 'POST'} {target} HTTP/1.1", f"Host: {host}", "Accept: */*"]
        if self.body is not None:
            lines += [f"Content-Type: {self.kind}", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode("ascii")


class Answer(NamedTuple):
    status: int
    kind: str
    name: str  # as the sender calls the file
    body: bytes


class Api:
    """One server. `connect` and `read` bound single steps, in seconds; a Request bounds them all together."""

    def __init__(self, base: str, *, connect: float = 3.0, read: float = 5.0) -> None:
        url = urlsplit(base)
        self._host, self._prefix = url.hostname or "", url.path.rstrip("/")
        self._tls = _trusting() if url.scheme == "https" else None
        self._port = url.port or (443 if self._tls else 80)
        self._shown = url.netloc.rpartition("@")[2]
        self._connect, self._read = connect, read
        self._guard = threading.Lock()
        self._idle: list[tuple[float, socket.socket]] = []
        weakref.finalize(self, _close, self._idle)

    def ask(self, request: Request) -> Answer:
        """Raises NoAnswer."""
        call = _Call(request, self._read)
        # Nothing is raised inside the except: what is caught there quotes the server, and the server may quote us.
        why: type[Exception] | None = None
        line = None
        try:
            line = self._line(call)
            call.send(line, request.head(self._shown, self._prefix))
            answer, again = call.receive(line)
        except (OSError, HTTPException, ValueError, _NotWhole) as error:
            why = type(error)
        if line is not None:
            self._put_back(line, why is None and again)
        if why is None:
            return answer
        raise (TooLong if why is _Longer else NoAnswer)(why.__name__, unsure=call.sent)

    def _line(self, call: _Call) -> socket.socket:
        while True:
            with self._guard:
                since, line = self._idle.pop() if self._idle else (0.0, None)
            if line is None:
                return self._opened(call)
            if time.monotonic() - since < _IDLE and _is_quiet(line):
                return line
            line.close()

    def _opened(self, call: _Call) -> socket.socket:
        failure: OSError = socket.gaierror("no address")
        for family, kind, number, _, address in _addresses(self._host, self._port, min(self._connect, call.left())):
            line = socket.socket(family, kind, number)
            try:
                line.settimeout(min(self._connect, call.left()))
                line.connect(address)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls is None:
                    return line
                line.settimeout(min(self._connect, call.left()))
                return self._tls.wrap_socket(line, server_hostname=self._host)
            except OSError as error:
                line.close()
                failure = error
        raise failure

    def _put_back(self, line: socket.socket, again: bool) -> None:
        with self._guard:
            if again and len(self._idle) < _SPARE:
                self._idle.append((time.monotonic(), line))
                return
        line.close()


class _NotWhole(Exception):
    """It hung up before the end."""


class _Longer(_NotWhole):
    pass


class _Call:
    """One request on its way, and when it has to be over."""

    def __init__(self, request: Request, read: float) -> None:
        self._request, self._read = request, read
        self._ends = time.monotonic() + request.seconds
        self.sent = False

    def left(self) -> float:
        seconds = self._ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds

    def send(self, line: socket.socket, head: bytes) -> None:
        whole = head + (self._request.body or b"")
        for at in range(0, len(whole), _BLOCK):
            line.settimeout(self.left())
            self.sent = at + _BLOCK >= len(whole)  # without its last block no server acts on it
            line.sendall(whole[at : at + _BLOCK])

    def receive(self, line: socket.socket) -> tuple[Answer, bool]:
        """The answer, and whether the line may be used again."""
        response = HTTPResponse(_Reading(line, self), method="POST")  # type: ignore[arg-type]
        with contextlib.closing(response):
            response.begin()
            body = self._body(response)
            if response.length:
                raise _NotWhole
            headers = response.headers
            answer = Answer(response.status, headers.get_content_type(), _name(headers), body)
            return answer, not response.will_close

    def _body(self, response: HTTPResponse) -> bytes:
        found = bytearray()
        while block := response.read(_BLOCK):
            found += block
            if len(found) > self._request.limit:
                raise _Longer
        return bytes(found)

    def wait(self, line: socket.socket) -> None:
        line.settimeout(min(self._read, self.left()))


class _Reading(io.RawIOBase):
    """The socket as http.client wants it, asking at every read how much time is left."""

    def __init__(self, line: socket.socket, call: _Call) -> None:
        self._line, self._call = line, call

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._call.wait(self._line)
        return self._line.recv_into(buffer)


def _addresses(host: str, port: int, seconds: float) -> list[tuple[Any, ...]]:
    """Names are looked up on a thread of its own, for the system's look-up knows no timeout."""
    found: queue.SimpleQueue[list[tuple[Any, ...]]] = queue.SimpleQueue()

    def look() -> None:
        try:
            found.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError):
            found.put([])

    threading.Thread(target=look, name="look-up", daemon=True).start()
    try:
        return found.get(timeout=seconds)
    except queue.Empty:
        return []


def _is_quiet(line: socket.socket) -> bool:
    """Nothing to read between two calls: what there could be is its end."""
    poll = select.poll()
    poll.register(line, select.POLLIN)
    return not poll.poll(0)


def _name(headers: Message) -> str:
    try:
        return headers.get_filename() or ""
    except (ValueError, LookupError, TypeError):  # email's parser trips over some of what it should only refuse
        return ""


def _close(idle: list[tuple[float, socket.socket]]) -> None:
    for _, line in idle:
        line.close()


def _trusting() -> ssl.SSLContext:
    """The machine's authorities and Mozilla's: a small image may have none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
