"""The wall out: WeChat's API. One token for all processes, bounded waits, no secret in any error."""

from __future__ import annotations

import json
from typing import Any

import requests

from config.settings import Settings
from models.memory import Memory

_TOKEN_GONE = {40001, 40014, 42001}
_AHEAD = 300  # seconds before its end in which a token is no longer used
_WAIT = (2.0, 5.0)  # connect, read


class ApiError(Exception):
    """WeChat said no, or said nothing. `code` is its errcode; 0: no proper answer came."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code} {text}" if code else text)
        self.code = code


class WeChat:
    """Calls for one account. The token is kept in `memory`, shared by every process that shares it."""

    def __init__(self, settings: Settings, memory: Memory) -> None:
        self._settings = settings
        self._memory = memory
        self._http = requests.Session()
        # Proxies and ~/.netrc of the machine have no say in where the token goes.
        self._http.trust_env = False

    def create_menu(self, menu: dict[str, Any]) -> None:
        """https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html"""
        self._call("/cgi-bin/menu/create", menu)

    def menu(self) -> dict[str, Any]:
        return self._call("/cgi-bin/menu/get")

    def _call(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One call, and one more with a new token when WeChat no longer knows the old one."""
        try:
            return self._ask(path, body, self._token())
        except ApiError as error:
            if error.code not in _TOKEN_GONE:
                raise
        self._memory.delete(self._token_key)
        return self._ask(path, body, self._token())

    @property
    def _token_key(self) -> str:
        return f"token:{self._settings.wechat_appid}"

    def _token(self) -> str:
        """stable_token in normal mode: asking again gives the same token, so a race costs a call and nothing else.

        https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html
        """
        known = self._memory.get(self._token_key)
        if known:
            return known
        account = {"appid": self._settings.wechat_appid, "secret": self._settings.wechat_secret}
        answer = self._ask("/cgi-bin/stable_token", {"grant_type": "client_credential", **account})
        token, life = str(answer.get("access_token", "")), int(answer.get("expires_in", 0))
        if not token:
            raise ApiError(0, "stable_token: an answer without a token")
        if life > _AHEAD:
            self._memory.set(self._token_key, token, life - _AHEAD)
        return token

    def _ask(self, path: str, body: dict[str, Any] | None, token: str = "") -> dict[str, Any]:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            answer = self._http.request(
                "GET" if data is None else "POST",
                self._settings.wechat_api_base.rstrip("/") + path,
                params={"access_token": token} if token else None,
                data=data,
                headers={"Content-Type": "application/json"},
                timeout=_WAIT,
                allow_redirects=False,
            )
            answer.encoding = "utf-8"
            found = answer.json()
        except requests.RequestException as error:
            # The exception's own text holds the URL, and with it the token.
            raise ApiError(0, f"{path}: {type(error).__name__}") from None
        if not isinstance(found, dict):
            raise ApiError(0, f"{path}: not an object")
        if found.get("errcode"):
            raise ApiError(int(found["errcode"]), f"{path}: {found.get('errmsg', '')}")
        return found
