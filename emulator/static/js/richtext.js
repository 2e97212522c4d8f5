// Text as WeChat renders it: <a href> in the forms it knows, bare http links, line breaks; all else is plain text.
// https://developers.weixin.qq.com/doc/service/guide/product/message/Passive_user_reply_message.html

import { h } from "./dom.js";

const ANCHOR = /<a\s+([^<>]*)>([^<]*)<\/a>/gi;
const ATTRIBUTE = /([a-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;
// A bare link ends where Chinese text or punctuation begins.
const LINK = /https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+/gi;
const TRAILING = /[.,;:!?)\]']+$/;

function attributes(source) {
  const found = {};
  for (const [, name, double, single] of source.matchAll(ATTRIBUTE)) found[name.toLowerCase()] = double ?? single;
  return found;
}

export function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

// On this machine each phone has a name of its own, so that pages keep their cookies phone by phone.
export function onPhone(url, host) {
  const there = new URL(url);
  if (host && ["127.0.0.1", "localhost", "[::1]"].includes(there.hostname)) there.hostname = host;
  return there.href;
}

export function link(url, children, props = {}) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...props }, children);
}

// weixin://bizmsgmenu?msgmenucontent=..&msgmenuid=.. : a tap sends the content as the user's own text.
function menuTap(href) {
  if (!/^weixin:\/\/bizmsgmenu\?/i.test(href)) return null;
  const query = new URLSearchParams(href.slice(href.indexOf("?") + 1).replaceAll("&amp;", "&"));
  const text = query.get("msgmenucontent");
  return text ? { type: "text", text, menu_id: query.get("msgmenuid") ?? "" } : null;
}

function anchor(whole, source, label, hands) {
  const found = attributes(source);
  const tap = menuTap(found.href ?? "");
  if (tap) return h("button", { class: "tap", onclick: () => hands.send(tap) }, label);
  if (found["data-miniprogram-appid"]) {
    const path = found["data-miniprogram-path"] ?? "";
    return h("button", { class: "tap", onclick: () => hands.toast(`演示环境不打开小程序 ${path}`) }, label);
  }
  const url = safeUrl((found.href ?? "").replaceAll("&amp;", "&"));
  return url ? link(url, label) : whole;
}

function* bareLinks(text) {
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const shown = match[0].replace(TRAILING, "");
    const url = safeUrl(shown);
    if (!url) continue;
    yield text.slice(from, match.index);
    yield link(url, shown);
    from = match.index + shown.length;
  }
  yield text.slice(from);
}

// `hands` is what a tap may do: send(body) as this user, toast(text).
export function richText(text, hands) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(ANCHOR)) {
    nodes.push(...bareLinks(text.slice(from, match.index)));
    nodes.push(anchor(match[0], match[1], match[2], hands));
    from = match.index + match[0].length;
  }
  nodes.push(...bareLinks(text.slice(from)));
  return nodes.filter((node) => node !== "");
}
