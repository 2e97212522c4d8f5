// The phone under the mini-program: `wx`, `App` and `Page` as far as it uses them. Requests go to the running service;
// login codes, the phone number and the popup come from the emulator.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename } from "node:path";

const load = createRequire(import.meta.url);
const SHELL = "../../clients/miniprogram";

export interface Shown {
  data: Record<string, any>;
  [name: string]: any;
}

export const phone = {
  who: "",
  stored: new Map<string, unknown>(),
  at: [] as string[],
  /** What is tapped in the popup, as WeChat tells it, or the errCode it fails with. */
  popup: "accept" as string | number,
  /** The templates of each popup. */
  asked: [] as string[][],
  /** Whether the question of a modal is answered 确定. */
  confirms: true,
  /** The errMsg requests fail with; empty: they go through. */
  cut: "",
  platform: "devtools",
  version: "develop",
  needs: null as null | ((decide: (decision: object) => void) => void),
  sent: [] as { url: string; method: string; header: Record<string, string> }[],
};

export function address(name: "SERVICE" | "EMULATOR" | "STAFF"): string {
  const found = process.env[name];
  if (!found) throw new Error(`${name} is not set: run by tests/clients/test_journey.py`);
  return found;
}

export async function emulated(path: string, body?: object): Promise<any> {
  const answer = await fetch(`${address("EMULATOR")}/emulator/api${path}`, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return answer.json();
}

export async function code(kind: "login" | "phone"): Promise<string> {
  return (await emulated(`/users/${phone.who}/code`, { kind })).code;
}

/** The mini-program opened on this phone, anew, with the service at this address. */
export function opened(at = address("SERVICE")): void {
  for (const file of Object.keys(load.cache)) if (file.includes("/miniprogram/")) delete load.cache[file];
  Object.assign(globalThis, { wx, App: (app: Shown) => app.onLaunch() });
  load(`${SHELL}/config.js`).PUBLIC_URL = at;
  load(`${SHELL}/app.js`);
}

export async function page(name: string, query: object = {}): Promise<Shown> {
  const shown = made(name);
  await shown.onLoad?.(query);
  await shown.onShow?.();
  return shown;
}

/** What the page's file hands to Page(). */
export function made(name: string): Shown {
  const file = `${SHELL}/pages/${name}/${name}.js`;
  let found: Shown = { data: {} };
  Object.assign(globalThis, { Page: (said: Shown) => (found = said) });
  delete load.cache[load.resolve(file)];
  load(file);
  return { ...found, data: structuredClone(found.data), setData: put };
}

function put(this: Shown, change: object): void {
  Object.assign(this.data, change);
}

export function session(): any {
  return load(`${SHELL}/session.js`);
}

const wx = {
  getStorageSync: (name: string) => phone.stored.get(name) ?? "",
  setStorageSync: (name: string, value: unknown) => phone.stored.set(name, value),
  removeStorageSync: (name: string) => phone.stored.delete(name),
  login: ({ success, fail }: any) => code("login").then((given) => success({ code: given }), fail),
  getDeviceInfo: () => ({ platform: phone.platform }),
  getAccountInfoSync: () => ({ miniProgram: { envVersion: phone.version } }),
  navigateTo: ({ url, fail }: any) => (phone.at.length < 10 ? phone.at.push(url) : fail?.()),
  navigateBack: () => phone.at.pop(),
  onNeedPrivacyAuthorization: (asks: any) => (phone.needs = asks),
  request({ url, method, header, data, success, fail }: any) {
    phone.sent.push({ url, method, header: { ...header } });
    if (phone.cut) return fail({ errMsg: phone.cut });
    const agent = { "User-Agent": "wx" };
    fetch(url, { method, headers: { ...agent, ...header }, body: data }).then(
      async (answer) => success({ statusCode: answer.status, data: await answer.text(), header: {} }),
      () => fail({ errMsg: "request:fail" }),
    );
  },
  async uploadFile({ url, filePath, name, header, success, fail }: any) {
    const form = new FormData();
    form.append(name, new Blob([await readFile(filePath)]), basename(filePath));
    fetch(url, { method: "POST", headers: header, body: form }).then(
      async (answer) => success({ statusCode: answer.status, data: await answer.text() }),
      () => fail({ errMsg: "uploadFile:fail" }),
    );
  },
  async requestSubscribeMessage({ tmplIds, success, fail }: any) {
    phone.asked.push(tmplIds);
    if (typeof phone.popup === "number") return fail({ errCode: phone.popup, errMsg: "requestSubscribeMessage:fail" });
    const tapped = phone.popup.startsWith("accept") ? "accept" : "reject";
    await emulated(`/users/${phone.who}/messages`, { type: "popup", [tapped]: tmplIds });
    const said = tmplIds.map((template: string) => [template, phone.popup]);
    return success({ errMsg: "requestSubscribeMessage:ok", ...Object.fromEntries(said) });
  },
  showModal: ({ success }: any) => success({ confirm: phone.confirms, cancel: !phone.confirms }),
  showActionSheet: () => {},
  makePhoneCall: () => {},
  openSetting: () => {},
  openPrivacyContract: () => {},
};
