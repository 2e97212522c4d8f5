"""`./manage run` as a newcomer meets it: the bot and its WeChat come up together, talk, and go down together."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import forked
from demo import Demo, database_of, launch, running
from handlers.launch import DEMO, _await
from knowledge.folder import snapshot
from models.content import New, publish
from models.db import Database
from models.schema import upgrade
from servers import ROOT, SMALL, free_port


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running(tmp_path_factory.mktemp("run")) as demo:
        yield demo


def test_a_talent_asks_and_is_answered_through_encrypted_callbacks(desk: Demo) -> None:
    xiaolin = desk.api("/users", {"name": "测试小林", "following": True})["openid"]
    assert "津贴" in desk.say(xiaolin, "我是双一流硕士，副高，能领津贴吗")
    assert "工作人员" in desk.say(xiaolin, "转人工")
    calls = desk.api(f"/callbacks?user={xiaolin}")["callbacks"]
    assert {(call["state"], call["mode"], call["valid"]) for call in calls} == {("shown", "safe", True)}


def test_compatible_mode_works_too_and_plaintext_is_refused(desk: Demo) -> None:
    other = desk.api("/users", {"name": "测试老王", "following": True})["openid"]
    try:
        desk.api("/mode", {"mode": "compat"})
        assert "汇才通" in desk.say(other, "你好")
        desk.api("/mode", {"mode": "plain"})
        assert "故障" in desk.say(other, "你好")
    finally:
        desk.api("/mode", {"mode": "safe"})


def test_the_menu_is_there_and_its_keys_are_answered(desk: Demo) -> None:
    from config.menu import load_menu

    keys = [each["key"] for top in load_menu(ROOT / "config/menu.yaml")["button"] for each in top["sub_button"]]
    assert len(keys) >= 10
    for key in keys:  # by somebody else each: WeChat tells two clicks of one person apart by their second
        person = desk.api("/users", {"name": f"测试{key}", "following": True})["openid"]
        desk.api(f"/users/{person}/messages", {"type": "click", "key": key})
        done = desk.api(f"/users/{person}/transcript?count=1&quiet=1&timeout=50")["entries"]
        assert [each["side"] for each in done if each["side"] in ("notice", "account")] == ["account"], key


@pytest.mark.parametrize("words", [["wechat", "test"], ["menu", "push"], ["event", "list"]])
def test_commands_beside_it_find_its_account(desk: Demo, words: list[str]) -> None:
    """Told nothing but where the demo runs, and not even its database."""
    done = forked.flask(*words, PORT=str(desk.bot), EMULATOR_PORT=str(desk.emulator))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"wechat": "正常", "menu": "菜单已更新", "event": "演示：人才沙龙"}[words[0]] in done.stdout


def test_who_opens_the_printed_address_finds_the_page(desk: Demo) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{desk.bot}/", timeout=30) as answer:
        assert answer.url.endswith("/m/")
        assert answer.status == 200
    for path in ("/m/", "/console/", "/api/docs/"):
        assert any(path in line for line in desk.said), path


def test_the_address_is_verified(desk: Demo) -> None:
    found = desk.api("/verify", {})
    assert found["ok"]
    assert all(probe["ok"] for probe in found["probes"])


@pytest.mark.browser
def test_the_chat_page_in_a_browser(desk: Demo, browser: Any) -> None:
    page = browser.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(f"http://127.0.0.1:{desk.emulator}/")
    page.get_by_text("关注公众号").first.click()
    page.get_by_text("问政策").first.wait_for()
    phone = page.locator(".phone").first
    phone.get_by_text("汇才通").first.wait_for()
    page.close()
    assert broken == []


def test_a_program_whose_first_answers_take_seconds_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(1.2)
            with contextlib.suppress(OSError):
                self.send_response(200)
                self.end_headers()

        def log_message(self, *_: object) -> None: ...

    monkeypatch.setattr("handlers.launch._START_SECONDS", 20)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    child: Any = SimpleNamespace(poll=lambda: None)
    try:
        _await(f"http://127.0.0.1:{server.server_port}/", child, "it")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_ctrl_c_ends_everything_it_started(tmp_path: Path) -> None:
    bot, emulator = free_port(), free_port()
    process = launch(tmp_path, bot=bot, emulator=emulator, CONTENT_DIR=str(SMALL))
    assert process.stdout is not None
    assert any("Ctrl-C" in line for line in process.stdout)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 0
    for port in (bot, emulator):
        with contextlib.closing(socket.socket()) as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


# Ctrl-C comes while the thread is being started that is to call WeChat: the pool does not know it yet.
_IN_A_POOL = """
import os, runpy, signal, sys, threading
begin, pressed = threading.Thread.start, []

def start(thread):
    begin(thread)
    if thread.name.startswith("to-wechat") and not pressed:
        pressed.append(True)
        os.kill(os.getpid(), signal.SIGINT)

threading.Thread.start = start
sys.argv = ["launch", "run"]
runpy.run_module("handlers.launch", run_name="__main__", alter_sys=True)
"""


def test_ctrl_c_in_the_middle_of_a_call_ends_it(tmp_path: Path) -> None:
    process = launch(
        tmp_path, bot=free_port(), emulator=free_port(), program=["-c", _IN_A_POOL], CONTENT_DIR=str(SMALL)
    )
    try:
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["PORT", "EMULATOR_PORT"])
def test_a_taken_port_is_one_sentence_with_the_cure(tmp_path: Path, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = {"PORT": str(free_port()), "EMULATOR_PORT": str(free_port()), name: str(taken.getsockname()[1])}
        process = launch(tmp_path, bot=int(ports["PORT"]), emulator=int(ports["EMULATOR_PORT"]))
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert [line for line in said.splitlines() if name in line and "set" in line]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("WEB_THREADS", "many"), ("WECHAT_AES_KEY", "short"), ("CONTENT_DIR", "nowhere"), ("EMULATOR_PORT", "x")],
)
def test_a_wrong_setting_is_one_sentence_with_the_cure(tmp_path: Path, setting: str, value: str) -> None:
    more = {setting: value}
    process = launch(tmp_path, bot=free_port(), emulator=free_port(), **more)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert setting in said
    assert len(said.strip().splitlines()) == 1


def test_broken_content_is_named_before_anything_starts(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(SMALL, content)
    places = content / "places.yaml"
    places.write_text(places.read_text(encoding="utf-8").replace("kind: station", "kind: statoin", 1), encoding="utf-8")
    process = launch(tmp_path, bot=free_port(), emulator=free_port(), CONTENT_DIR=str(content))
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert "places.yaml:" in said
    assert "statoin" in said


@pytest.mark.parametrize("verb", ["run", "serve"])
def test_broken_content_is_named_and_what_was_published_is_served(tmp_path: Path, verb: str) -> None:
    content = Path(shutil.copytree(SMALL, tmp_path / "content"))
    database = Database(database_of(tmp_path))
    upgrade(database)
    good = snapshot(content)
    with database.writing() as unit:
        publish(unit, New(good.files, good.version, "first", "", ""), seen=0, now=datetime.now(UTC))
    database.close()
    places = content / "places.yaml"
    places.write_text(places.read_text(encoding="utf-8").replace("kind: station", "kind: statoin", 1), encoding="utf-8")
    port = free_port()
    real = {} if verb == "run" else {**DEMO, "WECHAT_API_BASE": "http://127.0.0.1:9"}
    process = launch(tmp_path, bot=port, emulator=free_port(), verb=verb, CONTENT_DIR=str(content), **real)
    try:
        state = until_ready(port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    assert (state["content"], state["content_faults"], state["database"]) == (good.version[:12], 1, "ok")
    assert "places.yaml:" in said
    assert "statoin" in said


def until_ready(port: int, process: subprocess.Popen[str]) -> Any:
    while process.poll() is None:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer,
        ):
            return json.load(answer)
        time.sleep(0.1)
    return None


@pytest.mark.parametrize(("name", "setting"), [("office.yaml", "OFFICE_FILE"), ("desk.yaml", "DESK_FILE")])
def test_a_broken_file_is_named_before_anything_starts(name: str, setting: str, tmp_path: Path) -> None:
    file = tmp_path / name
    good = (ROOT / "config" / name).read_text(encoding="utf-8")
    file.write_text(good.replace("confirmed: false", "confirmed: perhaps"), encoding="utf-8")
    port = free_port()
    note = ROOT / f"var/demo-{port}.json"
    note.unlink(missing_ok=True)  # of one that was killed
    process = launch(tmp_path, bot=free_port(), emulator=port, **{setting: str(file)})
    while process.poll() is None:
        assert not note.exists()  # commands beside it would go by its settings
        time.sleep(0.01)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert f"{name}:" in said
