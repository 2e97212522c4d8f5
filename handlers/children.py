"""The programs that `./manage run` starts, and Ctrl-C and SIGTERM: whenever one comes, everything started is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Self

from config.settings import ROOT

Child = subprocess.Popen[bytes]
_PATIENCE = 8.0  # seconds that one gets to end by itself


class Children:
    """`with Children() as children:` ends them all at the end. Whoever waits inside calls look() again and again."""

    def __init__(self) -> None:
        self._all: list[Child] = []
        self._told = False
        self._deaf = False

    def start(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Child:
        """`python ARGUMENTS`, in a session of its own, so that Ctrl-C reaches it once, through us."""
        self._deaf = True  # a child that has begun and is not in the list yet would be left behind
        try:
            child = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, *arguments], env=dict(environment), cwd=ROOT, start_new_session=True
            )
            self._all.append(child)
        finally:
            self._deaf = False
        self.look()
        return child

    def look(self) -> None:
        """Raises KeyboardInterrupt when told to end. In the middle of an import Python swallows the first."""
        if self._told:
            raise KeyboardInterrupt

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        self._deaf = True
        for child in reversed(self._all):
            child.terminate()
        for child in reversed(self._all):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=_PATIENCE)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # with what it has left behind: a killed server leaves its workers
            child.wait()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        """Interrupts once: who presses Ctrl-C again must not keep us from ending what we have started."""
        told, self._told = self._told, True
        if not told and not self._deaf:
            raise KeyboardInterrupt
