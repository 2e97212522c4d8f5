"use strict";
// What a call comes to. Nothing is thrown: an answer is good, or says what is wrong.
Object.defineProperty(exports, "__esModule", { value: true });
exports.bad = bad;
exports.read = read;
function bad(status, code, text, field = null, after = 0) {
    const passing = status === 0 || status === 408 || status === 429 || status >= 500;
    return { ok: false, status, error: { code, text, field }, passing, after };
}
function read(heard) {
    if (!("status" in heard)) {
        if (heard.unset)
            return { ...bad(0, "unset", heard.unset), passing: false };
        return heard.late
            ? bad(0, "slow", "网络有点慢，还没有等到回应。")
            : bad(0, "offline", "网络连不上，请检查网络后再试。");
    }
    const said = object(heard.text);
    if (said && said.ok === true)
        return { ok: true, status: heard.status, data: said.data };
    const fault = said && said.error;
    if (!fault)
        return bad(heard.status >= 400 ? heard.status : 502, "unread", "系统暂时没有回应，请稍后再试。");
    return bad(heard.status, fault.code, fault.text, fault.field, heard.after);
}
function object(text) {
    try {
        const said = JSON.parse(text);
        return typeof said === "object" && said !== null ? said : null;
    }
    catch (_a) {
        return null;
    }
}
