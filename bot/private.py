"""What is not kept in clear: phone, ID and bank card numbers in what people write."""

from __future__ import annotations

import re

_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_MOBILE = re.compile(r"(?<!\d)((?:\+?86[ -]?)?1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
# ID numbers (GB 11643) and bank cards, also written in groups.
_LONG = re.compile(r"(?<!\d)(\d{4})(?:[ -]?\d){8,12}[ -]?(\d{2}[\dXx])(?!\d)")


def masked(text: str) -> str:
    """Enough left to recognise one's own number by."""
    return _LONG.sub(r"\1********\2", _MOBILE.sub(r"\1****\2", text.translate(_FULL_WIDTH)))
