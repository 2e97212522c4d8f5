"""Everything a group of commands works on, opened when the first of them needs it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from bot.events import Announcing
from bot.kit import Kit
from config.settings import Settings
from handlers.cli.telling import Open


class Opened:
    def __init__(self, settings: Settings, open_all: Open) -> None:
        self._settings, self._open = settings, open_all
        self._kit: Kit | None = None

    @property
    def kit(self) -> Kit:
        if self._kit is None:
            self._kit = self._open(self._settings)[0]
        return self._kit

    @contextlib.contextmanager
    def writing(self) -> Iterator[Announcing]:
        with self.kit.db.writing() as unit:
            yield Announcing(unit, self.kit.library.phrase)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Announcing]:
        with self.kit.db.unit() as unit:
            yield Announcing(unit, self.kit.library.phrase)


def short(openid: str) -> str:
    """Enough to tell people apart in a list."""
    return f"{openid[:3]}***{openid[-3:]}"
