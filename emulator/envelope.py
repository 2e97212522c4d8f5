"""What is posted to the bot: the query and the body, in each of the three modes of the back office.

plain (明文)  the XML as it is, `signature` only
compat (兼容) the XML with an Encrypt element beside the plain ones, `msg_signature` over Encrypt
safe (安全)   ToUserName and Encrypt, nothing else

https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from emulator.account import Account, Mode
from emulator.crypto import Box, sign
from emulator.payload import Field, Message, document, json_document, message_fields


@dataclass(frozen=True)
class Stamp:
    """timestamp and nonce of one delivery."""

    timestamp: str
    nonce: str


@dataclass(frozen=True)
class Envelope:
    """One delivery, ready to post. `plain` is the XML before encryption."""

    query: dict[str, str]
    body: str
    plain: str


def fresh_stamp(now: float) -> Stamp:
    return Stamp(str(int(now)), str(secrets.randbelow(2_000_000_000) + 100_000_000))


def seal(message: Message, account: Account, mode: Mode, stamp: Stamp) -> Envelope:
    """Sign one message and, except in plain mode, encrypt it. `account` is the one the message is for."""
    fields = message_fields(message, account.original_id)
    plain = json_document(fields) if message.mini else document(fields)
    query = {
        "signature": sign(account.token, stamp.timestamp, stamp.nonce),
        "timestamp": stamp.timestamp,
        "nonce": stamp.nonce,
        "openid": message.openid,
    }
    if mode == "plain":
        return Envelope(query, plain, plain)
    encrypt = Box(account.aes_key, account.appid).seal(plain)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = sign(account.token, stamp.timestamp, stamp.nonce, encrypt)
    sealed: list[Field] = [*(fields if mode == "compat" else fields[:1]), ("Encrypt", encrypt)]
    return Envelope(query, json_document(sealed) if message.mini else document(sealed), plain)
