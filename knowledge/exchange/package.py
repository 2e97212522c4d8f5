"""An office file before anybody opens it: what it is, how large it would unpack, and what has no place in it."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

LARGEST = 20 * 1024 * 1024  # bytes, packed
_LARGEST_WHOLE = 100 * 1024 * 1024  # bytes, unpacked: parsed it is ten times that
_MOST_PARTS = 2000
_MOST_CELLS = 400_000
_OLD = b"\xd0\xcf\x11\xe0"  # .xls, .doc, and anything with a password
_PART = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml"}
_CHUNK = 1 << 20
_AGAIN = "用办公软件重新另存一份"
# No pattern crosses a "<": however a part is made, searching it takes time in proportion to its length.
_CELL = re.compile(rb"<(?:[^\s<>/:]*:)?(?:c|tc)[\s/>]")
# Whoever opens the book makes a cell for each place of these areas, empty or not.
_SPANNING = re.compile(rb"<(?:[^\s<>/:]*:)?(?:mergeCell|hyperlink)\s([^<]*)")
_REF = re.compile(rb"\bref\s*=\s*[\"']([^\"'<]*)")
_AREA = re.compile(rb"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
# A part's name says nothing of how it is read: the book names its parts as it likes. So all are looked at, as UTF-8.
_WIDE = re.compile(rb"\xff\xfe|\xfe\xff|\s*<\0|\0+<|\x4c\x6f\xa7\x94")
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s")
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s[^<>]*?encoding\s*=\s*[\"']([^\"'<>]*)")
_PLAIN = (b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1")


class Refused(Exception):
    """A file that is not taken. `problem` and `cure` are for an admin."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"{problem}；{cure}")
        self.problem, self.cure = problem, cure


def look(path: Path) -> None:
    """Raises Refused unless the file is what its name says and of a size that can be read."""
    kind = path.suffix.lower()
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise Refused(f"读不了 {path.name}（{error.strerror}）", "检查文件名和权限") from None
    if size > LARGEST:
        raise Refused(f"{path.name} 有 {size // 1024 // 1024} MB，超过了 20 MB", "删去图片和多余的表，或分成几个文件")
    if head == _OLD:
        raise Refused(f"{path.name} 是旧版格式，或者加了密码", f"去掉密码，另存为 {kind} 再导入")
    try:
        with zipfile.ZipFile(path) as package:
            _look_inside(package, kind, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        cure = f"用表格或文字软件打开它，另存为 {kind}；不要只改扩展名"
        raise Refused(f"{path.name} 不是 {kind} 文件，或者已经损坏", cure) from None


def _look_inside(package: zipfile.ZipFile, kind: str, name: str) -> None:
    parts = package.infolist()
    whole = sum(part.file_size for part in parts)
    if len(parts) > _MOST_PARTS or whole > _LARGEST_WHOLE:
        raise Refused(f"{name} 解开以后有 {whole // 1024 // 1024} MB，太大了", "删去图片和多余的表，或分成几个文件")
    names = {part.filename for part in parts}
    if _PART[kind] not in names:
        raise Refused(f"{name} 不是 {kind} 文件，只是扩展名一样", f"打开原来的文件，另存为 {kind}")
    if any(part.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for part in names):
        raise Refused(f"{name} 里有宏", f"另存为不带宏的 {kind}")
    cells = 0
    for part in parts:
        cells += _cells(package, part, name)
    if cells > _MOST_CELLS:
        raise Refused(
            f"{name} 有 {cells} 个单元格，太多了", f"最多 {_MOST_CELLS} 个；选中空白的行列整行整列删去，或分成几个文件"
        )


def _cells(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> int:
    """How many cells a part has or makes. Reading it whole also proves that it unpacks to what it says."""
    found, rest = 0, b""
    with package.open(part) as stream:
        head = stream.read(_CHUNK)
        _look_at_encoding(head, name)
        chunk = head
        while chunk:
            text = rest + chunk
            chunk = stream.read(_CHUNK)
            end = text.rfind(b"<") if chunk else len(text)  # what begins there is searched with what follows
            text, rest = (text[:end], text[end:]) if end >= 0 else (text, b"")
            if len(rest) > _CHUNK and _SPANNING.match(rest):
                raise Refused(f"{name} 里有一个一百多万字的标签，正常的办公文件没有", _AGAIN)
            rest = rest if len(rest) <= _CHUNK else b""
            if _DECLARED.search(text):
                raise Refused(f"{name} 里有 XML 声明（DOCTYPE），正常的办公文件没有", _AGAIN)
            found += len(_CELL.findall(text)) + sum(_size(tag) for tag in _SPANNING.findall(text))
    return found


def _look_at_encoding(head: bytes, name: str) -> None:
    declared = _ENCODING.match(head[:1000])
    endless = _XML.match(head) and b"?>" not in head[:1000]
    if endless or _WIDE.match(head[:1000]) or (declared and declared[1].strip().lower() not in _PLAIN):
        raise Refused(f"{name} 里有不是 UTF-8 编码的部分，正常的办公文件没有", _AGAIN)


def _size(tag: bytes) -> int:
    """How many places the areas in a tag have; one that is written so that it cannot be told counts as too many."""
    return sum(_MOST_CELLS + 1 if b"&" in ref else _places(ref.strip().upper()) for ref in _REF.findall(tag))


def _places(ref: bytes) -> int:
    area = _AREA.fullmatch(ref)
    if area is None:
        return 1
    left, top, right, bottom = area.groups()
    return (abs(int(bottom) - int(top)) + 1) * (abs(_place(right) - _place(left)) + 1)


def _place(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found
