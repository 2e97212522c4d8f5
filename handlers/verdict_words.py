"""How the outcome of a check is said: what was compared, the clause and its document, what stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot import footer
from handlers import duty
from handlers.speaking import Speaker
from knowledge.eligibility import CannotTell, Met, Miss, NotMet, Verdict
from knowledge.entry import UNSURE, Item
from knowledge.facts import CHOICES
from knowledge.whose import ME, SOMEONE

_APARTMENT = "talent_apartment"


@dataclass(frozen=True, slots=True)
class Told:
    """What was compared: of whom, which of it was said in an earlier talk, and a standing (在读) no condition knows."""

    facts: Mapping[str, str]
    who: str = ME
    earlier: tuple[str, ...] = ()
    standing: str = ""


def told(speaker: Speaker, item: Item, verdict: Verdict, what: Told) -> str:
    facts = what.facts
    parts = [_given(speaker, what) + _outcome(speaker, item, verdict, what), _basis(speaker, item)]
    earlier = "、".join(_label(speaker, f, facts[f]) for f in what.earlier if facts.get(f, UNSURE) != UNSURE)
    if what.standing:
        parts.insert(1, speaker.phrase("qualify.standing", standing=what.standing))
    if earlier:
        parts.insert(1, speaker.phrase("qualify.earlier", facts=earlier))
    return "\n\n".join(part for part in parts if part)


def closing(speaker: Speaker, item: Item, verdict: Verdict) -> str:
    """The next step after the verdict."""
    if item.id == _APARTMENT:
        return speaker.phrase("housing.next_open" if item.status == "open" else "housing.next")
    return speaker.phrase("subsidy.next_not_met" if isinstance(verdict, NotMet) else "subsidy.next")


def values(speaker: Speaker, fact: str) -> tuple[tuple[str, str], ...]:
    """What may be answered to the question for a fact: (value, how it is said), the last: not to know."""
    return (*((each, _label(speaker, fact, each)) for each in CHOICES[fact]), (UNSURE, speaker.phrase("page.unsure")))


def person(speaker: Speaker, who: str) -> str:
    return speaker.phrase("qualify.someone") if who == SOMEONE else speaker.phrase("qualify.kin", kin=who)


def _given(speaker: Speaker, what: Told) -> str:
    said = "、".join(_label(speaker, fact, value) for fact, value in what.facts.items() if value != UNSURE)
    if not said:
        return speaker.phrase("qualify.given_nothing")
    if what.who != ME:
        return speaker.phrase("qualify.given_other", who=person(speaker, what.who), facts=said)
    return speaker.phrase("qualify.given", facts=said)


def _outcome(speaker: Speaker, item: Item, verdict: Verdict, what: Told) -> str:
    match verdict:
        case Met(tier, branch, better):
            clause = branch.clause or branch.name
            lines = [speaker.phrase("qualify.met", branch=branch.name, tier=tier.name, clause=clause, note=tier.note)]
            if better:
                lines.append(speaker.phrase("qualify.better", facts=_facts(speaker, better)))
            return "\n".join(lines)
        case NotMet(reasons):
            lines = [_reason(speaker, miss, what) for miss in reasons]
            return speaker.phrase("qualify.not_met", reasons="\n".join(dict.fromkeys(lines)))
        case CannotTell(missing) if missing:
            return speaker.phrase("qualify.cannot_tell", facts=_facts(speaker, missing), conditions=_conditions(item))
        case _:
            return speaker.phrase("qualify.no_conditions", name=item.name)


def _reason(speaker: Speaker, miss: Miss, what: Told) -> str:
    have = _label(speaker, miss.condition.fact, what.facts[miss.condition.fact])
    if what.who != ME:
        who = person(speaker, what.who)
        return speaker.phrase("qualify.reason_other", branch=miss.branch.name, have=have, who=who)
    return speaker.phrase("qualify.reason", branch=miss.branch.name, have=have)


def _conditions(item: Item) -> str:
    return "\n".join(f"· {line}" for line in item.conditions)


def _basis(speaker: Speaker, item: Item) -> str:
    documents = "；".join(basis.document for basis in item.basis)
    lines = [speaker.phrase("qualify.basis", document=documents)] if documents else []
    return "\n".join([*lines, footer.source_line(speaker.phrase, item.source, duty.today(speaker))])


def _facts(speaker: Speaker, names: tuple[str, ...]) -> str:
    return "、".join(speaker.phrase(f"fact.{name}") for name in names)


def _label(speaker: Speaker, fact: str, value: str) -> str:
    return speaker.phrase(f"fact.{fact}_{value}")
