"""Rude words: heard, and left out of the question."""

from __future__ import annotations

from bot.conversation import Context
from knowledge.text import normalise


def without_rude(context: Context) -> str:
    """The message as it is, or what is left of it when rude words are taken out."""
    said = normalise(context.text)
    words = [word for word in context.kit.library.words.rude if word in said]
    if not words:
        return context.text
    for word in sorted(words, key=len, reverse=True):
        said = said.replace(word, "")
    return said.strip(" ，,。.!！")
