// The list of calls to Tencent's API; a click opens what was asked and answered.

import { clock, h } from "./dom.js";
import { code } from "./inspector.js";
import { get } from "./wire.js";

const ACCOUNTS = { service: "服务号", mini: "小程序", "": "—" };

function result(call) {
  if (call.errcode) return `${call.errcode}`;
  return call.status === 200 ? "ok" : `HTTP ${call.status}`;
}

export class CallList {
  constructor() {
    this.rows = new Map();
    this.calls = new Map();
    this.who = null;
    this.none = h("p", { class: "none" }, "被测程序每调用一次 api.weixin.qq.com 的接口，这里就记一条。");
    this.root = h("div", { class: "calls api" }, this.none);
  }

  filter(openid) {
    this.who = openid;
    for (const [id, row] of this.rows) row.hidden = this.hides(this.calls.get(id));
  }

  hides(call) {
    return this.who !== null && call.person !== this.who;
  }

  take(call) {
    this.none.remove();
    this.calls.set(call.id, call);
    const row = this.row(call);
    row.hidden = this.hides(call);
    this.rows.set(call.id, row);
    this.root.prepend(row);
  }

  row(call) {
    const bad = call.errcode !== 0 || call.status !== 200;
    return h("div", { class: "call", "data-call": call.id },
      h("button", { type: "button", onclick: () => this.toggle(call.id) },
        h("time", {}, clock(call.at, true)),
        h("span", { class: "person" }, call.who || ACCOUNTS[call.account]),
        h("span", { class: "what" }, h("em", {}, call.path.replace("/cgi-bin/", "")), call.account === "mini" ? "小程序" : ""),
        call.fault ? h("span", { class: "chip running", title: "故障开关" }, call.fault) : h("span"),
        h("span", { class: "ms" }, `${call.ms} ms`),
        h("span", { class: `chip ${bad ? "failed" : "shown"}` }, result(call))));
  }

  async toggle(id) {
    const row = this.rows.get(id);
    const opened = row.querySelector(".opened");
    row.classList.toggle("open", !opened);
    if (opened) {
      opened.remove();
      return;
    }
    const call = await get(`/calls/${id}`);
    row.querySelector(".opened")?.remove();
    row.append(this.details(call));
  }

  details(call) {
    const facts = [
      ["账号", ACCOUNTS[call.account]], ["HTTP", call.status], ["errcode", call.errcode],
      ["故障开关", call.fault || "无"], ["openid", call.openid || "—"],
    ];
    return h("div", { class: "opened" },
      h("div", { class: "facts" }, facts.map(([name, value]) => h("span", {}, `${name} `, h("b", {}, String(value))))),
      code("请求", `${call.method} ${call.path}?${call.query}`),
      code("请求内容", call.body),
      code("回答", call.answer || "（空）"));
  }
}
