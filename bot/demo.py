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
    login: str
    name: str
    role: Role
    unit: str = HOTLINE


_ACCOUNTS = (
    Account("demo-agent", "演示·坐席小周", "agent"),
    Account("demo-agent2", "演示·坐席小吴", "agent"),
    Account("demo-lead", "演示·组长老李", "lead"),
    Account("demo-supervisor", "演示·督办员老陈", "supervisor"),
    Account("demo-hr", "演示·区人社局小郑", "agent", "hr"),
    Account("demo-housing", "演示·区住建部门小王", "agent", "housing"),
    Account("demo-admin", "演示·管理员", "admin"),
    Account("demo-auditor", "演示·审计员", "auditor"),
)


def accounts(settings: Settings) -> tuple[Account, ...]:
    """Whoever shows them on a page shows nothing in production."""
    return _ACCOUNTS if settings.demo else ()


def password(settings: Settings) -> str:
    """One for all of them, another one on every machine; the rows keep a hash of it alone."""
    key = hmac.new(settings.secret_key.encode(), b"huicai demo password", hashlib.sha256).digest()
    word = base64.b32encode(key)[:16].decode().lower()
    return "-".join(word[at : at + 4] for at in range(0, 16, 4))
