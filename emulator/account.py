"""The emulated service account: what the WeChat back office (公众平台 → 设置与开发) knows about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Mode = Literal["plain", "compat", "safe"]
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True)
class Account:
    """One service account. `original_id` is the gh_... name that stands in ToUserName of every callback."""

    token: str
    aes_key: str
    appid: str
    secret: str
    name: str = "汇才通"
    original_id: str = "gh_de5c0a11d350"
