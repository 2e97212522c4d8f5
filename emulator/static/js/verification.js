// 验证URL: the verdict in the bar, the questions and answers beneath it.

import { clock, h } from "./dom.js";

const NAMES = {
  plain: "明文 echostr",
  forged: "错误签名",
  encrypted: "加密 echostr（企业微信式，公众号不用）",
};

let last = "";

function said(probe) {
  if (probe.status === null) return probe.note;
  const type = probe.content_type ? ` · ${probe.content_type}` : "";
  return `HTTP ${probe.status} · ${probe.ms} ms${type}`;
}

function verdict(probe) {
  if (probe.name === "forged") return probe.ok ? "✓ 已拒绝" : "✗ 没有拒绝";
  if (!probe.ok) return probe.name === "encrypted" ? "— 不支持" : "✗ 没有原样返回";
  return probe.text_plain ? "✓ 原样返回，text/plain" : "✓ 原样返回，但不是 text/plain";
}

export function showVerification(result) {
  const key = JSON.stringify(result);
  if (key === last) return;
  last = key;
  const chip = document.getElementById("verdict");
  const details = document.getElementById("verification");
  if (!result) {
    chip.textContent = "尚未验证";
    return;
  }
  chip.className = `verdict ${result.ok ? "good" : "bad"}`;
  const text = result.ok ? "✓ URL 已验证" : result.reached ? "✗ 验证失败" : "✗ 回调没有响应";
  chip.replaceChildren(h("button", { type: "button", class: chip.className, onclick: () => { details.hidden = !details.hidden; } }, text));
  const rows = result.probes.map((probe) =>
    h("tr", {}, h("td", {}, NAMES[probe.name]), h("td", {}, verdict(probe)), h("td", {}, said(probe))));
  details.replaceChildren(h("table", {}, h("caption", { hidden: true }, "验证URL"), rows), h("small", {}, `验证于 ${clock(result.at, true)}`));
}
