"""“那博士呢”, “他老婆呢” after an answer: the question before, asked of somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.conversation import SAID, Context
from bot.reply import Turn
from bot.router import Route
from handlers.chat import commands
from knowledge.aspect import instead, is_kin, swapped, value
from knowledge.entry import Sure

_CHECKS = ("subsidy check", "housing check")


class Instead:
    """`find` gives the route of a message that asks one thing."""

    def __init__(self, find: Callable[[Context], Route]) -> None:
        self._find = find

    def fits(self, context: Context) -> bool:
        return self._asked(context) is not None

    def answer(self, context: Context) -> Turn:
        alone = self._asked(context) or context
        return self._find(alone).do(alone)

    def _asked(self, context: Context) -> Context | None:
        key = f"instead {context.text}"
        if key not in context.found:
            context.found[key] = next(self._likely(context), None)
        found: Context | None = context.found[key]
        return found

    def _likely(self, context: Context) -> Iterator[Context]:
        """The ways to put it that have an answer on the same matter. None is better than a wrong one."""
        word, before = value(instead(commands.said(context))), str(context.recall.get(SAID) or "")
        if not word or not before or not context.recall.get("topic"):
            return
        named = context.kit.library.words.topics.get(str(context.recall["topic"]), "")
        for text in (swapped(before, word), f"{word}{before}", f"{named}{word}"):
            alone = context.saying(text, {**context.recall, "about": None})
            if text and self._is_on_it(context, alone, word):
                yield alone

    def _is_on_it(self, context: Context, alone: Context, word: str) -> bool:
        if not is_kin(word) and self._find(alone).name in _CHECKS:
            return True
        known = alone.ask()
        if not isinstance(known, Sure) or known.best.entry.topic != context.recall["topic"]:
            return False
        # The price is the same for a doctor; but what is said of the bachelor's allowance is not said of a doctor's.
        best = known.best.entry
        return best.id != context.recall.get("entry") or not (is_kin(word) or swapped(best.question, word))
