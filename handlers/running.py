"""One run of one job by this clock: its claim, the lease it holds, and the note of how it ended."""

from __future__ import annotations

import logging
import time
from datetime import timedelta

from handlers.jobs import Job, Shift
from models import job as rows

_log = logging.getLogger("huicai.clock")
RENEW = rows.LEASE.total_seconds() / 3
_LONGEST = 900.0  # seconds; the lease of a job that hangs for longer is not renewed
_NOTE_EVERY = timedelta(seconds=10)  # that a job run side by side is noted: not each second


class Run:
    """A thread works on it, another keeps its lease. All methods raise Unavailable and Stale."""

    def __init__(self, job: Job, shift: Shift) -> None:
        self.job, self._shift = job, shift
        self.begun = self._renewed = time.monotonic()
        self.ours = job.beside  # whether we may run it
        self._started = shift.kit.now()

    @property
    def age(self) -> float:
        return time.monotonic() - self.begun

    def claim(self, *, anyway: bool = False) -> bool:
        """`anyway`: due or not; but never what somebody else is at."""
        if not self.job.beside:
            name, worker, period = self.job.name, self._shift.worker, self.job.period
            self._started = self._shift.kit.now()
            with self._shift.kit.db.writing() as unit:
                self.ours = rows.claim(unit, name, worker, now=self._started, period=period, anyway=anyway)
        return self.ours

    def renew(self) -> None:
        """To be called often; does something once in a while."""
        if self.job.beside or not self.ours or time.monotonic() - self._renewed < RENEW or self.age > _LONGEST:
            return
        self._renewed = time.monotonic()
        with self._shift.kit.db.writing() as unit:
            kept = rows.renew(unit, self.job.name, self._shift.worker, now=self._shift.kit.now())
        if not kept:
            _log.warning("job %s: the lease ran out, and another clock has it", self.job.name)

    def end(self, result: str, good: bool) -> None:
        if self.job.beside:
            self._note(result, good)
            return
        name, worker, now = self.job.name, self._shift.worker, self._shift.kit.now()
        next_at = max(self._started + self.job.period, now)
        with self._shift.kit.db.writing() as unit:
            if not rows.finish(unit, name, worker, now=now, next_at=next_at, result=result, good=good):
                _log.warning("job %s: ended after its lease (%s)", name, result)

    def _note(self, result: str, good: bool) -> None:
        """Looks before it takes the lock: mostly another, or we ourselves, noted it a moment ago."""
        name, now = self.job.name, self._shift.kit.now()
        with self._shift.kit.db.unit() as unit:
            known = rows.standings(unit).get(name)
            if known is None or known.noted_since(now - _NOTE_EVERY, now):
                return
            unit.lock()
            rows.note(unit, name, now=now, every=_NOTE_EVERY, result=result, good=good)
            unit.commit()
