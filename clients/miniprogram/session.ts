// Who uses the mini-program: the API with their login, kept in the phone.
import { BASE, unset } from "./address";
import type { Answer } from "./api/answer";
import { bad } from "./api/answer";
import { Client } from "./api/client";
import type { Shape } from "./api/shape";
import { carry } from "./api/wx";

const TOKEN = "token";
const LEFT = "left";
const PATIENCE = 12000; // milliseconds for wx.login

export const api: Client<string> = new Client<string>({
  base: BASE,
  carry: (sent) => {
    const fault = unset(BASE);
    return fault ? Promise.resolve({ late: false, unset: fault }) : carry(sent);
  },
  store: { get: () => wx.getStorageSync<string>(TOKEN) || "", set: (token) => wx.setStorageSync(TOKEN, token) },
  // Who logged out stays out until they tap 登录 themselves.
  enter: () => (hasLeft() ? Promise.resolve(bad(401, "left", "您已经退出登录")) : entered()),
});

export function isIn(): boolean {
  return Boolean(api.token);
}

export async function logIn(): Promise<Answer<Shape<"Entered">>> {
  const answer = await entered();
  if (answer.ok) {
    wx.removeStorageSync(LEFT);
    api.token = answer.data.token;
  }
  return answer;
}

/** `everywhere`: on all other phones and pages as well. */
export async function logOut(everywhere: boolean): Promise<Answer<unknown>> {
  wx.setStorageSync(LEFT, true);
  const answer = everywhere
    ? await api.post("/v1/logins/end", { body: { also_this: true } })
    : await api.post("/v1/logout");
  const isOut = answer.ok || answer.status === 401;
  if (isOut) api.token = "";
  else wx.removeStorageSync(LEFT);
  return isOut ? { ok: true, status: 200, data: null } : answer;
}

function hasLeft(): boolean {
  return Boolean(wx.getStorageSync(LEFT));
}

async function entered(): Promise<Answer<Shape<"Entered">>> {
  const code = await new Promise<string>((done) => {
    wx.login({ timeout: PATIENCE, success: (result) => done(result.code), fail: () => done("") });
  });
  if (!code) return bad(0, "offline", "微信没有回应，请稍后再试。");
  return api.post("/v1/login/miniapp", { body: { code } });
}
