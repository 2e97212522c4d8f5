"""`flask wechat`: how our accounts stand with WeChat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import click
from flask.cli import AppGroup

from bot.wechat import client
from bot.wechat.errcode import meaning
from bot.wechat.errors import SendError
from config.settings import Settings
from handlers.cli.moments import shown
from handlers.cli.telling import Now, Told, unavailable
from models import outbox_desk
from models.account import EVERY, Stop
from models.db import Database, Unavailable


def group(settings: Settings, now: Now) -> AppGroup:
    wechat = Told("wechat", help="How our accounts stand with WeChat.")

    @wechat.command("status")
    def status() -> None:
        """Of each account: whether a token is held and until when, and which APIs are stopped, why, with the cure."""
        stopped = 0
        for name, account in _accounts(settings, Database(settings.database_url), now):
            click.echo(f"{name} {account.appid}")
            ends_at = account.token_ends()
            click.echo(f"  令牌  {f'有，到 {shown(ends_at)}' if ends_at else '没有，用到时会去取'}")
            stops = account.stops()
            stopped += len(stops)
            for line in [told(stop, now()) for stop in stops] or ["没有"]:
                click.echo(f"  停用  {line}")
        if stopped:
            cure = "改好以后运行 ./manage flask wechat test，次数清零以后运行 ./manage flask wechat resume"
            raise click.ClickException(f"{stopped} 处停用；{cure}")

    @wechat.command("test")
    def test() -> None:
        """Ask WeChat for the token of each account, and one question that changes nothing. Opens what was stopped."""
        failed, database = 0, _database(settings)
        for name, account in _accounts(settings, database, now):
            try:
                addresses = len(account.probe())
            except SendError as error:
                failed += 1
                click.echo(f"{name} {account.appid}：不通。{error}；{error.cure}")
            else:
                click.echo(f"{name} {account.appid}：正常，微信从 {addresses} 个地址推送消息")
                for stop in account.stops() if database else ():
                    click.echo(f"  停用  {told(stop, now())}")
        if failed:
            raise click.ClickException("有账号不通，照上面说的改")

    @wechat.command("resume")
    @click.argument("api", default="")
    def resume(api: str) -> None:
        """Call what was stopped again: all, or one API by its path. What was put off for it goes out at once."""
        database = Database(settings.database_url)
        apis = [api] if api else []
        lifted = 0
        for name, account in _accounts(settings, database, now):
            for stop in account.resume(*apis):
                lifted += 1
                click.echo(f"{name} 恢复调用 {_what(stop)}（因 {stop.code} 停用）")
        with database.writing() as unit:
            rows = outbox_desk.hurry(unit, now()) if lifted else 0
        click.echo(f"推后的 {rows} 行现在就发" if lifted else "没有停用的接口")

    return wechat


def _accounts(settings: Settings, db: Database | None, now: Now) -> Iterator[tuple[str, client.WeChat]]:
    yield "公众号", client.service(settings, db, now)
    mini = client.miniapp(settings, db, now)
    if mini is not None:
        yield "小程序", mini


def _database(settings: Settings) -> Database | None:
    """None when it cannot be used: whether WeChat answers can be told all the same."""
    database = Database(settings.database_url)
    try:
        database.ping()
    except Unavailable as error:
        click.echo(f"数据库现在不能用，停用的接口要等服务自己恢复：{unavailable(error)}", err=True)
        return None
    return database


def told(stop: Stop, now: datetime) -> str:
    """What is stopped, why, the cure, and until when."""
    means = meaning(stop.code)
    when = f"{shown(stop.until)} 再试" if stop.until > now else "下一次调用就再试"
    return f"{_what(stop)}：{stop.code} {means.said}；{means.cure}（{shown(stop.since)} 起，{when}）"


def _what(stop: Stop) -> str:
    return "全部接口" if stop.api == EVERY else stop.api
