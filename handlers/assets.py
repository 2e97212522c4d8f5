"""Static files of a door: read once, sent compressed, kept for good by browsers: their address names their bytes."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Request, Response, abort

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    kind: str
    body: bytes
    packed: bytes
    stamp: str


class Assets:
    """The files of `folder`. `version` names all of them together: a part of the address that modules, which name each
    other relative to themselves, carry along."""

    def __init__(self, folder: Path) -> None:
        found = sorted(path for path in folder.rglob("*") if path.suffix in _KINDS)
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in found}
        together = "".join(f"{name} {file.stamp}\n" for name, file in self._files.items())
        self.version = hashlib.sha256(together.encode()).hexdigest()[:12]

    def answer(self, request: Request, version: str, name: str) -> Response:
        """The file as it is now; who asks for another version is told to look again next time."""
        file = self._files.get(name)
        if file is None:
            abort(404)
        packs = bool(request.accept_encodings["gzip"])
        answer = Response(file.packed if packs else file.body, content_type=file.kind)
        if packs:
            answer.headers["Content-Encoding"] = "gzip"
        answer.vary.add("Accept-Encoding")
        answer.set_etag(file.stamp + ("-gzip" if packs else ""))
        answer.headers["Cache-Control"] = _FOR_GOOD if version == self.version else "no-cache"
        answer.make_conditional(request)
        return answer


def _read(path: Path) -> _File:
    body = path.read_bytes()
    return _File(_KINDS[path.suffix], body, gzip.compress(body, 9, mtime=0), hashlib.sha256(body).hexdigest()[:16])
