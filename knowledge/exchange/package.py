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
_CELL = re.compile(rb"<(?:\w+:)?(?:c|tc)[ >]")
# Whoever opens the book makes a cell for each place of these areas, empty or not.
_AREA = re.compile(rb"<(?:\w+:)?(?:mergeCell|hyperlink)\b[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0(?:D\0O\0C|E\0N\0T)|\0<\0!\0(?:D\0O\0C|E\0N\0T)")


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
        if part.filename.lower().endswith((".xml", ".rels")):
            cells += _cells(package, part, name)
    if cells > _MOST_CELLS:
        raise Refused(
            f"{name} 有 {cells} 个单元格，太多了", f"最多 {_MOST_CELLS} 个；选中空白的行列整行整列删去，或分成几个文件"
        )


def _cells(package: zipfile.ZipFile, part: zipfile.ZipInfo, name: str) -> int:
    """How many cells a part has or makes. Reading it whole also proves that it unpacks to what it says."""
    found, tail = 0, b""
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if _DECLARED.search(tail + chunk):
                raise Refused(f"{name} 里有 XML 声明（DOCTYPE），正常的办公文件没有", "用办公软件重新另存一份")
            found += len(_CELL.findall(chunk)) + sum(map(_size, _AREA.findall(tail + chunk)))
            tail = chunk[-200:]
    return found


def _size(area: tuple[bytes, bytes, bytes, bytes]) -> int:
    left, top, right, bottom = area
    return (abs(int(bottom) - int(top)) + 1) * (abs(_place(right) - _place(left)) + 1)


def _place(letters: bytes) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + letter - 64
    return found
