"""Sending to the bot: five seconds, three repeats, then the grey line.

WeChat drops a connection that has not answered within 5 s and sends the same message again, three times at most.
`success` or an empty body is a valid answer that shows nothing.
https://developers.weixin.qq.com/doc/service/guide/product/message/Passive_user_reply_message.html
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from urllib.parse import urlencode

from emulator.envelope import Envelope, Stamp, fresh_stamp, seal
from emulator.payload import Message
from emulator.post import Answer, exchange
from emulator.records import Attempt, Callback
from emulator.reply import Verdict, judge, judge_mini
from emulator.world import World

FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"
AT_ONCE = 256  # deliveries under way; beyond that, whoever sends waits


@dataclass(frozen=True)
class Pace:
    """How patient WeChat is. Tests make it short."""

    deadline: float = 5.0
    retries: int = 3
    pause: float = 0.0
    # Whether repeats carry the same timestamp and nonce is not documented: try a bot with both.
    same_stamp: bool = False


class Dispatcher:
    """Delivers messages, each in its own thread.

    Messages of one user leave in the order they were typed, but none waits for the answer to the one before.
    """

    def __init__(self, world: World, pace: Pace) -> None:
        self._world = world
        self._pace = pace
        self._stop = threading.Event()
        self._room = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._out: dict[str, threading.Event] = {}

    def submit(self, message: Message, callback: Callback) -> None:
        self._room.acquire()
        sent = threading.Event()
        with self._lock:
            before = self._out.get(message.openid)
            self._out[message.openid] = sent
        # Daemon: Ctrl-C must not wait for a bot that takes its 4 x 5 seconds.
        threading.Thread(target=self._deliver, args=(message, callback, before, sent), daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _deliver(
        self, message: Message, callback: Callback, before: threading.Event | None, sent: threading.Event
    ) -> None:
        try:
            if before is not None:
                before.wait(self._pace.deadline)
            self._try_all(message, callback, sent)
        finally:
            sent.set()
            self._room.release()

    def _try_all(self, message: Message, callback: Callback, sent: threading.Event) -> None:
        stamp = fresh_stamp(self._world.now())
        for number in range(1, self._pace.retries + 2):
            if number > 1:
                if self._stop.wait(self._pace.pause):
                    return
                stamp = stamp if self._pace.same_stamp else fresh_stamp(self._world.now())
            verdict = self._try_once(message, callback, number, stamp, sent)
            if verdict is not None:
                self._close(callback, verdict)
                return
        self._fail(callback)

    def _try_once(
        self, message: Message, callback: Callback, number: int, stamp: Stamp, sent: threading.Event
    ) -> Verdict | None:
        """None when WeChat would try again: no answer, or not a 200."""
        world, mode = self._world, self._world.mode
        account = world.ledger(mini=message.mini).account
        envelope = seal(message, account, mode, stamp)
        at, query = world.now(), urlencode(envelope.query)
        kind = "application/json" if message.mini else "text/xml"
        answer = exchange(
            world.callback, query, envelope.body.encode(), deadline=self._pace.deadline, kind=kind, on_sent=sent.set
        )
        heard = answer.status == 200 and not answer.error
        judged = judge_mini(answer.body) if message.mini else judge(answer.body, account, mode, message.openid)
        verdict = judged if heard else None
        world.record(callback, envelope.plain, mode, _attempt(number, at, query, envelope, answer, verdict))
        return verdict

    def _close(self, callback: Callback, verdict: Verdict) -> None:
        if not verdict.valid:
            self._fail(callback)
        elif verdict.shown is not None and self._read(callback):
            self._world.finish(callback, "shown", "account", verdict.shown)
        else:
            # Silent by wish, or nobody is there to read it.
            self._world.finish(callback, "silent")

    def _read(self, callback: Callback) -> bool:
        """An answer to an unfollow is not, also when they follow again before it comes."""
        return self._world.follows(callback.openid) and callback.message.kind != "event:unsubscribe"

    def _fail(self, callback: Callback) -> None:
        if self._read(callback) and not callback.message.mini:
            self._world.finish(callback, "failed", "notice", {"kind": "fault", "text": FAULT_NOTICE})
        else:
            self._world.finish(callback, "failed")


def _attempt(
    number: int, at: float, query: str, envelope: Envelope, answer: Answer, verdict: Verdict | None
) -> Attempt:
    error = answer.error
    if not error and answer.status != 200:
        error = f"HTTP {answer.status}，微信只认 200"
    return Attempt(
        number=number,
        at=at,
        query=query,
        posted=envelope.body,
        status=answer.status,
        ms=answer.ms,
        error=error,
        response=answer.body.decode(errors="replace"),
        decrypted=verdict.decrypted if verdict else "",
        checks=tuple(verdict.checks) if verdict else (),
        valid=verdict is not None and verdict.valid,
    )
