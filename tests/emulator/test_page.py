"""The phones and the inspector in a real browser."""

import pytest
from playwright.sync_api import expect

from browsers import patient

pytestmark = pytest.mark.browser

MENU = {
    "button": [
        {"name": "查政策", "sub_button": [{"type": "click", "name": "购房补贴", "key": "HOUSE", "sub_button": []}]},
        {"type": "click", "name": "找地点", "key": "PLACE", "sub_button": []},
    ]
}
TRAPS = """<script>document.title='broken'</script><img src=x onerror="document.title='broken'">
<a href="javascript:document.title='broken'">点我</a> <a href="https://example.com/a?b=1&amp;c=2">官网</a>
见 https://example.com/policy。<a href="weixin://bizmsgmenu?msgmenucontent=人才公寓&msgmenuid=7">人才公寓</a>"""


@pytest.fixture
def page(browser, web):
    page = patient(browser.new_page(viewport={"width": 1400, "height": 900}))
    page.problems, page.asked = [], []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(web.base + "/")
    page.locator(".phone").nth(1).wait_for()
    yield page
    page.close()


@pytest.fixture
def phone(page):
    return page.locator(".phone[data-user=小林]")


@pytest.fixture
def echo(bot, reply_xml, sealed):
    """A bot that says what it heard."""

    def answer(heard):
        said = heard.sheet.text("Content") or heard.sheet.text("EventKey") or heard.sheet.text("Event")
        return sealed(heard, f"<MsgType>text</MsgType><Content><![CDATA[听到：\n{said}]]></Content>")

    bot.answer = answer
    return bot


def type_text(phone, text):
    phone.locator("textarea").fill(text)
    phone.locator("textarea").press("Enter")


def theirs(phone):
    return phone.locator(".row.theirs .bubble")


def test_a_message_and_its_reply_stand_in_the_chat(page, phone, echo, web):
    type_text(phone, "购房补贴怎么申请？")
    theirs(phone).first.wait_for()
    assert phone.locator(".row.mine .bubble").all_inner_texts() == ["购房补贴怎么申请？"]
    assert theirs(phone).inner_text() == "听到：\n购房补贴怎么申请？"
    expect(phone.locator("textarea")).to_have_value("")
    assert page.problems == []
    assert all(url.startswith(web.base) for url in page.asked)


def test_the_menu_replaces_the_keyboard_and_its_clicks_reach_the_bot(page, phone, echo, world):
    world.set_menu(MENU)
    phone.get_by_role("button", name="查政策").click()
    phone.get_by_role("button", name="购房补贴").click()
    theirs(phone).first.wait_for()
    assert theirs(phone).inner_text() == "听到：\nHOUSE"
    assert echo.heard[-1].sheet.text("Event") == "CLICK"
    expect(phone.locator("textarea")).to_be_hidden()
    phone.get_by_title("切换到键盘").click()
    expect(phone.locator("textarea")).to_be_visible()
    assert page.problems == []


def test_the_inspector_lists_filters_and_opens(page, phone, echo):
    type_text(phone, "一")
    type_text(page.locator(".phone[data-user=老王]"), "二")
    calls = page.locator(".call")
    calls.nth(1).wait_for()
    page.locator(".call .chip.shown").nth(1).wait_for()
    page.locator(".filter").get_by_role("button", name="小林").click()
    expect(page.locator(".call:visible")).to_have_count(1)
    page.locator(".call:visible > button").click()
    opened = page.locator(".opened")
    for part in ["<![CDATA[一]]>", "<Encrypt>", "msg_signature=", "✓ msg_signature", "听到：", "第 1 次"]:
        expect(opened).to_contain_text(part)
    page.locator(".call:visible > button").click()
    expect(page.locator(".opened")).to_have_count(0)


def test_a_failing_bot_shows_the_grey_line(page, phone, bot):
    bot.answer = (500, "Traceback: secret")
    type_text(phone, "你好")
    expect(phone.locator(".notice")).to_have_text("该公众号提供的服务出现故障，请稍后再试")
    assert "secret" not in phone.inner_text()
    expect(page.locator(".call .chip.failed")).to_have_text("故障")


def test_what_the_bot_writes_never_becomes_markup(page, phone, bot, sealed):
    bot.answer = lambda heard: sealed(heard, f"<MsgType>text</MsgType><Content><![CDATA[{TRAPS}]]></Content>")
    type_text(phone, "<b>粗</b>")
    theirs(phone).first.wait_for()
    assert page.title() == "演示环境 · 微信模拟器"
    assert phone.locator(".row.mine .bubble").inner_text() == "<b>粗</b>"
    assert phone.locator(".bubble script, .bubble img, .bubble b").count() == 0
    links = theirs(phone).locator("a")
    assert [link.get_attribute("href") for link in links.all()] == [
        "https://example.com/a?b=1&c=2",
        "https://example.com/policy",
    ]
    assert {link.get_attribute("rel") for link in links.all()} == {"noopener noreferrer"}


def test_a_tap_on_a_menu_line_sends_its_text(page, phone, bot, sealed):
    bot.answer = lambda heard: sealed(heard, f"<MsgType>text</MsgType><Content><![CDATA[{TRAPS}]]></Content>")
    type_text(phone, "菜单")
    phone.locator(".tap").first.click()
    phone.locator(".row.mine").nth(1).wait_for()
    theirs(phone).nth(1).wait_for()
    assert bot.heard[-1].sheet.text("Content") == "人才公寓"
    assert bot.heard[-1].sheet.text("bizmsgmenuid") == "7"


def test_an_article_is_a_card_and_loads_no_foreign_picture(page, phone, bot, sealed, web):
    item = (
        "<item><Title>申报指南</Title><Description>材料与流程</Description><PicUrl>https://example.com/a.png</PicUrl>"
    )
    inner = f"<MsgType>news</MsgType><ArticleCount>1</ArticleCount><Articles>{item}<Url>https://x.cn/</Url></item></Articles>"
    bot.answer = lambda heard: sealed(heard, inner)
    type_text(phone, "指南")
    card = phone.locator("a.card")
    expect(card).to_contain_text("申报指南")
    expect(card).to_have_attribute("href", "https://x.cn/")
    assert all(url.startswith(web.base) for url in page.asked)


def test_following_leaving_and_a_new_user(page, phone, echo):
    phone.locator(".more").click()
    phone.get_by_role("button", name="取消关注").click()
    phone.locator(".follow").wait_for()
    phone.locator(".follow").click()
    theirs(phone).first.wait_for()
    assert theirs(phone).inner_text() == "听到：\nsubscribe"
    page.locator("#add-user").click()
    page.locator("#new-user input").fill("组长")
    page.locator("#new-user .main").click()
    page.locator(".phone[data-user=组长]").wait_for()


def test_attachments_are_sent_from_the_panel(page, phone, echo):
    phone.get_by_title("更多功能").click()
    phone.locator("[data-tool=place]").click()
    phone.get_by_role("button", name="汇川区人民政府（演示）").click()
    theirs(phone).first.wait_for()
    assert echo.heard[-1].sheet.text("MsgType") == "location"
    phone.get_by_title("更多功能").click()
    phone.locator("[data-tool=mic]").click()
    phone.get_by_label("识别结果").fill("查补贴")
    phone.locator(".sheet .main").click()
    theirs(phone).nth(1).wait_for()
    assert echo.heard[-1].sheet.text("Recognition") == "查补贴"


def send(world, person, kind, content):
    """As the bot's server would, without its token."""
    shown = {"kind": kind, "channel": "service", **content}
    world.add_entry(world.find_person(person).openid, "account", shown, None)


def test_a_menu_line_and_a_card_from_customer_service(page, phone, echo, world):
    items = [{"id": "7", "text": "开幕式（演示）"}]
    send(world, "小林", "menu", {"text": "参加哪一项？", "items": items, "tail": "点一行"})
    send(
        world, "小林", "card", {"title": "报名（演示）", "page": "pages/a", "media_id": "sample", "from": "演示小程序"}
    )
    phone.get_by_role("button", name="开幕式（演示）").click()
    phone.locator(".row.mine").wait_for()
    theirs(phone).nth(2).wait_for()
    assert echo.heard[-1].sheet.text("bizmsgmenuid") == "7"
    expect(phone.locator(".card.program")).to_contain_text("演示小程序")
    assert page.problems == []


def test_the_popup_asks_and_the_bot_hears_the_answer(page, phone, echo, web, world):
    phone.get_by_title("更多功能").click()
    phone.locator("[data-tool=bell]").click()
    phone.get_by_role("button", name="服务号的一起问").click()
    phone.locator(".tick input").nth(1).uncheck()
    phone.get_by_role("button", name="允许").click()
    expect(theirs(phone)).to_contain_text("subscribe_msg_popup_event")
    page.get_by_role("tab", name="额度与订阅").click()
    shown = page.locator("[data-person] table").filter(has_text="活动提醒").first
    expect(shown).to_contain_text("还可发 1 条")
    expect(shown).to_contain_text("已拒绝")


def test_a_service_notice_reaches_also_who_does_not_follow(page, world, api):
    person = world.find_person("老王")
    world.follow(person.openid, False)
    notice = {"kind": "notice", "channel": "notice", "title": "活动提醒（演示）", "from": "汇才通", "template": "t"}
    lines = {"lines": [["事项", "人才日（演示）"]], "url": "", "page": ""}
    world.add_entry(person.openid, "account", notice | lines, None)
    card = page.locator(".phone[data-user=老王] .service-notice")
    expect(card).to_contain_text("人才日（演示）")
    expect(page.locator(".phone[data-user=老王] .follow")).to_be_visible()


def test_the_calls_are_listed_with_what_went_wrong(page, phone, echo, api, world, xiaolin):
    api.token()
    page.locator("#add-fault").click()
    page.locator("#new-fault select[name=what]").select_option("-1")
    page.locator("#new-fault input[name=count]").fill("1")
    page.locator("#new-fault .main").click()
    page.locator("#tools .chip.failed").wait_for()
    assert api.say(xiaolin.openid) == -1
    assert api.say(xiaolin.openid) == 45015
    page.get_by_role("tab", name="接口调用").click()
    page.locator(".api .chip.failed", has_text="45015").wait_for()
    rows = page.locator(".api .call")
    assert [row.locator(".chip").last.inner_text() for row in rows.all()][:2] == ["45015", "-1"]
    rows.first.locator("button").click()
    expect(rows.first.locator(".opened")).to_contain_text("好的")
    assert api.token() not in page.content()
    expect(page.locator("#tools .chip.failed")).to_have_count(0)
    assert page.problems == []


def test_the_clock_is_set_ahead_from_the_page(page, phone, echo, api, act, xiaolin, world):
    act("text", text="在吗")
    page.get_by_role("tab", name="额度与订阅").click()
    page.locator("[data-person]", has_text="发来消息").wait_for()
    page.locator("[data-jump='172800']").click()
    page.locator("#tools", has_text="快 2 天").wait_for()
    assert world.clock.ahead == 172_800
    page.locator("[data-person] .empty", has_text="45015").nth(1).wait_for()


def test_the_mode_and_the_url_are_worked_from_the_bar(page, world, echo):
    page.locator("#modes [data-mode=plain]").click()
    page.locator("#modes [data-mode=plain][aria-pressed=true]").wait_for()
    assert world.mode == "plain"
    page.locator("#verify").click()
    page.locator(".verdict.bad").first.wait_for()
    expect(page.locator("#verification")).to_contain_text("明文 echostr")


def test_each_phone_opens_pages_by_a_name_of_its_own(page, phone, world, xiaolin):
    with world.changed:
        link = {"kind": "text", "text": "办事大厅 http://127.0.0.1:9/m/ 官网 https://example.com/"}
        world.add_entry(xiaolin.openid, "account", link, None)
    page.evaluate("document.addEventListener('click', (event) => event.preventDefault())")
    links = theirs(phone).last.locator("a")
    links.first.wait_for()
    for at in range(2):
        links.nth(at).click()
    found = [links.nth(at).get_attribute("href") for at in range(2)]
    assert found == [f"http://{xiaolin.host}:9/m/", "https://example.com/"]
