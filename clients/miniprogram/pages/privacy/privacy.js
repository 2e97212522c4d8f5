"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const privacy_1 = require("../../privacy");
const session_1 = require("../../session");
Page({
    data: { purposes: [], asked: false, inside: false, retry: false, fault: "" },
    /** `asked`: WeChat wants a decision before it goes on. */
    async onLoad({ asked }) {
        this.setData({ asked: Boolean(asked), inside: (0, session_1.isIn)() });
        await this.load();
    },
    async load() {
        const told = await session_1.api.get("/v1/privacy");
        this.setData(told.ok ? { purposes: told.data.purposes, fault: "", retry: false } : { fault: told.error.text, retry: true });
    },
    agree() {
        (0, privacy_1.decided)("agree");
        wx.navigateBack();
    },
    refuse() {
        wx.navigateBack();
    },
    onUnload() {
        if (this.data.asked)
            (0, privacy_1.decided)(""); // nothing waits any more when they agreed
    },
    openContract() {
        const fail = () => this.setData({ fault: "没有打开，请更新微信后再试。" });
        if (wx.openPrivacyContract)
            wx.openPrivacyContract({ fail });
        else
            fail(); // before 2.32.3
    },
    openMine() {
        wx.navigateTo({ url: `/pages/web/web?to=${encodeURIComponent("/m/me")}` });
    },
});
