"""Every action that the code writes to the audit has a name that auditors read."""

from __future__ import annotations

import ast
import re
from functools import cache
from itertools import product
from pathlib import Path

from console.conftest import Desk
from handlers.console import actions, wording
from models import audit_trail
from models.audit_trail import Wanted

ROOT = Path(__file__).parents[2]
DESK = sorted((ROOT / "models").glob("desk*.py"))  # whose functions hand an action to one another


class Family:
    """Which words an argument may be: followed through variables, parameters and their callers."""

    def __init__(self, paths: list[Path]) -> None:
        self.calls: list[tuple[ast.FunctionDef, ast.Call]] = []
        for path in paths:
            for function in (each for each in ast.walk(_tree(path)) if isinstance(each, ast.FunctionDef)):
                nested = {id(call) for inner in _inner(function) for call in ast.walk(inner)}
                found = (each for each in ast.walk(function) if isinstance(each, ast.Call) and id(each) not in nested)
                self.calls += [(function, call) for call in found]

    def written(self) -> set[str]:
        found: set[str] = set()
        for function, call in self.calls:
            named = call.func
            if (
                isinstance(named, ast.Attribute)
                and named.attr == "add"
                and re.search("audit|noted", _text(named.value))
            ):
                said = self.words(call.args[1], function)
                assert said, f"which actions are {_text(call)}?"
                found |= said
        return found

    def words(self, said: ast.expr, function: ast.FunctionDef) -> set[str]:
        match said:
            case ast.Constant(value=str(word)):
                return {word}
            case ast.IfExp(body=one, orelse=other):
                return self.words(one, function) | self.words(other, function)
            case ast.JoinedStr(values=parts):
                return {"".join(each) for each in product(*(self.words(part, function) for part in parts))}
            case ast.FormattedValue(value=inner):
                return self.words(inner, function)
            case ast.Name(id=name):
                return self._named(name, function)
        return set()

    def _named(self, name: str, function: ast.FunctionDef) -> set[str]:
        assigned = [each for each in ast.walk(function) if isinstance(each, ast.Assign)]
        given = [each.value for each in assigned if _text(each.targets[0]) == name]
        found = {word for value in given for word in self.words(value, function)}
        for decorator in function.decorator_list:
            listed = re.search(rf"any\(([a-z_,]+)\):{name}>", _text(decorator))
            found |= set(listed[1].split(",")) if listed else set()
        names = [each.arg for each in function.args.args if each.arg != "self"]
        if name in names:
            for caller, call in self.calls:
                if _text(call.func).split(".")[-1] == function.name and len(call.args) > names.index(name):
                    found |= self.words(call.args[names.index(name)], caller)
        return found


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _inner(function: ast.FunctionDef) -> list[ast.FunctionDef]:
    return [each for each in ast.walk(function) if isinstance(each, ast.FunctionDef) and each is not function]


def _text(node: ast.AST) -> str:
    return ast.unparse(node)


@cache
def written() -> frozenset[str]:
    folders = [ROOT / name for name in ("models", "handlers", "bot")]
    others = [path for folder in folders for path in sorted(folder.rglob("*.py")) if path not in DESK]
    alone = [[path] for path in others if "audit" in path.read_text(encoding="utf-8")]
    return frozenset(word for family in [DESK, *alone] for word in Family(family).written())


def test_the_code_is_read_right() -> None:
    some = "login logout login.locked ticket.answer ticket.rated ticket.dispatch ticket.retime staff.unbind draft.taken"
    assert {*some.split(), "outbox.drop", "calendar.replace", "export", "reveal"} <= written()
    assert len(written()) > 50


def test_every_action_has_a_name() -> None:
    assert [action for action in sorted(written()) if not re.search("[一-龥]", actions.name_of(action))] == []


def test_no_name_is_of_an_action_that_nobody_does() -> None:
    assert sorted(set(actions.NAMES) - written()) == []


def test_every_event_of_a_ticket_is_told() -> None:
    verbs = [action.partition(".")[2] for action in sorted(written()) if action.startswith("ticket.")]
    told = {verb: wording.name_of(verb) for verb in verbs if verb != "retime"}  # which is no event
    assert [verb for verb, name in told.items() if name == verb] == []


def test_names_are_those_of_the_desk() -> None:
    known = {"ticket.answer": "答复", "staff.add": "建账号", "nobody.knows": "nobody.knows"}
    assert {action: actions.name_of(action) for action in known} == known


def test_details_are_told_in_words() -> None:
    told = actions.said('{"event": 139, "new": "waiting", "old": "working", "kind": "help"}', str)
    assert told == "到：待补充材料，从：办理中，类别：求助"


def test_the_filter_has_each_name_once_and_finds_all_of_it() -> None:
    chosen = {name: action for action, name in actions.choices()}
    assert len(chosen) == len(actions.choices())
    for action, name in actions.NAMES.items():
        assert action.startswith(chosen[name])


def test_every_row_of_what_staff_do_tells_from_where(desk: Desk) -> None:
    seat = desk.sits("supervisor")
    ticket, other = desk.ticket(), desk.ticket("公寓漏水", openid="o小王")
    seat.post(f"/tickets/{ticket.number}/accept")
    seat.post(f"/tickets/{ticket.number}/say", {"tab": "note", "text": "看过了", "seen": "0"})
    seat.post("/bulk", {"verb": "claim", "number": [other.number]})
    seat.post("/tickets/next")
    new = {"source": "phone", "kind": "question", "urgency": "normal", "contact": "13800000001"}
    seat.post("/tickets/new", {**new, "subject": "问落户要什么材料", "then": "mine"})
    seat.get("/reports/tickets.xlsx")
    with desk.kit.db.unit() as unit:
        rows = audit_trail.rows(unit, Wanted(seat.actor.key))
    assert {each.action for each in rows} >= {"ticket.accept", "ticket.note", "ticket.claim", "ticket.opened", "export"}
    assert {each.address for each in rows} == {"127.0.0.1"}
