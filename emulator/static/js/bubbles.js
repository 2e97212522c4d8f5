// One line of a chat as WeChat draws it, by its kind.

import { chatTime, h, icon } from "./dom.js";
import { link, richText, safeUrl } from "./richtext.js";

const GROUP_GAP = 300; // seconds after which WeChat writes the time again
const LOCAL = /^https?:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//;

function standIn(name, text, extra = "") {
  return h("div", { class: `stand-in ${extra}` }, h("div", {}, icon(name), text));
}

function picture(url, className, fallback) {
  // Only pictures on this machine are loaded: the desk asks nothing of the outside.
  if (!url || !LOCAL.test(url)) return fallback;
  const image = h("img", { src: url, class: className, alt: "图片" });
  image.addEventListener("error", () => image.replaceWith(fallback));
  return image;
}

const bare = (child) => h("div", { class: "bubble bare" }, child);

function card(url, className, ...children) {
  const safe = safeUrl(url ?? "");
  return safe ? link(safe, children, { class: `card ${className}` }) : h("div", { class: `card ${className}` }, children);
}

const body = (title, text) => h("div", { class: "body" }, h("h3", {}, title), text ? h("p", {}, text) : null);

const KINDS = {
  text: (entry, hands) => h("div", { class: "bubble" }, richText(entry.text, hands)),
  raw: (entry) => h("div", { class: "bubble" }, `［${entry.text}］`),
  sticker: () => bare(h("img", { class: "sticker", src: "/emulator/static/sticker.svg", alt: "表情" })),
  image: (entry) => {
    const url = entry.url ?? `${location.origin}/emulator/media/${encodeURIComponent(entry.media_id)}`;
    return bare(picture(url, "picture", standIn("image", "图片")));
  },
  voice: (entry) => {
    const length = entry.seconds ? `${entry.seconds}″` : "语音";
    const sound = h("div", { class: "sound" }, icon("sound"), length);
    const heard = entry.recognition ? h("div", { class: "heard" }, `识别：${entry.recognition}`) : null;
    return h("div", { class: "bubble" }, sound, heard);
  },
  video: (entry) => bare(standIn("play", entry.title || (entry.seconds ? `视频 ${entry.seconds}″` : "视频"), "film")),
  music: (entry) => bare(card(entry.url, "", body(entry.title || "音乐", entry.description))),
  location: (entry) => {
    const where = `${entry.lat}, ${entry.lng}`;
    return bare(card("", "", body(entry.label || "位置", where), h("div", { class: "map" }, icon("place"))));
  },
  link: (entry) => bare(card(entry.url, "", body(entry.title, entry.description), h("div", { class: "tail" }, "链接"))),
  menu: (entry, hands) =>
    h("div", { class: "bubble" },
      entry.text ? h("div", {}, richText(entry.text, hands)) : null,
      entry.items.map((item) => h("button", {
        type: "button", class: "tap item",
        onclick: () => hands.send({ type: "text", text: item.text, menu_id: item.id }),
      }, item.text)),
      entry.tail ? h("div", {}, richText(entry.tail, hands)) : null),
  card: (entry, hands) => {
    const cover = standIn("mini", "封面");
    const shown = picture(`${location.origin}/emulator/media/${encodeURIComponent(entry.media_id)}`, "cover", cover);
    return bare(h("button", {
      type: "button", class: "card program", onclick: () => hands.toast(`演示环境不打开小程序 ${entry.page}`),
    }, h("div", { class: "tail" }, icon("mini"), entry.from), body(entry.title, ""), shown, h("div", { class: "tail" }, "小程序")));
  },
  news: (entry) =>
    bare(entry.articles.map((article) => {
      const cover = h("div", { class: "cover" });
      return card(
        article.url, "article",
        picture(article.picture, "cover", cover),
        body(article.title, article.description),
        h("div", { class: "tail" }, "阅读全文"),
      );
    })),
};

const SIDES = { mini: "小程序客服" };

// 服务通知: a card across the chat, without a face.
function notice(entry, hands) {
  const lines = entry.lines.map(([label, value]) => h("div", { class: "pair" }, h("dt", {}, label), h("dd", {}, value)));
  const more = entry.page ? `进入小程序 ${entry.page}` : entry.url ? "详情" : "";
  const safe = entry.page ? null : safeUrl(entry.url ?? "");
  const tail = !more ? null
    : safe ? link(safe, more, { class: "more" })
      : h("button", { type: "button", class: "more", onclick: () => hands.toast(`演示环境不打开小程序 ${entry.page}`) }, more);
  return h("div", { class: "service-notice", "data-entry": entry.id, "data-template": entry.template },
    h("div", { class: "from" }, `服务通知 · ${entry.from}`), h("h3", {}, entry.title), h("dl", {}, lines), tail);
}

const LINES = { fault: "notice fault", transfer: "notice" };

function face(entry, person, account) {
  return entry.side === "user"
    ? h("span", { class: `face tone-${person.tone}` }, person.name.slice(0, 1))
    : h("span", { class: "face account" }, account.name.slice(0, 1));
}

function mark(entry) {
  if (entry.state === "failed") return h("span", { class: "mark", title: "公众号没有正常回应" });
  if (entry.state !== "sending") return null;
  // A quick answer needs no spinner.
  const spinner = h("span", { class: "mark sending", title: "等待公众号回应" });
  setTimeout(() => spinner.classList.add("late"), 600);
  return spinner;
}

// A chat line, or null for what a phone does not show.
export function chatLine(entry, person, account, hands) {
  if (entry.side === "event") return null;
  if (entry.kind in LINES) return h("div", { class: LINES[entry.kind] }, entry.text);
  if (entry.kind === "notice") return notice(entry, hands);
  const draw = KINDS[entry.kind] ?? KINDS.raw;
  const mine = entry.side === "user";
  return h(
    "div",
    { class: `row ${mine ? "mine" : "theirs"}`, "data-entry": entry.id },
    face(entry, person, account),
    SIDES[entry.channel] ? h("div", { class: "side" }, h("small", {}, SIDES[entry.channel]), draw(entry, hands)) : draw(entry, hands),
    mark(entry),
  );
}

export function timeLine(entry, previous) {
  if (previous && entry.at - previous.at < GROUP_GAP) return null;
  return h("div", { class: "when" }, chatTime(entry.at));
}
