"""A message comes in, an answer goes out, once: in time, or `success` now and the answer owed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import reply as replies
from bot.crew import Crew, Job, NotYet
from bot.deadline import Deadline
from bot.handling import Handling
from bot.kit import Kit
from bot.message import Message
from bot.reply import Reply, Silence, Turn
from bot.router import Route, Router
from models import late
from models import message as messages
from models.db import Stale, Unavailable
from models.talent import NoSuchTalent

_log = logging.getLogger("huicai.pipeline")
_TRIES = 8
_GRACE = 1.0  # seconds a commit under way, or the note that we owe an answer, may take when the deadline has passed
_GIVE_UP = timedelta(minutes=10)
_SORRY = Router([], {}, [], Route("failed", lambda _: True, lambda context: Turn(context.say("pipeline.failed"))))


@dataclass(frozen=True, slots=True)
class Answer:
    """`reply` is what to send now; Silence tells WeChat `success`."""

    reply: Reply
    again: bool = False  # served from the row of an earlier delivery


class Pipeline:
    def __init__(self, kit: Kit, router: Router) -> None:
        self._kit = kit
        self._router = router
        self._crew = Crew(kit.settings.web_threads)
        self._notes = Crew(1)  # of its own: when the others hang on a dead database, the door must still return

    def answer(self, message: Message) -> Answer:
        """The answer, at the latest a second after the passive deadline. Raises Unavailable when nothing was stored."""
        deadline = Deadline()
        job = self._crew.start(lambda: self.handle(message, deadline))
        try:
            return job.result(self._kit.settings.passive_deadline)
        except NotYet:
            return self._late(message, deadline, job)

    def _late(self, message: Message, deadline: Deadline, job: Job[Answer]) -> Answer:
        if not deadline.expire():
            try:
                return job.result(_GRACE)
            except NotYet as error:
                deadline.abandon()
                raise Unavailable("the commit does not return") from error
        # From here the worker owes its answer. Before we may say `success`, the message must outlive us.
        try:
            self._notes.start(lambda: self._note(message)).result(_GRACE)
        except NotYet as error:
            raise Unavailable("what we owe cannot be noted") from error
        return Answer(Silence())

    def _note(self, message: Message) -> None:
        with self._kit.db.writing(wait=_GRACE) as unit:
            late.add(unit, message.key, message.dump(), self._kit.now())

    def resume(self, older_than: float = 10.0) -> int:
        """Finish messages that were accepted late and whose worker died. Returns how many there were."""
        with self._kit.db.unit() as unit:
            left = late.older_than(unit, self._kit.now() - timedelta(seconds=older_than))
        for row in left:
            self._finish(row)
        return len(left)

    def _finish(self, row: late.Left) -> None:
        """One that fails again and again must not hold up the others: in the end its sender hears that it failed."""
        deadline = Deadline()
        deadline.expire()
        try:
            self.handle(Message.parse(row.message), deadline, overtaken_since=row.received_at)
        except Exception as error:
            if isinstance(error, Unavailable):
                self._kit.db.ping()  # raises when it is the database and not this message
            _log.exception("message %s could not be finished", row.key)
            if self._kit.now() - row.received_at < _GIVE_UP:
                return
            self._apologise(row, deadline)
        with self._kit.db.writing() as unit:
            late.remove(unit, row.key)

    def _apologise(self, row: late.Left, deadline: Deadline) -> None:
        try:
            message = Message.parse(row.message)
        except (TypeError, ValueError):
            _log.error("message %s cannot even be read: %s characters thrown away", row.key, len(row.message))
            return
        self.handle(message, deadline, _SORRY, row.received_at)

    def handle(
        self,
        message: Message,
        deadline: Deadline,
        router: Router | None = None,
        overtaken_since: datetime | None = None,
    ) -> Answer:
        for _ in range(_TRIES):
            with self._kit.db.unit() as unit:
                run = Handling(self._kit, router or self._router, message, deadline, unit, overtaken_since)
                try:
                    return Answer(run.run())
                except (Stale, NoSuchTalent):  # the latter: somebody has just become one with somebody else
                    unit.rollback()
                    deadline.reopen()
                except messages.Taken:
                    unit.rollback()
                    stored = messages.find(unit, message.key)
                    if stored is not None:
                        unit.sync()  # the first delivery may have committed a moment ago, and not have synced yet
                        return Answer(replies.parse(stored.reply) if stored.reply else Silence(), again=True)
        raise Unavailable("others were faster every time")

    def close(self) -> None:
        self._crew.close()
        self._notes.close()
