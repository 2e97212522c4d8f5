// Who looks at the page, and how large they want it: 长辈版 is kept by the account, and by the browser for strangers.
import { Fault, get, people, post, put } from "./api.js";
import { forget } from "./data.js";
import { here } from "./router.js";
import { clear, device, kept } from "./store.js";

/** null until it is known; {stranger: true} without a login; else what GET /me says. */
export const me = kept(null);
/** {elder, size}: size is the text's in px, for 长辈版. */
export const look = kept(device.read("look", { elder: false, size: 20 }));

const agent = navigator.userAgent;
export const inMiniprogram = /miniProgram/i.test(agent) || window.__wxjs_environment === "miniprogram";
export const inWechat = /MicroMessenger/i.test(agent);

export const SIZES = [18, 30];
const USUAL = 17;

let leaving = false;

/** Why nobody can log in from here, and what to do; empty: they can. In a mini-program WeChat would tell us the openid of
 * the service account: somebody else, as far as we know. */
export function noWayIn() {
  if (inMiniprogram) return "请回到小程序，重新打开这一页。";
  const demo = document.documentElement.dataset.demo === "yes";
  return demo || inWechat ? "" : "请在微信里打开这一页。";
}

people.logsIn = async () => {
  const words = noWayIn();
  if (words) throw new Fault("login", `要登录才能用。${words}`, 401);
  leaving = true;
  location.replace(`/m/login?next=${encodeURIComponent(here())}`); // going back from there must not lead there again
  return new Promise(() => {}); // the page goes; nothing comes back
};
addEventListener("pageshow", (event) => event.persisted && leaving && location.reload());

export async function meet() {
  try {
    me.set(await get("/me", { stranger: true }));
    if (me.get().elder !== look.get().elder) appear({ elder: me.get().elder });
  } catch (fault) {
    me.set({ stranger: true, fault: fault.status === 401 ? null : fault });
  }
}

/** Ends the login by a POST. When it has ended already, so be it; `done(fault)` may say that this is not what was wanted.
 * What this browser knows of them goes. */
export async function leave(path, body = {}, done = () => true) {
  const told = await post(path, body, { stranger: true }).catch((fault) => {
    if (fault.status !== 401) throw fault;
    return done(fault) ? null : people.logsIn();
  });
  people.left += 1;
  forget("/");
  clear();
  me.set({ stranger: true });
  return told;
}

/** Draw the page so, and remember it; `say` tells the account too. */
export async function appear(change, { say = false } = {}) {
  look.set({ ...look.get(), ...change });
  device.write("look", look.get());
  dress();
  if (say && "elder" in change && me.get() && !me.get().stranger) me.set(await put("/me", { elder: change.elder }));
}

export function dress() {
  const { elder, size } = look.get();
  const root = document.documentElement;
  root.toggleAttribute("data-elder", elder);
  root.style.fontSize = elder ? `${(16 * Math.min(Math.max(size, SIZES[0]), SIZES[1])) / USUAL}px` : "";
}
