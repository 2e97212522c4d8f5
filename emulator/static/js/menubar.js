// The menu of the account at the foot of the chat, and what each kind of button does.

import { h, icon } from "./dom.js";
import { placeForm } from "./attachments.js";
import { onPhone, safeUrl } from "./richtext.js";
import { form } from "./sheets.js";

function open(url, host) {
  const safe = safeUrl(url);
  if (safe) window.open(onPhone(safe, host), "_blank", "noopener,noreferrer");
}

function scan(phone, hands, button) {
  form(phone, {
    title: "扫一扫",
    fields: [{ name: "result", label: "扫到的内容", value: "https://example.com/qr" }],
    submit: (values) =>
      hands.sendOrThrow({ type: "scancode", key: button.key, wait: button.type === "scancode_waitmsg", ...values }),
  });
}

function press(phone, hands, button) {
  const { type, key, url } = button;
  if (type === "click") hands.send({ type: "click", key });
  else if (type === "view") {
    hands.send({ type: "view", url });
    open(url, hands.desk().state?.host);
  } else if (type === "miniprogram") {
    hands.send({ type: "miniprogram", pagepath: button.pagepath });
    hands.toast(`演示环境不打开小程序 ${button.pagepath}`);
  } else if (type.startsWith("scancode")) scan(phone, hands, button);
  else if (type === "location_select") {
    hands.attempt(() =>
      placeForm(phone, "选择位置", (values) => hands.sendOrThrow({ type: "location_select", key, ...values })));
  } else hands.toast(`模拟器还不支持 ${type} 菜单`);
}

function submenu(phone, hands, buttons) {
  const items = buttons.map((button) =>
    h("button", { type: "button", onclick: () => press(phone, hands, button) }, button.name));
  return h("div", { class: "submenu", hidden: true }, items);
}

export function closeSubmenus(root) {
  root.querySelectorAll(".submenu").forEach((each) => { each.hidden = true; });
}

function slot(phone, hands, button) {
  const subs = button.sub_button ?? [];
  if (!subs.length) {
    return h("div", { class: "slot" }, h("button", { type: "button", onclick: () => press(phone, hands, button) }, button.name));
  }
  const popup = submenu(phone, hands, subs);
  const toggle = (event) => {
    const show = popup.hidden;
    closeSubmenus(phone);
    popup.hidden = !show;
    event.stopPropagation();
  };
  return h("div", { class: "slot" }, h("button", { type: "button", class: "has-sub", onclick: toggle }, button.name), popup);
}

// The bar with the keyboard button in front; `toKeyboard` changes over to typing.
export function menuBar(phone, hands, menu, toKeyboard) {
  const keyboard = h("button", { type: "button", class: "tool", title: "切换到键盘", onclick: toKeyboard }, icon("keyboard"));
  return h("div", { class: "menu" }, keyboard, menu.button.map((button) => slot(phone, hands, button)));
}
