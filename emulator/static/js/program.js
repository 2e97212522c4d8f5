// The mini-program beside the account, and the popup that asks for consent to subscription messages.

import { choose, consentSheet, form } from "./sheets.js";
import { post } from "./wire.js";

const CODES = { login: "wx.login", phone: "手机号按钮" };

// A popup for these templates: with a kept choice for each it answers itself, as WeChat does.
function ask(phone, hands, templates) {
  const { account, state } = hands.desk();
  const kept = templates.every((each) => each.id in state.always);
  if (kept) {
    hands.send({ type: "popup", templates: templates.map((each) => each.id) });
    hands.toast("已按保留的选择回答，没有弹窗");
    return;
  }
  const from = templates[0].account === "mini" ? account.mini : account.name;
  consentSheet(phone, from, templates, (answer) => hands.sendOrThrow({ type: "popup", ...answer }));
}

export function subscribeSheet(phone, hands) {
  const open = hands.desk().templates.filter((each) => each.kind !== "notice");
  const options = open.map((each) => ({ label: each.title, run: () => ask(phone, hands, [each]) }));
  const own = open.filter((each) => each.account === "service");
  if (own.length > 1 && own.length <= 3) options.push({ label: "服务号的一起问", run: () => ask(phone, hands, own) });
  choose(phone, "订阅弹窗", "网页或小程序请求订阅时弹出", options);
}

export function settingsSheet(phone, hands) {
  const options = hands.desk().state.consents.filter((each) => each.accepted).map((each) => ({
    label: `关闭：${each.title}`,
    danger: true,
    run: () => hands.send({ type: "settings", template: each.template }),
  }));
  const { state } = hands.desk();
  options.push({
    label: state.blocks ? "恢复接收消息" : "不接收消息（拒收）",
    danger: !state.blocks,
    run: () => hands.attempt(() => post(`/users/${encodeURIComponent(state.openid)}/block`, { on: !state.blocks })),
  });
  choose(phone, "通知管理", options.length > 1 ? "关闭后推送 subscribe_msg_change_event" : "现在没有允许的订阅", options);
}

function codeSheet(phone, hands, kind) {
  hands.attempt(async () => {
    const given = await post(`/users/${encodeURIComponent(hands.desk().state.openid)}/code`, { kind });
    form(phone, {
      title: `${CODES[kind]}的 code`,
      hint: "五分钟内用一次；小程序页面把它交给服务端",
      fields: [{ name: "code", label: "code", value: given.code }],
      action: "复制",
      submit: (values) => navigator.clipboard.writeText(values.code),
    });
  });
}

function write(phone, hands) {
  form(phone, {
    title: "给小程序客服发消息",
    hint: "以 JSON 推送到同一个回调地址",
    fields: [{ name: "text", label: "内容", value: "你好" }],
    submit: (values) => hands.sendOrThrow({ type: "mini_text", ...values }),
  });
}

export function programSheet(phone, hands) {
  choose(phone, hands.desk().account.mini, hands.desk().state.mini_openid, [
    { label: "进入客服会话", run: () => hands.send({ type: "mini_enter" }) },
    { label: "给客服发消息…", run: () => write(phone, hands) },
    { label: "登录：取 wx.login 的 code", run: () => codeSheet(phone, hands, "login") },
    { label: "授权手机号：取 code", run: () => codeSheet(phone, hands, "phone") },
  ]);
}
