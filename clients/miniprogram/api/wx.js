"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.carry = carry;
function carry(sent) {
    return new Promise((done) => {
        const kind = sent.file === undefined ? "request" : "uploadFile";
        const fail = ({ errMsg = "" }) => {
            const barred = /not in domain list/i.test(errMsg);
            const unset = barred ? `小程序后台的 ${kind} 合法域名里还没有这个服务的域名。` : undefined;
            done({ late: /timeout|timed out/i.test(errMsg), unset });
        };
        if (sent.file !== undefined) {
            wx.uploadFile({
                url: sent.url,
                filePath: sent.file,
                name: "file",
                header: sent.headers,
                timeout: sent.timeout,
                success: ({ statusCode, data }) => done({ status: statusCode, text: data, after: 0 }),
                fail,
            });
            return;
        }
        wx.request({
            url: sent.url,
            method: sent.method,
            header: sent.headers,
            data: sent.body,
            dataType: "text", // anything but json: a number beyond 2^53 or a broken answer is ours to look at
            timeout: sent.timeout,
            success: ({ statusCode, data, header }) => done({ status: statusCode, text: data, after: seconds(header) }),
            fail,
        });
    });
}
function seconds(header = {}) {
    return Number(header["Retry-After"] || header["retry-after"] || 0) || 0;
}
