"""`flask kb gaps|suggest`: what people asked in vain, and the aliases that would have helped; an admin decides."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from bot.kit import Kit
from bot.private import masked
from bot.question import NONE_PICKED, USELESS
from config.office import load_office
from config.settings import Settings
from handlers.cli.telling import Open, Phrases
from knowledge import alias, loader
from knowledge.entry import Content
from knowledge.folder import Snapshot
from knowledge.likeness import grouped
from knowledge.suggest import Evidence, Knowledge, Suggestion, suggestions
from models import question, suggestion
from models.db import Clash, Stale
from models.question import Question
from models.suggestion import ACCEPTED, REJECTED

_EXAMPLES = 3
_SINCE = click.option("--since", "days", type=click.IntRange(1, 3650), default=30, show_default=True, help="Days back.")


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that are alike and were not helped."""

    rows: tuple[Question, ...]

    def counts(self) -> list[tuple[str, int]]:
        kinds = (
            ("没答上", sum(row.decision == "unknown" for row in self.rows)),
            ("都不是", sum(row.picked == NONE_PICKED for row in self.rows)),
            ("说没用", sum(row.verdict == USELESS for row in self.rows)),
            ("转了工单", sum(bool(row.ticket) for row in self.rows)),
        )
        return [(name, count) for name, count in kinds if count]

    @property
    def people(self) -> int:
        return len({row.openid for row in self.rows})

    def examples(self) -> list[str]:
        said = Counter(_shown(row.text) for row in self.rows)
        return sorted(said, key=lambda text: (-said[text], len(text), text))[:_EXAMPLES]

    def nearest(self) -> tuple[str, float] | None:
        """The entry that most often came nearest, and how near on average."""
        firsts = [first for row in self.rows if (first := _first(row.candidates))]
        if not firsts:
            return None
        entry = min(Counter(name for name, _ in firsts).items(), key=lambda pair: (-pair[1], pair[0]))[0]
        scores = [score for name, score in firsts if name == entry]
        return entry, sum(scores) / len(scores)

    def answers(self) -> list[tuple[str, int]]:
        said = Counter(row.answered for row in self.rows if row.answered)
        return sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))[:_EXAMPLES]


def add_to(kb: AppGroup, settings: Settings, open_all: Open, phrases: Phrases) -> None:
    @kb.command("gaps")
    @_SINCE
    @click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Groups shown.")
    def show_gaps(days: int, limit: int) -> None:
        """Questions nobody's answer helped, alike ones together, the most frequent first."""
        kit, _ = open_all(settings)
        found = gaps(_rows(kit, days), kit.library.canonical)
        click.echo(f"近 {days} 天：{sum(len(gap.rows) for gap in found)} 次没帮到人，合成 {len(found)} 类")
        for place, gap in enumerate(found[:limit], 1):
            click.echo(_told(kit, place, gap))

    @kb.group("suggest", invoke_without_command=True)
    @_SINCE
    @click.option(
        "--least", type=click.IntRange(1), default=2, show_default=True, help="People who must have meant it."
    )
    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A Markdown file to write instead.")
    @click.pass_context
    def suggest(context: click.Context, days: int, least: int, out: Path | None) -> None:
        """Aliases to add, from what people tapped; nothing changes before it is accepted."""
        if context.invoked_subcommand is None:
            kit, _ = open_all(settings)
            _put(_page(*_proposed(kit, days, least), days), out)

    @suggest.command("accept")
    @click.argument("number", type=int)
    def accept(number: int) -> None:
        """Write it into the entry's file; like every change there it counts once it is published."""
        kit, _ = open_all(settings)
        units = load_office(settings.office_file).units
        click.echo(_accept(kit, number, lambda taken: loader.parse(taken, units, phrases)))

    @suggest.command("reject")
    @click.argument("number", type=int)
    def reject(number: int) -> None:
        """It is not proposed again."""
        kit, _ = open_all(settings)
        with kit.db.writing() as unit:
            done = suggestion.decide(unit, number, REJECTED, kit.now())
        if not done:
            raise _no_such(number)
        click.echo(f"已拒绝 {number}，以后不再提")


def gaps(rows: Iterable[Question], canonical: Callable[[str], str]) -> list[Gap]:
    """Groups of questions that were unknown, found nothing among the choices, were no use or led to a ticket."""
    missed = [row for row in rows if _is_missed(row)]
    groups = grouped([row.text for row in missed], canonical)
    return [Gap(tuple(missed[place] for place in group)) for group in groups]


def tapped(rows: Iterable[Question]) -> Iterator[Evidence]:
    """What people chose themselves, unless they then said that it was no use."""
    for row in rows:
        if row.picked not in ("", NONE_PICKED) and row.verdict != USELESS:
            yield Evidence(row.text, row.picked, row.openid)


def _is_missed(row: Question) -> bool:
    return row.decision == "unknown" or row.picked == NONE_PICKED or row.verdict == USELESS or bool(row.ticket)


def _rows(kit: Kit, days: int) -> list[Question]:
    with kit.db.unit() as unit:
        return list(question.since(unit, kit.now() - timedelta(days=days)))


def _told(kit: Kit, place: int, gap: Gap) -> str:
    counts = " · ".join(f"{name} {count}" for name, count in gap.counts())
    lines = [f"\n{place}. {len(gap.rows)} 次，{gap.people} 人：{counts}"]
    lines += [f"   问：{text}" for text in gap.examples()]
    nearest = gap.nearest()
    if nearest:
        lines.append(f"   最近的条目：{_entry(kit, nearest[0])}，{nearest[1]:.2f}")
    lines += [f"   答的是：{_entry(kit, name)}，{count} 次" for name, count in gap.answers()]
    return "\n".join(lines)


def _entry(kit: Kit, name: str) -> str:
    entry = kit.library.entry(name)
    return f"{name}（{entry.question}）" if entry else name


def _first(candidates: str) -> tuple[str, float] | None:
    kept = json.loads(candidates)
    return (str(kept[0][0]), float(kept[0][1])) if kept else None


def _shown(text: str) -> str:
    """Masked once more: what was stored before a kind of number was known must not come out here."""
    return " ".join(masked(text).split())


def _put(text: str, out: Path | None) -> None:
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"写不了 {out}：{error.strerror}；换一个能写的位置") from None
    click.echo(f"已写入 {out}")


def _proposed(kit: Kit, days: int, least: int) -> tuple[list[tuple[int, Suggestion]], int]:
    """With the number each is accepted or rejected by; and how many are left for later."""
    rows, canonical = _rows(kit, days), kit.library.canonical
    with kit.db.unit() as unit:
        done = suggestion.decided(unit)
    known = Knowledge(kit.library.entry, canonical, kit.library.search, kit.library.names)
    found, left = suggestions(tapped(rows), known, lambda entry, form: (entry, form) in done, least)
    made = [(each.entry.id, canonical(each.alias)[:190], each.alias) for each in found]
    try:
        with kit.db.writing() as unit:
            numbers = suggestion.numbered(unit, made, kit.now())
    except (Clash, Stale):
        raise click.ClickException("别处正在生成建议，请再运行一次") from None
    return [(numbers[entry, form], each) for (entry, form, _), each in zip(made, found, strict=True)], left


def _page(proposed: list[tuple[int, Suggestion]], left: int, days: int) -> str:
    lines = [f"# 问法建议（近 {days} 天，{len(proposed)} 条）", ""]
    lines += [f"还有 {left} 条，处理完这些再运行一次就会出来。", ""] if left else []
    lines += ["采纳：`./manage flask kb suggest accept 编号`；不要：`./manage flask kb suggest reject 编号`。", ""]
    for number, each in proposed:
        lines.append(f"## {number}. {_shown(each.alias)}")
        lines.append(f"- 加到：`{each.entry.id}` {each.entry.question}（{each.entry.file}）")
        lines.append(f"- {each.people} 人、{each.times} 次选了它")
        lines.append(f"- 原话：{'；'.join(_shown(text) for text in each.examples)}")
        lines += [f"- 注意：{warning}" for warning in each.warnings]
        lines.append("")
    return "\n".join(lines)


def _accept(kit: Kit, number: int, read: Callable[[Snapshot], Content]) -> str:
    """What takes long, reading the whole folder as it would be, comes before the write lock: people are chatting."""
    with kit.db.unit() as unit:
        found = suggestion.find(unit, number)
    if found is None or found.state != suggestion.OPEN:
        raise _no_such(number)
    entry = kit.library.entry(found.entry)
    if entry is None:
        raise click.ClickException(f"条目 {found.entry} 已经不在了；运行 kb suggest reject {number} 去掉它")
    edit = alias.edit(kit.settings.content_dir, entry, found.alias, read)
    with kit.db.writing() as unit:
        if not suggestion.decide(unit, number, ACCEPTED, kit.now()):
            raise _no_such(number)
        edit.write()
    return f"已把“{found.alias}”写进 {entry.file} 的 {entry.id}；发布后生效（PUBLISH=saved 时存盘即发布）"


def _no_such(number: int) -> click.ClickException:
    return click.ClickException(f"没有编号 {number} 的待定建议；运行 kb suggest 看现有的")
