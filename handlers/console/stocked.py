"""Replies in stock filled in for a ticket: 称呼, 工单号 and the other {variables}. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from config.office import Office
from models.access import Actor
from models.ticket import KIND_NAMES, Ticket

_VARIABLE = re.compile(r"\{ ?([^\W\d_]{1,16}) ?\}")
VARIABLES = {
    "称呼": "对方的称呼，没留就是“您”",
    "工单号": "工单编号",
    "事项": "工单标题",
    "类别": "咨询、求助、投诉……",
    "单位": "主办单位",
    "期限": "答复期限",
    "坐席": "您的名字",
    "热线": "热线电话，公布以后才有",
    "区": "区名",
}
_EXAMPLE = {
    "称呼": "张先生",
    "工单号": "T20260105-0001",
    "事项": "人才津贴什么时候发",
    "类别": "咨询",
    "期限": "1月9日17:00",
}


class Filled(NamedTuple):
    """`missing`: variables that there are none of, or that have no value here; they stand in the text as they were."""

    text: str
    missing: tuple[str, ...]


def filled(body: str, values: Mapping[str, str]) -> Filled:
    missing: list[str] = []

    def put(found: re.Match[str]) -> str:
        value = values.get(found[1].strip(), "")
        if not value:
            missing.append(found[1].strip())
        return value or found[0]

    text = _VARIABLE.sub(put, body)
    return Filled(text, tuple(dict.fromkeys(missing)))


def values(ticket: Ticket, actor: Actor, office: Office, *, caller: str, unit: str, until: str) -> dict[str, str]:
    """Of a ticket. `until`: by when it is to be answered, "" when nobody knows."""
    return {
        "称呼": caller or "您",
        "工单号": ticket.number,
        "事项": ticket.subject,
        "类别": KIND_NAMES[ticket.kind],
        "单位": unit,
        "期限": until,
        "坐席": actor.name,
        "热线": office.hotline.phone or "",
        "区": office.district,
    }


def example(actor: Actor, office: Office, unit: str) -> dict[str, str]:
    """To show a reply in stock with, where there is no ticket."""
    return {**_EXAMPLE, "单位": unit, "坐席": actor.name, "热线": office.hotline.phone or "", "区": office.district}


def called_on(text: str, names: Mapping[int, str]) -> list[int]:
    """Ids of those whose @name stands in a note; of two names that begin alike the longer one counts."""
    found: list[int] = []
    for number, name in sorted(names.items(), key=lambda each: -len(each[1])):
        if name and f"@{name}" in text:
            found.append(number)
            text = text.replace(f"@{name}", "")
    return found


def lines(text: str, most: int = 20) -> Sequence[str]:
    """One thing a line, as a list of materials is written."""
    return [line.strip(" ·、\t") for line in text.splitlines() if line.strip(" ·、\t")][:most]
