"""Everything done from a terminal: `flask settings|kb|menu|wechat|db|chat|event|privacy|staff|audit|api|clock`."""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

from config.checks import check
from config.settings import ROOT, Settings, table
from handlers.cli.telling import Now, Open, Phrases, Told, one_sentence
from handlers.launch import kept_secret
from models.db import Database


class Commands(AppGroup):
    """Each is loaded when it is asked for: cron runs one, and the others take longer to load than it to run."""

    def __init__(self, name: str, made: Mapping[str, Callable[[], click.Command]]) -> None:
        super().__init__(name)
        self._made = made

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._made})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self._made and cmd_name not in self.commands:
            self.add_command(self._made[cmd_name](), cmd_name)
        return super().get_command(ctx, cmd_name)


def register(app: Flask, settings: Settings, open_all: Open, phrases: Phrases, now: Now) -> None:
    """Commands that need no database or content open none: a broken installation can still be looked at."""
    app.cli = Commands(
        app.name,
        {
            "settings": lambda: _settings_command(settings),
            "kb": _of("kb", settings, open_all, phrases, now),
            "menu": _of("menu", settings, now),
            "wechat": _of("wechat", settings, now),
            "db": lambda: _database(settings),
            "chat": lambda: _chat(settings, open_all),
            "event": _of("event", settings, open_all),
            "desk": _of("desk", settings, phrases, now),
            "privacy": _of("privacy", settings, open_all),
            "calendar": _of("calendar", settings, open_all),
            "outbox": _of("outbox", settings, open_all),
            "staff": _of("staff", settings, open_all),
            "audit": _of("audit", settings, open_all),
            "api": _of("api", settings, open_all),
            "demo": _of("seeding", settings, open_all),
            "clock": _of("jobs", settings, open_all, now, _checked),
        },
    )


def _of(module: str, *given: object) -> Callable[[], click.Command]:
    """What `group` of that file here makes of `given`."""

    def made() -> click.Command:
        command: click.Command = import_module(f"handlers.cli.{module}").group(*given)
        return command

    return made


def _checked(settings: Settings) -> None:
    """What the server would refuse to start with, a command that does the server's work refuses too."""
    for finding in check(settings, ROOT):
        if finding.level == "error":
            raise click.ClickException(f"{finding.id} {finding.problem}；{finding.cure}")


def _settings_command(settings: Settings) -> click.Command:
    @click.command("settings")
    def show() -> None:
        """Every setting: name, type, default, present value (secrets masked) and what it is for."""
        rows = [("NAME", "TYPE", "DEFAULT", "VALUE", "HELP"), *table(settings)]
        widths = [max(len(str(row[column])) for row in rows) for column in range(4)]
        for row in rows:
            cells = [str(cell).ljust(width) for cell, width in zip(row, widths, strict=False)]
            click.echo("  ".join([*cells, str(row[4])]).rstrip())
        for finding in check(settings, ROOT):
            click.echo(f"\n{finding.id} {finding.problem}；{finding.cure}", err=True)

    return show


def _database(settings: Settings) -> AppGroup:
    group = Told("db", help="The database.")

    @group.command("upgrade")
    def up() -> None:
        """Bring the tables to the newest schema."""
        _upgrade(settings)
        click.echo("数据库已是最新")

    return group


def _upgrade(settings: Settings) -> None:
    from models.schema import upgrade  # slow to load, and few commands want it

    upgrade(Database(settings.database_url, wait=600))


def _chat(settings: Settings, open_all: Open) -> click.Command:
    @click.command("chat")
    @click.option("--as", "who", default="terminal", help="Name of the talent who talks.")
    def chat(who: str) -> None:
        """Talk to the bot in the terminal, through the same pipeline as WeChat's messages."""
        from bot import reply as replies
        from bot.message import Message

        logging.getLogger().setLevel(logging.WARNING)  # the talk is to be read, not the log
        with one_sentence():
            _upgrade(settings)
            secret = settings.secret_key or kept_secret(settings.var_dir)
            kit, pipeline = open_all(replace(settings, secret_key=secret))
        click.echo("汇才通（终端）。Ctrl-D 结束。")
        kit.library.prepare()
        start = time.time_ns()
        for number in itertools.count():
            try:
                text = input("人 ").strip()
            except (EOFError, KeyboardInterrupt):
                click.echo()
                pipeline.close()
                return
            if text:
                key = f"terminal:{who}:{start}:{number}"
                sent = int(kit.now().timestamp())
                answer = pipeline.answer(Message(key, f"terminal-{who}", "terminal", "text", sent, text=text))
                click.echo("机 " + (replies.as_text(answer.reply) or "（没有回答）"))

    return chat
