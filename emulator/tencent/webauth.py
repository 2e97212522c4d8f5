"""网页授权: how a page learns who opened it. /connect/oauth2/authorize and /sns/oauth2/access_token.

On a phone WeChat knows who holds it. In a browser the address WeChat is to come back to tells: pages opened from a chat
of this desk have a name of that phone's own (Person.host). Elsewhere one picks whose phone it is.

https://developers.weixin.qq.com/doc/service/guide/h5/auth.html
https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken.html
"""

from __future__ import annotations

import re
import secrets
from html import escape
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from emulator.desk import Desk
from emulator.loopback import is_loopback
from emulator.records import Person
from emulator.tencent.token import need_code
from emulator.world import World

SCOPES = ("snsapi_base", "snsapi_userinfo")
_STATE = re.compile(r"[0-9A-Za-z_-]{0,128}")
_LIFE = 7200  # seconds
_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="stylesheet" href="/emulator/static/webauth.css"></head>
<body><main><p class="badge">演示环境 · 微信模拟器</p><h1>{title}</h1>{body}</main></body></html>"""


def webauth_routes(desk: Desk) -> Blueprint:
    routes = Blueprint("webauth", __name__)
    world = desk.world

    @routes.get("/connect/oauth2/authorize")
    def authorize() -> ResponseReturnValue:
        given = request.args
        fault = _fault(world, given)
        if fault:
            return _PAGE.format(title="打不开这个网页", body=f"<p>{escape(fault)}</p>"), 400
        who = given.get("emulated", "")
        person = world.people.get(who) or _by_host(world, given["redirect_uri"])
        if person is None:
            return _PAGE.format(title="用谁的手机打开？", body=_choices(world, given))
        with world.changed:
            code = world.service.codes.give("page", person.openid, given["scope"])
            world.touch()
        said = urlencode({"code": code.value, "state": given.get("state", "")})
        address = given["redirect_uri"]
        # The empty fragment ends #wechat_redirect, which a browser would take along.
        return redirect(f"{address}{'&' if urlsplit(address).query else '?'}{said}#")

    @routes.get("/sns/oauth2/access_token")
    def access_token() -> Response:
        given = need_code(world, request.args, world.service, "code")
        with world.changed:
            code = world.service.codes.use("page", given)
            person = world.find_person(code.openid)
            world.touch()
        told = {"access_token": secrets.token_urlsafe(48), "expires_in": _LIFE}
        told |= {"refresh_token": secrets.token_urlsafe(48), "scope": code.scope}
        if person.snapshot:
            return jsonify(told | {"openid": world.stand_in(person), "is_snapshotuser": 1})
        unionid = {"unionid": person.unionid} if code.scope == "snsapi_userinfo" else {}
        return jsonify(told | {"openid": person.openid} | unionid)

    return routes


def _fault(world: World, given: MultiDict[str, str]) -> str:
    """What WeChat writes on the page instead of leading back; empty: all is well."""
    address = given.get("redirect_uri", "")
    for name, code in (("appid", 10012), ("redirect_uri", 10011), ("scope", 10010)):
        if not given.get(name):
            return f"{name} 不能为空，错误码：{code}"
    if given["appid"] != world.service.account.appid:
        return "AppID 参数错误，错误码：40013"
    if not urlsplit(address).scheme.startswith("http") or not _is_here(address):
        return "redirect_uri 域名与后台配置不一致，错误码：10003"
    if given["scope"] not in SCOPES:
        return "Scope 参数错误或没有 Scope 权限，错误码：10005"
    if given.get("response_type") != "code" or not _STATE.fullmatch(given.get("state", "")):
        return "response_type 或 state 参数错误"
    return ""


def _is_here(address: str) -> bool:
    """The emulator leads to this machine only."""
    host = urlsplit(address).hostname or ""
    return is_loopback(host) or host.endswith(".localhost")


def _by_host(world: World, address: str) -> Person | None:
    host = urlsplit(address).hostname
    return next((each for each in world.people.values() if each.host == host), None)


def _choices(world: World, given: MultiDict[str, str]) -> str:
    asked = given.to_dict()
    links = (
        f'<a href="?{escape(urlencode(asked | {"emulated": each.openid}))}">{escape(each.name)}的手机'
        f"{'' if each.following else '（没有关注）'}</a>"
        for each in world.people.values()
    )
    return f"<nav>{''.join(links)}</nav><p>从聊天里点开的网页，直接用那部手机。</p>"
