"""How every command tells what went wrong: one sentence, no traceback."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import click
from flask.cli import AppGroup

from config.document import BadFile
from config.settings import Settings
from knowledge.folder import Broken
from models.db import NoFile, NoTables, Unavailable

if TYPE_CHECKING:
    from bot.kit import Kit
    from bot.pipeline import Pipeline

Now = Callable[[], datetime]
Phrases = Mapping[str, frozenset[str]]  # what the code says, with the placeholders it fills


class Open(Protocol):
    """Opens everything the settings name. `working_copy`: the content folder as it stands, not what is published.
    `serves`: for answering people, so that an empty database and what is saved are published.
    """

    def __call__(
        self, settings: Settings, *, working_copy: bool = False, serves: bool = False
    ) -> tuple[Kit, Pipeline]: ...


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
        raise click.ClickException(unavailable(error) if isinstance(error, Unavailable) else str(error)) from None


def unavailable(error: Unavailable) -> str:
    """What keeps the database from being used, and the cure."""
    if isinstance(error, NoTables):
        return "数据库的表还没有建好，或和程序的版本不一致；运行 ./manage flask db upgrade"
    if isinstance(error, NoFile) and error.path is not None:
        if not error.path.parent.is_dir():
            return (
                f"放数据库文件的目录 {error.path.parent} 不存在；运行 mkdir -p {error.path.parent}，或改正 DATABASE_URL"
            )
        return f"数据库文件 {error.path} 打不开或写不了；检查它和所在目录的权限，用运行服务的账号来运行命令"
    return f"数据库不通（{error}）；启动它，或改正 DATABASE_URL"
