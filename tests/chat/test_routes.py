"""The order of asking, and what the files of handlers/chat know of one another."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from config.menu import load_menu
from config.settings import ROOT
from handlers.chat import routes

FOLDER = ROOT / "handlers/chat"
# What several handlers share; these answer nothing themselves.
SHARED = {
    "answered",
    "finding",
    "promise",
    "attaching",
    "choices",
    "citing",
    "commands",
    "contact",
    "dates",
    "desk_phrases",
    "duty",
    "manners",
    "phrases",
    "qualify",
    "saying",
    "standing",
    "page_phrases",
    "steps",
    "whether",
}
STATE = re.compile(r"[a-z]+:[a-z]+")


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "handlers.chat":
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handlers.chat."):
            found.add(str(node.module).rpartition(".")[2])
    return found


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_only_the_routes_know_the_handlers(path: Path) -> None:
    if path.stem != "routes":
        assert _imports(path) <= SHARED


def test_every_state_named_is_served() -> None:
    served = set(routes.FLOWS.states())
    named = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATE.fullmatch(node.value):
                named.add(node.value)
    assert named == served


def test_route_names_are_unique() -> None:
    names = [route.name for route in (*routes.FIRST, *routes.THEN, routes.LAST)]
    assert len(names) == len(set(names))


def test_every_menu_key_is_answered_and_every_answer_has_a_key() -> None:
    text = (ROOT / "config/menu.yaml").read_text(encoding="utf-8")
    assert load_menu(ROOT / "config/menu.yaml")
    assert set(re.findall(r"key: (menu\.\w+)", text)) == set(routes.MENU)
