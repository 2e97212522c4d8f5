"""The one table of moves: what may be done to a ticket in which state, and where it then stands.

The database refuses the rest as well: migration 0005 puts the pairs of LEGAL into triggers. Who changes this table
writes a migration that makes them anew (models/triggers.py); a test holds the two together.
"""

from __future__ import annotations

from typing import NamedTuple

STATE_NAMES = {
    "new": "待受理",
    "dispatched": "待签收",
    "working": "办理中",
    "waiting": "待补充材料",
    "returned": "退回",
    "extending": "延期审核",
    "answered": "已答复",
    "rating": "待评价",
    "closed": "办结",
    "merged": "并单",
    "refused": "不予受理",
    "withdrawn": "已撤销",
}
SUSPENDED_NAME = "暂停办理"  # of "waiting", when not the talent is waited for
OPEN = ("new", "dispatched", "working", "waiting", "returned", "extending")  # somebody here has to do something
SAID = ("answered", "rating", "closed")  # the final answer is out: it can be rated, and taken up again
OVER = ("closed", "merged", "refused", "withdrawn")


class Move(NamedTuple):
    """`to`: one state, or those it may lead back to. `name`: as a button says it."""

    name: str
    of: tuple[str, ...]
    to: tuple[str, ...]


_TO_SEND = ("new", "dispatched", "working", "returned")  # 待签收 again: it went to the wrong unit
MOVES: dict[str, Move] = {
    "accept": Move("受理", ("new", "returned"), ("working",)),
    "dispatch": Move("转办", _TO_SEND, ("dispatched",)),
    "designate": Move("指定承办", _TO_SEND, ("dispatched",)),
    "sign": Move("签收", ("dispatched",), ("working",)),
    "send_back": Move("退回", ("dispatched", "working"), ("returned",)),
    "ask": Move("请补充材料", ("working",), ("waiting",)),
    "suspend": Move("暂停", ("working",), ("waiting",)),  # 代办: until its cause is gone
    "resume": Move("继续办理", ("waiting",), ("working",)),
    "ask_extension": Move("申请延期", ("working",), ("extending",)),
    "grant": Move("同意延期", ("extending",), ("working",)),
    "deny": Move("不同意延期", ("extending",), ("working",)),
    "answer": Move("答复", ("working",), ("answered",)),
    "recall": Move("撤回", ("answered", "waiting"), ("working",)),
    "invite": Move("请评价", ("answered",), ("rating",)),
    "rate": Move("评价", ("answered", "rating"), ("closed",)),
    "close": Move("办结", ("answered", "rating"), ("closed",)),
    "reopen": Move("重办", SAID, ("working",)),
    "refuse": Move("不予受理", ("new", "returned"), ("refused",)),
    "merge": Move("并单", OPEN, ("merged",)),
    "unmerge": Move("取消并单", ("merged",), OPEN),
    "withdraw": Move("撤销", OPEN, ("withdrawn",)),
}
LEGAL = frozenset((old, new) for move in MOVES.values() for old in move.of for new in move.to if old != new)


def may(verb: str, state: str) -> bool:
    return state in MOVES[verb].of


def verbs(state: str) -> tuple[str, ...]:
    """What may be done to a ticket in that state, in the order of the table."""
    return tuple(verb for verb, move in MOVES.items() if state in move.of)
