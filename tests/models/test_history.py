"""What events say of the clock: taking back, merging and another round leave it as it has to be. Any history at all."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline import NOW
from models.history import Facts, facts
from models.moves import MOVES, OPEN
from models.ticket import Ticket, TicketEvent

MINUTE = timedelta(minutes=1)
VERBS = (
    "accept",
    "dispatch",
    "sign",
    "send_back",
    "ask",
    "resume",
    "answer",
    "reopen",
    "ask_extension",
    "grant",
    "deny",
)
OTHERS = ("note", "added", "interim", "call", "edit", "claim")
DETOURS = ("merged", "recalled", "unsaid")


@dataclass
class Past:
    """A ticket's events, a minute apart, made by the table of moves."""

    events: list[TicketEvent] = field(default_factory=list)
    state: str = "new"
    minutes: int = 0

    def add(self, kind: str, /, **data: object) -> TicketEvent:
        old = self.state
        to = str(data.pop("to", "")) or (MOVES[kind].to[0] if kind in MOVES else old)
        said = json.dumps(data) if data else ""
        at = NOW + self.minutes * MINUTE
        event = TicketEvent(id=len(self.events) + 1, at=at, kind=kind, old=old, new=to, data=said, actor="staff:1")
        self.events.append(event)
        self.state = to
        return event

    def go(self, choice: int, number: int) -> None:
        """One step of those the state allows; moves weigh three times as much as what leaves it where it is."""
        self.minutes += 1
        legal = [verb for verb in VERBS if self.state in MOVES[verb].of]
        kind = (*legal * 3, *OTHERS)[choice % (3 * len(legal) + len(OTHERS))]
        data: dict[str, object] = {"days": number} if kind == "grant" else {}
        data |= {"outcome": ("reached", "busy")[number % 2]} if kind == "call" else {}
        data |= {"kind": ("help", "complaint")[number % 2]} if kind == "edit" else {}
        self.add(kind, **data)

    def detour(self, which: str) -> None:
        """Something and its undoing, at the same minute as what was before."""
        if which == "merged" and self.state in OPEN:
            was = self.state
            self.add("merge")
            self.add("unmerge", to=was)
        elif which == "unsaid" and self.state in OPEN:
            self.add("unsaid", event=self.add("interim").id)
        elif which == "recalled" and self.state == "working":
            self.add("recall", event=self.add("answer").id)
            self.add("recall", event=self.add("ask").id)

    def facts(self) -> Facts:
        return facts(Ticket(kind="question", urgency="normal", created_at=NOW), self.events)


steps = st.lists(st.tuples(st.integers(0, 999), st.integers(1, 3)), min_size=8, max_size=25)
detours = st.dictionaries(st.integers(0, 24), st.sampled_from(DETOURS), min_size=3, max_size=12)


def walked(path: list[tuple[int, int]], around: dict[int, str] | None = None) -> Past:
    past = Past()
    past.add("opened")
    for at, (choice, number) in enumerate(path):
        if around and at in around:
            past.detour(around[at])
        past.go(choice, number)
    return past


@given(steps, detours)
@settings(max_examples=200)
def test_what_was_undone_leaves_no_trace_in_the_clock(path: list[tuple[int, int]], around: dict[int, str]) -> None:
    straight, roundabout = walked(path), walked(path, around)
    assert roundabout.facts() == straight.facts()
    assert roundabout.state == straight.state


@given(steps)
@settings(max_examples=200)
def test_the_facts_are_what_the_states_were(path: list[tuple[int, int]]) -> None:
    """Counted anew in another way: from the minutes each state lasted."""
    past = walked(path)
    found, events = past.facts(), past.events
    rounds = [at for at, each in enumerate(events) if each.kind == "reopen"]
    begun = rounds[-1] if rounds else 0
    assert found.round_at == events[begun].at
    waited = [each for each in events[begun:] if "waiting" in (each.old, each.new) and each.old != each.new]
    starts = [each.at for each in waited if each.new == "waiting"]
    ends = [each.at for each in waited if each.old == "waiting"]
    assert [start for start, _ in found.pauses] == starts
    assert [end for _, end in found.pauses if end] == ends
    assert (past.state == "waiting") == bool(found.pauses and found.pauses[-1][1] is None)
    answered = [each.at for each in events[begun:] if each.kind == "answer"]
    assert found.resolved_at == (answered[-1] if answered else None)
    assert found.extra_days == sum(json.loads(each.data)["days"] for each in events[begun:] if each.kind == "grant")
    taken = [each.at for each in events if each.kind in ("accept", "sign")]
    assert found.accepted_at == (taken[0] if taken else None)
    spoke = [
        e.at for e in events if e.kind in ("interim", "ask", "answer") or (e.kind == "call" and "reached" in e.data)
    ]
    assert found.first_at == (spoke[0] if spoke else None)
    edits = [json.loads(each.data)["kind"] for each in events if each.kind == "edit"]
    assert found.kind == (edits[-1] if edits else "question")
