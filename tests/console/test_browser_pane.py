"""An open ticket in Chromium: nothing written is lost or changes its kind, and what happens is seen without asking."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from playwright.sync_api import expect

from browsers import Held
from handlers.console.gate import COOKIE
from models.desk_answer import Said

pytestmark = pytest.mark.browser
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
# Words on top would go by themselves after 3 seconds, perhaps before anybody looks.
STAYS = "() => { const set = setTimeout; window.setTimeout = (does, ms) => set(does, ms === 3000 ? 1e6 : ms); }"
TEXT = "form.write.reply textarea[name=text]"


def taken(desk, seat, subject: str = "津贴没到账"):
    ticket = desk.ticket(subject)
    with desk.verbs() as verbs:
        verbs.accept(verbs.hold(seat.actor, ticket.number, "accept"), seat.actor, now=desk.kit.now())
    return ticket


def test_a_request_for_materials_stays_one_when_a_material_is_added(desk, opens) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}")
    page.keyboard.press("m")
    page.keyboard.insert_text("请把银行卡发来")
    side = page.locator(".ticket-side [name=name]")
    side.fill("银行卡照片")
    side.press("Enter")
    expect(page.locator(".ticket-side .material")).to_contain_text("银行卡照片")
    expect(page.locator('[data-tab="ask"]')).to_have_attribute("aria-selected", "true")
    expect(page.locator(TEXT)).to_have_value("请把银行卡发来")
    expect(page.locator("form.write.reply [name=tab]")).to_have_value("ask")
    page.reload()
    expect(page.locator(TEXT)).to_have_value("请把银行卡发来")
    expect(page.locator("form.write.reply [name=tab]")).to_have_value("ask")


@pytest.mark.parametrize("way", ["note", "again"])
def test_what_a_colleague_was_faster_with_leaves_ones_own_words(desk, opens, way: str) -> None:
    seat, other = desk.sits("agent"), desk.sits("lead")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}")
    page.route("**/console/poll*", lambda route: route.fulfill(status=304))
    page.keyboard.press("r")
    page.keyboard.insert_text("我写了很久的一段")
    with desk.verbs() as verbs:
        held = verbs.hold(other.actor, ticket.number, "answer")
        verbs.answer(held, other.actor, Said("同事先答了"), now=desk.kit.now())
    with page.expect_response(lambda answer: answer.status == 409 and "/say" in answer.url):
        page.locator(TEXT).press("Control+Enter")
    expect(page.locator(".stranded blockquote")).to_have_text("我写了很久的一段")
    expect(page.get_by_role("button", name="仍要发送")).to_have_count(0)
    page.reload()
    expect(page.locator(".stranded blockquote")).to_have_text("我写了很久的一段")
    if way == "note":
        page.get_by_role("button", name="存为备注").click()
        expect(page.locator(".item.note")).to_contain_text("我写了很久的一段")
    else:
        page.locator(".stranded [name=why]").fill("还有一点要说清")
        page.get_by_role("button", name="重办并发送").click()
        expect(page.locator(".item.reply").last).to_contain_text("我写了很久的一段")
    expect(page.locator(".stranded")).to_have_count(0)


@pytest.mark.parametrize("ends", ["sending", "writing"])
def test_what_is_written_when_the_login_ends_is_there_afterwards(desk, opens, ends: str) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}?view=all", expected="of 401")
    page.keyboard.press("i")
    page.context.clear_cookies()
    page.keyboard.insert_text("正在核对，明天回您")
    if ends == "sending":
        page.locator(TEXT).press("Control+Enter")
        page.wait_for_url(re.compile("/console/login"))
    else:
        expect(page.locator("form.write.reply [data-size]")).to_contain_text("登录已经结束")
        page.get_by_text("登录已经结束，请重新登录").click()
        page.wait_for_url(re.compile("/console/login"))
    assert parse_qs(urlsplit(page.url).query)["next"] == [f"/console/tickets/{ticket.number}?view=all"]
    cookie = desk.returns(seat).client.get_cookie(COOKIE)
    page.context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": page.url}])
    page.goto(urljoin(page.url, f"/console/tickets/{ticket.number}?view=all"))
    expect(page.locator(TEXT)).to_have_value("正在核对，明天回您")
    expect(page.locator("form.write.reply [name=tab]")).to_have_value("interim")
    expect(page.locator("form.write.reply [data-size]")).to_contain_text("草稿已存")


def test_what_was_left_at_a_shared_machine_is_gone_for_the_next_person(desk, opens) -> None:
    seat, next_one = desk.sits("agent"), desk.sits("agent", name="小吴")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}?view=all", expected="of 401")
    page.keyboard.press("i")
    page.context.clear_cookies()
    page.keyboard.insert_text("正在核对，明天回您")
    expect(page.locator("form.write.reply [data-size]")).to_contain_text("登录已经结束")
    left = "Object.keys(sessionStorage).filter(key => key.startsWith('desk.left.')).length"
    assert page.evaluate(left) == 1
    cookie = next_one.client.get_cookie(COOKIE)
    page.context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": urljoin(page.url, "/console/")}])
    page.goto(urljoin(page.url, "/console/"))
    expect(page.locator("#rows")).to_be_attached()
    assert page.evaluate(left) == 0


def test_what_one_does_shows_in_the_list_at_once(desk, opens) -> None:
    seat = desk.sits("agent", name="小吴")
    ticket = desk.ticket()
    page = opens(seat, f"/tickets/{ticket.number}?view=all")
    page.route("**/console/poll*", lambda route: route.fulfill(status=304))
    expect(page.locator(f"#row-{ticket.number}")).to_contain_text("没人承办")
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.locator(f"#row-{ticket.number}")).to_contain_text("小吴")
    expect(page.locator('[data-count="mine"]')).to_have_text("1")


def test_who_writes_at_the_same_ticket_is_seen_there(desk, opens) -> None:
    one, other = desk.sits("agent", name="小周"), desk.sits("lead", name="小吴")
    ticket = taken(desk, one)
    page = opens(one, f"/tickets/{ticket.number}")
    beside = opens(other, f"/tickets/{ticket.number}")
    beside.wait_for_load_state("networkidle")  # what it asked before is answered
    with beside.expect_response(lambda answer: "writing=1" in answer.url):
        beside.keyboard.press("n")
        beside.keyboard.insert_text("我在写")
    desk.clock.wait("2 秒")
    expect(page.locator(".ticket-head .avatar.writing")).to_have_text("周" if page is beside else "吴")


def test_a_message_shows_by_itself_and_the_newest_is_in_sight(desk, opens) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    with desk.verbs() as verbs:
        for at in range(20):
            verbs.note(verbs.hold(seat.actor, ticket.number, "note"), seat.actor, f"第{at}条", now=desk.kit.now())
    page = opens(seat, f"/tickets/{ticket.number}")
    with desk.verbs() as verbs:
        verbs.add(verbs.theirs(["o小林"], ticket.number), "最新的一句", now=desk.kit.now())
    desk.clock.wait("2 秒")
    newest = page.locator(".item.talent", has_text="最新的一句")
    expect(newest).to_be_visible()
    expect(newest).to_be_in_viewport(ratio=1)


def test_colleagues_to_call_are_all_in_sight(desk, opens) -> None:
    seat, *_ = [desk.sits("agent", name=name) for name in ("小吴", "小郑", "小钱", "小孙")]
    page = opens(seat, f"/tickets/{taken(desk, seat).number}")
    page.keyboard.press("n")
    page.keyboard.type("看一下 @")
    mates = page.locator("form.write.note [role=option]:visible")
    expect(mates).to_have_text(["小孙", "小郑", "小钱"])  # nobody calls on themselves
    for mate in mates.all():
        expect(mate).to_be_in_viewport(ratio=0.9)
    expect(page.locator("form.write.note textarea")).to_be_in_viewport(ratio=1)


def test_keys_that_would_do_nothing_are_not_promised(desk, opens) -> None:
    seat = desk.sits("agent")
    page = opens(seat, f"/tickets/{taken(desk, seat, '阿巴阿巴').number}")
    expect(page.locator("[data-suggest]")).to_have_count(0)
    expect(page.locator(TEXT)).to_have_attribute("placeholder", "写给对方。Ctrl+回车发送")


def test_how_far_a_reply_has_come_shows_on_the_open_page(desk, opens) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}")
    page.keyboard.press("i")
    page.keyboard.insert_text("正在核实")
    page.locator(TEXT).press("Control+Enter")
    expect(page.locator(".delivery")).to_contain_text("还没发")
    desk.clock.wait("11 秒")
    expect(page.locator(".delivery")).to_contain_text("正在发")


def test_words_on_top_keep_clear_of_the_composer_and_go_with_the_next_step(desk, opens) -> None:
    seat = desk.sits("agent")
    ticket = desk.ticket()
    page = opens(seat, f"/tickets/{ticket.number}")
    page.evaluate(STAYS)
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.locator(".toast")).to_have_text("受理了，归您办理")
    assert page.locator(".toast").bounding_box()["y"] < 100
    page.keyboard.press("n")
    page.keyboard.insert_text("记一笔")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_have_text("备注记下了")


def test_on_a_phone_the_composer_stands_above_the_bar(desk, opens) -> None:
    seat = desk.sits("lead")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}", {"width": 390, "height": 844})
    page.locator('[data-tab="answer"]').click()
    send, bar = page.locator("form.write.reply button[type=submit]"), page.locator(".rail")
    expect(send).to_be_in_viewport(ratio=1)
    assert send.bounding_box()["y"] + send.bounding_box()["height"] <= bar.bounding_box()["y"]
    assert page.locator(".steps").bounding_box()["height"] < 60
    expect(page.locator(".ticket kbd").first).to_be_hidden()


def test_on_a_phone_every_tab_of_the_composer_is_in_sight(desk, opens) -> None:
    seat = desk.sits("agent")
    page = opens(seat, f"/tickets/{taken(desk, seat).number}", {"width": 320, "height": 640})
    for name in ("answer", "interim", "ask", "note", "call"):
        expect(page.locator(f'[data-tab="{name}"]')).to_be_in_viewport(ratio=1)


def test_how_long_a_draft_is_shows_when_the_pane_comes_again(desk, opens) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}")
    page.keyboard.press("r")
    page.keyboard.insert_text("已经查到")
    page.locator('.ticket-side [name="name"]').fill("银行卡照片")
    page.locator('.ticket-side [name="name"]').press("Enter")
    expect(page.locator("form.write.reply [data-size]")).to_contain_text("12 字节")
    page.reload()
    expect(page.locator("form.write.reply [data-size]")).to_contain_text("4 字 · 12 字节")


def asked_for(page, path: str) -> list[str]:
    """What the page asks for there from now on, in its order."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(path) if request.url.endswith(path) else None)
    return asked


def test_what_is_sent_while_its_draft_is_on_its_way_is_no_draft_afterwards(desk, opens) -> None:
    seat = desk.sits("agent")
    page = opens(seat, f"/tickets/{taken(desk, seat).number}")
    drafts, sent = Held(page, "**/draft"), asked_for(page, "/say")
    page.keyboard.press("r")
    page.keyboard.insert_text("正在核实")
    drafts.came()
    page.locator(TEXT).press("Control+Enter")
    sent.append("the draft goes on")
    drafts.on()
    expect(page.locator(".item.reply")).to_contain_text("正在核实")
    assert sent == ["the draft goes on", "/say"]
    page.reload()
    expect(page.locator(TEXT)).to_have_value("")


def test_what_is_written_is_kept_before_the_page_is_asked_for_anew(desk, opens) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}")
    page.keyboard.press("r")
    page.keyboard.insert_text("刚写好")
    pages, asked = Held(page, f"**/tickets/{ticket.number}"), asked_for(page, "/draft")
    with page.expect_response("**/draft"):
        page.evaluate("() => setTimeout(() => location.reload())")
        pages.came()
        asked.append("the page")
    pages.on()
    expect(page.locator(TEXT)).to_have_value("刚写好")
    assert asked == ["/draft", "the page"]


def test_what_is_written_later_is_kept_later(desk, opens) -> None:
    seat = desk.sits("agent")
    page = opens(seat, f"/tickets/{taken(desk, seat).number}")
    drafts, sent = Held(page, "**/draft"), asked_for(page, "/draft")
    page.keyboard.press("r")
    page.keyboard.insert_text("正在")
    drafts.came()
    page.keyboard.insert_text("核实")
    page.wait_for_timeout(2500)  # as long as a draft waits for the next key, and a little more
    sent.append("the first goes on")
    drafts.on()
    expect(page.locator("form.write.reply [data-size]")).to_contain_text("4 字")
    assert sent == ["/draft", "the first goes on", "/draft"]


def test_a_step_waits_for_a_draft_that_is_on_its_way(desk, opens) -> None:
    seat = desk.sits("agent")
    page = opens(seat, f"/tickets/{taken(desk, seat).number}")
    drafts, sent = Held(page, "**/draft"), asked_for(page, "/material")
    page.keyboard.press("r")
    page.keyboard.insert_text("已经查到")
    drafts.came()
    page.locator('.ticket-side [name="name"]').fill("银行卡照片")
    page.locator('.ticket-side [name="name"]').press("Enter")
    sent.append("the draft goes on")
    drafts.on()
    expect(page.locator(".ticket-side .material")).to_contain_text("银行卡照片")
    assert sent == ["the draft goes on", "/material"]


def test_a_file_that_came_while_the_pane_was_on_its_way_stays(desk, opens) -> None:
    seat, other = desk.sits("agent"), desk.sits("lead")
    ticket = taken(desk, seat)
    page = opens(seat, f"/tickets/{ticket.number}")
    panes = []
    page.route(f"**/tickets/{ticket.number}", lambda route: panes.append((route, route.fetch())))
    with desk.verbs() as verbs:
        verbs.note(verbs.hold(other.actor, ticket.number, "note"), other.actor, "先去问过财务了", now=desk.kit.now())
    desk.clock.wait("2 秒")
    while not panes:  # it shows what is new by itself
        page.wait_for_timeout(100)
    page.keyboard.press("n")
    file = {"name": "票据.png", "mimeType": "image/png", "buffer": PNG}
    page.locator("form.write.note [data-attach]").set_input_files(file)
    loose = page.locator("form.write.note .loose")
    expect(loose).to_have_text("票据.png")
    route, drawn = panes[0]
    route.fulfill(response=drawn)
    expect(page.locator(".item.note")).to_contain_text("先去问过财务了")
    expect(loose).to_have_text("票据.png")
    loose.get_by_role("button").click()
    expect(loose).to_have_count(0)


def test_what_keys_do_is_all_on_their_sheet(desk, opens) -> None:
    page = opens(desk.sits("agent"), "/")
    page.keyboard.press("?")
    for words in ("插入推荐答案", "选常用语", "撤销刚发的答复"):
        expect(page.locator("#keys-help")).to_contain_text(words)
