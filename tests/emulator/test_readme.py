"""The README names every flag, variable, default and kind of message there is."""

from pathlib import Path

import pytest

import emulator
from emulator.desk import KINDS
from emulator.flags import DEFAULTS

README = (Path(emulator.__file__).parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_variable_and_its_default(name):
    rows = [line for line in README.splitlines() if line.startswith("| `--") and f"`{name}`" in line]
    assert len(rows) == 1
    assert f"`{DEFAULTS[name]}`" in rows[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_message(kind):
    assert f"`{kind}`" in README
