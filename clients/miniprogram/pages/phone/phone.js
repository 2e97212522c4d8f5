"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const session_1 = require("../../session");
const PURPOSE = "phone";
const USED_UP = 1400001; // the account has bought no more of these questions
const NO_GUIDE = /privacy permission|scope is not declared/i; // 用户隐私保护指引: not agreed to, or without the number
Page({
    data: { text: "", version: 0, agreed: false, phone: "", busy: false, retry: false, fault: "", done: "" },
    onLoad() {
        return this.load();
    },
    async load() {
        const [consents, me] = await Promise.all([session_1.api.get("/v1/consents"), session_1.api.get("/v1/me")]);
        if (!consents.ok || !me.ok) {
            const fault = consents.ok ? (me.ok ? "" : me.error.text) : consents.error.text;
            this.setData({ fault, retry: true });
            return;
        }
        this.setData({ ...standing(consents.data), phone: me.data.phone, fault: "", retry: false });
    },
    async agree() {
        this.setData({ busy: true, fault: "", done: "" });
        const { version } = this.data;
        const told = await session_1.api.put("/v1/consents/{purpose}", { path: { purpose: PURPOSE }, body: { version } });
        this.setData({ busy: false, agreed: told.ok, fault: told.ok ? "" : told.error.text });
        if (!told.ok && told.error.code === "outdated")
            await this.load(); // the words have changed: here are the new ones
    },
    /** WeChat gives a code, and the number to our server alone. Without a code they said no, or WeChat did. */
    async got({ detail }) {
        this.setData({ fault: "", done: "" });
        if (!detail.code) {
            this.setData({ done: without(detail.errMsg || "", detail.errno) });
            return;
        }
        this.setData({ busy: true });
        const told = await session_1.api.post("/v1/me/phone", { body: { code: detail.code } });
        this.setData({ busy: false });
        if (told.ok)
            this.setData({ phone: told.data.phone, done: "手机号已经记下。" });
        else
            this.setData({ fault: told.error.text, agreed: told.error.code !== "consent_required" });
    },
    /** There is no way back to a number that is gone but giving it anew. */
    remove() {
        return new Promise((done) => {
            wx.showModal({
                title: "删除手机号？",
                content: "删除以后，工作人员不能再用它给您回电。已提交工单里留的电话不受影响。",
                confirmText: "删除",
                success: ({ confirm }) => done(confirm ? this.withdraw() : undefined),
                fail: () => done(),
            });
        });
    },
    async withdraw() {
        const had = Boolean(this.data.phone);
        this.setData({ busy: true, fault: "", done: "" });
        const told = await session_1.api.delete("/v1/consents/{purpose}", { path: { purpose: PURPOSE } });
        this.setData({ busy: false });
        if (told.ok)
            this.setData({ agreed: false, phone: "", done: had ? "手机号已经删除，同意也撤回了。" : "同意已经撤回。" });
        else
            this.setData({ fault: told.error.text });
    },
});
function standing({ items }) {
    const consent = items.find((each) => each.id === PURPOSE);
    return consent
        ? { text: consent.text, version: consent.version, agreed: consent.standing === "given" }
        : { text: "", version: 0, agreed: false };
}
function without(said, code) {
    if (code === USED_UP || /no permission/i.test(said))
        return "微信手机号现在用不了。";
    return NO_GUIDE.test(said) ? "没有同意微信的《用户隐私保护指引》，不能使用微信手机号。" : "您没有提供手机号。";
}
