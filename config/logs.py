"""One line per event, and no line that tells a secret or who a person is.

Everything is scrubbed where a line is made, after the message and the traceback have been put together: whatever a
library logs, at any level, passes through here. The scrubbing is a net, not a licence: do not log what a person wrote.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import TextIO
from urllib.parse import quote, quote_plus

from config.calendar import SHANGHAI
from config.settings import Settings

# Set by a door for the time of one request; every line logged meanwhile carries it.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

_HIDDEN = "******"
_SHORTEST = 4  # a shorter secret cannot be cut out without shredding innocent words
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")

_NAMES = "token|secret|session_key|password|js_code|signature|aes_key"
_IN_QUERY = re.compile(rf"(?i)((?:{_NAMES})=)[^\s\"'&,;)}}]+")
_IN_JSON = re.compile(rf"""(?i)((?:{_NAMES})["']\s*:\s*["'])[^"']+""")
_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]+@")
_OPENID = re.compile(r"(?<![\w-])(o[\w-]{3})[\w-]{24}(?![\w-])", re.ASCII)
_PHONE = re.compile(r"(?<!\d)((?:\+?86[ -]?)?1[3-9]\d)([ -]?)\d{4}\2(\d{4})(?!\d)")
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_ID_NUMBER = re.compile(  # of 18 signs, or of 15 as on cards from before 1999
    rf"(?<!\d)(\d{{4}})\d{{2}}(?:(?:18|19|20)\d{{2}}{_MONTH_DAY}\d{{3}}[\dXx]|\d{{2}}{_MONTH_DAY}\d{{3}})(?!\w)",
    re.ASCII,
)
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def setup(settings: Settings, stream: TextIO | None = None) -> None:
    """Log to `stream` (stderr) from now on. Called once by wsgi; calling it again replaces what it set up before."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each.formatter, Line)]:
        root.removeHandler(handler)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Line(Scrubber(settings.secrets()), as_json=settings.log_format == "json"))
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    # Its every step, in between what a command says to an admin.
    logging.getLogger("alembic").setLevel("DEBUG" if settings.log_level == "DEBUG" else "WARNING")


class Scrubber:
    """Text in, the same text without secrets, openids, phone numbers and ID numbers out."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in (secret, quote(secret, safe=""), quote_plus(secret))}
        # Longest first: one secret may be the beginning of another.
        known = sorted((form for form in forms if len(form) >= _SHORTEST), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(_HIDDEN, text)
        for named in (_IN_QUERY, _IN_JSON):
            text = named.sub(rf"\g<1>{_HIDDEN}", text)
        text = _IN_URL.sub(rf"\g<1>{_HIDDEN}@", text)
        text = _OPENID.sub(_masked_openid, text)
        # ID numbers first: eleven of their digits may look like a phone number.
        text = _ID_NUMBER.sub(rf"\g<1>{_HIDDEN}", text.translate(_FULL_WIDTH))
        return _PHONE.sub(r"\g<1>****\g<3>", text)


class Line(logging.Formatter):
    """A record as one scrubbed line: line breaks in it, a traceback's too, become ⏎, so nobody can forge a line."""

    def __init__(self, scrub: Scrubber, *, as_json: bool) -> None:
        super().__init__()
        self._scrub, self._as_json = scrub, as_json

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, SHANGHAI).isoformat(timespec="milliseconds")
        message, trouble = self._clean(_message(record)), self._clean(self._trouble(record))
        request = self._clean(request_id.get())
        if self._as_json:
            parts = {"at": at, "level": record.levelname, "logger": record.name, "request": request, "message": message}
            return json.dumps(parts | ({"trouble": trouble} if trouble else {}), ensure_ascii=False)
        return " ".join(filter(None, [at, record.levelname, request, f"{record.name}:", message, trouble]))

    def _trouble(self, record: logging.LogRecord) -> str:
        trace = self.formatException(record.exc_info) if record.exc_info else record.exc_text
        return "\n".join(filter(None, [trace, record.stack_info]))

    def _clean(self, text: str) -> str:
        return _BREAKS.sub(" ⏎ ", self._scrub(text)).strip()


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        # Logging itself would print the raw arguments to stderr, past the scrubber.
        return f"{record.msg} {record.args!r}"


def _masked_openid(found: re.Match[str]) -> str:
    """Enough to follow one person through the log, not enough to write to them."""
    return f"{found[1]}...{hashlib.sha256(found[0].encode()).hexdigest()[:6]}"
