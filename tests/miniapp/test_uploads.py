"""Files on their way to a ticket and back: what they are their bytes say, and who may open them their ticket."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from phones import Phone, Phones
from sqlalchemy import select
from werkzeug.test import TestResponse

import staffing
from bot.forgetting import forget
from bot.kit import Kit
from models import upload
from models.attachment import LARGEST
from models.desk_answer import Said
from models.files import Files
from models.seal import Seal
from models.upload import UploadRow

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
PDF = b"%PDF-1.4 x"


@pytest.fixture
def 小林(phones: Phones) -> Phone:
    return phones.agreeing("小林")


@pytest.fixture
def 路人(phones: Phones) -> Phone:
    return phones.agreeing("路人")


def sent(phone: Phone, data: bytes = PNG, title: str = "银行卡.png", **more: Any) -> TestResponse:
    return phone.post("/uploads", data={"file": (BytesIO(data), title)}, **more)


def up(phone: Phone, data: bytes = PNG, title: str = "银行卡.png") -> str:
    answer = sent(phone, data, title)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return str(answer.json["data"]["name"])


def opened(phone: Phone, *names: str) -> dict[str, Any]:
    ticket = phone.said("POST", "/tickets", {"text": "津贴一直没有到账", "uploads": list(names)})["ticket"]
    return dict(ticket)


def test_a_photo_goes_with_the_ticket_and_keeps_its_address(小林: Phone, 路人: Phone, kit: Kit) -> None:
    name = up(小林)
    assert len(name) >= 22  # 128 bits
    assert (小林.get(f"/files/{name}").data, 路人.get(f"/files/{name}").status_code) == (PNG, 404)
    ticket = opened(小林, name)
    assert [(each["name"], each["title"]) for each in ticket["lines"][0]["files"]] == [(name, "银行卡.png")]
    assert (小林.get(f"/files/{name}").data, 路人.get(f"/files/{name}").status_code) == (PNG, 404)
    with kit.db.unit() as unit:
        assert unit.execute(select(UploadRow.id)).all() == []


def test_what_a_browser_would_run_is_not_kept(小林: Phone) -> None:
    for data in (b"<html><script>1</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90", b""):
        assert sent(小林, data, "照片.png").status_code == 422
    assert 小林.post("/uploads", data={"file": "no file"}).status_code == 422
    assert 小林.post("/uploads", data={}, content_type="multipart/form-data").status_code == 422


def test_it_is_shown_safely(小林: Phone) -> None:
    picture, paper = 小林.get(f"/files/{up(小林)}"), 小林.get(f"/files/{up(小林, PDF, '合同.html')}")
    for answer in (picture, paper):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "no-store"
    assert picture.headers["Content-Disposition"].startswith("inline")
    assert paper.headers["Content-Disposition"].startswith("attachment")
    assert (paper.content_type, "pdf" in paper.headers["Content-Disposition"]) == ("application/pdf", True)


def test_how_large_and_how_many(小林: Phone) -> None:
    large = sent(小林, PDF + b"x" * LARGEST)
    large.request.environ["wsgi.input"].close()  # the client's, which leaves it open
    assert large.status_code == 413
    names = [up(小林) for _ in range(9)]
    assert sent(小林).status_code == 409
    小林.said("DELETE", f"/uploads/{names[0]}")
    assert 小林.ask("DELETE", f"/uploads/{names[0]}").status_code == 404
    assert sent(小林).status_code == 200


def test_it_is_sealed_at_rest_and_forgotten_when_it_is_not_used(小林: Phone, kit: Kit, phones: Phones) -> None:
    name = up(小林)
    with kit.db.unit() as unit:
        assert PNG not in unit.execute(select(UploadRow.body)).scalar_one()
    phones.clock.at += timedelta(hours=25)
    forget(kit)
    assert 小林.get(f"/files/{name}").status_code == 404


def test_nothing_is_taken_without_the_consent(phones: Phones, kit: Kit) -> None:
    assert sent(phones.of("小周")).status_code == 403
    with kit.db.unit() as unit:
        assert unit.execute(select(UploadRow.id)).all() == []


def test_the_same_upload_twice_is_one(小林: Phone, kit: Kit) -> None:
    first, again = sent(小林, key="upload-0001"), sent(小林, key="upload-0001")
    assert first.json == again.json
    assert sent(小林, PDF, key="upload-0001").status_code == 409
    with kit.db.unit() as unit:
        assert len(unit.execute(select(UploadRow.id)).all()) == 1


def test_nobody_hands_in_what_is_not_theirs_and_nothing_twice(小林: Phone, 路人: Phone) -> None:
    name = up(小林)
    answer = 路人.post("/tickets", {"text": "津贴一直没有到账", "uploads": [name]})
    assert (answer.status_code, 路人.said("GET", "/tickets")["items"]) == (422, [])
    number = opened(小林, name)["number"]
    assert 小林.post(f"/tickets/{number}/messages", {"uploads": [name]}).status_code == 422
    more = 小林.said("POST", f"/tickets/{number}/messages", {"uploads": [up(小林), up(小林, PDF, "合同.pdf")]})
    assert [each["title"] for each in more["lines"][-1]["files"]] == ["银行卡.png", "合同.pdf"]


def test_a_picture_wanted_is_an_answer(小林: Phone, kit: Kit) -> None:
    number = opened(小林)["number"]
    staffing.DOES["要"](kit, 小林.talent.openid, "银行卡复印件")
    told = 小林.said("POST", f"/tickets/{number}/messages", {"uploads": [up(小林)]})
    assert (told["state"], told["lines"][-1]["kind"]) == ("working", "resume")


def test_of_staff_only_what_came_with_a_reply(小林: Phone, 路人: Phone, kit: Kit, phones: Phones) -> None:
    number = opened(小林)["number"]
    with staffing.serving(kit, number) as (desk, ticket):
        put = Files(desk._unit, Seal(kit.settings.secret_key)).put
        files = [put(ticket, staffing.AGENT.id, title, PNG, now=kit.now()) for title in ("草稿.png", "流程.png")]
        desk.interim(ticket, staffing.AGENT, Said("看图", (files[1].id,)), now=kit.now())
    assert 小林.get(f"/files/{files[1].name}").status_code == 404  # it may still be taken back
    phones.clock.at += timedelta(seconds=11)
    assert [each["title"] for each in 小林.said("GET", f"/tickets/{number}")["lines"][-1]["files"]] == ["流程.png"]
    assert [小林.get(f"/files/{each.name}").status_code for each in files] == [404, 200]
    assert 路人.get(f"/files/{files[1].name}").status_code == 404


def test_a_day_holds_so_many_bytes_put_to_tickets_or_not(小林: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MOST_BYTES", 2 * len(PNG))
    first, second = up(小林), up(小林)
    小林.said("POST", "/tickets", {"text": "津贴没有到账", "uploads": [first]})
    refused = sent(小林)
    assert refused.status_code == 429
    小林.said("DELETE", f"/uploads/{second}")
    assert up(小林)
