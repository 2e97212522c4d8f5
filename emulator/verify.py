"""验证URL: the GET by which WeChat asks whether a server is the developer's.

A 公众号 gets its echostr in plaintext in every mode and must return it verbatim. Some servers also take an encrypted
one with msg_signature (as 企业微信 sends it); that is tried too and shown, but decides nothing.
https://developers.weixin.qq.com/doc/service/guide/dev/push/
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from emulator.account import Account, Mode
from emulator.crypto import Box, sign
from emulator.envelope import Stamp, fresh_stamp
from emulator.post import Answer, exchange


def verify(
    account: Account, callback: str, mode: Mode, now: float, deadline: float, *, forged: bool = True
) -> dict[str, Any]:
    """`ok` is WeChat's own verdict; `probes` tells each question and answer.

    `forged`: ask with a wrong signature too. Not at the start, where it would be the first thing in the server's log.
    """
    stamp = fresh_stamp(now)
    questions = [("plain", *_plain(account, stamp))]
    if forged:
        questions.append(("forged", *_forged(stamp)))
    if mode != "plain":
        questions.append(("encrypted", *_encrypted(account, stamp)))
    probes = []
    for name, query, expected in questions:
        answer = exchange(callback, urlencode(query), deadline=deadline, method="GET")
        probes.append(_probe(name, answer, expected))
        if answer.status is None:
            break  # nobody there: the other questions would only wait as long again
    return {"at": now, "ok": probes[0]["ok"], "reached": answer.status is not None, "probes": probes}


def _digits() -> str:
    return str(secrets.randbelow(9 * 10**18) + 10**18)


def _query(signature: str, stamp: Stamp, echostr: str) -> dict[str, str]:
    return {"signature": signature, "timestamp": stamp.timestamp, "nonce": stamp.nonce, "echostr": echostr}


def _plain(account: Account, stamp: Stamp) -> tuple[dict[str, str], str]:
    echostr = _digits()
    return _query(sign(account.token, stamp.timestamp, stamp.nonce), stamp, echostr), echostr


def _forged(stamp: Stamp) -> tuple[dict[str, str], str]:
    """A wrong signature: whoever echoes this would echo to anybody."""
    return _query(secrets.token_hex(20), stamp, _digits()), ""


def _encrypted(account: Account, stamp: Stamp) -> tuple[dict[str, str], str]:
    expected = _digits()
    echostr = Box(account.aes_key, account.appid).seal(expected)
    query = _query(sign(account.token, stamp.timestamp, stamp.nonce), stamp, echostr)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = sign(account.token, stamp.timestamp, stamp.nonce, echostr)
    return query, expected


def _probe(name: str, answer: Answer, expected: str) -> dict[str, Any]:
    said = answer.body.decode(errors="replace")
    if name == "forged":
        ok = answer.status is not None and answer.status != 200
        note = "" if ok else "签名不对时应当拒绝，例如 403"
    else:
        verbatim = said == expected
        ok = answer.status == 200 and verbatim
        note = "" if ok else "应以 200 原样返回 echostr"
    return {
        "name": name,
        "ok": ok,
        "status": answer.status,
        "ms": answer.ms,
        "text_plain": answer.content_type.split(";")[0].strip().lower() == "text/plain",
        "content_type": answer.content_type,
        "expected": expected,
        "answer": said[:500],
        "note": answer.error or note,
    }
