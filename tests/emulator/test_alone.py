"""The emulator stands alone: it and the house meet over HTTP only."""

import ast
import sys
from pathlib import Path

import emulator

ALLOWED = {"emulator", "flask", "werkzeug", "cryptography"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_it_imports_nothing_of_the_house():
    files = list(Path(emulator.__file__).parent.rglob("*.py"))
    found = {name.split(".")[0] for path in files for name in imported(path)}
    assert found - sys.stdlib_module_names <= ALLOWED
