"""The wall out: everything we ask of WeChat, for one account. Whatever goes wrong comes as SendError."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import quote

from bot.reply import Reply
from bot.wechat.account import Account
from bot.wechat.answers import nonsense, read, refusal
from bot.wechat.api import Api, Request
from bot.wechat.fields import fitted
from bot.wechat.media import LARGEST, form, received
from bot.wechat.media import Kind as MediaKind
from bot.wechat.shapes import shaped, shaped_for_miniapp
from bot.wechat.values import Login, Media, Phone, Qr, Verdict, Visitor
from config.settings import Settings
from models.account import Stop
from models.db import Database
from models.seal import Seal

Kind = Literal["service", "miniapp"]
_CUSTOM = "/cgi-bin/message/custom"
_SEND, _TYPING = f"{_CUSTOM}/send", f"{_CUSTOM}/typing"
_CALLERS = "/cgi-bin/getcallbackip"
_FILE_SECONDS = 30.0
_MONTH = 2_592_000  # seconds
_CHECKED = 2500  # characters of one check
_NORMAL = 100
_WORST = ("pass", "review", "risky")
_CODE = re.compile(r"[!-~]{1,256}")


class WeChat:
    """One account of WeChat's. Thread-safe.

    `miniapp`: the AppID of the mini-program that messages may lead to, "" for none. `state`: which of its versions
    opens from a notice: formal, trial or developer. `pictures`: the server that shows QR codes.
    """

    def __init__(
        self,
        account: Account,
        kind: Kind = "service",
        *,
        miniapp: str = "",
        state: str = "formal",
        pictures: str = "https://mp.weixin.qq.com",
    ) -> None:
        self._account, self._kind, self._miniapp, self._state = account, kind, miniapp, state
        self._pictures = pictures

    @property
    def appid(self) -> str:
        return self._account.appid

    def send(self, openid: str, reply: Reply) -> None:
        """A customer-service message; the window must be open. Silence sends nothing."""
        body = shaped_for_miniapp(reply) if self._kind == "miniapp" else shaped(reply, self._miniapp)
        if body:
            self._do(_SEND, {"touser": openid, **body})

    def typing(self, openid: str, on: bool = True) -> None:
        """“对方正在输入”, for some seconds."""
        self._do(_TYPING, {"touser": openid, "command": "Typing" if on else "CancelTyping"})

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
        return str(self._do("/cgi-bin/message/template/send", body).get("msgid", ""))

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
            return str(self._do("/cgi-bin/message/subscribe/send", body).get("msgid", ""))
        body |= {**({"page": url} if url else {}), **self._to(page)}
        return str(self._do("/cgi-bin/message/subscribe/bizsend", body).get("msgid", ""))

    def upload(self, kind: MediaKind, name: str, data: bytes) -> str:
        """The media_id, good for three days. What it is is told by its first bytes; `name` stays with us."""
        body, form_type = form(kind, data)
        request = Request("/cgi-bin/media/upload", {"type": kind}, body, form_type, seconds=_FILE_SECONDS)
        answer = self._account.ask(request, read)
        return _text(answer, "thumb_media_id" if kind == "thumb" and "thumb_media_id" in answer else "media_id")

    def download(self, media_id: str) -> Media:
        """What people sent, within three days. A video is refused: WeChat gives an address for it, and we follow none.

        https://developers.weixin.qq.com/doc/service/api/material/temporary/api_getmedia
        """
        query = {"media_id": media_id}
        request = Request("/cgi-bin/media/get", query, limit=LARGEST, seconds=_FILE_SECONDS)
        found: Media = self._account.ask(request, received)
        return found

    def qr(self, scene: str, seconds: int | None = None) -> Qr:
        """A code whose scan tells us `scene` (1 to 64 characters): for at most 30 days, or for ever (100,000 of those).

        https://developers.weixin.qq.com/doc/service/api/qrcode/qrcodes/api_createqrcode
        """
        if not 1 <= len(scene) <= 64 or (seconds is not None and not 60 <= seconds <= _MONTH):
            raise refusal(40053)
        lasting = {"action_name": "QR_LIMIT_STR_SCENE"}
        body = lasting if seconds is None else {"expire_seconds": seconds, "action_name": "QR_STR_SCENE"}
        answer = self._account.post("/cgi-bin/qrcode/create", {**body, "action_info": {"scene": {"scene_str": scene}}})
        ticket = _text(answer, "ticket")
        shown = f"{self._pictures}/cgi-bin/showqrcode?ticket={quote(ticket, safe='')}"
        return Qr(ticket, str(answer.get("url", "")), shown)

    def login(self, code: str) -> Login:
        """Who opened the mini-program, by the single-use code of wx.login.

        https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
        """
        if not _CODE.fullmatch(code):
            raise refusal(40029)
        query = {"js_code": code, "grant_type": "authorization_code"}
        answer = self._account.with_secret("/sns/jscode2session", query)
        return Login(_text(answer, "openid"), _text(answer, "session_key"), str(answer.get("unionid", "")))

    def web_login(self, code: str) -> Visitor:
        """Who opened a page of the service account, by the single-use code WeChat came back with (网页授权). The tokens
        that are told along with it are for asking more of them; they are dropped.

        https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken
        """
        if not _CODE.fullmatch(code):
            raise refusal(40029)
        answer = self._account.with_secret(
            "/sns/oauth2/access_token", {"code": code, "grant_type": "authorization_code"}
        )
        snapshot = answer.get("is_snapshotuser") == 1
        return Visitor(_text(answer, "openid"), str(answer.get("unionid", "")), snapshot)

    def unionid(self, openid: str) -> str:
        """By which a follower is known in our other apps; "" when there is none, or they do not follow.

        https://developers.weixin.qq.com/doc/service/api/usermanage/userinfo/api_userinfo
        """
        return str(self._account.get("/cgi-bin/user/info", {"openid": openid, "lang": "zh_CN"}).get("unionid", ""))

    def phone(self, code: str, openid: str = "") -> Phone:
        """The number a person agreed to give, by the single-use code of the button.

        https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html
        """
        if not _CODE.fullmatch(code):
            raise refusal(40029)
        body = {"code": code, **({"openid": openid} if openid else {})}
        found = self._account.post("/wxa/business/getuserphonenumber", body).get("phone_info")
        if not isinstance(found, dict) or _appid(found) != self.appid:
            raise nonsense()
        return Phone(_text(found, "purePhoneNumber"), str(found.get("countryCode", "")))

    def check_text(self, openid: str, text: str, scene: int) -> Verdict:
        """Whether a text may be shown to others. `scene`: 1 profile, 2 comment, 3 forum, 4 social log.

        The person must have opened the mini-program within two hours (61010). A long text is looked at in parts, and
        the worst part counts.

        https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html
        """
        if not text.strip():
            return Verdict("pass", _NORMAL)
        parts = [text[at : at + _CHECKED] for at in range(0, len(text), _CHECKED)]
        return max((self._checked(openid, part, scene) for part in parts), key=lambda told: _WORST.index(told.suggest))

    def _checked(self, openid: str, text: str, scene: int) -> Verdict:
        body = {"version": 2, "openid": openid, "scene": scene, "content": text}
        found = self._account.post("/wxa/msg_sec_check", body).get("result")
        if not isinstance(found, dict) or found.get("suggest") not in _WORST or type(found.get("label")) is not int:
            raise nonsense()
        return Verdict(found["suggest"], found["label"])

    def callback_ips(self) -> list[str]:
        """From where WeChat calls us."""
        return _addresses(self._account.get(_CALLERS))

    def probe(self) -> list[str]:
        """From where WeChat calls us: asked with a token fetched for it, whatever is stopped, and changing nothing.

        Raises what is wrong with the account; a success opens an account that was stopped.
        """
        return _addresses(self._account.probe(_CALLERS))

    def token_ends(self) -> datetime | None:
        """Until when the token all processes share is good; None when there is none. Raises Unavailable."""
        return self._account.tokens.held()

    def keep_token(self) -> datetime | None:
        """Get the next token when the present one is about to end; until when it is good. None, and nothing is asked,
        when there is none: whoever calls WeChat gets one. Raises SendError and Unavailable."""
        if self.token_ends() is None:
            return None
        self._account.tokens.current()
        return self.token_ends()

    def stops(self) -> list[Stop]:
        """What is not called at present. Raises Unavailable."""
        return self._account.gate.all()

    def pause(self) -> float:
        """Seconds for which this process calls nothing, for WeChat has not answered; 0: it calls."""
        return self._account.pause()

    def resume(self, *apis: str) -> list[Stop]:
        """Call these again, or all when none is named; which of them were stopped. Raises Unavailable."""
        return self._account.gate.lift(*apis)

    def create_menu(self, menu: Mapping[str, Any]) -> None:
        """https://developers.weixin.qq.com/doc/service/api/custommenu/api_createcustommenu"""
        self._do("/cgi-bin/menu/create", menu)

    def menu(self) -> dict[str, Any]:
        """The one set by us; refused with 46003 when there is none."""
        return self._account.get("/cgi-bin/menu/get")

    def delete_menu(self) -> None:
        self._account.get("/cgi-bin/menu/delete")

    def _do(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """A call that does something: done only when WeChat says so."""
        answer = self._account.post(path, body)
        if answer.get("errcode") is None:
            raise nonsense(unsure=True)
        return answer

    def _to(self, page: str) -> dict[str, Any]:
        return {"miniprogram": {"appid": self._miniapp, "pagepath": page}} if page and self._miniapp else {}


def _addresses(answer: Mapping[str, Any]) -> list[str]:
    found = answer.get("ip_list")
    if not isinstance(found, list):
        raise nonsense()
    return [str(each) for each in found]


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise nonsense()
    return value


def _appid(phone: Mapping[str, Any]) -> str:
    mark = phone.get("watermark")
    return str(mark.get("appid", "")) if isinstance(mark, dict) else ""


def _values(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in fitted(fields).items()}


def service(settings: Settings, db: Database | None, now: Callable[[], datetime]) -> WeChat:
    """The service account. Nothing is opened before the first call. Without `db` it shares nothing with others."""
    account = _account(settings, settings.wechat_appid, settings.wechat_secret, db, now)
    base = settings.wechat_api_base.rstrip("/")
    pictures = base.replace("://api.", "://mp.") if base.endswith(".weixin.qq.com") else base
    return WeChat(account, miniapp=settings.miniapp_appid, pictures=pictures)


def miniapp(settings: Settings, db: Database | None, now: Callable[[], datetime]) -> WeChat | None:
    """The mini-program; None when there is none."""
    if not settings.miniapp_appid:
        return None
    account = _account(settings, settings.miniapp_appid, settings.miniapp_secret, db, now)
    return WeChat(account, "miniapp", miniapp=settings.miniapp_appid, state=settings.miniapp_state)


def _account(settings: Settings, appid: str, secret: str, db: Database | None, now: Callable[[], datetime]) -> Account:
    return Account(appid, secret, Api(settings.wechat_api_base), db=db, seal=Seal(settings.secret_key), now=now)
