"""The README names every flag, variable, default, kind of message, path, fault and template there is."""

import re
from pathlib import Path

import pytest

import emulator
from emulator.account import Account
from emulator.desk import KINDS, Desk
from emulator.faults import KINDS as FAULTS
from emulator.flags import DEFAULTS
from emulator.server import create_app
from emulator.templates import READY
from emulator.values import KINDS as VALUES
from emulator.world import World

README = (Path(emulator.__file__).parent / "README.md").read_text(encoding="utf-8")
ACCOUNT = Account("desktoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx1", "s")
PATHS = {rule.rule for rule in create_app(Desk(World(ACCOUNT, "safe", "http://127.0.0.1:1/"), "")).url_map.iter_rules()}
TENCENT = sorted(path for path in PATHS if path.startswith(("/cgi-bin/", "/sns/", "/wxa/")))
CONTROL = sorted(path.removeprefix("/emulator/api") for path in PATHS if path.startswith("/emulator/api/"))


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_variable_and_its_default(name):
    rows = [line for line in README.splitlines() if line.startswith("| `--") and f"`{name}`" in line]
    assert len(rows) == 1
    assert f"`{DEFAULTS[name]}`" in rows[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_message(kind):
    assert f"`{kind}`" in README


@pytest.mark.parametrize("path", TENCENT)
def test_every_path_of_tencent(path):
    rows = [line for line in README.splitlines() if line.startswith("| `") and re.search(rf"[ `]{path}`", line)]
    assert len(rows) == 1, path


@pytest.mark.parametrize("path", CONTROL)
def test_every_path_of_the_control_api(path):
    shown = re.sub(r"<who>", "WHO", re.sub(r"<int:[a-z_]+>", "ID", path))
    assert re.search(rf"(GET |POST |DELETE |\$B){re.escape(shown)}[?` ]", README), shown


@pytest.mark.parametrize("what", [*FAULTS, *(template.id for template in READY)])
def test_every_fault_and_template(what):
    assert f"`{what}`" in README


@pytest.mark.parametrize("kind", VALUES)
def test_every_kind_of_value(kind):
    assert re.search(rf"\b{kind}\b", README)
