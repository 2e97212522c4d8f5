"""What the database itself refuses: moves of a ticket that are not in the table, and changes to the audit."""

from __future__ import annotations

from collections.abc import Iterable

_REFUSED = "this ticket cannot go there from where it stands"
_APPEND_ONLY = "the audit is only appended to"


def made(kind: str, moves: Iterable[tuple[str, str]]) -> list[str]:
    """Statements that make the triggers on a database of that kind, to be run one by one."""
    pairs = ", ".join(f"'{old}>{new}'" for old, new in sorted(moves))
    return {"sqlite": _sqlite, "postgresql": _postgresql}.get(kind, _mysql)(pairs)


def dropped(kind: str) -> list[str]:
    """Statements that take them away, for a migration that makes them anew."""
    if kind == "postgresql":
        return [
            "DROP TRIGGER ticket_moves ON ticket",
            "DROP TRIGGER audit_kept ON audit",
            "DROP FUNCTION ticket_moves()",
            "DROP FUNCTION audit_kept()",
        ]
    return [f"DROP TRIGGER {name}" for name in ("ticket_moves", "audit_unchanged", "audit_kept")]


def _sqlite(pairs: str) -> list[str]:
    return [
        f"""CREATE TRIGGER ticket_moves BEFORE UPDATE OF state ON ticket
            WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({pairs})
            BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END""",
        f"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END",
        f"CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END",
    ]


def _postgresql(pairs: str) -> list[str]:
    return [
        f"""CREATE FUNCTION ticket_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ({pairs}) THEN
                RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'check_violation'; END IF;
            RETURN NEW; END $$""",
        """CREATE TRIGGER ticket_moves BEFORE UPDATE OF state ON ticket
            FOR EACH ROW EXECUTE FUNCTION ticket_moves()""",
        f"""CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION '{_APPEND_ONLY}' USING ERRCODE = 'check_violation'; END $$""",
        "CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_kept()",
    ]


def _mysql(pairs: str) -> list[str]:
    said = "SIGNAL SQLSTATE '23000' SET MESSAGE_TEXT ="
    return [
        f"""CREATE TRIGGER ticket_moves BEFORE UPDATE ON ticket FOR EACH ROW
            IF NEW.state <> OLD.state AND CONCAT(OLD.state, '>', NEW.state) NOT IN ({pairs})
            THEN {said} '{_REFUSED}'; END IF""",
        f"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit FOR EACH ROW {said} '{_APPEND_ONLY}'",
        f"CREATE TRIGGER audit_kept BEFORE DELETE ON audit FOR EACH ROW {said} '{_APPEND_ONLY}'",
    ]
