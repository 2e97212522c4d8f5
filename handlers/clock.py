"""What runs the jobs. APScheduler only ticks: what is due stands in rows, a missed tick costs nothing.

A tick reads the rows and gives each job that is due a thread, which claims it by compare-and-set. A clock that is
killed leaves a lease behind that ends by itself.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from apscheduler.schedulers.background import BackgroundScheduler

from bot.delivery import Delivery
from bot.kit import Kit
from bot.pipeline import Pipeline
from handlers.databasetime import DatabaseTime
from handlers.jobs import JOBS, Failed, Job, Shift
from handlers.running import RENEW, Run
from models import job as rows
from models.db import Stale, Unavailable
from models.job import Standing

_log = logging.getLogger("huicai.clock")
_TICK = 1.0  # seconds
_DEAF = 5.0  # seconds without a tick until the scheduler is set going again
_AGAIN = 600.0  # seconds until the same failure of the same job is logged again
_LAST_WORK = 5.0  # seconds that jobs at work get when the clock is stopped
_LAST_LOOK = 2.0  # seconds that an end waits for; building a large content may take longer


class Clock:
    """Ticks the jobs until stopped. Any number may run side by side."""

    def __init__(self, kit: Kit, pipeline: Pipeline, jobs: Sequence[Job] = JOBS) -> None:
        self._time = DatabaseTime(kit.db, kit.now)
        self.worker = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"
        own = replace(kit, now=self._time)
        self._shift = Shift(own, pipeline, self.worker, Delivery(own, self.worker))
        self._jobs = {job.name: job for job in jobs}
        self._runs: dict[str, tuple[Run, threading.Thread]] = {}
        self._told: dict[str, tuple[str, float]] = {}  # of each job: its last failure, and when it was logged
        self._over = threading.Event()
        self._starting = threading.Lock()  # what an end waits for has been started, and nothing is after it
        self._ticking = threading.RLock()
        self._ticked = time.monotonic()
        self._unwatch: Callable[[], None] = lambda: None
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it tells every tick, and every one it left out
        self._scheduler = BackgroundScheduler(timezone="UTC", daemon=True)
        self._scheduler.add_job(self.tick, "interval", seconds=_TICK, id="tick", coalesce=True, max_instances=1)

    def start(self) -> None:
        """Opens and writes nothing: the database may be down, and is waited for."""
        self._scheduler.start()
        self._unwatch = watch(self._wake, _DEAF)

    def stop(self) -> None:
        """Ends within seconds; what could not end in time is given back, for another clock to take at once."""
        with self._starting:
            self._over.set()
        self._shift.delivery.stop()
        self._unwatch()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        self.join(_LAST_WORK)
        if self._ticking.acquire(timeout=_LAST_LOOK):  # the database may be closed next
            self._ticking.release()
        with contextlib.suppress(Unavailable, Stale), self._shift.kit.db.writing(1.0) as unit:
            rows.give_back(unit, self.worker)  # else the leases end by themselves

    def join(self, seconds: float) -> None:
        """Wait for the jobs that are at work now."""
        end = time.monotonic() + seconds
        for _, thread in list(self._runs.values()):
            thread.join(max(0.0, end - time.monotonic()))

    def tick(self) -> None:
        """Start what is due, and keep what is at work."""
        self._ticked = time.monotonic()
        with self._ticking:
            if self._over.is_set():
                return
            try:
                self._look()
            except Exception as error:  # the next tick may do better
                self._tell("tick", error)
            else:
                self._told.pop("tick", None)

    def run_now(self, name: str) -> Standing | None:
        """Run one job, due or not, and wait for it. None: another clock is at it. Raises Unavailable."""
        self._time.ask()
        self._known()
        run, thread = self._start(self._jobs[name], anyway=True)
        while thread.is_alive():
            thread.join(RENEW)
            run.renew()
        return self._known()[name] if run.ours else None

    def _look(self) -> None:
        self._time.ask()
        known = self._known()
        for job in self._jobs.values():
            run, thread = self._runs.get(job.name, (None, None))
            if self._over.is_set():
                return  # nothing is renewed that has been given back
            if run is not None and thread is not None and thread.is_alive():
                run.renew()
            elif self._is_wanted(job, run, known):
                with self._starting:
                    if not self._over.is_set():
                        self._start(job)

    def _known(self) -> dict[str, Standing]:
        with self._shift.kit.db.unit() as unit:
            known = rows.standings(unit)
            missing = self._jobs.keys() - known.keys()
            if missing:
                rows.enter(unit, sorted(missing), self._shift.kit.now())
                known = rows.standings(unit)
        return known

    def _is_wanted(self, job: Job, last: Run | None, known: Mapping[str, Standing]) -> bool:
        if job.beside:
            return last is None or last.age >= job.seconds - _TICK / 2
        standing, now = known.get(job.name), self._shift.kit.now()
        return standing is not None and standing.due(now, job.period) and not standing.running(now)

    def _start(self, job: Job, *, anyway: bool = False) -> tuple[Run, threading.Thread]:
        run = Run(job, self._shift)
        thread = threading.Thread(target=self._work, args=(run, anyway), name=f"job-{job.name}", daemon=True)
        self._runs[job.name] = run, thread
        thread.start()
        return run, thread

    def _work(self, run: Run, anyway: bool) -> None:
        """Claim it, run it, note it. Nothing that happens to one job stops another."""
        try:
            if run.claim(anyway=anyway):
                run.end(*self._result(run.job))
        except Exception as error:  # the lease ends by itself
            self._tell(run.job.name, error)

    def _result(self, job: Job) -> tuple[str, bool]:
        """What it did, and whether it went well."""
        try:
            result = job.run(self._shift)
        except Exception as error:  # it comes again at its next time
            self._tell(job.name, error)
            return _in_a_word(error), False
        if self._told.pop(job.name, None):
            _log.info("job %s goes well again", job.name)
        return result or "没有要做的", True

    def _tell(self, name: str, error: Exception) -> None:
        """A job of every second that fails each time must not fill the disk."""
        text, now = f"{type(error).__name__} {error}", time.monotonic()
        known, at = self._told.get(name, ("", 0.0))
        if known == text and now - at < _AGAIN:
            return
        self._told[name] = text, now
        if isinstance(error, Failed):
            _log.warning("job %s: %s", name, error)
        elif isinstance(error, Unavailable):
            _log.error("job %s: the database: %s", name, error)
        else:
            _log.error("job %s failed", name, exc_info=error)

    def _wake(self) -> None:
        """APScheduler waits for a time of the host's clock: set that back by two hours and it sleeps for two hours."""
        if time.monotonic() - self._ticked > _DEAF:
            self._scheduler.reschedule_job("tick", trigger="interval", seconds=_TICK)


def _in_a_word(error: Exception) -> str:
    """For the row. Not what any error says, which may repeat what people wrote; the log has that, masked."""
    if isinstance(error, Failed):
        return str(error)
    return "失败：数据库不通" if isinstance(error, Unavailable) else f"失败：{type(error).__name__}，经过见日志"


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
