"""The one place where everything meets: settings -> kit -> doors."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import time
from datetime import UTC, datetime
from functools import partial

from flask import Flask
from flask.cli import NoAppException

from bot.kit import Kit
from bot.pipeline import Pipeline
from bot.wechat.codec import Codec
from config import logs
from config.calendar import Calendar
from config.checks import check, check_eviction
from config.document import BadFile
from config.live import Live
from config.office import load_office
from config.settings import ROOT, BadSetting, Settings
from handlers import clock, health
from handlers.chat import blueprint
from handlers.chat.phrases import PHRASES
from handlers.chat.routes import router
from handlers.cli import commands
from knowledge.answer import Thresholds
from knowledge.folder import Broken
from knowledge.library import Library
from models.db import Database
from models.desk import Desk
from models.memory import DictMemory, FallbackMemory, Memory, MemoryDown, RedisMemory
from models.seal import Seal

_log = logging.getLogger("huicai")


def build_kit(settings: Settings) -> Kit:
    """Opens what the settings name; nothing is opened before this. Raises what the first unusable part raises."""
    office = Live(settings.office_file, load_office)
    library = Library(settings.content_dir, office().units, Thresholds(settings.sure_at, settings.maybe_at), PHRASES)
    seal = Seal(settings.secret_key)
    return Kit(
        settings=settings,
        office=office,
        calendar=lambda: Calendar(office()),
        db=Database(settings.database_url, threads=settings.web_threads),
        memory=_memory(settings.redis_url),
        library=library,
        desk=partial(Desk, seal=seal),
        now=lambda: datetime.now(UTC),
    )


def _memory(url: str) -> Memory:
    local = DictMemory()
    return FallbackMemory(RedisMemory(url), local) if url else local


def _look_at(settings: Settings) -> None:
    """A Redis that evicts keys would drop locks under pressure: said once, borne."""
    if not settings.redis_url:
        return
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
        settings = settings or Settings.from_env(os.environ)
    except BadSetting as error:
        raise NoAppException(str(error)) from None  # the flask command prints it as one sentence
    logs.setup(settings)
    app = Flask(__name__, static_folder=None)

    def open_all(settings: Settings) -> tuple[Kit, Pipeline]:
        kit = build_kit(settings)
        return kit, Pipeline(kit, router())

    commands.register(app, settings, open_all, PHRASES)
    return app


def mount(app: Flask, kit: Kit) -> Pipeline:
    """Open the doors of `app`."""
    pipeline = Pipeline(kit, router())
    app.register_blueprint(blueprint.make(kit, Codec(kit.settings, kit.now), pipeline))
    app.register_blueprint(health.make(kit))
    return pipeline


def serving() -> Flask:
    """What a web process runs: the doors, the eye on changed files and, if so set, the clock."""
    settings = Settings.from_env(os.environ)
    for finding in check(settings, ROOT):
        if finding.level == "error":  # the launcher has looked already; this is for other ways to get here
            raise SystemExit(f"{finding.id} {finding.problem}；{finding.cure}")
    app = create_app(settings)
    try:
        kit = build_kit(settings)
    except (BadFile, Broken):  # the launcher reads the files again and tells their faults line by line
        raise SystemExit(1) from None
    _look_at(settings)
    pipeline = mount(app, kit)
    atexit.register(pipeline.close)
    atexit.register(clock.watch(lambda: refresh(kit), settings.reload_seconds))
    settle()
    if settings.clock == "inside":
        ticking = clock.Clock(kit, pipeline)
        ticking.start()
        atexit.register(ticking.stop)
    return app


def settle() -> None:
    """Take the index out of the garbage collector's rounds: walking it stopped every answer for a tenth of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def refresh(kit: Kit) -> None:
    """Take in edited files; a faulty one is told in the log, once, and changes nothing."""
    office_fault = kit.office.fault
    if kit.office.refresh():
        kit.library.know(kit.office().units)
        _log.info("the new office file is in force")
    elif kit.office.fault is not office_fault:
        _log.error("the office stays as it was: %s", kit.office.fault)
    known = kit.library.faults
    if kit.library.refresh(time.monotonic()):
        _log.info("content %s is in force", kit.library.version)
        settle()
    elif kit.library.faults != known:
        for fault in kit.library.faults:
            _log.error("content stays as it was: %s", fault)
