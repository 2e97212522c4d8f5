"""`flask kb publish|status|history`: what is refused and how it is said, and content for another day."""

from __future__ import annotations

import pytest

from desk import FLAT, Desk, again

WHERE, ELSEWHERE = "演示大道1号", "演示大道9号"


def test_what_is_in_force_already_cannot_be_staged(desk: Desk) -> None:
    """It was staged, and blocked every later save, though what is saved is in force within two seconds."""
    desk.kb("publish", "--why", "开始")
    told = desk.kb("publish", "--why", "新年", "--at", "2099-01-01", code=1)
    assert "已经在用（v1）" in told
    assert "PUBLISH=command" in told
    assert "v2" not in desk.kb("history")


def test_status_promises_no_publishing_while_a_staged_version_is_in_the_way(desk: Desk) -> None:
    desk.kb("publish", "--why", "开始")
    desk.edit(FLAT, WHERE, ELSEWHERE)
    assert "存盘后两秒内发布" in desk.kb("status")
    desk.kb("publish", "--why", "新年", "--at", "2099-01-01")
    desk.edit(FLAT, ELSEWHERE, "演示大道7号")
    told = desk.kb("status")
    assert "存盘后两秒内发布" not in told
    assert "v2 挡着，存盘不会发布：先撤回它，./manage flask kb withdraw 2" in told
    told = desk.kb("publish", "--why", "急", code=1)
    assert "v2 定于 2099-01-01 00:00 生效" in told
    assert "它就换不上了" in told
    assert "覆盖" not in told


def test_content_for_another_day_is_examined_as_of_that_day(desk: Desk) -> None:
    desk.edit(FLAT, "  - id: flat.fee\n", "  - id: flat.fee\n    begins: 2098-06-01\n")
    told = desk.kb("publish", "--why", "开始")
    assert "考试 2/2，100%" in told
    assert "另有 1 道题没有考" in told
    desk.edit(FLAT, WHERE, ELSEWHERE)
    assert "考试 3/3，100%" in desk.kb("publish", "--why", "到时候", "--at", "2098-06-01")


def test_the_mark_does_not_fall_when_an_entry_ends(desk: Desk) -> None:
    desk.edit(FLAT, "  - id: flat.fee\n", "  - id: flat.fee\n    ends: 2020-01-01\n")
    told = desk.kb("exam")
    assert "考试 2/2，100%" in told
    assert "另有 1 道题没有考：问的那一条" in told


def test_the_check_is_as_of_the_day_of_publishing(desk: Desk) -> None:
    desk.edit(FLAT, "validity: current}", "validity: current, expires: 2097-01-01}")
    assert "已经过期" not in desk.kb("publish", "--why", "开始")
    desk.edit(FLAT, WHERE, ELSEWHERE)
    assert "已经过期" in desk.kb("publish", "--why", "到时候", "--at", "2098-06-01")


def test_status_counts_faults_as_the_check_does(desk: Desk) -> None:
    desk.kb("publish", "--why", "开始")
    desk.edit(FLAT, "id: flat.fee", "id: 租金")
    assert "1 处需要改正" in desk.kb("check", code=1)
    told = desk.kb("status", code=1)
    assert "有 1 处需要改正" in told
    assert "引用找不到" in told


@pytest.mark.parametrize("limit", ["0", "-1"])
def test_a_history_of_nothing_is_refused(desk: Desk, limit: str) -> None:
    desk.kb("publish", "--why", "开始")
    assert "--limit" in desk.kb("history", "--limit", limit, code=2)


def test_tables_are_made_without_alembics_own_words(desk: Desk) -> None:
    fresh = again(desk, database_url=f"sqlite:///{desk.here}/fresh.db")
    assert fresh.run("db", "upgrade") == "数据库已是最新\n"
