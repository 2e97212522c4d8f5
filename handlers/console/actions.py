"""What is done in the audit's words, as people read them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from models.access import ROLE_NAMES
from models.moves import MOVES, STATE_NAMES
from models.ticket import KIND_NAMES, SOURCE_NAMES

_OF_TICKETS = {
    **{verb: move.name for verb, move in MOVES.items()},
    "opened": "建单",
    "added": "补充说明",
    "attached": "发来附件",
    "reached": "留下联系电话",
    "interim": "阶段答复",
    "unsaid": "撤回答复",
    "failed": "答复没有送达",
    "note": "内部备注",
    "call": "电话记录",
    "claim": "认领",
    "assign": "指派",
    "release": "放回未分派",
    "edit": "改工单",
    "supervise": "督办",
    "callback": "约回访",
    "card": "亮牌",
    "retime": "重算期限",
    "invited": "再次请评价",
    "rated": "评价",
    "comment": "评价留言",
    "joined": "并入一张工单",
    "parted": "分出一张工单",
    "erased": "抹去注销的人",
}
NAMES = {
    **{f"ticket.{verb}": name for verb, name in _OF_TICKETS.items()},
    "talent.erased": "注销",
    "reveal": "查看隐去的内容",
    "export": "导出",
    "draft.taken": "采用问答",
    "draft.dropped": "不用问答",
    "outbox.resend": "重发消息",
    "outbox.drop": "取消消息",
    "calendar.bring_in": "导入日历",
    "calendar.replace": "更换日历",
    "calendar.remove": "去掉日历",
    "login": "登录",
    "login.failed": "登录失败",
    "login.locked": "登录锁定",
    "logout": "退出登录",
    "logout.elsewhere": "让别处退出登录",
    "audit.verify": "核对审计记录",
    "staff.add": "建账号",
    "staff.change": "改账号",
    "staff.away": "离开或回来",
    "staff.disable": "停用账号",
    "staff.enable": "启用账号",
    "staff.reset_password": "重设密码",
    "staff.own_password": "换密码",
    "staff.reset_factor": "清除手机验证码",
    "staff.factor": "设置手机验证码",
    "staff.bind": "绑定统一登录",
    "staff.unbind": "解除统一登录",
}
_WORDS = {
    "role": "角色",
    "unit": "单位",
    "was": "原来",
    "to": "给",
    "before": "原来",
    "login": "用户名",
    "why": "原因",
    "field": "内容",
    "away": "离开",
    "how": "方式",
    "old": "从",
    "new": "到",
    "kind": "类别",
    "source": "来源",
    "resolve": "办结期限",
    "first": "起",
    "last": "止",
    "into": "并入",
    "number": "编号",
    "helpers": "协办",
    "days": "工作日",
    "card": "牌",
    "rating": "评价",
    "fault": "问题",
    "rows": "条数",
    "sessions": "几处",
}
_SILENT = ("event",)  # row numbers, which the ticket's page does not show either
_VALUES = {
    **STATE_NAMES,
    **KIND_NAMES,
    **SOURCE_NAMES,
    **ROLE_NAMES,
    "hotline": "热线",
    "password": "密码",
    "factor": "密码和手机验证码",
    "oidc": "统一登录",
}
_VALUES |= {"True": "是", "False": "否", "None": "无", "contact": "联系方式", "red": "红牌", "yellow": "黄牌"}
_STAFF = re.compile(r"staff:(\d+)")


def name_of(action: str) -> str:
    return NAMES.get(action, action)


def choices() -> list[tuple[str, str]]:
    """For the filter, each name once: an action is found by how it begins, so the shortest stands for the others."""
    found: dict[str, str] = {}
    for action, name in sorted(NAMES.items(), key=lambda each: len(each[0])):
        found.setdefault(name, action)
    return [(found[name], name) for name in dict.fromkeys(NAMES.values())]


def who(actor: str, names: Mapping[int, str]) -> str:
    """An actor or an object as people know it."""
    found = _STAFF.fullmatch(actor)
    if found:
        return names.get(int(found[1]), "没有的账号" if found[1] == "0" else actor)
    known = {"talent": "人才", "bot": "机器人", "clock": "定时任务", "stranger": "没登录的人"}
    kind, _, rest = actor.partition(":")
    return known.get(actor) or {"ticket": rest, "cli": f"命令行 {rest}", "person": f"人才 {rest[:4]}…"}.get(kind, actor)


def said(detail: str, unit_name: Callable[[str], str]) -> str:
    """The row's detail on one line."""
    found = json.loads(detail) if detail else {}
    told = {
        key: _value(value, unit_name)
        for key, value in found.items()
        if value not in ("", [], None) and key not in _SILENT
    }
    return "，".join(f"{_WORDS.get(key, key)}：{value}" for key, value in told.items())


def _value(value: object, unit_name: Callable[[str], str]) -> str:
    if isinstance(value, dict):
        return "、".join(_value(each, unit_name) for each in value.values())
    if isinstance(value, list):
        return "、".join(_value(each, unit_name) for each in value)
    return _VALUES.get(str(value)) or unit_name(str(value))
