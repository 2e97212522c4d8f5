"""Files: sent up before the ticket or message they belong to, and opened again by whoever may see them."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from flask import Response
from flask_openapi.models.file import FileStorage
from pydantic import Field
from werkzeug.datastructures import FileStorage as Sent

from handlers import filed
from handlers.miniapp.gate import UPLOAD, Gate
from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import Given, Nothing, Posted, answers, says
from handlers.miniapp.ticket_page import File, Told
from models.attachment import LARGEST
from models.db import Unit
from models.desk import NoSuchTicket
from models.files import Files
from models.files import Refused as Unkept
from models.magic import MIMES, UNKNOWN
from models.ticket import Ticket
from models.upload import MOST, TooMany, TooMuch, Uploads

_TAG = "文件"
_BYTES = {"schema": {"type": "string", "format": "binary"}}


class Name(Given):
    name: Annotated[str, Field(pattern=r"^[\w-]{16,64}$", max_length=64)]


class Upload(Given):
    file: FileStorage
    """JPG, PNG, GIF, PDF, docx, xlsx, AMR, MP3 or MP4 by its first bytes; 10 MB at most."""


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.route(
        "POST",
        "/uploads",
        answers(File, more=(409,)),
        tag=_TAG,
        summary="上传照片或文件",
        body=UPLOAD,
        consent="service",
        outside=True,
    )
    def upload_file(header: Posted, form: Upload) -> Response:
        """For a ticket or message to come within a day; nine may wait at once."""
        title, data = _read(form.file)
        with gate.posting(header, title, hashlib.sha256(data).hexdigest()) as post:
            try:
                row = _uploads(gate, post.unit).put(title, data, now=kit.now())
            except TooMany:
                raise Refused(409, "too_many_files", f"一次最多放 {MOST} 个文件，先提交或删掉一些", "file") from None
            except TooMuch:
                raise Refused(429, "too_much", "今天传的文件太多了，请明天再传", "file") from None
            except Unkept as fault:
                raise Refused(422, "invalid", str(fault), "file") from None
            kept = {"name": row.name, "kind": row.kind, "title": row.title, "mime": row.mime, "size": row.size}
            return post.says(File.model_validate({**kept, "state": "here"}))

    @gate.route("DELETE", "/uploads/<string:name>", answers(Nothing), tag=_TAG, summary="删掉还没提交的文件")
    def remove_upload(path: Name) -> Response:
        with kit.db.writing() as unit:
            if not _uploads(gate, unit).remove(path.name):
                raise _no_file()
        return says(Nothing())

    @gate.route("GET", "/files/<string:name>", _contents(), tag=_TAG, summary="打开文件")
    def get_file(path: Name) -> Response:
        """One's own, and pictures that came with a reply one may see."""
        with kit.db.unit() as unit:
            body, title = _loose(gate, unit, path.name) or _of_a_ticket(gate, unit, path.name)
        return filed.answer(body, title)


def _contents() -> dict[int | str, Any]:
    found = answers(Nothing)
    found[200] = {"description": "OK", "content": dict.fromkeys((*MIMES, UNKNOWN), _BYTES)}
    return found


def _read(given: object) -> tuple[str, bytes]:
    if not isinstance(given, Sent):
        raise Refused(422, "invalid", "应当是文件", "file")
    with given.stream as stream:  # a large one lies in a file of its own
        data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Refused(413, "too_large", f"文件太大，最多 {LARGEST >> 20} MB", "file")
    return given.filename or "", data


def _uploads(gate: Gate, unit: Unit) -> Uploads:
    return Uploads(unit, gate.seal, gate.talent().id)


def _loose(gate: Gate, unit: Unit, name: str) -> tuple[bytes, str] | None:
    """None: it is not, or has just been put to a ticket."""
    uploads = _uploads(gate, unit)
    found = uploads.find(name)
    try:
        return None if found is None else (uploads.body(found.id), found.title)
    except Unkept:
        return None


def _of_a_ticket(gate: Gate, unit: Unit, name: str) -> tuple[bytes, str]:
    """Raises 404."""
    files, desk = Files(unit, gate.seal), gate.kit.desk(unit)
    found = files.find(name)
    ticket = unit.session.get(Ticket, found.ticket_id) if found is not None else None
    if found is None or ticket is None:
        raise _no_file()
    try:
        ticket = desk.theirs(gate.talent().all, ticket.number)
    except NoSuchTicket:
        raise _no_file() from None
    if not Told(gate.kit, unit, gate.talent()).may_see(ticket, found):
        raise _no_file()
    try:
        return files.body(found.id), found.title
    except Unkept:
        raise _no_file() from None


def _no_file() -> Refused:
    return Refused(404, "not_found", "没有找到这个文件")
