"""The ways of a ticket in Chromium, on the product as started: taken, answered, delivered to the phone, rated."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from browsers import patient
from demo import SECRET, Demo, database_of, running
from handlers.console.gate import COOKIE
from models.db import Database
from models.entrance import WHOLE, Entrance
from models.seal import Seal
from models.staff import Staff
from models.workbench import Draft

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PAYLOAD = " ".join(
    (
        "<script>window.fired=1</script>",
        '<img src=x onerror="window.fired=1">',
        '"><svg onload=window.fired=1>',
        "javascript:window.fired=1//https://a.example/'onmouseover='window.fired=1",
        "{{7*7}}${7*7}</textarea><script>window.fired=1</script>",
    )
)


@dataclass
class House(Demo):
    """With people at its desk."""

    database: Database
    browser: Browser
    faults: list[str] = field(default_factory=list)

    def sits(self, login: str, role: str = "agent", unit: str = "hotline") -> Page:
        """A browser of somebody logged in."""
        now = datetime.now(UTC)
        with self.database.writing() as work:
            staff = Staff(login=login, name=login, role=role, unit=unit, created_at=now, updated_at=now)
            work.session.add(staff)
            work.session.flush()
            token = Entrance(work).begin(staff, WHOLE, address="127.0.0.1", agent="test", now=now)
        context = self.browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": COOKIE, "value": token, "url": self.address("")}])
        page = patient(context.new_page())
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if "Content Security" in said.text else None)
        page.on("dialog", lambda dialog: self.faults.append(dialog.message))
        return page

    def opens(self, number: str, login: str, role: str = "agent") -> Page:
        """That ticket, before somebody who has just logged in."""
        page = self.sits(login, role)
        page.goto(self.address(f"/tickets/{number}"))
        return page

    def keeps(self, text: str) -> None:
        """Waits until that is a draft: what a page sends when it goes may come after what it goes to."""
        while True:
            with self.database.unit() as work:
                if text in set(work.session.scalars(select(Draft.body))):
                    return
            time.sleep(0.05)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.bot}/console{path}"

    def asked(self, name: str, what: str, more: str = "补充：三月就批了") -> tuple[str, str]:
        """A talent who opened a ticket in the chat: openid and number."""
        openid = self.api("/users", {"name": name, "following": True})["openid"]
        for text in ("转人工", what, more, "不留"):
            heard = self.say(openid, text)
            if "T2" in heard and "编号" in heard:
                return openid, next(word for word in heard.replace("\n", " ").split() if word.startswith("T2"))
        raise AssertionError(heard)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with running(folder) as demo:
        database = Database(database_of(folder))
        yield House(demo.bot, demo.emulator, database, browser)
        database.close()


@pytest.fixture(autouse=True)
def nothing_fires(house: House) -> Iterator[None]:
    """Whatever a test does: no script of somebody else's runs, none of ours fails."""
    house.faults.clear()
    yield
    for each in house.browser.contexts:
        each.close()
    assert house.faults == []


def take(page: Page) -> None:
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.locator("article .state").first).to_have_text("办理中")


def write(page: Page, text: str, tab: str = "r") -> None:
    page.locator("#timeline").click()
    page.keyboard.press(tab)
    expect(page.locator("form.write:not([hidden]) textarea[name=text]")).to_be_focused()
    page.keyboard.insert_text(text)


def test_a_ticket_is_taken_answered_delivered_and_rated(house: House) -> None:
    openid, number = house.asked("测试小林", "人才津贴三月就批了还没到账")
    page = house.opens(number, "wang")
    take(page)
    expect(page.locator(".composer-head")).to_contain_text("客服消息 可回复")
    before = house.last(openid)
    write(page, "您好，已经和财务核对，本周五前补发到账。")
    page.keyboard.press("Control+Enter")
    held = page.locator("article", has=page.locator(".undo-bar", has_text="秒后发出"))
    held.filter(has=page.locator(".delivery", has_text="还没发")).wait_for()  # at one look: so it is for 10 seconds
    expect(page.locator("article .state").first).to_have_text("已答复")
    assert "本周五前补发到账" in house.hears(openid, before)
    page.reload()
    expect(page.locator(".delivery")).to_contain_text("已送达")
    expect(page.locator(".undo-bar")).to_have_count(0)
    before = house.last(openid)
    page.get_by_role("button", name="请评价", exact=True).click()
    expect(page.locator("article .state").first).to_have_text("待评价")
    assert "请您评价" in house.hears(openid, before)
    house.say(openid, "非常满意", menu_id=f"rate:{number}:5")
    page.reload()
    expect(page.locator("article .state").first).to_have_text("办结")
    expect(page.locator(".ticket-side")).to_contain_text("非常满意")


def test_a_reply_is_taken_back_before_it_is_out(house: House) -> None:
    openid, number = house.asked("测试小周", "落户要什么手续")
    page = house.opens(number, "zhou")
    take(page)
    before = house.last(openid)
    write(page, "这句写错了")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("article .state").first).to_have_text("办理中")
    expect(page.locator("form.write.reply textarea[name=text]")).to_have_value("这句写错了")
    assert house.hears(openid, before, timeout=12) == ""


def test_two_agents_at_once_do_not_answer_twice(house: House) -> None:
    _, number = house.asked("测试小吴", "孩子上学怎么办")
    one, other = house.sits("li"), house.sits("zhao")
    one.goto(house.address("/tickets/" + number))
    take(one)
    other.goto(house.address("/tickets/" + number))
    write(other, "我写了很久的一段答复")
    expect(other.locator("form.write.reply [data-size]")).to_contain_text("草稿已存")
    expect(one.locator("#ticket-news")).to_contain_text("zhao 正在写答复")
    write(one, "先告诉您：正在核实")
    one.locator('[data-tab="interim"]').click()
    one.keyboard.press("Control+Enter")
    expect(one.locator(".item.reply")).to_contain_text("正在核实")
    other.keyboard.press("Control+Enter")
    expect(other.locator(".news")).to_contain_text("正在核实")
    expect(other.locator("form.write.reply textarea[name=text]")).to_have_value("我写了很久的一段答复")
    expect(other.locator(".item.reply")).to_have_count(1)
    other.get_by_role("button", name="仍要发送").click()
    expect(other.locator("article .state").first).to_have_text("已答复")
    expect(other.locator(".item.reply")).to_have_count(2)


def test_what_is_opened_while_the_pane_is_on_its_way_stays_open(house: House) -> None:
    _, number = house.asked("测试小褚", "租房补贴怎么领")
    page = house.opens(number, "chu")
    held: list[Route] = []
    page.route(re.compile(rf"/tickets/{number}(\?|$)"), lambda route: route.continue_() if held else held.append(route))
    other = house.opens(number, "shi")
    write(other, "先去问过财务了", "n")
    other.keyboard.press("Control+Enter")
    while not held:  # it shows what is new by itself
        page.wait_for_timeout(100)
    page.keyboard.press("n")
    note = page.locator("form.write.note")
    note.locator("[data-attach]").set_input_files({"name": "票据.png", "mimeType": "image/png", "buffer": PNG})
    expect(note.locator(".loose")).to_be_visible()
    held[0].continue_()
    expect(page.locator(".item.note")).to_contain_text("先去问过财务了")
    expect(note.locator("textarea")).to_be_visible()
    expect(note.locator(".loose")).to_have_text("票据.png")
    page.locator('[data-tab="answer"]').click()
    expect(page.locator("form.write.reply .loose")).to_have_text("票据.png")


def test_typing_with_an_input_method_sends_nothing(house: House) -> None:
    _, number = house.asked("测试小郑", "公寓还有房吗")
    page = house.opens(number, "zheng")
    write(page, "正在打")
    page.evaluate(
        """() => { const area = document.activeElement;
        for (const more of [{isComposing: true}, {keyCode: 229}])
          area.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", ctrlKey: true, bubbles: true, ...more})); }"""
    )
    page.wait_for_timeout(500)
    expect(page.locator(".item.reply")).to_have_count(0)
    expect(page.locator("form.write.reply textarea[name=text]")).to_have_value("正在打")


def test_the_composer_keeps_out_of_the_way_until_it_is_wanted(house: House) -> None:
    _, number = house.asked("测试小卫", "人才津贴什么时候发")
    page = house.opens(number, "wei")
    take(page)
    area, line = page.locator("form.write.reply textarea[name=text]"), page.locator("#timeline")
    expect(area).to_be_hidden()
    expect(page.locator(".composer-head .chip")).to_be_visible()
    tall = line.evaluate("each => each.clientHeight")
    assert tall > 450
    page.keyboard.press("i")
    expect(area).to_be_focused()
    expect(page.locator('[data-tab="interim"]')).to_have_attribute("aria-selected", "true")
    assert line.evaluate("each => each.clientHeight") < tall
    page.keyboard.press("Escape")
    expect(area).to_be_hidden()
    page.keyboard.press("Alt+1")
    expect(area).to_be_visible()
    expect(page.locator("form.write.reply [data-size]")).to_contain_text("草稿已存")
    page.reload()
    expect(area).to_be_visible()
    expect(page.locator("[data-cited] button")).to_have_count(1)
    page.evaluate(
        """() => document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => { if (target.id === "detail")
        window.left ??= [document.querySelector("#composer").className, document.activeElement.tagName]; })"""
    )
    area.press("Control+Enter")
    expect(page.locator(".undo-bar")).to_be_visible()
    assert page.evaluate("window.left") == ["composer compact", "BODY"]  # the next key is not written into it


def test_what_was_written_is_there_after_leaving(house: House) -> None:
    _, number = house.asked("测试小冯", "职称怎么评")
    page = house.opens(number, "feng")
    write(page, "写到一半")
    page.goto(house.address("/"))
    house.keeps("写到一半")
    page.goto(house.address("/tickets/" + number))
    expect(page.locator("form.write.reply textarea[name=text]")).to_have_value("写到一半")


def test_a_draft_that_was_not_kept_is_kept_a_moment_later(house: House) -> None:
    _, number = house.asked("测试小蒋", "人才卡怎么补办")
    page = house.opens(number, "jiang")
    page.route("**/draft", lambda route: route.fulfill(status=503))
    write(page, "写好一句")
    size = page.locator("form.write.reply [data-size]")
    expect(size).to_contain_text("过一会儿再存")
    page.unroute("**/draft")
    expect(size).to_contain_text("草稿已存")


def test_suggestions_and_replies_in_stock_go_in_by_keys(house: House) -> None:
    _, number = house.asked("测试小陈", "人才津贴什么时候发")
    lead = house.sits("chen", role="lead")
    lead.goto(house.address("/canned"))
    lead.locator("form.box [name=title]").fill("测试用的问候")
    lead.locator("#canned-new").fill("您好，我是{坐席}，您的工单是{工单号}。")
    lead.get_by_role("button", name="加上").click()
    lead.get_by_text("测试用的问候").wait_for()
    lead.goto(house.address("/tickets/" + number))
    write(lead, "/测试用")
    expect(lead.locator(".pick-list:visible")).to_contain_text("测试用的问候")
    lead.keyboard.press("Enter")
    text = lead.locator("form.write.reply textarea[name=text]")
    expect(text).to_have_value(f"您好，我是chen，您的工单是{number}。")
    lead.keyboard.press("Alt+1")
    expect(lead.locator("[data-cited]")).to_contain_text("人才津贴")
    expect(text).to_have_value(re.compile(".{61,}", re.DOTALL))


def test_what_is_put_in_at_any_door_runs_nowhere(house: House) -> None:
    payload = PAYLOAD
    _, number = house.asked("测试外人", payload[:90], payload)
    name = f"<img src=x onerror=window.fired=1>{payload}"[:64]
    page = house.opens(number, name, role="lead")
    for tab, selector in (("n", ".item.note"), ("r", ".item.reply")):
        write(page, f"@{name} {payload}", tab)
        page.keyboard.press("Control+Enter")
        expect(page.locator(selector).first).to_contain_text(payload[:12])
    page.keyboard.press("n")
    page.locator("form.write.note [data-attach]").set_input_files(
        {"name": f"{payload[:80].replace('/', '')}.png", "mimeType": "image/png", "buffer": PNG}
    )
    expect(page.locator(".loose").first).to_be_visible()
    seal = Seal(SECRET)
    with house.database.writing() as work:
        work.connection.exec_driver_sql(
            "UPDATE ticket SET caller = ?, contact = ? WHERE number = ?",
            (seal.close(payload), seal.close(payload), number),
        )
    page.goto(house.address("/canned"))
    page.locator("form.box [name=title]").fill(payload[:60])
    page.locator("#canned-new").fill(payload.replace("{", "").replace("}", ""))
    page.get_by_role("button", name="加上").click()
    page.locator("summary", has_text=payload[:60]).wait_for()
    for path in ("/", "/?view=all", "/canned", "/mentions", f"/search?q={number}", f"/tickets/{number}"):
        page.goto(house.address(path))
        assert page.evaluate("window.fired") is None, path
    page.get_by_role("button", name="看姓名电话").click()
    page.get_by_text("全部经过和查看记录").click()
    expect(page.locator("#history li").first).to_be_visible()
    for hovered in page.locator(".said-text").all():
        hovered.hover()
    assert page.evaluate("window.fired") is None
    assert not page.locator(".timeline script, .timeline img[src=x], .timeline svg[onload], .ticket [onerror]").count()
    links = page.eval_on_selector_all("a", "all => all.map(a => a.href)")
    assert not [each for each in links if str(each).startswith("javascript")]


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
