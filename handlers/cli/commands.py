"""Everything done from a terminal: `flask settings|kb|menu|wechat|db|chat|event|staff|audit|clock`."""

from __future__ import annotations

import itertools
import logging
import time
from dataclasses import replace

import click
from flask import Flask
from flask.cli import AppGroup

from bot import reply as replies
from bot.message import Message
from config.checks import check
from config.settings import ROOT, Settings, table
from handlers.cli import audit, calendar, desk, event, jobs, kb, outbox, seeding, staff, wechat
from handlers.cli.telling import Now, Open, Phrases, Told, one_sentence
from handlers.launch import kept_secret
from models.db import Database
from models.schema import upgrade


def register(app: Flask, settings: Settings, open_all: Open, phrases: Phrases, now: Now) -> None:
    """Commands that need no database or content open none: a broken installation can still be looked at."""
    app.cli.add_command(_settings_command(settings))
    app.cli.add_command(kb.group(settings, open_all, phrases, now))
    app.cli.add_command(wechat.menu(settings, now))
    app.cli.add_command(wechat.group(settings, now))
    app.cli.add_command(_database(settings))
    app.cli.add_command(_chat(settings, open_all))
    app.cli.add_command(event.group(settings, open_all))
    app.cli.add_command(desk.group(settings, phrases, now))
    app.cli.add_command(calendar.group(settings, open_all))
    app.cli.add_command(outbox.group(settings, open_all))
    app.cli.add_command(staff.group(settings, open_all))
    app.cli.add_command(audit.group(settings, open_all))
    app.cli.add_command(seeding.group(settings, open_all))
    app.cli.add_command(jobs.group(settings, open_all, now, _checked))


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
        upgrade(Database(settings.database_url, wait=600))
        click.echo("数据库已是最新")

    return group


def _chat(settings: Settings, open_all: Open) -> click.Command:
    @click.command("chat")
    @click.option("--as", "who", default="terminal", help="Name of the talent who talks.")
    def chat(who: str) -> None:
        """Talk to the bot in the terminal, through the same pipeline as WeChat's messages."""
        logging.getLogger().setLevel(logging.WARNING)  # the talk is to be read, not the log
        with one_sentence():
            upgrade(Database(settings.database_url, wait=600))
            kit, pipeline = open_all(settings if settings.secret_key else replace(settings, secret_key=kept_secret()))
        click.echo("汇才通（终端）。Ctrl-D 结束。")
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
