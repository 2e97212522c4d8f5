"""What there is to read, for anybody: topics, the entries of one, what words find, and an entry with all its sides."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from handlers.miniapp import cited, paging
from handlers.miniapp.cited import Entry, EntryRow, Named
from handlers.miniapp.gate import Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import From, Page, Shown, Words, answers, says
from handlers.speaking import Speaker, Voice
from knowledge import entry as known

_TAG = "资料"
_FIRST = 3


class Topic(Shown):
    id: str
    name: str
    entries: int = Field(description="How many questions it answers.")
    first: list[str] = Field(description="Some of them.")


class Topics(Shown):
    items: list[Topic]


class Wanted(From):
    topic: Annotated[Words, Field(max_length=64)] = ""
    q: Annotated[Words, Field(max_length=200)] = ""


class Next(Shown):
    """Something that can be done now. `item`: for which service item."""

    kind: Literal["item", "check", "interest", "ticket"]
    item: str | None
    text: str


class EntryDetail(Entry):
    siblings: list[EntryRow] = Field(description="The other sides of the same thing.")
    related: list[EntryRow]
    next: list[Next]


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route("GET", "/topics", answers(Topics), tag=_TAG, summary="主题", anybody=True)
    def get_topics() -> Response:
        content = kit.library.content
        of = {topic: [each for each in content.entries if each.topic == topic] for topic in content.words.topics}
        rows = [
            Topic(id=topic, name=name, entries=len(of[topic]), first=[each.question for each in of[topic][:_FIRST]])
            for topic, name in content.words.topics.items()
            if of[topic]
        ]
        return says(Topics(items=rows))

    @gate.route("GET", "/entries", answers(Page[EntryRow]), tag=_TAG, summary="问答：按主题，按文字", anybody=True)
    def get_entries(query: Wanted) -> Response:
        found = kit.library.found(query.q) if query.q else kit.library.content.entries
        of = [each for each in found if not query.topic or each.topic == query.topic]
        some, after = paging.cut(of, query, lambda each: each.id)
        voice = Voice(kit, kit.now())
        return says(Page[EntryRow](items=[cited.row(voice, each) for each in some], next=after))

    @gate.route("GET", "/entries/<id>", answers(EntryDetail), tag=_TAG, summary="一条问答", anybody=True)
    def get_entry(path: Named) -> Response:
        found = kit.library.entry(path.id)
        if found is None:
            raise Refused(404, "not_found", "没有找到这条问答")
        return says(_detail(Voice(kit, kit.now()), found))


def _detail(speaker: Speaker, found: known.Entry) -> EntryDetail:
    library = speaker.kit.library
    related = (library.entry(each) for each in found.related)
    return EntryDetail(
        **cited.entry(speaker, found).model_dump(),
        siblings=[cited.row(speaker, each) for each in library.siblings(found.about) if each.id != found.id],
        related=[cited.row(speaker, each) for each in related if each],
        next=_next(speaker, library.item(found.item) if found.item else None),
    )


def _next(speaker: Speaker, item: known.Item | None) -> list[Next]:
    found: list[Next] = []
    if item:
        found.append(Next(kind="item", item=item.id, text=speaker.phrase("page.see_item", name=item.name)))
        if item.tiers:
            found.append(Next(kind="check", item=item.id, text=speaker.phrase("page.may_check")))
        if speaker.kit.library.registered(item).is_awaited:
            found.append(Next(kind="interest", item=item.id, text=speaker.phrase("page.may_register")))
    return [*found, Next(kind="ticket", item=None, text=speaker.phrase("page.may_ask_staff"))]
