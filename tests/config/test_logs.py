"""Canaries through every way a line is made: none may come out."""

from __future__ import annotations

import io
import json
import logging
import socket
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests

from config import logs
from config.settings import Settings

TOKEN = "canaryTokenA1"
AES_KEY = "canaryKey0canaryKey1canaryKey2canaryKey3can"
SECRET = "canary/secret+of the=account"
PASSWORD = "canary-p@ss"
OPENID = "oCANARY_openid-of-a-person_1"
PHONE = "13812345678"
ID_NUMBER = "52030219900307123X"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    yield from capture("text")


@pytest.fixture
def json_out() -> Iterator[io.StringIO]:
    yield from capture("json")


def capture(kind: str) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    values = {
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_AES_KEY": AES_KEY,
        "WECHAT_SECRET": SECRET,
        "DATABASE_URL": f"postgresql://huicai:{quote(PASSWORD)}@db/huicai",
        "LOG_LEVEL": "DEBUG",
        "LOG_FORMAT": kind,
    }
    logs.setup(Settings.from_env(values), stream)
    yield stream
    for handler in [each for each in root.handlers if each not in before]:
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    "canary",
    [TOKEN, AES_KEY, SECRET, quote(SECRET, safe=""), PASSWORD, quote(PASSWORD), OPENID, PHONE, ID_NUMBER],
)
@pytest.mark.parametrize("where", ["message", "argument", "exception", "cause", "stack", "broken arguments"])
def test_no_canary_comes_out(out: io.StringIO, canary: str, where: str) -> None:
    log = logging.getLogger("any.library")
    match where:
        case "message":
            log.debug("before " + canary + " after")  # noqa: G003 - a careless library does just this
        case "argument":
            log.error("before %s after %r", canary, {"text": canary})
        case "exception" | "cause":
            try:
                try:
                    raise ValueError(canary)
                except ValueError as fault:
                    if where == "exception":
                        raise
                    raise RuntimeError("outer") from fault
            except (ValueError, RuntimeError):
                log.exception("failed")
        case "stack":
            log.warning(canary, stack_info=True)
        case _:
            # Straight to our own handler: pytest's would raise, as logging does not in production.
            record = log.makeRecord("x", logging.ERROR, "x.py", 1, "no place for %d", (canary,), None)
            next(each for each in logging.getLogger().handlers if isinstance(each.formatter, logs.Line)).handle(record)
    assert out.getvalue(), "a line that never came proves nothing"
    assert canary not in out.getvalue()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("GET /cgi-bin/token?appid=wx1&secret=abcdef&x=1", "x=1"),
        ("GET /send?access_token=72_abcDEF-x&lang=zh", "lang=zh"),
        ("/wechat?msg_signature=abcdef&timestamp=1763800000", "timestamp=1763800000"),
        ('{"access_token": "72_abcDEF-x", "expires_in": 7200}', '"expires_in": 7200'),
        ("{'session_key': 'abcdef==', 'unionid': None}", "'unionid': None"),
        ("redis://:abcdef@cache:6379/0", "cache:6379/0"),
    ],
)
def test_what_is_secret_by_its_name_is_hidden_and_the_rest_stays(out: io.StringIO, text: str, rest: str) -> None:
    logging.getLogger("library").debug(text)
    assert "abcDEF" not in out.getvalue()
    assert "abcdef" not in out.getvalue()
    assert rest in out.getvalue()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"来自{OPENID}的消息", "来自oCAN..."),
        (f"{OPENID}:7001", ":7001"),
        ("电话13812345678。", "电话138****5678。"),
        ("+8613812345678", "+86138****5678"),
        ("138 1234 5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("身份证520302199003071234", "身份证5203******"),
        ("老证520302900307123", "老证5203******"),
    ],
)
def test_a_person_is_masked_in_every_way_of_writing(out: io.StringIO, text: str, shown: str) -> None:
    logging.getLogger("x").info(text)
    assert shown in out.getvalue()


@pytest.mark.parametrize("text", ["MsgId 24781234567890123", "1763800000123 ms", "第20261122号", "热线12345", "oABC"])
def test_other_numbers_stay(out: io.StringIO, text: str) -> None:
    logging.getLogger("x").info(text)
    assert text in out.getvalue()


def test_one_person_is_the_same_in_every_line_and_two_are_not(out: io.StringIO) -> None:
    other = OPENID[:-1] + "2"
    for openid in (OPENID, OPENID, other):
        logging.getLogger("x").info("%s", openid)
    first, second, third = (line.rsplit(" ", 1)[1] for line in out.getvalue().splitlines())
    assert first == second != third


def test_urllib3_at_debug_and_the_exception_of_a_dead_api_tell_no_secret(out: io.StringIO) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
        try:
            requests.get(f"{base}/cgi-bin/token", params={"secret": SECRET, "appid": "wx1"}, timeout=60)
        except requests.ConnectionError:
            logging.getLogger("x").exception("no token")
    assert "Max retries" in out.getvalue()
    assert "Starting new HTTP connection" in out.getvalue()
    assert "canary" not in out.getvalue()


def test_an_event_is_one_line_and_cannot_forge_another(out: io.StringIO) -> None:
    logging.getLogger("x").info("said %s", "hi\r\n2026-11-22 ERROR forged\u2028also\x85\x00end")
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("x").exception("failed")
    first, second = out.getvalue().rstrip("\n").split("\n")
    assert "hi ⏎ 2026-11-22 ERROR forged ⏎ also ⏎ end" in first
    assert "Traceback" in second
    assert "ValueError: two ⏎ lines" in second


def test_json_lines_carry_the_same_and_parse(json_out: io.StringIO) -> None:
    try:
        raise ValueError(f'"{PHONE}"')
    except ValueError:
        logging.getLogger("x").exception("打不开 %s", "x\ny")
    logging.getLogger("x").info("fine")
    failed, fine = map(json.loads, json_out.getvalue().splitlines())
    assert (failed["level"], failed["logger"], failed["message"]) == ("ERROR", "x", "打不开 x ⏎ y")
    assert "138****5678" in failed["trouble"]
    assert set(fine) == {"at", "level", "logger", "request", "message"}
    assert fine["at"].endswith("+08:00")


def test_a_request_is_known_in_its_own_thread_only(out: io.StringIO) -> None:
    def one(number: int) -> None:
        logs.request_id.set(f"r{number}")
        logging.getLogger("x").info("in %d", number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    before = logs.request_id.get()  # of a request that another test made in this thread, or none
    logging.getLogger("x").info("outside")
    lines = out.getvalue().splitlines()
    assert sorted(line.split(" ", 1)[1] for line in lines[:3]) == [f"INFO r{n} x: in {n}" for n in range(3)]
    assert before not in {"r0", "r1", "r2"}
    assert lines[3].split(" ", 1)[1] == f"INFO {before} x: outside"


def test_setting_up_again_does_not_double_the_lines(out: io.StringIO) -> None:
    logs.setup(Settings(), again := io.StringIO())
    logging.getLogger("x").warning("once")
    assert out.getvalue() == ""
    assert again.getvalue().count("once") == 1


def test_the_level_holds(out: io.StringIO) -> None:
    logs.setup(Settings(log_level="WARNING"), out)
    logging.getLogger("x").info("too little")
    assert out.getvalue() == ""


def test_a_secret_too_short_to_hide_shreds_no_words() -> None:
    assert logs.Scrubber(["a"])("a day") == "a day"
    assert logs.Scrubber([])("text") == "text"


def test_the_longer_of_two_secrets_is_hidden_whole() -> None:
    assert logs.Scrubber(["secret", "secret-and-more"])("x secret-and-more y") == "x ****** y"
