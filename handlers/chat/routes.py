"""The order of asking, top to bottom. The one file of this folder that knows all the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.conversation import Context
from bot.reply import Turn
from bot.router import Handler, Route, Router
from handlers.chat import (
    callback,
    card,
    checkin,
    commands,
    distress,
    event,
    events,
    fallback,
    faq,
    feedback,
    flow,
    followup,
    hotline,
    housing,
    instead,
    linking,
    material,
    media,
    mine,
    news,
    place,
    progress,
    qualify,
    served,
    several,
    signup,
    smalltalk,
    subscription,
    subsidy,
    ticket,
    welcome,
    whether,
)
from handlers.chat.steps import Step

WHICH = qualify.Which((subsidy.CHECK, housing.CHECK))

STEPS: Mapping[str, Step] = {
    **faq.STEPS,
    **ticket.STEPS,
    **progress.STEPS,
    **served.steps(lambda context: _of_one(context).name),
    **callback.STEPS,
    **material.STEPS,
    **media.STEPS,
    **subsidy.STEPS,
    **housing.STEPS,
    **WHICH.step(),
    **card.STEPS,
    **events.STEPS,
    **signup.STEPS,
    **mine.STEPS,
    **checkin.STEPS,
}

# The menu's keys (config/menu.yaml) and who answers them.
MENU: Mapping[str, Handler] = {
    "menu.subsidy": subsidy.about,
    "menu.housing": housing.about,
    "menu.card": card.overview,
    "menu.check": WHICH.ask,
    "menu.day": event.when,
    "menu.events": events.upcoming,
    "menu.myevents": mine.mine,
    "menu.place": place.directory,
    "menu.interest": housing.interest,
    "menu.hotline": hotline.answer,
    "menu.ticket": ticket.start,
    "menu.mytickets": progress.mine,
    "menu.help": welcome.help_,
}


def router() -> Router:
    return Router(FIRST, FLOWS.states(), THEN, LAST, {state: step.choices for state, step in STEPS.items()})


def afresh(context: Context) -> Turn:
    """Answer as if no flow was under way."""
    return next((route for route in THEN if route.fits(context)), LAST).do(context)


def _of_one(context: Context) -> Route:
    """The route of a message that asks one thing."""
    return next((route for route in THEN if route.name not in ("several", "instead") and route.fits(context)), LAST)


def _of_part(context: Context) -> Route:
    """The route of one of several questions: those that offer more to choose from answer plainly there."""
    apart = ("several", "card", "which check")
    return next((route for route in THEN if route.name not in apart and route.fits(context)), LAST)


def _is_click(context: Context) -> bool:
    return context.message.event == "click" and context.message.event_key in MENU


def _click(context: Context) -> Turn:
    """A tapped menu key leaves whatever was under way: it is what the person wants now."""
    return MENU[context.message.event_key](context)


def _in_flow(fits: Callable[[Context], bool]) -> Callable[[Context], bool]:
    return lambda context: bool(context.state) and fits(context)


def _is_cancel(context: Context) -> bool:
    writing = context.state in ticket.STEPS and STEPS[context.state].ask is not None
    return commands.is_cancel(context) or (writing and progress.is_dropping(context))


def _is_which(context: Context) -> bool:
    return whether.is_bare(commands.said(context)) or whether.is_about_me(context)


FLOWS = flow.Flows(STEPS, afresh, never_an_answer=progress.is_list)

SEVERAL = several.Several(_of_part)
INSTEAD = instead.Instead(_of_one)

FIRST = (
    Route("check in by a code", checkin.is_scan, checkin.scan),
    Route("subscribe", welcome.is_subscribe, welcome.subscribe),
    Route("unsubscribe", welcome.is_unsubscribe, welcome.unsubscribe),
    Route("scan", welcome.is_scan, welcome.scan),
    Route("click", _is_click, _click),
    Route("template consent", subscription.is_answer, subscription.answer),
    # A tapped line says which ticket it rates, wherever the talk stands.
    Route("rate by a tap", served.is_tap, served.tap),
    Route("any event", welcome.is_event, welcome.silence),
    # Before any flow: nobody in danger is asked for a phone number first.
    Route("harm", distress.is_harm, distress.harm),
    Route("danger", distress.is_danger, distress.danger),
    Route("sad", distress.is_sad, distress.sad),
    # Before any flow: what was agreed to may be taken back at any time.
    Route("stop notices", news.is_stop, news.stop),
    # A code is good for some minutes only, whatever is under way.
    Route("link by a code", linking.is_typed, linking.typed),
    Route("link for sure", linking.is_sure, linking.sure),
    Route("cancel", _is_cancel, FLOWS.cancel),
    Route("back", commands.is_back, FLOWS.back),
    Route("more", commands.is_more, FLOWS.more),
    Route("call back", callback.is_wanted, callback.start),
    Route("person", commands.is_person, ticket.start),
    Route("help in a flow", _in_flow(commands.is_help), FLOWS.help),
    Route("lapsed", FLOWS.is_lapsed, FLOWS.lapsed),
)

THEN = (
    Route("unshowable", fallback.is_unshowable, fallback.unshowable),
    Route("english", fallback.is_english, fallback.english),
    Route("empty", fallback.is_empty, fallback.empty),
    Route("material", material.is_picture, material.picture),
    Route("voice", media.is_voice, media.heard(afresh)),
    Route("picture", media.is_picture, media.picture),
    Route("location", place.is_location, place.nearest),
    Route("link", media.is_link, media.link),
    Route("help", commands.is_help, welcome.help_),
    # Before the verdicts on the bot's own answers: each looks whether it is the hotline's that is meant.
    Route("not solved", served.is_unsolved, served.unsolved),
    Route("rate by words", served.is_level, served.level),
    Route("useless", feedback.is_useless, feedback.useless),
    Route("useful", feedback.is_useful, feedback.useful),
    Route("ask for a link", linking.is_asked, linking.ask),
    Route("ticket number", progress.is_number, progress.by_number),
    Route("rate by a number", served.is_number, served.number),
    Route("number", fallback.is_number, fallback.number),
    Route("my tickets", progress.is_list, progress.mine),
    Route("add to a ticket", progress.is_add, progress.add),
    Route("withdraw a ticket", progress.is_withdraw, progress.withdraw),
    Route("ticket", ticket.is_wanted, ticket.start),
    Route("another matter", ticket.is_another_matter, ticket.start_anew),
    Route("ticket about", ticket.is_wanted_with_question, ticket.start_with_question),
    Route("check in", checkin.is_check_in, checkin.check_in),
    Route("my events", mine.is_mine, mine.mine),
    Route("place on a waiting list", mine.is_place, mine.place),
    Route("leave an event", mine.is_leaving, mine.leave),
    Route("remind me", mine.is_remind, mine.remind),
    Route("no reminders", mine.is_quiet, mine.quiet),
    Route("rate a ticket", served.is_rating, served.rate),
    Route("rate an event", checkin.is_rating, checkin.rate),
    Route("calendar file", events.is_calendar, events.calendar),
    Route("subscriptions", news.is_mine, news.mine),
    Route("news", news.is_give, news.give),
    Route("follow a day", signup.is_follow, signup.follow),
    Route("sign up", signup.is_wanted, signup.start),
    Route("of an event", events.is_asked, events.asked),
    Route("events", events.is_list, events.upcoming),
    Route("hello", smalltalk.is_hello, smalltalk.hello),
    Route("thanks", smalltalk.is_thanks, smalltalk.thanks),
    Route("bye", smalltalk.is_bye, smalltalk.bye),
    Route("praise", smalltalk.is_praise, smalltalk.praise),
    Route("who", smalltalk.is_who, smalltalk.who),
    Route("okay", smalltalk.is_okay, smalltalk.okay),
    Route("face", smalltalk.is_face, smalltalk.face),
    Route("rude", smalltalk.is_rude, smalltalk.calm),
    Route("elsewhere", smalltalk.is_elsewhere, smalltalk.elsewhere),
    Route("several", SEVERAL.fits, SEVERAL.answer),
    Route("check again", WHICH.is_restart, WHICH.restart),
    Route("registered", housing.is_asking, housing.registered),
    Route("register interest", housing.is_register, housing.register),
    Route("withdraw interest", housing.is_withdraw, housing.withdraw),
    Route("housing check", housing.is_check, housing.check),
    Route("subsidy check", subsidy.is_check, subsidy.check),
    Route("event", events.is_named, events.named),
    Route("instead", INSTEAD.fits, INSTEAD.answer),
    Route("hours", hotline.is_hours, hotline.answer),
    # Before the follow-ups: what the content says of the number grows old once the office has one.
    Route("hotline", hotline.is_hotline, hotline.answer),
    Route("follow-up", followup.is_follow_up, followup.answer),
    Route("which check", _is_which, WHICH.ask),
    Route("card", card.is_card, card.overview),
    Route("day", event.is_day, event.when),
    Route("settled day", event.is_about, event.about),
    Route("nearest", place.is_near, place.ask_location),
    Route("places", place.is_list, place.directory),
    Route("name", faq.is_name, faq.about),
    Route("material later", material.is_later, material.later),
    # Last: only what nobody knows can be what a ticket waits for.
    Route("words for a ticket", material.is_text, material.text),
)

LAST = Route("faq", lambda _: True, faq.answer)
