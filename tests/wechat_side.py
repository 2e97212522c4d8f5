"""What Tencent does to a message before it reaches us: sign, encrypt, post. Independent of our own code (WeRoBot's)."""

from __future__ import annotations

import hashlib
import itertools
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from urllib.parse import urlencode

from werobot.crypto import MessageCrypt

TOKEN = "huicaitest"
AES_KEY = "testKeyOfTheSuiteAndNothingElse0123456789AA"[:42] + "A"
APPID = "wxtest0000000000"
ACCOUNT = "gh_test"


def text_xml(openid: str, text: str, msg_id: int, at: int) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
        f"<MsgId>{msg_id}</MsgId></xml>"
    )


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the protocol's


@dataclass
class WeChatSide:
    """Posts like Tencent in safe mode. `at` is the timestamp put on every request."""

    at: int
    token: str = TOKEN
    aes_key: str = AES_KEY
    appid: str = APPID
    _nonces: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))

    def safe(self, xml: str) -> tuple[str, bytes]:
        """(path with query, body) of one encrypted callback."""
        nonce = str(next(self._nonces))
        crypt = MessageCrypt(self.token, self.aes_key, self.appid)
        sealed = crypt.prp_crypto.encrypt(xml, self.appid).decode()
        query = {
            "signature": sign(self.token, str(self.at), nonce),
            "timestamp": str(self.at),
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": sign(self.token, str(self.at), nonce, sealed),
        }
        body = f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        return f"/wechat?{urlencode(query)}", body.encode()

    def read(self, body: bytes) -> str:
        """The plain XML inside an encrypted reply; fails like WeChat would on a bad signature or account."""
        fields = {each.tag: each.text or "" for each in ET.fromstring(body)}  # noqa: S314 - our own answer
        signed = sign(self.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        assert signed == fields["MsgSignature"]
        crypt = MessageCrypt(self.token, self.aes_key, self.appid)
        return str(crypt.prp_crypto.decrypt(fields["Encrypt"], self.appid).decode())

    def text_of(self, body: bytes) -> str:
        return ET.fromstring(self.read(body)).findtext("Content") or ""  # noqa: S314
