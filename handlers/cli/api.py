"""`flask api document`: what clients of the API are made from."""

from __future__ import annotations

import json
from dataclasses import replace

import click
from flask.cli import AppGroup

from config.settings import Settings
from handlers.cli.telling import Open, Told
from handlers.launch import kept_secret


def group(settings: Settings, open_all: Open) -> AppGroup:
    commands = Told("api", help="The JSON API.")

    @commands.command("document")
    def document() -> None:
        """What the API can do, as OpenAPI 3.1."""
        from handlers.miniapp import api  # half a second to load; other commands need none of it

        secret = settings.secret_key or kept_secret(settings.var_dir)
        kit, pipeline = open_all(replace(settings, secret_key=secret), working_copy=True)
        click.echo(json.dumps(api.document(kit, pipeline), ensure_ascii=False, indent=1))
        pipeline.close()

    return commands
