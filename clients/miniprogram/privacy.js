"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.asked = asked;
exports.decided = decided;
const PAGE = "/pages/privacy/privacy";
let waiting = [];
/** For wx.onNeedPrivacyAuthorization: what asked goes on when somebody has decided on the page. */
function asked(decide) {
    waiting.push(decide);
    decide({ event: "exposureAuthorization" });
    if (waiting.length === 1)
        wx.navigateTo({ url: `${PAGE}?asked=1`, fail: () => decided("") });
}
/** `button`: the id of the button 同意 that was tapped; empty: they went away without it. */
function decided(button) {
    const all = waiting;
    waiting = [];
    for (const decide of all)
        decide(button ? { event: "agree", buttonId: button } : { event: "disagree" });
}
