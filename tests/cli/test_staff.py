"""`flask staff` and `flask audit`: the first admin comes from here, and no password from an argument."""

from __future__ import annotations

import re

from sqlalchemy import text

from desk import Desk
from models import password
from models.db import Database
from models.roster import Roster
from models.seal import Seal
from models.staff import Staff

TYPED = "a-Sentence-of-my-own-9"


def kept(desk: Desk, login: str) -> Staff:
    database = Database(desk.settings.database_url)
    with database.unit() as unit:
        found = Roster(unit, Seal(desk.settings.secret_key)).named(login)
    database.close()
    return found


def add(desk: Desk, *more: str, said: str = f"{TYPED}\n{TYPED}\n", code: int = 0) -> str:
    return desk.run("staff", "add", "zhang.san", "--name", "张三", "--role", "admin", *more, said=said, code=code)


def test_the_first_admin_types_a_password(desk: Desk) -> None:
    assert "还没有账号" in desk.run("staff", "list")
    said = add(desk)
    assert TYPED not in said
    assert "zhang.san 建好了：张三，管理员，热线" in said
    staff = kept(desk, "zhang.san")
    assert password.fits(staff.password, TYPED)
    assert staff.password.startswith("$argon2id$v=19$m=19456,t=2,p=1$")  # ASVS 11.4.2
    assert staff.must_change
    assert "zhang.san  张三  管理员  热线  在用" in desk.run("staff", "list")


def test_a_generated_password_is_shown_this_once(desk: Desk) -> None:
    said = add(desk, "--generate", said="")
    made = re.search(r"：([A-Za-z0-9-]{19})\n", said)
    assert made
    assert password.fits(kept(desk, "zhang.san").password, made[1])
    assert made[1] not in desk.run("staff", "list") + desk.run("audit", "list")


def test_a_password_that_is_easy_to_guess_is_not_taken(desk: Desk) -> None:
    assert "太容易猜到" in add(desk, said="Password@2026\nPassword@2026\n", code=1)
    assert "至少 12 位" in add(desk, said="Ab1-\nAb1-\n", code=1)
    assert "还没有账号" in desk.run("staff", "list")


def test_there_is_no_option_that_takes_a_password(desk: Desk) -> None:
    """It would stand in the list of processes and in the shell's history."""
    for command in ("add", "reset"):
        assert "--password" not in desk.run("staff", command, "--help")


def test_what_cannot_be_is_said_in_one_sentence(desk: Desk) -> None:
    add(desk)
    assert "已经有人用了" in add(desk, code=1)
    assert "没有单位 nowhere" in add(desk, "--unit", "nowhere", code=1)
    assert "没有用户名 li.si" in desk.run("staff", "disable", "li.si", code=1)


def test_disabled_enabled_reset(desk: Desk) -> None:
    add(desk)
    desk.run("staff", "disable", "zhang.san")
    assert "停用" in desk.run("staff", "list")
    desk.run("staff", "enable", "zhang.san")
    assert not kept(desk, "zhang.san").disabled
    before = kept(desk, "zhang.san").password
    desk.run("staff", "reset", "zhang.san", "--generate")
    assert kept(desk, "zhang.san").password != before
    assert "重新设置手机验证码" in desk.run("staff", "reset", "zhang.san", "--factor")


def test_the_audit_is_verified_and_listed(desk: Desk) -> None:
    add(desk)
    desk.run("staff", "disable", "zhang.san")
    head = desk.run("audit", "head").strip()
    assert head.startswith("2:")
    assert desk.run("audit", "verify", "--head", head).startswith("2 条审计记录")
    assert "没有这一条" in desk.run("audit", "verify", "--head", f"9{head}", code=1)
    listed = desk.run("audit", "list", "--action", "staff.")
    assert listed.index("staff.disable") < listed.index("staff.add")
    assert "没有这样的记录" in desk.run("audit", "list", "--day", "2020-01-01")
    database = Database(desk.settings.database_url)
    with database.unit() as unit:
        unit.execute(text("DROP TRIGGER audit_unchanged"))
        unit.execute(text("UPDATE audit SET actor = 'nobody' WHERE seq = 1"))
        unit.commit()
    database.close()
    assert "第 1 条被改过" in desk.run("audit", "verify", code=1)
