"""How every command tells what went wrong: one sentence, no traceback."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

import click
from flask.cli import AppGroup

from bot.kit import Kit
from bot.pipeline import Pipeline
from config.document import BadFile
from config.settings import Settings
from knowledge.loader import Broken
from models.db import Unavailable

Now = Callable[[], datetime]
Phrases = Mapping[str, frozenset[str]]  # what the code says, with the placeholders it fills


class Open(Protocol):
    """Opens everything the settings name. `working_copy`: the content folder as it stands, not what is published."""

    def __call__(self, settings: Settings, *, working_copy: bool = False) -> tuple[Kit, Pipeline]: ...


_TOLD = (BadFile, Broken, Unavailable)


class Told(AppGroup):
    """Commands whose known failures are one sentence, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        with one_sentence():
            return super().invoke(ctx)


@contextlib.contextmanager
def one_sentence() -> Iterator[None]:
    try:
        yield
    except _TOLD as error:
        cure = "；the database does not answer: start it or correct DATABASE_URL"
        raise click.ClickException(f"{error}{cure if isinstance(error, Unavailable) else ''}") from None
