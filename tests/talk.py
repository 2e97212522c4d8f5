"""A talk, played through the real pipeline.

    人 查进度
    机 您还没有提交过工单…回复“人工”
    等 11分钟
    人 [image]

人 says something as a talent: text, or one of [image] [voice] [voice 识别出的字] [video] [link] [other]
[location 27.72,106.92] [click menu.card] [subscribe] [subscribe qrscene_x] [scan x] [unsubscribe]
[popup template accept] [change template reject] [sent template success msgid]
[templatesendjobfinish - success msgid].
A line that begins with none of these words goes on with the message above it.
机 is what must be answered: every part between … stands in the reply, in that order; several 机 lines look at one
reply. 机不 names what must not stand in it, 机无 that nothing is answered. 等 moves the clock.
答 is the hotline's final answer to the person's newest ticket, 进 an interim one, 要 asks for a material, 邀 invites a
rating, 延 gives 3 working days more, 受 accepts it.
送 sends what is due, as the clock does every second; the lines after it look at what reached this person then.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import staffing
from bot import reply as replies
from bot.deadline import Deadline
from bot.kit import Kit
from bot.message import Message
from bot.pipeline import Pipeline
from outgoing import arrived, deliver

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in Zunyi, an ordinary working day
_UNITS = {"秒": "seconds", "分钟": "minutes", "小时": "hours", "天": "days"}
_SPECIAL = re.compile(r"\[(\w+)(?: ([^\]]*))?\]")
_KINDS = {
    "location",
    "image",
    "video",
    "voice",
    "link",
    "card",
    "other",
    "click",
    "subscribe",
    "unsubscribe",
    "scan",
    "view",
}
_RESULTS = {name: f"subscribe_msg_{name}_event" for name in ("popup", "change", "sent")}
_RESULTS["templatesendjobfinish"] = "templatesendjobfinish"
_keys = itertools.count(1)


class Clock:
    """What the kit asks for the time."""

    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def wait(self, text: str) -> None:
        found = re.fullmatch(r"(\d+) ?(秒|分钟|小时|天)", text)
        assert found, f"等 what? {text!r}"
        self.at += timedelta(**{_UNITS[found[2]]: int(found[1])})


@dataclass
class Talk:
    """One person's chat with the bot."""

    kit: Kit
    pipeline: Pipeline
    clock: Clock
    openid: str = "oXiaoLin"
    said: str = ""
    heard: str | None = None
    transcript: list[str] = field(default_factory=list)
    in_miniapp: bool = False  # its customer service: what is answered is sent, see deliver

    def say(self, text: str) -> str:
        """The bot's reply to one message, "" when it stays silent."""
        self.said = text
        message = message_of(text, self.openid, int(self.clock.at.timestamp()))
        message = replace(message, passive=not self.in_miniapp)
        self.heard = replies.as_text(self.pipeline.handle(message, Deadline()).reply)
        self.transcript += [f"人 {text}", f"机 {self.heard}"]
        return self.heard

    def deliver(self) -> str:
        """What reached this person by customer service or a template when what is due was sent."""
        before = len(arrived(self.kit, self.openid))
        deliver(self.kit)
        self.heard = "\n".join(arrived(self.kit, self.openid)[before:])
        self.transcript += [f"送 {self.heard}"]
        return self.heard

    def play(self, script: str) -> None:
        for who, text in _lines(script):
            if who == "人":
                self.say(text)
            elif who == "等":
                self.clock.wait(text)
            elif who == "送":
                self.deliver()
            elif who in staffing.DOES:
                staffing.DOES[who](self.kit, self.openid, text)
                self.transcript.append(f"{who} {text}")
            else:
                self._check(who, text)

    def _check(self, who: str, text: str) -> None:
        heard = self.heard or ""
        if who == "机无":
            assert not heard, self._shown("expected silence")
        elif who == "机不":
            for part in text.split("…"):
                assert part.strip() not in heard, self._shown(f"must not say {part!r}")
        else:
            at = 0
            for part in filter(None, (part.strip() for part in text.split("…"))):
                found = heard.find(part, at)
                assert found >= 0, self._shown(f"expected {part!r}")
                at = found + len(part)

    def _shown(self, problem: str) -> str:
        return "\n".join([problem, *self.transcript[-8:]])


def message_of(text: str, openid: str, at: int) -> Message:
    number = next(_keys)  # padded below: what has the same second is read in the order of the keys
    base = {"key": f"talk-{number:06}", "openid": openid, "account": "gh_test", "sent_at": at}
    special = _SPECIAL.fullmatch(text)
    if special is None or not _is_known(special[1]):
        return Message(kind="text", text=text, **base)  # type: ignore[arg-type]
    what, more = special[1], special[2] or ""
    if what == "location":
        latitude, longitude = map(float, more.split(","))
        return Message(kind="location", latitude=latitude, longitude=longitude, **base)  # type: ignore[arg-type]
    if what in ("image", "video"):
        return Message(kind=what, media_id=f"media{number}", **base)  # type: ignore[arg-type]
    if what == "voice":
        return Message(kind="voice", media_id=f"media{number}", text=more, **base)  # type: ignore[arg-type]
    if what in ("link", "card", "other"):
        return Message(kind=what, url="https://example.org/", title=more, **base)  # type: ignore[arg-type]
    if what in _RESULTS:
        template, status, msgid = (*more.split(), "")[:3]
        event = _RESULTS[what]
        return Message(kind="event", event=event, results=((template, status, msgid),), **base)  # type: ignore[arg-type]
    return Message(kind="event", event=what, event_key=more, **base)  # type: ignore[arg-type]


def _is_known(what: str) -> bool:
    return what in _KINDS or what in _RESULTS


def _lines(script: str) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for raw in script.strip("\n").splitlines():
        line = raw.strip()
        head, _, rest = line.partition(" ")
        if head in ("人", "机", "机不", "机无", "等", "送", *staffing.DOES):
            lines.append((head, rest.strip()))
        elif line:
            who, text = lines.pop()
            lines.append((who, f"{text}\n{line}"))
    return lines
