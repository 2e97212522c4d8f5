"""The page before anybody is in: what it weighs, what stands at its head, that every address below /m/ finds it."""

from __future__ import annotations

import gzip
import re

from flask import Flask

from handlers.h5.shell import STATIC
from models import attachment, files
from models.ticket import KIND_NAMES, LOW, RATING_NAMES


def test_every_address_below_has_the_page(app: Flask) -> None:
    client = app.test_client()
    for path in ("/m/", "/m/items/talent_apartment", "/m/nowhere/at/all"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "汇才通" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|style=", answer.text)


def test_static_files_are_sent_packed_and_kept_for_good(app: Flask) -> None:
    client = app.test_client()
    address = re.findall(r'src="(/m/static/[^"]+main\.js)"', client.get("/m/").text)[0]
    plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(packed.data) == plain.data == (STATIC / "main.js").read_bytes()
    assert packed.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert "immutable" in packed.headers["Cache-Control"]
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304
    old = client.get("/m/static/000000000000/main.js")
    assert old.headers["Cache-Control"] == "no-cache"
    assert client.get("/m/static/000000000000/../shell.py").status_code == 404
    assert client.get("/m/static/000000000000/missing.js").status_code == 404


def test_the_library_is_the_one_it_says_with_its_licence() -> None:
    for library in ("htm-3.1.1", "preact"):
        assert (STATIC / f"{library}.LICENSE.txt").exists()


def test_what_the_page_repeats_is_what_the_server_holds() -> None:
    new, chips, ticket, photos = (
        (STATIC / path).read_text("utf-8")
        for path in ("views/newticket.js", "chips.js", "views/ticket.js", "photos.js")
    )
    kinds = re.findall(r'\["(\w+)", "(\w+)"\]', new.partition("KINDS")[2].partition(";")[0])
    assert dict(kinds) == {kind: name for kind, name in KIND_NAMES.items() if kind != "rectify"}
    levels = re.findall(r'\[(\d), "(\w+)"\]', chips)
    assert [(int(level), name) for level, name in levels] == list(RATING_NAMES.items())
    assert f"const LOW = {max(LOW)};" in ticket
    assert f"export const MOST = {files.MOST_OF_A_REPLY};" in photos
    assert f"不超过{attachment.LARGEST >> 20} MB" in photos


def test_what_can_be_typed_is_as_long_as_what_is_taken(app: Flask) -> None:
    document = app.test_client().get("/api/docs/openapi.json").json
    assert document is not None
    taken = document["components"]["schemas"]

    def most(shape: str, field: str) -> int:
        return int(taken[shape]["properties"][field]["maxLength"])

    def typed(view: str, field: str) -> list[int]:
        text = (STATIC / "views" / view).read_text("utf-8")
        longest = re.sub(r"\$\{LONGEST\}", '"2000"', text)
        lines = [line for line in longest.split("\n") if field in line]
        return [int(found[0]) for line in lines if (found := re.findall(r'(?:most=|maxlength=)"(\d+)"', line))]

    assert typed("ask.js", "您的问题") == typed("home.js", "您想问什么") == [most("Asking", "text")]
    assert typed("newticket.js", "什么事") == [most("New", "text")]
    assert typed("newticket.js", "联系方式") == typed("ticket.js", 'name="联系方式"') == [most("New", "contact")]
    assert typed("ticket.js", "补充内容") == [most("Message", "text")]
    assert typed("ticket.js", "想说的话") == [most("Stars", "words")]
    assert typed("ticket.js", "还想说点什么") == [most("Remark", "words")]
    assert typed("ticket.js", "哪里没解决") == [most("Why", "words")]
    assert typed("event.js", "哪里好、哪里要改") == [most("EventRating", "comment")]
