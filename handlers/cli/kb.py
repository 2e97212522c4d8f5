"""`flask kb ...`: the knowledge, checked, asked and examined from a terminal."""

from __future__ import annotations

import sys
import time
from datetime import date

import click
from flask.cli import AppGroup

from config.calendar import day_of
from config.office import load_office
from config.settings import Settings
from handlers.cli import files, learning, measuring, publishing, versions
from handlers.cli.checking import Verdict, count, judge, tell
from handlers.cli.examining import passed
from handlers.cli.shelf import Shelf
from handlers.cli.telling import Now, Open, Phrases, Told
from knowledge.entry import Content
from knowledge.exam import decision
from knowledge.folder import Broken, snapshot


def group(settings: Settings, open_all: Open, phrases: Phrases, now: Now) -> AppGroup:
    kb = Told("kb", help="The knowledge: check it, ask it, examine it.")

    @kb.command("check")
    @click.option("--strict", is_flag=True, help="Warnings fail too.")
    def check_content(strict: bool) -> None:
        """Read all content files; exit 1 with every fault: file, line, field, cure."""
        office = load_office(settings.office_file)
        try:
            verdict = judge(snapshot(settings.content_dir), office, phrases, day_of(now()), settings)
        except Broken as broken:
            verdict = Verdict(None, broken.faults)
        tell(verdict.faults)
        tell(verdict.warnings, "提醒 ")
        faults, warnings, content = count(verdict.faults), count(verdict.warnings), verdict.content
        if faults or content is None:
            click.echo(f"{faults} 处需要改正；服务中的内容不受影响", err=True)
            sys.exit(1)
        click.echo(
            f"内容 {content.version[:12]} 正确：{len(content.entries)} 条问答、{len(content.items)} 个事项、"
            f"{len(content.places)} 个地点、{len(content.exam)} 道考题"
        )
        if warnings:
            click.echo(f"{warnings} 处提醒，请看一看", err=True)
        sys.exit(bool(strict and warnings))

    @kb.command("ask")
    @click.argument("text")
    def ask(text: str) -> None:
        """What the bot would decide on TEXT, the ranked candidates, their scores and why."""
        kit, _ = open_all(settings, working_copy=True)
        start = time.perf_counter()
        answer = kit.library.ask(text)
        spent = (time.perf_counter() - start) * 1000
        click.echo(f"{decision(answer)}   ({spent:.1f} ms)")
        for place, candidate in enumerate(answer.ranked, 1):
            click.echo(f"{place:2}. {candidate.score:.3f}  {candidate.entry.id:<28} {candidate.entry.question}")
            click.echo(f"           {candidate.why}")

    @kb.command("exam")
    def exam() -> None:
        """Put exam.yaml to the folder; tell what is wrong, what changed, and the mark; exit 1 below EXAM_PASS."""
        here = shelf()
        sys.exit(not passed(here.read(here.folder()), here, settings, day_of(now())))

    def passes(content: Content, day: date) -> bool:
        return passed(content, shelf(), settings, day)

    def shelf() -> Shelf:
        return Shelf(settings, phrases, now)

    measuring.add_to(kb, settings)
    publishing.add_to(kb, shelf, passes)
    versions.add_to(kb, shelf)
    learning.add_to(kb, settings, open_all, phrases)
    files.add_to(kb, settings, phrases, now)
    return kb
