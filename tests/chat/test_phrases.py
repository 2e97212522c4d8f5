"""The wording: what the code declares is what it says, and what phrases.yaml holds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.kit import Kit
from config.settings import ROOT
from handlers.chat.phrases import PHRASES

ENGINE = sorted((ROOT / "bot").glob("*.py"))
HANDLERS = [path for folder in ("chat", "miniapp", ".") for path in sorted((ROOT / "handlers" / folder).glob("*.py"))]
FILES = [*HANDLERS, *ENGINE]


def _calls(path: Path) -> Iterator[ast.Call]:
    """context.phrase(...), context.say(...), library.phrase(...), phrase(...), self._phrase(...)"""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("say", "phrase", "_phrase"):
            yield node


def _pattern(text: ast.JoinedStr) -> str:
    parts = [re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z_]+" for part in text.values]
    return "".join(str(part) for part in parts)


def _used() -> set[str]:
    found = set()
    for path in FILES:
        if path.name in ("phrases.py", "desk_phrases.py", "page_phrases.py"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        patterns = [_pattern(call.args[0]) for call in _calls(path) if isinstance(call.args[0], ast.JoinedStr)]
        found |= {key for key in PHRASES if key in words or any(re.fullmatch(each, key) for each in patterns)}
    return found


def test_declared_phrases_are_used() -> None:
    assert _used() == set(PHRASES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_phrase_said_is_declared_with_what_fills_it(path: Path) -> None:
    for call in _calls(path):
        key = call.args[0]
        if isinstance(key, ast.Constant):
            assert key.value in PHRASES, f"{path.name}:{call.lineno}"
            filled = {word.arg for word in call.keywords}
            assert filled == PHRASES[key.value], f"{path.name}:{call.lineno} {key.value}"


def test_the_content_holds_exactly_the_declared_ones(kit: Kit) -> None:
    assert set(kit.library.content.phrases) == set(PHRASES)


@pytest.mark.parametrize("key", sorted(PHRASES))
def test_each_can_be_filled(kit: Kit, key: str) -> None:
    said = kit.library.phrase(key, **dict.fromkeys(PHRASES[key], "〇"))
    assert said == said.strip() != ""
    assert "{" not in said


def test_the_bot_says_您(kit: Kit) -> None:
    for key, text in kit.library.content.phrases.items():
        assert "你" not in text, key
