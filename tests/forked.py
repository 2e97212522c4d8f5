"""Programs of the product, forked from a process that has read it: each is a process of its own with an environment of
its own and can be killed; only the reading, most of a start, is done once. Where the start itself is looked at, start
Python."""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Self

ROOT = Path(__file__).resolve().parent.parent
_READ = multiprocessing.get_context("forkserver")
_LOADED = ("wsgi", "flask.cli", "granian.cli", "granian.wsgi", "handlers.opening", "handlers.doors", "handlers.clock")
_READ.set_forkserver_preload([*_LOADED, "handlers.refresh", "handlers.chat.routes", "handlers.cli.kb"])


class Program:
    """What `python ARGUMENTS` would be, with `-m` or `-c`. Text is spoken with it through pipes where `piped`; else it
    says what it says where the tests do. What it complains of is in a file: mostly nobody reads that before the end,
    and a pipe that is full stops who writes."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], *, piped: bool = True) -> None:
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        self.stderr: IO[str] | None = None
        theirs: tuple[Connection, ...] = ()
        if piped:
            (said, write), (out, told) = (_READ.Pipe(duplex=False) for _ in range(2))
            self.stdin, self.stdout, self.stderr = _opened(write, "w"), _opened(out, "r"), complaints()
            theirs = (said, told, Connection(os.dup(self.stderr.fileno()), readable=False))
        self._process = _READ.Process(target=_be, args=(tuple(arguments), dict(environment), theirs))
        self._process.start()
        for each in theirs:
            each.close()
        assert self._process.pid
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("forked", timeout or 0)
        return self.returncode

    def communicate(self, said: str = "", timeout: float | None = None) -> tuple[str, str]:
        """What is left of its output, until it has ended; killed when it has not by then."""
        assert self.stdin
        assert self.stdout
        assert self.stderr
        with self, ThreadPoolExecutor(1) as reading:
            heard = reading.submit(self.stdout.read)
            try:
                with contextlib.suppress(BrokenPipeError):
                    self.stdin.write(said)
                    self.stdin.close()
                self.wait(timeout)
            finally:
                self.kill()
            self.stderr.seek(0)
            return heard.result(), self.stderr.read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.kill()
        self._process.join()
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


@atexit.register
def _end() -> None:
    """What tests that failed have left behind."""
    for each in multiprocessing.active_children():
        each.kill()


def flask(*words: str, said: str = "", timeout: float = 60, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command as an operator gives it, with these settings and no others of ours."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with Program(["-m", "flask", "--app", "wsgi", *words], inherited | settings) as program:
        out, err = program.communicate(said, timeout)
    assert program.returncode is not None
    return subprocess.CompletedProcess(words, program.returncode, out, err)


def complaints() -> IO[str]:
    """For the standard error of a program, to be read at any time."""
    return tempfile.TemporaryFile("a+", encoding="utf-8")  # appended to, wherever it is being read


def _opened(pipe: Connection, mode: str) -> IO[str]:
    made: IO[str] = open(os.dup(pipe.fileno()), mode, encoding="utf-8", buffering=1)  # noqa: SIM115 - closed by Program
    pipe.close()
    return made


def _be(arguments: Sequence[str], environment: dict[str, str], pipes: Sequence[Connection]) -> None:
    """In the new process: what Python does at its start, and at its end."""
    for number, pipe in enumerate(pipes):
        os.dup2(pipe.fileno(), number)
        pipe.close()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - the process's own
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    os.chdir(ROOT)
    multiprocessing.set_start_method(None, force=True)  # ours is not theirs: granian looks at it
    how, what, *sys.argv[1:] = arguments
    try:
        if how == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            sys.argv[0] = how
            exec(compile(what, "<given>", "exec"), {"__name__": "__main__"})  # noqa: S102 - of a test
    finally:
        atexit._run_exitfuncs()
