"""What this actor may do next to a ticket: the table of moves, their rights, and whose ticket it is. Pure."""

from __future__ import annotations

from typing import NamedTuple

from models import moves
from models.access import Actor, may, rights
from models.desk_dispatch import DESIGNATED_AT
from models.ticket import HOTLINE, Ticket


class Step(NamedTuple):
    """`asks`: there is something to fill in first. `tone` as of a button."""

    verb: str
    name: str
    asks: bool
    tone: str = ""


STEPS = (
    Step("accept", "受理", False, "primary"),
    Step("sign", "签收", False, "primary"),
    Step("grant", "同意延期", True, "primary"),
    Step("deny", "不同意延期", True),
    Step("resume", "继续办理", False, "primary"),
    Step("designate", "指定承办", True, "primary"),
    Step("claim", "领取", False),
    Step("dispatch", "转办", True),
    Step("send_back", "退回", True),
    Step("ask_extension", "申请延期", True),
    Step("suspend", "暂停", True),
    Step("invite", "请评价", False),
    Step("close", "办结", True),
    Step("reopen", "重办", True),
    Step("unmerge", "取消并单", False),
    Step("assign", "指派", True),
    Step("release", "放回未分派", False),
    Step("callback", "约回访", True),
    Step("edit", "改类别", True),
    Step("supervise", "督办", True),
    Step("merge", "并单", True),
    Step("refuse", "不予受理", True, "danger"),
)
FIRST = 5  # of them stand in the header, the rest in its menu
REPLIES = ("answer", "interim", "ask")
BESIDE = ("note", "call")
_WHILE_OPEN = frozenset({"claim", "assign", "release", "supervise", "callback", "edit", "interim", "material"})
_ALWAYS = frozenset({"note", "call", "attach", "follow_up"})


def legal(actor: Actor, ticket: Ticket) -> frozenset[str]:
    """Verbs of the desk. Nothing else is offered, and nothing else is taken."""
    mine = rights(actor)
    found = set(mine & frozenset(moves.verbs(ticket.state))) | (mine & _ALWAYS)
    if ticket.is_open:
        found |= mine & _WHILE_OPEN
    if ticket.state == "new" and "accept" in found:
        found.add("answer")  # which accepts it
    if ticket.state in moves.SAID:
        found |= mine & {"callback"}
    if ticket.state in ("answered", "rating"):
        found |= mine & {"interim"}  # 补充答复
    return frozenset(verb for verb in found if _fits(verb, actor, ticket))


def steps(actor: Actor, ticket: Ticket) -> list[Step]:
    """As buttons: one of them is the primary, and what it does as well is not offered beside it."""
    can = legal(actor, ticket)
    if ticket.state in ("dispatched", "returned") and can & {"sign", "accept"}:
        can -= {"claim"}
    found = [_worded(step, ticket) for step in STEPS if step.verb in can]
    first = next((step for step in found if step.tone == "primary"), None)
    return [step._replace(tone="") if step.tone == "primary" and step is not first else step for step in found]


def _worded(step: Step, ticket: Ticket) -> Step:
    """继续办理 of what was suspended is told to the talent, and says why."""
    return step._replace(name="恢复办理", asks=True) if step.verb == "resume" and ticket.is_suspended else step


def why_not(actor: Actor, ticket: Ticket) -> str:
    """Why a step that one looks for is not offered; empty: nothing is missed."""
    can = legal(actor, ticket)
    if "dispatch" in rights(actor) and moves.may("dispatch", ticket.state) and not can & {"dispatch", "designate"}:
        return (
            f"已转办 {ticket.dispatches} 次，再转办由督办员指定承办" if ticket.dispatches + 1 >= DESIGNATED_AT else ""
        )
    return ""


def why_no_answer(actor: Actor, ticket: Ticket) -> str:
    """Why there is no final reply to be written, for whoever writes beside it; empty: there is, or it is over."""
    can = legal(actor, ticket)
    if not ticket.is_open or "answer" in can or not can & {*REPLIES, *BESIDE}:
        return ""
    if ticket.state == "dispatched":
        return "签收以后才能答复" if "sign" in can else "等承办单位签收，由他们答复"
    if not may(actor, "answer", ticket):
        return "由主办单位答复，您可以写阶段答复和备注" if "interim" in can else "由主办单位答复"
    if ticket.state == "waiting":
        name = "恢复办理" if ticket.is_suspended else "继续办理"
        return f"计时停着，要答复请先“{name}”"
    return {"returned": "受理以后才能答复", "extending": "延期审完才能答复"}.get(ticket.state, "")


def _fits(verb: str, actor: Actor, ticket: Ticket) -> bool:
    """What hangs on the ticket itself, as the verbs of the desk see it."""
    if not may(actor, verb, ticket):
        return False
    match verb:
        case "sign":
            return actor.unit == ticket.unit  # nobody signs for a unit
        case "send_back":
            return ticket.unit != HOTLINE and not ticket.designated
        case "dispatch":
            return ticket.dispatches + 1 < DESIGNATED_AT
        case "designate":
            return ticket.dispatches + 1 >= DESIGNATED_AT
        case "suspend":
            return ticket.kind == "agency"
        case "claim":
            return ticket.assignee is None
        case "merge":
            return ticket.kind != "rectify"
        case "release":
            return ticket.assignee is not None
    return True
