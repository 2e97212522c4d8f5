"""Every phrase the bot can say, and the placeholders it fills in each; the wording is in phrases.yaml."""

from __future__ import annotations

_DECLARED = """
pipeline.more
pipeline.owed

welcome.first account district
welcome.back account
welcome.scan account
welcome.help general

talk.hello account
talk.thanks
talk.bye
talk.praise
talk.who account
talk.okay
talk.face
talk.calm

flow.cancelled
flow.nothing_to_cancel
flow.left
flow.no_back
flow.help
flow.no_more
flow.lapsed
flow.lapsed_choice
flow.not_understood
flow.leave ask
flow.resume

choice.no_such most

citing.unknown facts
citing.source document as_of validity
citing.current
citing.historical
citing.expired
citing.unconfirmed
citing.contact contact
citing.no_phone

faq.maybe choices
faq.none_fits
faq.unknown
faq.unknown_again
faq.outside name whose general

follow.told name aspect value
follow.unknown name aspect
follow.this

verdict.useless
verdict.useless_alone
verdict.useful

ticket.already
ticket.ask_subject
ticket.begin_with subject
ticket.short_subject
ticket.ask_detail subject
ticket.ask_contact
ticket.broken_number
ticket.media_kept count
ticket.opened number subject how duty
ticket.by_contact contact
ticket.by_wechat
ticket.not_now
ticket.remind_subject
ticket.remind_detail
ticket.remind_contact

duty.open until
duty.open_makeup until name
duty.shut why at
duty.shut_unknown why
duty.unknown_year year
duty.unconfirmed
duty.weekend
duty.lunch
duty.before
duty.after
duty.off
duty.holiday name
duty.wait_open
duty.wait_shut why at
duty.wait_unknown
"""

PHRASES: dict[str, frozenset[str]] = {
    key: frozenset(placeholders) for key, *placeholders in (line.split() for line in _DECLARED.splitlines() if line)
}
