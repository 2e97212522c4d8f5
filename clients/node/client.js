"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.over = over;
exports.carry = carry;
// The same client for programs on Node and in a browser, over fetch.
//
//   const api = over("https://example.cn", { enter });
const client_1 = require("../miniprogram/api/client");
function over(base, more = {}) {
    return new client_1.Client({ base, carry, ...more });
}
async function carry(sent) {
    try {
        const answer = await fetch(sent.url, {
            method: sent.method,
            headers: sent.headers,
            body: sent.file ? form(sent.file) : sent.body,
            signal: AbortSignal.timeout(sent.timeout),
        });
        return { status: answer.status, text: await answer.text(), after: Number(answer.headers.get("Retry-After")) || 0 };
    }
    catch (fault) {
        return { late: fault instanceof Error && fault.name === "TimeoutError" };
    }
}
function form(photo) {
    const parts = new FormData();
    parts.append("file", photo.bytes, photo.name);
    return parts;
}
