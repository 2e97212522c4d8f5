"""The one piece of state: everything the desk knows, in memory, behind one lock.

Every change raises `revision`, so a page asks for what is new since the revision it has seen.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from emulator.account import Account, Mode
from emulator.calls import Call, Calls
from emulator.clock import Clock
from emulator.faults import Faults
from emulator.ledger import Ledger
from emulator.media import Shelf
from emulator.payload import Message
from emulator.records import Attempt, Callback, CallbackState, Entry, Person, Side
from emulator.templates import READY, Template
from emulator.wants import BadRequest

FIRST_PEOPLE = ("小林", "老王")
KEPT_CALLBACKS = 500
KEPT_ENTRIES = 2000


class Unknown(LookupError):
    """No such person or callback; the text names it."""


class World:
    """Shared by all request threads and deliveries. Methods lock for themselves; `changed` wakes those who wait.

    `now` is the real time, `clock` the emulator's own, which can be set ahead. `limit` replaces all daily quotas.
    """

    def __init__(
        self,
        account: Account,
        mode: Mode,
        callback: str,
        now: Callable[[], float] = time.time,
        *,
        mini: Account | None = None,
        limit: int = 0,
    ) -> None:
        self.account = account
        self.callback = callback
        self.now = now
        self.clock = Clock(now)
        self.changed = threading.Condition(threading.RLock())
        self.shelf = Shelf(self.clock)
        self.service = Ledger(account, self.clock, limit)
        self.mini = Ledger(mini or account.mini(), self.clock, limit)
        self._mode = mode
        # Ids only grow, also past a clear and a restart: a bot remembers the MsgIds it has answered.
        self._last_id = 0
        self._last_msg_id = int(now()) * 10_000_000 + 23_000_000_000_000_000
        self.clear()

    def clear(self) -> None:
        """Back to the start: the first people, no chats, no log, no menu, no faults.

        Tokens stay, as they would at Tencent, and so does the clock.
        """
        with self.changed:
            # A new epoch tells open pages to forget what they hold.
            self.epoch = secrets.token_hex(4)
            self.revision = 0
            self.people: dict[str, Person] = {}
            self.entries: dict[int, Entry] = {}
            self.callbacks: dict[int, Callback] = {}
            self.menu: dict[str, Any] | None = None
            self.verification: dict[str, Any] | None = None
            self.templates: dict[str, Template] = {each.id: each for each in READY}
            self.calls = Calls()
            self.faults = Faults()
            for ledger in (self.service, self.mini):
                ledger.clear()
            for name in FIRST_PEOPLE:
                self.add_person(name)
            self._mark()

    def ledger(self, *, mini: bool) -> Ledger:
        return self.mini if mini else self.service

    def jump(self, seconds: int) -> None:
        with self.changed:
            self.clock.jump(seconds)
            self._mark()

    def touch(self) -> int:
        """Something small changed that comes whole with every poll. The new revision."""
        with self.changed:
            return self._mark()

    def _mark(self) -> int:
        self.revision += 1
        self.changed.notify_all()
        return self.revision

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_mode(self, mode: Mode) -> None:
        with self.changed:
            self._mode = mode
            self._mark()

    def set_menu(self, menu: dict[str, Any] | None) -> None:
        with self.changed:
            self.menu = menu
            self._mark()

    def set_verification(self, result: dict[str, Any]) -> None:
        with self.changed:
            self.verification = result
            self._mark()

    def add_person(self, name: str, openid: str = "", following: bool = False) -> Person:
        """A new user; without `openid` one is derived, the same for the same appid and name on every start."""
        with self.changed:
            person = Person(openid or self._openid_for(name), name, following, since=self.clock())
            if person.openid in self.people:
                raise BadRequest(f"已有同名用户或同一 openid：{name}。")
            person.mini_openid = self._id_for("o", self.mini.account.appid, person.openid)
            person.unionid = self._id_for("u", "unionid", person.openid)
            person.phone = f"199{len(self.people) + 1:08d}"
            self.people[person.openid] = person
            self._mark()
            return person

    def _openid_for(self, name: str) -> str:
        return self._id_for("o", self.account.appid, name)

    def stand_in(self, person: Person) -> str:
        """The openid of nobody that WeChat lends to who only looks at a page."""
        return self._id_for("o", "snapshot", person.openid)

    @staticmethod
    def _id_for(letter: str, *parts: str) -> str:
        digest = hashlib.sha256("/".join(parts).encode()).digest()
        return letter + base64.urlsafe_b64encode(digest).decode()[:27]

    def find_person(self, who: str) -> Person:
        """By openid on either account, or by name when only one user is called so."""
        with self.changed:
            if who in self.people:
                return self.people[who]
            for person in self.people.values():
                if who == person.mini_openid:
                    return person
            named = [person for person in self.people.values() if person.name == who]
        if len(named) != 1:
            raise Unknown(f"没有用户 {who}。" if not named else f"有几个用户都叫 {who}：请用 openid。")
        return named[0]

    def follow(self, openid: str, following: bool) -> None:
        with self.changed:
            self.people[openid].following = following
            self.people[openid].since = self.clock()
            self._mark()

    def follows(self, openid: str) -> bool:
        with self.changed:
            person = self.people.get(openid)
            return person is not None and person.following

    def next_msg_id(self) -> int:
        with self.changed:
            self._last_msg_id += secrets.randbelow(5000) + 1
            return self._last_msg_id

    def add_entry(self, openid: str, side: Side, shown: dict[str, Any], callback: int | None) -> Entry:
        with self.changed:
            entry = Entry(self._next_id(), openid, side, shown, self.now(), callback)
            if side == "user":
                entry.state = "sending"
            entry.revision = self._mark()
            self.entries[entry.id] = entry
            if len(self.entries) > KEPT_ENTRIES:
                del self.entries[min(self.entries)]
            return entry

    def log_call(self, call: Call) -> None:
        with self.changed:
            call.id = self._next_id()
            for person in self.people.values():
                if call.openid in {person.openid, person.mini_openid}:
                    call.who, call.person = person.name, person.openid
            call.revision = self._mark()
            self.calls.add(call)

    def open_callback(self, message: Message, summary: str) -> Callback:
        with self.changed:
            person = self.find_person(message.openid)
            callback = Callback(self._next_id(), message, person.openid, person.name, summary, self._mode, self.now())
            callback.revision = self._mark()
            self.callbacks[callback.id] = callback
            if len(self.callbacks) > KEPT_CALLBACKS:
                del self.callbacks[min(self.callbacks)]
            return callback

    def record(self, callback: Callback, plain: str, mode: Mode, attempt: Attempt) -> None:
        with self.changed:
            callback.plain, callback.mode = plain, mode
            callback.attempts.append(attempt)
            callback.revision = self._mark()

    def finish(
        self, callback: Callback, state: CallbackState, side: Side | None = None, shown: dict[str, Any] | None = None
    ) -> None:
        """The last word on a message: what the user sees, if anything, and their own line stops spinning.

        One step under the lock, so nobody sees the message done and its answer missing.
        """
        with self.changed:
            if self.callbacks.get(callback.id) is not callback:
                return  # the desk was cleared meanwhile: this answer belongs to a chat that is gone
            if side is not None and shown is not None:
                self.add_entry(callback.openid, side, shown, callback.id)
            callback.state = state
            callback.revision = self._mark()
            for entry in self.entries.values():
                if entry.callback == callback.id and entry.state == "sending":
                    entry.state = "failed" if state == "failed" else "sent"
                    entry.revision = self._mark()

    def find_callback(self, callback_id: int) -> Callback:
        with self.changed:
            if callback_id not in self.callbacks:
                raise Unknown(f"没有回调 {callback_id}；只留最近 {KEPT_CALLBACKS} 条。")
            return self.callbacks[callback_id]
