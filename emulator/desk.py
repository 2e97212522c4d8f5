"""The desk: the state, the sender and the people's hands on both. What pages and scripts do goes through here."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from emulator.compose import MESSAGES, Draft, Phone
from emulator.dispatch import Dispatcher, Pace
from emulator.events import EVENTS
from emulator.payload import Message
from emulator.popup import POPUPS
from emulator.program import PROGRAM
from emulator.records import Callback, Person
from emulator.verify import verify
from emulator.wants import BadRequest
from emulator.windows import opened
from emulator.world import Unknown, World

KINDS = {**MESSAGES, **EVENTS, **POPUPS, **PROGRAM}
# WeChat lets nobody write to an account they do not follow; the first two are how one begins.
WITHOUT_FOLLOWING = {"follow", "scan", *POPUPS, *PROGRAM}


class Desk:
    """One emulated WeChat. `base_url` is where this program is reached, for the addresses of pictures."""

    def __init__(self, world: World, base_url: str, pace: Pace | None = None) -> None:
        self.world = world
        self.base_url = base_url
        self.pace = pace or Pace()
        self.dispatcher = Dispatcher(world, self.pace)
        self._sending = threading.Lock()

    def act(self, who: str, body: dict[str, Any]) -> Callback:
        """Do as user `who` what `body` says; returns at once, the delivery goes on by itself."""
        kind = body.get("type")
        compose = KINDS.get(kind) if isinstance(kind, str) else None
        if compose is None:
            raise BadRequest(f"type 应为其中之一：{', '.join(KINDS)}。")
        with self._sending:
            person = self.world.find_person(who)
            if not person.following and kind not in WITHOUT_FOLLOWING:
                raise BadRequest(f'{person.name}还没有关注：先发 {{"type": "follow"}}。')
            draft = compose(body, self._phone(person))
            return self._send(person, draft)

    def _phone(self, person: Person) -> Phone:
        world = self.world
        return Phone(person.following, self.picture_url, world.templates, person.always, world.service.scenes.find)

    def _send(self, person: Person, draft: Draft) -> Callback:
        world = self.world
        if draft.follow is not None:
            world.follow(person.openid, draft.follow)
        msg_id = None if draft.event else world.next_msg_id()
        openid = person.mini_openid if draft.mini else person.openid
        message = Message(openid, int(world.now()), draft.fields, msg_id, draft.mini)
        with world.changed:
            self._consent(person, openid, draft)
            window = opened(draft.fields, mini=draft.mini)
            world.ledger(mini=draft.mini).hear(openid, window, message.created)
        callback = world.open_callback(message, draft.summary)
        world.add_entry(person.openid, "event" if draft.event else "user", draft.shown, callback.id)
        self.dispatcher.submit(message, callback)
        return callback

    def _consent(self, person: Person, openid: str, draft: Draft) -> None:
        for template, said in draft.answers:
            lasting = self.world.templates[template].kind == "lasting"
            consents = self.world.ledger(mini=draft.mini).consents
            give = consents.accept if said == "accept" else consents.refuse
            give(openid, template, lasting=lasting)
            if draft.always:
                person.always[template] = said

    def push_later(self, person: Person, draft: Draft, seconds: float) -> None:
        """What WeChat tells by itself, not the person: opens no window."""

        def push() -> None:
            with self._sending, contextlib.suppress(Unknown):
                message = Message(
                    person.mini_openid if draft.mini else person.openid,
                    int(self.world.now()),
                    draft.fields,
                    mini=draft.mini,
                )
                self.dispatcher.submit(message, self.world.open_callback(message, draft.summary))

        timer = threading.Timer(seconds, push)
        timer.daemon = True
        timer.start()

    def resend(self, callback_id: int) -> Callback:
        """The same message once more, same MsgId and CreateTime, as a late repeat would be."""
        with self._sending:
            message = self.world.find_callback(callback_id).message
            callback = self.world.open_callback(message, f"重发 #{callback_id}")
            self.dispatcher.submit(message, callback)
            return callback

    def picture_url(self, media_id: str) -> str:
        return f"{self.base_url}/emulator/media/{media_id}"

    def verify(self, *, forged: bool = True) -> dict[str, Any]:
        """验证URL: ask the callback for its echostr and remember how it did."""
        world = self.world
        result = verify(world.account, world.callback, world.mode, world.now(), self.pace.deadline, forged=forged)
        self.world.set_verification(result)
        return result
