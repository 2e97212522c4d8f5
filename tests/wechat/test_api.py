"""One call over real sockets: bounded whatever the server does, and it says whether the work may be done."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.wechat.api import Api, NoAnswer, Request, TooLong
from fake_wechat import FakeWeChat, Got, Said, serving

PATH = "/cgi-bin/x"


def shown(error: NoAnswer) -> tuple[str, bool]:
    return error.why, error.unsure


def given_up(base: str, fake: FakeWeChat) -> NoAnswer:
    """What is said of a call that went out and had no time left. A busy machine may need more even to send it."""
    seconds = 0.3
    while True:
        with pytest.raises(NoAnswer) as told:
            Api(base).ask(Request(PATH, seconds=seconds))
        if told.value.unsure or fake.times(PATH):
            return told.value
        seconds *= 2


def test_an_answer_comes_whole(base: str, fake: FakeWeChat) -> None:
    fake.say(PATH, Said({"您": "好"}, 404, "text/plain"))
    answer = Api(base).ask(Request(PATH, {"q": "人 才&"}, b"body", "text/x"))
    assert (answer.status, answer.kind, answer.body.decode()) == (404, "text/plain", '{"您": "好"}')
    got = fake.last(PATH)
    assert (got.method, got.query, got.body, got.headers["Content-Type"]) == (
        "POST",
        {"q": "人 才&"},
        b"body",
        "text/x",
    )


def test_a_connection_serves_the_next_call_too(base: str, fake: FakeWeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = []
    monkeypatch.setattr("bot.wechat.api._IDLE", 3600)
    fake.say(PATH, lambda got: ports.append(got.headers["X-Port"]) or {})
    api = Api(base)
    for _ in range(3):
        api.ask(Request(PATH))
    assert len(set(ports)) == 1


def test_a_connection_the_server_ended_is_not_used_again(base: str, fake: FakeWeChat) -> None:
    fake.say(PATH, Said({}, headers={"Connection": "close"}))
    api = Api(base)
    assert [api.ask(Request(PATH)).status for _ in range(3)] == [200] * 3


@pytest.mark.parametrize("body", [None, b"{}"])
def test_a_connection_that_was_cut_while_idle_is_not_used_again(
    base: str, fake: FakeWeChat, body: bytes | None
) -> None:
    """Nothing is lost on it, and nobody has to wonder whether it was."""
    fake.say(PATH, Said({}, how="leave"))
    api = Api(base)
    for times in range(1, 4):
        assert api.ask(Request(PATH, body=body)).status == 200
        assert fake.times(PATH) == times
        assert fake.left.wait(60)
        fake.left.clear()


def test_a_connection_is_not_used_again_after_a_rest(
    base: str, fake: FakeWeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = []
    fake.say(PATH, lambda got: ports.append(got.headers["X-Port"]) or {})
    api = Api(base)
    monkeypatch.setattr("bot.wechat.api._IDLE", 0)
    for _ in range(3):
        api.ask(Request(PATH, body=b"{}"))
    assert len(set(ports)) == 3


@pytest.mark.parametrize("how", ["drip", "drip_body", "hang"])
def test_a_server_that_takes_its_time_does_not_get_ours(base: str, fake: FakeWeChat, how: str) -> None:
    """Each byte comes in time, the whole never would: let it, and this test gets its answer after half a minute."""
    fake.say(PATH, Said({}, how=how))
    assert shown(given_up(base, fake)) == ("TimeoutError", True)


def test_a_server_that_takes_nothing_in_does_not_get_our_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        api = Api(f"http://127.0.0.1:{server.getsockname()[1]}")
        with pytest.raises(NoAnswer) as told:
            api.ask(Request(PATH, body=b"x" * (32 << 20), seconds=0.3))
    assert shown(told.value) == ("TimeoutError", False)


@pytest.mark.parametrize("how", ["reset", "drop", "cut", "cut_chunks"])
def test_an_answer_that_is_cut_off_is_none(base: str, fake: FakeWeChat, how: str) -> None:
    fake.say(PATH, Said({"errcode": 0}, how=how))
    with pytest.raises(NoAnswer) as told:
        Api(base).ask(Request(PATH))
    assert told.value.unsure


def test_nobody_at_home_means_nothing_was_done() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # who does not listen refuses, and keeps the port from others
        api = Api(f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(NoAnswer) as told:
            api.ask(Request(PATH))
    assert shown(told.value) == ("ConnectionRefusedError", False)


def test_a_slow_look_up_of_the_name_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30) and [])
    with pytest.raises(NoAnswer) as told:
        Api("http://api.example.org").ask(Request(PATH, seconds=0.2))
    over.set()
    assert not told.value.unsure


def test_what_was_given_up_before_it_went_out_never_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is sent again by who was told that it was not sent, so it must not come after all."""
    found = threading.Event()
    look_up = socket.getaddrinfo

    def slowly(*asked: Any, **how: Any) -> Any:
        found.wait(30)
        return look_up(*asked, **how)

    with socket.create_server(("127.0.0.1", 0)) as server:
        api = Api(f"http://127.0.0.1:{server.getsockname()[1]}")
        monkeypatch.setattr(socket, "getaddrinfo", slowly)
        with pytest.raises(NoAnswer) as told:
            api.ask(Request(PATH, body=b"{}", seconds=0.2))
        assert not told.value.unsure
        found.set()
        line, _ = server.accept()
        with line:
            assert line.recv(1000) == b""


def test_more_than_was_asked_for_is_not_taken(base: str, fake: FakeWeChat) -> None:
    fake.say(PATH, Said(b"x" * 100_000))
    with pytest.raises(TooLong):
        Api(base).ask(Request(PATH, limit=1000))


def test_a_redirect_is_not_followed(base: str, fake: FakeWeChat) -> None:
    fake.say(PATH, Said({}, 302, headers={"Location": f"{base}/elsewhere"}))
    assert Api(base).ask(Request(PATH)).status == 302
    assert fake.times("/elsewhere") == 0


def test_a_redirect_that_drips_does_not_get_our_time(base: str, fake: FakeWeChat) -> None:
    fake.say(PATH, Said({}, 302, headers={"Location": f"{base}/elsewhere"}, how="drip_body"))
    assert shown(given_up(base, fake)) == ("TimeoutError", True)


def test_no_cookie_is_kept(base: str, fake: FakeWeChat) -> None:
    fake.say(PATH, Said({}, headers={"Set-Cookie": "a=b"}))
    api = Api(base)
    for _ in range(2):
        api.ask(Request(PATH))
    assert "Cookie" not in fake.last(PATH).headers


@pytest.mark.parametrize("headers", [{}, {"Connection": "close", "Broken Header": "x"}])
def test_the_librarys_log_does_not_tell_the_address(
    base: str, fake: FakeWeChat, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    caplog.set_level(logging.DEBUG)
    fake.say(PATH, Said({}, headers=headers))
    assert Api(base).ask(Request(PATH, {"access_token": "CANARY"})).status == 200
    assert "CANARY" not in caplog.text


def test_the_machines_proxy_has_no_say(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert Api(base).ask(Request(PATH)).status == 200


@pytest.mark.parametrize(
    "name",
    ['filename="a.png"', "filename*=utf-8''%zz", "filename*0*=x''%ff; filename*1=b", "filename*=nonsense''a", ";;;="],
)
def test_a_strange_name_of_a_file_is_no_fault(base: str, fake: FakeWeChat, name: str) -> None:
    fake.say(PATH, Said(b"x", headers={"Content-Disposition": f"attachment; {name}"}))
    assert Api(base).ask(Request(PATH)).body == b"x"


def test_many_threads_get_their_own_answers(base: str, fake: FakeWeChat) -> None:
    def own(got: Got) -> dict[str, str]:
        return {"n": got.query["n"]}

    fake.say(PATH, own)
    api = Api(base)
    got: list[bool] = []

    def ask(number: int) -> None:
        request = Request(PATH, {"n": str(number)})
        got.extend(api.ask(request).body == b'{"n": "%d"}' % number for _ in range(20))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [True] * 160


@pytest.fixture
def own_authority(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """An https server with a certificate nobody signed; its address and its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    with serving(FakeWeChat(), context) as address:
        yield address, certificate


def test_a_server_nobody_vouches_for_hears_nothing(
    own_authority: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, certificate = own_authority
    with pytest.raises(NoAnswer) as told:
        Api(address).ask(Request(PATH, body=b"secret"))
    assert shown(told.value) == ("SSLCertVerificationError", False)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert Api(address).ask(Request(PATH)).status == 200
