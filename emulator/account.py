"""The emulated accounts: what the WeChat back office (公众平台 → 设置与开发) knows about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

Mode = Literal["plain", "compat", "safe"]
MODES: tuple[Mode, ...] = get_args(Mode)
Kind = Literal["service", "mini"]

MINI_APPID = "wxde5c0a11d3500002"
MINI_SECRET = "emulator-mini-secret"  # noqa: S105 - public, of a desk


@dataclass(frozen=True)
class Account:
    """A service account or a mini-program. `original_id` is the gh_... in ToUserName of every callback."""

    token: str
    aes_key: str
    appid: str
    secret: str
    name: str = "汇才通"
    original_id: str = "gh_de5c0a11d350"
    kind: Kind = "service"

    def mini(self, appid: str = MINI_APPID, secret: str = MINI_SECRET) -> Account:
        """The mini-program beside this service account: pushed to the same address with the same token and key."""
        name = f"{self.name}小程序"
        return replace(self, appid=appid, secret=secret, name=name, original_id="gh_de5c0a11d35b", kind="mini")
