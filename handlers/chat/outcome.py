"""How the outcome of a check is said: what was compared, the clause and its document, what stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.conversation import Context
from handlers.chat import citing
from knowledge.eligibility import CannotTell, Met, Miss, NotMet, Verdict
from knowledge.entry import UNSURE, Item
from knowledge.whose import ME, SOMEONE


@dataclass(frozen=True, slots=True)
class Told:
    """What was compared: of whom, which of it was said in an earlier talk, and a standing (在读) no condition knows."""

    facts: Mapping[str, str]
    who: str = ME
    earlier: tuple[str, ...] = ()
    standing: str = ""


def told(context: Context, item: Item, verdict: Verdict, what: Told) -> str:
    facts = what.facts
    parts = [_given(context, what) + _outcome(context, item, verdict, what), _basis(context, item)]
    earlier = "、".join(_label(context, f, facts[f]) for f in what.earlier if facts.get(f, UNSURE) != UNSURE)
    if what.standing:
        parts.insert(1, context.phrase("qualify.standing", standing=what.standing))
    if earlier:
        parts.insert(1, context.phrase("qualify.earlier", facts=earlier))
    return "\n\n".join(part for part in parts if part)


def person(context: Context, who: str) -> str:
    return context.phrase("qualify.someone") if who == SOMEONE else context.phrase("qualify.kin", kin=who)


def _given(context: Context, what: Told) -> str:
    said = "、".join(_label(context, fact, value) for fact, value in what.facts.items() if value != UNSURE)
    if not said:
        return context.phrase("qualify.given_nothing")
    if what.who != ME:
        return context.phrase("qualify.given_other", who=person(context, what.who), facts=said)
    return context.phrase("qualify.given", facts=said)


def _outcome(context: Context, item: Item, verdict: Verdict, what: Told) -> str:
    match verdict:
        case Met(tier, branch, better):
            clause = branch.clause or branch.name
            lines = [context.phrase("qualify.met", branch=branch.name, tier=tier.name, clause=clause, note=tier.note)]
            if better:
                lines.append(context.phrase("qualify.better", facts=_facts(context, better)))
            return "\n".join(lines)
        case NotMet(reasons):
            lines = [_reason(context, miss, what) for miss in reasons]
            return context.phrase("qualify.not_met", reasons="\n".join(dict.fromkeys(lines)))
        case CannotTell(missing) if missing:
            return context.phrase("qualify.cannot_tell", facts=_facts(context, missing), conditions=_conditions(item))
        case _:
            return context.phrase("qualify.no_conditions", name=item.name)


def _reason(context: Context, miss: Miss, what: Told) -> str:
    have = _label(context, miss.condition.fact, what.facts[miss.condition.fact])
    if what.who != ME:
        who = person(context, what.who)
        return context.phrase("qualify.reason_other", branch=miss.branch.name, have=have, who=who)
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
