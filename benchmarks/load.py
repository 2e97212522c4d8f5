"""Sends prepared requests over keep-alive connections and times every answer. Loopback only, and it ends by itself."""

from __future__ import annotations

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Seconds from sending to the last byte, one a request; and how many were not 200."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def request(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class _Line:
    """One connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self.buffer = b""

    def send(self, data: bytes) -> None:
        self.buffer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(data)

    def receive(self) -> int | None:
        """The status when the answer is whole."""
        chunk = self.socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server hung up")
        self.buffer += chunk
        head, mark, body = self.buffer.partition(b"\r\n\r\n")
        if not mark:
            return None
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:"), 0)
        return int(head[9:12]) if len(body) >= length else None


def drive(port: int, requests: Sequence[bytes], connections: int) -> Outcome:
    """Send every request once, `connections` at a time."""
    waiting = iter(requests)
    chooser = selectors.DefaultSelector()
    start = time.perf_counter()
    outcome = Outcome(0)
    lines = [_Line(port) for _ in range(connections)]
    busy = 0
    for line in lines:
        chooser.register(line.socket, selectors.EVENT_READ, line)
        if (data := next(waiting, None)) is not None:
            line.send(data)
            busy += 1
    while busy:
        for ready, _ in chooser.select(timeout=20):
            line = ready.data
            status = line.receive()
            if status is None:
                continue
            outcome.latencies.append(time.perf_counter() - line.sent_at)
            outcome.failed += status != 200
            if (data := next(waiting, None)) is None:
                busy -= 1
            else:
                line.send(data)
    outcome.seconds = time.perf_counter() - start
    for line in lines:
        line.socket.close()
    return outcome


def pace(port: int, requests: Iterator[bytes], rate: float, done: Callable[[], bool]) -> list[tuple[float, float]]:
    """Send `rate` requests a second, whatever becomes of them, until `done`: (when due, seconds until answered).

    The time counts from when a request was due, so a wait for a free line is in it. Raises for a refusal.
    """
    chooser = selectors.DefaultSelector()
    free = deque(_Line(port) for _ in range(8))  # in turns: a line left idle for half a minute is hung up
    due: dict[_Line, float] = {}
    found: list[tuple[float, float]] = []
    for line in free:
        chooser.register(line.socket, selectors.EVENT_READ, line)
    lines, next_at, waiting = list(free), time.perf_counter(), deque[float]()
    while not done() or due or waiting:
        now = time.perf_counter()
        while next_at <= now and not done():
            waiting.append(next_at)
            next_at += 1 / rate
        while waiting and free:
            line = free.popleft()
            due[line] = waiting.popleft()
            line.send(next(requests))
        for ready, _ in chooser.select(timeout=max(0.0, min(0.02, next_at - time.perf_counter()))):
            line = ready.data
            status = line.receive()
            if status is not None:
                assert status == 200, f"the server answered {status}"
                at = due.pop(line)
                found.append((at, time.perf_counter() - at))
                free.append(line)
    for line in lines:
        line.socket.close()
    return found
