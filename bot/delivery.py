"""What is due in the outbox -> WeChat. Any number of these may run side by side, in any number of processes."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TypeVar

from bot.attempt import Attempt, Pace, Plan, fault
from bot.kit import Kit
from bot.wechat.errors import SendError
from models import leases
from models.db import Clash, Stale, Unavailable, Unit
from models.outbox import Row

_log = logging.getLogger("huicai.delivery")
_TRIES = 5
_AT_ONCE = 4  # rows of one claim; each gets its whole lease when its turn comes
_EXPIRE = 60.0  # seconds between two looks for what nobody needs any more
_TOLD = {"sent": "发送", "waiting": "等待", "later": "稍后再发", "dead": "放弃", "lost": "已由别处发送"}
T = TypeVar("T")


class Rate:
    """Lets so many a second pass, over all threads that share it."""

    def __init__(self, per_second: float) -> None:
        self._step = 1.0 / per_second
        self._guard = threading.Lock()
        self._next = 0.0

    def wait(self, ends: float) -> bool:
        """False: the turn would come after `ends`, and was not taken."""
        with self._guard:
            at = max(self._next, time.monotonic())
            if at >= ends:
                return False
            self._next = at + self._step
        time.sleep(max(0.0, at - time.monotonic()))
        return True


class Delivery:
    """`worker` names this process among those that send. Not for two threads at once: run() makes its own."""

    def __init__(self, kit: Kit, worker: str, pace: Pace | None = None) -> None:
        self._kit = kit
        self._worker = worker[:64]
        self._pace = pace or Pace(timedelta(seconds=kit.settings.delivery_lease))
        self._rate = Rate(kit.settings.delivery_per_second)
        self._expire_at = 0.0
        self._over = threading.Event()

    def stop(self) -> None:
        """What is being sent is sent, and noted; what was only claimed is given back."""
        self._over.set()

    def run(self, seconds: float) -> str:
        """Send what is due, until nothing is or the time is over; what it did. Raises Unavailable."""
        ends = time.monotonic() + seconds
        self._tidy()
        if not self._is_any_due():
            return ""
        done: Counter[str] = Counter()
        with ThreadPoolExecutor(self._kit.settings.delivery_threads, "delivery") as threads:
            lanes = [threads.submit(self._drain, ends, done) for _ in range(self._kit.settings.delivery_threads)]
        for lane in lanes:
            lane.result()
        return "，".join(f"{word} {done[what]}" for what, word in _TOLD.items() if done[what])

    def _is_any_due(self) -> bool:
        with self._kit.db.unit() as unit:
            return leases.any_due(unit, self._kit.now(), self._pace.lease)

    def _tidy(self) -> None:
        """Rows of dead workers are due again; what has lost its use ends."""
        now = self._kit.now()
        lost = self._in_one(lambda unit: leases.recover(unit, now, self._pace.lease)) if self._is_any_due() else 0
        if lost:
            _log.warning("%s rows were left by workers that died", lost)
        if time.monotonic() >= self._expire_at:
            self._in_one(lambda unit: leases.expire(unit, now, "过了有效时间，没有再发"))
            self._expire_at = time.monotonic() + _EXPIRE

    def _drain(self, ends: float, done: Counter[str]) -> None:
        while not self._over.is_set() and self._rate.wait(ends):
            rows = self._in_one(self._claim)
            if not rows:
                return
            for place, row in enumerate(rows):
                if place:
                    self._rate.wait(math.inf)
                if self._over.is_set():
                    self._in_one(partial(_give_back, rows[place:]))
                    return
                told = self._guarded(row)
                done[told] += 1
                _log.info("outbox %s kind=%s %s", row.id, row.kind, told)

    def _claim(self, unit: Unit) -> list[Row]:
        return leases.claim(unit, self._worker, _AT_ONCE, self._kit.now(), self._pace.lease)

    def _guarded(self, row: Row) -> str:
        """One bad row must not stop the others."""
        try:
            return self._deliver(row)
        except Unavailable:
            raise
        except Exception as error:
            _log.exception("outbox %s", row.id)
            reason = f"程序出错：{type(error).__name__}"
            self._in_one(lambda unit: leases.dead(unit, row, reason=reason))
            return "dead"

    def _deliver(self, row: Row) -> str:
        attempt = Attempt(self._kit, row, self._pace)
        while True:
            plan = self._in_one(lambda unit: attempt.plan(unit, self._kit.now()))
            if plan is None:
                return attempt.told
            said = self._called(attempt, plan)
            if not self._in_one(partial(self._note, attempt, plan, said)):
                return attempt.told
            self._rate.wait(math.inf)

    def _note(self, attempt: Attempt, plan: Plan, said: str | SendError, unit: Unit) -> bool:
        return attempt.note(unit, plan, said, self._kit.now())

    def _called(self, attempt: Attempt, plan: Plan) -> str | SendError:
        try:
            return attempt.call(plan, self._kit.now())
        except SendError as error:
            _log.warning("outbox %s way=%s: %s", plan.row.id, plan.choice.way, error)
            return error
        except Exception as error:  # it may have been made all the same
            _log.exception("outbox %s", plan.row.id)
            return fault(error)

    def _in_one(self, do: Callable[[Unit], T]) -> T:
        """One transaction; again when somebody else was at the same rows."""
        for _ in range(_TRIES):
            try:
                with self._kit.db.writing() as unit:
                    return do(unit)
            except (Stale, Clash):
                continue
        raise Unavailable("others were faster every time")


def _give_back(rows: Sequence[Row], unit: Unit) -> None:
    for row in rows:
        leases.later(unit, row, due_at=row.due_at, reason=row.reason, counted=False)
