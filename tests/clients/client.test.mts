// The client alone, on a wire of ours.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Heard, Silence } from "../../clients/miniprogram/api/answer.js";
import { Client } from "../../clients/miniprogram/api/client.js";
import type { Options, Sent } from "../../clients/miniprogram/api/client.js";

const CODE = { body: { code: "one" } };
const good = (data: unknown = {}): Heard => ({ status: 200, text: JSON.stringify({ ok: true, data }), after: 0 });
const refused = (status: number, code: string, after = 0): Heard => ({
  status,
  text: JSON.stringify({ ok: false, error: { code, text: "不行", field: null } }),
  after,
});

/** A client whose requests are answered by these, one after the other, and what it sent. */
function wired(answers: (Heard | Silence)[], more: Partial<Options<never>> = {}) {
  const sent: Sent<never>[] = [];
  const carry = (request: Sent<never>): Promise<Heard | Silence> => {
    sent.push({ ...request, headers: { ...request.headers } });
    return Promise.resolve(answers[Math.min(sent.length, answers.length) - 1]);
  };
  const api = new Client<never>({ base: "https://here", carry, pause: 1, ...more });
  return { api, sent, keys: () => sent.map((each) => each.headers["Idempotency-Key"]) };
}

test("a post keeps its key until it is answered", async () => {
  const { api, keys } = wired([{ late: true }, { late: false }, refused(503, "unavailable"), good(), good()]);
  assert.equal((await api.post("/v1/login/miniapp", CODE)).ok, false);
  assert.equal((await api.post("/v1/login/miniapp", CODE)).ok, false);
  assert.equal((await api.post("/v1/login/miniapp", CODE)).ok, true);
  assert.equal((await api.post("/v1/login/miniapp", CODE)).ok, true);
  const [first, ...rest] = keys();
  assert.match(first, /^[!-~]{8,128}$/);
  assert.deepEqual(rest.slice(0, 3), [first, first, first]);
  assert.notEqual(rest[3], first);
});

test("what was refused for good gets a new key", async () => {
  const { api, keys } = wired([refused(422, "invalid"), good()]);
  await api.post("/v1/login/miniapp", CODE);
  await api.post("/v1/login/miniapp", CODE);
  assert.equal(new Set(keys()).size, 2);
});

test("the same call under way is sent once", async () => {
  const { api, sent } = wired([good()]);
  await Promise.all([api.post("/v1/login/miniapp", CODE), api.post("/v1/login/miniapp", CODE)]);
  assert.equal(sent.length, 1);
});

test("nothing is thrown: silence and nonsense are values", async () => {
  const html = { status: 502, text: "<html>", after: 0 };
  for (const [heard, code, passing] of [
    [{ late: true }, "slow", true],
    [{ late: false }, "offline", true],
    [html, "unread", true],
    [{ ...html, status: 200 }, "unread", true],
    [refused(404, "not_found"), "not_found", false],
  ] as const) {
    const told = await wired([heard]).api.get("/v1/me");
    assert.ok(!told.ok);
    assert.deepEqual([told.error.code, told.passing], [code, passing]);
    assert.ok(told.error.text);
  }
});

test("too many requests are not repeated by themselves", async () => {
  const { api, sent } = wired([refused(429, "too_many_requests", 30)]);
  const told = await api.get("/v1/me");
  assert.ok(!told.ok);
  assert.deepEqual([told.passing, told.after, sent.length], [true, 30, 1]);
});

test("a login that ended is renewed once for all who find out", async () => {
  let entered = 0;
  const enter = async () => ({ ok: true as const, status: 200, data: { token: `new ${++entered}` } });
  const api = new Client<never>({
    base: "",
    enter,
    carry: async ({ headers }) => (headers.Authorization === "Bearer new 1" ? good() : refused(401, "login_required")),
  });
  api.token = "old";
  const told = await Promise.all([api.get("/v1/me"), api.get("/v1/tickets"), api.get("/v1/logins")]);
  assert.deepEqual([told.every((each) => each.ok), entered, api.token], [true, 1, "new 1"]);
});

test("a login that cannot be renewed is told, and not tried again and again", async () => {
  let entered = 0;
  const enter = async () => ({ ok: true as const, status: 200, data: { token: `new ${++entered}` } });
  const { api, sent } = wired([refused(401, "login_required")], { enter });
  const told = await api.get("/v1/me");
  assert.ok(!told.ok);
  assert.deepEqual([told.error.code, entered, sent.length], ["login_required", 1, 2]);
});

test("a code that is used up is no reason to log in anew", async () => {
  const { api, sent } = wired([refused(401, "code_used")], { enter: () => assert.fail("not asked for") });
  assert.equal((await api.post("/v1/login/miniapp", CODE)).ok, false);
  assert.equal(sent.length, 1);
});

test("addresses are filled in and quoted", async () => {
  const { api, sent } = wired([good()]);
  await api.get("/v1/tickets/{number}", { path: { number: "T/1 ?" } });
  await api.get("/v1/entries", { query: { q: "津贴 & 公寓", topic: "", limit: 5 } });
  assert.deepEqual(
    sent.map((each) => each.url),
    ["https://here/api/v1/tickets/T%2F1%20%3F", "https://here/api/v1/entries?q=%E6%B4%A5%E8%B4%B4%20%26%20%E5%85%AC%E5%AF%93&limit=5"],
  );
});

test("what the document does not know does not compile", () => {
  const { api } = wired([good()]);
  const never = () => {
    // @ts-expect-error there is no such address
    void api.get("/v1/nothing");
    // @ts-expect-error a code is wanted
    void api.post("/v1/login/miniapp", { body: {} });
    // @ts-expect-error and nothing besides
    void api.put("/v1/me", { body: { elder: true, openid: "o" } });
  };
  assert.equal(typeof never, "function");
});
