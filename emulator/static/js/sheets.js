// What slides up inside a phone: small forms, choices, and the toast.

import { h } from "./dom.js";

function raise(phone, title, hint, ...children) {
  const sheet = h("form", { class: "sheet" }, h("h3", {}, title), hint ? h("p", { class: "hint" }, hint) : null, children);
  const veil = h("div", { class: "veil" }, sheet);
  const close = () => veil.remove();
  veil.addEventListener("click", (event) => event.target === veil && close());
  veil.addEventListener("keydown", (event) => event.key === "Escape" && close());
  phone.append(veil);
  sheet.querySelector("input, button")?.focus();
  return { sheet, close };
}

// A form; `submit(values)` may throw with a sentence, which is shown and keeps the sheet open.
// fields: [{name, label, value, placeholder, number}]; choices: [{label, values}] fill the fields and submit.
export function form(phone, { title, hint, fields, choices = [], action = "发送", submit }) {
  const error = h("p", { class: "error", role: "alert" });
  const inputs = fields.map((field) =>
    h("input", {
      name: field.name, value: field.value ?? "", placeholder: field.placeholder ?? "", autocomplete: "off",
      inputmode: field.number ? "decimal" : null,
    }));
  const rows = fields.map((field, index) => h("label", {}, field.label, inputs[index]));
  const quick = choices.map((choice) =>
    h("button", { type: "button", onclick: () => finish(choice.values) }, choice.label));
  const { sheet, close } = raise(
    phone, title, hint,
    quick.length ? h("div", { class: "choices" }, quick) : null,
    rows, error,
    h("div", { class: "go" },
      h("button", { type: "button", onclick: () => close() }, "取消"),
      h("button", { type: "submit", class: "main" }, action)),
  );
  async function finish(values) {
    try {
      await submit(values);
      close();
    } catch (fault) {
      error.textContent = fault.message;
    }
  }
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = {};
    fields.forEach((field, index) => {
      const text = inputs[index].value.trim();
      values[field.name] = field.number ? (text === "" ? null : Number(text)) : text;
    });
    finish(values);
  });
}

// A list to choose from: [{label, danger, run}].
export function choose(phone, title, hint, options) {
  const buttons = options.map((option) =>
    h("button", { type: "button", class: option.danger ? "danger" : "", onclick: () => { close(); option.run(); } }, option.label));
  const { close } = raise(
    phone, title, hint,
    h("div", { class: "choices centre" }, buttons),
    h("div", { class: "go" }, h("button", { type: "button", onclick: () => close() }, "取消")),
  );
}

// WeChat's popup for subscription messages; `submit` gets {accept, reject, always}.
export function consentSheet(phone, from, templates, submit) {
  const boxes = templates.map((each) => h("input", { type: "checkbox", checked: true, value: each.id }));
  const always = h("input", { type: "checkbox" });
  const error = h("p", { class: "error", role: "alert" });
  const rows = templates.map((each, index) =>
    h("label", { class: "tick" }, boxes[index], h("span", {}, each.title, h("small", {}, each.kind === "lasting" ? "长期" : "一次"))));
  const finish = async (wanted) => {
    const ids = (on) => boxes.filter((box) => (wanted && box.checked) === on).map((box) => box.value);
    try {
      await submit({ accept: ids(true), reject: ids(false), always: always.checked });
      close();
    } catch (fault) {
      error.textContent = fault.message;
    }
  };
  const { sheet, close } = raise(
    phone, `${from} 申请`, "发送以下消息",
    rows, h("label", { class: "tick soft" }, always, h("span", {}, "总是保持以上选择，不再询问")), error,
    h("div", { class: "go" },
      h("button", { type: "button", onclick: () => finish(false) }, "取消"),
      h("button", { type: "submit", class: "main" }, "允许")),
  );
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    finish(true);
  });
}

export function toast(phone, text) {
  phone.querySelector(".toast")?.remove();
  const box = h("div", { class: "toast", role: "status" }, text);
  phone.append(box);
  setTimeout(() => box.remove(), 2400);
}
