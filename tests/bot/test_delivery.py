"""What is owed goes out by the way that is open, once, and ends with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.kit import Kit
from bot.reply import Choices, Reply, Text, dump
from bot.wechat.errors import SendError
from models import outbox, outbox_desk, results, sending, talk
from models.agreement import Agreements
from models.consent import Consents
from models.events import Events, NewEvent
from models.person import People, Person
from outgoing import arrived, deliver, owe, row
from talk import Clock, Talk
from wechat_api import Recorder, no

SUBSCRIPTION = "emu-subscribe-notice"


@pytest.fixture
def wechat(kit: Kit) -> Recorder:
    assert isinstance(kit.wechat, Recorder)
    return kit.wechat


def accept(kit: Kit, openid: str, times: int = 1, template: str = SUBSCRIPTION) -> None:
    for _ in range(times):
        with kit.db.writing() as unit:
            Consents(unit).accept(openid, template, now=kit.now())


def left(kit: Kit, openid: str) -> int:
    with kit.db.unit() as unit:
        return Consents(unit).left(openid, SUBSCRIPTION)


def outcomes(kit: Kit, number: int) -> list[tuple[str, str]]:
    with kit.db.unit() as unit:
        return [(each.way, each.outcome) for each in sending.of(unit, number)]


def follows(kit: Kit, openid: str) -> bool:
    with kit.db.unit() as unit:
        person = unit.session.get(Person, openid)
        return person is None or person.following


class TestTheWay:
    def test_inside_the_window_it_is_a_customer_service_message(self, kit: Kit, 小林: Talk) -> None:
        小林.say("你好")
        number = owe(kit, 小林.openid)
        assert deliver(kit) == "发送 1"
        assert arrived(kit, 小林.openid) == ["人才日活动后天开始。"]
        assert (row(kit, number).state, row(kit, number).way) == ("sent", "service")
        assert deliver(kit) == ""

    def test_outside_it_a_consent_is_used_up(self, kit: Kit) -> None:
        accept(kit, "o1")
        number = owe(kit, "o1")
        deliver(kit)
        assert arrived(kit, "o1") == [
            "send_subscription thing1 人才日活动；time2 2026年11月25日 09:00；thing3 请带身份证"
        ]
        assert (row(kit, number).way, left(kit, "o1")) == ("subscription", 0)

    def test_without_a_consent_it_is_a_template_message(self, kit: Kit) -> None:
        number = owe(kit, "o1")
        deliver(kit)
        assert row(kit, number).way == "template"

    def test_where_nothing_is_open_it_waits_and_says_why(self, kit: Kit) -> None:
        number = owe(kit, "o1", "broadcast")
        assert deliver(kit) == "等待 1"
        assert "近两天没有来过" in row(kit, number).reason
        assert "没有订阅的同意" in row(kit, number).reason

    def test_a_time_that_is_not_known_is_not_made_up(self, kit: Kit) -> None:
        number = owe(kit, "o1", data={"when": ""})
        deliver(kit)
        assert row(kit, number).state == "waiting"

    def test_lines_to_tap_go_as_such(self, kit: Kit, wechat: Recorder, 小林: Talk) -> None:
        小林.say("你好")
        owe(kit, 小林.openid, data={"menu": [["yes", "满意"], ["no", "不满意"]]})
        deliver(kit)
        lines = (("yes", "满意"), ("no", "不满意"))
        assert wechat.calls[-1].reply == Choices("人才日活动后天开始。", lines)

    @pytest.mark.parametrize(("account", "way"), [("service", "subscription"), ("miniapp", "miniapp")])
    def test_a_subscription_leads_to_the_page_of_its_notice(self, kit: Kit, account: str, way: str) -> None:
        found = kit.notices()
        template = getattr(found.ticket_answer, way).model_copy(update={"page": "pages/ticket"})
        answer = found.ticket_answer.model_copy(update={way: template})
        kit = replace(kit, notices=lambda: found.model_copy(update={"ticket_answer": answer}))
        for openid, data in (("o1", {}), ("o2", {"page": "pages/other"})):
            accept(kit, openid, template=template.id)
            owe(kit, openid, account=account, data=data)
        deliver(kit)
        api = kit.wechat if account == "service" else kit.miniapp
        assert isinstance(api, Recorder)
        assert [call.page for call in api.calls] == ["pages/ticket", "pages/other"]

    def test_the_mini_program_has_its_own_account_and_templates(self, kit: Kit) -> None:
        accept(kit, "m1", template="emu-mini-notice")
        number = owe(kit, "m1", account="miniapp")
        deliver(kit)
        assert row(kit, number).way == "subscription"
        assert isinstance(kit.miniapp, Recorder)
        assert [call.what for call in kit.miniapp.calls] == ["send_subscription"]

    def test_who_has_left_is_not_written_to(self, kit: Kit) -> None:
        with kit.db.writing() as unit:
            People(unit).leave("o1", now=kit.now())
        answer, reminder = owe(kit, "o1"), owe(kit, "o1", "reminder")
        deliver(kit)
        assert [row(kit, each).state for each in (answer, reminder)] == ["waiting", "dead"]
        assert "没有关注" in row(kit, reminder).reason

    def test_what_needs_an_agreement_is_not_sent_after_it_was_withdrawn(self, kit: Kit) -> None:
        with kit.db.writing() as unit:
            Agreements(unit).give("o1", "news", how="chat", now=kit.now())
            Agreements(unit).give("o2", "news", how="chat", now=kit.now())
            Agreements(unit).withdraw("o1", "news", now=kit.now())
        gone, stays = (owe(kit, each, data={"purpose": "news"}) for each in ("o1", "o2"))
        deliver(kit)
        assert [row(kit, each).state for each in (gone, stays)] == ["dead", "sent"]

    @pytest.mark.parametrize("said", [lambda start: start.isoformat(), lambda start: f"{start:%Y-%m-%d}"])
    def test_a_reminder_is_not_sent_of_what_the_person_gave_up(self, kit: Kit, said: Callable[[datetime], str]) -> None:
        """It was on its way when they withdrew; nobody could take it back then."""
        start = kit.now() + timedelta(days=2)
        numbers = []
        for openid in ("o1", "o2"):
            with kit.db.writing() as unit:
                events = Events(unit)
                event = events.add(
                    NewEvent("人才日", starts_at=start, ends_at=start + timedelta(hours=2)), now=kit.now()
                )
                events.open(event, now=kit.now())
                events.sign_up(event, openid, remind=True, now=kit.now())
                if openid == "o1":
                    events.withdraw(event, openid, now=kit.now())
                data = {"event": event.number, "when": said(start)}
            numbers.append(owe(kit, openid, "reminder", data=data))
        deliver(kit)
        assert [row(kit, each).state for each in numbers] == ["dead", "sent"]
        assert row(kit, numbers[0]).reason == "没有报名"

    def test_nor_of_an_event_that_was_moved(self, kit: Kit) -> None:
        start = kit.now() + timedelta(days=2)
        with kit.db.writing() as unit:
            events = Events(unit)
            event = events.add(NewEvent("人才日", starts_at=start), now=kit.now())
            events.open(event, now=kit.now())
            events.sign_up(event, "o1", remind=True, now=kit.now())
            data = {"event": event.number, "when": (start - timedelta(hours=1)).isoformat()}
        number = owe(kit, "o1", "reminder", data=data)
        deliver(kit)
        assert row(kit, number).reason == "活动改期"


class TestRefusals:
    @pytest.mark.parametrize("code", [45015, 45047])
    def test_a_window_wechat_says_is_shut_is_learnt_and_the_next_way_taken(
        self, kit: Kit, wechat: Recorder, 小林: Talk, code: int
    ) -> None:
        小林.say("你好")
        wechat.refuse(no("window", code), what="send")
        first, second = owe(kit, 小林.openid), owe(kit, 小林.openid)
        deliver(kit)
        assert [row(kit, each).way for each in (first, second)] == ["template", "template"]
        assert [call.what for call in wechat.calls] == ["send", "send_template", "send_template"]

    def test_a_consent_wechat_does_not_know_is_none(self, kit: Kit, wechat: Recorder) -> None:
        accept(kit, "o1", 3)
        wechat.refuse(no("consent", 43101), what="send_subscription")
        number = owe(kit, "o1")
        deliver(kit)
        assert (row(kit, number).way, left(kit, "o1")) == ("template", 0)

    def test_a_consent_that_was_not_used_is_given_back(self, kit: Kit, wechat: Recorder, clock: Clock) -> None:
        accept(kit, "o1")
        wechat.refuse(no("later", -1), what="send_subscription", times=1)
        number = owe(kit, "o1")
        assert deliver(kit) == "稍后再发 1"
        assert left(kit, "o1") == 1
        clock.wait("10秒")
        deliver(kit)
        assert (row(kit, number).way, left(kit, "o1")) == ("subscription", 0)

    def test_who_does_not_follow_any_more_is_noted(self, kit: Kit, wechat: Recorder, 小林: Talk) -> None:
        小林.say("你好")
        wechat.refuse(no("gone", 43004))
        answer, reminder = owe(kit, 小林.openid), owe(kit, 小林.openid, "reminder")
        deliver(kit)
        assert [row(kit, each).state for each in (answer, reminder)] == ["waiting", "dead"]
        assert len(wechat.calls) == 1, "the second is not even tried"

    @pytest.mark.parametrize("code", [40003, 43019, 48002, 48003])
    def test_who_only_shuts_us_out_follows_still(self, kit: Kit, wechat: Recorder, 小林: Talk, code: int) -> None:
        小林.say("[subscribe]")
        小林.say("你好")
        wechat.refuse(no("gone", code), times=1)
        answer = owe(kit, 小林.openid)
        deliver(kit)
        assert (row(kit, answer).state, follows(kit, 小林.openid)) == ("waiting", True)

    def test_who_was_noted_to_have_left_and_writes_follows_again(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk
    ) -> None:
        小林.say("[subscribe]")
        wechat.refuse(no("gone", 43004), times=1)
        owe(kit, 小林.openid)
        deliver(kit)
        assert not follows(kit, 小林.openid)
        小林.say("[sent emu-template-notice success m1]")
        assert not follows(kit, 小林.openid)
        clock.wait("1分钟")
        小林.say("你好")
        assert follows(kit, 小林.openid)

    def test_what_will_never_be_taken_is_dead_with_the_sentence_staff_read(
        self, kit: Kit, wechat: Recorder, 小林: Talk
    ) -> None:
        小林.say("你好")
        wechat.refuse(no("refused", 40033))
        number = owe(kit, 小林.openid)
        deliver(kit)
        assert row(kit, number).state == "dead"
        assert "测试里的拒绝（40033）" in row(kit, number).reason

    def test_a_template_of_no_use_does_not_hold_up_the_next_way(self, kit: Kit, wechat: Recorder) -> None:
        accept(kit, "o1")
        wechat.refuse(no("config", 40037), what="send_subscription")
        number = owe(kit, "o1")
        deliver(kit)
        assert (row(kit, number).way, left(kit, "o1")) == ("template", 1)

    def test_while_the_account_is_broken_rows_stay_due_and_lose_no_try(
        self, kit: Kit, wechat: Recorder, clock: Clock
    ) -> None:
        wechat.refuse(no("config", 40164))
        number = owe(kit, "o1")
        for _ in range(30):
            assert deliver(kit) == "稍后再发 1"
            clock.wait("5分钟")
        wechat.accept()
        deliver(kit)
        assert row(kit, number).state == "sent"

    def test_a_used_up_day_is_waited_for(self, kit: Kit, wechat: Recorder, clock: Clock) -> None:
        wechat.refuse(no("quota", 45009, retry_after=3600.0), times=1)
        number = owe(kit, "o1")
        deliver(kit)
        clock.wait("59分钟")
        assert deliver(kit) == ""
        clock.wait("1分钟")
        deliver(kit)
        assert row(kit, number).state == "sent"

    @pytest.mark.parametrize("refusal", [no("quota", 45009, retry_after=36000.0), no("config", 48001), no("later", -1)])
    def test_what_is_put_off_goes_out_with_a_reply_when_the_person_writes_first(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk, refusal: SendError
    ) -> None:
        小林.say("你好")
        wechat.refuse(refusal)
        number = owe(kit, 小林.openid, "broadcast")
        for _ in range(3):
            deliver(kit)
            clock.wait("10秒")
        deliver(kit)
        assert row(kit, number).due_at > kit.now()
        assert "人才日活动后天开始" in 小林.say("热线电话是多少")
        assert row(kit, number).way == outbox.PASSIVE
        wechat.accept()
        clock.wait("24小时")
        assert deliver(kit) == ""

    def test_what_is_owed_for_later_does_not_go_out_with_a_reply_before(self, kit: Kit, 小林: Talk) -> None:
        owe(kit, 小林.openid, due_at=kit.now() + timedelta(hours=1))
        with kit.db.writing() as unit:
            talk.owe(unit, 小林.openid)
        assert "人才日活动" not in 小林.say("热线电话是多少")

    def test_what_cannot_wait_so_long_is_tried_a_last_time_before_it_is_of_no_use(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk
    ) -> None:
        小林.say("你好")
        wechat.refuse(no("quota", 45009, retry_after=36000.0), times=1)
        until = kit.now() + timedelta(minutes=30)
        number = owe(kit, 小林.openid, "broadcast", until=until)
        deliver(kit)
        found = row(kit, number)
        assert found.due_at == until - timedelta(minutes=1)
        assert "以后发就没有用了，可能赶不上" in found.reason
        clock.wait("29分钟")
        deliver(kit)
        assert row(kit, number).state == "sent"

    @pytest.mark.parametrize("refusal", [no("quota", 45009, retry_after=36000.0), no("config", 48001)])
    def test_one_api_that_is_shut_does_not_hold_up_the_next_way(
        self, kit: Kit, wechat: Recorder, 小林: Talk, refusal: SendError
    ) -> None:
        小林.say("你好")
        wechat.refuse(refusal, what="send")
        number = owe(kit, 小林.openid, until=kit.now() + timedelta(hours=1))
        deliver(kit)
        assert (row(kit, number).state, row(kit, number).way) == ("sent", "template")

    def test_what_may_have_arrived_by_it_waits_for_it(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk
    ) -> None:
        小林.say("你好")
        wechat.refuse(no("later", unsure=True), times=1)
        number = owe(kit, 小林.openid)
        deliver(kit)
        wechat.refuse(no("quota", 45009, retry_after=36000.0), what="send")
        clock.wait("10分钟")
        assert deliver(kit) == "稍后再发 1"
        assert {call.what for call in wechat.calls} == {"send"}
        assert row(kit, number).state == "due"

    def test_a_pause_of_a_minute_is_waited_for(self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk) -> None:
        小林.say("你好")
        wechat.refuse(no("quota", 45011, retry_after=60.0), times=1)
        number = owe(kit, 小林.openid)
        deliver(kit)
        clock.wait("1分钟")
        deliver(kit)
        assert row(kit, number).way == "service"

    def test_a_shut_api_weighs_more_than_a_template_that_is_refused(
        self, kit: Kit, wechat: Recorder, 小林: Talk
    ) -> None:
        小林.say("你好")
        wechat.refuse(no("config", 48001), what="send")
        wechat.refuse(no("refused", 47003), what="send_template")
        number = owe(kit, 小林.openid)
        assert deliver(kit) == "稍后再发 1"
        assert "48001" in row(kit, number).reason

    @pytest.mark.parametrize("refusal", [no("config", 48001, asked=False), no("later", 0)])
    def test_calls_that_were_never_made_leave_no_trace(
        self, kit: Kit, wechat: Recorder, clock: Clock, refusal: SendError
    ) -> None:
        wechat.refuse(refusal)
        number = owe(kit, "o1")
        for _ in range(5):
            assert deliver(kit) == "稍后再发 1"
            clock.wait("10分钟")
        assert outcomes(kit, number) == []

    def test_in_the_end_it_is_given_up(self, kit: Kit, wechat: Recorder, clock: Clock) -> None:
        wechat.refuse(no("later", -1))
        number = owe(kit, "o1")
        for _ in range(21):
            deliver(kit)
            clock.wait("10分钟")
        found = row(kit, number)
        assert (found.state, len(wechat.calls)) == ("dead", 20)
        assert "试了 20 次" in found.reason

    def test_a_row_nobody_can_read_is_dead_and_holds_up_nobody(self, kit: Kit) -> None:
        with kit.db.writing() as unit:
            outbox.add(unit, "o1", "reminder", "no json", dedup="bad", now=kit.now())
        good = owe(kit, "o1")
        deliver(kit)
        assert row(kit, good - 1).state == "dead"
        assert row(kit, good).state == "sent"


class TestNoAnswer:
    def test_a_customer_service_message_is_repeated_once_in_its_life(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk
    ) -> None:
        小林.say("你好")
        wechat.refuse(no("later", unsure=True))
        number = owe(kit, 小林.openid)
        for _ in range(4):
            deliver(kit)
            clock.wait("10分钟")
        assert len(wechat.calls) == 2
        assert row(kit, number).state == "sent"
        assert "两次都没有回音" in row(kit, number).reason

    def test_it_is_repeated_when_what_cut_off_the_first_call_is_over(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk
    ) -> None:
        小林.say("你好")
        wechat.refuse(no("later", unsure=True))
        number = owe(kit, 小林.openid)
        for _ in range(8):
            deliver(kit)
            clock.wait("15秒")
        assert (len(wechat.calls), row(kit, number).state) == (1, "due")
        wechat.accept()
        clock.wait("1分钟")
        deliver(kit)
        assert outcomes(kit, number) == [("service", "unsure"), ("service", "ok")]

    def test_but_before_the_window_shuts(self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk) -> None:
        小林.say("[click menu.card]")
        wechat.refuse(no("later", unsure=True), times=1)
        number = owe(kit, 小林.openid)
        for _ in range(6):
            deliver(kit)
            clock.wait("10秒")
        assert outcomes(kit, number) == [("service", "unsure"), ("service", "ok")]

    def test_a_template_is_repeated_under_the_same_number_and_only_while_wechat_knows_it(
        self, kit: Kit, wechat: Recorder, clock: Clock
    ) -> None:
        wechat.refuse(no("later", unsure=True))
        number = owe(kit, "o1")
        for _ in range(12):
            deliver(kit)
            clock.wait("2分钟")
        assert 2 < len(wechat.calls) < 6
        assert len({call.client_msg_id for call in wechat.calls}) == 1
        assert row(kit, number).state == "sent"
        assert "十分钟" in row(kit, number).reason

    def test_a_template_that_was_replaced_meanwhile_is_not_repeated(
        self, kit: Kit, wechat: Recorder, clock: Clock
    ) -> None:
        wechat.refuse(no("later", unsure=True), times=1)
        number = owe(kit, "o1")
        deliver(kit)
        found = kit.notices()
        assert found.ticket_answer.template
        template = found.ticket_answer.template.model_copy(update={"id": "another-template"})
        answer = found.ticket_answer.model_copy(update={"template": template})
        clock.wait("2分钟")
        deliver(replace(kit, notices=lambda: found.model_copy(update={"ticket_answer": answer})))
        assert (row(kit, number).state, len(wechat.calls)) == ("sent", 1)

    def test_a_one_time_consent_is_tried_again_and_never_spent_twice(
        self, kit: Kit, wechat: Recorder, clock: Clock
    ) -> None:
        accept(kit, "o1")
        wechat.refuse(no("later", unsure=True), times=1)
        number = owe(kit, "o1")
        deliver(kit)
        assert left(kit, "o1") == 0
        wechat.refuse(no("consent", 43101))
        clock.wait("1分钟")
        deliver(kit)
        assert (row(kit, number).state, left(kit, "o1")) == ("sent", 0)
        assert "同意已经用掉" in row(kit, number).reason

    def test_with_another_consent_left_it_might_arrive_twice_and_is_not_repeated(
        self, kit: Kit, wechat: Recorder, clock: Clock
    ) -> None:
        accept(kit, "o1", 2)
        wechat.refuse(no("later", unsure=True), times=1)
        number = owe(kit, "o1")
        for _ in range(2):
            deliver(kit)
            clock.wait("1分钟")
        assert (len(wechat.calls), left(kit, "o1")) == (1, 1)
        assert row(kit, number).state == "sent"

    def test_a_lasting_subscription_is_never_repeated(self, kit: Kit, wechat: Recorder, clock: Clock) -> None:
        with kit.db.writing() as unit:
            Consents(unit).accept("o1", "emu-lasting-notice", lasting=True, now=kit.now())
        wechat.refuse(no("later", unsure=True), times=1)
        number = owe(kit, "o1", "broadcast")
        for _ in range(2):
            deliver(kit)
            clock.wait("1分钟")
        assert (len(wechat.calls), row(kit, number).state) == (1, "sent")

    @pytest.mark.parametrize("lease", [60, 20])
    def test_what_a_dead_worker_began_counts_as_unanswered(
        self, kit: Kit, wechat: Recorder, clock: Clock, lease: int
    ) -> None:
        kit = replace(kit, settings=replace(kit.settings, delivery_lease=lease))
        number = owe(kit, "o1")

        class Killed(BaseException):
            pass

        wechat.refuse(Killed())  # type: ignore[arg-type]
        with pytest.raises(Killed):
            deliver(kit, "first")
        wechat.accept()
        clock.wait(f"{lease - 1}秒")
        assert deliver(kit, "second") == "", "its lease holds"
        clock.wait("2秒")
        assert deliver(kit, "second") == "发送 1"
        assert outcomes(kit, number) == [("template", "unsure"), ("template", "ok")]
        assert len({call.client_msg_id for call in wechat.calls}) == 1

    def test_a_template_that_may_have_arrived_does_not_also_go_out_with_a_reply(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk
    ) -> None:
        number = owe(kit, 小林.openid)
        wechat.refuse(no("later", unsure=True), times=1)
        deliver(kit)
        with kit.db.writing() as unit:
            talk.owe(unit, 小林.openid)  # something else waits
        clock.wait("1分钟")
        assert "人才日活动" not in 小林.say("你好")
        deliver(kit)
        assert outcomes(kit, number) == [("template", "unsure"), ("template", "ok")]

    def test_in_doubt_and_with_the_window_shut_it_waits_whatever_templates_there_are(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk
    ) -> None:
        小林.say("你好")
        wechat.refuse(no("later", unsure=True), times=1)
        number = owe(kit, 小林.openid)
        deliver(kit)
        clock.wait("48小时")
        assert deliver(kit) == "等待 1"
        assert outcomes(kit, number) == [("service", "unsure")]
        assert "人才日活动后天开始" in 小林.say("在吗")

    def test_a_call_that_breaks_on_our_side_is_in_doubt_too(self, kit: Kit, wechat: Recorder) -> None:
        wechat.refuse(ZeroDivisionError(), times=1)  # type: ignore[arg-type]
        number = owe(kit, "o1")
        assert deliver(kit) == "稍后再发 1"
        assert outcomes(kit, number) == [("template", "unsure")]

    def test_staff_may_have_it_sent_again_all_the_same(self, kit: Kit, wechat: Recorder) -> None:
        number = owe(kit, "o1")
        deliver(kit)
        with kit.db.writing() as unit:
            assert outbox_desk.resend(unit, [number], kit.now()) == 1
        deliver(kit)
        assert row(kit, number).state == "sent"
        assert len({call.client_msg_id for call in wechat.calls}) == 2

    def test_what_wechat_says_before_its_answer_is_noted_counts(
        self, kit: Kit, wechat: Recorder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take = wechat.send_template

        def taken_and_failed(openid: str, *given: Any, **more: Any) -> str:
            msgid = take(openid, *given, **more)
            with kit.db.writing() as unit:
                results.note(unit, msgid, "failed:user block", kit.now(), openid=openid)
            return msgid

        monkeypatch.setattr(wechat, "send_template", taken_and_failed)
        number = owe(kit, "o1")
        assert deliver(kit) == "等待 1"
        assert outcomes(kit, number) == [("template", "failed user bloc")]


class TestLongTexts:
    LONG = "".join(f"第{number}句话说的是人才日的一件事，请您留意。" for number in range(100))

    def test_they_go_in_parts_and_lose_nothing(self, kit: Kit, wechat: Recorder, 小林: Talk) -> None:
        小林.say("你好")
        number = owe(kit, 小林.openid, data={"text": self.LONG})
        deliver(kit)
        texts = wechat.texts(小林.openid)
        assert 1 < len(texts) <= 5
        assert "".join(texts) == self.LONG
        assert row(kit, number).state == "sent"

    def test_parts_that_become_shorter_meanwhile_repeat_and_lose_nothing(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        小林.say("你好")
        number = owe(kit, 小林.openid, data={"text": self.LONG})
        send = wechat.send

        def once(openid: str, reply: Reply) -> None:
            if wechat.texts(openid):
                raise no("later", -1)
            send(openid, reply)

        with monkeypatch.context() as broken:
            broken.setattr(wechat, "send", once)
            deliver(kit)
        assert row(kit, number).part == 1
        clock.wait("1分钟")
        deliver(replace(kit, settings=replace(kit.settings, reply_chars=kit.settings.reply_chars - 70)))
        assert "".join(wechat.texts(小林.openid)) == self.LONG

    def test_after_a_crash_the_next_worker_goes_on_where_it_was(
        self, kit: Kit, wechat: Recorder, clock: Clock, 小林: Talk
    ) -> None:
        小林.say("你好")
        owe(kit, 小林.openid, data={"text": self.LONG})
        wechat.refuse(no("later", -1), times=1)
        deliver(kit)
        first = len(wechat.texts(小林.openid))
        clock.wait("1分钟")
        deliver(kit)
        assert "".join(wechat.texts(小林.openid)[first:]) == self.LONG

    def test_what_does_not_fit_into_the_quota_is_offered_and_comes_first_when_they_write(
        self, kit: Kit, wechat: Recorder, 小林: Talk
    ) -> None:
        小林.say("[click menu.faq]")
        number = owe(kit, 小林.openid, data={"text": self.LONG})
        deliver(kit)
        texts = wechat.texts(小林.openid)
        assert len(texts) == 3
        assert "更多" in texts[-1]
        found = row(kit, number)
        assert found.state == "waiting"
        assert "等对方回复“更多”" in found.reason
        heard = 小林.say("更多")
        while "更多" in heard:
            texts.append(heard)
            heard = 小林.say("更多")
        texts.append(heard)
        offer = "\n" + kit.library.phrase("pipeline.more")
        assert "".join(text.removesuffix(offer) for text in texts) == self.LONG
        assert row(kit, number).way == outbox.PASSIVE

    def test_a_late_answer_is_sent_whole_and_not_cut(self, kit: Kit, wechat: Recorder, 小林: Talk) -> None:
        小林.say("你好")
        with kit.db.writing() as unit:
            outbox.add(unit, 小林.openid, "reply", dump(Text(self.LONG)), dedup="late", now=kit.now())
        deliver(kit)
        assert "".join(wechat.texts(小林.openid)) == self.LONG


class TestWaiting:
    def test_it_comes_first_when_the_person_writes(self, kit: Kit, 小林: Talk) -> None:
        number = owe(kit, 小林.openid, "broadcast")
        deliver(kit)
        小林.play("""
            人 热线电话是多少
            机 人才日活动后天开始…热线
        """)
        assert (row(kit, number).state, row(kit, number).way) == ("sent", outbox.PASSIVE)
        assert deliver(kit) == ""

    def test_what_does_not_fit_beside_the_reply_goes_out_by_itself(
        self, kit: Kit, wechat: Recorder, 小林: Talk
    ) -> None:
        rows = [owe(kit, 小林.openid, "broadcast", data={"text": each * 300}) for each in "甲乙"]
        deliver(kit)
        heard = 小林.say("你好")
        assert "甲" * 300 in heard
        assert "乙" not in heard
        deliver(kit)
        assert wechat.texts(小林.openid) == ["乙" * 300]
        assert [row(kit, each).state for each in rows] == ["sent", "sent"]

    def test_a_consent_lets_it_out(self, kit: Kit, 小林: Talk) -> None:
        number = owe(kit, 小林.openid, "broadcast")
        deliver(kit)
        小林.say("[popup emu-lasting-notice accept]")
        assert deliver(kit) == "发送 1"
        assert row(kit, number).way == "subscription"

    def test_nothing_of_it_is_told_to_somebody_else(self, kit: Kit, someone: Callable[[str], Talk]) -> None:
        owe(kit, "oXiaoLin", "broadcast")
        deliver(kit)
        assert "人才日活动" not in someone("oLuRen").say("你好")

    def test_late_answers_go_out_at_once(self, kit: Kit, wechat: Recorder, 小林: Talk) -> None:
        小林.say("你好")
        with kit.db.writing() as unit:
            outbox.add(unit, 小林.openid, "reply", dump(Text("来晚了")), dedup="late", now=kit.now())
        deliver(kit)
        assert wechat.texts(小林.openid) == ["来晚了"]
