"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const session_1 = require("../../session");
Page({
    data: { inside: false, busy: false, fault: "", standing: "", hotline: "", phone: "" },
    /** Each time it is come back to: whether somebody is on duty changes, and what failed may go well now. */
    async onShow() {
        this.setData({ inside: (0, session_1.isIn)() });
        const told = await session_1.api.get("/v1/office");
        if (!told.ok) {
            this.setData({ fault: told.error.text });
            return;
        }
        const { hotline, now } = told.data;
        this.setData({ standing: now.said, hotline: hotline.name, phone: hotline.phone || "", fault: "" });
    },
    async goIn() {
        if (this.data.busy)
            return;
        if (!(0, session_1.isIn)() && !(await this.login()))
            return;
        wx.navigateTo({ url: "/pages/web/web" });
    },
    async login() {
        this.setData({ busy: true, fault: "" });
        const answer = await (0, session_1.logIn)();
        this.setData({ busy: false, inside: answer.ok, fault: answer.ok ? "" : answer.error.text });
        return answer.ok;
    },
    goNotify() {
        wx.navigateTo({ url: "/pages/notify/notify" });
    },
    goPhone() {
        wx.navigateTo({ url: "/pages/phone/phone" });
    },
    goPrivacy() {
        wx.navigateTo({ url: "/pages/privacy/privacy" });
    },
    call() {
        wx.makePhoneCall({ phoneNumber: this.data.phone, fail: () => { } });
    },
    leave() {
        wx.showActionSheet({
            itemList: ["退出这台手机", "退出所有设备"],
            success: ({ tapIndex }) => this.out(tapIndex === 1),
            fail: () => { },
        });
    },
    async out(everywhere) {
        const answer = await (0, session_1.logOut)(everywhere);
        this.setData({ inside: (0, session_1.isIn)(), fault: answer.ok ? "" : answer.error.text });
    },
});
