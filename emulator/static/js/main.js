// The desk: asks for what is new every 700 ms and hands it to phones and inspector.

import { CallList } from "./calls.js";
import { h } from "./dom.js";
import { Inspector } from "./inspector.js";
import { Phone } from "./phone.js";
import { Standing } from "./standing.js";
import { Tools } from "./tools.js";
import { showVerification } from "./verification.js";
import { get, post } from "./wire.js";

const EVERY = 700;
const MODES = [["plain", "明文"], ["compat", "兼容"], ["safe", "安全"]];
const TONES = 5;

const at = (id) => document.getElementById(id);
const phones = new Map();
const inspector = new Inspector(at("inspector"));
const calls = new CallList();
const standing = new Standing();
const tools = new Tools(at("tools"), refresh);
inspector.addTab("接口调用", calls.root, (openid) => calls.filter(openid));
inspector.addTab("额度与订阅", standing.people, (openid) => standing.filter(openid));
inspector.addTab("模板与次数", standing.account);
let epoch = null;
let cursor = 0;
let turn = Promise.resolve();

// One at a time: a poll and a send that overlap would draw the same lines twice.
function refresh() {
  turn = turn.then(catchUp, catchUp);
  return turn;
}

async function catchUp() {
  const news = await get(`/changes?since=${cursor}`);
  if (epoch !== null && news.epoch !== epoch) {
    location.reload();
    return;
  }
  epoch = news.epoch;
  cursor = news.cursor;
  at("where").textContent = `回调 ${news.callback}`;
  for (const button of at("modes").children) button.setAttribute("aria-pressed", String(button.dataset.mode === news.mode));
  showVerification(news.verification);
  inspector.setUsers(news.users);
  for (const user of news.users) if (!phones.has(user.openid)) addPhone(user, news.account);
  for (const entry of news.entries) phones.get(entry.openid)?.take(entry);
  const shared = { account: news.account, templates: news.templates, scenes: news.scenes, typing: news.typing };
  for (const user of news.users) {
    const state = news.states.find((each) => each.openid === user.openid);
    phones.get(user.openid).show(user, { ...shared, state });
    phones.get(user.openid).setMenu(news.menu);
  }
  for (const call of news.callbacks) inspector.take(call);
  for (const call of news.calls) calls.take(call);
  standing.show(news);
  tools.show(news);
}

function addPhone(user, account) {
  const phone = new Phone(user, phones.size % TONES, account, refresh);
  phones.set(user.openid, phone);
  at("phones").append(phone.root);
}

function setUpBar() {
  at("modes").append(...MODES.map(([mode, label]) =>
    h("button", { type: "button", "data-mode": mode, onclick: () => post("/mode", { mode }).then(refresh) }, label)));
  at("verify").addEventListener("click", async () => {
    at("verify").disabled = true;
    await post("/verify").finally(() => { at("verify").disabled = false; });
    at("verification").hidden = false;
    await refresh();
  });
}

function setUpNewUser() {
  const dialog = at("new-user");
  const form = dialog.querySelector("form");
  const error = dialog.querySelector(".error");
  at("add-user").addEventListener("click", () => {
    form.elements.name.value = `用户${phones.size + 1}`;
    error.textContent = "";
    dialog.showModal();
    form.elements.name.select();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await post("/users", { name: form.elements.name.value.trim() });
      dialog.close();
      await refresh();
      at("phones").lastElementChild.scrollIntoView({ inline: "end" });
    } catch (fault) {
      error.textContent = fault.message;
    }
  });
}

async function poll() {
  try {
    await refresh();
    document.body.classList.remove("gone");
  } catch (fault) {
    document.body.classList.add("gone");
    at("where").textContent = fault.message;
  }
  setTimeout(poll, EVERY);
}

setUpBar();
setUpNewUser();
poll();
