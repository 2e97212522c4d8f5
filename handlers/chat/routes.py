"""The order of asking, top to bottom. The one file of this folder that knows all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.conversation import Context
from bot.reply import Turn
from bot.router import Handler, Route, Router
from handlers.chat import commands, faq, flow, followup, smalltalk, ticket, verdict, welcome
from handlers.chat.steps import Step

STEPS: Mapping[str, Step] = {**faq.STEPS, **ticket.STEPS}

# The menu's keys (config/menu.yaml) and who answers them.
MENU: Mapping[str, Handler] = {
    "menu.ticket": ticket.start,
    "menu.help": welcome.help_,
}


def router() -> Router:
    return Router(FIRST, FLOWS.states(), THEN, LAST)


def afresh(context: Context) -> Turn:
    """Answer as if no flow was under way."""
    return next((route for route in THEN if route.fits(context)), LAST).do(context)


def _is_click(context: Context) -> bool:
    return context.message.event == "click" and context.message.event_key in MENU


def _click(context: Context) -> Turn:
    """A tapped menu key leaves whatever was under way: it is what the person wants now."""
    return MENU[context.message.event_key](context)


def _in_flow(fits: Callable[[Context], bool]) -> Callable[[Context], bool]:
    return lambda context: bool(context.state) and fits(context)


FLOWS = flow.Flows(STEPS, afresh)

FIRST = (
    Route("subscribe", welcome.is_subscribe, welcome.subscribe),
    Route("unsubscribe", welcome.is_unsubscribe, welcome.unsubscribe),
    Route("scan", welcome.is_scan, welcome.scan),
    Route("click", _is_click, _click),
    Route("event", welcome.is_event, welcome.silence),
    Route("cancel", commands.is_cancel, FLOWS.cancel),
    Route("back", commands.is_back, FLOWS.back),
    Route("more", commands.is_more, FLOWS.more),
    Route("person", commands.is_person, ticket.start),
    Route("help", _in_flow(commands.is_help), FLOWS.help),
    Route("lapsed", FLOWS.is_lapsed, FLOWS.lapsed),
)

THEN = (
    Route("help", commands.is_help, welcome.help_),
    Route("useless", verdict.is_useless, verdict.useless),
    Route("useful", verdict.is_useful, verdict.useful),
    Route("ticket", ticket.is_wanted, ticket.start),
    Route("ticket about", ticket.is_wanted_with_question, ticket.start_with_question),
    Route("hello", smalltalk.is_hello, smalltalk.hello),
    Route("thanks", smalltalk.is_thanks, smalltalk.thanks),
    Route("bye", smalltalk.is_bye, smalltalk.bye),
    Route("praise", smalltalk.is_praise, smalltalk.praise),
    Route("who", smalltalk.is_who, smalltalk.who),
    Route("okay", smalltalk.is_okay, smalltalk.okay),
    Route("face", smalltalk.is_face, smalltalk.face),
    Route("rude", smalltalk.is_rude, smalltalk.calm),
    Route("follow-up", followup.is_follow_up, followup.answer),
)

LAST = Route("faq", lambda _: True, faq.answer)
