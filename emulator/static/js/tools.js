// Beneath the bar: the emulator's clock, and what is made to go wrong.

import { dayTime, h } from "./dom.js";
import { get, post, remove } from "./wire.js";

const JUMPS = [[60, "+1 分钟"], [3600, "+1 小时"], [172_800, "+48 小时"]];

function ahead(seconds) {
  if (!seconds) return "与真实时间一致";
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `快 ${[days && `${days} 天`, hours && `${hours} 小时`, minutes && `${minutes} 分钟`].filter(Boolean).join(" ")}`;
}

function label(fault) {
  const often = [
    fault.left === null ? "" : `还剩 ${fault.left} 次`,
    fault.share < 1 ? `${Math.round(fault.share * 100)}%` : "",
    fault.what === "slow" ? `${fault.seconds} 秒` : "",
  ].filter(Boolean).join("，");
  const where = fault.api === "*" ? "全部接口" : fault.api.replace("/cgi-bin/", "");
  return `${fault.what} ${where}${often ? `（${often}）` : ""}`;
}

export class Tools {
  constructor(root, refresh) {
    this.refresh = refresh;
    this.time = h("b");
    this.ahead = h("small");
    this.faults = h("span", { class: "faults" });
    this.dialog = document.getElementById("new-fault");
    this.key = "";
    const jumps = JUMPS.map(([seconds, text]) =>
      h("button", { type: "button", class: "button", "data-jump": seconds, onclick: () => post("/clock", { jump: seconds }).then(refresh) }, text));
    root.append(
      h("span", { class: "tool-group" }, "时钟 ", this.time, this.ahead, jumps),
      h("span", { class: "tool-group" }, "故障", this.faults,
        h("button", { type: "button", class: "button", id: "add-fault", onclick: () => this.open() }, "＋ 故障")));
    this.setUp();
  }

  show(news) {
    this.time.textContent = dayTime(news.clock.now);
    this.ahead.textContent = ahead(news.clock.ahead);
    this.ahead.classList.toggle("moved", news.clock.ahead > 0);
    this.paths = [...new Set(news.limits.map((each) => each.path))];
    const key = JSON.stringify(news.faults);
    if (key === this.key) return;
    this.key = key;
    this.faults.replaceChildren(...(news.faults.length ? news.faults.map((fault) => this.chip(fault)) : [h("small", {}, "无")]));
  }

  chip(fault) {
    return h("span", { class: "chip failed", title: fault.text }, label(fault),
      h("button", { type: "button", "aria-label": `取消 ${fault.what}`, onclick: () => remove(`/faults/${fault.id}`).then(this.refresh) }, "×"));
  }

  async open() {
    const form = this.dialog.querySelector("form");
    const { kinds } = await get("/faults");
    form.elements.what.replaceChildren(...kinds.map(([what, text]) => h("option", { value: what }, `${what}　${text}`)));
    form.elements.api.replaceChildren(h("option", { value: "*" }, "全部接口"), ...["/cgi-bin/stable_token", ...this.paths].map((path) => h("option", { value: path }, path)));
    this.dialog.querySelector(".error").textContent = "";
    this.dialog.showModal();
  }

  setUp() {
    const form = this.dialog.querySelector("form");
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const { what, api, count, share, seconds } = form.elements;
      const body = { what: what.value, api: api.value, share: Number(share.value || 100) / 100 };
      if (count.value) body.count = Number(count.value);
      if (seconds.value) body.seconds = Number(seconds.value);
      try {
        await post("/faults", body);
        this.dialog.close();
        await this.refresh();
      } catch (fault) {
        this.dialog.querySelector(".error").textContent = fault.message;
      }
    });
  }
}
