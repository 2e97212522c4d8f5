"""GET and POST /wechat over HTTP: what strangers get, what our own failures look like, and that nothing leaks."""

from __future__ import annotations

import dataclasses
import string
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

import wsgi
from bot.kit import Kit
from config.settings import Settings
from models import late, message
from models.account import Stop, Stops
from models.db import Database, Unavailable
from talk import Clock
from wechat_side import AES_KEY, APPID, TOKEN, WeChatSide, sign, text_xml

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "wechat" / "payloads"


@pytest.fixture
def real(kit: Kit) -> Kit:
    """The kit of a safe-mode account."""
    given = {"WECHAT_TOKEN": TOKEN, "WECHAT_AES_KEY": AES_KEY, "WECHAT_APPID": APPID, "SECRET_KEY": "k" * 40}
    return dataclasses.replace(kit, settings=Settings.from_env(given | {"PASSIVE_DEADLINE": "60"}))


@pytest.fixture
def client(real: Kit) -> Iterator[FlaskClient]:
    app = Flask("door")
    pipeline = wsgi.mount(app, real)
    yield app.test_client()
    pipeline.close()


@pytest.fixture
def wechat(clock: Clock) -> WeChatSide:
    return WeChatSide(int(clock.at.timestamp()))


def post(client: FlaskClient, sent: tuple[str, bytes]) -> TestResponse:
    return client.post(sent[0], data=sent[1], content_type="text/xml")


def rows(kit: Kit) -> int:
    with kit.db.unit() as unit:
        return int(unit.connection.exec_driver_sql("SELECT count(*) FROM message").scalar_one())


def test_a_question_is_answered(client: FlaskClient, wechat: WeChatSide) -> None:
    answer = post(client, wechat.safe(text_xml("o1", "你好", 1, wechat.at)))
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert "汇才通" in wechat.text_of(answer.data)


def test_the_same_message_again_gets_the_same_bytes_and_one_row(
    client: FlaskClient, real: Kit, wechat: WeChatSide
) -> None:
    answers = {post(client, wechat.safe(text_xml("o1", "人才绿卡是什么", 7, wechat.at))).data for _ in range(4)}
    assert len(answers) == 1
    assert rows(real) == 1


def test_the_address_is_proved_in_plain_text(client: FlaskClient, wechat: WeChatSide) -> None:
    query = {"timestamp": str(wechat.at), "nonce": "9", "echostr": "<b>4375</b>"}
    query["signature"] = sign(TOKEN, query["timestamp"], "9")
    answer = client.get(f"/wechat?{urlencode(query)}")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "<b>4375</b>")
    assert client.get(f"/wechat?{urlencode({**query, 'nonce': '8'})}").status_code == 403
    assert client.get("/wechat").status_code == 400


def test_too_large_is_refused_unread(client: FlaskClient, real: Kit, wechat: WeChatSide) -> None:
    path, _ = wechat.safe(text_xml("o1", "你好", 1, wechat.at))
    answer = client.post(path, data=b"x" * 65537)
    assert (answer.status_code, answer.data) == (413, b"")
    unannounced = {"wsgi.input": BytesIO(b"x" * 70000), "wsgi.input_terminated": True}
    assert client.post(path, environ_overrides=unannounced).status_code == 413
    assert rows(real) == 0


def test_a_wrong_signature_learns_nothing(client: FlaskClient, real: Kit, wechat: WeChatSide) -> None:
    path, body = wechat.safe(text_xml("o1", "你好", 1, wechat.at))
    answer = client.post(path.replace("msg_signature=", "msg_signature=0"), data=body)
    assert (answer.status_code, answer.data) == (403, b"")
    assert rows(real) == 0


def test_a_replay_after_five_minutes_is_refused(client: FlaskClient, clock: Clock, wechat: WeChatSide) -> None:
    sent = wechat.safe(text_xml("o1", "你好", 1, wechat.at))
    clock.wait("301秒")
    assert post(client, sent).status_code == 403


def test_when_the_database_is_gone_wechat_is_told_to_ask_again(
    client: FlaskClient, real: Kit, wechat: WeChatSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = wechat.safe(text_xml("o1", "你好", 1, wechat.at))
    with monkeypatch.context() as gone:
        gone.setattr(Database, "unit", lambda self: (_ for _ in ()).throw(Unavailable("gone")))
        answer = post(client, sent)
        assert (answer.status_code, answer.data) == (500, b"")
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
    assert post(client, sent).status_code == 200
    assert rows(real) == 1


def test_jobs_nobody_does_turn_readyz_red_but_messages_are_answered(
    client: FlaskClient, wechat: WeChatSide, clock: Clock
) -> None:
    told = client.get("/readyz").get_json()
    assert (told["clock"], told["late"], told["calendar"]) == ("ok", [], "2027 unknown")
    for _ in range(6):  # in steps: three days at once would be the sleep of the whole machine
        clock.wait("25秒")
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["clock"] == "late"
    assert "resume" in answer.get_json()["late"]
    wechat.at = int(clock().timestamp())
    assert post(client, wechat.safe(text_xml("o1", "你好", 1, wechat.at))).status_code == 200


def test_readyz_tells_that_wechat_has_closed_something_and_stays_green(client: FlaskClient, real: Kit) -> None:
    assert client.get("/readyz").get_json()["wechat"] == "ok"
    with real.db.writing() as unit:
        stop = Stop("/cgi-bin/message/custom/send", 45009, 1, real.now(), real.now() + timedelta(hours=9))
        Stops(unit, "another account").add(stop)
    assert client.get("/readyz").get_json()["wechat"] == "ok"
    with real.db.writing() as unit:
        Stops(unit, real.wechat.appid).add(stop)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["wechat"]) == (200, "stopped")


def test_a_bug_of_ours_is_a_500_without_detail(
    client: FlaskClient, real: Kit, wechat: WeChatSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    with monkeypatch.context() as faulty:
        faulty.setattr(message, "add", broken)
        answer = post(client, wechat.safe(text_xml("o1", "你好", 1, wechat.at)))
    assert (answer.status_code, answer.data) == (500, b"")
    with real.db.unit() as unit:
        assert late.older_than(unit, real.now()) == []


_WORD = st.text(string.printable, max_size=40)
_QUERY = st.dictionaries(
    st.sampled_from(["signature", "timestamp", "nonce", "msg_signature", "encrypt_type", "openid", "echostr"]), _WORD
)


@settings(max_examples=2500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=_QUERY, body=st.one_of(st.binary(max_size=600), st.text(max_size=300).map(str.encode)))
def test_rubbish_is_4xx_and_leaves_no_trace(client: FlaskClient, real: Kit, query: dict[str, str], body: bytes) -> None:
    answer = client.post(f"/wechat?{urlencode(query)}", data=body)
    assert 400 <= answer.status_code < 500
    assert answer.data == b""
    assert rows(real) == 0


@settings(max_examples=2500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_callback_is_4xx_and_leaves_no_trace(
    client: FlaskClient, real: Kit, wechat: WeChatSide, data: st.DataObject
) -> None:
    """Signed by somebody who knows the token, over content that is none; or a genuine one with bytes changed."""
    if data.draw(st.booleans()):
        inner = data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
        sent = wechat.safe(inner or "x")
    else:
        path, body = wechat.safe(text_xml("o1", "你好", 1, wechat.at))
        first = body.index(b"<Encrypt>")  # the ToUserName before it is nobody's business and signed by nobody
        at = data.draw(st.integers(first, len(body) - 1))
        wrong = bytes([data.draw(st.integers(33, 255).filter(lambda byte: byte != body[at]))])
        sent = path, body[:at] + wrong + body[at + 1 :]
    answer = post(client, sent)
    assert 400 <= answer.status_code < 500
    assert answer.data == b""


@pytest.mark.skipif(not SHARED.exists(), reason="the collected payloads are not beside this checkout")
@pytest.mark.parametrize("path", sorted({*SHARED.glob("[!e]*"), *SHARED.glob("event_*")}), ids=lambda path: path.name)
def test_every_collected_payload_is_taken(client: FlaskClient, real: Kit, wechat: WeChatSide, path: Path) -> None:
    if path.name == "INDEX.md":
        pytest.skip("a list, not a payload")
    answer = post(client, wechat.safe(path.read_text()))
    assert answer.status_code == 200
    assert answer.data == b"success" or wechat.text_of(answer.data)
    assert rows(real) == 1
