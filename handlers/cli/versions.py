"""`flask kb status|history|diff`: which content is in force, what came before it, and what is different."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import datetime

import click
from flask.cli import AppGroup

from config.document import BadFile
from handlers.cli.changes import told
from handlers.cli.checking import count
from handlers.cli.shelf import Shelf
from handlers.cli.telling import unavailable
from handlers.publishing import clock
from knowledge.changes import compare, summary
from knowledge.entry import Content, Fault
from knowledge.folder import Broken
from models import content as versions
from models import node
from models.content import Version
from models.db import Unavailable
from models.node import Node

_KINDS = {"first": "第一次发布", "saved": "存盘发布", "published": "发布", "rollback": "回退"}


def add_to(kb: AppGroup, shelf: Callable[[], Shelf]) -> None:
    @kb.command("history")
    @click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many, newest first.")
    def history(limit: int) -> None:
        """Every published version: number, digits of its content, when, state, who, what changed, why."""
        here = shelf()
        with here.unit() as unit:
            known, now = versions.history(unit, limit), here.now()
            served = versions.in_force(unit, now)
        for version in known:
            click.echo(_line(version, served, now))
        if not known:
            click.echo("还没有发布过；服务第一次启动时把工作目录发布为 v1")

    @kb.command("diff")
    @click.argument("before", default="")
    @click.argument("after", default="工作目录")
    def diff(before: str, after: str) -> None:
        """What is different between two versions; by default between the one in force and the content folder."""
        here = shelf()
        if not before:
            base = here.in_force()
            if base is None:
                raise click.ClickException("还没有发布过，没有可以比较的")
            before = str(base.number)
        (old, was), (new, now) = here.either(before), here.either(after)
        changes = compare(was, now)
        click.echo(f"{old} → {new}  {summary(changes)}")
        for line in told(changes):
            click.echo(line)
        if not changes and was.version != now.version:
            click.echo("只有注释、排版或文件的分法不同")

    @kb.command("status")
    def status() -> None:
        """What is in force, since when and by whom; what is staged; which processes serve it; how the folder stands."""
        faults = 0
        try:
            here = shelf()
            base = None
            try:
                base = _published(here)
            except Unavailable as error:
                faults += 1
                click.echo(f"在用：不清楚，{unavailable(error)}")
            faults += _folder(here, base)
        except BadFile as bad:
            raise click.ClickException(str(bad)) from None
        sys.exit(bool(faults))


def _line(version: Version, served: Version | None, now: datetime) -> str:
    cells = [f"v{version.number:<4}{version.digest[:12]}", clock(version.published_at), _state(version, served, now)]
    cells += [_who(version), version.changes, version.why]
    return "  ".join(cells).rstrip()


def _state(version: Version, served: Version | None, now: datetime) -> str:
    if version.withdrawn_at is not None:
        reason = f"：{version.withdrawn_why}" if version.withdrawn_why else ""
        return f"已撤回（{version.withdrawn_by}{reason}）"
    if served and version.number == served.number:
        return "在用"
    return f"待 {clock(version.effective_from)} 生效" if version.awaits(now) else "用过"


def _who(version: Version) -> str:
    return f"{version.published_by or '（程序）'} {_KINDS.get(version.kind, version.kind)}"


def _published(here: Shelf) -> Version | None:
    with here.unit() as unit:
        now = here.now()
        served, staged, alive = versions.in_force(unit, now), versions.staged(unit, now), node.alive(unit, now)
    if served is None:
        click.echo("在用：还没有发布过；服务第一次启动时把工作目录发布为 v1")
        return None
    since = clock(served.effective_from)
    click.echo(f"在用：v{served.number}  {served.digest[:12]}  {since} 起  {_who(served)}：{served.why}")
    for version in reversed(staged):
        at, cure = clock(version.effective_from), f"./manage flask kb withdraw {version.number} --why 原因"
        click.echo(f"待生效：v{version.number}  {version.digest[:12]}  {at} 起  {_who(version)}（撤回：{cure}）")
    for line in _nodes([each for each in alive if _lives(each)], served):
        click.echo(line)
    return served


def _nodes(alive: list[Node], served: Version) -> Iterator[str]:
    if not alive:
        yield "进程：没有进程在服务"
        return
    good = [each for each in alive if each.digest == served.digest]
    if len(good) == len(alive):
        yield f"进程：{len(alive)} 个进程都在用 v{served.number}"
    else:
        yield f"进程：{len(alive)} 个，其中 {len(good)} 个在用 v{served.number}"
        for each in alive:
            if each.digest != served.digest:
                name = f"v{each.number}" if each.number else each.digest[:12]
                yield f"  {each.name} 还在用 {name}（{clock(each.seen_at)}）"
    for each in alive:
        for fault in each.faults.splitlines():
            yield f"  {each.name}：{fault}"


def _lives(each: Node) -> bool:
    """One of this machine that was killed is known to be gone before its row says so."""
    host, _, process = each.name.rpartition(":")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError):
        return True
    return True


def _folder(here: Shelf, served: Version | None) -> int:
    """How the working copy stands; the number of its faults."""
    where = here.settings.content_dir
    try:
        taken = here.folder()
        if served and taken.version == served.digest:
            click.echo(f"工作目录 {where}：与 v{served.number} 相同")
            return 0
        content = here.read(taken)
    except Broken as broken:
        return _faulty(str(where), broken.faults)
    click.echo(f"工作目录 {where}：没有错误{_compared(here, served, content)}")
    return 0


def _faulty(where: str, faults: tuple[Fault, ...]) -> int:
    click.echo(f"工作目录 {where}：有 {count(faults)} 处需要改正；服务中的内容不受影响")
    for fault in faults:
        click.echo(f"  {fault}")
    return len(faults)


def _compared(here: Shelf, served: Version | None, content: Content) -> str:
    if served is None:
        return ""
    try:
        changes = summary(compare(here.content(served), content))
    except click.ClickException as error:
        return f"；{error.message}"
    same = here.named(content.version)
    known = f"，是 v{same.number} 的内容" if same else ""
    cure = "发布用 kb publish --why 原因" if same else _how(here)
    return f"，与 v{served.number} 不同：{changes}{known}；看细节用 kb diff，{cure}"


def _how(here: Shelf) -> str:
    """What publishes an edited folder."""
    if here.settings.publish != "saved":
        return "发布用 kb publish --why 原因"
    staged = here.staged()
    if staged:
        number = staged[-1].number
        return f"待生效的 v{number} 挡着，存盘不会发布：先撤回它，./manage flask kb withdraw {number} --why 原因"
    return "服务在运行时，存盘后两秒内发布；过后仍是这样，就再存一次盘，或 kb publish --why 原因"
