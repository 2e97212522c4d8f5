"""What is made in clients/ is what the code and the sources there make: `./manage client` makes it anew."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

from bot.kit import Kit
from handlers.miniapp import api

CLIENTS = Path(__file__).parents[2] / "clients"
CURE = "run ./manage client"


def test_the_document_is_that_of_the_code(kit: Kit) -> None:
    known = json.loads((CLIENTS / "openapi.json").read_text(encoding="utf-8"))
    told = api.document(kit, None)  # type: ignore[arg-type]
    assert known == json.loads(json.dumps(told)), CURE


def test_what_was_made_was_made_from_what_is_there() -> None:
    make: dict[str, Any] = runpy.run_path(str(CLIENTS / "make.py"))
    assert json.loads((CLIENTS / "made.json").read_text(encoding="utf-8")) == make["sums"](), CURE
