"""One message, one row, one answer: claim the key, load the talk, route, handle, commit everything together.

Thinking happens before the write lock is taken. The commit then checks that the message is still new and the talk
still where it was; if not, the whole is thrown away and done again, or the stored answer is served. So a crash before
the commit leaves nothing, and a crash after it leaves everything for WeChat's next delivery to find.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import reply as replies
from bot.conversation import Context
from bot.crew import Crew, Job, NotYet
from bot.deadline import Deadline
from bot.kit import Kit
from bot.message import Message
from bot.private import masked
from bot.reply import Reply, Silence, Text, Turn
from bot.router import Route, Router
from models import late, outbox, talk
from models import message as messages
from models.db import Stale, Unavailable, Unit

_log = logging.getLogger("huicai.pipeline")
_TRIES = 8
_COMMIT_GRACE = 1.0  # seconds a commit under way may still take when the deadline passes
_GIVE_UP = timedelta(minutes=10)
_MORE = "more"  # in recall: what a reply had no room for


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

    def answer(self, message: Message) -> Answer:
        """The answer, at the latest at the passive deadline. Raises Unavailable when nothing could be stored."""
        deadline = Deadline()
        job = self._crew.start(lambda: self.handle(message, deadline))
        try:
            return job.result(self._kit.settings.passive_deadline)
        except NotYet:
            return self._late(message, deadline, job)

    def _late(self, message: Message, deadline: Deadline, job: Job[Answer]) -> Answer:
        if not deadline.expire():
            try:
                return job.result(_COMMIT_GRACE)
            except NotYet as error:
                raise Unavailable("the commit does not return") from error
        # From here the worker owes its answer. Before we may say `success`, the message must outlive us.
        with self._kit.db.writing(wait=_COMMIT_GRACE) as unit:
            late.add(unit, message.key, message.dump(), self._kit.now())
        return Answer(Silence())

    def resume(self, older_than: float = 10.0) -> int:
        """Finish messages that were accepted late and whose worker died. Returns how many there were."""
        with self._kit.db.unit() as unit:
            left = late.older_than(unit, self._kit.now() - timedelta(seconds=older_than))
        for row in left:
            self._finish(row)
        return len(left)

    def _finish(self, row: late.Left) -> None:
        """One that fails again and again must not hold up the others: in the end its sender hears that it failed."""
        message, deadline = Message.parse(row.message), Deadline()
        deadline.expire()
        try:
            self.handle(message, deadline)
        except Unavailable:
            raise
        except Exception:
            _log.exception("message %s could not be finished", row.key)
            if self._kit.now() - row.received_at < _GIVE_UP:
                return
            self.handle(message, deadline, _SORRY)
        with self._kit.db.writing() as unit:
            late.remove(unit, row.key)

    def handle(self, message: Message, deadline: Deadline, router: Router | None = None) -> Answer:
        for _ in range(_TRIES):
            with self._kit.db.unit() as unit:
                try:
                    return _Handling(self._kit, router or self._router, message, deadline, unit).run()
                except Stale:
                    unit.rollback()
                    deadline.reopen()
                except messages.Taken:
                    unit.rollback()
                    stored = messages.find(unit, message.key)
                    if stored is not None:
                        return Answer(replies.parse(stored.reply) if stored.reply else Silence(), again=True)
        raise Unavailable("others were faster every time")

    def close(self) -> None:
        self._crew.close()


_SORRY = Router([], {}, [], Route("failed", lambda _: True, lambda context: Turn(context.say("pipeline.failed"))))


class _Handling:
    """One run of one message. Thrown away and made anew when somebody else was faster."""

    def __init__(self, kit: Kit, router: Router, message: Message, deadline: Deadline, unit: Unit) -> None:
        self._kit = kit
        self._router = router
        self._message = message
        self._deadline = deadline
        self._unit = unit
        self._claimed = False

    def run(self) -> Answer:
        now = self._kit.now()
        self._talk = talk.load(self._unit, self._message.openid)
        context = self._context(now)
        route = self._router.find(context)
        turn = route.do(context)
        return self._commit(context, route.name, turn)

    def _context(self, now: datetime) -> Context:
        fresh = self._talk.updated_at is not None and now - self._talk.updated_at <= timedelta(
            minutes=self._kit.settings.state_minutes
        )
        standing = json.loads(self._talk.data) if fresh and self._talk.data else {}
        return Context(
            self._kit,
            self._message,
            state=self._talk.state if fresh else "",
            data=standing.get("data", {}),
            recall=standing.get("recall", {}),
            now=now,
            unit=self._unit,
            claim=self._claim,
            lapsed="" if fresh else self._talk.state,
        )

    def _claim(self) -> None:
        """Take the message and the talk for this unit before the handler writes anything else."""
        if self._claimed:
            return
        self._unit.lock()
        messages.add(self._unit, self._row("", Turn(Silence()), None, self._kit.now()))
        self._talk = talk.save(
            self._unit,
            self._talk,
            state=self._talk.state,
            data=self._talk.data,
            owed=self._talk.owed,
            now=self._talk.updated_at or datetime.fromtimestamp(0, UTC),
        )
        self._claimed = True

    def _commit(self, context: Context, route: str, turn: Turn) -> Answer:
        self._unit.lock()
        reply, owed_before = self._with_what_is_owed(turn.reply, context.now)
        reply, rest = self._fitted(reply)
        in_time = self._message.passive and self._deadline.settle()
        owes = not in_time and not isinstance(reply, Silence)
        body = None if isinstance(reply, Silence) else replies.dump(reply)
        self._write_message(self._row(route, turn, None if owes else body, context.now, owed=owes))
        if owes and body is not None:
            outbox.add(self._unit, context.openid, "reply", body, dedup=self._message.key, now=context.now)
        if not in_time:
            late.remove(self._unit, self._message.key)
        recall = _merged(context.recall, turn.recall, rest)
        data = json.dumps({"data": dict(turn.data), "recall": recall}, ensure_ascii=False)
        owed = owes or (self._talk.owed and not owed_before)
        talk.save(self._unit, self._talk, state=turn.state, data=data, owed=owed, now=context.now)
        self._unit.commit()
        _log.info("message %s kind=%s route=%s note=%s", self._message.key, self._message.kind, route, turn.note)
        return Answer(Silence() if owes else reply)

    def _with_what_is_owed(self, reply: Reply, now: datetime) -> tuple[Reply, bool]:
        """Answers that came too late for their own message go out in front of this one."""
        if not self._talk.owed or not isinstance(reply, Text) or not self._message.passive:
            return reply, False
        rows = [row for row in outbox.due(self._unit, self._message.openid) if row.kind == "reply"]
        outbox.mark_sent(self._unit, [row.id for row in rows], reason="with the next message", now=now)
        bodies = [replies.as_text(replies.parse(row.body)) for row in rows]
        before = self._kit.library.phrase("pipeline.owed") if bodies else ""
        return Text("\n\n".join([before, *bodies, reply.body] if bodies else [reply.body])), True

    def _fitted(self, reply: Reply) -> tuple[Reply, str]:
        if not isinstance(reply, Text):
            return reply, ""
        settings = self._kit.settings
        head, rest = replies.fit(reply.body, settings.reply_chars, settings.reply_bytes)
        if not rest:
            return reply, ""
        offer = "\n" + self._kit.library.phrase("pipeline.more")
        room = settings.reply_chars - len(offer), settings.reply_bytes - len(offer.encode())
        head, rest = replies.fit(reply.body, *room)
        return Text(head + offer), rest

    def _write_message(self, row: dict[str, object]) -> None:
        if self._claimed:
            messages.finish(self._unit, self._message.key, row)
        else:
            messages.add(self._unit, row)

    def _row(
        self, route: str, turn: Turn, reply: str | None, now: datetime, *, owed: bool = False
    ) -> dict[str, object]:
        return {
            "key": self._message.key,
            "openid": self._message.openid,
            "kind": self._message.kind,
            "text": masked(self._message.text or self._message.event_key),
            "route": route,
            "note": turn.note[:190],
            "score": turn.score,
            "content": self._kit.library.version,
            "reply": reply,
            "owed": owed,
            "received_at": now,
        }


def _merged(old: Mapping[str, Any], new: Mapping[str, Any], rest: str) -> dict[str, Any]:
    merged = {key: value for key, value in {**old, **new}.items() if value is not None and key != _MORE}
    return {**merged, _MORE: rest} if rest else merged



def rest_of(context: Context) -> str:
    """What the last reply had no room for."""
    return str(context.recall.get(_MORE, ""))
