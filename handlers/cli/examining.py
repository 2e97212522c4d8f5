"""`flask kb exam`: the mark of the content folder, and what it gained and lost against what is in force."""

from __future__ import annotations

import click

from config.calendar import day_of
from config.settings import Settings
from handlers.cli.shelf import Shelf
from handlers.cli.telling import unavailable
from knowledge.answer import Thresholds
from knowledge.entry import ExamQuestion
from knowledge.exam import Result, asking, compared, examine, mark
from knowledge.library import Library
from models.db import Unavailable


def passed(library: Library, here: Shelf, settings: Settings) -> bool:
    """Put exam.yaml to the folder's library; tell what is wrong, what changed, and the mark."""
    results = examine(library.content.exam, library.ask)
    for each in results:
        if not each.right:
            click.echo(f"✗ {each.question.ask}\n    应为 {each.question.expect}，得到 {each.got}")
    _compare(library, here, settings, results)
    share, right = mark(results), sum(each.right for each in results)
    good = share >= settings.exam_pass
    verdict = "" if good else "，没有通过"
    click.echo(f"考试 {right}/{len(results)}，{_percent(share)}（及格 {_percent(settings.exam_pass)}）{verdict}")
    return good


def _compare(library: Library, here: Shelf, settings: Settings, after: tuple[Result, ...]) -> None:
    """Question by question with what is in force; without a database there is nothing to compare with."""
    found = _in_force(library, here, settings, [each.question for each in after])
    if found is None:
        return
    name, before = found
    change = compared(before, after)
    for sign, pairs in (("↑", change.gained), ("↓", change.lost)):
        for old, new in pairs:
            click.echo(f"{sign} {new.question.ask}\n    {name} {old.got}，现在 {new.got}")
    click.echo(
        f"与在用的 {name}（{_percent(mark(before))}）相比：多对 {len(change.gained)} 题、多错 {len(change.lost)} 题"
    )


def _in_force(
    library: Library, here: Shelf, settings: Settings, questions: list[ExamQuestion]
) -> tuple[str, tuple[Result, ...]] | None:
    if here.db.file is not None and not here.db.file.exists():
        return None  # looking would make it
    try:
        version = here.in_force()
        if version is None or version.digest == library.content.version:
            return None
        content = here.content(version)
    except (click.ClickException, Unavailable) as problem:
        why = unavailable(problem) if isinstance(problem, Unavailable) else str(problem)
        click.echo(f"没有和在用的版本比较：{why}", err=True)
        return None
    ask = asking(
        content, Thresholds.tolerating(settings.false_answers, settings.vain_choices), lambda: day_of(here.now())
    )
    return f"v{version.number}", examine(questions, ask)


def _percent(share: float) -> str:
    """Rounded down: 99.96 % is not all."""
    return f"{int(share * 1000 + 1e-6) / 10:g}%"
