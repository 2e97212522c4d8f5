"""A file that may be edited while we run: the last good reading stays until the next good one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from config.document import BadFile

T = TypeVar("T")


class Live(Generic[T]):
    """Calling it gives the present value. The first reading must be good; BadFile comes through."""

    def __init__(self, path: Path, load: Callable[[Path], T]) -> None:
        self._path = path
        self._load = load
        self._stamp: tuple[int, int, int] | None = self._look()
        self._seen = self._stamp
        self._value = load(path)
        self.fault: BadFile | None = None

    def __call__(self) -> T:
        return self._value

    def refresh(self) -> bool:
        """Look at the file again. True: a new value is in force; a faulty file leaves `fault` and changes nothing."""
        stamp = self._look()
        moving, self._seen = stamp != self._seen, stamp
        if moving or stamp == self._stamp:  # half a file may read as a whole one: it must have stood still for a while
            return False
        self._stamp = stamp
        try:
            self._value = self._load(self._path)
        except BadFile as fault:
            self.fault = fault
            return False
        self.fault = None
        return True

    def again(self) -> None:
        """What was refused may be good now: what it was held against has changed."""
        if self.fault is not None:
            self._stamp = None

    def _look(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0, 0
        return found.st_mtime_ns, found.st_size, found.st_ino
