"""The gate: nobody comes to a page without a session and the page's right."""

from __future__ import annotations

import ast
from pathlib import Path

CONSOLE = Path(__file__).resolve().parents[2] / "handlers" / "console"


def test_every_route_is_made_at_the_gate() -> None:
    for path in CONSOLE.rglob("*.py"):
        if path.name == "gate.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr != "add_url_rule", f"{path.name}:{node.lineno}"
            if isinstance(node, ast.FunctionDef):  # desk.yaml has routes too: whose ticket it is
                assert not any("route" in ast.unparse(each) for each in node.decorator_list), (
                    f"{path.name}:{node.lineno}"
                )
