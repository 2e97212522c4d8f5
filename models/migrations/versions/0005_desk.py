"""The hotline desk: tickets with their clock, staff, sessions, audit, attachments, the workbench, imported workdays"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from models import triggers

revision = "0005"
down_revision = "0004"
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


# As models/moves.py had them on the day this was written.
MOVES = (
    ("answered", "closed"),
    ("answered", "rating"),
    ("answered", "working"),
    ("closed", "working"),
    ("dispatched", "merged"),
    ("dispatched", "returned"),
    ("dispatched", "withdrawn"),
    ("dispatched", "working"),
    ("extending", "merged"),
    ("extending", "withdrawn"),
    ("extending", "working"),
    ("merged", "dispatched"),
    ("merged", "extending"),
    ("merged", "new"),
    ("merged", "returned"),
    ("merged", "waiting"),
    ("merged", "working"),
    ("new", "dispatched"),
    ("new", "merged"),
    ("new", "refused"),
    ("new", "withdrawn"),
    ("new", "working"),
    ("rating", "closed"),
    ("rating", "working"),
    ("returned", "dispatched"),
    ("returned", "merged"),
    ("returned", "refused"),
    ("returned", "withdrawn"),
    ("returned", "working"),
    ("waiting", "merged"),
    ("waiting", "withdrawn"),
    ("waiting", "working"),
    ("working", "answered"),
    ("working", "dispatched"),
    ("working", "extending"),
    ("working", "merged"),
    ("working", "returned"),
    ("working", "waiting"),
    ("working", "withdrawn"),
)


def upgrade() -> None:
    more(
        "ticket",
        sa.Column("source", sa.String(16), nullable=False, server_default="chat"),
        sa.Column("urgency", sa.String(16), nullable=False, server_default="normal"),
        flag("confidential"),
        text("contact_key", 64),
        text("contact_tail", 64),
        text("caller", 512),
        sa.Column("unit", sa.String(32), nullable=False, server_default="hotline"),
        text("helpers", 190),
        big("assignee", null=True),
        time("assigned_at", null=True),
        time("touched_at", null=True),
        number("dispatches"),
        flag("designated"),
        flag("supervised"),
        sa.Column("round", sa.Integer(), nullable=False, server_default="1"),
        big("merged_into", null=True),
        big("follows", null=True),
        text("card", 8),
        time("accept_due", null=True),
        time("first_due", null=True),
        time("resolve_due", null=True),
        time("next_due", null=True),
        time("yellow_at", null=True),
        flag("due_unknown"),
        time("accepted_at", null=True),
        time("first_at", null=True),
        time("resolved_at", null=True),
        time("closed_at", null=True),
        time("invited_at", null=True),
        number("invitations"),
        number("rating", null=True),
        text("rating_words", 500),
        time("rated_at", null=True),
        time("callback_at", null=True),
        time("heard_at", null=True),
        big("last_event"),
        flag("demo"),
    )
    op.create_index("ix_ticket_assignee_state", "ticket", ["assignee", "state"])
    op.create_index("ix_ticket_callback_at_id", "ticket", ["callback_at", "id"])
    op.create_index("ix_ticket_contact_key", "ticket", ["contact_key"])
    op.create_index("ix_ticket_contact_tail", "ticket", ["contact_tail"])
    op.create_index("ix_ticket_follows", "ticket", ["follows"])
    op.create_index("ix_ticket_heard_at_id", "ticket", ["heard_at", "id"])
    op.create_index("ix_ticket_merged_into", "ticket", ["merged_into"])
    op.create_index("ix_ticket_next_due_id", "ticket", ["next_due", "id"])
    op.create_index("ix_ticket_unit_state", "ticket", ["unit", "state"])
    op.create_index("ix_ticket_updated_at", "ticket", ["updated_at"])
    op.create_index("ix_ticket_yellow_at", "ticket", ["yellow_at"])
    # Texts have no default on MySQL: of rows that are there, nothing is known.
    op.add_column("ticket_event", sa.Column("public", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("ticket_event", sa.Column("old", sa.String(16), nullable=False, server_default=""))
    op.add_column("ticket_event", sa.Column("new", sa.String(16), nullable=False, server_default=""))
    op.add_column("ticket_event", sa.Column("data", sa.String(2000), nullable=False, server_default=""))
    op.execute("UPDATE ticket_event SET public = true, new = 'new' WHERE kind IN ('opened', 'added', 'attached')")
    op.execute(
        "UPDATE ticket_event SET public = true, kind = 'withdraw', old = 'new', new = 'withdrawn'"
        " WHERE kind = 'withdrawn'"
    )
    op.execute(
        "UPDATE ticket SET heard_at = created_at, last_event ="
        " COALESCE((SELECT MAX(ticket_event.id) FROM ticket_event WHERE ticket_event.ticket_id = ticket.id), 0)"
    )
    table(
        "staff",
        *row_id("staff"),
        text("login", 64),
        text("name", 64),
        text("role", 16),
        text("unit", 32),
        text("password", 190),
        time("password_at", null=True),
        flag("must_change"),
        text("totp"),
        big("totp_step"),
        text("subject", 190, null=True),
        number("failures"),
        time("locked_until", null=True),
        flag("disabled"),
        flag("away"),
        text("settings"),
        flag("demo"),
        number("version"),
        time("created_at"),
        time("updated_at"),
        unique("staff", "login"),
        unique("staff", "subject"),
    )
    table(
        "staff_session",
        text("token", 64),
        big("staff_id"),
        number("staff_version"),
        text("csrf", 64),
        text("stage", 16),
        text("address", 64),
        text("agent", 190),
        time("created_at"),
        time("seen_at"),
        time("ended_at", null=True),
        sa.PrimaryKeyConstraint("token", name="pk_staff_session"),
        to("staff_session", "staff_id", "staff"),
    )
    op.create_index("ix_staff_session_seen_at", "staff_session", ["seen_at"])
    op.create_index("ix_staff_session_staff_id", "staff_session", ["staff_id"])
    table(
        "audit",
        big("seq", autoincrement=False),
        time("at"),
        text("actor", 64),
        text("action", 32),
        text("object", 64),
        text("detail"),
        text("address", 64),
        text("mac", 64),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_actor_seq", "audit", ["actor", "seq"])
    op.create_index("ix_audit_object_seq", "audit", ["object", "seq"])
    table(
        "audit_head",
        text("name", 16),
        big("seq"),
        text("mac", 64),
        text("proof", 64),
        sa.PrimaryKeyConstraint("name", name="pk_audit_head"),
    )
    table(
        "attachment",
        *row_id("attachment"),
        text("name", 64),
        big("ticket_id"),
        big("event_id", null=True),
        big("staff_id", null=True),
        text("kind", 16),
        text("state", 16),
        text("why", 190),
        text("mime", 64),
        text("title", 190),
        number("size"),
        text("digest", 64),
        text("media_id", 190),
        time("media_at", null=True),
        number("tries"),
        time("at"),
        sa.Column("body", sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb"), nullable=True),
        unique("attachment", "name"),
        to("attachment", "ticket_id", "ticket"),
    )
    op.create_index("ix_attachment_state_at", "attachment", ["state", "at"])
    op.create_index("ix_attachment_ticket_id", "attachment", ["ticket_id"])
    table(
        "ticket_draft",
        big("ticket_id", autoincrement=False),
        big("staff_id", autoincrement=False),
        text("tab", 16),
        text("body"),
        text("cites"),
        big("seen"),
        time("updated_at"),
        sa.PrimaryKeyConstraint("ticket_id", "staff_id", "tab", name="pk_ticket_draft"),
        to("ticket_draft", "ticket_id", "ticket"),
        to("ticket_draft", "staff_id", "staff"),
    )
    table(
        "ticket_seen",
        big("ticket_id", autoincrement=False),
        big("staff_id", autoincrement=False),
        big("event"),
        time("at"),
        sa.PrimaryKeyConstraint("ticket_id", "staff_id", name="pk_ticket_seen"),
        to("ticket_seen", "ticket_id", "ticket"),
        to("ticket_seen", "staff_id", "staff"),
    )
    table(
        "mention",
        *row_id("mention"),
        big("staff_id"),
        big("ticket_id"),
        big("event_id"),
        time("at"),
        time("seen_at", null=True),
        to("mention", "staff_id", "staff"),
        to("mention", "ticket_id", "ticket"),
        to("mention", "event_id", "ticket_event"),
    )
    op.create_index("ix_mention_staff_id_seen_at", "mention", ["staff_id", "seen_at"])
    table(
        "ticket_material",
        *row_id("ticket_material"),
        big("ticket_id"),
        text("name", 190),
        text("state", 16),
        sa.Column("until", sa.Date(), nullable=True),
        big("by", null=True),
        time("updated_at"),
        to("ticket_material", "ticket_id", "ticket"),
    )
    op.create_index("ix_ticket_material_ticket_id", "ticket_material", ["ticket_id"])
    table(
        "canned",
        *row_id("canned"),
        text("title", 64),
        text("body"),
        text("unit", 32),
        number("uses"),
        flag("gone"),
        flag("demo"),
        big("by", null=True),
        time("updated_at"),
    )
    op.create_index("ix_canned_unit", "canned", ["unit"])
    table(
        "saved_view",
        *row_id("saved_view"),
        big("staff_id"),
        text("unit", 32),
        flag("shared"),
        text("name", 64),
        text("query"),
        time("made_at"),
        to("saved_view", "staff_id", "staff"),
    )
    op.create_index("ix_saved_view_staff_id", "saved_view", ["staff_id"])
    op.create_index("ix_saved_view_unit", "saved_view", ["unit"])
    table(
        "faq_draft",
        *row_id("faq_draft"),
        big("ticket_id"),
        big("event_id"),
        text("form", 190),
        text("question", 190),
        text("answer"),
        text("state", 16),
        big("by"),
        time("made_at"),
        time("decided_at", null=True),
        to("faq_draft", "ticket_id", "ticket"),
        to("faq_draft", "event_id", "ticket_event"),
        to("faq_draft", "by", "staff"),
    )
    op.create_index("ix_faq_draft_form", "faq_draft", ["form"])
    op.create_index("ix_faq_draft_state", "faq_draft", ["state"])
    table(
        "once",
        text("key", 64),
        time("at"),
        sa.PrimaryKeyConstraint("key", name="pk_once"),
    )
    op.create_index("ix_once_at", "once", ["at"])
    table(
        "workday",
        sa.Column("day", sa.Date(), nullable=False),
        text("kind", 8),
        text("name", 64),
        sa.PrimaryKeyConstraint("day", name="pk_workday"),
    )
    table(
        "work_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        text("source"),
        text("by", 64),
        time("at"),
        sa.PrimaryKeyConstraint("year", name="pk_work_year"),
    )
    for statement in triggers.made(op.get_bind().dialect.name, MOVES):
        op.execute(sa.text(statement.replace(":", "\\:")))
