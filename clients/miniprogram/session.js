"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.api = void 0;
exports.isIn = isIn;
exports.logIn = logIn;
exports.logOut = logOut;
// Who uses the mini-program: the API with their login, kept in the phone.
const address_1 = require("./address");
const answer_1 = require("./api/answer");
const client_1 = require("./api/client");
const wx_1 = require("./api/wx");
const TOKEN = "token";
const LEFT = "left";
const PATIENCE = 12000; // milliseconds for wx.login
exports.api = new client_1.Client({
    base: address_1.BASE,
    carry: (sent) => {
        const fault = (0, address_1.unset)(address_1.BASE);
        return fault ? Promise.resolve({ late: false, unset: fault }) : (0, wx_1.carry)(sent);
    },
    store: { get: () => wx.getStorageSync(TOKEN) || "", set: (token) => wx.setStorageSync(TOKEN, token) },
    // Who logged out stays out until they tap 登录 themselves.
    enter: () => (hasLeft() ? Promise.resolve((0, answer_1.bad)(401, "left", "您已经退出登录")) : entered()),
});
function isIn() {
    return Boolean(exports.api.token);
}
async function logIn() {
    const answer = await entered();
    if (answer.ok) {
        wx.removeStorageSync(LEFT);
        exports.api.token = answer.data.token;
    }
    return answer;
}
/** `everywhere`: on all other phones and pages as well. */
async function logOut(everywhere) {
    wx.setStorageSync(LEFT, true);
    const answer = everywhere
        ? await exports.api.post("/v1/logins/end", { body: { also_this: true } })
        : await exports.api.post("/v1/logout");
    const isOut = answer.ok || answer.status === 401;
    if (isOut)
        exports.api.token = "";
    else
        wx.removeStorageSync(LEFT);
    return isOut ? { ok: true, status: 200, data: null } : answer;
}
function hasLeft() {
    return Boolean(wx.getStorageSync(LEFT));
}
async function entered() {
    const code = await new Promise((done) => {
        wx.login({ timeout: PATIENCE, success: (result) => done(result.code), fail: () => done("") });
    });
    if (!code)
        return (0, answer_1.bad)(0, "offline", "微信没有回应，请稍后再试。");
    return exports.api.post("/v1/login/miniapp", { body: { code } });
}
