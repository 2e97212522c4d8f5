"""Every phrase the bot can say, and the placeholders it fills in each; the wording is in phrases.yaml."""

from __future__ import annotations

from handlers.chat import desk_phrases, page_phrases

_DECLARED = """
pipeline.more
pipeline.owed
pipeline.failed

welcome.first account district
welcome.back account
welcome.scan account
welcome.help general

talk.hello account
talk.who account
talk.elsewhere district

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
flow.put_aside
flow.not_here

choice.no_such most

citing.unknown facts
citing.source document as_of validity
citing.current
citing.historical
citing.expired
citing.unconfirmed
citing.contact contact
citing.no_phone
citing.gone

several.part mark question answer
several.unknown
several.unsure
several.check
several.check_later
several.rest questions

faq.maybe choices
faq.maybe_one question
faq.none_fits
faq.unknown
faq.unknown_again
faq.not_read
faq.no_papers
faq.unknown_after_ticket number
faq.outside name whose general

follow.told name aspect value
follow.unknown name aspect
follow.this

feedback.useless
feedback.useless_alone
feedback.useful

ticket.already
ticket.ask_subject
ticket.begin_with subject
ticket.short_subject
ticket.ask_detail subject
ticket.ask_contact
ticket.broken_number
ticket.media_kept count
ticket.opened number subject how duty until
ticket.by_contact contact
ticket.by_wechat
ticket.not_now
ticket.remind_subject
ticket.remind_detail subject
ticket.remind_contact
ticket.remind_confirm
ticket.number_kept contact
ticket.no_number
ticket.confirm_contact contact
ticket.another_thing text old

duty.hours hours
duty.open until
duty.open_makeup until name
duty.shut why at
duty.shut_unknown why
duty.unknown_year year
duty.holiday name
duty.day_open day at
duty.day_shut day why at
duty.day_shut_unknown day why
duty.wait_shut why at

qualify.start name
qualify.start_other who name
qualify.of_other who
qualify.kin kin
qualify.someone
qualify.noted
qualify.which_title
qualify.no_list
qualify.which choices
qualify.question name
qualify.question_other who name
qualify.ask_degree choices
qualify.ask_title choices
qualify.ask_double_first_class choices
qualify.ask_urgently_needed choices
qualify.ask_recruited choices
qualify.given facts
qualify.given_other who facts
qualify.earlier facts
qualify.standing standing
qualify.given_nothing
qualify.met branch tier clause note
qualify.better facts
qualify.not_met reasons
qualify.reason branch have
qualify.reason_other branch have who
qualify.cannot_tell facts conditions
qualify.no_conditions name
qualify.basis document

subsidy.next
subsidy.next_not_met

housing.next
housing.next_open
housing.interest
housing.registered
housing.registered_before
housing.is_registered
housing.is_not_registered
housing.withdrawn
housing.nothing_to_withdraw
housing.not_now

hotline.number name phone
hotline.no_number name
hotline.hours hours
hotline.answer number hours duty general

card.question
card.choose choices
card.others

event.day name dates rule next source
event.not_open
event.follow
event.sign_up
event.confirmed year date passed
event.also name year date
event.by_rule year date passed
event.either year date passed
event.or
event.passed
event.none

events.demo
events.to_come
events.not_said
events.of_year year
events.row title when
events.by at
events.row_full
events.list events may
events.pick
events.pick_sign_up number
events.row_begun
events.row_closed
events.place_to_come
events.may_waiting
events.none
events.of_time
events.of_deadline
events.of_place
events.of_audience
events.of_seats
events.of_sign_up
events.of_agenda
events.of_materials
events.of_contact
events.no_limit
events.left capacity left
events.full capacity waiting
events.until at
events.until_start
events.not_yet at
events.closed
events.done
events.cancelled why
events.because why
events.mine standing
events.going
events.going_reminded
events.waiting place
events.was_there
events.was_cancelled
events.noted
events.kept_in_mind
events.unsaid title what contact
events.offer
events.offer_wait
events.offer_mind
events.may
events.may_calendar
events.may_mind
events.calendar title url
events.calendar_none when
events.calendar_no_date when
events.calendar_which

signup.which events
signup.ask title when before
signup.ask_wait title when before
signup.remind_ask title
signup.remind_ask_wait title
signup.wait_ask title
signup.ask_wait_only title when
signup.confirm_ask title
signup.place titles
signup.place_row title place
signup.done title when place promise may
signup.waiting title place promise
signup.noted title promise
signup.in_mind title when promise
signup.already title when standing may
signup.not_signed
signup.no_day name
signup.refused title why
signup.gone
signup.none
signup.mine events
signup.leave_which events
signup.confirm title when seat
signup.to_who_waits
signup.kept title
signup.left title
signup.cannot_leave why
signup.reminded titles promise
signup.is_reminded
signup.quiet titles
signup.is_quiet

promise.sure told
promise.some told sure
promise.uncertain told
promise.uncertain_calendar told
promise.ahead before

link.code code
link.sure
link.done
link.told at
link.told_note
link.same
link.unknown
link.taken
link.many
link.none

checkin.ask
checkin.done title
checkin.already title
checkin.sign_up_first title
checkin.refused why
checkin.unknown code

rating.none
rating.over title days
rating.too_early title when
rating.not_signed title
rating.again title
rating.which events
rating.ask title
rating.stars stars
rating.done
rating.refused why

news.given how
news.is_given
news.how
news.stopped also stays
news.stays_events titles
news.stays_interest
news.forgotten titles
news.was_stopped stays
news.mine rows
news.subscribed
news.not_subscribed
news.reminders titles
news.no_reminders
news.followed titles
news.interest

notice.reminder title when place leave
notice.reminder_note
notice.reminder_own text title when place
notice.reminder_own_note
notice.reminder_deadline title when
notice.reminder_deadline_note
notice.changed title when place did leave
notice.changed_note
notice.settled title when place kept leave
notice.settled_note
notice.unsettled title leave
notice.unsettled_note
notice.cancelled title when why did
notice.cancelled_note
notice.promoted title when place leave
notice.promoted_note
notice.unknown
notice.no_date
notice.no_why
notice.did_going
notice.did_waiting
notice.did_mind
notice.leave_going
notice.leave_seat
notice.leave_waiting
notice.leave_mind
notice.kept_going reminded
notice.kept_waiting
notice.kept_mind reminded
notice.reminded

place.list places
place.list_page places
place.row name status
place.heading kind
place.nearest places demo
place.far name distance
place.near_row name distance detail

media.voice
media.heard text
media.picture
media.attach_one number subject
media.attach_which tickets
media.not_attached
media.link

fallback.unshowable
fallback.empty
fallback.number
fallback.english
fallback.phone
"""

# Without placeholders, many on a line.
_PLAIN = """
flow.put_aside_again
talk.thanks talk.bye talk.praise talk.okay talk.face talk.calm
distress.harm distress.danger distress.sad
duty.unconfirmed duty.weekend duty.lunch duty.before duty.after duty.off duty.wait_open duty.wait_unknown
fact.degree fact.degree_doctor fact.degree_master fact.degree_bachelor fact.degree_other fact.title
fact.title_senior fact.title_associate_senior fact.title_intermediate fact.title_junior fact.title_none
fact.double_first_class fact.double_first_class_yes fact.double_first_class_no fact.urgently_needed
fact.urgently_needed_yes fact.urgently_needed_no fact.recruited fact.recruited_introduced
fact.recruited_flexible fact.recruited_local
flow.put_aside_signup flow.put_aside_leaving signup.no_place
events.unsaid_family events.unsaid_parking events.unsaid_meal events.unsaid_fee
promise.none promise.too_late promise.allow promise.settled promise.turn
place.kind_station place.kind_home place.kind_centre place.kind_apartment place.kind_workstation place.kind_market
place.kind_base
place.ask_location place.ask_location_page place.no_position place.none_known place.demo
status.open status.planned status.building status.pilot status.closed status.unknown
"""

_LINES = [line.split() for line in (_DECLARED + desk_phrases.DECLARED + page_phrases.DECLARED).splitlines() if line]
PHRASES: dict[str, frozenset[str]] = {key: frozenset(placeholders) for key, *placeholders in _LINES} | dict.fromkeys(
    (_PLAIN + desk_phrases.PLAIN + page_phrases.PLAIN).split(), frozenset[str]()
)
