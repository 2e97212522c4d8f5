"""Talents as one person, their logins and codes, what a POST did, photos not yet put to a ticket"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0007"
down_revision = "0006"
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


def big(name: str, *, null: bool = False, autoincrement: bool = False) -> sa.Column[int]:
    return sa.Column(name, ID, nullable=null, autoincrement=autoincrement)


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def more(table: str, *columns: sa.Column[Any]) -> None:
    """Columns for a table that has rows: texts empty and numbers 0 in them, unless they say what."""
    for column in columns:
        if not column.nullable and column.server_default is None:
            column.server_default = sa.DefaultClause("" if isinstance(column.type, sa.String) else "0")
        op.add_column(table, column)


def blob(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb"), nullable=False)


def upgrade() -> None:
    more("agreement", number("version"))
    more("ticket", big("seen"))
    more("message", text("offers", null=True))
    more("outbox", flag("dropped"))
    more("attachment", text("account", 16))
    # What is still to be fetched lies with the account its ticket came by.
    op.execute("UPDATE attachment SET account = 'service' WHERE state = 'awaited'")
    op.execute(
        "UPDATE attachment SET account = 'miniapp' WHERE state = 'awaited'"
        " AND ticket_id IN (SELECT id FROM ticket WHERE source = 'miniapp')"
    )
    table(
        "talent",
        *row_id("talent"),
        text("unionid", 64, null=True),
        flag("elder"),
        text("phone", 512),
        text("phone_key", 64),
        time("read_at", null=True),
        time("created_at"),
        time("seen_at"),
        time("erased_at", null=True),
        unique("talent", "unionid"),
    )
    op.create_index("ix_talent_phone_key", "talent", ["phone_key"])
    op.create_index("ix_talent_seen_at", "talent", ["seen_at"])
    table(
        "identity",
        text("openid", 64),
        text("app", 16),
        big("talent_id"),
        time("at"),
        sa.PrimaryKeyConstraint("openid", name="pk_identity"),
        to("identity", "talent_id", "talent"),
    )
    op.create_index("ix_identity_talent_id", "identity", ["talent_id"])
    table(
        "login",
        *row_id("login"),
        text("token", 64),
        big("talent_id"),
        text("openid", 64),
        text("app", 16),
        text("agent", 190),
        time("created_at"),
        time("seen_at"),
        time("ended_at", null=True),
        unique("login", "token"),
        to("login", "talent_id", "talent"),
    )
    op.create_index("ix_login_talent_id", "login", ["talent_id"])
    table(
        "link_code",
        text("code", 64),
        text("kind", 16),
        big("talent_id"),
        time("ends_at"),
        time("used_at", null=True),
        sa.PrimaryKeyConstraint("code", name="pk_link_code"),
        to("link_code", "talent_id", "talent"),
    )
    op.create_index("ix_link_code_ends_at", "link_code", ["ends_at"])
    op.create_index("ix_link_code_talent_id", "link_code", ["talent_id"])
    table(
        "replay",
        text("who", 64),
        text("key", 64),
        text("digest", 64),
        number("status"),
        sa.Column("body", sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb"), nullable=False),
        time("at"),
        sa.PrimaryKeyConstraint("who", "key", name="pk_replay"),
    )
    op.create_index("ix_replay_at", "replay", ["at"])
    table(
        "upload",
        *row_id("upload"),
        text("name", 64),
        big("talent_id"),
        text("kind", 16),
        text("mime", 64),
        text("title", 190),
        number("size"),
        text("digest", 64),
        time("at"),
        blob("body"),
        unique("upload", "name"),
        to("upload", "talent_id", "talent"),
    )
    op.create_index("ix_upload_talent_id", "upload", ["talent_id"])
    op.create_index("ix_upload_at", "upload", ["at"])
