"""A stand-in for bot.wechat.client.WeChat: it records what it is asked, and says no when it was told to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.reply import Reply
from bot.wechat.errors import SendError
from bot.wechat.fields import fitted
from bot.wechat.values import Login, Media, Phone, Qr, Verdict, Visitor


@dataclass(frozen=True)
class Call:
    """`what` is the method's name, `values` its arguments by name."""

    what: str
    values: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name in self.values:
            return self.values[name]
        raise AttributeError(name)


def no(kind: str = "later", code: int = 0, **more: Any) -> SendError:
    """A refusal: no("window", 45015)."""
    return SendError(kind, code, "测试里的拒绝", "不用处理", **more)  # type: ignore[arg-type]


@dataclass
class Recorder:
    """`calls` are those that came, refused ones too. Fields that break WeChat's rules are refused as the wall does it.

    `refuse(error)` refuses every call from now on, or the next `times`; `what` limits it to one method; `accept()`
    ends it.
    """

    appid: str = "wxtest0000000000"
    calls: list[Call] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)  # what a method gives, by its name
    _refusals: list[list[Any]] = field(default_factory=list)

    def refuse(self, error: SendError, *, times: int | None = None, what: str = "") -> None:
        self._refusals.append([error, times, what])

    def accept(self) -> None:
        self._refusals.clear()

    def to(self, openid: str) -> list[Call]:
        return [call for call in self.calls if call.values.get("openid") == openid]

    def texts(self, openid: str) -> list[str]:
        """The bodies of the texts sent to a person."""
        return [call.reply.body for call in self.to(openid) if call.what == "send" and hasattr(call.reply, "body")]

    def keep_token(self) -> datetime | None:
        """Part of no test's calls: the clock asks it every minute."""
        return None

    def token_ends(self) -> datetime | None:
        return None

    def pause(self) -> float:
        return 0.0

    def stops(self) -> list[Any]:
        return []

    def send(self, openid: str, reply: Reply) -> None:
        self._note("send", openid=openid, reply=reply)

    def typing(self, openid: str, on: bool = True) -> None:
        self._note("typing", openid=openid, on=on)

    def send_template(
        self,
        openid: str,
        template: str,
        fields: Mapping[str, str],
        *,
        client_msg_id: str,
        url: str = "",
        page: str = "",
    ) -> str:
        fitted(fields)
        values = {"fields": dict(fields), "client_msg_id": client_msg_id, "url": url, "page": page}
        return str(self._note("send_template", f"msg{len(self.calls)}", openid=openid, template=template, **values))

    def send_subscription(
        self, openid: str, template: str, fields: Mapping[str, str], *, page: str = "", url: str = ""
    ) -> str:
        fitted(fields)
        values = {"openid": openid, "template": template, "fields": dict(fields), "page": page, "url": url}
        return str(self._note("send_subscription", f"msg{len(self.calls)}", **values))

    def upload(self, kind: str, name: str, data: bytes) -> str:
        return str(self._note("upload", f"media{len(self.calls)}", kind=kind, name=name, data=data))

    def download(self, media_id: str) -> Media:
        return self._note("download", Media(b"\xff\xd8\xff", "image/jpeg", ""), media_id=media_id)  # type: ignore[no-any-return]

    def qr(self, scene: str, seconds: int | None = None) -> Qr:
        made = Qr(f"ticket-{scene}", f"http://weixin.qq.com/q/{scene}", f"https://mp.weixin.qq.com/{scene}")
        return self._note("qr", made, scene=scene, seconds=seconds)  # type: ignore[no-any-return]

    def login(self, code: str) -> Login:
        return self._note("login", Login(f"o-{code}", "a session key", ""), code=code)  # type: ignore[no-any-return]

    def web_login(self, code: str) -> Visitor:
        return self._note("web_login", Visitor(f"o-{code}", "", False), code=code)  # type: ignore[no-any-return]

    def unionid(self, openid: str) -> str:
        return str(self._note("unionid", "", openid=openid))

    def phone(self, code: str, openid: str = "") -> Phone:
        return self._note("phone", Phone("13800138000", "86"), code=code, openid=openid)  # type: ignore[no-any-return]

    def check_text(self, openid: str, text: str, scene: int) -> Verdict:
        return self._note("check_text", Verdict("pass", 100), openid=openid, text=text, scene=scene)  # type: ignore[no-any-return]

    def create_menu(self, menu: Mapping[str, Any]) -> None:
        self._note("create_menu", menu=menu)

    def menu(self) -> dict[str, Any]:
        return dict(self._note("menu", {}))

    def delete_menu(self) -> None:
        self._note("delete_menu")

    def _note(self, method: str, otherwise: Any = None, **values: Any) -> Any:
        self.calls.append(Call(method, values))
        for refusal in list(self._refusals):
            error, times, only = refusal
            if only in ("", method):
                if times is not None:
                    refusal[1] -= 1
                    if refusal[1] <= 0:
                        self._refusals.remove(refusal)
                raise error
        return self.answers.get(method, otherwise)
