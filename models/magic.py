"""What a file is, told by its first bytes: never by its name, never by what its sender claims."""

from __future__ import annotations

import io
import zipfile
from typing import NamedTuple

UNKNOWN = "application/octet-stream"
_BEGINS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"BM", "image/bmp"),
    (b"%PDF-", "application/pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),  # Word and Excel before 2007
)
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ZIP = b"PK\x03\x04"


class Kind(NamedTuple):
    """`kind`: of models.attachment.KINDS. `ending`: of the name it is saved under."""

    kind: str
    mime: str
    ending: str


_KEPT = {
    "image/jpeg": Kind("image", "image/jpeg", "jpg"),
    "image/png": Kind("image", "image/png", "png"),
    "image/gif": Kind("image", "image/gif", "gif"),
    "audio/amr": Kind("voice", "audio/amr", "amr"),
    "audio/mpeg": Kind("voice", "audio/mpeg", "mp3"),
    "video/mp4": Kind("video", "video/mp4", "mp4"),
    "application/pdf": Kind("file", "application/pdf", "pdf"),
    _OFFICE["word/document.xml"]: Kind("file", _OFFICE["word/document.xml"], "docx"),
    _OFFICE["xl/workbook.xml"]: Kind("file", _OFFICE["xl/workbook.xml"], "xlsx"),
}
MIMES = tuple(kind.mime for kind in _KEPT.values())  # of all that is kept


def type_of(data: bytes) -> str:
    """UNKNOWN for what we do not know."""
    for begin, kind in _BEGINS:
        if data.startswith(begin):
            return kind
    if data[4:8] == b"ftyp":
        return "video/mp4"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return _office(data) if data.startswith(_ZIP) else UNKNOWN


def sniff(data: bytes) -> Kind | None:
    """None: of no kind that is kept. Pages, scripts, archives, SVG, old Office files and those with macros are not."""
    return _KEPT.get(type_of(data))


def _office(data: bytes) -> str:
    """Only its directory is read, nothing is unpacked."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return UNKNOWN
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return UNKNOWN
    return next((mime for name, mime in _OFFICE.items() if name in names), UNKNOWN)
