"""`flask kb publish|rollback|withdraw|checkout`: what changes which content is in force."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from config.calendar import SHANGHAI, day_of
from handlers import publishing
from handlers.cli.changes import told
from handlers.cli.shelf import Shelf, who
from handlers.publishing import clock
from knowledge.changes import compare, summary
from knowledge.entry import Content
from knowledge.folder import Broken, Snapshot, is_half_written, snapshot, write
from models.content import Kind, Moved, TooLarge, TooLate, Undone, Version

_NODES = "各进程 5 秒内换上"
_WHY = click.option("--why", required=True, help="What for; kept with the version.")
_BY = click.option("--by", default=who, show_default="the account it runs under", help="Who answers for it.")


def add_to(kb: AppGroup, shelf: Callable[[], Shelf], passes: Callable[[Content, date], bool]) -> None:
    """`passes` tells how the exam of a content goes on a day, and whether it is passed."""

    @kb.command("publish")
    @_WHY
    @_BY
    @click.option("--at", "when", default="", help='Come into force then: "2027-01-01 08:00", Beijing time.')
    def publish(why: str, by: str, when: str) -> None:
        """Put the content folder into force on every node, once it is checked and examined."""
        here = shelf()
        at = _moment(when, here.now()) if when else None
        seen, base = here.head(), here.in_force()
        taken = here.folder()
        if base and base.digest == taken.version:
            _nothing_new(base, at)
            return
        day = day_of(at or here.now())
        content = here.judged(taken, day)
        if not passes(content, day):
            raise click.ClickException("考试没有通过，没有发布；改好答错的题，或改正考题，再发布一次")
        changes = compare(here.content(base), content) if base else None
        for line in told(changes or []):
            click.echo(line)
        counted = summary(changes) if changes is not None else f"+{len(content.entries)}"
        _done(_put(here, taken, "published" if base else "first", seen, by, why, counted, at), here.now())

    @kb.command("rollback")
    @click.argument("version")
    @_WHY
    @_BY
    @click.option("--to-folder", is_flag=True, help="Write it into the content folder as well.")
    def rollback(version: str, why: str, by: str, to_folder: bool) -> None:
        """Publish the content of an earlier VERSION again, as a new version."""
        here = shelf()
        seen, base, old = here.head(), here.in_force(), here.find(version)
        if base and base.digest == old.digest:
            raise click.ClickException(f"在用的 v{base.number} 就是 v{old.number} 的内容")
        taken, content = here.files(old), here.content(old)
        if to_folder:
            _overwritable(here, here.settings.content_dir)
        changes = compare(here.content(base), content) if base else []
        _done(_put(here, taken, "rollback", seen, by, f"恢复 v{old.number}：{why}", summary(changes)), here.now())
        if to_folder:
            _write(here.settings.content_dir, taken.files, old)
            click.echo(f"工作目录 {here.settings.content_dir} 也换成了 v{old.number} 的内容")
        else:
            click.echo("工作目录没有动，里面还是原来的文件，下一次发布会把它们整个发布出去。")
            click.echo(f"要让它也回到 v{old.number}：./manage flask kb checkout {old.number} --to {_shown(here)}")

    @kb.command("withdraw")
    @click.argument("version")
    @_WHY
    @_BY
    def withdraw(version: str, why: str, by: str) -> None:
        """Keep a staged VERSION from coming into force."""
        here = shelf()
        staged = here.find(version)
        try:
            here.publisher.withdraw(staged.number, by=by, why=why)
        except TooLate:
            cure = "已经生效的用 ./manage flask kb rollback 换回以前的"
            raise click.ClickException(f"v{staged.number} 不是待生效的版本，撤不了；{cure}") from None
        click.echo(f"v{staged.number} 已撤回，不会生效；记录还在")

    @kb.command("checkout")
    @click.argument("version")
    @click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="Folder to write into.")
    def checkout(version: str, folder: Path) -> None:
        """Write the files of a VERSION into a folder. Publishes nothing by itself."""
        here = shelf()
        found = here.find(version)
        taken = here.files(found)
        _overwritable(here, folder)
        _write(folder, taken.files, found)
        click.echo(f"v{found.number} 的 {len(taken.files)} 个文件写进了 {folder}")
        base = here.in_force()
        live = folder.resolve() == here.settings.content_dir.resolve() and here.settings.publish == "saved"
        if live and not (base and base.digest == found.digest) and not here.staged():
            click.echo("这是工作目录，PUBLISH=saved：服务开着的话，两秒内就会发布")


def _nothing_new(base: Version, at: datetime | None) -> None:
    if at is None:
        click.echo(f"工作目录与在用的 v{base.number} 相同，不用发布")
        return
    cure = "要定时，设 PUBLISH=command，或者用另一个 CONTENT_DIR，改好再发布"
    raise click.ClickException(f"工作目录的内容已经在用（v{base.number}），定时没有意义，没有发布；{cure}")


def _put(
    here: Shelf,
    taken: Snapshot,
    kind: Kind,
    seen: int,
    by: str,
    why: str,
    changes: str,
    at: datetime | None = None,
) -> Version:
    try:
        return here.publisher.publish(taken, kind, seen=seen, by=by, why=why, changes=changes, at=at)
    except Moved as moved:
        if moved.head and moved.head.digest == taken.version and at is None:
            click.echo(f"同样的内容刚刚由{moved.head.published_by or '服务'}发布了，不用再发布")
            return moved.head
        click.echo(str(publishing.refusal(moved)), err=True)
        for line in _theirs(here, seen, moved.head):
            click.echo(line, err=True)
    except (Undone, TooLarge) as error:
        click.echo(str(publishing.refusal(error)), err=True)
    sys.exit(1)


def _theirs(here: Shelf, seen: int, head: Version | None) -> list[str]:
    """What the other admin changed meanwhile."""
    if head is None or not seen:
        return []
    return told(compare(here.content(here.find(str(seen))), here.content(head)))


def _done(version: Version, now: datetime) -> None:
    when = f"{clock(version.effective_from)} 起生效" if version.awaits(now) else _NODES
    click.echo(f"已发布 v{version.number}（{version.digest[:12]}，{version.changes}）：{when}")


def _moment(said: str, now: datetime) -> datetime:
    for form in ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"):
        try:
            at = datetime.strptime(said.strip(), form).replace(tzinfo=SHANGHAI)
        except ValueError:
            continue
        if at <= now:
            raise click.ClickException(f"--at {said} 已经过去了；写将来的时间，或去掉 --at 马上生效")
        return at
    raise click.ClickException(f'--at {said} 不是时间；写成 "2027-01-01 08:00" 这样的北京时间')


def _overwritable(here: Shelf, folder: Path) -> None:
    """Files that were never published would be lost for good."""
    try:
        if not folder.exists() or not any(folder.iterdir()) or is_half_written(folder):
            return
        known = here.named(snapshot(folder).version)
    except Broken:
        known = None
    except OSError as error:
        raise click.ClickException(f"{folder} 不能用（{error.strerror}）；要一个可以写的目录") from None
    if known is None:
        cure = "先用 kb publish 发布，或把它另存到别处、删去以后再来"
        raise click.ClickException(f"{folder} 里有从来没有发布过的内容，会被覆盖掉；{cure}")


def _write(folder: Path, files: Mapping[str, bytes], version: Version) -> None:
    try:
        write(folder, files)
    except OSError as error:
        again = f"./manage flask kb checkout {version.number} --to {folder}"
        problem = f"v{version.number} 没有写进 {folder}（{error.filename}：{error.strerror}）"
        raise click.ClickException(f"{problem}；腾出空间、检查权限，再运行 {again}") from None


def _shown(here: Shelf) -> str:
    return str(here.settings.content_dir)
