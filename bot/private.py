"""What is not kept in clear: phone, ID and bank card numbers in what people write."""

from __future__ import annotations

import re

_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
# People write long numbers in groups. What stands between them is taken only where the digits have the shape of such a
# number: “2019、2020、2021、2022” are years and “3000、5000、8000、10000” amounts.
_GAP = r"[\s，,、.．·/_\-－—–~～…]{0,3}"
_MOBILE = re.compile(
    rf"(?<!\d)((?:\+?(?:00)?86{_GAP})?1[3-9]\d){_GAP}\d{{4}}{_GAP}(\d{{4}})(?!\d)"
    r"|(?<!\d)(?<!\d[ -])(1[ -]?[3-9][ -]?\d)(?:[ -]?\d){4}[ -]?(\d(?:[ -]?\d){3})(?!\d)"
)
_DIGIT = r"\d"
_DAY = _GAP.join([rf"(?:1{_GAP}9|2{_GAP}0)", r"\d", r"\d", rf"(?:0{_GAP}[1-9]|1{_GAP}[0-2])", "[0-3]", r"\d"])
# ID numbers (GB 11643) by the birthday in them.
_ID = re.compile(
    rf"(?<!\d)({_GAP.join([_DIGIT] * 4)}){_GAP}\d{_GAP}\d{_GAP}{_DAY}{_GAP}\d{_GAP}(\d{_GAP}\d{_GAP}[\dXx])(?!\d)"
)
_CARD = re.compile(
    rf"(?<!\d)(62\d\d|[3-9]\d\d[1-9]){_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}(?:\d{{4}}{_GAP}(\d{{1,3}})|\d(\d{{3}}))(?!\d)"
)
_LONG = re.compile(r"(?<!\d)(\d{4})(?:[ -]?\d){8,12}[ -]?(\d{2}[\dXx])(?!\d)")


def masked(text: str) -> str:
    """Enough left to recognise one's own number by."""
    hidden = _ID.sub(_long, text.translate(_FULL_WIDTH))
    return _LONG.sub(_long, _CARD.sub(_long, _MOBILE.sub(_short, hidden)))


def names_papers(text: str) -> bool:
    """Whether an ID or a bank card number stands in it: nothing here ever asks for one."""
    said = text.translate(_FULL_WIDTH)
    return bool(_ID.search(said) or _CARD.search(said))


def _short(found: re.Match[str]) -> str:
    head, tail = _ends(found)
    return f"{head}****{tail}"


def _long(found: re.Match[str]) -> str:
    head, tail = _ends(found)
    return f"{head}********{tail}"


def _ends(found: re.Match[str]) -> tuple[str, str]:
    head, tail = (group for group in found.groups() if group is not None)
    return re.sub(r"[^\d+]", "", head), re.sub(r"[^\dXx]", "", tail)
