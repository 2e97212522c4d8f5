// What is left of each person's windows and consents, and of the account's day.

import { dayTime, h } from "./dom.js";

const ACCOUNTS = { service: "服务号", mini: "小程序" };
const KINDS = { message: "发来消息", menu: "点菜单", follow: "关注", scan: "扫码", session: "进入客服" };
const TEMPLATES = { notice: "模板消息", once: "一次性订阅", lasting: "长期订阅" };
const CODES = { login: "wx.login", phone: "手机号" };

function left(seconds) {
  if (seconds < 0) return "已结束";
  if (seconds < 90) return `剩 ${Math.ceil(seconds)} 秒`;
  if (seconds < 5400) return `剩 ${Math.round(seconds / 60)} 分钟`;
  return `剩 ${Math.floor(seconds / 3600)} 小时 ${Math.round((seconds % 3600) / 60)} 分`;
}

function table(heads, rows, none) {
  if (!rows.length) return h("p", { class: "empty" }, none);
  return h("table", {},
    h("thead", {}, h("tr", {}, heads.map((head) => h("th", {}, head)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell))))));
}

export class Standing {
  constructor() {
    this.people = h("div", { class: "standing" });
    this.account = h("div", { class: "standing" });
    this.cards = new Map();
    this.keys = new Map();
    this.who = null;
    this.ahead = 0;
  }

  filter(openid) {
    this.who = openid;
    for (const [id, card] of this.cards) card.hidden = openid !== null && id !== openid;
  }

  show(news) {
    this.ahead = news.clock.ahead;
    for (const state of news.states) this.person(state);
    this.fresh("account", [news.templates, news.limits, news.scenes], () => this.account.replaceChildren(...this.accountParts(news)));
    const now = Date.now() / 1000 + this.ahead;
    for (const cell of this.people.querySelectorAll("[data-ends]")) cell.textContent = left(Number(cell.dataset.ends) - now);
  }

  // Drawn anew only when something changed: what somebody has selected stays selected.
  fresh(name, value, draw) {
    const key = JSON.stringify(value);
    if (this.keys.get(name) === key) return;
    this.keys.set(name, key);
    draw();
  }

  person(state) {
    this.fresh(state.openid, state, () => {
      const card = h("section", { "data-person": state.openid, hidden: this.who !== null && this.who !== state.openid },
        h("h3", {}, state.name, h("span", { class: `chip ${state.following ? "shown" : ""}` }, state.following ? "已关注" : "未关注"),
          state.blocks ? h("span", { class: "chip failed" }, "拒收") : null),
        h("div", { class: "facts" }, [["服务号", state.openid], ["小程序", state.mini_openid], ["unionid", state.unionid], ["手机号（演示）", state.phone]]
          .map(([name, value]) => h("span", {}, `${name} `, h("b", {}, value)))),
        h("h4", {}, "客服消息额度"), this.windows(state.windows),
        h("h4", {}, "订阅"), this.consents(state),
        state.codes.length ? [h("h4", {}, "code"), this.codes(state.codes)] : null);
      const before = this.cards.get(state.openid);
      if (before) before.replaceWith(card);
      else this.people.append(card);
      this.cards.set(state.openid, card);
    });
  }

  ends(seconds) {
    return [`${dayTime(seconds)} `, h("small", { "data-ends": seconds })];
  }

  windows(windows) {
    const rows = windows.map((each) => [ACCOUNTS[each.account], KINDS[each.kind], `${each.left} / ${each.limit}`, this.ends(each.ends)]);
    return table(["账号", "由", "还可发", "到"], rows, "没有：现在发客服消息得 45015");
  }

  consents(state) {
    const rows = state.consents.map((each) => [
      each.title, each.lasting ? "长期" : "一次性",
      !each.accepted ? "已拒绝" : each.lasting ? "允许" : `还可发 ${each.left} 条`,
      { accept: "总是允许", reject: "总是拒绝" }[state.always[each.template]] ?? "每次询问",
    ]);
    return table(["模板", "类型", "现状", "弹窗"], rows, "没有：现在发订阅消息得 43101");
  }

  codes(codes) {
    return table(["来自", "code", "现状", "到"], codes.map((each) =>
      [CODES[each.kind], h("code", {}, each.code), each.used ? "已用" : "未用", this.ends(each.ends)]), "");
  }

  accountParts(news) {
    const templates = news.templates.map((each) =>
      [[each.title, h("br"), h("code", {}, each.id)], [ACCOUNTS[each.account], h("br"), TEMPLATES[each.kind]], each.fields.map((field) => field.join(" ")).join("，")]);
    const limits = (account) => table(["接口", "已用", "上限"], news.limits.filter((each) => each.account === account).map((each) =>
      [h("code", {}, each.path.replace("/cgi-bin/", "")), each.used.toLocaleString("zh-CN"), each.limit.toLocaleString("zh-CN")]), "");
    const scenes = news.scenes.map((each) =>
      [each.scene, each.ends === null ? "永久" : dayTime(each.ends), h("code", {}, each.url)]);
    return [
      h("section", {}, h("h3", {}, "模板"), table(["模板", "类型", "关键词"], templates, "")),
      h("section", {}, h("h3", {}, "带参数的二维码"), table(["场景值", "到", "内容"], scenes, "还没有生成过")),
      h("section", {}, h("h3", {}, "今日调用次数"),
        Object.entries(ACCOUNTS).map(([account, name]) => [h("h4", {}, name), limits(account)])),
    ];
  }
}
