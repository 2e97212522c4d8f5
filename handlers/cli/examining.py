"""`flask kb exam`: the mark of the content folder, and what it gained and lost against what is in force."""

from __future__ import annotations

from datetime import date

import click

from config.settings import Settings
from handlers.cli.shelf import Shelf
from handlers.cli.telling import unavailable
from knowledge.answer import Thresholds
from knowledge.entry import Content, ExamQuestion
from knowledge.exam import Ask, Result, asking, compared, examine, held, mark
from models.db import Unavailable


def passed(content: Content, here: Shelf, settings: Settings, day: date) -> bool:
    """Put exam.yaml to the content as it answers on `day`; tell what is wrong, what changed, and the mark.

    A question for an entry that does not hold on that day is left out: a mark must not fall because a day has come.
    """
    questions = held(content, day)
    results = examine(questions, _asking(content, settings, day))
    for each in results:
        if not each.right:
            click.echo(f"✗ {each.question.ask}\n    应为 {each.question.expect}，得到 {each.got}")
    _compare(content, here, settings, results, day)
    share, right = mark(results), sum(each.right for each in results)
    good = share >= settings.exam_pass
    verdict = "" if good else "，没有通过"
    click.echo(f"考试 {right}/{len(results)}，{_percent(share)}（及格 {_percent(settings.exam_pass)}）{verdict}")
    if len(questions) < len(content.exam):
        click.echo(f"另有 {len(content.exam) - len(questions)} 道题没有考：问的那一条 {day} 不用（begins、ends）")
    return good


def _asking(content: Content, settings: Settings, day: date) -> Ask:
    return asking(content, Thresholds.tolerating(settings.false_answers, settings.vain_choices), lambda: day)


def _compare(content: Content, here: Shelf, settings: Settings, after: tuple[Result, ...], day: date) -> None:
    """Question by question with what is in force; without a database there is nothing to compare with."""
    found = _in_force(content, here, settings, [each.question for each in after], day)
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
    folder: Content, here: Shelf, settings: Settings, questions: list[ExamQuestion], day: date
) -> tuple[str, tuple[Result, ...]] | None:
    if here.db.file is not None and not here.db.file.exists():
        return None  # looking would make it
    try:
        version = here.in_force()
        if version is None or version.digest == folder.version:
            return None
        content = here.content(version)
    except (click.ClickException, Unavailable) as problem:
        why = unavailable(problem) if isinstance(problem, Unavailable) else str(problem)
        click.echo(f"没有和在用的版本比较：{why}", err=True)
        return None
    return f"v{version.number}", examine(questions, _asking(content, settings, day))


def _percent(share: float) -> str:
    """Rounded down: 99.96 % is not all."""
    return f"{int(share * 1000 + 1e-6) / 10:g}%"
