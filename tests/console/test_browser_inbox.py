"""The inbox in a real browser: keys, what others do meanwhile, bulk, a phone, and nothing that the policy forbids."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin

import pytest
from playwright.sync_api import expect

from browsers import Held
from handlers.console.gate import COOKIE

pytestmark = pytest.mark.browser


def test_the_list_is_walked_and_opened_with_keys(desk, opens) -> None:
    numbers = [desk.ticket(f"第{at}件事").number for at in range(3)]
    page = opens(desk.sits("lead"), "/?view=all&sort=new")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row.cursor")).to_have_attribute("data-number", numbers[1])
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.locator(f"#detail [data-ticket='{numbers[2]}']").wait_for()
    expect(page).to_have_url(re.compile(numbers[2]))
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator(".row.open")).to_have_attribute("data-number", numbers[2])


def test_keys_mean_nothing_while_somebody_types(desk, opens) -> None:
    desk.ticket()
    page = opens(desk.sits("lead"), "/?view=all")
    page.keyboard.press("/")
    page.keyboard.type("jxt?")
    expect(page.locator("input[type=search]")).to_have_value("jxt?")
    assert page.locator(".row.cursor").count() == 0
    assert page.locator("dialog[open]").count() == 0
    page.keyboard.press("Escape")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', isComposing: true, bubbles: true}))"
    )
    assert page.locator(".row.cursor").count() == 0
    page.keyboard.press("?")
    page.locator("#keys-help[open]").wait_for()


def test_single_keys_can_be_switched_off(desk, opens) -> None:
    desk.ticket()
    page = opens(desk.sits("lead"), "/?view=all")
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator(".row.cursor").count() == 0


def test_what_a_colleague_takes_is_seen_without_losing_ones_place(desk, opens) -> None:
    numbers = [desk.ticket(f"第{at}件事").number for at in range(3)]
    page = opens(desk.sits("lead"), "/?view=all&sort=new")
    page.keyboard.press("j")
    page.keyboard.press("x")
    other = desk.sits("agent", name="小吴")
    with desk.verbs() as verbs:
        verbs.claim(verbs.hold(other.actor, numbers[0], "claim"), other.actor, now=desk.kit.now())
    desk.clock.wait("2 秒")
    page.locator(f"#row-{numbers[0]}", has_text="小吴").wait_for()
    expect(page.locator(".row.cursor")).to_have_attribute("data-number", numbers[2])
    expect(page.locator(".pick input:checked")).to_have_count(1)
    expect(page.locator("#bulk")).to_be_visible()


def test_a_list_is_fetched_again_only_by_whom_it_concerns(desk, opens) -> None:
    page = opens(desk.sits("agent"), "/?view=mine")
    page.wait_for_load_state("networkidle")
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/live" in request.url else None)
    looks = "document.dispatchEvent(new Event('visibilitychange'))"
    ticket = desk.ticket()
    desk.clock.wait("2 秒")
    page.evaluate(looks)
    page.locator('[data-count="free"]', has_text="1").wait_for()
    assert fetched == []
    page.goto(page.url.replace("mine", "free"))
    with desk.verbs() as verbs:
        verbs.add(verbs.theirs(["o小林"], ticket.number), "再补充一句", now=desk.kit.now())
    desk.clock.wait("2 秒")
    page.locator(f"#row-{ticket.number}", has_text="再补充一句").wait_for()
    assert len(fetched) == 1


def test_the_list_is_fetched_by_one_request_at_a_time(desk, opens) -> None:
    page = opens(desk.sits("lead"), "/?view=all")
    lists, done = Held(page, "**/live?*"), []
    page.on("request", lambda request: done.append("asked") if "/live?" in request.url else None)
    page.on("requestfinished", lambda request: done.append("had") if "/live?" in request.url else None)
    page.evaluate("() => { desk.refresh(); desk.refresh(); desk.refresh(); }")
    lists.came()
    ticket = desk.ticket()
    with page.expect_event("requestfinished", lambda request: "/live?" in request.url and len(done) > 2):
        lists.on()
    page.locator(f"#row-{ticket.number}").wait_for()
    assert done == ["asked", "had", "asked", "had"]


def test_colleagues_are_seen_at_their_tickets(desk, opens) -> None:
    ticket = desk.ticket()
    one = opens(desk.sits("agent", name="小周"), f"/tickets/{ticket.number}?view=all")
    with one.expect_response("**/console/poll?*"):
        one.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    desk.clock.wait("2 秒")
    page = opens(desk.sits("agent", name="小吴"), "/?view=all")
    page.locator(f"#row-{ticket.number} .avatar.viewing").wait_for()


def test_news_are_told_once_whatever_page_one_goes_to(desk, opens) -> None:
    agent, lead = desk.sits("agent"), desk.sits("lead")

    def given(subject: str) -> None:
        ticket = desk.ticket(subject)
        with desk.verbs() as verbs:
            held = verbs.hold(lead.actor, ticket.number, "assign")
            verbs.assign(held, lead.actor, agent.actor.id, now=desk.kit.now())
        desk.clock.wait("2 秒")

    given("来之前就有的")
    page = opens(agent, "/?view=all")
    page.wait_for_load_state("networkidle")
    page.evaluate(
        "() => { const set = setTimeout; window.setTimeout = (does, ms) => set(does, ms === 6000 ? 1e6 : ms); }"
    )
    given("第一件")
    expect(page.locator("#toasts")).to_contain_text("第一件")
    assert "来之前" not in page.locator("#toasts").inner_text()
    away = page.url.replace("view=all", "view=mine")
    page.goto("about:blank")
    given("路上来的")
    page.goto(away)
    expect(page.locator("#toasts")).to_contain_text("路上来的")
    assert "第一件" not in page.locator("#toasts").inner_text()


def test_escape_shuts_a_menu_and_a_dialog_begins_with_its_field(desk, opens) -> None:
    page = opens(desk.sits("lead"), "/?view=all")
    page.keyboard.press("v")
    expect(page.locator(".filter-box")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".filter-box")).to_be_hidden()
    expect(page.locator(".list-top details.menu summary")).to_be_focused()
    page.get_by_role("button", name="存为视图").click()
    expect(page.locator("#keep-view [name=name]")).to_be_focused()


def test_on_a_narrow_desk_nothing_is_cut_off(desk, opens) -> None:
    ticket = desk.ticket(detail="长" * 380)
    page = opens(desk.sits("lead"), f"/tickets/{ticket.number}?view=all", {"width": 1024, "height": 640})
    assert (
        page.evaluate(
            "(() => { const it = document.querySelector('.views'); return it.scrollWidth - it.clientWidth })()"
        )
        <= 0
    )
    expect(page.locator("#composer")).to_be_in_viewport(ratio=1)
    last = page.locator(".ticket-side section").last
    expect(last).not_to_be_in_viewport()
    page.locator("#composer").hover()
    page.mouse.wheel(0, 5000)
    expect(last).to_be_in_viewport()
    page.mouse.wheel(0, -5000)
    expect(page.locator("#composer")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="资料", exact=True).click()
    expect(page.locator(".ticket-side h2").first).to_be_in_viewport(ratio=1)


def test_a_phone_leads_to_the_beginning_of_what_is_known(desk, opens) -> None:
    page = opens(desk.sits("lead"), f"/tickets/{desk.ticket().number}", {"width": 390, "height": 560})
    page.get_by_role("button", name="资料", exact=True).click()
    expect(page.locator(".ticket-side h2").first).to_be_in_viewport(ratio=1)


def test_a_phone_shows_where_one_is_and_all_places(desk, opens) -> None:
    page = opens(desk.sits("supervisor"), "/?view=all", {"width": 390, "height": 740})
    here = page.locator(".view[aria-current]")
    expect(here).to_be_in_viewport(ratio=1)
    buttons = page.locator(".views-top").bounding_box()  # which stay where they are
    assert here.bounding_box()["x"] >= buttons["x"] + buttons["width"]
    expect(page.locator(".views-top").get_by_role("link", name="登记")).to_be_in_viewport(ratio=1)
    expect(page.locator(".rail .last")).to_be_in_viewport(ratio=1)
    page.goto(page.url.replace("?view=all", "system"))
    assert page.locator("tbody td").first.bounding_box()["width"] >= 100  # else a column is one character wide


def test_many_are_moved_at_once_and_each_outcome_is_told(desk, opens) -> None:
    one, two = desk.ticket("一"), desk.ticket("二")
    with desk.verbs() as verbs:
        verbs.withdraw(verbs.theirs(["o小林"], two.number), now=desk.kit.now())
    page = opens(desk.sits("lead", name="小李"), "/?view=all")
    for box in page.locator(".pick input").all():
        box.check()
    page.locator("#bulk button.primary").click()
    expect(page.locator("#outcome[open]")).to_contain_text("办成 1 张，1 张没办成")
    page.locator("#outcome [data-close]").click()
    page.locator(f"#row-{one.number}", has_text="小李").wait_for()


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_has_one_pane_after_the_other(desk, opens, width: int) -> None:
    ticket = desk.ticket("一句很长很长的话，说的是人才津贴已经三个月没有到账打过两次电话都说还在审核")
    page = opens(desk.sits("lead"), "/?view=all", {"width": width, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".row-link").click()
    page.locator(f"#detail [data-ticket='{ticket.number}']").wait_for()
    expect(page.locator("#rows")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator(".back-to-list").first.click()
    page.locator("#rows").wait_for()


def test_what_is_known_shows_while_a_call_is_written_down(desk, opens) -> None:
    desk.ticket("人才津贴三个月没到账", contact="13800001234", openid="")
    page = opens(desk.sits("agent"), "/tickets/new")
    page.locator("[name=contact]").fill("13800001234")
    page.locator("#known", has_text="这个号码的工单").wait_for()
    page.locator("[name=subject]").fill("津贴三个月没有到账")
    page.locator("#known .likely").wait_for()
    page.locator("button[value=mine]").click()
    page.locator("#detail [data-ticket]").wait_for()


def test_what_is_filled_in_when_the_login_ends_is_there_afterwards(desk, opens) -> None:
    seat = desk.sits("agent")
    page = opens(seat, "/tickets/new", expected="of 401")
    filled = "form => { const { source, contact, confidential } = form.elements; "
    filled += "source.value = 'walkin'; contact.value = '13800001234'; confidential.checked = true; }"
    page.locator(".intake form").evaluate(filled)  # and nothing is asked for yet
    page.context.clear_cookies()
    page.locator("[name=subject]").fill("津贴三个月没有到账")
    page.wait_for_url(re.compile("/console/login"))
    assert "next=/console/tickets/new" in unquote(page.url)
    cookie = desk.returns(seat).client.get_cookie(COOKIE)
    page.context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": page.url}])
    page.goto(urljoin(page.url, "/console/tickets/new"))
    expect(page.locator("[name=subject]")).to_have_value("津贴三个月没有到账")
    expect(page.locator("[name=contact]")).to_have_value("13800001234")
    expect(page.get_by_label("到窗口")).to_be_checked()
    expect(page.get_by_label("对方要求保密")).to_be_checked()
    page.locator("button[value=mine]").click()
    page.locator("#detail [data-ticket]").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read(desk, opens, scheme: str) -> None:
    """WCAG AA: 4.5 to 1 for whatever is written in the list."""
    for at in range(3):
        desk.ticket(f"第{at}件事", urgency="urgent")
    page = opens(desk.sits("lead"), "/?view=all")
    page.emulate_media(color_scheme=scheme)
    assert page.evaluate(_CONTRAST) == []


_CONTRAST = """() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const ground = (element) => { for (let at = element; at; at = at.parentElement) { const c = parse(getComputedStyle(at).backgroundColor); if (c.length === 3 || c[3] > 0.5) return c; } return [255, 255, 255]; };
  const bad = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.getClientRects().length || element.closest(".only-read, [hidden]")) continue;
    const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(`${element.className} ${element.textContent.trim().slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return bad;
}"""  # noqa: E501
