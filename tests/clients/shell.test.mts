// The shell alone: what the tool reads, an address that is not set, requests that WeChat itself refuses, popups.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { made, opened, page, phone, session } from "./wechat.mts";

const SHELL = new URL("../../clients/miniprogram/", import.meta.url);
const HERE = "http://127.0.0.1:9"; // where nobody answers
const text = (name: string): string => readFileSync(new URL(name, SHELL), "utf8");

beforeEach(() => {
  Object.assign(phone, { stored: new Map(), at: [], sent: [], asked: [], cut: "", platform: "devtools", version: "develop" });
});

test("the tool finds everything app.json and project.config.json name", () => {
  const [app, project, theme] = ["app.json", "project.config.json", "theme.json"].map((name) => JSON.parse(text(name)));
  assert.ok(existsSync(new URL(app.sitemapLocation, SHELL)));
  for (const rule of JSON.parse(text(app.sitemapLocation)).rules) assert.ok(rule.page === "*" || app.pages.includes(rule.page));
  for (const [, name] of text("app.json").matchAll(/"@(\w+)"/g)) assert.ok(theme.light[name] && theme.dark[name], name);
  assert.equal(app.__usePrivacyCheck__, true);
  assert.equal(project.setting.urlCheck, true);
  // The .js beside each .ts is what runs: with the tool's own compiler switched on, both would be.
  assert.equal(project.setting.useCompilerPlugins, false);
  assert.ok(project.packOptions.ignore.some((each: { value: string }) => each.value === ".ts"));
});

for (const [address, platform, version, said] of [
  ["", "devtools", "develop", /还没有填/],
  ["rencai.example.cn", "devtools", "develop", /https:\/\//],
  ["https://rencai.example.cn/m", "devtools", "develop", /不带别的/],
  ["http://127.0.0.1:8000", "android", "develop", /本机/],
  ["http://localhost:8000", "ios", "release", /本机/],
  ["http://rencai.example.cn", "ios", "trial", /https:\/\/ 开头/],
] as const) {
  test(`the address ${address || "that is empty"} on ${platform} is told before anything is sent`, async () => {
    Object.assign(phone, { platform, version });
    opened(address);
    const home = await page("home");
    assert.match(home.data.fault, said);
    assert.match(home.data.fault, /PUBLIC_URL/);
    phone.stored.set("token", "t");
    assert.match((await page("web")).data.fault, said);
    assert.equal(phone.sent.length, 0);
  });
}

test("an address that may be asked is asked, with or without a stroke at its end", async () => {
  for (const [address, platform, version] of [
    ["https://rencai.example.cn/", "ios", "release"],
    ["http://192.168.1.2:8000", "android", "develop"],
    ["http://127.0.0.1:8000", "devtools", "develop"],
  ]) {
    Object.assign(phone, { platform, version, sent: [], cut: "request:fail timeout" });
    opened(address);
    assert.match((await page("home")).data.fault, /网络有点慢/);
    assert.equal(phone.sent[0].url, `${address.replace(/\/$/, "")}/api/v1/office`);
  }
});

test("what WeChat refuses is not put down to the network", async () => {
  phone.cut = "request:fail url not in domain list";
  opened(HERE);
  assert.match((await page("home")).data.fault, /request 合法域名/);
  assert.equal(phone.sent.length, 1);
});

test("home tells that the network is gone, and looks again when it is come back to", async () => {
  opened(HERE);
  const home = await page("home");
  assert.match(home.data.fault, /网络连不上/);
  phone.cut = "request:fail timeout";
  await home.onShow();
  assert.match(home.data.fault, /网络有点慢/);
});

test("WeChat's question that cannot be shown is answered with no, and does not wait for ever", () => {
  opened(HERE);
  const decisions: { event: string }[] = [];
  const asked = (): void => phone.needs?.((decision) => decisions.push(decision as { event: string }));
  phone.at.push(...Array(10).fill("/pages/web/web")); // as many pages as WeChat keeps
  asked();
  assert.equal(decisions.at(-1)?.event, "disagree");
  phone.at.length = 0;
  asked();
  assert.deepEqual(phone.at, ["/pages/privacy/privacy?asked=1"]);
});

/** The page of notices with these templates, what went to the API, and a tap on each of its buttons. */
function notices(items: { template: string; lasting: boolean }[]) {
  opened(HERE);
  const notify = made("notify");
  const told: object[] = [];
  const all = items.map((each) => ({ ...each, notices: [each.template], left: each.lasting ? null : 0 }));
  const { api } = session();
  const answer = { ok: true, status: 200, data: { account: "miniapp", items: all } };
  api.get = async () => answer;
  api.post = async (_: string, sent: { body: { results: object } }) => (told.push(sent.body.results), answer);
  const tap = async (at: number) => notify.ask({ currentTarget: { dataset: { group: notify.data.groups[at].id } } });
  return { notify, told, tap };
}

test("every template can be allowed: three in a popup, and lasting ones by themselves", async () => {
  const once = ["a", "b", "c", "d", "e"].map((template) => ({ template, lasting: false }));
  const { notify, tap } = notices([{ template: "l", lasting: true }, ...once]);
  await notify.load();
  phone.popup = 10005;
  for (const at of notify.data.groups.keys()) await tap(at);
  assert.deepEqual(phone.asked, [["a", "b", "c"], ["d", "e"], ["l"]]);
});

test("an answer nobody has heard of loses none of the others", async () => {
  const { notify, told } = notices(["a", "b", "c", "d"].map((template) => ({ template, lasting: false })));
  await notify.tell(["a", "b", "c", "d"], { a: "acceptWithAlert", b: "reject", c: "perhaps", errMsg: "ok" });
  assert.deepEqual(told, [{ a: "accept", b: "reject" }]);
  await notify.tell(["a"], { a: "ban" });
  assert.match(notify.data.done, /现在不让/);
});
