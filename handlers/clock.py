"""What happens by itself, and when. APScheduler only ticks: what is due stands in rows, a missed tick costs nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler

from bot.kit import Kit
from bot.pipeline import Pipeline
from models.db import Unavailable

_log = logging.getLogger("huicai.clock")
_LAST_LOOK = 2.0  # seconds that an end waits for; building a large content may take longer


@dataclass(frozen=True)
class Job:
    name: str
    seconds: float
    what: str
    run: Callable[[Kit, Pipeline], object]


JOBS = (Job("resume", 10, "finish messages whose worker died after we told WeChat `success`", lambda _, p: p.resume()),)


class Clock:
    """Ticks the jobs until stopped. Any number may run side by side."""

    def __init__(self, kit: Kit, pipeline: Pipeline) -> None:
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells every tick
        self._scheduler = BackgroundScheduler(timezone="UTC", daemon=True)
        for job in JOBS:
            tick = _guarded(job, kit, pipeline)
            self._scheduler.add_job(tick, "interval", seconds=job.seconds, id=job.name, coalesce=True, max_instances=1)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)


def _guarded(job: Job, kit: Kit, pipeline: Pipeline) -> Callable[[], None]:
    def run() -> None:
        try:
            job.run(kit, pipeline)
        except Unavailable as error:
            _log.error("job %s: %s", job.name, error)
        except Exception:  # one bad job must not stop the clock
            _log.exception("job %s failed", job.name)

    return run


def watch(refresh: Callable[[], object], seconds: float) -> Callable[[], None]:
    """Call `refresh` every so often on a thread of its own; returns what stops it, and waits a moment until it has."""
    stop = threading.Event()

    def loop() -> None:
        while not stop.wait(seconds):
            try:
                refresh()
            except Exception:  # a strange file must not end the watching
                _log.exception("looking for changed files failed")

    def end() -> None:
        stop.set()
        thread.join(_LAST_LOOK)  # what is closed next must not be used any more

    thread = threading.Thread(target=loop, name="watch", daemon=True)
    thread.start()
    return end
