"""The content folder as bytes: read whole and consistent, or with faults."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.entry import Fault
from knowledge.yamlfile import LARGEST_FILE

LARGEST_FOLDER = 50  # MB
SINGLE = ("places.yaml", "days.yaml", "words.yaml", "phrases.yaml", "exam.yaml")
FOLDERS = ("faq", "items")
LANDING = ".unfinished"  # stands in a folder while a version is being written into it
IMPORTING = ".unfinished-import"  # stands there while some of its files are being replaced
_MARKS = (LANDING, IMPORTING)
_IN_A_FOLDER = re.compile(rf"(?:{'|'.join(FOLDERS)})/[^/\\\0.][^/\\\0]*\.yaml")
_ATTEMPTS = 5
_LOOK_EVERY = 1.0  # seconds between looks at the folder
_SETTLE = 0.3  # a change must stand this long before it is read: an admin's editor may still be writing

Signature = tuple[tuple[str, int, int, int], ...]


class Broken(Exception):
    """The folder can't be used; `faults` says why, where, and how to mend it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Snapshot:
    files: dict[str, bytes]  # by path inside the folder, sorted
    signature: Signature
    version: str  # sha256 over names and bytes

    @property
    def is_half_replaced(self) -> bool:
        """An import ended in the middle; the same import again makes the folder whole."""
        return any(name == IMPORTING for name, *_ in self.signature)


def signature(folder: Path) -> Signature:
    """Changes whenever a file is added, removed, renamed or written; costs one stat per file."""
    found = [(mark, 0, 0, 0) for mark in _MARKS if (folder / mark).exists()]
    for name, path in _listed(folder):
        try:
            state = path.stat()
        except OSError:  # removed between listing and looking
            continue
        found.append((name, state.st_mtime_ns, state.st_size, state.st_ino))
    return tuple(found)


def snapshot(folder: Path, *, whole: bool = True) -> Snapshot:
    """All files at one moment: when one changes while we read, we read again. Raises Broken.

    Without `whole` a file may be missing, or an import have ended in the middle: somebody is about to mend that.
    """
    for _ in range(_ATTEMPTS):
        before = signature(folder)
        faults = _refusals(folder, before, whole)
        if faults:
            raise Broken(faults)
        try:
            files = {name: (folder / name).read_bytes() for name, *_ in before if name not in _MARKS}
        except FileNotFoundError:
            continue
        except OSError as error:
            raise Broken(
                [Fault(str(error.filename), 0, "（文件）", f"读不了这个文件（{error.strerror}）", "检查文件的权限")]
            ) from error
        if signature(folder) == before:
            return Snapshot(files, before, _version(files))
    raise Broken([Fault("", 0, "（目录）", "内容目录一直在变，读不到完整的一份", "等文件都保存好，再试一次")])


def packed(files: Mapping[str, bytes]) -> Snapshot:
    """Files that lie elsewhere, such as a published version's, as if they had been read from a folder."""
    ordered = dict(sorted(files.items()))
    return Snapshot(ordered, (), _version(ordered))


def touched(folder: Path) -> float:
    """When a file of it was last written, put there or renamed, in seconds of the wall clock; 0.0 for an empty folder.

    By the time of change, which copying and unpacking renew: the time of modification may come from elsewhere.
    """
    found = [0.0]
    for _, path in _listed(folder):
        with contextlib.suppress(OSError):
            found.append(path.stat().st_ctime)
    return max(found)


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder hold exactly these content files; others that are no content stay. Raises OSError.

    Want of room changes nothing. While it goes on, and after a crash in the middle, the folder counts as broken: nobody
    takes half a version for one.
    """
    strange = [name for name in files if name not in SINGLE and not _IN_A_FOLDER.fullmatch(name)]
    if strange:
        raise ValueError(f"no name of a content file: {strange[0]!r}")
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder, files, LANDING)
    for name, path in _listed(folder):
        if name not in files:
            path.unlink()
    for mark in _MARKS:
        (folder / mark).unlink(missing_ok=True)


def rewrite(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put these files in the place of those of the same name and leave all others as they are. Raises OSError; want of
    room changes nothing."""
    _put(folder, files, IMPORTING)
    (folder / IMPORTING).unlink()


def is_half_written(folder: Path) -> bool:
    """Whether a version has been written into it only in part: nothing in it is but in versions."""
    return (folder / LANDING).exists()


def _put(folder: Path, files: Mapping[str, bytes], mark: str) -> None:
    """All files are written beside their places before the first is replaced; the mark stays behind."""
    made: list[tuple[Path, Path]] = []
    try:
        for name, data in files.items():
            path = (folder / name).resolve()  # a link stays one
            path.parent.mkdir(exist_ok=True)
            made.append((path.with_name(f".{path.name}.new"), path))
            _write_like(path, made[-1][0], data)
        (folder / mark).touch()
    except OSError:
        for fresh, _ in made:
            fresh.unlink(missing_ok=True)
        raise
    for fresh, path in made:
        fresh.replace(path)


def _write_like(path: Path, fresh: Path, data: bytes) -> None:
    """`fresh` gets the owner and the mode of `path`: the service reads what an admin's account writes."""
    fresh.write_bytes(data)
    with contextlib.suppress(FileNotFoundError):
        known = path.stat()
        with contextlib.suppress(PermissionError):  # only root may give files away
            os.chown(fresh, known.st_uid, known.st_gid)
        fresh.chmod(known.st_mode & 0o7777)


class WorkingCopy:
    """The folder admins edit, looked at once a second. A change counts once it has stood still for a moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unchanged_at: float | None = None  # the last look that found it as it was, on the clock given to changed()
        self._taken: Signature | None = None
        self._seen: Signature = ()
        self._next_look: float | None = None

    def changed(self, now: float) -> bool:
        """True once after a change, or after again(). `now`: seconds on any clock that runs forward."""
        if self._next_look is not None and self._next_look - _LOOK_EVERY <= now < self._next_look:
            return False
        found = signature(self.path)
        moving, self._seen = found != self._seen, found
        self._next_look = now + (_SETTLE if moving else _LOOK_EVERY)
        if found == self._taken:
            self.unchanged_at = now
        if moving or found == self._taken:
            return False
        self._taken = found
        return True

    def take(self) -> Snapshot:
        """All files as they are. Raises Broken."""
        taken = snapshot(self.path)
        self._taken = self._seen = taken.signature
        return taken

    def again(self) -> None:
        """What stands there is to be read once more, though nobody wrote it anew."""
        self._taken = self.unchanged_at = None


def _listed(folder: Path) -> list[tuple[str, Path]]:
    found = [(path.name, path) for path in folder.glob("*") if path.suffix in (".yaml", ".yml")]
    for part in FOLDERS:
        found += [
            (f"{part}/{path.name}", path) for path in (folder / part).glob("*") if path.suffix in (".yaml", ".yml")
        ]
    # Editors keep hidden and temporary copies beside a file; they are not content.
    return sorted((name, path) for name, path in found if not path.name.startswith((".", "#", "~")) and path.is_file())


def _refusals(folder: Path, listed: Signature, whole: bool) -> list[Fault]:
    if not folder.is_dir():
        return [Fault("", 0, "（目录）", f"找不到内容目录 {folder}", "检查 CONTENT_DIR，或恢复 knowledge/content")]
    names = {name for name, *_ in listed}
    if LANDING in names:
        cure = "再做一次 kb checkout；确认文件齐全也可以删去这个标记"
        return [Fault(LANDING, 0, "（目录）", "有一个版本只写进来一半", cure)]
    if whole and IMPORTING in names:
        cure = "把同一个文件再导入一次；确认文件齐全也可以删去这个标记"
        return [Fault(IMPORTING, 0, "（目录）", "有一次导入只写进来一半", cure)]
    home = folder.resolve()
    faults = [*_missing(names)] if whole else []
    for name, _, size, _ in listed:
        if name in _MARKS:
            continue
        inside = (folder / name).resolve().is_relative_to(home)
        faults += [Fault(name, 0, "（文件）", problem, cure) for problem, cure in _unfit(name, size, inside)]
    total = sum(size for _, _, size, _ in listed) // 1024 // 1024
    if total >= LARGEST_FOLDER:
        problem = f"内容一共 {total} MB，超过了 {LARGEST_FOLDER} MB"
        faults.append(Fault("", 0, "（目录）", problem, "删去不是问答的文件"))
    return faults


def _missing(names: set[str]) -> Iterator[Fault]:
    for name in SINGLE:
        if name not in names:
            cure = "从上一个版本恢复它；没有内容时写 version: 1 和空列表"
            yield Fault(name, 0, "（文件）", "缺少这个文件", cure)
    for part in FOLDERS:
        if not any(name.startswith(part + "/") for name in names):
            yield Fault(f"{part}/", 0, "（目录）", "里面没有任何 .yaml 文件", "从上一个版本恢复这个目录")


def _unfit(name: str, size: int, inside: bool) -> Iterator[tuple[str, str]]:
    """Problem and cure of everything that keeps a file from being read."""
    if name.endswith(".yml"):
        yield "文件名以 .yml 结尾", "改名为 .yaml"
    elif "/" not in name and name not in SINGLE:
        yield "不认识这个文件", f"问答放进 faq/，事项放进 items/；这里只放 {'、'.join(SINGLE)}"
    if not inside:
        yield "这个链接指向内容目录以外", "把文件本身放进来"
    if size > LARGEST_FILE:
        yield f"文件有 {size // 1024} KB，超过了 2 MB", "拆成几个文件，或删去误粘的内容"


def _version(files: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name, data in files.items():
        whole.update(f"{name}\0{len(data)}\0".encode())
        whole.update(data)
    return whole.hexdigest()
