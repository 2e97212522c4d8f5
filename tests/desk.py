"""An admin's terminal on the small district, with a database and a content folder of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

import wsgi
from config.settings import Settings
from knowledge.folder import snapshot

SMALL = Path(__file__).parent / "knowledge" / "content_small"
FLAT = "faq/flat.yaml"


@dataclass
class Desk:
    """An admin's terminal and the content folder beside it."""

    app: Flask
    settings: Settings
    here: Path

    def run(self, *words: str, code: int = 0, said: str = "") -> str:
        done = self.app.test_cli_runner().invoke(args=list(words), input=said)
        assert done.exit_code == code, (done.output, done.exception)
        assert "Traceback" not in done.output
        return done.output

    def kb(self, *words: str, code: int = 0) -> str:
        return self.run("kb", *words, code=code)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.settings.content_dir / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        return snapshot(self.settings.content_dir).files


def again(desk: Desk, **changed: object) -> Desk:
    settings = replace(desk.settings, **changed)  # type: ignore[arg-type]
    return Desk(wsgi.create_app(settings), settings, desk.here)
