"""Talents with a phone in hand: `phones.of("小林")` is somebody logged in to the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from phones import Phone, Phones

from bot.kit import Kit
from bot.pipeline import Pipeline
from handlers.chat.routes import router
from talk import Clock, Talk


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.of("小林")


@pytest.fixture
def 路人(phones: Phones) -> Phone:
    """Somebody else: must see nothing of 小林."""
    return phones.of("路人")


@pytest.fixture
def chats(kit: Kit, clock: Clock) -> Iterator[Callable[..., Talk]]:
    """Anybody's chat by openid, with the service account or, `in_miniapp`, with the mini-program's customer service."""
    pipeline = Pipeline(kit, router())
    yield lambda openid, **more: Talk(kit, pipeline, clock, openid, **more)
    pipeline.close()


@pytest.fixture
def chat(chats: Callable[..., Talk]) -> Talk:
    """小林 in the service account's chat; nobody knows yet that it is 小林."""
    return chats("oChat")
