"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const session_1 = require("../../session");
const MOST = 3; // templates WeChat takes in one popup on every phone
const SWITCHED_OFF = 20004; // the main switch in WeChat's settings
const CUT = [10002, 10003]; // WeChat itself got no answer
const CLOSED = "您在微信里关闭了通知，打开后才能收到。";
Page({
    data: { groups: [], none: false, off: false, retry: false, busy: false, fault: "", done: "" },
    onLoad() {
        return this.load();
    },
    async load() {
        const told = await session_1.api.get("/v1/subscriptions");
        this.setData(told.ok ? { ...shown(told.data), fault: "", retry: false } : { fault: told.error.text, retry: true });
    },
    /** WeChat opens its popup only out of a tap, so nothing may be awaited before it. */
    ask({ currentTarget }) {
        const group = this.data.groups.find((each) => each.id === currentTarget.dataset.group);
        const tmplIds = group ? group.rows.map((row) => row.template) : [];
        this.setData({ fault: "", done: "", off: false });
        return new Promise((done) => {
            wx.requestSubscribeMessage({
                tmplIds,
                success: (result) => done(this.tell(tmplIds, result)),
                fail: ({ errCode }) => {
                    this.setData({ off: errCode === SWITCHED_OFF, fault: refused(errCode) });
                    done();
                },
            });
        });
    },
    async tell(templates, result) {
        const results = {};
        for (const template of templates) {
            const known = meant(result[template] || "");
            if (known)
                results[template] = known;
        }
        const said = Object.values(results);
        if (!said.length)
            return;
        this.setData({ busy: true });
        const told = await session_1.api.post("/v1/subscriptions", { body: { results } });
        this.setData({ busy: false });
        if (!told.ok) {
            this.setData({ fault: told.error.text });
            return;
        }
        this.setData({ ...shown(told.data), done: outcome(said) });
    },
    openSettings() {
        wx.openSetting({ withSubscriptions: true, success: () => this.setData({ off: false, fault: "" }) });
    },
});
/** One popup each: WeChat refuses the whole call when templates of both kinds, or too many, are in it. */
function shown({ items }) {
    const groups = [];
    for (const lasting of [false, true]) {
        const rows = items.filter((item) => item.lasting === lasting).map(row);
        for (let at = 0; at < rows.length; at += MOST)
            groups.push({ id: rows[at].template, rows: rows.slice(at, at + MOST) });
    }
    return { groups, none: !groups.length };
}
function row({ template, notices, lasting, left }) {
    const often = lasting ? "允许一次，一直有效" : "";
    const standing = left === null ? "已经允许，一直有效" : left ? `还可以收到 ${left} 条` : often;
    return { template, title: notices.join("、"), left: standing };
}
/** What the phone answered, as the API lists it; phones also say acceptWithAudio and the like. Empty: nothing we know. */
function meant(said) {
    if (said.startsWith("accept"))
        return "accept";
    return said === "reject" || said === "ban" || said === "filter" ? said : "";
}
function outcome(said) {
    if (said.includes("accept"))
        return "好了，有消息会告诉您。";
    if (said.includes("reject"))
        return "您没有允许，不会收到通知。";
    return "这几项微信现在不让发通知。";
}
function refused(code) {
    if (code === SWITCHED_OFF)
        return CLOSED;
    return CUT.includes(code) ? "网络连不上，请检查网络后再试。" : "没有弹出，请再点一次。";
}
