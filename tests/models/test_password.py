"""Which passwords are taken, and how they are kept."""

from __future__ import annotations

import pytest

from models import password
from models.password import Policy

POLICY = Policy()


@pytest.mark.parametrize(
    "word",
    [
        "Password@2026", "P@ssw0rd123456", "Admin@123456", "admin123456!A", "Huichuan@2026", "Huicai#20261123",
        "Zunyi@123456!", "Qwertyuiop123!", "1qaz2wsx3edC!", "Aa1!Aa1!Aa1!", "Abcdefgh1234!", "Woaini1314520!",
        "Qwerty123456!@", "aaaaaaaaaaA1!", "Wechat_888888",
    ],
)  # fmt: skip
def test_what_everybody_thinks_of_is_refused(word: str) -> None:
    """ASVS 6.2.4."""
    assert password.fault(word, POLICY) == "这个密码太容易猜到，换一个"


@pytest.mark.parametrize(
    "word", ["correct-Horse-7-battery", "三月桃花开，Moutai不许喝", "xV9$kd02Lm!q", "我家楼下有3棵Banyan树啊啊"]
)
def test_what_is_long_and_ones_own_is_taken(word: str) -> None:
    assert password.fault(word, POLICY, "li.si", "李四") == ""


def test_it_is_neither_short_nor_endless_nor_about_oneself() -> None:
    assert "至少 12 位" in password.fault("xV9$kd02Lm!", POLICY)
    assert "最多 128 位" in password.fault("xV9$" * 33, POLICY)
    assert "自己的用户名" in password.fault("zhang.san-Kd02Lm!", POLICY, "zhang.san")
    assert "至少要有其中 3 种" in password.fault("kd02lmqwv8xz", POLICY)
    assert password.fault("kd02lmqwv8xz", Policy(kinds=2)) == ""


def test_full_width_signs_of_an_input_method_are_the_same_password() -> None:
    assert password.fits(password.hashed("ｃｏｒｒｅｃｔ－Horse-7"), "correct-Horse-7")


def test_the_same_password_is_kept_differently_each_time() -> None:
    assert password.hashed("correct-Horse-7") != password.hashed("correct-Horse-7")


def test_an_account_without_a_password_is_opened_by_none() -> None:
    for word in ("", "x", password.generated()):
        assert not password.fits("", word)
    assert not password.fits("not a hash", "x")


def test_generated_ones_are_taken_by_every_policy() -> None:
    made = {password.generated() for _ in range(50)}
    assert len(made) == 50
    assert {password.fault(each, Policy(kinds=4)) for each in made} == {""}
