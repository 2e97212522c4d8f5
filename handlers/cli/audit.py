"""`flask audit`: the record of who did what, and whether anybody has touched it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from config.settings import Settings
from handlers.cli.moments import Moment, shown
from handlers.cli.telling import Open, Told
from models import audit_trail
from models.audit import Audit
from models.audit_trail import Wanted
from models.seal import Seal


def group(settings: Settings, open_all: Open) -> AppGroup:
    commands = Told("audit", help="Who did what, in a chain that shows every change made to it.")

    @commands.command("verify")
    @click.option(
        "--head", "witness", default="", help="What `flask audit head` or the clock's log said some time ago."
    )
    def verify(witness: str) -> None:
        """Compute the chain anew. Exits with 1 when a row was changed, left out, put in or cut off."""
        kit, _ = open_all(settings)
        with kit.db.unit() as unit:
            size = audit_trail.size(unit)
            fault = Audit(unit, Seal(settings.secret_key).audit_key).broken(witness.strip())
        if fault:
            raise click.ClickException(f"审计记录被动过：{fault}")
        click.echo(f"{size} 条审计记录，前后相连，没有动过")

    @commands.command("head")
    def head() -> None:
        """The newest row, to be kept elsewhere: `verify --head` shows whether it is still there."""
        kit, _ = open_all(settings)
        with kit.db.unit() as unit:
            found = Audit(unit, Seal(settings.secret_key).audit_key).witness()
        click.echo(found or "还没有审计记录")

    @commands.command("list")
    @click.option("--actor", default="", help="staff:3, talent, bot, clock, cli:<user>.")
    @click.option("--action", default="", help="Or the beginning of one: staff.")
    @click.option("--object", "what", default="", help="Or the beginning of one: ticket:T20261122-0001.")
    @click.option("--day", type=Moment(), help="2027-04-23.")
    @click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many.")
    def list_rows(actor: str, action: str, what: str, day: tuple[object, bool] | None, limit: int) -> None:
        """The newest first."""
        kit, _ = open_all(settings)
        on = day[0].date() if day else None  # type: ignore[attr-defined]
        with kit.db.unit() as unit:
            found = audit_trail.rows(unit, Wanted(actor, action, what, on), limit=limit)
        for row in found:
            parts = [str(row.seq), shown(row.at), row.actor, row.action, row.object, row.detail, row.address]
            click.echo("  ".join(filter(None, parts)))
        click.echo(f"共 {len(found)} 条" if found else "没有这样的记录")

    return commands
