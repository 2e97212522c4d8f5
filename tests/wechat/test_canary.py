"""No AppSecret, token, session_key or code in any log, exception or printed object, whatever goes wrong."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Callable, Iterator

import pytest

from bot.reply import Text
from bot.wechat.account import Account
from bot.wechat.api import Api, Request
from bot.wechat.client import WeChat
from bot.wechat.errcode import codes
from bot.wechat.errors import SendError
from fake_wechat import TOKEN_PATH, FakeWeChat, Got, Said
from models.db import Database
from models.seal import Seal
from talk import Clock

SEND, LOGIN, PAGE, PHONE, GET = (
    "/cgi-bin/message/custom/send",
    "/sns/jscode2session",
    "/sns/oauth2/access_token",
    "/wxa/business/getuserphonenumber",
    "/cgi-bin/media/get",
)
WORD = "CANARY"  # everything that must not be told has it in it; a traceback quotes the lines of this file too
CALLS: dict[str, Callable[[WeChat], object]] = {
    SEND: lambda wechat: wechat.send(f"o{WORD}", Text(WORD)),
    LOGIN: lambda wechat: wechat.login(WORD),
    PAGE: lambda wechat: wechat.web_login(WORD),
    PHONE: lambda wechat: wechat.phone(WORD),
    GET: lambda wechat: wechat.download(WORD),
}


def echo(got: Got) -> str:
    return f"{got.path} {got.query} {got.body.decode()} session_key=CANARYSESSION rid: CANARY"


FAULTS: dict[str, Callable[[Got], Said]] = {
    "html": lambda got: Said(f"<html>{echo(got)}</html>".encode(), kind="text/html"),
    "502": lambda got: Said(echo(got).encode(), 502),
    "redirect": lambda got: Said(b"", 302, headers={"Location": f"/x?{got.query}"}),
    "bad json": lambda got: Said(b'{"access_token": "' + echo(got).encode()),
    "a list": lambda got: Said([echo(got)]),
    "odd code": lambda got: Said({"errcode": echo(got), "errmsg": echo(got)}),
    "half a login": lambda got: Said({"session_key": "CANARYSESSION", "openid": 5, "phone_info": echo(got)}),
    "cut": lambda got: Said(echo(got).encode(), how="cut"),
    "reset": lambda got: Said({}, how="reset"),
    "drop": lambda got: Said({}, how="drop"),
    "hang": lambda got: Said({}, how="hang"),
    "drip": lambda got: Said(echo(got).encode(), how="drip"),
}


def refusal(code: int) -> Callable[[Got], Said]:
    return lambda got: Said({"errcode": code, "errmsg": f"no: {echo(got)} data.CANARY1.value"})


def chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__]


def everything(error: BaseException, logged: list[logging.LogRecord]) -> str:
    parts = ["".join(traceback.format_exception(error, chain=True))]
    for each in chain(error):
        parts += [str(each), repr(each), repr(each.args), repr(vars(each))]
    for record in logged:
        parts += [record.getMessage(), repr(record.args), repr(record.msg)]
        parts += ["".join(traceback.format_exception(record.exc_info[1]))] if record.exc_info else []
    return "\n".join(parts)


@pytest.fixture(autouse=True)
def all_logs(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "urllib3", "requests", "http.client", "huicai"):
        caplog.set_level(logging.DEBUG, name)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every call is over in a moment."""
    left = Request.__init__

    def soon(self: Request, *args: object, **given: object) -> None:
        left(self, *args, **{**given, "seconds": 0.2})  # type: ignore[arg-type]

    monkeypatch.setattr(Request, "__init__", soon)


def looked_at(wechat: WeChat, call: Callable[[WeChat], object], caplog: pytest.LogCaptureFixture) -> str:
    with pytest.raises(SendError) as told:
        call(wechat)
    return everything(told.value, caplog.records)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("path", [TOKEN_PATH, *CALLS])
def test_nothing_secret_is_told_when_the_way_fails(
    wechat: WeChat, fake: FakeWeChat, caplog: pytest.LogCaptureFixture, path: str, fault: str
) -> None:
    fake.say(path, FAULTS[fault])
    call = CALLS[SEND if path == TOKEN_PATH else path]
    assert WORD not in looked_at(wechat, call, caplog)


def forget(db: Database) -> None:
    with db.writing() as unit:
        unit.connection.exec_driver_sql("DELETE FROM stop")


def test_nothing_secret_is_told_when_wechat_says_no(
    wechat: WeChat, fake: FakeWeChat, caplog: pytest.LogCaptureFixture, db: Database
) -> None:
    for code in [*codes(), 99999, 40018]:
        fake.say(SEND, refusal(code))
        assert WORD not in looked_at(wechat, CALLS[SEND], caplog), code
        forget(db)


@pytest.mark.parametrize("path", [TOKEN_PATH, *CALLS])
@pytest.mark.parametrize("code", [-1, 40001, 40125, 47003, 99999])
def test_nothing_secret_is_told_by_any_call(
    wechat: WeChat, fake: FakeWeChat, caplog: pytest.LogCaptureFixture, path: str, code: int
) -> None:
    fake.say(path, refusal(code))
    assert WORD not in looked_at(wechat, CALLS.get(path, CALLS[SEND]), caplog)


def test_nothing_secret_is_told_when_nobody_is_at_home(
    db: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    api = Api(f"http://127.0.0.1:{port}")
    account = Account("wx1", "CANARYSECRET", api, db=db, seal=Seal("CANARYKEY, long enough"), now=clock)
    for call in (CALLS[SEND], CALLS[LOGIN]):
        assert WORD not in looked_at(WeChat(account), call, caplog)


def test_what_holds_a_secret_does_not_print_it(wechat: WeChat, fake: FakeWeChat) -> None:
    fake.say(LOGIN, {"openid": "o1", "session_key": "CANARYSESSION", "unionid": ""})
    login = wechat.login("CANARYCODE")
    wechat.send("oXiaoLin", Text("您好"))
    account = wechat._account
    holders = [wechat, account, account.tokens, account.tokens._own, account.gate, account._api, login]
    shown = " ".join(map(repr, [*holders, Request("/x", {"secret": "CANARYSECRET"}, b"CANARYTOKEN")]))
    assert WORD not in shown


def test_a_call_that_goes_well_leaves_no_secret_in_the_log(
    wechat: WeChat, fake: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    fake.say(LOGIN, {"openid": "o1", "session_key": "CANARYSESSION", "unionid": ""})
    wechat.login("CANARYCODE")
    wechat.send("oXiaoLin", Text("CANARYTEXT"))
    assert WORD not in caplog.text
