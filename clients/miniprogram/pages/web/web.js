"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const address_1 = require("../../address");
const session_1 = require("../../session");
Page({
    data: { address: "", fault: "", left: false, busy: false },
    to: "",
    /** `to`: which of our pages, such as /m/tickets; none: the first one. */
    onLoad({ to = "" }) {
        this.to = unquoted(to);
        return this.open();
    },
    /** The page cannot know our login: it comes in by a ticket that is good once and for a minute. */
    async open() {
        this.setData({ fault: "", busy: true });
        const told = await session_1.api.post("/v1/login/page");
        this.setData({ busy: false });
        if (!told.ok) {
            this.setData({ fault: told.error.text, left: told.error.code === "left" });
            return;
        }
        const next = this.to ? `&next=${encodeURIComponent(this.to)}` : "";
        this.setData({ address: address_1.BASE + told.data.address + next, left: false });
    },
    /** Who logged out and then opens a notice is asked, and not let in unasked. */
    async enter() {
        this.setData({ busy: true });
        const answer = await (0, session_1.logIn)();
        if (answer.ok)
            await this.open();
        else
            this.setData({ fault: answer.error.text, busy: false });
    },
    broken() {
        this.setData({ address: "", fault: "页面没有打开，请检查网络后再试。" });
    },
    onShareAppMessage() {
        return { title: "汇川区人才服务", path: "/pages/home/home" }; // the ticket is nobody else's
    },
});
function unquoted(said) {
    try {
        return decodeURIComponent(said);
    }
    catch (_a) {
        return "";
    }
}
