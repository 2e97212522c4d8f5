"""The documents keep up with the code: settings, checks, commands, folders, fields; and links lead somewhere."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import get_args

import click
import pytest
from flask import Flask

from config import checks
from config.settings import Settings, specs
from handlers.chat.phrases import PHRASES
from handlers.chat.routes import MENU
from handlers.cli import commands as cli
from handlers.cli.jobs import period
from handlers.jobs import JOBS
from knowledge import entry
from talk import MONDAY

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "emulator" / "README.md"]
_FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_FLASKS_OWN = {"run", "shell", "routes"}


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(group: click.Group, above: str = "") -> list[str]:
    found: list[str] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += commands(command, f"{above}{name} ")
            found += [above + name] if command.invoke_without_command else []
        elif above or name not in _FLASKS_OWN:
            found.append(above + name)
    return found


def ours() -> list[str]:
    """Every `flask` command of the product, none of which opens anything."""
    app = Flask(__name__)
    cli.register(app, Settings(), lambda: pytest.fail("nothing is run here"), PHRASES, lambda: MONDAY)
    return commands(app.cli)


def anchors(text: str) -> set[str]:
    """The headings as a page's readers link to them: small letters, no punctuation, hyphens for blanks."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)`[^|]*\|([^|]*)\|", page("docs/operate.md"), re.MULTILINE))
    told = {name: default.strip().strip("`") for name, default in rows.items()}
    assert told == {spec.name: str(spec.default) for spec in specs()}


def test_every_secret_is_marked_as_one() -> None:
    marked = set(re.findall(r"^\| `([A-Z_]+)` 密 \|", page("docs/operate.md"), re.MULTILINE))
    assert marked == {spec.name for spec in specs() if spec.about.hide != "no"}


def test_every_check_is_explained() -> None:
    source = Path(checks.__file__).read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([EW]\d{3})` \|", page("docs/operate.md"), re.MULTILINE))
    assert told == set(re.findall(r'"([EW]\d{3})"', source))


def test_every_command_and_verb_is_told() -> None:
    verbs = re.findall(r"^([a-z-]+)(?: \|[^)]*)?\) ?", page("manage"), re.MULTILINE)
    assert {"run", "serve", "test", "check", "flask"} <= set(verbs)
    typed = [f"./manage {verb}" for verb in verbs] + [f"./manage flask {name}" for name in ours()]
    assert [each for each in typed if each not in page("docs/operate.md")] == []


def test_no_command_is_told_that_is_none() -> None:
    known = ours()
    for path in PAGES:
        for told in re.findall(r"\./manage flask ([a-z]+(?: [a-z][a-z-]*)?)", path.read_text(encoding="utf-8")):
            assert any(told == each or told.split()[0] == each for each in known), f"{path.name}: flask {told}"


def test_every_way_the_api_refuses_is_told() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "handlers" / "miniapp").glob("*.py")))
    raised = re.findall(r'Refused\(\s*\d+, "([a-z_]+)"', source)
    told = re.findall(r'\d{3}: \("([a-z_]+)",|code="([a-z_]+)"', source)
    codes = {*raised, "code_used", *(code for each in told for code in each if code)}
    assert len(codes) > 20
    assert [code for code in sorted(codes) if f"`{code}`" not in page("docs/api.md")] == []


def test_every_job_is_told_with_its_period() -> None:
    told = dict(re.findall(r"^\| `([a-z]+)` \| ([0-9.]+ [^ |]+) \|", page("docs/operate.md"), re.MULTILINE))
    assert {job.name: period(job.seconds) for job in JOBS}.items() <= told.items()


def test_every_folder_has_its_place_in_the_plan() -> None:
    folders = [
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and (path.name == ".ci" or not path.name.startswith((".", "__")))
    ]
    assert [name for name in folders if f"`{name}/`" not in page("docs/house.md")] == []


@pytest.mark.parametrize(
    "kind",
    [entry.Entry, entry.Source, entry.Item, entry.Tier, entry.Branch, entry.Basis, entry.Place, entry.Day, entry.Words],
)
def test_every_field_of_the_content_is_told(kind: type) -> None:
    names = {field.name for field in dataclasses.fields(kind)} - {"file", "line"}
    assert [name for name in sorted(names) if f"`{name}`" not in page("docs/content.md")] == []


@pytest.mark.parametrize("kind", [entry.Aspect, entry.Validity, entry.Status, entry.Mode, entry.PlaceKind])
def test_every_word_a_field_may_hold_is_told(kind: object) -> None:
    assert [word for word in get_args(kind) if f"`{word}`" not in page("docs/content.md")] == []


def test_every_fact_a_condition_may_ask_for_is_told() -> None:
    words = [word for fact, values in entry.FACTS.items() for word in (fact, *values)]
    text = page("docs/content.md")
    assert [word for word in words if f"`{word}`" not in text and f'`"{word}"`' not in text] == []


def test_every_key_of_the_menu_is_told() -> None:
    assert [key for key in MENU if f"`{key}`" not in page("docs/content.md")] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for target in _LINK.findall(_FENCE.sub("", path.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        there = (path.parent / name).resolve() if name else path
        assert there.exists(), target
        assert there.is_relative_to(ROOT), target
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there.read_text(encoding="utf-8")), target
