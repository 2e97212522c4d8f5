"""Everything done from a terminal: `flask settings|kb|menu|db|chat|clock`."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import click
from flask import Flask
from flask.cli import AppGroup

from bot import reply as replies
from bot.kit import Kit
from bot.message import Message
from bot.pipeline import Pipeline
from bot.wechat.client import ApiError, WeChat
from config.checks import check
from config.document import BadFile
from config.menu import load_menu
from config.office import load_office
from config.settings import ROOT, Settings, table
from handlers.clock import Clock
from handlers.launch import kept_secret
from knowledge.entry import Maybe, NotOurs, Sure
from knowledge.loader import Broken, load
from models.db import Database, Unavailable
from models.memory import DictMemory
from models.schema import upgrade

Open = Callable[[Settings], tuple[Kit, Pipeline]]
_TOLD = (BadFile, Broken, Unavailable)


class Plain(AppGroup):
    """Commands whose known failures are one sentence, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        with _one_sentence():
            return super().invoke(ctx)


@contextlib.contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except _TOLD as error:
        cure = "；the database does not answer: start it or correct DATABASE_URL"
        raise click.ClickException(f"{error}{cure if isinstance(error, Unavailable) else ''}") from None


def register(app: Flask, settings: Settings, open_all: Open, phrases: dict[str, frozenset[str]]) -> None:
    """Commands that need no database or content open none: a broken installation can still be looked at."""
    app.cli.add_command(_settings_command(settings))
    app.cli.add_command(_kb(settings, open_all, phrases))
    app.cli.add_command(_menu(settings))
    app.cli.add_command(_database(settings))
    app.cli.add_command(_chat(settings, open_all))
    app.cli.add_command(_clock(settings, open_all))


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


def _kb(settings: Settings, open_all: Open, phrases: dict[str, frozenset[str]]) -> AppGroup:
    group = Plain("kb", help="The knowledge: check it, ask it, examine it.")

    @group.command("check")
    def check_content() -> None:
        """Read all content files; exit 1 with every fault: file, line, field, cure."""
        units = load_office(settings.office_file).units
        try:
            content = load(settings.content_dir, units, phrases)
        except Broken as broken:
            for fault in broken.faults:
                click.echo(str(fault), err=True)
            click.echo(f"{len(broken.faults)} 处需要改正；服务中的内容不受影响", err=True)
            sys.exit(1)
        click.echo(
            f"内容 {content.version} 正确：{len(content.entries)} 条问答、{len(content.items)} 个事项、"
            f"{len(content.places)} 个地点、{len(content.exam)} 道考题"
        )

    @group.command("ask")
    @click.argument("text")
    def ask(text: str) -> None:
        """What the bot would decide on TEXT, the ranked candidates, their scores and why."""
        kit, _ = open_all(settings)
        start = time.perf_counter()
        answer = kit.library.ask(text)
        spent = (time.perf_counter() - start) * 1000
        click.echo(f"{_decision(answer)}   ({spent:.1f} ms)")
        for place, candidate in enumerate(answer.ranked, 1):
            click.echo(f"{place:2}. {candidate.score:.3f}  {candidate.entry.id:<28} {candidate.entry.question}")
            click.echo(f"           {candidate.why}")

    @group.command("exam")
    def exam() -> None:
        """Put exam.yaml to the bot; print what it got wrong and the mark; exit 1 when anything is."""
        kit, _ = open_all(settings)
        questions = kit.library.content.exam
        wrong = [(each, answer) for each in questions if not _right(each.expect, answer := kit.library.ask(each.ask))]
        for each, answer in wrong:
            click.echo(f"✗ {each.ask}\n    应为 {each.expect}，得到 {_decision(answer)}")
        click.echo(f"{len(questions) - len(wrong)}/{len(questions)}")
        sys.exit(bool(wrong))

    return group


def _decision(answer: object) -> str:
    if isinstance(answer, Sure):
        return f"sure {answer.best.entry.id}"
    if isinstance(answer, Maybe):
        return "maybe " + " | ".join(choice.entry.id for choice in answer.choices)
    return f"outside {answer.outside.name}" if isinstance(answer, NotOurs) else "unknown"


def _right(expect: str, answer: object) -> bool:
    """A right one among the offered choices counts: the person gets there with one digit."""
    if isinstance(answer, Sure):
        return answer.best.entry.id == expect
    if isinstance(answer, Maybe):
        return expect in {choice.entry.id for choice in answer.choices}
    return expect == ("outside" if isinstance(answer, NotOurs) else "unknown")


def _menu(settings: Settings) -> AppGroup:
    group = Plain("menu", help="The menu below the chat (config/menu.yaml).")

    @group.command("show")
    @click.option("--live", is_flag=True, help="The one WeChat has instead of the one in the file.")
    def show(live: bool) -> None:
        """What would be pushed."""
        try:
            menu = WeChat(settings, DictMemory()).menu() if live else load_menu(settings.menu_file)
        except ApiError as error:
            raise click.ClickException(f"WeChat did not tell its menu: {error}") from None
        click.echo(json.dumps(menu, ensure_ascii=False, indent=2))

    @group.command("push")
    def push() -> None:
        """Send it to WeChat; phones show it within five minutes."""
        try:
            WeChat(settings, DictMemory()).create_menu(load_menu(settings.menu_file))
        except ApiError as error:
            raise click.ClickException(f"WeChat refused the menu: {error}") from None
        click.echo("菜单已更新")

    return group


def _database(settings: Settings) -> AppGroup:
    group = Plain("db", help="The database.")

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
        with _one_sentence():
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


def _clock(settings: Settings, open_all: Open) -> click.Command:
    @click.command("clock")
    def run() -> None:
        """Run the jobs alone (CLOCK=own); any number of these may run side by side."""
        _checked(settings)
        with _one_sentence():
            kit, pipeline = open_all(settings)
        clock = Clock(kit, pipeline)
        clock.start()
        click.echo("时钟已启动，Ctrl-C 结束")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            clock.stop()

    return run
