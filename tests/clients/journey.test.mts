// One talent's way through the mini-program, from the first opening to 退出所有设备.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../../clients/miniprogram/api/answer.js";
import type { Client } from "../../clients/miniprogram/api/client.js";
import { over } from "../../clients/node/client.js";
import { address, code, emulated, opened, page, phone, session } from "./wechat.mts";

const PICTURE = new URL("../../emulator/static/sample.png", import.meta.url).pathname;
const EVENT = process.env.EVENT ?? "";

test("a talent with the mini-program", async (t) => {
  phone.who = (await emulated("/users", { name: "测试小林", following: false })).openid;
  opened();
  const api: Client<string> = session().api;

  await t.test("home tells whether somebody is on duty before anybody logs in", async () => {
    const home = await page("home");
    assert.ok(home.data.standing);
    assert.equal(home.data.inside, false);
  });

  await t.test("one tap logs in and leads to the page", async () => {
    const home = await page("home");
    await home.goIn();
    assert.equal(home.data.fault, "");
    assert.equal(phone.at.pop(), "/pages/web/web");
    assert.equal(good(await api.get("/v1/me")).following, "miniapp");
  });

  await t.test("the page opens logged in, by a ticket that is good once", async () => {
    const web = await page("web", { to: encodeURIComponent("/m/tickets") });
    assert.equal(web.data.fault, "");
    const entered = await fetch(web.data.address, { redirect: "manual" });
    assert.equal(entered.status, 302);
    assert.match(entered.headers.get("Location") ?? "", /\/m\/tickets$/);
    const cookie = entered.headers.getSetCookie().map((each) => each.split(";")[0]).join("; ");
    const me = await fetch(`${address("SERVICE")}/api/v1/me`, { headers: { Cookie: cookie } });
    assert.equal(me.status, 200);
    assert.equal((await fetch(web.data.address, { redirect: "manual" })).status, 400);
  });

  await t.test("asking wants a consent first, then answers, or lets choose", async () => {
    const refused = await api.post("/v1/ask", { body: { text: "人才津贴" } });
    assert.ok(!refused.ok);
    assert.deepEqual([refused.error.code, refused.error.field], ["consent_required", "service"]);
    await agree(api, "service");
    const said = good(await api.post("/v1/ask", { body: { text: "材料" } }));
    assert.equal(said.decision, "choices");
    const [choice] = said.choices;
    const answer = good(await api.post("/v1/ask", { body: { choice: choice.id } }));
    assert.equal(answer.decision, "answer");
    assert.ok(answer.entries.length);
    good(await api.post("/v1/ask/{key}/feedback", { path: { key: answer.key }, body: { useful: true } }));
  });

  await t.test("a ticket with a photo is answered, and the answer rated", async () => {
    const photo = good(await api.upload("/v1/uploads", PICTURE, PICTURE));
    const text = "津贴三月批了，一直没有到账，流水见照片";
    const { ticket } = good(await api.post("/v1/tickets", { body: { text, uploads: [photo.name] } }));
    const path = { number: ticket.number };
    assert.ok(ticket.lines.some((line) => line.files.length === 1));
    await staff({ number: ticket.number, text: "财政已经拨付，三个工作日内到账。" });
    const answered = good(await api.get("/v1/tickets/{number}", { path }));
    assert.ok(answered.lines.some((line) => line.whose === "hotline" && line.text.includes("三个工作日")));
    const rated = good(await api.post("/v1/tickets/{number}/rating", { path, body: { stars: 5, words: "谢谢" } }));
    assert.equal(rated.rating?.stars, 5);
    assert.equal(good(await api.get("/v1/tickets")).items[0].number, ticket.number);
  });

  await t.test("somebody else does not see it", async () => {
    const other = over(address("SERVICE"));
    const [ticket] = good(await api.get("/v1/tickets")).items;
    const mine = phone.who;
    phone.who = (await emulated("/users", { name: "测试路人", following: false })).openid;
    other.token = good(await other.post("/v1/login/miniapp", { body: { code: await code("login") } })).token;
    phone.who = mine;
    const told = await other.get("/v1/tickets/{number}", { path: { number: ticket.number } });
    assert.equal(told.status, 404);
    assert.equal((await other.get("/v1/tickets")).ok, true);
  });

  await t.test("a seat at an event, and back", async () => {
    const path = { number: EVENT };
    const going = good(await api.put("/v1/events/{number}/signup", { path, body: { remind: true } }));
    assert.equal(going.mine?.state, "going");
    assert.equal(good(await api.delete("/v1/events/{number}/signup", { path })).mine, null);
  });

  await t.test("notices: the popup, what was tapped, and the switch in WeChat", async () => {
    const notify = await page("notify");
    assert.equal(notify.data.fault, "");
    assert.ok(notify.data.groups.length);
    const tap = { currentTarget: { dataset: { group: notify.data.groups[0].id } } };
    phone.popup = "acceptWithAudio"; // 允许 with a voice: a value the API does not list
    await notify.ask(tap);
    assert.deepEqual([notify.data.fault, notify.data.done], ["", "好了，有消息会告诉您。"]);
    phone.popup = "reject";
    await notify.ask(tap);
    assert.match(notify.data.done, /没有允许/);
    phone.popup = 20004;
    await notify.ask(tap);
    assert.equal(notify.data.off, true);
  });

  await t.test("the phone number: agreed to, given, taken back", async () => {
    const number = await page("phone");
    assert.ok(number.data.text);
    assert.equal(number.data.agreed, false);
    await number.agree();
    assert.equal(number.data.agreed, true);
    await number.got({ detail: {} });
    assert.match(number.data.done, /没有提供/);
    await number.got({ detail: { errMsg: "getPhoneNumber:fail privacy permission is not authorized" } });
    assert.match(number.data.done, /隐私保护指引/);
    assert.equal(number.data.phone, "");
    await number.got({ detail: { code: await code("phone") } });
    assert.equal(number.data.fault, "");
    assert.match(number.data.phone, /\*{4}/);
    const again = await page("phone");
    assert.deepEqual([again.data.agreed, again.data.phone], [true, number.data.phone]);
    phone.confirms = false;
    await again.remove();
    assert.deepEqual([again.data.agreed, again.data.phone], [true, number.data.phone]);
    phone.confirms = true;
    await again.remove();
    assert.deepEqual([again.data.agreed, again.data.phone], [false, ""]);
    assert.match(again.data.done, /手机号已经删除/);
    await again.agree();
    await again.withdraw();
    assert.equal(again.data.done, "同意已经撤回。");
    assert.equal((await api.post("/v1/me/phone", { body: { code: await code("phone") } })).status, 403);
  });

  await t.test("WeChat's own question about privacy waits for an answer", async () => {
    const decisions: Record<string, string>[] = [];
    phone.needs?.((decision) => decisions.push(decision as Record<string, string>));
    assert.equal(phone.at.at(-1), "/pages/privacy/privacy?asked=1");
    const privacy = await page("privacy", { asked: "1" });
    assert.ok(privacy.data.purposes.length);
    privacy.agree();
    privacy.onUnload();
    assert.deepEqual(decisions, [{ event: "exposureAuthorization" }, { event: "agree", buttonId: "agree" }]);
    phone.needs?.((decision) => decisions.push(decision as Record<string, string>));
    (await page("privacy", { asked: "1" })).onUnload();
    assert.deepEqual(decisions.at(-1) as object, { event: "disagree" });
  });

  await t.test("without the consent nothing is taken any more", async () => {
    good(await api.delete("/v1/consents/{purpose}", { path: { purpose: "service" } }));
    const told = await api.post("/v1/tickets", { body: { text: "还有一件事想问" } });
    assert.ok(!told.ok);
    assert.equal(told.error.code, "consent_required");
  });

  await t.test("a login that ended elsewhere is renewed unseen", async () => {
    const before = api.token;
    const other = over(address("SERVICE"));
    other.token = before;
    good(await other.post("/v1/logout"));
    good(await api.get("/v1/me"));
    assert.notEqual(api.token, before);
  });

  await t.test("out everywhere is out, until somebody taps 登录", async () => {
    const last = over(address("SERVICE"));
    last.token = api.token;
    const home = await page("home");
    await home.out(true);
    assert.deepEqual([home.data.fault, home.data.inside, api.token], ["", false, ""]);
    assert.equal((await last.get("/v1/me")).status, 401);
    const told = await api.get("/v1/me");
    assert.ok(!told.ok);
    assert.equal(told.error.code, "left");
    const web = await page("web", { to: "%E0" });
    assert.deepEqual([web.data.left, web.data.address], [true, ""]);
    assert.match(web.data.fault, /退出/);
    await web.enter();
    assert.ok(web.data.address);
    assert.deepEqual([web.data.fault, web.data.left], ["", false]);
    good(await api.get("/v1/me"));
  });

  await t.test("the token goes in no address, and every post has a key", () => {
    for (const { url, method, header } of phone.sent) {
      assert.ok(!url.includes("token") && !url.includes(api.token));
      assert.equal(Boolean(header["Idempotency-Key"]), method === "POST", `${method} ${url}`);
    }
  });
});

function good<T>(answer: Answer<T>): T {
  assert.ok(answer.ok, answer.ok ? "" : `${answer.status} ${answer.error.code} ${answer.error.text}`);
  return answer.data;
}

async function agree(api: Client<string>, purpose: string): Promise<void> {
  const consents = good(await api.get("/v1/consents")).items;
  const version = consents.find((each) => each.id === purpose)?.version ?? 0;
  good(await api.put("/v1/consents/{purpose}", { path: { purpose }, body: { version } }));
}

async function staff(answer: object): Promise<void> {
  const told = await fetch(address("STAFF"), { method: "POST", body: JSON.stringify(answer) });
  assert.equal(told.status, 204);
}
