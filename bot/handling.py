"""One run of one message: claim the key, load the talk, route, handle, commit everything together.

Thinking happens before the write lock is taken. The commit then checks that the message is still new and the talk
still where it was; if not, the whole is thrown away and made anew. So a crash before the commit leaves nothing, and a
crash after it leaves everything for WeChat's next delivery to find.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot import consenting, notices, timely
from bot import reply as replies
from bot.consenting import NoConsent
from bot.conversation import ASKED, REST, SAID, Context, merged
from bot.deadline import Deadline
from bot.kit import Kit
from bot.message import Message, opens
from bot.private import masked
from bot.question import left_open
from bot.reply import Reply, Silence, Text, Turn
from bot.router import Router
from models import late, outbox, results, talk
from models import message as messages
from models import question as questions
from models.db import Stale, Unit
from models.outbox import Row
from models.person import People
from models.talent import all_of

_log = logging.getLogger("huicai.pipeline")
_BETWEEN = "\n\n"  # an owed answer and the next
_CANDIDATES = 5  # kept with a question


class Handling:
    """Raises Taken (the message has a row), Stale (the talk or the content moved on), NoConsent (to what comes from a
    page), Unavailable; nothing is written then.

    `overtaken_since`: the message came at that time and is handled only now. If the person has said more since, it
    is answered for itself and leaves the talk where it stands.
    """

    def __init__(
        self,
        kit: Kit,
        router: Router,
        message: Message,
        deadline: Deadline,
        unit: Unit,
        overtaken_since: datetime | None = None,
    ) -> None:
        self._kit = kit
        self._router = router
        self._message = message
        self._deadline = deadline
        self._unit = unit
        self._since = overtaken_since
        self._claimed = False
        self._offers: str | None = None

    def run(self) -> Reply:
        """What is to be said now; Silence also when the answer is owed."""
        now = self._kit.now()
        self._content = self._kit.library.version
        self._talk = talk.load(self._unit, self._message.openid)
        moved = self._talk.updated_at
        self._overtaken = self._since is not None and moved is not None and moved > self._since
        context = self._context(now)
        route = self._router.find(context)
        turn = route.do(context)
        if self._message.page:
            offers = {"state": turn.state, "choices": self._router.choices(context, turn)}
            self._offers = json.dumps(offers, ensure_ascii=False)
        return self._commit(context, route.name, turn)

    def _context(self, now: datetime) -> Context:
        life = timedelta(minutes=self._kit.settings.state_minutes)
        fresh = self._talk.updated_at is not None and now - self._talk.updated_at <= life
        standing = json.loads(self._talk.data) if fresh and self._talk.data else {}
        in_flow = fresh and not self._overtaken
        return Context(
            self._kit,
            self._message,
            state=self._talk.state if in_flow else "",
            data=standing.get("data", {}) if in_flow else {},
            recall=standing.get("recall", {}),
            now=now,
            unit=self._unit,
            claim=self._claim,
            lapsed="" if fresh else self._talk.state,
            across=standing.get("page", bool(self._message.page)) != bool(self._message.page),
        )

    def _claim(self) -> None:
        """Take the message and the talk for this unit before the handler writes anything else."""
        if self._claimed:
            return
        self._lock()
        messages.add(self._unit, self._row("", Turn(Silence()), None, self._kit.now()))
        self._save(self._talk.state, self._talk.data, self._talk.owed, self._talk.updated_at)
        self._claimed = True

    def _commit(self, context: Context, route: str, turn: Turn) -> Reply:
        self._lock()
        self._note_results(context.now)
        self._note_return()
        whole, pays = self._with_what_is_owed(turn, context.now)
        reply, rest = self._fitted(whole)
        if self._kit.library.version != self._content:
            raise Stale  # swapped while we were thinking: the row must name the content that gave the answer
        if pays:
            outbox.take(self._unit, pays, reason="和对方下一条消息的回复一起送出", now=context.now)
        in_time = self._message.passive and self._deadline.settle()
        owes = not in_time and not isinstance(whole, Silence)
        if owes:
            reply, rest = whole, ""  # it goes out in as many messages as it takes
        body = None if isinstance(reply, Silence) else replies.dump(reply)
        self._write_message(self._row(route, turn, None if owes else body, context.now, owed=owes))
        self._write_questions(turn, context.now)
        if owes and body is not None:
            account = self._message.app
            dedup, now = self._message.key, context.now
            outbox.add(self._unit, context.openid, notices.REPLY, body, dedup=dedup, now=now, account=account)
        if not in_time:
            late.remove(self._unit, self._message.key)
        self._move_talk(context, turn, rest, owes=owes)
        self._unit.commit()
        _log.info("message %s kind=%s route=%s note=%s", self._message.key, self._message.kind, route, turn.note)
        return Silence() if owes else reply

    def _lock(self) -> None:
        """What comes from a page is kept while they agree to it. Raises NoConsent."""
        self._unit.lock()
        openid = self._message.openid
        if self._message.page and not consenting.stands(self._kit, self._unit, openid, "service"):
            raise NoConsent("service")

    def _note_results(self, now: datetime) -> None:
        """What became of templates we sent. An answer that did not arrive waits for the person, and moves the talk."""
        told = [
            results.note(self._unit, msgid, said, now, openid=self._message.openid)
            for _, said, msgid in self._message.results
            if msgid
        ]
        moved = told.count("waiting")
        if moved:
            seen, self._talk = self._talk, talk.load(self._unit, self._message.openid)
            if self._talk.version != seen.version + moved:
                raise Stale

    def _note_return(self) -> None:
        """Who writes to us follows, whatever we have noted: the event that said so may have been lost."""
        if self._message.passive and opens(self._message) in ("message", "menu", "scan"):
            sent_at = datetime.fromtimestamp(self._message.sent_at, UTC)
            People(self._unit).back(self._message.openid, sent_at)

    def _move_talk(self, context: Context, turn: Turn, rest: str, *, owes: bool) -> None:
        accepted = any(said == "accept" for _, said, _ in self._message.results)
        opened = bool(opens(self._message)) or accepted
        still = self._talk.owed and self._still_owed(context.now, opened=opened)
        owed = owes or still
        silent = isinstance(turn.reply, Silence) and not (turn.state or turn.data or turn.recall)
        if silent and owed == self._talk.owed and not opened:
            return  # an event nobody typed (a page viewed, a position told) is no step in the talk
        if silent or self._overtaken:
            # What opens a way moves the talk all the same: whoever finds no way open just now looks again.
            self._save(self._talk.state, self._talk.data, owed, self._talk.updated_at)
            return
        recall = merged(context.recall, {**turn.recall, **self._asked(turn), REST: rest or None})
        standing = {"data": dict(turn.data), "recall": recall, "page": bool(self._message.page)}
        data = json.dumps(standing, ensure_ascii=False)
        self._save(turn.state, data, owed, context.now)

    def _still_owed(self, now: datetime, *, opened: bool) -> bool:
        """What found no place in this reply goes out by itself, if the message has opened a way for it."""
        openids = all_of(self._unit, self._message.openid)
        if opened:
            outbox.wake(self._unit, openids, now)
        return bool(self._owed(openids, now))

    def _owed(self, openids: Sequence[str], now: datetime) -> list[Row]:
        """Also by our other account, but for what answers something said there."""
        rows = outbox.owed(self._unit, openids, now)
        return [row for row in rows if row.openid == self._message.openid or notices.moves(row)]

    def _save(self, state: str, data: str, owed: bool, at: datetime | None) -> None:
        at = at or datetime.fromtimestamp(0, UTC)
        self._talk = talk.save(self._unit, self._talk, state=state, data=data, owed=owed, now=at)

    def _with_what_is_owed(self, turn: Turn, now: datetime) -> tuple[Reply, list[int]]:
        """What is owed goes out in front of this reply: as much as fits beside it whole, and one at least."""
        taking = self._message.passive and not self._message.page
        if not self._talk.owed or not isinstance(turn.reply, Text) or not taking:
            return turn.reply, []
        pays: list[int] = []
        said: list[str] = []
        last = [] if turn.yields else [turn.reply.body]
        for row in self._sayable(now):
            text = notices.left_to_say(row, *self._room())
            late = row.kind == notices.REPLY and not said
            more = [*said, *([self._kit.library.phrase("pipeline.owed")] if late else []), text]
            if not text or (pays and not self._has_room(_BETWEEN.join([*more, *last]))):
                break
            said = more
            pays.append(row.id)
        return (Text(_BETWEEN.join([*said, *last])), pays) if pays else (turn.reply, [])

    def _sayable(self, now: datetime) -> Iterator[Row]:
        """What is owed, without what is not to be said any more: that ends here."""
        for row in self._owed(all_of(self._unit, self._message.openid), now):
            over = timely.over(self._unit, row, now)
            if over:
                outbox.drop_all(self._unit, [row.dedup], over)
            else:
                yield row

    def _has_room(self, text: str) -> bool:
        settings = self._kit.settings
        return not replies.fit(text, settings.reply_chars, settings.reply_bytes)[1]

    def _fitted(self, reply: Reply) -> tuple[Reply, str]:
        if not isinstance(reply, Text) or self._message.page or self._has_room(reply.body):
            return reply, ""
        head, rest = replies.fit(reply.body, *self._room())
        return Text(f"{head}\n{self._kit.library.phrase('pipeline.more')}"), rest

    def _room(self) -> tuple[int, int]:
        return notices.room(self._kit.settings, self._kit.library.phrase("pipeline.more"))

    def _write_message(self, row: dict[str, object]) -> None:
        if self._claimed:
            messages.finish(self._unit, self._message.key, row)
        else:
            messages.add(self._unit, row)

    def _write_questions(self, turn: Turn, now: datetime) -> None:
        for place, asked in enumerate(turn.asked):
            row = {
                "message": self._message.key,
                "place": place,
                "openid": self._message.openid,
                "text": masked(asked.text)[: questions.LONGEST],
                "decision": asked.decision,
                "candidates": json.dumps([[entry, round(score, 3)] for entry, score in asked.candidates[:_CANDIDATES]]),
                "answered": asked.answered[:190],
                "content": self._content,
                "at": now,
            }
            questions.add(self._unit, row)
        for learnt in turn.learnt:
            for place in learnt.places:
                questions.learn(self._unit, learnt.message, place, learnt.what, learnt.value, now)

    def _asked(self, turn: Turn) -> dict[str, Any]:
        """What a later 没用, 工单 or 那博士呢 is about: the questions left open, else all of this message."""
        if not turn.asked:
            return {}
        said = masked(turn.asked[-1].text)[: questions.LONGEST]
        return {ASKED: [self._message.key, left_open([asked.decision for asked in turn.asked])], SAID: said}

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
            "content": self._content,
            "reply": reply,
            "owed": owed,
            "offers": self._offers,
            "opens": opens(self._message),
            "sent_at": datetime.fromtimestamp(self._message.sent_at, UTC),
            "received_at": now,
        }
