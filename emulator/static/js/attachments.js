// The panel behind ＋: everything that is not typed.

import { h, icon } from "./dom.js";
import { programSheet, subscribeSheet } from "./program.js";
import { choose, form } from "./sheets.js";
import { get, upload } from "./wire.js";

function pickPicture(hands) {
  const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif" });
  input.addEventListener("change", () => {
    hands.attempt(async () => hands.send({ type: "image", media_id: (await upload(input.files[0])).media_id }));
  });
  input.click();
}

function picture(phone, hands) {
  choose(phone, "图片", "", [
    { label: "发送演示图片", run: () => hands.send({ type: "image" }) },
    { label: "从电脑选择…", run: () => pickPicture(hands) },
  ]);
}

function voice(phone, hands) {
  form(phone, {
    title: "语音",
    hint: "微信正在停用语音识别，默认不带识别结果",
    fields: [
      { name: "seconds", label: "时长（秒）", value: "3", number: true },
      { name: "recognition", label: "识别结果", placeholder: "留空表示没有 Recognition" },
    ],
    submit: (values) => hands.sendOrThrow({ type: "voice", ...values }),
  });
}

export async function placeForm(phone, title, submit) {
  const { places } = await get("/places");
  form(phone, {
    title,
    hint: "演示位置，坐标为约数",
    choices: places.map((place) => ({ label: place.label, values: place })),
    fields: [
      { name: "lat", label: "纬度", placeholder: "27.73", number: true },
      { name: "lng", label: "经度", placeholder: "106.93", number: true },
      { name: "label", label: "名称", placeholder: "可留空" },
    ],
    submit,
  });
}

function linkForm(phone, hands) {
  form(phone, {
    title: "链接",
    fields: [
      { name: "title", label: "标题", value: "人才服务指南（演示）" },
      { name: "description", label: "描述", value: "分享的网页" },
      { name: "url", label: "网址", value: "https://example.com/guide" },
    ],
    submit: (values) => hands.sendOrThrow({ type: "link", ...values }),
  });
}

export function scanForm(phone, hands) {
  form(phone, {
    title: "扫带参数的二维码",
    hint: "已关注推送 SCAN；未关注推送 subscribe（qrscene_ 前缀）",
    choices: hands.desk().scenes.slice(-4).map((made) => ({ label: `接口生成：${made.scene}`, values: { ticket: made.ticket } })),
    fields: [{ name: "scene", label: "场景值", value: "hall-1" }],
    action: "扫一扫",
    submit: (values) => hands.sendOrThrow({ type: "scan", ...values }),
  });
}

const TOOLS = [
  ["image", "图片", picture],
  ["mic", "语音", voice],
  ["place", "位置", (phone, hands) =>
    hands.attempt(() => placeForm(phone, "发送位置", (values) => hands.sendOrThrow({ type: "location", ...values })))],
  ["video", "视频", (_, hands) => hands.send({ type: "video" })],
  ["link", "链接", linkForm],
  ["scan", "扫一扫", scanForm],
  ["bell", "订阅", subscribeSheet],
  ["mini", "小程序", programSheet],
];

export function attachmentPanel(phone, hands) {
  const buttons = TOOLS.map(([name, label, run]) =>
    h("button", { type: "button", "data-tool": name, onclick: () => run(phone, hands) }, h("span", {}, icon(name)), label));
  return h("div", { class: "panel", hidden: true }, buttons);
}
