"""Threads that do the work while the caller waits no longer than it likes.

A pool of concurrent.futures does the same; its futures cost twice as much, and every message would pay for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import Context, copy_context
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class NotYet(Exception):
    """The work goes on; nobody waits for it here any more."""


class Job(Generic[T]):
    """One piece of work. The caller's context variables (the log's request id) hold inside it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._context: Context = copy_context()
        self._done = threading.Lock()
        self._done.acquire()
        self._result: T
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._result = self._context.run(self._work)
        except BaseException as error:  # it is raised again where somebody waits for it
            self._error = error
        finally:
            self._done.release()

    def result(self, seconds: float) -> T:
        """What the work returned or raised; NotYet when it takes longer."""
        if not self._done.acquire(timeout=seconds):
            raise NotYet
        self._done.release()
        if self._error is not None:
            raise self._error
        return self._result


class Crew:
    """`size` threads, taking jobs in order."""

    def __init__(self, size: int) -> None:
        self._jobs: SimpleQueue[Job[object] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._take, name=f"message-{n}", daemon=True) for n in range(size)]
        for thread in self._threads:
            thread.start()

    def start(self, work: Callable[[], T]) -> Job[T]:
        job = Job(work)
        self._jobs.put(job)  # type: ignore[arg-type]
        return job

    def close(self) -> None:
        """Ends when all work handed in so far is done."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _take(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
