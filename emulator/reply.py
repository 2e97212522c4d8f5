"""Judging a bot's answer as WeChat does: every rule with its verdict, and what the user gets to see.

https://developers.weixin.qq.com/doc/service/guide/product/message/Passive_user_reply_message.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulator.account import Account, Mode
from emulator.crypto import Box, CryptoFault, same, sign
from emulator.records import Check
from emulator.sheet import BadXml, Sheet, read_sheet
from emulator.shown import SHOWN

TEXT_BYTES = 2048  # in no official page; what clients observe


@dataclass
class Verdict:
    """`shown` is None when the answer is accepted but silent (`success` or empty), or when it is not valid."""

    decrypted: str = ""
    shown: dict[str, Any] | None = None
    checks: list[Check] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        return all(check.ok for check in self.checks)

    def rule(self, name: str, ok: bool, note: str = "") -> bool:
        self.checks.append(Check(name, ok, note))
        return ok


def judge(body: bytes, account: Account, mode: Mode, openid: str) -> Verdict:
    """`mode` is the one the message was sent in."""
    verdict = Verdict()
    try:
        answer = body.decode()
    except UnicodeDecodeError:
        verdict.rule("UTF-8", False, "不是 UTF-8")
        return verdict
    if _silent(answer):
        verdict.rule("success", True, "success 或空串：不显示，也不重发")
        return verdict
    sheet = _read(verdict, "XML", answer)
    if sheet is not None:
        sheet = _open(verdict, sheet, account, mode)
    if sheet is not None and verdict.valid:
        _judge_content(verdict, sheet, account, openid)
    return verdict


def judge_mini(body: bytes) -> Verdict:
    """A mini-program's server answers pushes with `success` or nothing; what it has to say goes by the API."""
    verdict = Verdict()
    silent = _silent(body.decode(errors="replace"))
    verdict.rule("success", silent, "" if silent else "小程序的推送只能回 success 或空串")
    return verdict


def _silent(answer: str) -> bool:
    return answer.strip() in {"", "success"}


def _read(verdict: Verdict, name: str, source: str) -> Sheet | None:
    try:
        sheet = read_sheet(source.strip())
    except BadXml as fault:
        verdict.rule(name, False, str(fault))
        return None
    repeated = sheet.repeated()
    verdict.rule(name, not repeated, f"重复的元素：{', '.join(repeated)}" if repeated else "")
    return sheet


def _open(verdict: Verdict, sheet: Sheet, account: Account, mode: Mode) -> Sheet | None:
    """The reply itself: decrypted if it came encrypted. None when it cannot be had or says nothing."""
    sealed = sheet.has("Encrypt")
    # Compat takes either form, the other modes only their own.
    if mode == "plain":
        verdict.rule("加密", not sealed, "明文模式下不能加密回复" if sealed else "明文")
    elif not sealed:
        verdict.rule("加密", mode == "compat", "明文" if mode == "compat" else "安全模式下必须加密回复")
    if not verdict.valid or not sealed:
        return sheet
    return _decrypt(verdict, sheet, account)


def _decrypt(verdict: Verdict, sheet: Sheet, account: Account) -> Sheet | None:
    encrypt = sheet.text("Encrypt")
    expected = sign(account.token, sheet.text("TimeStamp"), sheet.text("Nonce"), encrypt)
    signed = same(expected, sheet.text("MsgSignature"))
    verdict.rule("msg_signature", signed, "" if signed else "与 Token、TimeStamp、Nonce、Encrypt 不符")
    try:
        verdict.decrypted = Box(account.aes_key, account.appid).open(encrypt)
    except CryptoFault as fault:
        verdict.rule("解密与 appid", False, str(fault))
        return None
    verdict.rule("解密与 appid", True)
    return None if _silent(verdict.decrypted) else _read(verdict, "解密后的 XML", verdict.decrypted)


def _judge_content(verdict: Verdict, sheet: Sheet, account: Account, openid: str) -> None:
    _equal(verdict, sheet, "ToUserName", openid)
    _equal(verdict, sheet, "FromUserName", account.original_id)
    created = sheet.text("CreateTime").strip()
    verdict.rule("CreateTime", created.isdecimal(), "" if created.isdecimal() else f"不是整数：{created!r}")
    kind = sheet.text("MsgType").strip()
    show = SHOWN.get(kind)
    if not verdict.rule("MsgType", show is not None, kind or "缺少") or show is None:
        return
    if kind == "text":
        _judge_text(verdict, sheet.text("Content"))
    if kind == "news":
        _judge_news(verdict, sheet)
    if verdict.valid:
        verdict.shown = show(sheet)


def _equal(verdict: Verdict, sheet: Sheet, name: str, expected: str) -> None:
    found = sheet.text(name).strip()
    verdict.rule(name, found == expected, "" if found == expected else f"是 {found or '空'}，应为 {expected}")


def _judge_text(verdict: Verdict, content: str) -> None:
    size = len(content.encode())
    verdict.rule("Content", bool(content.strip()), "" if content.strip() else "不能为空")
    verdict.rule("长度", size <= TEXT_BYTES, f"{size} / {TEXT_BYTES} 字节")


def _judge_news(verdict: Verdict, sheet: Sheet) -> None:
    items = len(sheet.every("Articles/item"))
    verdict.rule("图文条数", items == 1, f"{items} 条，微信只许 1 条")
    count = sheet.text("ArticleCount").strip()
    verdict.rule("ArticleCount", count == str(items), f"写的是 {count or '空'}，实有 {items} 条")
