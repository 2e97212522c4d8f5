"""Events of a ticket in a sentence each, as the timeline and the history tell them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from models.history import data_of
from models.moves import MOVES, SAID
from models.ticket import CARD_NAMES, KIND_NAMES, RATING_NAMES, URGENCY_NAMES, TicketEvent

OUTCOMES = {"reached": "接通了", "busy": "占线", "no_answer": "没人接", "wrong": "号码不对"}
FIELDS = {"kind": "类别", "urgency": "紧急程度", "topic": "事项", "confidential": "保密", "subject": "标题"}
_OTHERS = {
    "opened": "建立工单",
    "added": "对方补充",
    "attached": "对方发来文件",
    "interim": "阶段答复",
    "more": "补充答复",
    "note": "内部备注",
    "call": "电话记录",
    "claim": "领取",
    "assign": "指派",
    "release": "放回未分派",
    "unsaid": "撤回一条答复",
    "failed": "答复没有送达，请打电话联系",
    "invited": "再次请评价",
    "rated": "评价",
    "comment": "评价留言",
    "reached": "留下联系电话",
    "joined": "并入一张工单",
    "parted": "分出一张工单",
    "edit": "改动",
    "supervise": "督办",
    "callback": "约回访",
    "card": "亮牌",
    "erased": "对方注销了，联系方式、文字和附件已删除",
}
UNREADABLE = "封存打不开（换过密钥）"  # a name or number sealed with a SECRET_KEY that is ours no more
PROMISES = {"accept": "受理", "first": "首次答复", "resolve": "办结"}
Names = Callable[[str], str]  # of an actor, or of a unit


def name_of(kind: str) -> str:
    """The event in a word or two."""
    move = MOVES.get(kind)
    return move.name if move is not None else _OTHERS.get(kind, kind)


def kind_of(event: TicketEvent) -> str:
    """Its kind; "more": an interim reply behind the final one."""
    return "more" if event.kind == "interim" and event.old in SAID else event.kind


class Wording:
    """`who` names actors by their key, `unit` units by their id, `when` tells a time."""

    def __init__(self, who: Names, unit: Names, when: Callable[[datetime], str]) -> None:
        self._who, self._unit, self._when = who, unit, when

    def told(self, event: TicketEvent) -> str:
        """Without who did it and without the event's own text."""
        data = data_of(event)
        more = getattr(self, f"_{event.kind}", None)
        said = more(data) if more is not None else ""
        return said or name_of(kind_of(event))

    def _dispatch(self, data: Mapping[str, Any]) -> str:
        helpers = "、".join(self._unit(str(each)) for each in data.get("helpers") or ())
        return f"转办给{self._unit(str(data.get('unit', '')))}" + (f"，协办{helpers}" if helpers else "")

    def _designate(self, data: Mapping[str, Any]) -> str:
        return self._dispatch(data).replace("转办给", "指定承办：", 1)

    def _assign(self, data: Mapping[str, Any]) -> str:
        return f"指派给{self._who('staff:' + str(data.get('to', '')))}"

    def _ask_extension(self, data: Mapping[str, Any]) -> str:
        return f"申请延期 {data.get('days', '')} 个工作日"

    def _grant(self, data: Mapping[str, Any]) -> str:
        return f"同意延期 {data.get('days', '')} 个工作日"

    def _resume(self, data: Mapping[str, Any]) -> str:
        return "恢复办理" if data.get("suspended") else ""

    def _supervise(self, data: Mapping[str, Any]) -> str:
        return "列为督办" if data.get("on") else "不再督办"

    def _card(self, data: Mapping[str, Any]) -> str:
        colour = str(data.get("card", ""))
        missed = "、".join(name for key, name in PROMISES.items() if key in (data.get("missed") or ()))
        late = {"yellow": f"：{missed}快到期了", "red": f"：{missed}超时了"}.get(colour, "") if missed else ""
        return CARD_NAMES.get(colour, "") + late or "收回亮牌"

    def _call(self, data: Mapping[str, Any]) -> str:
        return f"电话：{OUTCOMES.get(str(data.get('outcome')), '')}"

    def _callback(self, data: Mapping[str, Any]) -> str:
        at = str(data.get("at") or "")
        return f"约定 {self._when(datetime.fromisoformat(at))} 回访" if at else "不用再回访"

    def _merge(self, data: Mapping[str, Any]) -> str:
        return f"并入 {data.get('into', '')}"

    def _unmerge(self, data: Mapping[str, Any]) -> str:
        return f"从 {data.get('into', '')} 分出"

    def _joined(self, data: Mapping[str, Any]) -> str:
        return f"{data.get('number', '')} 并入本单"

    def _parted(self, data: Mapping[str, Any]) -> str:
        return f"{data.get('number', '')} 从本单分出"

    def _rate(self, data: Mapping[str, Any]) -> str:
        return f"评价：{RATING_NAMES.get(int(data.get('rating') or 0), '')}"

    _rated = _rate

    def _edit(self, data: Mapping[str, Any]) -> str:
        return "改了" + "，".join(f"{FIELDS.get(name, name)}：{_value(name, new)}" for name, new in data.items())


def _value(name: str, new: object) -> str:
    if name == "confidential":
        return "是" if new else "否"
    named = {"kind": KIND_NAMES, "urgency": URGENCY_NAMES}.get(name, {})
    return named.get(str(new), str(new)) or "空"
