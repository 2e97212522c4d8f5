"""python -m emulator: flags, environment, and how it ends."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from emulator.flags import BadFlags, read_flags
from emulator.loopback import NotLoopback, check_bind, check_callback
from forked import Program
from servers import free_port

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


def test_without_flags_there_is_a_working_desk():
    flags = read_flags([], {})
    assert (flags.host, flags.port, flags.mode) == ("127.0.0.1", 8001, "safe")
    assert flags.callback == "http://127.0.0.1:8000/wechat"
    assert (flags.pace.deadline, flags.pace.retries) == (5.0, 3)
    assert (flags.mini.appid, flags.mini.kind, flags.daily) == ("wxde5c0a11d3500002", "mini", 0)


def test_the_environment_counts_and_flags_win():
    env = {
        "WECHAT_TOKEN": "fromenv",
        "WECHAT_AES_KEY": KEY,
        "WECHAT_APPID": "wxenv",
        "WECHAT_SECRET": "s",
        "EMULATOR_PORT": "9001",
        "EMULATOR_CALLBACK": "http://localhost:5000/cb",
        "EMULATOR_MODE": "compat",
    }
    flags = read_flags(["--port", "9002", "--appid", "wxflag"], env)
    assert (flags.account.token, flags.account.appid, flags.account.secret) == ("fromenv", "wxflag", "s")
    assert (flags.port, flags.mode, flags.callback) == (9002, "compat", "http://localhost:5000/cb")


@pytest.mark.parametrize(
    "argv",
    [
        ["--port", "0"],
        ["--port", "http"],
        ["--mode", "rot13"],
        ["--token", "x"],
        ["--token", "with space"],
        ["--aes-key", "short"],
        ["--appid", ""],
        ["--deadline", "nan"],
        ["--daily", "-1"],
        ["--mini-appid", "wxde5c0a11d3500001"],
        ["--host", "0.0.0.0"],  # noqa: S104 - it must be refused
        ["--callback", "https://example.com/wechat"],
        ["--nonsense"],
    ],
)
def test_a_bad_flag_is_told_in_one_sentence(argv):
    with pytest.raises(BadFlags) as caught:
        read_flags(argv, {"WECHAT_APPID": ""} if argv == ["--appid", ""] else {})
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/wechat",
        "http://127.0.0.1.example.com/",
        "http://0.0.0.0:8000/",
        "http://10.0.0.1/",
        "http://localhost@example.com/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "http://[::ffff:8.8.8.8]/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "127.0.0.1:8000",
        "http://[::1/",
        "http://127.0.0.1/微信",
    ],
)
def test_callbacks_that_lead_off_this_machine_are_refused(url):
    with pytest.raises(NotLoopback):
        check_callback(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/wechat", "http://localhost/w", "http://[::1]:80/w"])
def test_callbacks_on_this_machine_pass(url):
    assert check_callback(url) == url


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.2", "example.com", ""])  # noqa: S104 - refused
def test_only_loopback_is_bound(host):
    with pytest.raises(NotLoopback):
        check_bind(host)


def start(*argv):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("WECHAT_", "EMULATOR_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "emulator", *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=env | {"PYTHONUTF8": "1"},
    )


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_says_where_it_is_and_ends_when_told(end):
    with start("--port", str(free_port()), "--callback", "http://127.0.0.1:1/wechat") as program:
        assert "http://127.0.0.1:" in program.stdout.readline()
        program.send_signal(end)
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out, err) == (0, "", "")


# The second signal comes while what the first one does holds a lock.
_TWICE = """
import os, runpy, signal, threading
notify, pressed = threading.Condition.notify_all, []

def told_again(condition):
    in_main = threading.get_ident() == threading.main_thread().ident
    if in_main and callable(signal.getsignal(signal.SIGTERM)) and not pressed:
        pressed.append(True)
        os.kill(os.getpid(), signal.SIGTERM)
    notify(condition)

threading.Condition.notify_all = told_again
runpy.run_module("emulator", run_name="__main__", alter_sys=True)
"""


def test_it_ends_when_told_twice():
    with Program(["-c", _TWICE, "--port", str(free_port()), "--callback", "http://127.0.0.1:1/wechat"], {}) as program:
        assert "http://127.0.0.1:" in program.stdout.readline()
        program.send_signal(signal.SIGTERM)
        _, told = program.communicate(timeout=60)
    assert (program.returncode, told) == (0, "")


def test_a_taken_port_is_told_with_the_cure():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with start("--port", port) as program:
            out, err = program.communicate(timeout=60)
    assert program.returncode == 1
    assert err == f"Port {port} is taken: stop what listens there or use --port.\n"
    assert out == ""


def test_a_bad_flag_ends_the_program_without_a_traceback():
    with start("--mode", "rot13") as program:
        _, err = program.communicate(timeout=60)
    assert program.returncode == 1
    assert err.count("\n") == 1
    assert "plain, compat, safe" in err
