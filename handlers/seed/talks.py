"""What the made-up talents and the bot said to each other: rows as the pipeline writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot import reply as replies
from bot.kit import Kit
from bot.reply import Text
from handlers.seed.moments import moment
from knowledge.entry import Candidate
from models import message, question
from models.db import Unit

_ROUTES = {"sure": "faq", "maybe": "faq", "unknown": "fallback", "outside": "faq"}


Found = Mapping[str, Sequence[Candidate]]  # by what was asked


def look_up(kit: Kit, asked: Iterable[str]) -> Found:
    """What the bot finds for each. With its index to build first it takes longer than all that is written."""
    return {each: kit.library.search(_plainly(each), 3) for each in asked}


def seed(
    unit: Unit,
    kit: Kit,
    said: Sequence[Mapping[str, Any]],
    numbers: Mapping[str, str],
    found: Found,
    now: datetime,
) -> None:
    """`numbers`: of the tickets by their subjects; some questions became one."""
    for number, each in enumerate(sorted(said, key=lambda each: moment(str(each["at"]), now, kit.calendar()))):
        _add(unit, kit, f"demo:{number}", each, found[each["text"]], moment(str(each["at"]), now, kit.calendar()))
        if each.get("ticket"):
            question.learn(unit, f"demo:{number}", 0, "ticket", numbers[each["ticket"]], now)


def tried(found: Sequence[Candidate]) -> str:
    """What the bot would have offered, as a ticket keeps it."""
    return json.dumps([[each.entry.id, round(each.score, 3)] for each in found])


def _plainly(asked: str) -> str:
    return asked.removesuffix("（演示）")


def _add(unit: Unit, kit: Kit, key: str, told: Mapping[str, Any], found: Sequence[Candidate], at: datetime) -> None:
    openid = f"oDemo-{told['who']}"
    decision = told.get("decision", "sure")
    entry = kit.library.entry(told.get("answer") or told.get("near") or "")
    score = found[0].score if found else None
    answer = entry.answer.strip() if entry and decision == "sure" else f"（演示）{_WORDS[decision]}"
    message.add(
        unit,
        {
            "key": key,
            "openid": openid,
            "kind": "text",
            "text": told["text"],
            "route": _ROUTES[decision],
            "note": f"{entry.id if entry else ''}（演示）",
            "score": score,
            "content": kit.library.version,
            "reply": replies.dump(Text(answer)),
            "owed": False,
            "opens": "message",
            "offers": None,
            "sent_at": at,
            "received_at": at,
        },
    )
    row = {
        "message": key,
        "place": 0,
        "openid": openid,
        "text": told["text"],
        "decision": decision,
        "candidates": tried(found),
        "answered": entry.id if entry and decision == "sure" else "",
        "content": kit.library.version,
        "at": at,
    }
    question.add(unit, row)
    if told.get("verdict"):
        question.learn(unit, key, 0, "verdict", told["verdict"], at)


_WORDS = {
    "maybe": "给了几条相近的问题让对方选",
    "unknown": "没有答上来，请对方转人工",
    "outside": "说明了不归本区人才部门管",
}
