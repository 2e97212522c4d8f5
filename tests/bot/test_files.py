"""Files both ways: talents' are fetched before WeChat forgets them, staff's pictures go out behind their text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.deliveries import deliveries, resend
from bot.desk import Serving
from bot.fetching import fetch
from bot.kit import Kit
from bot.reply import Picture, Reply
from bot.wechat.values import Media
from models.access import Actor
from models.attachment import LARGEST, Attachment
from models.desk import NewTicket
from models.desk_answer import Said
from models.files import MOST_OF_A_REPLY, Files, Refused
from models.magic import sniff
from models.seal import Seal
from models.ticket import Ticket
from talk import Clock, Talk
from wechat_api import no

AGENT = Actor(1, "小陈", "agent")
JPEG = b"\xff\xd8\xff" + b"jpeg" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
AMR = b"#!AMR\n" + b"\1" * 40
NUMBER = "T20261123-0001"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


@contextmanager
def at_work(kit: Kit) -> Iterator[tuple[Serving, Files, Ticket]]:
    with kit.db.writing() as unit:
        desk = kit.desk(unit)
        yield desk, Files(unit, Seal(kit.settings.secret_key)), desk.hold(AGENT, NUMBER, "answer")


@pytest.fixture
def 有工单(小林: Talk) -> Talk:
    小林.say("你好")
    with 小林.kit.db.writing() as unit:
        小林.kit.desk(unit).open(小林.openid, NewTicket("津贴没到账", "三月就批了"), now=小林.clock.at)
    return 小林


def attach(talk: Talk, kind: str = "image") -> None:
    with talk.kit.db.writing() as unit:
        desk = talk.kit.desk(unit)
        desk.attach(desk.theirs([talk.openid], NUMBER), kind, f"media-{kind}", account="service", now=talk.clock.at)


def only(kit: Kit) -> Attachment:
    with kit.db.unit() as unit:
        return unit.session.query(Attachment).one()


def put(kit: Kit, data: bytes = PNG, title: str = "盖章的名单.png") -> int:
    with at_work(kit) as (_, found, ticket):
        return found.put(ticket, AGENT.id, title, data, now=kit.now()).id


def answer(kit: Kit, *attachments: int) -> int:
    with at_work(kit) as (desk, _, ticket):
        return desk.answer(ticket, AGENT, Said("见附图。", attachments=attachments), now=kit.now()).id


def test_a_talents_picture_is_fetched_and_sealed(有工单: Talk) -> None:
    kit = 有工单.kit
    kit.wechat.answers["download"] = Media(JPEG, "image/jpeg", "")  # type: ignore[attr-defined]
    attach(有工单)
    assert only(kit).state == "awaited"
    assert fetch(kit) == "取回 1"
    file = only(kit)
    assert (file.state, file.mime, file.size) == ("kept", "image/jpeg", len(JPEG))
    assert file.body is not None
    assert b"jpeg" not in file.body
    with at_work(kit) as (_, found, ticket):
        assert [each.name for each in found.of(ticket)] == [file.name]
        assert found.body(file.id) == JPEG
    assert fetch(kit) == ""


def test_a_recording_stays_what_it_is(有工单: Talk) -> None:
    有工单.kit.wechat.answers["download"] = Media(AMR, "audio/amr", "")  # type: ignore[attr-defined]
    attach(有工单, "voice")
    fetch(有工单.kit)
    assert (only(有工单.kit).state, only(有工单.kit).mime) == ("kept", "audio/amr")


def test_a_film_cannot_be_fetched_and_says_so(有工单: Talk) -> None:
    attach(有工单, "video")
    assert fetch(有工单.kit) == "没取到 1"
    assert only(有工单.kit).state == "lost"
    assert "视频" in only(有工单.kit).why


def test_a_failure_is_tried_again_after_a_pause_until_wechat_has_forgotten(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    kit.wechat.refuse(no("later", 0))  # type: ignore[attr-defined]
    attach(有工单)
    assert fetch(kit) == "稍后再取 1"
    assert fetch(kit) == ""
    clock.wait("2分钟")
    assert fetch(kit) == "稍后再取 1"
    clock.wait("3天")
    assert fetch(kit) == "没取到 1"
    assert "三天" in only(kit).why


def test_what_wechat_does_not_have_any_more_is_lost_at_once(有工单: Talk) -> None:
    有工单.kit.wechat.refuse(no("refused", 40007), times=1)  # type: ignore[attr-defined]
    attach(有工单)
    assert fetch(有工单.kit) == "没取到 1"


def test_what_is_no_kind_we_keep_is_not_kept(有工单: Talk) -> None:
    有工单.kit.wechat.answers["download"] = Media(b"<html><script>", "text/html", "")  # type: ignore[attr-defined]
    attach(有工单)
    fetch(有工单.kit)
    assert (only(有工单.kit).state, only(有工单.kit).body) == ("refused", None)


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "wordprocessingml.document"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "spreadsheetml.sheet"),
    ],
)
def test_what_staff_may_put(data: bytes, mime: str) -> None:
    found = sniff(data)
    assert found is not None
    assert found.mime.endswith(mime)


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\x00",
        zipped("a.txt"),
        zipped("word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04 and nothing behind it",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"=cmd|' /C calc'!A0",
    ],
)
def test_what_staff_may_not_put(data: bytes) -> None:
    assert sniff(data) is None


@pytest.mark.parametrize(
    ("title", "saved"),
    [
        ("简历.pdf", "简历.png"),
        ("../../etc/passwd", "etc passwd.png"),
        ("a\u202egnp.exe", "agnp.png"),
        ("\r\nSet-Cookie: x", "Set-Cookie x.png"),
        ("...", "附件.png"),
        ("", "附件.png"),
        ("长" * 300 + ".png", "长" * 120 + ".png"),
    ],
)
def test_a_name_is_made_harmless(有工单: Talk, title: str, saved: str) -> None:
    put(有工单.kit, title=title)
    assert only(有工单.kit).title == saved


def test_too_large_too_many_or_empty(有工单: Talk) -> None:
    kit = 有工单.kit
    for data, why in ((b"", "空"), (PNG + b"\0" * LARGEST, "太大"), (b"hello", "只收")):
        with pytest.raises(Refused, match=why):
            put(kit, data)
    for _ in range(MOST_OF_A_REPLY):
        put(kit)
    with pytest.raises(Refused, match="一次最多"):
        put(kit)


def test_names_cannot_be_guessed(有工单: Talk) -> None:
    put(有工单.kit)
    assert len(only(有工单.kit).name) >= 32


def test_a_picture_goes_out_behind_its_text_and_is_uploaded_once(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    event = answer(kit, put(kit))
    clock.wait("11秒")
    有工单.deliver()
    said = [call.what for call in kit.wechat.calls if call.what != "download"]  # type: ignore[attr-defined]
    assert said == ["send", "upload", "send"]
    assert kit.wechat.calls[-1].reply.media_id == "media1"  # type: ignore[attr-defined]
    with kit.db.writing() as unit:
        assert deliveries(unit, [event], clock.at)[event].state == "sent"
        assert resend(unit, event, clock.at) == 2
    有工单.deliver()
    assert [call.what for call in kit.wechat.calls].count("upload") == 1  # type: ignore[attr-defined]


def test_an_upload_that_fails_is_no_picture_that_may_have_arrived(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    event = answer(kit, put(kit))
    kit.wechat.refuse(no("later", 0, unsure=True), times=1, what="upload")  # type: ignore[attr-defined]
    clock.wait("11秒")
    有工单.deliver()
    with kit.db.unit() as unit:
        waits = deliveries(unit, [event], clock.at)[event]
    assert waits.state == "waiting"
    clock.wait("1分钟")
    有工单.deliver()
    with kit.db.unit() as unit:
        assert deliveries(unit, [event], clock.at)[event].state == "sent"


def test_what_wechat_does_not_take_is_refused_before_anything_is_said(有工单: Talk) -> None:
    kit = 有工单.kit
    paper = put(kit, b"%PDF-1.7\n", "通知.pdf")
    with pytest.raises(Refused, match="只能发图片"):
        answer(kit, paper)
    with kit.db.unit() as unit:
        assert kit.desk(unit).get(AGENT, NUMBER).state == "new"


def test_a_file_of_another_ticket_cannot_be_sent(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    number = put(kit)
    with kit.db.writing() as unit:
        desk = kit.desk(unit)
        other = desk.open("oSomebodyElse", NewTicket("另一件", "x"), now=clock.at)
        with pytest.raises(Refused):
            desk.answer(other, AGENT, Said("好", attachments=[number]), now=clock.at)


def test_a_reply_taken_back_gives_its_files_back_to_the_draft(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    number = put(kit)
    event = answer(kit, number)
    with at_work(kit) as (desk, found, ticket):
        said = next(each for each in desk.events(ticket) if each.id == event)
        desk.recall(ticket, AGENT, said, now=clock.at)
        assert [each.id for each in found.loose(ticket, AGENT.id)] == [number]
    clock.wait("11秒")
    assert 有工单.deliver() == ""
    answer(kit, number)


def test_a_file_of_a_draft_is_removed_by_who_put_it_alone(有工单: Talk) -> None:
    kit = 有工单.kit
    put(kit)
    name = only(kit).name
    with at_work(kit) as (_, found, ticket):
        assert not found.remove(ticket, 99, name)
        assert found.remove(ticket, AGENT.id, name)
        assert found.find(name) is None


def test_an_id_of_wechats_is_made_anew_when_it_is_old(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    event = answer(kit, put(kit))
    clock.wait("11秒")
    有工单.deliver()
    clock.at += timedelta(days=3)
    有工单.say("在吗")
    with kit.db.writing() as unit:
        resend(unit, event, clock.at)
    有工单.deliver()
    assert [call.what for call in kit.wechat.calls].count("upload") == 2  # type: ignore[attr-defined]


def test_a_picture_that_wechat_has_forgotten_early_is_uploaded_once_more(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    event = answer(kit, put(kit))
    clock.wait("11秒")
    有工单.deliver()
    with kit.db.writing() as unit:
        resend(unit, event, clock.at)
    wechat = kit.wechat
    send, gone = wechat.send, ["media1"]

    def forgetful(openid: str, reply: Reply) -> None:
        send(openid, reply)
        if isinstance(reply, Picture) and reply.media_id in gone:
            raise no("refused", 40007)

    wechat.send = forgetful  # type: ignore[method-assign]
    wechat.answers["upload"] = "media2"  # type: ignore[attr-defined]
    有工单.deliver()
    assert [call.what for call in wechat.calls].count("upload") == 2  # type: ignore[attr-defined]
    assert wechat.calls[-1].reply.media_id == "media2"  # type: ignore[attr-defined]
    with kit.db.unit() as unit:
        assert deliveries(unit, [event], clock.at)[event].state == "sent"


def test_a_picture_that_wechat_never_takes_is_not_uploaded_for_ever(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    event = answer(kit, put(kit))
    clock.wait("11秒")
    kit.wechat.refuse(no("refused", 40007), what="send")  # type: ignore[attr-defined]
    有工单.deliver()
    assert [call.what for call in kit.wechat.calls].count("upload") <= 2  # type: ignore[attr-defined]
    with kit.db.unit() as unit:
        assert deliveries(unit, [event], clock.at)[event].state == "failed"
