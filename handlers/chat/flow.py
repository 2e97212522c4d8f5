"""What holds inside every flow: leaving it, going back, being reminded, asking something else in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace

from bot import reply as replies
from bot.conversation import Context
from bot.reply import Silence, Text, Turn
from bot.router import Handler
from handlers.chat import choices, commands
from handlers.chat.steps import Step
from models.desk import NoSuchTicket

_LEAVE = "flow:leave"
_MUMBLED = 5  # characters below which a message that could mean several things is taken for a slip, not for a question


class Flows:
    """`afresh` answers a message as if no flow was under way."""

    def __init__(
        self, steps: Mapping[str, Step], afresh: Handler, never_an_answer: Callable[[Context], bool] = lambda _: False
    ) -> None:
        self._steps = {**steps, _LEAVE: Step(self._leave_or_stay)}
        self._afresh = afresh
        self._never_an_answer = never_an_answer

    def states(self) -> dict[str, Handler]:
        return dict.fromkeys(self._steps, self.take)

    def take(self, context: Context) -> Turn:
        step = self._steps[context.state]
        answers = context.message.kind in step.kinds and not self._never_an_answer(context)
        if _is_yes_across(context):
            if step.ask is not None:
                return _stay(context, step.ask(context), "asked elsewhere")
            answers = context.state == _LEAVE
        try:
            turn = step.take(context) if answers else None
        except NoSuchTicket:  # theirs a moment ago; merged tickets may be parted, and people
            return Turn(context.say("progress.not_found"), note="no such ticket")
        if turn is not None:
            return turn
        answer = self._afresh(_elsewhere(context))
        return answer if step.ask is None else self._aside(context, step, step.ask(context), answer)

    def cancel(self, context: Context) -> Turn:
        key = "flow.cancelled" if context.state else "flow.nothing_to_cancel"
        return Turn(context.say(key), note="cancelled")

    def back(self, context: Context) -> Turn:
        step = self._steps.get(context.state)
        if step and step.back:
            return step.back(context)
        return Turn(context.say("flow.left" if step and step.ask else "flow.no_back"), note="back")

    def help(self, context: Context) -> Turn:
        """Inside a flow: where it stands and how to leave it."""
        ask = self._asks(context.state)
        if ask is None:
            return self._afresh(_elsewhere(context))
        return Turn(Text(f"{context.phrase('flow.help')}\n\n{ask(context)}"), context.state, context.data, note="help")

    def more(self, context: Context) -> Turn:
        """The rest of a long reply; the talk stands where it stood."""
        rest = context.rest
        reply = Text(rest) if rest else context.say("flow.no_more")
        return Turn(reply, context.state, context.data, note="more", yields=not rest)

    def is_lapsed(self, context: Context) -> bool:
        return self._asks(context.lapsed) is not None and context.message.kind != "event"

    def lapsed(self, context: Context) -> Turn:
        """The step is over: say so, and answer the message if it means anything without that step."""
        text = context.text
        if choices.number(text) is not None or commands.is_yes(text) or commands.is_no(text):
            return Turn(context.say("flow.lapsed_choice"), note="lapsed")
        turn = self._afresh(context)
        if turn.note in ("unknown", "number"):
            return Turn(context.say("flow.lapsed_choice"), note="lapsed")
        return _under(context.phrase("flow.lapsed"), turn)

    def _asks(self, state: str) -> Callable[[Context], str] | None:
        step = self._steps.get(state)
        return step.ask if step else None

    def _aside(self, context: Context, step: Step, ask: str, answer: Turn) -> Turn:
        """Another question in the middle of something: answered if that takes one reply, else asked what they want."""
        mumbled = answer.note.startswith("maybe") and len(context.text) < _MUMBLED
        if answer.note == "unknown" or mumbled:
            return _stay(context, f"{context.phrase('flow.not_understood')}\n{ask}", "not understood")
        if isinstance(answer.reply, Silence):
            return Turn(answer.reply, context.state, context.data)
        if answer.state and not self._steps[answer.state].by_word:
            return self._other_flow(context, step, ask, answer)
        body = f"{replies.as_text(answer.reply)}\n\n{context.phrase('flow.resume')}{ask}"
        note = f"aside {answer.note}"
        return replace(answer, reply=Text(body), state=context.state, data=context.data, note=note)

    def _other_flow(self, context: Context, step: Step, ask: str, answer: Turn) -> Turn:
        if context.message.kind not in ("text", "voice"):
            return _stay(context, f"{context.phrase('flow.not_here')}\n{ask}", "not here")
        if step.light:
            return _under(context.phrase(step.put_aside), answer)
        # Sealed: the message itself is kept masked, and here it is needed whole once more.
        kept = {"state": context.state, "data": dict(context.data), "text": context.desk.seal(context.text)}
        return Turn(context.say("flow.leave", ask=_question(ask)), state=_LEAVE, data=kept, note="leave?")

    def _leave_or_stay(self, context: Context) -> Turn | None:
        kept = context.data
        if commands.is_yes(context.text) or choices.number(context.text) == 1:
            leaving = _elsewhere(context)
            leaving.text = context.desk.unseal(str(kept["text"]))
            return self._afresh(leaving)
        staying = copy(context)
        staying.state, staying.data = str(kept["state"]), kept["data"]
        if commands.is_no(context.text) or choices.number(context.text) is not None:
            ask = self._asks(staying.state)
            return Turn(Text(ask(staying) if ask else ""), staying.state, staying.data)
        return self.take(staying)


def _is_yes_across(context: Context) -> bool:
    """A 好 typed in the chat is none to what stands on a page, where they cannot be seen together: somebody would be
    registered, or their ticket withdrawn, who meant something else. Numbers and other words say what is meant."""
    return context.across and commands.is_yes(context.text)


def _elsewhere(context: Context) -> Context:
    other = copy(context)
    other.state, other.data = "", {}
    return other


def _question(ask: str) -> str:
    """Without the choices below it: their numbers would stand among those of another question."""
    return "\n".join(line for line in ask.splitlines() if not choices.is_listed(line))


def _stay(context: Context, text: str, note: str) -> Turn:
    return Turn(Text(text), context.state, context.data, note=note)


def _under(line: str, turn: Turn) -> Turn:
    if isinstance(turn.reply, Silence):
        return turn
    reply = Text(f"{line}\n\n{replies.as_text(turn.reply)}")
    return replace(turn, reply=reply)
