"""The phrases of the pages that only pages say; all else they say is what the chat says."""

from __future__ import annotations

DECLARED = """
page.see_item name
page.not_said what
page.registered name
page.withdrawn name
page.nothing_awaited name
page.check_awaited name
progress.did_rate rating
progress.did_grant days
"""

# Without placeholders, many on a line.
PLAIN = """
page.may_check page.may_register page.may_ask_staff page.none page.unsure page.positions_unknown
page.reply_staff page.reply_to_staff page.reply_unsure page.reply_number page.reply_yes page.reply_none
page.reply_rest page.reply_elsewhere page.reply_unsolved page.reply_rate
progress.did_opened progress.did_added progress.did_comment progress.did_unsolved progress.did_withdraw
progress.did_accept progress.did_merge progress.did_unmerge progress.did_reopen progress.did_close
"""
