"""Template and subscription messages: templates, values, consent, results, repeats."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.values import fits

TEMPLATE = "/cgi-bin/message/template/send"
BIZ = "/cgi-bin/message/subscribe/bizsend"
MINI = "/cgi-bin/message/subscribe/send"
DATA = {
    "thing1": {"value": "人才日活动（演示）"},
    "time2": {"value": "2026年4月24日 09:30"},
    "thing3": {"value": "请带身份证件"},
}


@pytest.fixture
def result(bot, settle, world):
    """Wait for a push of this event; its plain text."""

    def wait(name):
        with world.changed:
            found = world.changed.wait_for(
                lambda: next((c for c in world.callbacks.values() if name in c.message.kind), None), timeout=20
            )
        settle()
        return found.plain

    return wait


def test_a_template_message_is_a_card_and_its_result_is_pushed(api, xiaolin, result, world):
    body = {"touser": xiaolin.openid, "template_id": "emu-template-notice", "data": DATA, "url": "https://example.org"}
    code, answer = api.post(TEMPLATE, body)
    assert code == 0
    assert isinstance(answer["msgid"], int)
    plain = result("TEMPLATESENDJOBFINISH")
    assert f"<MsgID>{answer['msgid']}</MsgID>" in plain
    assert "<Status><![CDATA[success]]></Status>" in plain
    entry = list(world.entries.values())[-1].as_json()
    assert entry["lines"] == [
        ["事项", "人才日活动（演示）"],
        ["时间", "2026年4月24日 09:30"],
        ["说明", "请带身份证件"],
    ]


def test_who_blocks_the_account_is_told_of_in_the_result_only(api, xiaolin, web, result, lines):
    assert web.post(f"/emulator/api/users/{xiaolin.openid}/block", {"on": True})[1]["blocks"]
    body = {"touser": xiaolin.openid, "template_id": "emu-template-notice", "data": DATA}
    assert api.post(TEMPLATE, body)[0] == 0
    assert "failed:user block" in result("TEMPLATESENDJOBFINISH")
    assert lines("小林") == []


def test_the_result_of_a_template_opens_no_window(api, xiaolin, result):
    api.post(TEMPLATE, {"touser": xiaolin.openid, "template_id": "emu-template-notice", "data": DATA})
    result("TEMPLATESENDJOBFINISH")
    assert api.say(xiaolin.openid) == 45015


def test_a_repeated_client_msg_id_gets_the_same_answer_and_no_second_message(api, xiaolin, world, lines):
    body = {
        "touser": xiaolin.openid,
        "template_id": "emu-template-notice",
        "data": DATA,
        "client_msg_id": "outbox-7",
    }
    first = api.post(TEMPLATE, body)
    assert api.post(TEMPLATE, body) == first
    assert len(lines("小林")) == 1
    other = world.find_person("老王")
    assert api.post(TEMPLATE, body | {"touser": other.openid})[1]["msgid"] != first[1]["msgid"]
    world.jump(600)
    assert api.post(TEMPLATE, body)[1]["msgid"] != first[1]["msgid"]
    assert len(lines("小林")) == 2


def without(data, name):
    return {key: value for key, value in data.items() if key != name}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"template_id": "none"}, 40037),
        ({"template_id": "emu-subscribe-notice"}, 40037),
        ({"template_id": ["x"]}, 40037),
        ({"touser": "oNobody"}, 40003),
        ({"data": without(DATA, "time2")}, 47003),
        ({"data": DATA | {"thing1": {"value": "字" * 21}}}, 47003),
        ({"data": DATA | {"time2": {"value": ""}}}, 47003),
        ({"data": DATA | {"time2": {"value": "明天"}}}, 47003),
        ({"data": DATA | {"more9": {"value": "x"}}}, 0),
        ({"data": None}, 47003),
        ({"client_msg_id": "x" * 65}, 47001),
    ],
)
def test_what_a_template_message_may_hold(api, xiaolin, change, code):
    body = {"touser": xiaolin.openid, "template_id": "emu-template-notice", "data": DATA}
    assert api.post(TEMPLATE, body | change)[0] == code


def test_a_template_message_needs_a_follower_and_a_service_account(api, act, xiaolin):
    body = {"touser": xiaolin.openid, "template_id": "emu-template-notice", "data": DATA}
    assert api.post(TEMPLATE, body, mini=True)[0] == 48001
    act("unfollow")
    assert api.post(TEMPLATE, body)[0] == 43004


def test_the_day_has_an_end(api, xiaolin, world):
    world.service.daily.limits[TEMPLATE] = 2
    body = {"touser": xiaolin.openid, "template_id": "emu-template-notice", "data": DATA}
    assert [api.post(TEMPLATE, body)[0] for _ in range(3)] == [0, 0, 45009]
    world.jump(86_400)
    api.tokens.clear()
    assert api.post(TEMPLATE, body)[0] == 0


def test_one_accepted_popup_is_one_message(api, act, xiaolin, result):
    body = {"touser": xiaolin.openid, "template_id": "emu-subscribe-notice", "data": DATA}
    assert api.post(BIZ, body)[0] == 43101
    popup = act("popup", accept=["emu-subscribe-notice"], reject=["emu-lasting-notice"]).plain
    assert "<SubscribeMsgPopupEvent><List><TemplateId><![CDATA[emu-subscribe-notice]]></TemplateId>" in popup
    assert popup.count("<List>") == 2
    assert "msgid" not in api.post(BIZ, body)[1]
    assert api.post(BIZ, body)[0] == 43101
    assert "<ErrorStatus><![CDATA[success]]></ErrorStatus>" in result("subscribe_msg_sent_event")


def test_a_lasting_consent_lasts_until_it_is_switched_off(api, act, xiaolin):
    body = {"touser": xiaolin.openid, "template_id": "emu-lasting-notice", "data": DATA}
    act("popup", accept=["emu-lasting-notice"])
    assert [api.post(BIZ, body)[0] for _ in range(4)] == [0] * 4
    assert "<SubscribeMsgChangeEvent>" in act("settings", template="emu-lasting-notice").plain
    assert api.post(BIZ, body)[0] == 43101


def test_a_message_that_does_not_fit_uses_no_consent(api, act, xiaolin):
    act("popup", accept=["emu-subscribe-notice"])
    body = {"touser": xiaolin.openid, "template_id": "emu-subscribe-notice", "data": DATA}
    assert api.post(BIZ, body | {"data": {}})[0] == 47003
    assert api.post(BIZ, body)[0] == 0


def test_a_kept_choice_answers_the_next_popup(api, act, xiaolin, web):
    act("popup", accept=["emu-subscribe-notice"], always=True)
    act("popup", templates=["emu-subscribe-notice"])
    state = web.get(f"/emulator/api/users/{xiaolin.openid}/state")[1]
    assert [(each["template"], each["left"]) for each in state["consents"]] == [("emu-subscribe-notice", 2)]
    status, answer = web.post(
        f"/emulator/api/users/{xiaolin.openid}/messages", {"type": "popup", "templates": ["emu-lasting-notice"]}
    )
    assert status == 400
    assert "emu-lasting-notice" in answer["error"]["text"]


def test_the_mini_programs_messages_go_by_its_own_token_and_come_as_json(api, act, xiaolin, result):
    body = {"touser": xiaolin.mini_openid, "template_id": "emu-mini-notice", "data": DATA, "page": "pages/a?x=1"}
    popup = act("popup", accept=["emu-mini-notice"]).plain
    assert '"Event": "subscribe_msg_popup_event"' in popup
    assert '"List": {"TemplateId": "emu-mini-notice", "SubscribeStatusString": "accept"' in popup
    assert f'"FromUserName": "{xiaolin.mini_openid}"' in popup
    assert api.post(MINI, body)[0] == 48001
    assert api.post(BIZ, body, mini=True)[0] == 48001
    assert api.post(MINI, body | {"page": "https://example.org"}, mini=True)[0] == 41030
    assert api.post(MINI, body | {"miniprogram_state": "beta"}, mini=True)[0] == 47003
    assert api.post(MINI, body | {"miniprogram_state": "trial", "lang": "zh_CN"}, mini=True)[0] == 0
    assert api.post(MINI, body, mini=True)[0] == 43101
    assert '"ErrorStatus": "success"' in result("subscribe_msg_sent_event")


def test_templates_can_be_added(api, act, xiaolin, web):
    template = {"id": "t-2", "kind": "once", "title": "演示", "fields": [["phrase1", "结果"]]}
    assert web.post("/emulator/api/templates", template)[0] == 201
    act("popup", accept=["t-2"])
    body = {"touser": xiaolin.openid, "template_id": "t-2", "data": {"phrase1": {"value": "已通过"}}}
    assert api.post(BIZ, body)[0] == 0
    assert web.post("/emulator/api/templates", template | {"fields": [["first", "x"]]})[0] == 400
    assert web.post("/emulator/api/templates", template | {"account": "mini", "kind": "notice"})[0] == 400


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing1", "字" * 20, "字" * 21),
        ("number2", "-12.5", "12a"),
        ("letter3", "abc", "ab1"),
        ("symbol4", "#$", "a"),
        ("character_string5", "A-1 b", "编号"),
        ("time6", "2026年4月24日 09:30~2026年4月24日 11:00", "2026年4月24日"),
        ("time7", "15:01", "25:01"),
        ("date8", "2026年4月24日", "四月"),
        ("amount9", "¥12.50", "十元"),
        ("phone_number10", "+86-0851-0000000", "电话"),
        ("car_number11", "贵C00000挂", "贵C0000000挂"),
        ("name12", "张三", "张" * 11),
        ("phrase13", "已通过", "已通过审核了"),
        ("thing14", 5, "  "),
        ("thing15", "x", {"a": 1}),
        ("thing16", "x", True),
    ],
)
def test_values(key, good, bad):
    assert fits(key, good)
    assert not fits(key, bad)


def test_side_by_side_one_client_msg_id_is_one_message(api, xiaolin, lines):
    body = {
        "touser": xiaolin.openid,
        "template_id": "emu-template-notice",
        "data": DATA,
        "client_msg_id": "outbox-8",
    }
    api.token()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: api.post(TEMPLATE, body), range(16)))
    assert len({answer["msgid"] for _, answer in answers}) == 1
    assert len(lines("小林")) == 1
