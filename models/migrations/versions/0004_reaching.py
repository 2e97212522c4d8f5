"""Reaching people: what was sent and how, consents, tokens, jobs, events, reminders"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Spelled out here and not imported: a migration must go on doing what it did on the day it was written.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
EXACT: dict[str, Any] = {
    f"{name}_{key}": value
    for name in ("mysql", "mariadb")
    for key, value in {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_bin"}.items()
}


def table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, **EXACT)


def row_id(name: str) -> tuple[sa.Column[int], sa.PrimaryKeyConstraint]:
    return sa.Column("id", ID, autoincrement=True, nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{name}")


def text(name: str, length: int = 0, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=null)


def time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, TIME, nullable=null)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def more(table: str, *columns: sa.Column[Any]) -> None:
    """Columns for a table that has rows: texts empty and numbers 0 in them, unless they say what."""
    for column in columns:
        if not column.nullable and column.server_default is None:
            column.server_default = sa.DefaultClause("" if isinstance(column.type, sa.String) else "0")
        op.add_column(table, column)


def upgrade() -> None:
    more("message", text("opens", 8), time("sent_at", null=True))
    more(
        "outbox",
        # The release before this one, while it still runs, owes followers of the service account.
        sa.Column("account", sa.String(16), nullable=False, server_default="service"),
        text("way", 16),
        number("tries"),
        number("part"),
        number("said"),
        text("worker", 64),
        time("lease_until", null=True),
        time("until", null=True),
    )
    op.create_index("ix_outbox_state_due_at_id", "outbox", ["state", "due_at", "id"])
    op.create_index("ix_outbox_until", "outbox", ["until"])
    if op.get_bind().dialect.name == "postgresql":  # so that its index finds all that begin with the same
        op.execute('ALTER TABLE outbox ALTER COLUMN dedup TYPE VARCHAR(190) COLLATE "C"')
    table(
        "token",
        text("appid", 64),
        text("token"),
        time("ends_at", null=True),
        text("worker", 64),
        time("lease_until", null=True),
        sa.PrimaryKeyConstraint("appid", name="pk_token"),
    )
    table(
        "stop",
        text("appid", 64),
        text("api", 96),
        number("code"),
        number("times"),
        time("since"),
        time("until"),
        sa.PrimaryKeyConstraint("appid", "api", name="pk_stop"),
    )
    table(
        "consent",
        text("openid", 64),
        text("template", 64),
        number("left"),
        flag("lasting"),
        flag("refused"),
        time("updated_at"),
        sa.PrimaryKeyConstraint("openid", "template", name="pk_consent"),
    )
    table(
        "agreement",
        text("openid", 64),
        text("purpose", 32),
        time("given_at"),
        time("withdrawn_at", null=True),
        text("how", 64),
        sa.PrimaryKeyConstraint("openid", "purpose", name="pk_agreement"),
    )
    table(
        "job",
        text("name", 32),
        time("next_at"),
        text("worker", 64),
        time("lease_until", null=True),
        time("started_at", null=True),
        time("ended_at", null=True),
        time("good_at", null=True),
        text("result", 190),
        text("mark", 190),
        sa.PrimaryKeyConstraint("name", name="pk_job"),
    )
    table(
        "event",
        *row_id("event"),
        text("number", 16),
        text("title", 64),
        text("kind", 16),
        text("place", 190),
        time("starts_at", null=True),
        time("ends_at", null=True),
        flag("all_day"),
        number("capacity"),
        time("opens_at", null=True),
        time("closes_at", null=True),
        text("audience", 190),
        text("contact", 190),
        text("agenda"),
        text("materials"),
        text("remind", 190),
        text("remind_text"),
        text("state", 16),
        text("why", 190),
        flag("demo"),
        text("code", 16),
        text("named", 64, null=True),
        number("year", null=True),
        flag("by_content"),
        number("version"),
        time("created_at"),
        time("updated_at"),
        unique("event", "number"),
        unique("event", "named", "year"),
    )
    op.create_index("ix_event_state_starts_at", "event", ["state", "starts_at"])
    table(
        "signup",
        *row_id("signup"),
        sa.Column("event_id", ID, nullable=False),
        text("openid", 64),
        text("state", 16),
        number("turn"),
        flag("remind"),
        time("signed_at"),
        time("cancelled_at", null=True),
        time("checked_in_at", null=True),
        number("rating", null=True),
        text("comment"),
        unique("signup", "event_id", "openid"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_signup_event_id_event"),
    )
    op.create_index("ix_signup_openid_state", "signup", ["openid", "state"])
    table(
        "reminder",
        *row_id("reminder"),
        sa.Column("event_id", ID, nullable=False),
        text("openid", 64),
        text("kind", 16),
        time("due_at"),
        text("state", 16),
        text("reason", 190),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_reminder_event_id_event"),
        unique("reminder", "event_id", "openid", "kind", "due_at"),
    )
    op.create_index("ix_reminder_state_due_at", "reminder", ["state", "due_at"])
    table(
        "broadcast",
        *row_id("broadcast"),
        text("title", 64),
        text("body"),
        text("audience"),
        text("state", 16),
        number("per_minute"),
        flag("at_night"),
        text("cursor", 64),
        number("queued"),
        number("skipped"),
        time("made_at"),
        time("ended_at", null=True),
    )
    table(
        "sending",
        *row_id("sending"),
        sa.Column("outbox_id", ID, nullable=False),
        number("part"),
        text("openid", 64),
        text("way", 16),
        text("template", 64),
        text("msgid", 32),
        text("outcome", 16),
        time("at"),
    )
    op.create_index("ix_sending_msgid", "sending", ["msgid"])
    op.create_index("ix_sending_openid_at", "sending", ["openid", "at"])
    op.create_index("ix_sending_outbox_id", "sending", ["outbox_id"])
