"""How long `kb check` takes on 1,000 entries: reading, the loader's faults, the reviewer's faults and warnings."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import thousand
from config.office import load_office
from config.settings import ROOT, Settings
from handlers.chat.phrases import PHRASES
from handlers.cli.checking import judge
from knowledge.folder import snapshot

_MOST = 3.0  # seconds for 1,000 entries


def main() -> None:
    """Exit 1 when it takes too long."""
    office = load_office(ROOT / "config" / "office.yaml")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "content"
        thousand.write_content(folder, 1000)
        spent = []
        for _ in range(3):
            start = time.perf_counter()
            verdict = judge(snapshot(folder), office, PHRASES, date(2026, 11, 23), Settings())
            spent.append(time.perf_counter() - start)
    assert verdict.content is not None
    print(f"{len(verdict.content.entries)} entries: {min(spent):.2f} s (at most {_MOST}), first {spent[0]:.2f} s")
    sys.exit(min(spent) > _MOST)
