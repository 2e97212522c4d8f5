"""How commands find the account of the demo that runs on this machine: `run` leaves a note of its settings in var/."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from config.settings import ROOT, specs

_NOTES = ROOT / "var"


@contextlib.contextmanager
def noted(environment: Mapping[str, str], port: int, notes: Path = _NOTES) -> Iterator[None]:
    """While the demo with its emulator at `port` runs. Only who runs it may read the note: it holds the demo's keys."""
    names = {name for spec in specs() for name in (spec.name, f"{spec.name}_FILE")}
    settings = {name: value for name, value in environment.items() if name in names}
    path = notes / f"demo-{port}.json"
    with contextlib.suppress(FileNotFoundError):
        path.unlink()  # of one that was killed
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"pid": os.getpid(), "settings": settings}, file)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def beside(environment: Mapping[str, str], notes: Path = _NOTES) -> dict[str, str]:
    """What a command runs with: when it was given no account of its own, what the demo here runs with, as far as it was
    not told otherwise. EMULATOR_PORT says which, if there are several.
    """
    given = {name: value for name, value in environment.items() if value}
    if {"WECHAT_APPID", "WECHAT_APPID_FILE"} & given.keys():
        return given
    for path in sorted(notes.glob(f"demo-{given.get('EMULATOR_PORT', '*')}.json")):
        settings = _of_one_that_runs(path)
        if settings is not None:
            return given | {name: value for name, value in settings.items() if not _both(name) & given.keys()}
    return given


def _both(name: str) -> set[str]:
    name = name.removesuffix("_FILE") if name.removesuffix("_FILE") in {spec.name for spec in specs()} else name
    return {name, f"{name}_FILE"}


def _of_one_that_runs(path: Path) -> dict[str, str] | None:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        os.kill(note["pid"], 0)
        return dict(note["settings"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
