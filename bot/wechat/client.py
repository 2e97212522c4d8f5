"""The wall out: everything we ask of WeChat, for one account. Whatever goes wrong comes as SendError."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from bot.reply import Reply
from bot.wechat.account import Account
from bot.wechat.api import Api
from bot.wechat.errors import SendError
from bot.wechat.fields import fitted
from bot.wechat.shapes import shaped, shaped_for_miniapp
from config.settings import Settings
from models.db import Database
from models.seal import Seal

Kind = Literal["service", "miniapp"]
_CUSTOM = "/cgi-bin/message/custom"
_SEND, _TYPING = f"{_CUSTOM}/send", f"{_CUSTOM}/typing"


class WeChat:
    """One account of WeChat's. Thread-safe.

    `miniapp`: the AppID of the mini-program that messages may lead to, "" for none. `state`: which of its versions
    opens from a notice: formal, trial or developer.
    """

    def __init__(self, account: Account, kind: Kind = "service", *, miniapp: str = "", state: str = "formal") -> None:
        self._account, self._kind, self._miniapp, self._state = account, kind, miniapp, state

    @property
    def appid(self) -> str:
        return self._account.appid

    def send(self, openid: str, reply: Reply) -> None:
        """A customer-service message; the window must be open. Silence sends nothing."""
        body = shaped_for_miniapp(reply) if self._kind == "miniapp" else shaped(reply, self._miniapp)
        if body:
            self._account.post(_SEND, {"touser": openid, **body})

    def typing(self, openid: str, on: bool = True) -> None:
        """“对方正在输入”, for some seconds."""
        self._account.post(_TYPING, {"touser": openid, "command": "Typing" if on else "CancelTyping"})

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
        """模板消息. The same `client_msg_id` within ten minutes is sent once. `page` wins over `url`. Gives the msgid.

        https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
        """
        body = {
            "touser": openid,
            "template_id": template,
            "client_msg_id": client_msg_id,
            "data": _values(fields),
            **({"url": url} if url else {}),
            **self._to(page),
        }
        return str(self._account.post("/cgi-bin/message/template/send", body).get("msgid", ""))

    def send_subscription(
        self, openid: str, template: str, fields: Mapping[str, str], *, page: str = "", url: str = ""
    ) -> str:
        """订阅通知 of the service account, 订阅消息 of the mini-program: costs the person one consent.

        `page` is the mini-program's, `url` an address for the service account's. Gives the msgid, "" when none is told.

        https://developers.weixin.qq.com/doc/service/api/notify/notify/api_sendnewsubscribemsg
        https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
        """
        body: dict[str, Any] = {"touser": openid, "template_id": template, "data": _values(fields)}
        if self._kind == "miniapp":
            body |= {"miniprogram_state": self._state, "lang": "zh_CN", **({"page": page} if page else {})}
            return str(self._account.post("/cgi-bin/message/subscribe/send", body).get("msgid", ""))
        body |= {**({"page": url} if url else {}), **self._to(page)}
        return str(self._account.post("/cgi-bin/message/subscribe/bizsend", body).get("msgid", ""))

    def create_menu(self, menu: Mapping[str, Any]) -> None:
        """https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu"""
        self._account.post("/cgi-bin/menu/create", menu)

    def menu(self) -> dict[str, Any]:
        """The one set by us; refused with 46003 when there is none."""
        return self._account.get("/cgi-bin/menu/get")

    def delete_menu(self) -> None:
        self._account.get("/cgi-bin/menu/delete")

    def _to(self, page: str) -> dict[str, Any]:
        return {"miniprogram": {"appid": self._miniapp, "pagepath": page}} if page and self._miniapp else {}


def _values(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in fitted(fields).items()}


def service(settings: Settings, db: Database, now: Callable[[], datetime]) -> WeChat:
    """The service account. Nothing is opened before the first call."""
    return WeChat(
        _account(settings, settings.wechat_appid, settings.wechat_secret, db, now), miniapp=settings.miniapp_appid
    )


def miniapp(settings: Settings, db: Database, now: Callable[[], datetime]) -> WeChat | None:
    """The mini-program; None when there is none."""
    if not settings.miniapp_appid:
        return None
    account = _account(settings, settings.miniapp_appid, settings.miniapp_secret, db, now)
    return WeChat(account, "miniapp", miniapp=settings.miniapp_appid, state=settings.miniapp_state)


def _account(settings: Settings, appid: str, secret: str, db: Database, now: Callable[[], datetime]) -> Account:
    return Account(appid, secret, Api(settings.wechat_api_base), db=db, seal=Seal(settings.secret_key), now=now)


__all__ = ["SendError", "WeChat", "miniapp", "service"]
