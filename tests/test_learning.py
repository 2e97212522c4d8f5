"""`flask kb gaps|suggest` over what a few talks left behind."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner, Result
from flask.cli import AppGroup

from bot.kit import Kit
from config.office import load_office
from conftest import SETTINGS
from handlers.chat.phrases import PHRASES
from handlers.cli import learning
from knowledge import loader
from knowledge.entry import Content
from knowledge.folder import Snapshot
from models import question, suggestion
from talk import Clock, Talk

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SETTINGS.content_dir, tmp_path / "content"))


@pytest.fixture
def run(kit: Kit, folder: Path) -> Run:
    here = replace(kit, settings=replace(SETTINGS, content_dir=folder))
    group = AppGroup("kb")
    learning.add_to(group, here.settings, lambda *_, **__: (here, None), PHRASES)  # type: ignore[arg-type,return-value]
    return lambda *arguments: CliRunner().invoke(group, arguments)


def picks(talk: Talk, asked: str, choice: str = "1") -> None:
    assert "1." in talk.say(asked) or "吗”" in talk.heard, talk.heard
    talk.say(choice)


def number(page: str) -> str:
    found = re.search(r"^## (\d+)\. ", page, re.MULTILINE)
    assert found, page
    return found[1]


def test_nothing_asked_nothing_missed(run: Run) -> None:
    assert "0 次没帮到人" in run("gaps").output
    assert "0 条" in run("suggest").output


def test_gaps_are_grouped_counted_and_told_with_what_was_answered(run: Run, someone: Callable[[str], Talk]) -> None:
    for who in ("a", "b", "c"):
        someone(who).say("家里的红烧肉怎么做")
    someone("a").play("人 红烧肉怎么做的呀\n人 工单\n人 无\n人 不留")
    someone("b").play("人 人才津贴有多少钱\n人 没用")
    someone("c").play("人 12345是什么\n人 0")
    output = run("gaps").output
    assert "6 次没帮到人，合成 3 类" in output
    assert "1. 4 次，3 人：没答上 4 · 转了工单 1" in output
    assert "问：家里的红烧肉怎么做" in output
    assert "说没用 1" in output
    assert "答的是：allowance.amount（人才津贴有多少钱？），1 次" in output
    assert "都不是 1" in output
    assert "最近的条目：hotline." in output
    assert "oXiaoLin" not in output


def test_gaps_look_back_as_far_as_told(run: Run, 小林: Talk, clock: Clock) -> None:
    小林.say("红烧肉怎么做才好吃")
    clock.wait("8天")
    assert "0 次没帮到人" in run("gaps", "--since", "7").output
    assert "1 次没帮到人" in run("gaps", "--since", "9").output


def test_no_number_of_anybodys_comes_out(run: Run, kit: Kit, someone: Callable[[str], Talk]) -> None:
    for who in ("a", "b"):
        someone(who).say("红烧肉怎么做，我电话13812345678，身份证520302199001011234")
    with kit.db.writing() as unit:  # kept before such numbers were masked
        old = {"message": "m", "place": 0, "openid": "o", "text": "红烧肉找139，1234，5678", "decision": "unknown"}
        question.add(unit, {**old, "candidates": "[]", "answered": "", "content": "", "at": kit.now()})
    output = run("gaps").output
    assert "红烧肉" in output
    assert not re.search(r"\d{8}|\d{3}，\d{4}", output)


def test_a_wording_that_two_people_tapped_is_proposed_accepted_and_gone(
    run: Run, folder: Path, someone: Callable[[str], Talk]
) -> None:
    for who in ("a", "b"):
        picks(someone(who), "12345是什么", "工作体系")
    page = run("suggest").output
    assert "## 1. 12345是什么" in page
    assert "`hotline.framework`" in page
    assert "2 人、2 次" in page
    before = (folder / "faq/hotline.yaml").read_text(encoding="utf-8")
    accepted = run("suggest", "accept", number(page))
    assert accepted.exit_code == 0, accepted.output
    after = (folder / "faq/hotline.yaml").read_text(encoding="utf-8")
    assert len(after.splitlines()) == len(before.splitlines()) + 1
    assert "12345是什么" in after
    assert "0 条" in run("suggest").output
    assert run("suggest", "accept", number(page)).exit_code == 1


def test_a_rejected_one_does_not_come_back(run: Run, folder: Path, someone: Callable[[str], Talk]) -> None:
    for who in ("a", "b"):
        picks(someone(who), "12345是什么", "工作体系")
    assert run("suggest", "reject", number(run("suggest").output)).exit_code == 0
    picks(someone("c"), "12345是什么？", "工作体系")
    assert "0 条" in run("suggest").output
    assert (folder / "faq/hotline.yaml").read_bytes() == (SETTINGS.content_dir / "faq/hotline.yaml").read_bytes()


def test_the_numbers_stay_when_others_join(run: Run, someone: Callable[[str], Talk]) -> None:
    for who in ("a", "b"):
        picks(someone(who), "12345是什么", "工作体系")
    first = number(run("suggest").output)
    for who in ("c", "d", "e"):
        picks(someone(who), "要什么材料", "1")
    page = run("suggest").output
    assert f"## {first}. 12345是什么" in page
    assert page.count("## ") == 2


def test_one_person_or_a_useless_answer_proposes_nothing(run: Run, someone: Callable[[str], Talk]) -> None:
    picks(someone("a"), "12345是什么", "工作体系")
    picks(someone("a"), "12345是什么", "工作体系")
    picks(someone("b"), "12345是什么", "工作体系")
    someone("b").say("没用")
    assert "0 条" in run("suggest").output


def test_it_may_be_written_to_a_file(run: Run, tmp_path: Path, someone: Callable[[str], Talk]) -> None:
    for who in ("a", "b"):
        picks(someone(who), "12345是什么", "工作体系")
    run("suggest", "--out", str(tmp_path / "建议.md"))
    assert "12345是什么" in (tmp_path / "建议.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", ["accept", "reject"])
def test_a_number_that_is_none(run: Run, verb: str) -> None:
    result = run("suggest", verb, "99")
    assert result.exit_code == 1
    assert "没有编号 99" in result.output


def test_accepting_what_would_break_the_content_changes_nothing(
    run: Run, folder: Path, someone: Callable[[str], Talk]
) -> None:
    for who in ("a", "b"):
        picks(someone(who), "12345是什么", "工作体系")
    page = run("suggest").output
    (folder / "words.yaml").write_text("version: 2\n", encoding="utf-8")
    before = (folder / "faq/hotline.yaml").read_bytes()
    assert run("suggest", "accept", number(page)).exit_code != 0
    assert (folder / "faq/hotline.yaml").read_bytes() == before
    shutil.copyfile(SETTINGS.content_dir / "words.yaml", folder / "words.yaml")
    assert run("suggest", "accept", number(page)).exit_code == 0


def test_nobody_waits_while_the_folder_is_read(
    run: Run, kit: Kit, folder: Path, someone: Callable[[str], Talk]
) -> None:
    for who in ("a", "b"):
        picks(someone(who), "12345是什么", "工作体系")
    proposed = int(number(run("suggest").output))

    def read(taken: Snapshot) -> Content:
        with kit.db.writing(0.2) as unit:  # somebody's message
            assert suggestion.find(unit, proposed)
        return loader.parse(taken, load_office(SETTINGS.office_file).units, PHRASES)

    here = replace(kit, settings=replace(SETTINGS, content_dir=folder))
    assert "已把" in learning._accept(here, proposed, read)
    assert "12345是什么" in (folder / "faq/hotline.yaml").read_text(encoding="utf-8")


def test_of_two_who_accept_at_once_one_is_told(
    run: Run, kit: Kit, folder: Path, someone: Callable[[str], Talk]
) -> None:
    for who in ("a", "b"):
        picks(someone(who), "12345是什么", "工作体系")
    proposed = number(run("suggest").output)
    before = (folder / "faq/hotline.yaml").read_bytes()

    def read(taken: Snapshot) -> Content:
        assert run("suggest", "reject", proposed).exit_code == 0
        return loader.parse(taken, load_office(SETTINGS.office_file).units, PHRASES)

    here = replace(kit, settings=replace(SETTINGS, content_dir=folder))
    with pytest.raises(ClickException, match="没有编号"):
        learning._accept(here, int(proposed), read)
    assert (folder / "faq/hotline.yaml").read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [("gaps", "--since", "999999999"), ("suggest", "--since", "999999999"), ("suggest", "--out", "/nope/x.md")],
)
def test_what_cannot_be_is_one_sentence(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code in (1, 2)
    assert isinstance(result.exception, SystemExit)
    assert "Error: " in result.output
