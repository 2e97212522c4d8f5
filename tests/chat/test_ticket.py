from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.deadline import Deadline
from models.ticket import Ticket, TicketEvent
from talk import Talk, message_of


def _tickets(talk: Talk) -> list[Ticket]:
    with talk.kit.db.unit() as unit:
        return list(unit.session.query(Ticket).order_by(Ticket.id))


def _media(talk: Talk) -> list[str]:
    with talk.kit.db.unit() as unit:
        return [event.media.partition(":")[0] for event in unit.session.query(TicketEvent) if event.media]


def test_from_subject_to_number(小林: Talk) -> None:
    小林.play("""
        人 人工
        机 一句话说说
        人 单位没给我报人才津贴
        机 主题：单位没给我报人才津贴…具体情况
        人 2023年引进的，副高，单位说名额满了
        机 联系方式
        人 138 1234 5678
        机 编号 T20261123-0001…主题：单位没给我报人才津贴…138****5678…暂定11月25日10:00前答复…没有公布正式的时限
        人 我的工单
        机 T20261123-0001…暂定11月25日10:00前答复
    """)
    (ticket,) = _tickets(小林)
    assert ticket.detail == "2023年引进的，副高，单位说名额满了"
    assert "5678" not in ticket.contact
    with 小林.kit.db.unit() as unit:
        assert 小林.kit.desk(unit).contact(ticket) == "138 1234 5678"


def test_the_question_that_led_here_is_the_subject(小林: Talk) -> None:
    小林.play("""
        人 红烧肉怎么做才好吃
        机 没有可靠的答案…工单
        人 工单
        机 主题就用您的问题…红烧肉怎么做
        人 无
        人 不留
        机 编号…红烧肉怎么做…没有留联系方式
    """)
    (ticket,) = _tickets(小林)
    assert ticket.detail == "红烧肉怎么做才好吃"
    assert ticket.contact == ""


@pytest.mark.parametrize("refusal", ["不留", "我不留电话", "微信回复就行"])
def test_a_number_refused_too_early_is_not_what_the_ticket_is_about(小林: Talk, refusal: str) -> None:
    小林.play(f"""
        人 人工
        人 {refusal}
        机 不留电话…是什么事
        人 单位没给我报人才津贴
        机 主题：单位没给我报人才津贴
        人 {refusal}
        机 不留电话…具体情况
        人 2023年引进的
        机 编号…没有留联系方式
    """)
    (ticket,) = _tickets(小林)
    assert (ticket.detail, ticket.contact) == ("2023年引进的", "")


def test_a_number_may_be_left_after_all(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 不留
        人 单位没给我报人才津贴
        人 还是打我电话吧，13812345678，2023年引进的
        机 138****5678…是
        人 是
        机 编号…138****5678
    """)


def test_what_was_tried_goes_along(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱？
        人 没用
        机 没帮到您…工单
        人 好
        机 人才津贴有多少钱
        人 无
        人 不留
    """)
    (ticket,) = _tickets(小林)
    assert json.loads(ticket.tried)[0][0] == "allowance.amount"
    assert ticket.topic == "allowance"


def test_another_subject_may_be_chosen(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱？
        人 人工
        机 人才津贴有多少钱
        人 换
        机 一句话说说
        人 子女上学的事
        机 主题：子女上学的事
    """)


def test_a_complaint_is_another_matter(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱？
        人 我要反映一个情况
        机 一句话说说
        机不 人才津贴
        人 取消
        人 我要投诉
        人 窗口让我跑了三趟
        人 无
        人 不留
    """)
    (ticket,) = _tickets(小林)
    assert (ticket.kind, ticket.topic, ticket.tried) == ("complaint", "", "[]")


def test_a_long_story_is_subject_and_detail_at_once(小林: Talk) -> None:
    story = (
        "我是2021年从外地引进到汇川的老师，当时说好有安家费。"
        "可是到现在三年了一分钱没有见到，找单位单位说找区里，找区里说没有这个政策。"
    )
    小林.say("人工")
    assert "联系方式" in 小林.say(story)
    小林.say("不方便")
    (ticket,) = _tickets(小林)
    assert ticket.subject == "我是2021年从外地引进到汇川的老师，当时说好有安家费"
    assert ticket.detail == story


def test_asking_for_a_person_and_saying_why_in_one_go(小林: Talk) -> None:
    小林.play("""
        人 转人工，我的津贴三个月没到账了
        机 主题…我的津贴三个月没到账了
        人 无
        人 微信就行
        机 工单已提交
    """)
    assert _tickets(小林)[0].kind == "unpaid"


def test_a_command_word_inside_a_detail_is_a_detail(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想取消之前登记的专家身份
        机 主题：想取消之前登记的专家身份
        人 我去人工窗口问过，他们让我返回单位开证明，帮助不大
        机 联系方式
        人 不留
    """)
    assert _tickets(小林)[0].detail.startswith("我去人工窗口")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("13812345678", "138****5678"),
        ("我电话是13812345678，下午打", "138****5678"),
        ("+86 138-1234-5678", "138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("0851-28612345", "08****45"),
        ("28612345", "28****45"),
        ("xiaolin@example.org", "xi****rg"),
        ("微信号 lin_2024", "微信****24"),
    ],
)
def test_contacts(小林: Talk, given: str, shown: str) -> None:
    小林.say("人工")
    小林.say("想问落户")
    小林.say("无")
    answer = 小林.say(given)
    assert "工单已提交" in answer
    assert shown in answer


@pytest.mark.parametrize(
    "said",
    [
        "不留",
        "不想留",
        "不方便留",
        "微信就行",
        "在微信里回复我就行",
        "没有",
        "不用了",
        "跳过",
        "就在这里回复吧",
        "匿名",
    ],
)
def test_no_contact_is_fine(小林: Talk, said: str) -> None:
    小林.say("人工")
    小林.say("想问落户")
    小林.say("无")
    assert "在微信里回复您" in 小林.say(said)


def test_a_number_with_digits_missing_is_asked_again(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想问落户
        人 无
        人 1381234567
        机 好像不完整
        人 13812345678
        机 工单已提交
    """)


def test_too_short_a_subject(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 啊
        机 太短了
        人 落户
        机 主题：落户
    """)


def test_an_addition_at_the_last_step_goes_into_the_detail(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想问落户
        人 我是博士
        人 补充：孩子三岁
        机 联系方式
        人 不留
    """)
    assert _tickets(小林)[0].detail == "我是博士\n孩子三岁"


def test_politeness_is_no_subject(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 你们有人吗
        机 太短了
    """)


def test_politeness_is_no_detail(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想问落户
        人 好的谢谢
        机 还差具体情况
    """)


def test_back_step_by_step(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想问落户
        人 孩子一起迁吗
        机 联系方式
        人 返回
        机 主题：想问落户…具体情况
        人 返回
        机 一句话说说
        人 想问编制
        机 主题：想问编制
        人 取消
        机 放下了
    """)
    assert _tickets(小林) == []


def test_asking_for_a_person_again_goes_on(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想问落户
        人 人工
        机 就是转给工作人员的工单…具体情况
    """)


def test_pictures_on_the_way_are_attached(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 [image]
        机 已经放进工单（共1份）…一句话
        人 职称证书上名字错了
        人 [image]
        机 共2份
        人 [video]
        人 [voice]
        机 共4份
        人 无
        人 不留
        机 工单已提交
    """)
    assert _media(小林) == ["image", "image", "video", "voice"]


def test_a_spoken_detail_is_taken_as_text(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想问落户
        人 [voice 我是博士，想把户口迁过来。]
        机 联系方式
    """)


def test_a_location_in_the_middle_is_not_lost_on_the_flow(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想问落户
        人 [location 27.7,106.9]
        机 位置收到了…接着刚才的…具体情况
    """)


def test_the_offer_may_be_refused(小林: Talk) -> None:
    小林.play("""
        人 红烧肉怎么做才好吃
        人 不用了
        机 先不转
    """)


def test_out_of_hours_it_says_when_somebody_is_there(小林: Talk) -> None:
    小林.play("""
        等 10小时
        人 人工
        人 想问落户
        人 无
        人 不留
        机 已经下班…明天9:00
    """)


def test_numbers_count_through_the_day(小林: Talk, 路人: Talk) -> None:
    for talk, number in ((小林, "0001"), (路人, "0002"), (小林, "0003")):
        for said in ("人工", "想问落户", "无"):
            talk.say(said)
        assert f"T20261123-{number}" in talk.say("不留")


def test_two_messages_at_once_open_one_ticket(小林: Talk) -> None:
    for said in ("人工", "想问落户", "无"):
        小林.say(said)
    at = int(小林.clock.at.timestamp())
    messages = [message_of(said, 小林.openid, at) for said in ("不留", "13812345678")]
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda message: 小林.pipeline.handle(message, Deadline()).reply, messages))
    assert len(_tickets(小林)) == 1
    assert all(answers)


def _kept(talk: Talk) -> str:
    from models import talk as talks

    with talk.kit.db.unit() as unit:
        return talks.load(unit, talk.openid).data


def _contact(talk: Talk, ticket: Ticket) -> str:
    with talk.kit.db.unit() as unit:
        return talk.kit.desk(unit).contact(ticket)


@pytest.mark.parametrize(
    ("said", "shown"),
    [("13812345678", "138****5678"), ("我的电话是 138 1234 5678", "138****5678"), ("0851-28612345", "08****45")],
)
def test_a_number_for_a_detail_is_the_contact(小林: Talk, said: str, shown: str) -> None:
    小林.play(f"""
        人 人工
        人 想问落户
        人 {said}
        机 已记下您的电话 {shown}…具体情况
    """)
    assert "2345" not in _kept(小林)
    小林.play(f"""
        人 孩子三岁，一起迁
        机 工单已提交…{shown}
    """)
    (ticket,) = _tickets(小林)
    assert ticket.detail == "孩子三岁，一起迁"
    assert _contact(小林, ticket) in said


def test_a_number_for_a_subject_is_the_contact(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 13812345678
        机 已记下您的电话 138****5678…一句话
        人 想问落户
        人 无
        机 工单已提交…主题：想问落户…138****5678
    """)


def test_a_number_inside_a_detail_is_sealed_and_offered(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 想问落户
        人 我是博士，孩子三岁，有事打13812345678
        机 已记下您的电话 138****5678…回复“是”
    """)
    assert "12345678" not in _kept(小林)
    小林.play("""
        人 是
        机 工单已提交…138****5678
    """)
    (ticket,) = _tickets(小林)
    assert ticket.detail == "我是博士，孩子三岁，有事打138****5678"
    assert _contact(小林, ticket) == "13812345678"


def test_another_matter_may_become_the_subject(小林: Talk) -> None:
    小林.play("""
        人 我是副高，能领津贴吗
        人 人工
        机 请核实我是否符合人才津贴的条件
        人 帮助
        机 主题：请核实我是否符合人才津贴的条件
        人 孩子上学怎么报名
        机 另外一件事…1. 换成：孩子上学怎么报名…2. 不换
        人 1
        机 主题：孩子上学怎么报名
        人 无
        人 不留
        机 主题：孩子上学怎么报名
    """)


def test_another_matter_may_stay_a_detail(小林: Talk) -> None:
    小林.play("""
        人 我是副高，能领津贴吗
        人 人工
        人 孩子上学怎么报名
        人 2
        机 联系方式
        人 不留
        机 主题：请核实我是否符合人才津贴的条件
    """)
    assert "孩子上学" in _tickets(小林)[0].detail


@pytest.mark.parametrize("said", ["2023年引进的，单位在汇川", "津贴什么时候发", "无"])
def test_what_belongs_to_the_subject_is_a_detail(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 我是副高，能领津贴吗
        人 人工
        人 {said}
        机 联系方式
    """)


def test_asking_for_ones_tickets_is_no_detail_of_a_new_one(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 津贴没到账
        人 我的工单
        机 还没有…具体情况
        人 三月批的，一直没有
        人 不留
        机 工单已提交
    """)


@pytest.mark.parametrize("said", ["重新来", "从头来吧", "我要重新填"])
def test_beginning_again_is_no_detail(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 红烧肉怎么做才好吃
        人 工单
        人 {said}
        机 一句话说说
        人 单位一直不给报人才津贴
        机 主题：单位一直不给报人才津贴
        人 {said}
        机 一句话说说
    """)


@pytest.mark.parametrize("written", ["", "公寓多久开", "公寓多久开\n人 无"])
def test_a_ticket_that_is_being_written_can_be_called_back(小林: Talk, written: str) -> None:
    said = f"人 {written}" if written else ""
    小林.play(f"""
        人 人工
        {said.replace(chr(10), chr(10) + " " * 8)}
        人 撤销工单
        机 这件事先放下了
        人 我的工单
        机 还没有提交过工单
    """)
