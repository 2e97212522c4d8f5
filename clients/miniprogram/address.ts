// Where the service is, as config.js says, and what is wrong with that: told before anything is asked of a wrong place.
import * as config from "./config";

const OURS = /^(https?):\/\/([\w.-]+|\[[\da-f:]+\])(:\d+)?$/i;
const HERE = /^https?:\/\/(localhost|127(\.\d+){3}|\[::1\])(:|$)/i;

/** Without a stroke at the end. */
export const BASE: string = String(config.PUBLIC_URL || "").replace(/\/+$/, "");

/** In words for whoever sets the mini-program up; empty: it may be asked. */
export function unset(base: string): string {
  if (!base) return "小程序还没有填服务的地址，请在 config.js 的 PUBLIC_URL 里填上。";
  const found = OURS.exec(base);
  if (!found) return "config.js 里的 PUBLIC_URL 应为 https:// 加域名，后面不带别的。";
  if (inTool()) return "";
  if (HERE.test(base)) return "config.js 里的 PUBLIC_URL 还是电脑本机的地址，手机连不上，请改成 https 域名。";
  if (found[1].toLowerCase() === "http" && isOut()) return "config.js 里的 PUBLIC_URL 应以 https:// 开头。";
  return "";
}

/** 开发者工具: the only place from which this computer's own address leads to this computer. */
function inTool(): boolean {
  const device = wx.getDeviceInfo ? wx.getDeviceInfo() : wx.getSystemInfoSync();
  return device.platform === "devtools";
}

/** 体验版 and 正式版; a 开发版 may also ask http on a phone where 开发调试 is on. */
function isOut(): boolean {
  return wx.getAccountInfoSync().miniProgram.envVersion !== "develop";
}
