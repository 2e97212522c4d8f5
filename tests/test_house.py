"""The plan of the house, held: who may import whom, who may touch what, and how large a room may grow."""

from __future__ import annotations

import ast
import statistics
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = ("bot", "handlers", "knowledge", "models", "config", "emulator")
MAY_IMPORT = {
    "config": {"config"},
    "knowledge": {"knowledge"},
    "models": {"models"},
    "bot": {"bot", "config", "knowledge", "models"},
    "handlers": {"handlers", "bot", "config", "knowledge", "models"},
    "emulator": {"emulator"},
}
# What only these may know, by the first part of the imported name. "handlers/clock.py" means that file alone.
ONLY = {
    "wechatpy": {"bot/wechat/crypto.py"},
    "requests": set(),
    "urllib3": {"bot/wechat"},
    "certifi": {"bot/wechat"},
    "sqlalchemy": {"models"},
    "alembic": {"models"},
    "redis": {"models/memory_redis.py"},
    "apscheduler": {"handlers/clock.py"},
    "flask": {"handlers", "wsgi.py", "emulator"},
    "rapidfuzz": {"knowledge"},
    "argon2": {"models/password.py"},
    "pyotp": {"models/knock.py", "handlers/console/enrolment.py"},
    "segno": {"handlers/console/enrolment.py"},
    "authlib": {"handlers/console/provider.py"},
    "joserfc": {"handlers/console/provider.py"},
    "xlsxwriter": {"handlers/console/book.py"},
    "nh3": {"handlers/console/filters.py"},
    "flask_openapi": {"handlers/miniapp"},
    "flask_openapi_swagger": {"handlers/miniapp"},
}
DOORS = ("chat", "miniapp", "h5", "console")


def files() -> list[Path]:
    found = [path for name in OURS for path in (ROOT / name).rglob("*.py")]
    return [*found, ROOT / "wsgi.py"]


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}: write the whole name"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(names)


@pytest.mark.parametrize("package", OURS)
def test_floors_look_only_down(package: str) -> None:
    wrong = [
        f"{place(path)} imports {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imports(path)
        if name.split(".")[0] in {*OURS, "wsgi"} - MAY_IMPORT[package]
    ]
    assert wrong == []


@pytest.mark.parametrize("library", ONLY)
def test_a_library_is_known_in_its_own_rooms_only(library: str) -> None:
    wrong = [
        place(path)
        for path in files()
        if library in {name.split(".")[0] for name in imports(path)}
        and not any(place(path) == room or place(path).startswith(f"{room}/") for room in ONLY[library])
    ]
    assert wrong == []


def test_doors_do_not_know_each_other() -> None:
    for door in DOORS:
        others = {f"handlers.{other}" for other in DOORS if other != door}
        for path in (ROOT / "handlers" / door).rglob("*.py"):
            assert not {name for name in imports(path) if name.startswith(tuple(others))}, place(path)


def test_nothing_goes_round_in_circles() -> None:
    names = {place(path).removesuffix(".py").replace("/", "."): path for path in files()}
    arrows: dict[str, set[str]] = {}
    for name, path in names.items():
        # "from bot.reply import Text" names bot.reply.Text: the file is the name itself or what stands before its end
        named = imports(path) | {each.rpartition(".")[0] for each in imports(path)}
        arrows[name] = {other for other in named if other in names and other != name}
    while arrows:
        free = {name for name, to in arrows.items() if not to & arrows.keys()}
        assert free, f"a circle among {sorted(arrows)}"
        arrows = {name: to for name, to in arrows.items() if name not in free}


def test_nobody_below_reads_the_environment_or_the_clock() -> None:
    allowed = {"wsgi.py", "handlers/launch.py"}
    for path in files():
        if place(path) in allowed or place(path).startswith("emulator/"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute):
                assert (ast.unparse(node)) not in {"os.environ", "datetime.now", "date.today", "time.time"}, (
                    f"{place(path)}:{node.lineno} {ast.unparse(node)}"
                )


def test_only_the_desk_changes_tickets() -> None:
    for path in files():
        if place(path).startswith(("models/desk", "models/ticket", "models/migrations", "models/tables")):
            continue
        names = {name for name in imports(path) if name in {"models.ticket.Ticket", "models.ticket.TicketEvent"}}
        changes = {"state", "version", "contact", "number"}
        stores = {
            node.attr
            for node in ast.walk(tree(path))
            if names and isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        }
        assert not stores & changes, place(path)


def test_rooms_stay_small() -> None:
    lengths = {place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}
    ordered = sorted(lengths.values())
    assert max(ordered) <= 400, max(lengths, key=lambda name: lengths[name])
    assert statistics.median(ordered) <= 140
    assert ordered[int(len(ordered) * 0.9)] <= 260


def test_functions_stay_short() -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in files()
        for node in ast.walk(tree(path))
        if isinstance(node, kinds)
    )
    assert statistics.median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.9)] <= 30


def test_broad_excepts_stand_only_at_the_edges() -> None:
    edges = {
        "handlers/clock.py",
        "handlers/chat/blueprint.py",
        "bot/crew.py",
        "bot/delivery.py",
        "bot/pipeline.py",
        "models/db.py",
    }
    for path in files():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and not place(path).startswith("emulator/"):
                caught = "" if node.type is None else ast.unparse(node.type)
                assert caught not in {"", "Exception", "BaseException"} or place(path) in edges, place(path)


def test_no_file_is_named_after_nothing() -> None:
    assert not [path for path in files() if path.stem in {"utils", "util", "helpers", "helper", "manager", "common"}]


def test_every_import_is_of_something_declared() -> None:
    """What the product imports stands in requirements.in, not only among what others happen to need."""
    pins = (ROOT / "requirements.in").read_text().splitlines()
    declared = {line.split("==")[0].split("[")[0].strip().lower() for line in pins}
    names = {
        "yaml": "pyyaml",
        "chinese_calendar": "chinesecalendar",
        "click": "flask",
        "markupsafe": "flask",
        "werkzeug": "flask",
        "argon2": "argon2-cffi",
        "docx": "python-docx",
        "flask_openapi": "flask-openapi",
        "flask_openapi_swagger": "flask-openapi-swagger",
    }
    known = {*OURS, "wsgi", *sys.stdlib_module_names}
    for path in files():
        for name in {each.split(".")[0] for each in imports(path)} - known:
            assert names.get(name, name) in declared, f"{place(path)} imports {name}"
