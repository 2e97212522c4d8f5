"""`flask demo seed`: what `./manage run` fills its database with. Not offered where there is no demo."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from config.settings import Settings
from handlers.cli.telling import Open, Told
from handlers.seed import phones
from handlers.seed.seeding import seed, talents


def group(settings: Settings, open_all: Open) -> AppGroup:
    commands = Told("demo", help="The made-up people of the demo.", hidden=True)

    @commands.command("seed")
    def fill() -> None:
        """Once a database, and the phones at each start; `./manage run` does it."""
        if not settings.demo:
            raise click.ClickException("不是演示环境（DEMO），不放演示数据")
        kit, pipeline = open_all(settings)
        made = seed(kit)
        pipeline.close()
        click.echo(f"放了 {made} 张演示工单" if made else "演示数据已经放过")
        try:
            there = phones.put(settings.wechat_api_base, talents())
        except OSError as error:
            raise click.ClickException(f"演示的微信没有应答，人才的手机没有放上：{error}") from None
        click.echo(f"放了 {there} 部演示手机")

    return commands
