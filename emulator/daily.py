"""How often an API may be called in a day, and how often in a minute.

https://developers.weixin.qq.com/doc/service/en/Message_Management/API_Call_Limits.html
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.tokens import Refused

DAY = 86_400
EIGHT_HOURS = 8 * 3600  # Tencent's days begin at midnight in Beijing
CLEARS_A_MONTH = 10
# What a new account gets as far as Tencent's page tells; a real one reads its own in the back office.
LIMITS = {
    "service": {
        "/cgi-bin/message/custom/send": 500_000,
        "/cgi-bin/message/custom/typing": 500_000,
        "/cgi-bin/message/template/send": 100_000,
        "/cgi-bin/message/subscribe/bizsend": 100_000,
        "/cgi-bin/media/upload": 100_000,
        "/cgi-bin/media/get": 200_000,
        "/cgi-bin/qrcode/create": 100_000,
        "/cgi-bin/menu/create": 1000,
        "/cgi-bin/menu/get": 10_000,
        "/cgi-bin/menu/delete": 1000,
        "/cgi-bin/user/info": 5_000_000,
    },
    "mini": {
        "/cgi-bin/message/custom/send": 500_000,
        "/cgi-bin/message/custom/typing": 500_000,
        "/cgi-bin/message/subscribe/send": 10_000_000,
        "/cgi-bin/media/upload": 100_000,
        "/cgi-bin/media/get": 200_000,
        "/wxa/business/getuserphonenumber": 1_000_000,
        "/wxa/msg_sec_check": 2_000_000,
    },
}


class Daily:
    """Calls of one account by path. `limit` replaces all of Tencent's numbers."""

    def __init__(self, now: Callable[[], float], kind: str, limit: int = 0) -> None:
        self._now = now
        self.limits = {path: limit or usual for path, usual in LIMITS[kind].items()}
        self._used: dict[str, int] = {}
        self._day = self._today()
        self._clears: list[float] = []
        self._minutes: dict[str, tuple[int, int]] = {}

    def _today(self) -> int:
        return int((self._now() + EIGHT_HOURS) // DAY)

    def used(self, path: str) -> int:
        if self._day != self._today():
            self._day, self._used = self._today(), {}
        return self._used.get(path, 0)

    def spend(self, path: str) -> None:
        """One call; 45009 when the day's are gone. A refused one is not counted."""
        used = self.used(path)
        if path in self.limits and used >= self.limits[path]:
            raise Refused(45009, "reach max api daily quota limit")
        self._used[path] = used + 1

    def spend_minute(self, name: str, limit: int) -> None:
        minute, used = int(self._now() // 60), 0
        if self._minutes.get(name, (0, 0))[0] == minute:
            used = self._minutes[name][1]
        if used >= limit:
            raise Refused(45011, "api minute-quota reach limit, must slower, retry next minute")
        self._minutes[name] = (minute, used + 1)

    def clear(self) -> None:
        """/cgi-bin/clear_quota; 48006 after ten of the last 30 days."""
        self._clears = [at for at in self._clears if at > self._now() - 30 * DAY]
        if len(self._clears) >= CLEARS_A_MONTH:
            raise Refused(48006, "forbid to clear quota because of reaching the limit")
        self._clears.append(self._now())
        self._used = {}
