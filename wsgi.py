"""The one place where everything meets: settings -> kit -> doors.

What a process needs is loaded when that is known: a command opens no door, and many need no kit.
"""

from __future__ import annotations

import multiprocessing
import os
import signal

# From here on a worker that is told to end while it comes up does. Forked, it has its parent's ear, which does nothing
# here; the server gives it one of its own when serving() is through, and would kill it ten seconds later.
if multiprocessing.parent_process() is not None:
    _ear = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if getattr(getattr(_ear, "__self__", None), "interrupt_signal", False):
        raise SystemExit  # it has been told already

# Before numpy is loaded: matching is a few small products a question, and threads that share them out among busy cores
# made each ten times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import contextlib
import logging
import socket
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from flask import Flask
from flask.cli import NoAppException

from config import logs
from config.checks import check, check_eviction
from config.settings import ROOT, BadSetting, Settings
from handlers.chat.phrases import PHRASES
from handlers.cli import commands
from handlers.demo import beside

if TYPE_CHECKING:
    from bot.kit import Kit
    from bot.pipeline import Pipeline

_log = logging.getLogger("huicai")


def build_kit(settings: Settings, *, working_copy: bool = False, serves: bool = False) -> Kit:
    """See handlers/opening.py."""
    from handlers.opening import opened

    return opened(settings, _now, _name(), working_copy=working_copy, serves=serves)


def _now() -> datetime:
    return datetime.now(UTC)


def _name() -> str:
    """This process, as admins see it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _look_at(settings: Settings) -> None:
    """A Redis that evicts keys would drop locks under pressure: said once, borne."""
    if not settings.redis_url:
        return
    from models.memory import MemoryDown
    from models.memory_redis import RedisMemory

    redis = RedisMemory(settings.redis_url)
    try:
        finding = check_eviction(redis.eviction())
    except MemoryDown:
        return  # the fallback says so
    finally:
        redis.close()
    if finding:
        _log.warning("%s %s；%s", finding.id, finding.problem, finding.cure)


def create_app(settings: Settings | None = None) -> Flask:
    """The application with its doors and commands. Nothing runs by itself in it; see serving()."""
    try:
        settings = settings or Settings.from_env(beside(os.environ))
    except BadSetting as error:
        raise NoAppException(str(error)) from None  # the flask command prints it as one sentence
    logs.setup(settings)
    with contextlib.suppress(OSError):  # whoever needs it says why it cannot be used
        (ROOT / "var").mkdir(exist_ok=True)  # the default place of the database
    app = Flask(__name__, static_folder=None)

    def open_all(settings: Settings, *, working_copy: bool = False, serves: bool = False) -> tuple[Kit, Pipeline]:
        from bot.pipeline import Pipeline
        from handlers.chat.routes import router

        kit = build_kit(settings, working_copy=working_copy, serves=serves)
        return kit, Pipeline(kit, router())

    commands.register(app, settings, open_all, PHRASES, _now)
    return app


def mount(app: Flask, kit: Kit) -> Pipeline:
    """Open the doors of `app`."""
    from handlers import doors

    return doors.mount(app, kit)


def serving() -> Flask:
    """What a web process runs: the doors, the eye on changed files and, if so set, the clock."""
    from config.document import BadFile
    from handlers import clock
    from handlers.lateness import LOOK_EVERY, DeadMan
    from handlers.refresh import refresh, settle, tell
    from knowledge.folder import Broken

    settings = Settings.from_env(os.environ)
    for finding in check(settings, ROOT):
        if finding.level == "error":  # the launcher has looked already; this is for other ways to get here
            raise SystemExit(f"{finding.id} {finding.problem}；{finding.cure}")
    app = create_app(settings)
    try:
        kit = build_kit(settings, serves=True)
    except (BadFile, Broken):  # the launcher reads the files again and tells their faults line by line
        raise SystemExit(1) from None
    _look_at(settings)
    ending = _ending()
    ending.callback(kit.library.close)
    pipeline = mount(app, kit)
    ending.callback(pipeline.close)
    tell(kit)
    ending.callback(clock.watch(lambda: refresh(kit), settings.reload_seconds))
    if settings.clock != "off":
        ending.callback(clock.watch(DeadMan(kit).look, LOOK_EVERY))
    settle()
    if settings.clock == "inside":
        ticking = clock.Clock(kit, pipeline)
        ticking.start()
        ending.callback(ticking.stop)
    return app


def _ending() -> contextlib.ExitStack:
    """What is put on it happens when this process ends, the last first.

    Not by atexit: a process that multiprocessing has forked, as the server's workers are, leaves without it before
    Python 3.13, and elsewhere it comes when no thread pool takes work any more.
    """
    ending = contextlib.ExitStack()
    Finalize(None, ending.close, exitpriority=0)
    return ending
