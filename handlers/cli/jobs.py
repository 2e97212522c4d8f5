"""`flask clock`: run the jobs alone, see how they stand, run one now."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

import click
from flask.cli import AppGroup

from config.calendar import SHANGHAI
from config.settings import Settings
from handlers.cli.telling import Now, Open, Told, one_sentence
from handlers.clock import Clock, watch
from handlers.jobs import JOBS, Job
from handlers.lateness import LOOK_EVERY, DeadMan, late
from handlers.refresh import refresh
from models import job as rows
from models.db import Database
from models.job import Standing

_LISTEN = 0.2  # seconds
_NAMES = click.Choice([job.name for job in JOBS])


def group(settings: Settings, open_all: Open, now: Now, check: Callable[[Settings], None]) -> AppGroup:
    @click.group("clock", cls=Told, invoke_without_command=True)
    @click.pass_context
    def clock(context: click.Context) -> None:
        """Run the jobs alone (CLOCK=own); any number of these may run side by side."""
        if context.invoked_subcommand is None:
            check(settings)
            _run(settings, open_all)

    @clock.command("status")
    def status() -> None:
        """Every job: when it ran last, when it runs next, what came of it, and whether it is late."""
        database = Database(settings.database_url)
        try:
            with database.unit() as unit:
                known = rows.standings(unit)
            at = database.time() or now()
        finally:
            database.close()
        behind = {each.name for each in late(JOBS, known, at)}
        for job in JOBS:
            for line in _told(job, known.get(job.name), at, job.name in behind):
                click.echo(line)
        if behind:
            raise click.ClickException(f"{len(behind)} 件没有按时做成；看时钟进程是否在运行（CLOCK={settings.clock}）")

    @clock.command("run")
    @click.argument("name", type=_NAMES)
    def run_one(name: str) -> None:
        """Run one job now, due or not."""
        check(settings)
        kit, pipeline = open_all(settings)
        runner = Clock(kit, pipeline)
        with contextlib.closing(pipeline):
            try:
                standing = runner.run_now(name)
            finally:
                runner.stop()  # of one that is ended by Ctrl-C the lease is given back
        if standing is None:
            raise click.ClickException(f"{name} 正由另一个时钟在做；等它做完再试")
        if standing.good_at != standing.ended_at:
            raise click.ClickException(f"{name} {standing.result}")
        click.echo(f"{name} {standing.result}")

    return clock


def _run(settings: Settings, open_all: Open) -> None:
    """Until SIGTERM or Ctrl-C: then what is at work gets a moment, and leases are given back."""
    heard: list[int] = []  # an Event could be caught by the signal while it holds its own lock
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: heard.append(number))
    with one_sentence():
        kit, pipeline = open_all(settings, serves=True)
    with contextlib.ExitStack() as ending:
        ending.callback(kit.library.close)
        ending.callback(pipeline.close)
        ending.callback(watch(DeadMan(kit).look, LOOK_EVERY))
        ending.callback(watch(lambda: refresh(kit), settings.reload_seconds))
        clock = Clock(kit, pipeline)
        ending.callback(clock.stop)
        clock.start()
        click.echo("时钟已启动，Ctrl-C 结束")
        while not heard:
            time.sleep(_LISTEN)
    _leave()


def _leave() -> NoReturn:
    """At once. Python would wait for every call of WeChat's that hangs, and a job that is still at work inside the
    library of ciphers when it takes leave of it aborts the process."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _told(job: Job, standing: Standing | None, now: datetime, behind: bool) -> list[str]:
    if standing is None:
        return [f"! {job.name}  {job.what}", "    从来没有运行过"]
    at = standing.started_at if standing.running(now) else standing.ended_at
    state = f"正在做（{standing.worker}），开始于" if standing.running(now) else "上次"
    return [
        f"{'!' if behind else ' '} {job.name}  {job.what}",
        f"    {state} {_moment(at)}，做成 {_moment(standing.good_at)}，下次 {_moment(standing.next_at)}"
        f"，每 {period(job.seconds)}一次{'  ——  晚了' if behind else ''}",
        f"    {standing.result or '还没有结果'}",
    ]


def _moment(at: datetime | None) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if at else "从未"


def period(seconds: float) -> str:
    """10 秒, 5 分钟, 1 小时."""
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:g} 秒"
