"""The first route that fits answers. The order of asking is an explicit list, made in handlers/chat/routes.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from bot.conversation import Context
from bot.reply import Turn

Handler = Callable[[Context], Turn]
# Of a state: (id, what to send), given the context standing in it.
Choosing = Callable[[Context], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    fits: Callable[[Context], bool]
    do: Handler


class Router:
    """`first` is asked before the state of the talk (取消 ...), `then` after it; `last` answers what nobody took."""

    def __init__(
        self,
        first: Sequence[Route],
        states: Mapping[str, Handler],
        then: Sequence[Route],
        last: Route,
        choices: Mapping[str, Choosing] | None = None,
    ) -> None:
        self.first = tuple(first)
        self.states = dict(states)
        self.then = tuple(then)
        self.last = last
        self._choices = choices or {}

    def choices(self, context: Context, turn: Turn) -> tuple[tuple[str, str], ...]:
        """What may be tapped after that turn, where there are buttons; a chat's reply has it in its words."""
        choosing = self._choices.get(turn.state)
        if choosing is None:
            return ()
        standing = copy(context)
        standing.state, standing.data = turn.state, turn.data
        return choosing(standing)

    def find(self, context: Context) -> Route:
        for route in self.first:
            if route.fits(context):
                return route
        handler = self.states.get(context.state) if context.state else None
        if handler is not None:
            return Route(context.state, lambda _: True, handler)
        for route in self.then:
            if route.fits(context):
                return route
        return self.last
