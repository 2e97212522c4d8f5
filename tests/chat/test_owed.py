"""What people are told without having asked just now: late answers, notices, and what had to wait for them."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

from activities import hold
from bot.conversation import Context
from bot.deadline import Deadline
from bot.kit import Kit
from bot.pipeline import Pipeline
from bot.reply import Text, Turn
from bot.router import Route, Router
from models import outbox, sending, talk
from models.agreement import Agreements
from outgoing import owe, row
from talk import Talk, message_of

BUSY = Router([], {}, [], Route("busy", lambda _: True, lambda context: Turn(said(context))))


def said(context: Context) -> Text:
    return Text(f"关于{context.text}，答案在这里。")


def ask_late(talk: Talk, text: str) -> None:
    """A question whose answer took longer than WeChat waits."""
    deadline = Deadline()
    deadline.expire()
    talk.pipeline.handle(message_of(text, talk.openid, int(talk.clock.at.timestamp())), deadline, BUSY)


def test_a_late_answer_comes_by_itself_and_only_once(小林: Talk) -> None:
    ask_late(小林, "津贴")
    小林.play("""
        送
        机 关于津贴，答案在这里。
        人 热线电话是多少
        机不 关于津贴
        送
        机无
    """)


def test_who_is_faster_than_the_clock_gets_it_with_the_next_reply_and_only_once(小林: Talk) -> None:
    ask_late(小林, "津贴")
    小林.play("""
        人 热线电话是多少
        机 让您久等了…关于津贴…热线
        送
        机无
    """)


def test_a_notice_for_somebody_who_was_here_today_is_a_message(小林: Talk, kit: Kit) -> None:
    小林.say("你好")
    owe(kit, 小林.openid, "reminder", data={"text": "人才日明天 9:00 开始，在人才之家。"})
    小林.play("""
        送
        机 人才日明天 9:00 开始，在人才之家。
    """)


def test_after_two_days_it_is_a_template_and_without_one_it_waits_for_the_next_word(小林: Talk, kit: Kit) -> None:
    小林.say("你好")
    owe(kit, 小林.openid, "promoted", due_at=kit.now())
    owe(kit, 小林.openid, "broadcast", data={"text": "青年人才公寓的消息。"})
    小林.play("""
        等 48小时
        送
        机 send_template thing1 人才日活动
        人 在吗
        机 青年人才公寓的消息。
        送
        机无
    """)


def test_a_tapped_menu_gives_three_messages_and_the_fourth_waits(小林: Talk, kit: Kit) -> None:
    小林.say("[click menu.card]")
    for number in range(4):
        owe(kit, 小林.openid, "broadcast", data={"text": f"消息{number}。"})
    小林.play("""
        送
        机 消息0。…消息1。…消息2。
        机不 消息3
        人 [view https://example.org/]
        送
        机无
        人 [click menu.card]
        机 消息3。
    """)


def test_a_template_that_did_not_arrive_comes_with_the_next_reply(小林: Talk, kit: Kit) -> None:
    number = owe(kit, 小林.openid)
    小林.deliver()
    with kit.db.unit() as unit:
        (call,) = sending.of(unit, number)
    小林.say(f"[sent emu-template-notice failed:user-block {call.msgid}]")
    assert row(kit, number).state == "waiting"
    小林.play("""
        送
        机无
        人 你好
        机 人才日活动后天开始。
    """)
    assert row(kit, number).way == outbox.PASSIVE


def test_the_result_of_somebody_elses_template_changes_nothing(小林: Talk, 路人: Talk, kit: Kit) -> None:
    number = owe(kit, 小林.openid)
    小林.deliver()
    with kit.db.unit() as unit:
        (call,) = sending.of(unit, number)
    路人.say(f"[sent emu-template-notice failed:user-block {call.msgid}]")
    assert row(kit, number).state == "sent"


def test_a_lasting_consent_is_for_any_number_of_notices(小林: Talk, kit: Kit) -> None:
    小林.say("[popup emu-lasting-notice accept]")
    for _ in range(3):
        owe(kit, 小林.openid, "broadcast")
        小林.play("""
            送
            机 send_subscription thing1 人才日活动
        """)


def test_who_comes_back_hears_what_was_kept_for_them(小林: Talk, kit: Kit) -> None:
    小林.say("[subscribe]")
    小林.say("[unsubscribe]")
    owe(kit, 小林.openid, data={"text": "您的工单有答复了。"})
    小林.play("""
        送
        机无
        人 [subscribe]
        机 您的工单有答复了。
    """)


def test_nobody_hears_what_is_owed_to_somebody_else(小林: Talk, 路人: Talk, kit: Kit, someone: object) -> None:
    owe(kit, 小林.openid, "broadcast", data={"text": "只给小林。"})
    小林.play("送")
    路人.play("""
        人 你好
        机不 只给小林
        送
        机无
    """)


def test_pipelines_own_answers_of_the_mini_program_go_by_its_account(kit: Kit) -> None:
    pipeline = Pipeline(kit, BUSY)
    message = dataclasses.replace(message_of("你好", "mXiaoLin", int(kit.now().timestamp())), passive=False)
    pipeline.handle(message, Deadline())
    pipeline.close()
    talk = Talk(kit, pipeline, kit.now, "mXiaoLin")  # type: ignore[arg-type]
    assert talk.deliver() == "关于你好，答案在这里。"


def offered_news(kit: Kit, openid: str, **more: Any) -> int:
    with kit.db.writing() as unit:
        Agreements(unit).give(openid, "news", how="chat", now=kit.now())
    return owe(kit, openid, "broadcast", data={"text": "青年人才公寓的消息。", "purpose": "news"}, **more)


def test_the_answer_to_td_does_not_begin_with_the_news(小林: Talk, kit: Kit) -> None:
    number = offered_news(kit, 小林.openid)
    小林.play("""
        送
        人 TD
        机 已退订
        机不 公寓的消息
        人 在吗
        机不 公寓的消息
        人 接收活动通知
        机不 公寓的消息
    """)
    assert row(kit, number).state == "dead"


def test_nor_does_what_was_to_come_later_reach_who_said_td_and_changed_their_mind(小林: Talk, kit: Kit) -> None:
    number = offered_news(kit, 小林.openid, due_at=kit.now() + timedelta(hours=1))
    小林.play("""
        人 TD
        人 接收活动通知
        等 2小时
        送
        机无
    """)
    assert (row(kit, number).state, row(kit, number).reason) == ("dead", "对方退订了")


def test_a_reply_takes_nothing_along_that_is_not_to_be_said_any_more(小林: Talk, kit: Kit) -> None:
    number = offered_news(kit, 小林.openid)
    小林.deliver()
    with kit.db.writing() as unit:
        Agreements(unit).withdraw(小林.openid, "news", now=kit.now())
    小林.play("""
        人 热线电话是多少
        机 热线
        机不 公寓的消息
    """)
    assert row(kit, number).reason == "对方没有同意或撤回了同意"


def test_nor_of_an_event_the_person_has_left(小林: Talk, kit: Kit) -> None:
    event, start = hold(kit), kit.now() + timedelta(days=9)
    number = owe(kit, 小林.openid, "reminder", data={"event": event, "when": start.isoformat(), "text": "明天的活动。"})
    with kit.db.writing() as unit:
        talk.owe(unit, 小林.openid)
    小林.play("""
        人 热线电话是多少
        机不 明天的活动
    """)
    assert (row(kit, number).state, row(kit, number).reason) == ("dead", "没有报名")


def test_what_waits_for_somebody_of_the_mini_program_goes_out_when_they_write(kit: Kit) -> None:
    pipeline = Pipeline(kit, BUSY)
    number = owe(kit, "mXiaoLin", "broadcast", account="miniapp")
    talk = Talk(kit, pipeline, kit.now, "mXiaoLin")  # type: ignore[arg-type]
    talk.deliver()
    assert row(kit, number).state == "waiting"
    message = dataclasses.replace(message_of("你好", "mXiaoLin", int(kit.now().timestamp())), passive=False)
    pipeline.handle(message, Deadline())
    pipeline.close()
    heard = talk.deliver()
    assert "人才日活动后天开始。" in heard
    assert "关于你好，答案在这里。" in heard


def test_a_message_that_is_answered_late_lets_out_what_waited(小林: Talk, kit: Kit) -> None:
    numbers = [owe(kit, 小林.openid, "broadcast", data={"text": each * 300}) for each in "甲乙"]
    小林.deliver()
    ask_late(小林, "津贴")
    小林.deliver()
    assert [row(kit, each).state for each in numbers] == ["sent", "sent"]
