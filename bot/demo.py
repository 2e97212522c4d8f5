"""The made-up staff of the demo's desk, and how they log in. Where DEMO is off there are none."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import NamedTuple

from config.settings import Settings
from models.access import Role
from models.ticket import HOTLINE


class Account(NamedTuple):
    """`factor`: a second one is wanted; its secret is `secret_of`."""

    login: str
    name: str
    role: Role
    unit: str = HOTLINE
    factor: bool = False


_ACCOUNTS = (
    Account("demo-agent", "演示·坐席小周", "agent"),
    Account("demo-agent2", "演示·坐席小吴", "agent"),
    Account("demo-lead", "演示·组长老李", "lead"),
    Account("demo-supervisor", "演示·督办员老陈", "supervisor"),
    Account("demo-hr", "演示·区人社局小郑", "agent", "hr"),
    Account("demo-housing", "演示·区住建部门小王", "agent", "housing"),
    Account("demo-admin", "演示·管理员", "admin", factor=True),
    Account("demo-auditor", "演示·审计员", "auditor"),
)


def accounts(settings: Settings) -> tuple[Account, ...]:
    """Whoever shows them on a page shows nothing in production."""
    return _ACCOUNTS if settings.demo else ()


def password(settings: Settings) -> str:
    """One for all of them, another one on every machine; the rows keep a hash of it alone."""
    word = base64.b32encode(_derived(settings, "password"))[:16].decode().lower()
    return "-".join(word[at : at + 4] for at in range(0, 16, 4))


def secret_of(settings: Settings, account: Account) -> str:
    """Of its second factor, in base32 as authenticator apps take it."""
    return base64.b32encode(_derived(settings, f"factor {account.login}")[:20]).decode()


def _derived(settings: Settings, what: str) -> bytes:
    return hmac.new(settings.secret_key.encode(), f"huicai demo {what}".encode(), hashlib.sha256).digest()
