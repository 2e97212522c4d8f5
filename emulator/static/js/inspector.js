// The list of callbacks; a click opens what was posted and what came back, attempt by attempt.

import { clock, h } from "./dom.js";
import { get, post } from "./wire.js";

const STATES = { running: "等待中", shown: "已回复", silent: "不回复", failed: "故障" };
const MODES = { plain: "明文", compat: "兼容", safe: "安全" };

function copyButton(text) {
  const button = h("button", { type: "button", class: "copy" }, "复制");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = "已复制";
    setTimeout(() => { button.textContent = "复制"; }, 1200);
  });
  return button;
}

export function code(label, text) {
  if (!text) return null;
  return h("div", { class: "code" }, h("div", {}, label, copyButton(text)), h("pre", {}, text));
}

function checkLine(check) {
  const note = check.note ? `：${check.note}` : "";
  return h("li", { class: check.ok ? "" : "wrong" }, `${check.ok ? "✓" : "✗"} ${check.name}${note}`);
}

function attemptBox(attempt) {
  const status = attempt.status === null ? "无响应" : `HTTP ${attempt.status}`;
  return h("section", { class: "attempt" },
    h("h3", {}, `第 ${attempt.number} 次`, h("small", {}, `${clock(attempt.at, true)} · ${status} · ${attempt.ms} ms`),
      attempt.error ? h("span", { class: "wrong" }, attempt.error) : null),
    attempt.checks.length ? h("ul", { class: "checks" }, attempt.checks.map(checkLine)) : null,
    code("查询参数", attempt.query),
    code("发出的内容", attempt.posted),
    code("响应原文", attempt.response || (attempt.status === null ? "" : "（空）")),
    code("响应解密后", attempt.decrypted),
  );
}

export class Inspector {
  constructor(root) {
    this.calls = new Map();
    this.rows = new Map();
    this.open = new Set();
    this.user = null;
    this.filter = h("span", { class: "filter" });
    this.none = h("p", { class: "none" }, "在手机上做点什么：每一次回调都会记在这里。");
    this.list = h("div", { class: "calls" }, this.none);
    this.tabs = h("span", { class: "tabs", role: "tablist" });
    this.panes = [];
    this.root = root;
    root.replaceChildren(h("header", {}, this.tabs, this.filter));
    this.addTab("回调记录", this.list, () => {});
    this.openTab(0);
  }

  // `filter(openid or null)` is told whom to show; without it a pane is not about people.
  addTab(label, pane, filter) {
    const index = this.panes.length;
    pane.hidden = index > 0;
    this.panes.push({ pane, filter });
    this.tabs.append(h("button", {
      type: "button", role: "tab", "aria-selected": String(index === 0), onclick: () => this.openTab(index),
    }, label));
    this.root.append(pane);
  }

  openTab(index) {
    this.panes.forEach(({ pane }, at) => { pane.hidden = at !== index; });
    [...this.tabs.children].forEach((tab, at) => tab.setAttribute("aria-selected", String(at === index)));
    this.filter.hidden = !this.panes[index].filter;
  }

  setUsers(users) {
    const key = users.map((user) => user.openid).join();
    if (key === this.usersKey) return;
    this.usersKey = key;
    const all = [{ openid: null, name: "全部" }, ...users];
    this.filter.replaceChildren(...all.map((user) =>
      h("button", {
        type: "button", "aria-pressed": String(user.openid === this.user), "data-openid": user.openid ?? "",
        onclick: () => this.show(user.openid),
      }, user.name)));
  }

  show(openid) {
    this.user = openid;
    for (const button of this.filter.children) {
      button.setAttribute("aria-pressed", String((button.dataset.openid || null) === openid));
    }
    for (const [id, row] of this.rows) row.hidden = openid !== null && this.calls.get(id).openid !== openid;
    for (const { filter } of this.panes) filter?.(openid);
  }

  take(call) {
    this.none.remove();
    this.calls.set(call.id, call);
    const row = this.row(call);
    row.hidden = this.user !== null && call.openid !== this.user;
    const before = this.rows.get(call.id);
    if (before) before.replaceWith(row);
    else this.list.prepend(row);
    this.rows.set(call.id, row);
    if (this.open.has(call.id)) this.expand(call.id, before?.querySelector(".opened"));
  }

  row(call) {
    const count = Math.max(call.attempt_count, 1);
    const answer = call.status === null ? (call.error ? "无响应" : "") : `${call.status}`;
    return h("div", { class: "call", "data-callback": call.id },
      h("button", { type: "button", onclick: () => this.toggle(call.id) },
        h("time", {}, clock(call.at, true)),
        h("span", { class: "person" }, call.person),
        h("span", { class: "what" }, h("em", {}, call.kind.replace("event:", "")), call.summary),
        h("span", { class: "chip" }, `${answer}${answer ? " · " : ""}第${count}次`),
        h("span", { class: "ms" }, call.ms === null ? "" : `${call.ms} ms`),
        h("span", { class: `chip ${call.state}` }, STATES[call.state])));
  }

  async toggle(id) {
    if (this.open.delete(id)) {
      this.rows.get(id).classList.remove("open");
      this.rows.get(id).querySelector(".opened")?.remove();
      return;
    }
    this.open.add(id);
    await this.expand(id);
  }

  // `keep` holds the old details in place until the new ones are here, so an open row does not jump.
  async expand(id, keep) {
    const row = this.rows.get(id);
    row.classList.add("open");
    if (keep) row.append(keep);
    const call = await get(`/callbacks/${id}`);
    if (this.rows.get(id) !== row || !this.open.has(id)) return;
    row.querySelector(".opened")?.remove();
    row.append(this.details(call));
  }

  details(call) {
    const again = h("button", { type: "button", class: "button", onclick: () => post(`/callbacks/${call.id}/resend`) }, "原样重发");
    const facts = [["MsgId", call.msg_id ?? "无（事件）"], ["CreateTime", call.create_time], ["方式", MODES[call.mode]], ["账号", call.account === "mini" ? "小程序" : "服务号"], ["openid", call.openid]];
    return h("div", { class: "opened" },
      h("div", { class: "facts" }, facts.map(([name, value]) => h("span", {}, `${name} `, h("b", {}, String(value)))), again),
      code(call.account === "mini" ? "加密前的 JSON" : "加密前的 XML", call.plain),
      call.attempts.map(attemptBox));
  }
}
