"""One delivery over HTTP, cut off at the deadline as WeChat does.

http.client rather than a friendlier library: it follows no redirects, reads no proxy settings, and its socket can be
shut down in the middle of an answer that drips in forever.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from emulator.loopback import check_callback

MAX_ANSWER = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back. `status` is None when no complete answer came; `error` then says why."""

    status: int | None
    content_type: str
    body: bytes
    ms: int
    error: str


class _Exchange:
    """One connection with one deadline over all of it: connect, send, headers and body together."""

    def __init__(self, url: str, deadline: float) -> None:
        parts = urlsplit(check_callback(url))
        self.deadline = deadline
        self.cut = False
        self.path = parts.path or "/"
        self.query = parts.query
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=deadline)

    def hang_up(self) -> None:
        self.cut = True
        sock = self.connection.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def run(
        self, method: str, query: str, body: bytes, kind: str, on_sent: Callable[[], None]
    ) -> tuple[int, str, bytes]:
        joined = "&".join(filter(None, [self.query, query]))
        headers = {"User-Agent": "Mozilla/4.0", "Accept": "*/*", "Connection": "close"}
        if method == "POST":
            headers["Content-Type"] = kind
        self.connection.request(method, f"{self.path}?{joined}", body or None, headers)
        on_sent()
        response = self.connection.getresponse()
        answer = response.read(MAX_ANSWER + 1)
        if response.length and len(answer) <= MAX_ANSWER:
            raise http.client.IncompleteRead(answer, response.length)
        return response.status, response.getheader("Content-Type") or "", answer


def exchange(
    url: str,
    query: str,
    body: bytes = b"",
    *,
    deadline: float,
    method: str = "POST",
    kind: str = "text/xml",
    on_sent: Callable[[], None] = lambda: None,
) -> Answer:
    """Never raises for what the other side does. `on_sent` is called when the request is out, answered or not."""
    talk = _Exchange(url, deadline)
    timer = threading.Timer(deadline, talk.hang_up)
    timer.daemon = True
    begun = time.monotonic()
    timer.start()
    status, content_type, answer, error = None, "", b"", ""
    try:
        status, content_type, answer = talk.run(method, query, body, kind, on_sent)
    except (OSError, http.client.HTTPException) as fault:
        error = _sentence(fault)
    finally:
        timer.cancel()
        talk.connection.close()
        on_sent()
    ms = round((time.monotonic() - begun) * 1000)
    # A body that ends early reads as a short answer, so the cut is judged by the flag, not by an exception.
    if talk.cut:
        return Answer(None, "", b"", ms, f"{deadline:g} 秒内没有响应，已断开连接")
    if len(answer) > MAX_ANSWER:
        return Answer(status, content_type, b"", ms, "响应超过 1 MB")
    return Answer(status, content_type, answer, ms, error)


def _sentence(fault: Exception) -> str:
    if isinstance(fault, ConnectionRefusedError):
        return "连接被拒绝：回调地址上没有程序在监听"
    if isinstance(fault, TimeoutError):
        return "没有及时响应，已断开连接"
    return f"连接中断：{fault or type(fault).__name__}"
