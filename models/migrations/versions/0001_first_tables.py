"""First tables"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
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


def key(name: str, column: str, length: int) -> tuple[sa.Column[str], sa.PrimaryKeyConstraint]:
    return sa.Column(column, sa.String(length), nullable=False), sa.PrimaryKeyConstraint(column, name=f"pk_{name}")


def text(name: str, length: int = 0, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=null)


def time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, TIME, nullable=null)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def upgrade() -> None:
    table(
        "person",
        *key("person", "openid", 64),
        flag("following"),
        text("scene", 190),
        time("followed_at", null=True),
        time("left_at", null=True),
    )
    table(
        "message",
        *row_id("message"),
        text("key", 190),
        text("openid", 64),
        text("kind", 16),
        text("text"),
        text("route", 64),
        text("note", 190),
        sa.Column("score", sa.Double(), nullable=True),
        text("content", 16),
        text("reply", null=True),
        flag("owed"),
        time("received_at"),
        unique("message", "key"),
    )
    op.create_index("ix_message_openid_id", "message", ["openid", "id"])
    table(
        "talk",
        *key("talk", "openid", 64),
        text("state", 64),
        text("data"),
        flag("owed"),
        number("version"),
        time("updated_at"),
    )
    table("late", *key("late", "key", 190), text("message"), time("received_at"))
    op.create_index("ix_late_received_at", "late", ["received_at"])
    table(
        "outbox",
        *row_id("outbox"),
        text("openid", 64),
        text("kind", 32),
        text("body"),
        text("dedup", 190),
        text("state", 16),
        text("reason", 190),
        time("due_at"),
        time("created_at"),
        time("sent_at", null=True),
        unique("outbox", "dedup"),
    )
    op.create_index("ix_outbox_openid_state", "outbox", ["openid", "state"])
    table("counter", *key("counter", "name", 64), number("value"))
    table(
        "ticket",
        *row_id("ticket"),
        text("number", 16),
        text("openid", 64),
        text("kind", 16),
        text("topic", 32),
        text("subject", 190),
        text("detail"),
        text("tried"),
        text("contact"),
        text("state", 16),
        number("version"),
        time("created_at"),
        time("updated_at"),
        unique("ticket", "number"),
    )
    op.create_index("ix_ticket_openid_id", "ticket", ["openid", "id"])
    op.create_index("ix_ticket_state_id", "ticket", ["state", "id"])
    table(
        "ticket_event",
        *row_id("ticket_event"),
        sa.Column("ticket_id", ID, nullable=False),
        time("at"),
        text("actor", 64),
        text("kind", 16),
        text("body"),
        text("media", 190),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name="fk_ticket_event_ticket_id_ticket"),
    )
    op.create_index("ix_ticket_event_ticket_id", "ticket_event", ["ticket_id"])
    table(
        "interest",
        *row_id("interest"),
        text("openid", 64),
        text("item", 64),
        text("note"),
        time("created_at"),
        unique("interest", "openid", "item"),
    )


def downgrade() -> None:
    for name in ("interest", "ticket_event", "ticket", "counter", "outbox", "late", "talk", "message", "person"):
        op.drop_table(name)
