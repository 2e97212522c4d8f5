// Over the wire as a mini-program does it. A file is its path in the phone (wx.chooseMedia gives it).
import type { Heard, Silence } from "./answer";
import type { Sent } from "./client";

export function carry(sent: Sent<string>): Promise<Heard | Silence> {
  return new Promise((done) => {
    const kind = sent.file === undefined ? "request" : "uploadFile";
    const fail = ({ errMsg = "" }: { errMsg?: string }): void => {
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
    wx.request<string>({
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

function seconds(header: WechatMiniprogram.IAnyObject = {}): number {
  return Number(header["Retry-After"] || header["retry-after"] || 0) || 0;
}
