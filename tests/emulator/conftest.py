"""A bot whose every answer the test decides, and a desk that is less patient than WeChat."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from werkzeug.serving import make_server
from werobot.crypto import MessageCrypt

from emulator.account import Account
from emulator.desk import Desk
from emulator.dispatch import Pace
from emulator.server import create_app
from emulator.sheet import read_sheet
from emulator.world import World

ACCOUNT = Account(
    token="desktoken",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    appid="wx2c2769f8efd9abc2",
    secret="desk-secret",
)
HANG = "hang"
DROP = "drop"


@dataclass
class Heard:
    """One request as the bot got it, and its message in plain XML."""

    method: str
    query: dict
    content_type: str
    body: str

    @property
    def sheet(self):
        sheet = read_sheet(self.body)
        if sheet.has("Encrypt"):
            crypt = MessageCrypt(ACCOUNT.token, ACCOUNT.aes_key, ACCOUNT.appid)
            opened = crypt.decrypt_message(
                self.query["timestamp"], self.query["nonce"], self.query["msg_signature"], sheet.text("Encrypt")
            )
            return read_sheet(opened.decode())
        return sheet


@dataclass
class Bot:
    """Answers with `script` in turn, then with `answer`; either a body, (status, body), HANG, DROP or a function."""

    answer: object = "success"
    script: list = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def next(self, heard):
        self.heard.append(heard)
        answer = self.script.pop(0) if self.script else self.answer
        return answer(heard) if callable(answer) else answer


def _handler(bot):
    class Handler(BaseHTTPRequestHandler):
        def _serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            answer = bot.next(Heard(self.command, query, self.headers.get("Content-Type"), body))
            if answer == HANG:
                bot.release.wait(30)
                return
            if answer == DROP:
                return
            status, text = answer if isinstance(answer, tuple) else (200, answer)
            data = text.encode() if isinstance(text, str) else text
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        do_GET = do_POST = _serve

        def log_message(self, *_):
            pass

    return Handler


@pytest.fixture
def bot():
    bot = Bot()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bot))
    bot.url = f"http://127.0.0.1:{server.server_port}/wechat"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield bot
    bot.release.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def account():
    return ACCOUNT


@pytest.fixture
def world(bot):
    return World(ACCOUNT, "safe", bot.url)


@pytest.fixture
def make_desk(world):
    """A desk with a deadline of one's own; its people 小林 and 老王 follow already."""
    desks = []

    def make(**pace):
        desk = Desk(world, "http://127.0.0.1:1", Pace(**pace))
        for person in world.people.values():
            world.follow(person.openid, True)
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.dispatcher.stop()


@pytest.fixture
def desk(make_desk):
    return make_desk(deadline=20.0)


@pytest.fixture
def settle(world):
    """Wait until nothing is under way; the full log in order."""

    def wait():
        with world.changed:
            idle = world.changed.wait_for(
                lambda: all(each.state != "running" for each in world.callbacks.values()), timeout=30
            )
            assert idle, "a delivery never ended"
            return [each.as_json() for each in world.callbacks.values()]

    return wait


@pytest.fixture
def lines(world):
    """What one user sees: (side, text) of each line, events left out."""

    def read(name):
        openid = world.find_person(name).openid
        with world.changed:
            mine = [entry for entry in world.entries.values() if entry.openid == openid and entry.side != "event"]
            return [(entry.side, entry.shown.get("text", entry.shown["kind"])) for entry in mine]

    return read


@pytest.fixture
def reply_xml(account):
    """The XML of a reply to the message the bot has just heard."""

    def build(heard, inner="<MsgType>text</MsgType><Content><![CDATA[好的]]></Content>", **wrong):
        sheet = heard.sheet
        to = wrong.get("to", sheet.text("FromUserName"))
        sender = wrong.get("sender", sheet.text("ToUserName"))
        head = f"<ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>1</CreateTime>"
        return f"<xml>{head}{inner}</xml>"

    return build


@pytest.fixture
def sealed(account, reply_xml):
    """The same, encrypted by WeRoBot."""

    def build(heard, *args, appid=None, **wrong):
        crypt = MessageCrypt(account.token, account.aes_key, appid or account.appid)
        return crypt.encrypt_message(reply_xml(heard, *args, **wrong))

    return build


@dataclass
class Web:
    """The desk over HTTP: get/post return (status, JSON)."""

    base: str

    def call(self, path, data=None, headers=None, method=None):
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=60)
        with contextlib.closing(connection):
            connection.request(method or ("GET" if data is None else "POST"), path, data, headers or {})
            response = connection.getresponse()
            return response.status, response.read(), response.headers

    def get(self, path):
        status, body, _ = self.call(path)
        return status, json.loads(body)

    def post(self, path, body):
        data = json.dumps(body, ensure_ascii=False).encode()
        status, body, _ = self.call(path, data, {"Content-Type": "application/json"})
        return status, json.loads(body)


@pytest.fixture
def web(desk):
    server = make_server("127.0.0.1", 0, create_app(desk), threaded=True)
    desk.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield Web(desk.base_url)
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Api:
    """Tencent's side as a bot calls it, with a token for each account. Answers are (errcode, answer)."""

    web: Web
    world: World
    tokens: dict = field(default_factory=dict)

    def token(self, mini=False):
        if mini not in self.tokens:
            account = self.world.ledger(mini=mini).account
            ask = {"grant_type": "client_credential", "appid": account.appid, "secret": account.secret}
            self.tokens[mini] = self.web.post("/cgi-bin/stable_token", ask)[1]["access_token"]
        return self.tokens[mini]

    def post(self, path, body, mini=False):
        _, answer = self.web.post(f"{path}?access_token={self.token(mini)}", body)
        return answer.get("errcode", 0), answer

    def get(self, path, mini=False, **query):
        asked = "".join(f"&{name}={quote(str(value))}" for name, value in query.items())
        _, answer = self.web.get(f"{path}?access_token={self.token(mini)}{asked}")
        return answer.get("errcode", 0), answer

    def say(self, openid, text="好的", mini=False):
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        return self.post("/cgi-bin/message/custom/send", body, mini)[0]


@pytest.fixture
def api(web, world):
    return Api(web, world)


@pytest.fixture
def xiaolin(world):
    return world.find_person("小林")


@pytest.fixture
def act(desk, settle):
    """小林 does something, and the bot has heard it."""

    def do(kind, **body):
        callback = desk.act("小林", {"type": kind, **body})
        settle()
        return callback

    return do
