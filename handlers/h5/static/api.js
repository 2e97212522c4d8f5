// The API as the views use it: `await get("/topics")` gives what stands in `data`, or throws a Fault.
//
// A POST that got no answer is sent again with the same Idempotency-Key, by itself once and then by whoever taps 重试,
// until an answer is there: what was asked for is done once, a reload in between or not. The same thing asked for while it
// is under way is not sent a second time, so a double tap does one thing.
import { device } from "./store.js";

const BASE = "/api/v1";
const PATIENCE = 12000; // milliseconds
const PAUSE = 700;
const STILL = 30000; // milliseconds without anything of a file going out
const KEPT = "unanswered";
const LASTING = 86400000; // milliseconds an unanswered POST is remembered; the API remembers its key longer
const underWay = new Map(); // what is being asked -> its promise
const keys = new Map(); // a POST without an answer so far -> its key; the browser keeps them by digest, for a reload

export class Fault extends Error {
  /** `again`: of a POST that had been sent before, and nobody knows what became of that. */
  constructor(code, text, status = 0, field = null) {
    super(text);
    Object.assign(this, { code, text, status, field, again: false });
  }

  /** Whether the same thing may go well when it is tried once more. */
  get passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** Set by consent.js and session.js: what the API asks of people before it goes on. */
export const people = {
  agrees: async (_purpose) => false,
  logsIn: () => new Promise(() => {}),
  left: 0, // how many logins have ended here
};

/** `more`: {stranger: true} where 401 is an answer like others, and nobody is sent to log in. */
export const get = (path, more) => once("GET", path, undefined, more);
export const post = (path, body = {}, more) => once("POST", path, body, more);
export const put = (path, body = {}, more) => once("PUT", path, body, more);
export const remove = (path, more) => once("DELETE", path, undefined, more);

/** One file as multipart; `told(0..1)` while it is on its way, `stop` ({signal}) ends it. A file goes by what it is, so tap
 * again and it is sent once. It may take long, as long as something of it goes out. */
export function upload(path, file, told = () => {}, stop = null) {
  const form = new FormData();
  form.append("file", file, file.name || "photo.jpg");
  const name = `POST ${path} ${file.name} ${file.size} ${file.lastModified}`;
  return settled(name, () => answered("POST", name, { brief: true }, (head) => sent(BASE + path, form, head, told, stop)));
}

/** The address of a file of the API's. */
export const fileOf = (name) => `${BASE}/files/${encodeURIComponent(name)}`;
export const addressOf = (path) => BASE + path;

/** Parts of an address by name; what is empty is left out. */
export function query(parts) {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value !== "" && value != null) said.set(name, value);
  const text = said.toString();
  return text && `?${text}`;
}

function once(method, path, body, { stranger = false } = {}) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const name = `${method} ${path} ${text ?? ""}`;
  return settled(name, () =>
    answered(method, name, { stranger }, (head) => {
      if (text !== undefined) head["Content-Type"] = "application/json";
      return fetched(BASE + path, { method, headers: head, body: text, credentials: "same-origin" });
    }),
  );
}

function settled(name, work) {
  if (!underWay.has(name)) underWay.set(name, work().finally(() => underWay.delete(name)));
  return underWay.get(name);
}

async function answered(method, name, { stranger = false, brief = false }, send) {
  const agreed = new Set(); // to which purposes, since this was asked for
  const { left } = people; // whoever has left since then wants no new login
  for (;;) {
    try {
      const data = await tried(method, name, brief, send);
      close(name);
      return data;
    } catch (fault) {
      if (!fault.passing) close(name);
      if (fault.status === 401 && !stranger && left === people.left) return people.logsIn();
      if (fault.code !== "consent_required" || agreed.has(fault.field)) throw fault;
      if (!(await people.agrees(fault.field))) throw new Fault("not_agreed", "您没有同意，这一步没有做。", 403);
      agreed.add(fault.field);
    }
  }
}

async function tried(method, name, brief, send) {
  const known = keyOf(name);
  const head = method === "POST" ? { "Idempotency-Key": known || open(name, brief) } : {};
  try {
    return await send({ ...head });
  } catch (fault) {
    fault.again = Boolean(known);
    if (!fault.passing || fault.status === 429 || fault.code === "slow") throw fault;
    await new Promise((go) => setTimeout(go, PAUSE));
    return send({ ...head }).catch((later) => {
      throw Object.assign(later, { again: true });
    });
  }
}

function keyOf(name) {
  return keys.get(name) || (kept()[digest(name)] || {}).key;
}

function open(name, brief) {
  keys.set(name, fresh());
  if (!brief) device.write(KEPT, { ...kept(), [digest(name)]: { key: keys.get(name), at: Date.now() } });
  return keys.get(name);
}

function close(name) {
  const { [digest(name)]: gone, ...others } = kept();
  if (gone) device.write(KEPT, others);
  keys.delete(name);
}

function kept() {
  const all = Object.entries(device.read(KEPT, {}));
  return Object.fromEntries(all.filter(([, { at }]) => Date.now() - at < LASTING));
}

/** Nobody can read from it what was asked; that two are alike is as good as impossible. */
function digest(name) {
  let [one, two] = [0x811c9dc5, 0x3c6ef372];
  for (let at = 0; at < name.length; at += 1) {
    one = Math.imul(one ^ name.charCodeAt(at), 0x01000193);
    two = Math.imul(two ^ name.charCodeAt(at), 0x5bd1e995);
  }
  return `${(one >>> 0).toString(36)}${(two >>> 0).toString(36)}`;
}

async function fetched(address, wanted) {
  const stop = new AbortController();
  const bell = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { ...wanted, signal: stop.signal });
    return read(answer.status, await answer.text());
  } catch (fault) {
    throw fault instanceof Fault ? fault : silent(stop.signal.aborted);
  } finally {
    clearTimeout(bell);
  }
}

function sent(address, form, head, told, stop) {
  return new Promise((done, fails) => {
    const call = new XMLHttpRequest(); // fetch cannot tell how much of a photo is out
    call.open("POST", address);
    let bell;
    const moves = () => {
      clearTimeout(bell);
      bell = setTimeout(() => call.abort(), STILL);
    };
    for (const [name, value] of Object.entries(head)) call.setRequestHeader(name, value);
    call.upload.onprogress = (at) => {
      moves();
      if (at.lengthComputable) told(at.loaded / at.total);
    };
    call.onloadend = () => clearTimeout(bell);
    call.onerror = () => fails(silent(false));
    call.onabort = () => fails(silent(true));
    call.onload = () => {
      try {
        done(read(call.status, call.responseText));
      } catch (fault) {
        fails(fault);
      }
    };
    stop?.signal.addEventListener("abort", () => call.abort());
    moves();
    call.send(form);
  });
}

function read(status, text) {
  let said;
  try {
    said = JSON.parse(text);
  } catch {
    throw new Fault("unread", "系统暂时没有回应，请稍后再试。", status >= 400 ? status : 502);
  }
  if (said.ok) return said.data;
  const { code, text: words, field } = said.error;
  throw new Fault(code, words, status, field);
}

function silent(late) {
  if (late) return new Fault("slow", "网络有点慢，还没有等到回应。");
  return new Fault("offline", "网络连不上，请检查网络后再试。");
}

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
