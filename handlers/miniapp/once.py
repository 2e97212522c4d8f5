"""A POST sent twice is done once: what it did stands under its Idempotency-Key (models/replay.py)."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator

from flask import Response, request
from pydantic import BaseModel

from bot.kit import Kit
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import QUESTION, Posted, says
from models.db import Unit
from models.login import Session
from models.replay import Known, Replays, whose
from models.seal import Seal

_WHILE = 600  # seconds


class Post:
    """One POST that has not been done before: its unit, and how it is answered."""

    def __init__(self, unit: Unit, keep: Callable[[int, str], None]) -> None:
        self.unit = unit
        self._keep = keep

    def says(self, shape: BaseModel) -> Response:
        """The answer, kept for when the same POST comes again."""
        answer = says(shape)
        self._keep(answer.status_code, answer.get_data(as_text=True))
        return answer


class Replayed(Exception):
    """The same POST once more: the answer it had."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__("answered before")
        self.status, self.body = status, body


class Once:
    """`session`: who asks. `may`: raises Refused where the work of this route needs a consent they have not given; it
    is asked in the unit of the work."""

    def __init__(
        self, kit: Kit, seal: Seal, session: Callable[[], Session | None], may: Callable[[Unit], None]
    ) -> None:
        self._kit, self._seal, self._session, self._may = kit, seal, session, may

    @contextlib.contextmanager
    def posting(self, header: Posted, *parts: object) -> Iterator[Post]:
        """`with gate.posting(header, body) as post: ... return post.says(shape)`: one transaction for the work and its
        answer. `parts`: whatever besides the address tells this POST from another with the same key (body, file).

        Raises Replayed when it was done before, Refused 409 when the key was used for something else. What raises
        inside undoes all and frees the key.
        """
        who, key, digest = self._whose(), _hashed(header.key), _digest(parts)
        with self._kit.db.writing() as unit:
            replays = Replays(unit)
            try:
                replays.claim(who, key, digest, self._kit.now())
            except Known:
                unit.rollback()
                raise self._again(unit, who, key, digest) from None
            self._may(unit)
            yield Post(unit, lambda status, body: replays.keep(self._whose(), key, status, self._seal.close(body)))

    def begun(self, header: Posted, *parts: object) -> str:
        """For a POST whose work commits by itself and is the same when it is done again (a question): a name for that
        work, made of who asks and their key. Raises Refused 409 when the key was used for something else.
        """
        who, key, digest = self._whose(), _hashed(header.key), _digest(parts)
        with self._kit.db.writing() as unit:
            self._may(unit)
            try:
                Replays(unit).claim(who, key, digest, self._kit.now())
            except Known:
                unit.rollback()
                _is_known(unit, who, key, digest)
        return f"{QUESTION}{_hashed(f'{who} {key}')}"

    def known(self, header: Posted, *parts: object) -> bool:
        """Whether this POST has been claimed; a look, before the work outside that comes first (WeChat is asked).
        Raises Refused 409 when its key was used for something else."""
        with self._kit.db.unit() as unit:
            self._may(unit)
            return _is_known(unit, self._whose(), _hashed(header.key), _digest(parts))

    def same(self, header: Posted, *parts: object) -> None:
        """For a POST that does and keeps nothing: its answer is the same without being kept. What its key came with is
        remembered for a while, as a keyed hash. Raises Refused 409."""
        self.known(header, *parts)
        name, sent = f"once:{self._whose()}:{_hashed(header.key)}", self._seal.token("once", _digest(parts))
        if not self._kit.memory.add(name, sent, _WHILE) and self._kit.memory.get(name) not in (None, sent):
            raise _misused()

    def claim(self, unit: Unit, header: Posted, *parts: object) -> None:
        """For a POST whose answer must not be kept, in the unit of its work. Raises Refused 409."""
        try:
            Replays(unit).claim(self._whose(), _hashed(header.key), _digest(parts), self._kit.now())
        except Known:
            raise _misused() from None

    def _again(self, unit: Unit, who: str, key: str, digest: str) -> Exception:
        stored = Replays(unit).find(who, key)
        if stored is None or stored.digest != digest or not stored.status:
            return _misused()
        return Replayed(stored.status, self._seal.open(stored.body))

    def _whose(self) -> str:
        found = self._session()
        return whose(found.talent.id) if found else ""


def _is_known(unit: Unit, who: str, key: str, digest: str) -> bool:
    stored = Replays(unit).find(who, key)
    if stored is not None and stored.digest != digest:
        raise _misused()
    return stored is not None


def _digest(parts: tuple[object, ...]) -> str:
    said = [each.model_dump(mode="json") if isinstance(each, BaseModel) else str(each) for each in parts]
    return _hashed(json.dumps([request.method, request.path, said], ensure_ascii=False))


def _misused() -> Refused:
    return Refused(409, "key_used", "这个 Idempotency-Key 已经用于另一个请求", "Idempotency-Key")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
