"""How the outcome of a check is said: what was compared, the clause and its document, what stays unknown."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation import Context
from handlers.chat import citing
from knowledge.eligibility import CannotTell, Met, Miss, NotMet, Verdict
from knowledge.entry import UNSURE, Item


def told(context: Context, item: Item, verdict: Verdict, facts: Mapping[str, str]) -> str:
    said = "、".join(_label(context, fact, value) for fact, value in facts.items() if value != UNSURE)
    given = context.phrase("qualify.given", facts=said) if said else context.phrase("qualify.given_nothing")
    parts = [given + _outcome(context, item, verdict, facts), _basis(context, item)]
    return "\n\n".join(part for part in parts if part)


def _outcome(context: Context, item: Item, verdict: Verdict, facts: Mapping[str, str]) -> str:
    match verdict:
        case Met(tier, branch, better):
            clause = branch.clause or branch.name
            lines = [context.phrase("qualify.met", branch=branch.name, tier=tier.name, clause=clause, note=tier.note)]
            if better:
                lines.append(context.phrase("qualify.better", facts=_facts(context, better)))
            return "\n".join(lines)
        case NotMet(reasons):
            lines = [_reason(context, miss, facts) for miss in reasons]
            return context.phrase("qualify.not_met", reasons="\n".join(dict.fromkeys(lines)))
        case CannotTell(missing) if missing:
            return context.phrase("qualify.cannot_tell", facts=_facts(context, missing), conditions=_conditions(item))
        case _:
            return context.phrase("qualify.no_conditions", name=item.name)


def _reason(context: Context, miss: Miss, facts: Mapping[str, str]) -> str:
    have = _label(context, miss.condition.fact, facts[miss.condition.fact])
    return context.phrase("qualify.reason", branch=miss.branch.name, have=have)


def _conditions(item: Item) -> str:
    return "\n".join(f"· {line}" for line in item.conditions)


def _basis(context: Context, item: Item) -> str:
    documents = "；".join(basis.document for basis in item.basis)
    lines = [context.phrase("qualify.basis", document=documents)] if documents else []
    return "\n".join([*lines, citing.source_line(context, item.source)])


def _facts(context: Context, names: tuple[str, ...]) -> str:
    return "、".join(context.phrase(f"fact.{name}") for name in names)


def _label(context: Context, fact: str, value: str) -> str:
    return context.phrase(f"fact.{fact}_{value}")
