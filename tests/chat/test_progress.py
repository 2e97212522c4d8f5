from __future__ import annotations

import pytest

from models.desk import NewTicket
from models.desk_answer import Said
from models.ticket import Ticket, TicketEvent
from staffing import AGENT, LEAD, serving
from talk import Talk

OPENED = ("人工", "想问落户", "无", "不留")


@pytest.fixture
def 有工单(小林: Talk) -> Talk:
    """小林 with ticket T20261123-0001."""
    for said in OPENED:
        小林.say(said)
    return 小林


def _state(talk: Talk) -> str:
    with talk.kit.db.unit() as unit:
        return unit.session.query(Ticket).one().state


def test_none_yet(小林: Talk) -> None:
    小林.play("""
        人 我的工单
        机 还没有提交过工单…人工
        人 撤销工单
        机 没有在办的工单
    """)


def test_what_may_be_taken_back_has_not_moved_it_yet(有工单: Talk) -> None:
    with serving(有工单.kit) as (desk, ticket):
        desk.answer(ticket, AGENT, Said("本周到账。"), now=有工单.kit.now())
    有工单.play("""
        人 我的工单
        机 办理中
        机不 已答复…本周到账…没解决…评价
    """)


@pytest.mark.parametrize(
    "said", ["我的工单", "查进度", "查一下我的工单", "工单到哪一步了", "我的工单怎么样了", "[click menu.mytickets]"]
)
def test_one_is_shown_at_once(有工单: Talk, said: str) -> None:
    有工单.play(f"""
        人 {said}
        机 T20261123-0001…想问落户…待受理…11月23日10:00提交…1. 补充…2. 撤销
    """)


@pytest.mark.parametrize(
    "said",
    [
        "T20261123-0001",
        "t20261123-0001",
        "20261123 0001",
        "202611230001",
        "工单T20261123-0001办得怎么样了",
        "Ｔ２０２６１１２３－０００１",
        "1号工单",
        "工单1",
        "0001号工单",
    ],
)
def test_a_number_in_any_spelling(有工单: Talk, said: str) -> None:
    assert "想问落户" in 有工单.say(said)


def test_other_people_see_nothing(有工单: Talk, 路人: Talk) -> None:
    路人.play("""
        人 T20261123-0001
        机 没有查到
        机不 想问落户
        人 1号工单
        机 没有查到
        人 补充 我也想知道
        机不 已经记进工单
    """)


def test_several_are_listed(有工单: Talk) -> None:
    for said in ("人工", "想问编制", "无", "不留"):
        有工单.say(said)
    有工单.play("""
        人 我的工单
        机 1. T20261123-0002 想问编制（待受理）…2. T20261123-0001 想问落户（待受理）
        人 第二个
        机 工单 T20261123-0001
        人 我的工单
        人 7
        机 只有2个选项
    """)


def test_adding_in_one_message(有工单: Talk) -> None:
    有工单.play("""
        人 补充：我是2023年引进的
        机 已经记进工单 T20261123-0001
        人 我的工单
        机 补充了1次
    """)
    with 有工单.kit.db.unit() as unit:
        assert [e.body for e in unit.session.query(TicketEvent) if e.kind == "added"] == ["我是2023年引进的"]


def test_going_on_without_the_word_is_offered(有工单: Talk) -> None:
    有工单.play("""
        人 qwxzqwxz
        机 补充进刚才的工单 T20261123-0001 吗
        人 是
        机 已经记进工单
    """)


def test_adding_by_choice(有工单: Talk) -> None:
    有工单.play("""
        人 我的工单
        人 1
        机 要给工单 T20261123-0001 补充什么
        人 [image]
        机 已经附到工单
        人 我要补充
        人 孩子三岁
        机 已经记进工单
    """)


def test_adding_goes_to_the_ticket_talked_about(有工单: Talk) -> None:
    for said in ("人工", "想问编制", "无", "不留"):
        有工单.say(said)
    有工单.play("""
        人 T20261123-0001
        人 补充 孩子三岁
        机 已经记进工单 T20261123-0001
    """)


def test_a_word_that_only_begins_like_it_is_a_question(有工单: Talk) -> None:
    有工单.play("""
        人 补充医疗保险怎么交
        机不 已经记进工单
    """)


def test_withdrawing_is_confirmed_first(有工单: Talk) -> None:
    有工单.play("""
        人 撤销工单
        机 确定要撤销工单 T20261123-0001…1. 撤销…2. 留着
        人 留着
    """)
    assert _state(有工单) == "new"
    有工单.play("""
        人 取消工单
        人 2
        机 留着
        人 取消工单
        人 确定
        机 已经撤销
    """)
    assert _state(有工单) == "withdrawn"


def test_a_withdrawn_one_takes_nothing_more(有工单: Talk) -> None:
    有工单.play("""
        人 撤销工单
        人 1
        人 我的工单
        机 您已撤销
        机不 1. 补充
        人 1
        人 T20261123-0001
        机不 2. 撤销
    """)


def test_an_old_offer_on_a_withdrawn_one(有工单: Talk) -> None:
    """The picture was offered to a ticket that was withdrawn elsewhere meanwhile."""
    有工单.say("[image]")
    with 有工单.kit.db.writing() as unit:
        desk = 有工单.kit.desk(unit)
        desk.withdraw(desk.theirs([有工单.openid], "T20261123-0001"), now=有工单.clock.at)
    assert "不能再改" in 有工单.say("是")


@pytest.mark.parametrize(
    "said", ["撤销 T20261123-0001", "撤销工单T20261123-0001", "撤销1号工单", "取消20261123 0001工单"]
)
def test_withdrawing_one_by_its_number(有工单: Talk, said: str) -> None:
    for each in ("人工", "想问编制", "无", "不留"):
        有工单.say(each)
    有工单.play(f"""
        人 {said}
        机 确定要撤销工单 T20261123-0001
        人 1
        机 T20261123-0001 已经撤销
        人 {said}
        机 不能再改
    """)


def test_withdrawing_somebody_elses_finds_none(有工单: Talk, 路人: Talk) -> None:
    assert "没有查到" in 路人.say("撤销 T20261123-0001")


def test_a_withdrawn_one_is_not_offered_for_additions(有工单: Talk) -> None:
    有工单.play("""
        人 撤销工单
        人 1
        机 已经撤销
        人 补充
        机 没有在办的工单
        人 qwxzqwxz
        机不 T20261123-0001
        人 我的工单
        机 您已撤销
        人 补充 孩子三岁
        机不 T20261123-0001
    """)


def test_what_was_sent_before_submitting_is_no_later_addition(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 [image]
        人 想问落户
        人 [image]
        人 无
        人 不留
        等 5分钟
        人 我的工单
        机不 后来补充
        人 补充 孩子三岁
        人 我的工单
        机 后来补充了1次
    """)


def test_who_works_on_it_and_until_when(有工单: Talk) -> None:
    有工单.play("""
        受
        人 我的工单
        机 办理中，人才服务热线在办…时限：暂定11月…区里还没有公布正式的时限
    """)


def test_a_suspended_one_takes_words_and_goes_on_only_when_staff_say_so(有工单: Talk) -> None:
    with serving(有工单.kit) as (desk, ticket):
        desk.edit(ticket, LEAD, {"kind": "agency"}, now=有工单.kit.now())
        desk.accept(ticket, AGENT, now=有工单.kit.now())
        desk.suspend(ticket, AGENT, "市里的系统在升级。", now=有工单.kit.now())
    有工单.play("""
        送
        机 T20261123-0001…暂停办理：…市里的系统在升级…不算在时限里
        人 我的工单
        机 状态：暂停办理：市里的系统在升级。恢复了再告诉您
        机不 时限
        人 孩子三岁在上幼儿园
        机不 已经收到
        人 补充 孩子三岁在上幼儿园
        机 已经记进工单
    """)
    assert _state(有工单) == "waiting"
    with serving(有工单.kit) as (desk, ticket):
        desk.resume(ticket, AGENT, why="系统好了", now=有工单.kit.now())
    有工单.play("""
        送
        机 恢复办理…系统好了
    """)


def test_an_interim_reply_is_there_to_be_read_again(有工单: Talk) -> None:
    有工单.play("""
        受
        进 已经问过财政，下周答复。
        等 11秒
        送
        机 有进展…下周答复…还在办
        人 我的工单
        机 办理中…【进展 11月23日10:00】…下周答复…1. 补充
    """)


def test_all_replies_are_there_to_be_read_again(有工单: Talk) -> None:
    有工单.play("""
        进 在查。
        等 1分钟
        送
        答 本周到账。
        等 1分钟
        送
        人 我的工单
        机 已答复…【答复…本周到账…3. 看全部答复（2条）
        机不 在查
        人 3
        机 【进展…在查…【答复…本周到账
    """)


def test_what_may_still_be_taken_back_is_not_shown(有工单: Talk) -> None:
    有工单.play("""
        答 本周到账。
        等 5秒
        人 我的工单
        机不 本周到账
    """)


def test_a_reply_that_comes_along_is_not_told_twice(有工单: Talk) -> None:
    """It waited for their next visit, and this is it."""
    有工单.play("""
        等 5天
        答 本周到账。
        等 11秒
        送
        人 我的工单
    """)
    assert (有工单.heard or "").count("本周到账") <= 1


def test_more_time_is_told_and_shown(有工单: Talk) -> None:
    有工单.play("""
        受
        延 等市里批复
        送
        机 延长3个工作日…等市里批复
        人 我的工单
        机 办理中…时限：暂定
    """)


def test_what_is_wanted_is_listed_and_a_picture_taken_at_once(有工单: Talk) -> None:
    有工单.play("""
        要 聘书、工资流水
        等 11秒
        送
        机 聘书…工资流水…打字或发照片
        人 我的工单
        机 待补充，还差：聘书、工资流水
        机不 时限：
        人 [image]
        机 已放进工单 T20261123-0001…还有就接着发
        人 [image]
        机 已放进工单
        人 好了
        机 接着办
    """)
    assert _state(有工单) == "working"


def test_words_that_are_no_question_are_what_it_waits_for(有工单: Talk) -> None:
    有工单.play("""
        要 聘用时间
        人 零九年腊月进的中医院那会还没编
        机 已记进工单 T20261123-0001
    """)
    assert _state(有工单) == "working"


@pytest.mark.parametrize("said", ["王小明", "李雷", "农商行", "红桥村"])
def test_a_short_answer_is_what_it_waits_for(有工单: Talk, said: str) -> None:
    有工单.play(f"""
        要 姓名
        人 {said}
        机 已记进工单 T20261123-0001
    """)
    assert _state(有工单) == "working"


@pytest.mark.parametrize("said", ["稍等", "明天发", "我晚点再发给你", "等会儿", "下午发", "没空"])
def test_who_puts_it_off_is_waited_for(有工单: Talk, said: str) -> None:
    有工单.play(f"""
        要 姓名
        人 {said}
        机 方便的时候发到这里
    """)
    assert _state(有工单) == "waiting"


@pytest.mark.parametrize("said", ["好的", "收到", "知道了", "催催", "试试", "咋办", "绿卡", "谢谢", "再说", "在吗"])
def test_a_short_word_that_tells_nothing_is_not_taken(有工单: Talk, said: str) -> None:
    有工单.play(f"""
        要 姓名
        人 {said}
        机不 已记进工单
    """)
    assert _state(有工单) == "waiting"


@pytest.mark.parametrize(
    "said",
    [
        "开户行是贵州银行汇川支行",
        "社保在汇川交的，已经满一年",
        "身份证复印件已经交到窗口了",
        "房产证没有，是租的房子",
        "孩子在汇川四小读三年级",
    ],
)
def test_a_weak_match_does_not_take_what_it_waits_for(有工单: Talk, said: str) -> None:
    有工单.play(f"""
        要 开户行
        人 {said}
        机 已记进工单 T20261123-0001
    """)
    assert _state(有工单) == "working"


@pytest.mark.parametrize(
    "said",
    ["人才津贴有多少钱？", "津贴材料", "绿卡", "我要补办身份证", "身份证丢了怎么办", "住房补贴什么时候发", "购房补贴"],
)
def test_a_question_stays_a_question_while_it_waits(有工单: Talk, said: str) -> None:
    有工单.play(f"""
        要 聘书
        人 {said}
        机不 已记进工单
    """)
    assert _state(有工单) == "waiting"


def test_a_film_is_no_material(有工单: Talk) -> None:
    有工单.play("""
        要 聘书
        人 [video]
        机 视频…看不到…照片
    """)


def test_a_merged_one_leads_to_the_one_it_goes_on_in(有工单: Talk) -> None:
    for said in ("人工", "想问编制", "无", "不留"):
        有工单.say(said)
    with serving(有工单.kit) as (desk, ticket):
        desk.merge(ticket, desk.hold(LEAD, "T20261123-0002", "merge"), AGENT, now=有工单.clock.at)
    有工单.play("""
        人 T20261123-0001
        机 和 T20261123-0002 是同一件事…工单 T20261123-0002…想问编制
    """)


def test_refused_with_the_reason(有工单: Talk) -> None:
    with serving(有工单.kit) as (desk, ticket):
        desk.refuse(ticket, AGENT, "请向劳动仲裁委申请。", now=有工单.clock.at)
    有工单.play("""
        等 1分钟
        送
        人 我的工单
        机 不予受理…请向劳动仲裁委申请
        机不 2. 撤销
    """)


def test_withdrawing_what_is_worked_on(有工单: Talk) -> None:
    有工单.play("""
        受
        人 撤销工单
        人 1
        机 已经撤销
        等 1小时
        送
        机无
    """)


def test_what_is_answered_cannot_be_withdrawn(有工单: Talk) -> None:
    有工单.play("""
        答 本周到账。
        人 撤销 T20261123-0001
        机 已答复…不能再改
    """)


def test_an_unknown_year_is_said_to_be_unknown(有工单: Talk) -> None:
    """The holidays of 2028 are published in November 2027."""
    有工单.play("""
        等 402天
        人 人工
        人 想问编制
        人 无
        人 不留
        人 T20271230-0001
        机 哪天答复现在说不准
    """)


def _merged_into_a_call(talk: Talk) -> str:
    """The number of that call, which is answered."""
    with talk.kit.db.writing() as unit:
        call = talk.kit.desk(unit).open("", NewTicket("来电问落户", "x", source="phone"), now=talk.clock.at).number
    with serving(talk.kit) as (desk, ticket):
        desk.merge(ticket, desk.hold(LEAD, call, "merge"), AGENT, now=talk.clock.at)
    with serving(talk.kit, call) as (desk, ticket):
        desk.answer(ticket, AGENT, Said("到户籍窗口办。"), now=talk.clock.at)
    return call


def test_a_call_theirs_was_merged_into_is_theirs_to_see_and_rate(有工单: Talk, 路人: Talk) -> None:
    call = _merged_into_a_call(有工单)
    有工单.play("""
        等 1分钟
        送
        机 到户籍窗口办
        人 T20261123-0001
        机 同一件事…来电问落户…已答复…到户籍窗口办…2. 评价
        人 2
        人 5
        机 非常满意
    """)
    assert "没有查到" in 路人.say(call)


def test_more_is_taken_once_it_is_answered(有工单: Talk) -> None:
    有工单.play("""
        等 15分钟
        答 到户籍窗口办。
        人 补充 窗口说还要单位证明
        机 已经记进工单 T20261123-0001（想问落户）…承办的人看得到…回复“是”
        人 不用
        机 那就不转了
    """)
    assert _state(有工单) == "answered"
    with 有工单.kit.db.unit() as unit:
        added = [each for each in unit.session.query(TicketEvent) if each.kind == "added"]
    assert [each.body for each in added] == ["窗口说还要单位证明"]


def test_what_was_added_late_goes_with_another_round(有工单: Talk) -> None:
    有工单.play("""
        等 15分钟
        答 到户籍窗口办。
        邀
        人 补充 窗口说还要单位证明
        人 是
        机 已经转回去重新办
    """)
    assert _state(有工单) == "working"
    with 有工单.kit.db.unit() as unit:
        (again,) = [each for each in unit.session.query(TicketEvent) if each.kind == "reopen"]
    assert again.body == "窗口说还要单位证明"


def test_once_it_is_closed_more_means_another_round(有工单: Talk) -> None:
    有工单.play("""
        等 15分钟
        答 到户籍窗口办。
        人 评价
        人 3
        人 没有了
        人 补充 窗口说还要单位证明
        机 T20261123-0001（想问落户）…已经办结…我一起转过去
        人 是
        机 已经转回去重新办
    """)
    with 有工单.kit.db.unit() as unit:
        (again,) = [each for each in unit.session.query(TicketEvent) if each.kind == "reopen"]
    assert again.body == "窗口说还要单位证明"


def test_one_that_is_not_theirs_any_more_when_they_go_on_with_it(有工单: Talk) -> None:
    _merged_into_a_call(有工单)
    有工单.play("""
        等 1分钟
        送
        人 T20261123-0001
        人 1
        机 重新办
    """)
    with serving(有工单.kit) as (desk, ticket):
        desk.unmerge(ticket, LEAD, now=有工单.clock.at)
    有工单.play("""
        人 是
        机 没有查到这个编号的工单
        人 我的工单
        机 T20261123-0001
    """)
