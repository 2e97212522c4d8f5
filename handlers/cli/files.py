"""`flask kb export|import|template`: content as a workbook, a Word text or Markdown, and back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import AppGroup

from config.calendar import day_of
from config.office import load_office
from config.settings import Settings
from handlers.cli.checking import judge, tell
from handlers.cli.telling import Now, Phrases
from knowledge import folder as folders
from knowledge.entry import Content
from knowledge.exchange import book, columns, importing, markdown, template, word
from knowledge.exchange.columns import Sheet
from knowledge.exchange.importing import Import
from knowledge.exchange.package import Refused
from knowledge.folder import Snapshot, packed
from knowledge.loader import parse

_T = TypeVar("_T")
_PATH = click.Path(path_type=Path, dir_okay=False)
Rows = Mapping[str, Sequence[Mapping[str, str]]]


def add_to(kb: AppGroup, settings: Settings, phrases: Phrases, now: Now) -> None:
    @kb.command("export")
    @click.argument("file", type=_PATH)
    @click.option("--overwrite", is_flag=True, help="Replace FILE when it is there.")
    def export(file: Path, overwrite: bool) -> None:
        """Write the content folder to FILE: .xlsx (questions, items, places), .docx or .md (questions)."""
        _fresh(file, overwrite)
        units = load_office(settings.office_file).units
        content = parse(folders.snapshot(settings.content_dir), units, phrases)
        rows = columns.rows(content)
        _told(lambda: _export(file, rows, content, units))
        told = "、".join(f"{len(rows[sheet.name])} 行{sheet.title}" for sheet in _carried(file))
        click.echo(f"{file}：{told}")

    @kb.command("template")
    @click.argument("file", type=_PATH)
    @click.option("--overwrite", is_flag=True, help="Replace FILE when it is there.")
    def make_template(file: Path, overwrite: bool) -> None:
        """Write an empty workbook with headings, drop-downs and an example row to FILE.xlsx."""
        if file.suffix.lower() != ".xlsx":
            raise click.ClickException("模板是工作簿，文件名要以 .xlsx 结尾")
        _fresh(file, overwrite)
        units = load_office(settings.office_file).units
        content = parse(folders.snapshot(settings.content_dir), units, phrases)
        _told(lambda: template.write(file, {}, content, units, example=True))
        click.echo(f"{file}：照“说明”一页填，填好用 kb import 导入")

    @kb.command("import")
    @click.argument("file", type=_PATH)
    @click.option("--dry-run", is_flag=True, help="Only tell what would change.")
    @click.option("--remove", is_flag=True, help="Remove what FILE does not have.")
    def import_(file: Path, dry_run: bool, remove: bool) -> None:
        """Put the rows of FILE into the content folder: all of them, or none when one is wrong."""
        taken = folders.snapshot(settings.content_dir, whole=False)
        plan = _told(lambda: importing.planned(*importing.read(file), taken.files, remove=remove))
        for note in plan.notes:
            click.echo(f"提醒 {note}", err=True)
        _judge(plan, settings, phrases, now)
        if not plan.is_good:
            _refuse(plan, file)
        _tell(plan)
        if dry_run or (plan.merge.is_empty and not taken.is_half_replaced):
            click.echo("没有写任何文件" if dry_run else "内容和文件一样，没有要改的")
            return
        _write(settings.content_dir, taken, plan)


def _told(do: Callable[[], _T]) -> _T:
    try:
        return do()
    except Refused as refused:
        raise click.ClickException(f"{refused.problem}。{refused.cure}") from None
    except OSError as error:
        raise click.ClickException(f"写不了 {error.filename}（{error.strerror}）") from None


def _fresh(file: Path, overwrite: bool) -> None:
    if file.suffix.lower() not in importing.READERS:
        raise click.ClickException(f"文件名要以 {'、'.join(importing.READERS)} 结尾")
    if file.exists() and not overwrite:
        raise click.ClickException(f"{file} 已经有了；换一个文件名，或加 --overwrite")


def _export(file: Path, rows: Rows, content: Content, units: Iterable[str]) -> None:
    """Nothing stands at `file` before it has been read back and found whole."""
    made = file.with_name(f".{file.stem}.new{file.suffix}")
    try:
        if file.suffix.lower() == ".xlsx":
            template.write(made, rows, content, units, example=False)
        elif file.suffix.lower() == ".docx":
            word.write(made, rows["entries"])
        else:
            made.write_text(markdown.write(rows["entries"]), encoding="utf-8")
        again = book.rows_of(importing.read(made)[0])
        for sheet in _carried(file):
            for row, kept in zip(rows[sheet.name], again[sheet.name], strict=True):
                if row != kept:
                    raise Refused(f"{row['id']} 写出去再读回来不一样", "看看这一条里有没有特殊字符，改掉再导出")
        made.replace(file)
    finally:
        made.unlink(missing_ok=True)


def _carried(file: Path) -> tuple[Sheet, ...]:
    return columns.SHEETS if file.suffix.lower() == ".xlsx" else (columns.ENTRIES,)


def _judge(plan: Import, settings: Settings, phrases: Phrases, now: Now) -> None:
    """Every check of `kb check`, on the folder as it would be."""
    office = load_office(settings.office_file)
    verdict = judge(packed(plan.merge.files), office, phrases, day_of(now()), settings)
    importing.blame(plan, verdict.faults)
    if verdict.content is not None:
        importing.unkept(plan, verdict.content)
    tell(verdict.warnings, "提醒 ")


def _refuse(plan: Import, file: Path) -> None:
    """Tell every fault by row, in a marked copy too, and give up."""
    for given in plan.wrong:
        for each in given.problems:
            titles = [column.title for column in given.sheet.columns if column.name == each.column]
            click.echo(f"{given.where}：{'、'.join(titles) or '整行'}：{each.problem}。{each.cure}", err=True)
    tell(tuple(plan.elsewhere))
    if file.suffix.lower() == ".xlsx" and plan.wrong:
        marked = file.with_suffix(".问题.xlsx")
        _told(lambda: book.mark(file, marked, plan.given))
        click.echo(f"标出问题的副本：{marked}", err=True)
    click.echo(f"{len(plan.wrong)} 行有问题，什么也没有写", err=True)
    sys.exit(1)


def _tell(plan: Import) -> None:
    for given in plan.merge.added:
        click.echo(f"+ {given.id}  {given.cells.get('question') or given.cells.get('name', '')}")
    for given, names in plan.merge.changed:
        click.echo(f"~ {given.id}  {'、'.join(given.sheet.column(name).title for name in names)}")
    for _, name in plan.merge.removed:
        click.echo(f"- {name}")
    merge = plan.merge
    click.echo(f"新增 {len(merge.added)} 行、修改 {len(merge.changed)} 行、删去 {len(merge.removed)} 行")


def _write(folder: Path, taken: Snapshot, plan: Import) -> None:
    fresh = {name: data for name, data in plan.merge.files.items() if taken.files.get(name) != data}
    if folders.signature(folder) != taken.signature:
        raise click.ClickException("内容目录刚刚被别人改过，什么也没有写；再导入一次")
    _told(lambda: folders.rewrite(folder, fresh))
    click.echo(f"写好了：{'、'.join(sorted(fresh)) or '没有别的要改'}")
