"""Why WeChat did not take a call, in the few kinds that decide what happens next."""

from __future__ import annotations

from typing import Literal

Kind = Literal["later", "window", "consent", "gone", "config", "quota", "refused", "code", "used", "barred"]


class SendError(Exception):
    """`kind`:

    later    busy, slow or unreachable: the same call again after a while
    window   no customer-service message may be sent to this person now
    consent  the person has not agreed to this template, or no longer
    gone     the person does not follow, or the openid is none
    config   our account or its settings: nothing goes until somebody has mended it
    quota    the day's or the minute's number is used up: `retry_after` says when there is more
    refused  this message, as it is, will never be taken
    code     the code somebody brought from WeChat (to log in, for their number) is none, or is over
    used     that code was used before
    barred   WeChat lets this person in nowhere

    `code` is WeChat's errcode, 0 when no proper answer came. `unsure`: the call may have done its work all the same.
    `asked`: False when the call was not made, for it was known that it would not be taken.
    `said` and `cure` are for staff, in Chinese. No token, secret or session_key is ever part of it.
    """

    def __init__(
        self,
        kind: Kind,
        code: int,
        said: str,
        cure: str,
        *,
        unsure: bool = False,
        asked: bool = True,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{code} {said}" if code else said)
        self.kind, self.code, self.said, self.cure = kind, code, said, cure
        self.unsure, self.asked, self.retry_after = unsure, asked, retry_after
