"""The locks: every pin of ours is in them, every package has a hash, and they agree with one another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ["requirements", "requirements-dev", "requirements-db"]
_PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)")


def pins(text: str) -> dict[str, str]:
    return dict(found.groups() for line in text.splitlines() if (found := _PIN.match(line)))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_satisfies_what_we_ask_for(name: str) -> None:
    wanted, locked = pins(read(f"{name}.in")), pins(read(f"{name}.txt"))
    assert wanted
    assert {package: locked.get(package) for package in wanted} == wanted


@pytest.mark.parametrize("name", LOCKS)
def test_every_direct_pin_is_exact(name: str) -> None:
    lines = [line for line in read(f"{name}.in").splitlines() if line and not line.startswith(("#", "-r ", "-c "))]
    assert len(pins("\n".join(lines))) == len(lines)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_a_hash_and_no_index_is_named(name: str) -> None:
    text = read(f"{name}.txt")
    for block in re.split(r"\n(?=[a-z0-9])", text):
        assert _PIN.match(block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in text
    assert "--index-url" not in text


def test_the_locks_do_not_fight() -> None:
    product, tests, drivers = (pins(read(f"{name}.txt")) for name in LOCKS)
    assert {name: tests.get(name) for name in product} == product, "requirements-dev contains the product"
    both = drivers.keys() & tests.keys()
    assert both >= {"psycopg", "pymysql"}
    assert {name: drivers[name] for name in both} == {name: tests[name] for name in both}
