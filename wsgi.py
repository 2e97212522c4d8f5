"""The one place where everything meets: settings -> kit -> doors."""

from __future__ import annotations

import os

# Before numpy is loaded: matching is a few small products a question, and threads that share them out among busy cores
# made each ten times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import atexit
import contextlib
import logging
import socket
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Flask
from flask.cli import NoAppException

from bot.almanac import Almanac
from bot.desk import Serving
from bot.kit import Kit
from bot.pipeline import Pipeline
from bot.sla import Sla
from bot.telling import Telling
from bot.wechat import client
from bot.wechat.codec import Codec
from config import logs
from config.calendar import day_of
from config.checks import check, check_eviction
from config.desk import load_desk
from config.document import BadFile
from config.live import Live
from config.notices import load_notices
from config.office import load_office
from config.settings import ROOT, BadSetting, Settings
from handlers import clock, health
from handlers.chat import blueprint, calendar_file
from handlers.chat.phrases import PHRASES
from handlers.chat.routes import router
from handlers.cli import commands
from handlers.console import pages
from handlers.demo import beside
from handlers.lateness import LOOK_EVERY, DeadMan
from handlers.published import Published
from handlers.refresh import refresh, settle, tell
from knowledge.answer import Thresholds
from knowledge.folder import Broken, WorkingCopy
from knowledge.library import Library
from models.db import Database
from models.memory import MemoryDown, RedisMemory, remembering
from models.seal import Seal

_log = logging.getLogger("huicai")


def build_kit(settings: Settings, *, working_copy: bool = False, serves: bool = False) -> Kit:
    """Opens what the settings name; nothing is opened before this. Raises what the first unusable part raises.

    The library serves what the database has in force; `working_copy`: the content folder as it stands, for commands
    that look at it before it is published. `serves`: it may publish what is saved; commands that only read may not.
    """
    office = Live(settings.office_file, load_office)
    threads = settings.web_threads + settings.delivery_threads  # the clock may run in this process
    database = Database(settings.database_url, threads=threads)
    memory = remembering(settings.redis_url)
    source: Path | Published = settings.content_dir
    if not working_copy:
        copy, saving = WorkingCopy(settings.content_dir), serves and settings.publish == "saved"
        source = Published(database, memory, copy, _now, saving=saving, name=_name(), serves=serves)
        atexit.register(source.close)
    library = Library(
        source,
        office().units,
        Thresholds.tolerating(settings.false_answers, settings.vain_choices),
        PHRASES,
        lambda: day_of(_now()),
    )
    rules = Live(settings.desk_file, lambda path: load_desk(path, office().units))
    almanac = Almanac(office, database)
    return Kit(
        settings=settings,
        office=office,
        notices=Live(settings.notices_file, load_notices),
        rules=rules,
        calendar=almanac,
        db=database,
        memory=memory,
        library=library,
        desk=partial(
            Serving,
            seal=Seal(settings.secret_key),
            deadlines=Sla(rules, almanac),
            telling=Telling(library.phrase, office, rules),
        ),
        now=_now,
        wechat=client.service(settings, database, _now),
        miniapp=client.miniapp(settings, database, _now),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _name() -> str:
    """This process, as admins see it."""
    return f"{socket.gethostname()}:{os.getpid()}"


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
        settings = settings or Settings.from_env(beside(os.environ))
    except BadSetting as error:
        raise NoAppException(str(error)) from None  # the flask command prints it as one sentence
    logs.setup(settings)
    with contextlib.suppress(OSError):  # whoever needs it says why it cannot be used
        (ROOT / "var").mkdir(exist_ok=True)  # the default place of the database
    app = Flask(__name__, static_folder=None)

    def open_all(settings: Settings, *, working_copy: bool = False, serves: bool = False) -> tuple[Kit, Pipeline]:
        kit = build_kit(settings, working_copy=working_copy, serves=serves)
        return kit, Pipeline(kit, router())

    commands.register(app, settings, open_all, PHRASES, _now)
    return app


def mount(app: Flask, kit: Kit) -> Pipeline:
    """Open the doors of `app`."""
    pipeline = Pipeline(kit, router())
    app.register_blueprint(blueprint.make(kit, Codec(kit.settings, kit.now), pipeline))
    app.register_blueprint(calendar_file.make(kit))
    app.register_blueprint(health.make(kit))
    app.register_blueprint(pages.make(kit))
    return pipeline


def serving() -> Flask:
    """What a web process runs: the doors, the eye on changed files and, if so set, the clock."""
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
    pipeline = mount(app, kit)
    atexit.register(pipeline.close)
    tell(kit)
    atexit.register(clock.watch(lambda: refresh(kit), settings.reload_seconds))
    if settings.clock != "off":
        atexit.register(clock.watch(DeadMan(kit).look, LOOK_EVERY))
    settle()
    if settings.clock == "inside":
        ticking = clock.Clock(kit, pipeline)
        ticking.start()
        atexit.register(ticking.stop)
    return app
