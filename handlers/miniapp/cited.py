"""What the content says, as the API shows it: an entry, where it stands, and what that leaves open."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot import footer, reply
from handlers import duty
from handlers.miniapp.shapes import Given, Shown
from handlers.miniapp.tapping import tapped
from handlers.speaking import Speaker
from knowledge import aspect
from knowledge import entry as content
from knowledge.entry import UNKNOWN, Validity

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]


class Named(Given):
    id: Name


class Unit(Shown):
    id: str
    name: str


class Link(Shown):
    text: str
    url: str


class Source(Shown):
    document: str
    as_of: str = Field(description="The date of the text: YYYY, YYYY-MM or YYYY-MM-DD.")
    validity: Validity
    expires: str | None = Field(
        description="The last day on which the text says that it holds (YYYY-MM-DD); null: it does not say."
    )
    quote: str | None
    url: str | None
    owner: Unit | None = Field(description="Whose matter it is; null: the source does not say.")
    said: str = Field(description="All of it in one line, as the chat has it below an answer.")


class EntryRow(Shown):
    id: str
    topic: str
    question: str
    aspect: str
    side: str | None = Field(description="What people call the aspect: 条件, 材料 ...; null: it has no name.")
    as_of: str
    validity: Validity


class Entry(EntryRow):
    answer: str
    links: list[Link]
    unknown: list[str] = Field(description="The facts that the source leaves open.")
    source: Source
    item: str | None = Field(description="The service item behind it.")
    contact: str = Field(description="Whom to ask, in words.")


def known(value: str) -> str | None:
    """A field of the content, None where the source does not say."""
    return None if value in ("", UNKNOWN) else value


def unit(speaker: Speaker, name: str) -> Unit | None:
    found = speaker.kit.office().units.get(name)
    return None if found is None or name == UNKNOWN else Unit(id=name, name=found.name)


def source(speaker: Speaker, of: content.Source) -> Source:
    return Source(
        document=of.document,
        as_of=of.as_of,
        validity=of.standing(duty.today(speaker)),
        expires=of.expires or None,
        quote=of.quote or None,
        url=of.url or None,
        owner=unit(speaker, of.owner),
        said=footer.source_line(speaker.phrase, of, duty.today(speaker)),
    )


def row(speaker: Speaker, entry: content.Entry) -> EntryRow:
    return EntryRow(
        id=entry.id,
        topic=entry.topic,
        question=entry.question,
        aspect=entry.aspect,
        side=aspect.NAMES.get(entry.aspect),
        as_of=entry.source.as_of,
        validity=entry.source.standing(duty.today(speaker)),
    )


def entry(speaker: Speaker, of: content.Entry) -> Entry:
    answer, links = untied(tapped(speaker, of.answer.strip()))
    return Entry(
        **row(speaker, of).model_dump(),
        answer=answer,
        links=links,
        unknown=list(of.unknown),
        source=source(speaker, of.source),
        item=of.item or None,
        contact=tapped(speaker, footer.contact_line(speaker.phrase, speaker.kit.office().hotline, of.contact)),
    )


def untied(text: str) -> tuple[str, list[Link]]:
    plain, links = reply.untied(text)
    return plain, [Link(text=shown, url=address) for shown, address in links]
