"""Posts callbacks over HTTP the way WeChat does: repeats what was not answered, and remembers every answer."""

from __future__ import annotations

import http.client
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from wechat_side import WeChatSide, text_xml


@dataclass
class Poster:
    port: int
    patience: float = 60.0  # seconds; WeChat has five, and a busy machine may need more
    side: WeChatSide = field(default_factory=lambda: WeChatSide(int(time.time())))
    answers: dict[int, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    statuses: list[int] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def once(self, openid: str, text: str, msg_id: int, at: int) -> bytes | None:
        """One delivery; the body of a 200, else None."""
        path, body = self.side.safe(text_xml(openid, text, msg_id, at))
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        try:
            connection.request("POST", path, body, {"Content-Type": "text/xml"})
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        with self._guard:
            self.statuses.append(answer.status)
            if answer.status == 200:
                self.answers[msg_id].add(content)
        return content if answer.status == 200 else None

    def thrice_at_once(self, openid: str, text: str, msg_id: int, at: int) -> None:
        with ThreadPoolExecutor(3) as three:
            list(three.map(lambda _: self.once(openid, text, msg_id, at), range(3)))

    def until_answered(self, openid: str, text: str, msg_id: int, at: int, seconds: float = 180) -> bytes:
        """Repeats like WeChat, only longer: the server may be down in between."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.once(openid, text, msg_id, at)
            if found is not None:
                return found
            time.sleep(0.05)
        raise AssertionError(f"message {msg_id} was never answered")


TICKET_TALK = ("人工", "津贴一直没到账", "三月份已经批了，到现在没有收到", "不留")  # ends in one ticket


def numbered(person: int, step: int) -> int:
    """MsgIds that grow in the order one person writes."""
    return 10_000 + person * 10 + step
