"""Whose turn it is to write to a SQLite file.

SQLite lets one write at a time, and those who wait sleep 1, 2, 5, 10 ... ms before they look again: with two busy
processes most of the time is slept away. Here threads queue for a lock, and processes for a lock on a file beside the
database, looking every fifth of a millisecond. SQLite's own lock stays the truth; we only keep from running into it.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path

_LOOK_EVERY = 0.0002


class TooLong(Exception):
    """The turn did not come within the time given."""


class WriteQueue:
    """`path` is shared by the processes; None: this process alone. The lock of a process that died is free."""

    def __init__(self, path: Path | None, wait: float) -> None:
        self._path = path
        self._wait = wait
        self._threads = threading.Lock()
        self._file: int | None = None

    def take(self, wait: float | None = None) -> None:
        wait = self._wait if wait is None else wait
        end = time.monotonic() + wait
        if not self._threads.acquire(timeout=wait):
            raise TooLong
        taken = False
        try:
            self._take_file(end)
            taken = True
        finally:
            if not taken:
                self._threads.release()

    def give(self) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._threads.release()

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _take_file(self, end: float) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() > end:
                    raise TooLong from None
                time.sleep(_LOOK_EVERY)
