"""What the bot knows, to read and to try; and the answers of people that may become entries."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import yaml
from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from bot.private import masked
from handlers.console.gate import Gate, actor
from knowledge.entry import Entry, Maybe, NotKnown, NotOurs, Sure
from models.db import Stale
from models.faq import FaqDrafts
from models.workbench import FaqDraft

_DECISIONS = {Sure: "直接回答", Maybe: "给几条让对方选", NotOurs: "说明不归本区", NotKnown: "答不上来"}
_SHOWN = 5  # candidates
_STATES = {"open": "待定", "taken": "已采用", "dropped": "不用"}


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/knowledge", "knowledge")
    def knowledge() -> object:
        asked = request.args.get("ask", "").strip()[:200]
        library = kit.library
        topics: dict[str, list[Entry]] = defaultdict(list)
        for each in library.content.entries:
            topics[library.words.topics.get(each.topic, each.topic)].append(each)
        answer = library.ask(asked) if asked else None
        tried: dict[str, Any] = {"asked": asked, "answer": answer, "ranked": answer.ranked[:_SHOWN] if answer else ()}
        tried |= {"decision": _DECISIONS[type(answer)] if answer else "", "sure": isinstance(answer, Sure)}
        return render_template("console/knowledge.html", library=library, topics=topics, **tried)

    @gate.page("/drafts", "canned")
    def drafts() -> object:
        state = request.args.get("state", "open")
        state = state if state in _STATES else "open"
        with kit.db.unit() as unit:
            groups = FaqDrafts(unit).groups(actor(), state)
        return render_template("console/drafts.html", groups=groups, state=state, states=_STATES, snippet=snippet)

    @gate.page("/drafts/<int:number>/<any(taken,dropped):verdict>", "canned", methods=("POST",))
    def draft_decided(number: int, verdict: str) -> Response:
        try:
            with kit.db.writing() as unit:
                FaqDrafts(unit).decide(actor(), number, verdict, now=kit.now())
                gate.audit(unit).add(actor().key, f"draft.{verdict}", f"draft:{number}", now=kit.now())
        except Stale:
            return redirect(url_for("console.drafts"), 303)  # a colleague has decided
        return redirect(url_for("console.drafts", state=verdict), 303)


def snippet(draft: FaqDraft) -> str:
    """An entry to paste into a file of the content; what nobody has said stands as 待填写."""
    entry = {
        "id": f"draft.{draft.id}",
        "question": masked(draft.question),
        "aliases": [],
        "answer": masked(draft.answer),
        "source": {"document": "待填写", "as_of": "待填写", "owner": "unknown"},
    }
    text: str = yaml.dump([entry], Dumper=_Paragraphs, allow_unicode=True, sort_keys=False, width=100)
    return text


class _Paragraphs(yaml.SafeDumper):
    """Writes texts of several lines as the content has them, below a `|`."""


def _paragraphs(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    tidy = "\n".join(line.rstrip() for line in text.splitlines())
    return dumper.represent_scalar("tag:yaml.org,2002:str", tidy, style="|" if "\n" in tidy else None)


_Paragraphs.add_representer(str, _paragraphs)
