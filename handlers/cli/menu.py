"""`flask menu`: what the account shows below the chat."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from bot.wechat import client
from bot.wechat.errors import SendError
from config.menu import load_menu
from config.settings import Settings
from handlers.cli.telling import Now, Told


def group(settings: Settings, now: Now) -> AppGroup:
    """It needs no database, and leaves none behind that only root can write."""
    menu = Told("menu", help="The menu below the chat (config/menu.yaml).")

    @menu.command("show")
    @click.option("--live", is_flag=True, help="The one WeChat has instead of the one in the file.")
    def show(live: bool) -> None:
        """What would be pushed."""
        try:
            found = (
                client.service(settings, None, now).menu()
                if live
                else load_menu(settings.menu_file, settings.public_url)
            )
        except SendError as error:
            raise click.ClickException(f"WeChat did not tell its menu: {error}；{error.cure}") from None
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))

    @menu.command("push")
    def push() -> None:
        """Send it to WeChat; phones show it within five minutes."""
        try:
            client.service(settings, None, now).create_menu(load_menu(settings.menu_file, settings.public_url))
        except SendError as error:
            raise click.ClickException(f"WeChat refused the menu: {error}；{error.cure}") from None
        click.echo("菜单已更新")

    return menu
