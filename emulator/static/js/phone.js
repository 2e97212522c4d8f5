// One phone: one user's chat with the account.

import { attachmentPanel, scanForm, placeForm } from "./attachments.js";
import { chatLine, timeLine } from "./bubbles.js";
import { clock, h, icon } from "./dom.js";
import { closeSubmenus, menuBar } from "./menubar.js";
import { programSheet, settingsSheet, subscribeSheet } from "./program.js";
import { onPhone } from "./richtext.js";
import { choose, toast } from "./sheets.js";
import { act, post } from "./wire.js";

export class Phone {
  constructor(person, tone, account, refresh) {
    this.person = { ...person, tone };
    this.account = account;
    this.desk = { account, templates: [], scenes: [], state: { ...person, consents: [], always: {} } };
    this.refresh = refresh;
    this.entries = new Map();
    this.lines = new Map();
    this.menuKey = null;
    this.root = h("article", { class: "phone", "data-user": person.name, "aria-label": `${person.name}的手机` });
    this.hands = {
      send: (body) => this.attempt(() => this.send(body)),
      sendOrThrow: (body) => this.send(body),
      attempt: (run) => this.attempt(run),
      toast: (text) => toast(this.root, text),
      desk: () => this.desk,
    };
    this.build();
    this.root.addEventListener("click", () => closeSubmenus(this.root));
    this.root.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (link) link.href = onPhone(link.href, this.person.host);
    }, true);
  }

  build() {
    this.time = h("span", {}, clock(Date.now() / 1000));
    this.title = h("h2");
    this.chat = h("div", { class: "chat", "aria-live": "polite" });
    // A picture that arrives late must not push the last line out of sight.
    this.chat.addEventListener("load", () => this.nearEnd(400) && this.toBottom(), true);
    this.stranger = this.strangerPage();
    this.typing = this.typingBar();
    this.menuHolder = h("div", { hidden: true });
    this.panel = attachmentPanel(this.root, this.hands);
    this.foot = h("div", { class: "foot" }, this.menuHolder, this.typing, this.panel);
    this.root.append(
      h("div", { class: "status" }, this.time, h("span", { class: "who" }, `${this.person.name}的手机 · 演示`)),
      h("div", { class: "head" },
        h("button", { type: "button", title: "返回", onclick: () => this.hands.toast("演示环境只有这一个公众号") }, icon("back")),
        this.title,
        h("button", { type: "button", title: "更多", class: "more", onclick: () => this.more() }, icon("more"))),
      this.stranger, this.chat, this.foot,
    );
    this.show(this.person);
  }

  strangerPage() {
    const follow = () => this.hands.send({ type: "follow" });
    return h("div", { class: "stranger" },
      h("span", { class: "face account" }, this.account.name.slice(0, 1)),
      h("h3", {}, this.account.name),
      h("p", {}, "服务号 · 演示账号，非真实公众号"),
      h("button", { type: "button", class: "follow", onclick: follow }, "关注公众号"),
      h("button", { type: "button", class: "quiet", onclick: () => scanForm(this.root, this.hands) }, "扫带参数的二维码"));
  }

  typingBar() {
    this.input = h("textarea", { rows: "1", maxlength: "2000", "aria-label": `${this.person.name}输入` });
    this.sendButton = h("button", { type: "button", class: "send", hidden: true, onclick: () => this.sendTyped() }, "发送");
    this.plus = h("button", { type: "button", class: "tool", title: "更多功能", onclick: () => this.togglePanel() }, icon("plus"));
    this.toMenu = h("button", { type: "button", class: "tool", title: "切换到菜单", hidden: true, onclick: () => this.showMenu(true) }, icon("menu"));
    const smile = h("button", { type: "button", class: "tool", title: "发送表情", onclick: () => this.hands.send({ type: "sticker" }) }, icon("smile"));
    this.input.addEventListener("input", () => this.fitInput());
    this.input.addEventListener("keydown", (event) => {
      // isComposing: Enter that picks a word of the Chinese input method sends nothing.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.sendTyped();
      }
    });
    return h("div", { class: "typing" }, this.toMenu, this.input, smile, this.plus, this.sendButton);
  }

  fitInput() {
    const typed = this.input.value.trim() !== "";
    this.sendButton.hidden = !typed;
    this.plus.hidden = typed;
    this.input.style.height = "36px";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 96)}px`;
  }

  togglePanel() {
    this.panel.hidden = !this.panel.hidden;
    this.toBottom();
  }

  async sendTyped() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.fitInput();
    await this.hands.send({ type: "text", text });
  }

  async send(body) {
    this.panel.hidden = true;
    await act(this.person.openid, body);
    await this.refresh();
  }

  async attempt(run) {
    try {
      await run();
    } catch (fault) {
      this.hands.toast(fault.message);
    }
  }

  more() {
    const scan = { label: "扫带参数的二维码", run: () => scanForm(this.root, this.hands) };
    const report = {
      label: "上报地理位置",
      run: () => this.attempt(() =>
        placeForm(this.root, "上报地理位置", (values) => this.send({ type: "report_location", ...values }))),
    };
    const leave = { label: "取消关注", danger: true, run: () => this.hands.send({ type: "unfollow" }) };
    const looks = this.desk.state?.snapshot;
    const always = [
      {
        label: looks ? "网页：使用完整服务" : "网页：只看快照页",
        run: () => this.attempt(() => post(`/users/${this.person.openid}/snapshot`, { on: !looks }).then(this.refresh)),
      },
      { label: "订阅弹窗", run: () => subscribeSheet(this.root, this.hands) },
      { label: "通知管理", run: () => settingsSheet(this.root, this.hands) },
      { label: "小程序", run: () => programSheet(this.root, this.hands) },
    ];
    choose(this.root, this.account.name, `${this.person.openid}`,
      this.person.following ? [scan, report, ...always, leave] : [scan, ...always]);
  }

  showMenu(on) {
    this.menuHolder.hidden = !on;
    this.typing.hidden = on;
    this.panel.hidden = true;
    if (!on) this.input.focus();
  }

  setMenu(menu) {
    const key = JSON.stringify(menu);
    if (key === this.menuKey) return;
    this.menuKey = key;
    this.toMenu.hidden = !menu;
    this.menuHolder.replaceChildren(...(menu ? [menuBar(this.root, this.hands, menu, () => this.showMenu(false))] : []));
    this.menuHolder.hidden = !menu;
    this.typing.hidden = Boolean(menu);
  }

  // `desk`: what the page knows beside the chat: account, templates, scenes, this person's state, who is typing.
  show(person, desk = this.desk) {
    this.person = { ...this.person, ...person };
    this.desk = desk;
    this.stranger.hidden = person.following;
    // Service notices and the mini-program reach people who do not follow, too.
    const elsewhere = [...this.entries.values()].some((entry) => entry.channel === "notice" || entry.channel === "mini");
    this.chat.hidden = !person.following && !elsewhere;
    this.stranger.classList.toggle("small", elsewhere);
    this.foot.hidden = !person.following;
    this.time.textContent = clock(Date.now() / 1000);
    const typing = desk.typing?.includes(person.openid);
    const waiting = typing || [...this.entries.values()].some((entry) => entry.state === "sending" && Date.now() / 1000 - entry.at > 0.8);
    this.title.replaceChildren(
      waiting && person.following ? "对方正在输入…" : person.following ? this.account.name : "",
      ...(person.following && !waiting ? [h("small", {}, "演示")] : []),
    );
  }

  take(entry) {
    const near = this.nearEnd(80);
    const line = chatLine(entry, this.person, this.account, this.hands);
    const before = this.lines.get(entry.id);
    const known = [...this.entries.values()].filter((each) => each.side !== "event");
    this.entries.set(entry.id, entry);
    if (!line) return;
    if (before) {
      line.classList.add("still");
      before.replaceWith(line);
    } else {
      const time = timeLine(entry, known.at(-1));
      this.chat.append(...[time, line].filter(Boolean));
    }
    this.lines.set(entry.id, line);
    if (near || entry.side === "user") this.toBottom();
  }

  nearEnd(distance) {
    return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < distance;
  }

  toBottom() {
    requestAnimationFrame(() => { this.chat.scrollTop = this.chat.scrollHeight; });
  }
}
