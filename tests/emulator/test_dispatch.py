"""Deadline, repeats and the grey line."""

import threading

from emulator.dispatch import FAULT_NOTICE

HANG, DROP = "hang", "drop"


def say(desk, text="你好", who="小林"):
    return desk.act(who, {"type": "text", "text": text})


def test_an_answer_is_asked_for_once(desk, bot, settle, lines, sealed):
    bot.answer = sealed
    say(desk)
    (call,) = settle()
    assert [attempt["number"] for attempt in call["attempts"]] == [1]
    assert call["attempts"][0]["valid"]
    assert lines("小林") == [("user", "你好"), ("account", "好的")]


def test_success_and_nothing_at_all_show_nothing(desk, bot, settle, lines):
    bot.script = ["success", "", " success\n"]
    for _ in range(3):
        say(desk)
        settle()
    assert {call["state"] for call in settle()} == {"silent"}
    assert [side for side, _ in lines("小林")] == ["user"] * 3


def test_no_answer_is_cut_off_and_sent_three_times_more(make_desk, bot, settle, lines):
    desk = make_desk(deadline=0.4)
    bot.answer = HANG
    say(desk)
    (call,) = settle()
    assert [attempt["number"] for attempt in call["attempts"]] == [1, 2, 3, 4]
    assert all(attempt["status"] is None for attempt in call["attempts"])
    assert call["state"] == "failed"
    assert lines("小林")[-1] == ("notice", FAULT_NOTICE)
    # The same message every time, under a fresh stamp.
    assert len({heard.sheet.text("MsgId") for heard in bot.heard}) == 1
    assert len({heard.sheet.text("CreateTime") for heard in bot.heard}) == 1
    assert len({attempt["query"] for attempt in call["attempts"]}) == 4


def test_repeats_keep_their_stamp_when_told_to(make_desk, bot, settle):
    desk = make_desk(deadline=20.0, same_stamp=True)
    bot.answer = (500, "boom")
    say(desk)
    settle()
    assert len({(heard.query["timestamp"], heard.query["nonce"]) for heard in bot.heard}) == 1
    assert len(bot.heard) == 4


def test_a_late_answer_to_a_repeat_counts(make_desk, bot, settle, lines, sealed):
    desk = make_desk(deadline=2.0)
    bot.script = [HANG, sealed]
    say(desk)
    (call,) = settle()
    assert [attempt["valid"] for attempt in call["attempts"]] == [False, True]
    assert lines("小林")[-1] == ("account", "好的")


def test_dropped_connections_and_other_statuses_are_repeated(desk, bot, settle, lines, sealed):
    bot.script = [DROP, (502, "bad gateway"), (302, ""), sealed]
    say(desk)
    (call,) = settle()
    assert [attempt["status"] for attempt in call["attempts"]] == [None, 502, 302, 200]
    assert lines("小林")[-1] == ("account", "好的")


def test_nobody_listening_ends_in_the_notice(desk, world, settle, lines):
    world.callback = "http://127.0.0.1:1/wechat"
    say(desk)
    (call,) = settle()
    assert len(call["attempts"]) == 4
    assert "拒绝" in call["error"]
    assert lines("小林")[-1] == ("notice", FAULT_NOTICE)


def test_an_answer_that_cannot_be_read_is_a_fault_at_once(desk, bot, settle, lines):
    bot.answer = '{"errcode": 0}'
    say(desk)
    (call,) = settle()
    assert len(call["attempts"]) == 1
    assert lines("小林")[-1] == ("notice", FAULT_NOTICE)


def test_a_slow_answer_does_not_hold_up_the_next_message(desk, bot, settle, lines, sealed):
    def first_waits_for_second(heard):
        if heard.sheet.text("Content") == "一":
            assert bot.release.wait(20)
        else:
            bot.release.set()
        return sealed(heard)

    bot.answer = first_waits_for_second
    say(desk, "一")
    say(desk, "二")
    assert {call["state"] for call in settle()} == {"shown"}


def test_messages_of_one_user_leave_in_the_order_of_typing(desk, bot, settle):
    for number in range(12):
        say(desk, str(number))
    settle()
    assert sorted(int(heard.sheet.text("Content")) for heard in bot.heard) == list(range(12))
    ids = {int(heard.sheet.text("Content")): int(heard.sheet.text("MsgId")) for heard in bot.heard}
    assert [ids[number] for number in range(12)] == sorted(ids.values())


def test_an_answer_to_an_unfollow_is_read_by_nobody(desk, bot, settle, lines, sealed):
    bot.answer = sealed
    desk.act("小林", {"type": "unfollow"})
    (call,) = settle()
    assert call["attempts"][0]["valid"]
    assert lines("小林") == []


def test_nor_by_who_follows_again_before_it_comes(desk, bot, settle, lines, sealed):
    followed = threading.Event()

    def answer(heard):
        if heard.sheet.text("Event") == "unsubscribe":
            assert followed.wait(30)
        return sealed(heard)

    bot.answer = answer
    desk.act("小林", {"type": "unfollow"})
    desk.act("小林", {"type": "follow"})
    followed.set()
    settle()
    assert lines("小林") == [("account", "好的")]


def test_a_message_can_be_sent_again_as_it_was(desk, bot, settle):
    first = say(desk)
    settle()
    desk.resend(first.id)
    settle()
    one, two = (heard.sheet for heard in bot.heard)
    assert one.text("MsgId") == two.text("MsgId")
    assert one.text("CreateTime") == two.text("CreateTime")


def test_message_ids_grow_past_a_clear(desk, world, bot, settle):
    first = say(desk)
    settle()
    world.clear()
    world.follow(world.find_person("小林").openid, True)
    second = say(desk)
    settle()
    assert second.message.msg_id > first.message.msg_id


def test_clearing_the_desk_forgets_answers_under_way(desk, world, bot, settle, lines, sealed):
    def clear_first(heard):
        world.clear()
        return sealed(heard)

    bot.answer = clear_first
    say(desk)
    with world.changed:
        assert world.changed.wait_for(lambda: not world.callbacks and bot.heard, timeout=20)
    assert lines("小林") == []
