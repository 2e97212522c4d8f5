"""One message, one row, one answer - also when it is late, repeated, overtaken or interrupted."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot import reply as replies
from bot.conversation import Context
from bot.deadline import Deadline
from bot.kit import Kit
from bot.message import Message
from bot.pipeline import Pipeline
from bot.reply import Silence, Text, Turn
from bot.router import Route, Router
from config.settings import Settings
from models import late, outbox
from models.db import Unavailable
from models.desk import NewTicket
from talk import Clock

Make = Callable[..., Pipeline]


def said(text: str, number: int, openid: str = "o1", *, passive: bool = True) -> Message:
    return Message(f"{openid}:{number}", openid, "gh", "text", 1763800000, text=text, passive=passive)


def echo(context: Context) -> Turn:
    count = int(context.recall.get("count", 0)) + 1
    return Turn(Text(f"{count}. {context.text}"), recall={"count": count})


def router(do: Callable[[Context], Turn], **states: Callable[[Context], Turn]) -> Router:
    return Router([], states, [], Route("only", lambda _: True, do))


@pytest.fixture
def make(kit: Kit) -> Iterator[Make]:
    made: list[Pipeline] = []

    def pipeline(do: Callable[[Context], Turn], deadline: float = 60, **states: Callable[[Context], Turn]) -> Pipeline:
        settings = Settings.from_env({"SECRET_KEY": "k" * 40, "PASSIVE_DEADLINE": str(deadline)})
        made.append(Pipeline(dataclasses.replace(kit, settings=settings), router(do, **states)))
        return made[-1]

    yield pipeline
    for each in made:
        each.close()


def text(pipeline: Pipeline, message: Message) -> str | None:
    reply = pipeline.answer(message).reply
    return None if isinstance(reply, Silence) else replies.as_text(reply)


def test_a_repeated_delivery_is_served_from_the_row(make: Make) -> None:
    pipeline = make(echo)
    assert [text(pipeline, said("好", 1)) for _ in range(3)] == ["1. 好"] * 3
    assert text(pipeline, said("再", 2)) == "2. 再"
    assert pipeline.answer(said("好", 1)).again


def test_two_deliveries_at_once_have_one_effect(make: Make, kit: Kit) -> None:
    together = threading.Barrier(2)

    def open_ticket(context: Context) -> Turn:
        if not context.recall:
            together.wait(timeout=60)
        ticket = context.desk.open(context.openid, NewTicket("a", "b"), now=context.now)
        return Turn(Text(ticket.number), recall={"done": 1})

    pipeline = make(open_ticket)
    with ThreadPoolExecutor(2) as two:
        answers = set(two.map(lambda _: text(pipeline, said("人工", 1)), range(2)))
    assert len(answers) == 1
    with kit.db.unit() as unit:
        assert len(kit.desk(unit).listed(["o1"])) == 1


def test_two_different_messages_at_once_are_handled_one_after_the_other(make: Make, kit: Kit) -> None:
    """Both see the same state at first; the loser is run again and finds the ticket already opened."""
    first_run = threading.Barrier(2)
    runs: list[str] = []

    def contact(context: Context) -> Turn:
        runs.append(context.text)
        if len(runs) <= 2:
            first_run.wait(timeout=60)
        ticket = context.desk.open(context.openid, NewTicket("a", context.text), now=context.now)
        return Turn(Text(ticket.number))

    pipeline = make(lambda context: Turn(Text("请留电话"), state="contact"), contact=contact)
    text(pipeline, said("人工", 1))
    with ThreadPoolExecutor(2) as two:
        answers = list(two.map(lambda number: text(pipeline, said("13800138000", number)), (2, 3)))
    assert sorted(answer == "请留电话" for answer in answers) == [False, True]
    with kit.db.unit() as unit:
        assert len(kit.desk(unit).listed(["o1"])) == 1


def test_the_row_names_the_content_that_gave_the_answer(make: Make, kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Swapped in the middle of a run, which therefore runs again."""
    version = ["a" * 12]
    monkeypatch.setattr(type(kit.library), "version", property(lambda library: version[0]))

    def swapped(context: Context) -> Turn:
        turn = Turn(Text(f"by {version[0]}"))
        version[0] = "b" * 12
        return turn

    assert text(make(swapped), said("好", 1)) == f"by {'b' * 12}"
    with kit.db.unit() as unit:
        row = unit.connection.exec_driver_sql("SELECT content FROM message").scalar_one()
    assert row == "b" * 12


def test_a_handler_that_fails_leaves_nothing_and_may_be_asked_again(make: Make, kit: Kit) -> None:
    broken = [True]

    def fails_once(context: Context) -> Turn:
        number = context.desk.open(context.openid, NewTicket("a", "b"), now=context.now).number
        if broken.pop():
            raise ZeroDivisionError
        return Turn(Text(number))

    pipeline = make(fails_once)
    with pytest.raises(ZeroDivisionError):
        pipeline.answer(said("人工", 1))
    broken.append(False)
    assert str(text(pipeline, said("人工", 1))).endswith("-0001")


class TestLate:
    @pytest.fixture(autouse=True)
    def _no_commit_is_hurried(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bot.pipeline._GRACE", 60.0)

    def slow(self, make: Make) -> tuple[Pipeline, threading.Event]:
        """Hardly any time for an answer: only for what is to be late."""
        go = threading.Event()

        def wait(context: Context) -> Turn:
            if context.text == "慢":
                assert go.wait(timeout=60)
            return echo(context)

        return make(wait, deadline=0.05), go

    def test_success_now_and_the_answer_with_the_next_message(self, make: Make) -> None:
        pipeline, go = self.slow(make)
        assert text(pipeline, said("慢", 1)) is None
        go.set()
        pipeline.close()  # ends when all work is done
        pipeline = make(echo)
        answer = str(text(pipeline, said("还在吗", 2)))
        assert answer.index("1. 慢") < answer.index("2. 还在吗")
        assert text(pipeline, said("好", 3)) == "3. 好"

    def test_it_is_answered_once_however_often_wechat_asks(self, make: Make, kit: Kit) -> None:
        pipeline, go = self.slow(make)
        assert text(pipeline, said("慢", 1)) is None
        go.set()
        pipeline.close()
        assert text(make(echo), said("慢", 1)) is None
        with kit.db.unit() as unit:
            assert len(outbox.owed(unit, ["o1"], kit.now())) == 1

    def test_what_was_accepted_outlives_the_worker(self, make: Make, kit: Kit, clock: Clock) -> None:
        """The process dies between `success` and the commit: the clock finishes the work, once."""
        with kit.db.writing() as unit:
            late.add(unit, "o1:1", said("慢", 1).dump(), clock.at)
        pipeline = make(echo)
        assert pipeline.resume() == 0
        clock.wait("11秒")
        assert (pipeline.resume(), pipeline.resume()) == (1, 0)
        assert "1. 慢" in str(text(pipeline, said("在吗", 2)))

    def test_one_that_always_fails_holds_up_nobody_and_is_owned_up_to_in_the_end(
        self, make: Make, kit: Kit, clock: Clock
    ) -> None:
        def fails(context: Context) -> Turn:
            if context.text == "坏":
                raise ZeroDivisionError
            return echo(context)

        with kit.db.writing() as unit:
            late.add(unit, "o1:1", said("坏", 1).dump(), clock.at)
        with kit.db.writing() as unit:
            late.add(unit, "o2:1", said("好", 1, "o2").dump(), clock.at)
        pipeline = make(fails)
        clock.wait("11秒")
        assert (pipeline.resume(), pipeline.resume()) == (2, 1)
        clock.wait("10分钟")
        assert (pipeline.resume(), pipeline.resume()) == (1, 0)
        assert "再发一次" in str(text(pipeline, said("在吗", 2)))
        assert "1. 好" in str(text(pipeline, said("在吗", 2, "o2")))

    def test_owed_answers_that_do_not_fit_wait_for_the_next_message(self, make: Make, kit: Kit, clock: Clock) -> None:
        pipeline = make(lambda context: Turn(Text(context.text)))
        for number, letter in enumerate("甲乙", 1):
            long = said(letter * 400, number, passive=False)
            assert text(pipeline, long) is None
        first, second, third = (str(text(pipeline, said(each, 10 + at))) for at, each in enumerate(("一", "二", "三")))
        assert "甲" * 400 in first
        assert first.endswith("一")
        assert "乙" * 400 in second
        assert second.endswith("二")
        assert third == "三"

    def test_a_late_message_does_not_act_on_what_came_after_it(self, make: Make, kit: Kit, clock: Clock) -> None:
        """“取消” was accepted late and lost its worker; meanwhile the person has begun something new."""

        def start(context: Context) -> Turn:
            return Turn(Text("请留电话"), state="contact") if context.text == "人工" else Turn(Text("没有要取消的"))

        pipeline = make(start, contact=lambda context: Turn(Text("好的" if context.text != "取消" else "取消了")))
        with kit.db.writing() as unit:
            late.add(unit, "o1:1", said("取消", 1).dump(), clock.at)
        clock.wait("5秒")
        assert text(pipeline, said("人工", 2)) == "请留电话"
        clock.wait("11秒")
        assert pipeline.resume() == 1
        answer = str(text(pipeline, said("13800138000", 3)))
        assert "没有要取消的" in answer
        assert answer.endswith("好的")

    def test_a_row_of_another_version_is_read_or_thrown_away_but_blocks_nobody(
        self, make: Make, kit: Kit, clock: Clock
    ) -> None:
        newer = said("好", 1).dump().replace('"key"', '"colour": "red", "key"')
        for key, row in (("a", "{}"), ("b", "no json"), ("o1:1", newer)):
            with kit.db.writing() as unit:
                late.add(unit, key, row, clock.at)
        pipeline = make(echo)
        clock.wait("11分钟")
        assert (pipeline.resume(), pipeline.resume()) == (3, 0)
        assert "1. 好" in str(text(pipeline, said("在吗", 2)))

    def test_when_not_even_that_can_be_stored_wechat_must_ask_again(
        self, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pipeline, go = self.slow(make)

        def full(*_: object) -> None:
            raise Unavailable("disk full")

        with monkeypatch.context() as broken:
            broken.setattr(late, "add", full)
            with pytest.raises(Unavailable):
                pipeline.answer(said("慢", 1))
        go.set()


def test_pushes_that_take_no_answer_in_place_are_owed_theirs(make: Make, kit: Kit) -> None:
    pipeline = make(echo)
    assert text(pipeline, said("嗨", 1, passive=False)) is None
    with kit.db.unit() as unit:
        assert [replies.parse(each.body) for each in outbox.owed(unit, ["o1"], kit.now())] == [Text("1. 嗨")]


def test_silence_is_stored_too(make: Make) -> None:
    pipeline = make(lambda context: Turn(Silence()))
    assert pipeline.answer(said("x", 1)).reply == Silence()
    assert pipeline.answer(said("x", 1)).again


def test_an_event_nobody_typed_is_no_step_in_the_talk(make: Make, clock: Clock) -> None:
    def start(context: Context) -> Turn:
        return Turn(Silence()) if context.text == "看了一页" else Turn(Text("请留电话"), state="contact")

    def contact(context: Context) -> Turn:
        silent = context.text == "看了一页"
        return Turn(Silence()) if silent else Turn(Text("记下了"))

    pipeline = make(start, contact=contact)
    assert text(pipeline, said("人工", 1)) == "请留电话"
    clock.wait("6分钟")
    assert text(pipeline, said("看了一页", 2)) is None
    assert text(pipeline, said("13800138000", 3)) == "记下了"
    assert text(pipeline, said("人工", 4)) == "请留电话"
    for number in range(5, 8):
        clock.wait("6分钟")
        assert text(pipeline, said("看了一页", number)) is None
    assert text(pipeline, said("13800138000", 9)) == "请留电话"


def test_long_answers_are_cut_and_the_rest_is_offered(make: Make) -> None:
    story = "这是很长的一句话，用来占位。" * 100

    def tell(context: Context) -> Turn:
        return Turn(Text(context.rest or story))

    pipeline = make(tell)
    pieces = []
    for number in range(1, 10):
        piece = str(text(pipeline, said("更多", number)))
        assert len(piece) <= 600
        assert len(piece.encode()) <= 1800
        pieces.append(piece.split("\n…")[0])
        if "更多" not in piece:
            break
    assert "".join("".join(pieces).split()) == story


def test_a_state_lapses_after_ten_minutes(make: Make, clock: Clock) -> None:
    lapsed: list[str] = []

    def start(context: Context) -> Turn:
        lapsed.append(context.lapsed)
        return Turn(Text("第一步"), state="second")

    pipeline = make(start, second=lambda context: Turn(Text("第二步"), state="second"))
    assert text(pipeline, said("a", 1)) == "第一步"
    clock.wait("10分钟")
    assert text(pipeline, said("b", 2)) == "第二步"
    clock.wait("601秒")
    assert text(pipeline, said("c", 3)) == "第一步"
    assert lapsed == ["", "second"]


def test_exactly_one_of_in_time_and_late_wins() -> None:
    for _ in range(200):
        deadline, start = Deadline(), threading.Barrier(2)

        def race(how: Callable[[], bool], start: threading.Barrier = start) -> bool:
            start.wait()
            return how()

        with ThreadPoolExecutor(2) as two:
            won = [two.submit(race, how) for how in (deadline.settle, deadline.expire)]
        assert sorted(each.result() for each in won) == [False, True]


def test_what_has_to_run_again_is_late_once_nobody_waits() -> None:
    """Also when it is at that already, at the moment the waiting ends."""
    deadline = Deadline()
    assert deadline.settle()
    assert not deadline.expire()
    deadline.reopen()
    deadline.abandon()
    assert not deadline.settle()
