"""The phrases of tickets: what the hotline tells of them, and what is said about them in the chat."""

from __future__ import annotations

DECLARED = """
desk.answer number subject text
desk.interim number subject text
desk.more number subject text
desk.ask number subject text materials
desk.accepted number subject who until
desk.extended number subject days until why
desk.suspended number subject why
desk.resumed number subject until why
desk.refused number subject why
desk.merged number subject into
desk.parted number subject until
desk.reopened number subject until why
desk.invite number subject
desk.until at
desk.until_unconfirmed at
desk.why why

progress.none
progress.none_open
progress.not_found
progress.list tickets
progress.one number subject status at added until
progress.until until
progress.added_count count
progress.may_all count
progress.waiting_for materials
progress.suspended why
progress.closed_rated rating
progress.merged_into into
progress.is_merged number into
progress.dispatched unit
progress.working unit
progress.extending unit
progress.reply at kind text
progress.ask_more number
progress.remind_more
progress.added number
progress.added_late number subject at
progress.attached number
progress.too_late number status
progress.confirm number subject
progress.kept number
progress.withdrawn_now number

serve.ask number subject levels
serve.sure number stars name
serve.thanks number name
serve.sorry number name how
serve.ring contact
serve.number_kept contact
serve.rated number name
serve.not_answered number
serve.ask_again number subject at
serve.ask_again_why number subject at
serve.remind_again number
serve.again number until
serve.cannot_again number status

callback.ask_when slots
callback.confirm_number contact
callback.detail slot
callback.done number slot contact

material.picture number
material.film number
material.text number
material.done number
material.later number
"""

# Without placeholders, many on a line.
PLAIN = """
progress.may_add progress.may_withdraw progress.may_again progress.may_rate progress.new progress.waiting
progress.returned progress.answered progress.rating progress.closed progress.merged progress.refused
progress.withdrawn progress.reply_interim progress.reply_ask progress.reply_answer progress.reply_refuse serve.none
serve.not_rated serve.which_level serve.done serve.commented serve.by_wechat serve.not_again serve.ring_where
callback.soonest callback.morning callback.afternoon callback.ask_number callback.need_number callback.ask_about
callback.subject material.more desk.answer_note desk.interim_note desk.more_note desk.ask_note desk.accepted_note
desk.extended_note desk.refused_note desk.merged_note desk.parted_note desk.reopened_note desk.invite_note
desk.invite_tail desk.until_unknown desk.until_none desk.suspended_note desk.resumed_note
"""
