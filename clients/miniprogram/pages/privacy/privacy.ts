import type { Shape } from "../../api/shape";
import { decided } from "../../privacy";
import { api, isIn } from "../../session";

Page({
  data: { purposes: [] as Shape<"Aim">[], asked: false, inside: false, retry: false, fault: "" },

  /** `asked`: WeChat wants a decision before it goes on. */
  async onLoad({ asked }: { asked?: string }) {
    this.setData({ asked: Boolean(asked), inside: isIn() });
    await this.load();
  },

  async load() {
    const told = await api.get("/v1/privacy");
    this.setData(told.ok ? { purposes: told.data.purposes, fault: "", retry: false } : { fault: told.error.text, retry: true });
  },

  agree() {
    decided("agree");
    wx.navigateBack();
  },

  refuse() {
    wx.navigateBack();
  },

  onUnload() {
    if (this.data.asked) decided(""); // nothing waits any more when they agreed
  },

  openContract() {
    const fail = (): void => this.setData({ fault: "没有打开，请更新微信后再试。" });
    if (wx.openPrivacyContract) wx.openPrivacyContract({ fail });
    else fail(); // before 2.32.3
  },

  openMine() {
    wx.navigateTo({ url: `/pages/web/web?to=${encodeURIComponent("/m/me")}` });
  },
});
