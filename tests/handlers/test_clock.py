"""The thread that looks for what has changed."""

from __future__ import annotations

import threading

from handlers.clock import watch


def test_whoever_stops_the_watch_may_close_what_it_looks_at() -> None:
    looking, done, closed = threading.Event(), threading.Event(), threading.Event()
    used_when_closed = []

    def look() -> None:
        looking.set()
        done.wait(5)
        used_when_closed.append(closed.is_set())

    stop = watch(look, 0.001)
    assert looking.wait(5)
    threading.Timer(0.05, done.set).start()
    stop()
    closed.set()
    assert used_when_closed
    assert not any(used_when_closed)
