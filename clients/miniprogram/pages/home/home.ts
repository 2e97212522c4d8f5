import { api, isIn, logIn, logOut } from "../../session";

Page({
  data: { inside: false, busy: false, fault: "", standing: "", hotline: "", phone: "" },

  /** Each time it is come back to: whether somebody is on duty changes, and what failed may go well now. */
  async onShow() {
    this.setData({ inside: isIn() });
    const told = await api.get("/v1/office");
    if (!told.ok) {
      this.setData({ fault: told.error.text });
      return;
    }
    const { hotline, now } = told.data;
    this.setData({ standing: now.said, hotline: hotline.name, phone: hotline.phone || "", fault: "" });
  },

  async goIn() {
    if (this.data.busy) return;
    if (!isIn() && !(await this.login())) return;
    wx.navigateTo({ url: "/pages/web/web" });
  },

  async login(): Promise<boolean> {
    this.setData({ busy: true, fault: "" });
    const answer = await logIn();
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
    wx.makePhoneCall({ phoneNumber: this.data.phone, fail: () => {} });
  },

  leave() {
    wx.showActionSheet({
      itemList: ["退出这台手机", "退出所有设备"],
      success: ({ tapIndex }) => this.out(tapIndex === 1),
      fail: () => {},
    });
  },

  async out(everywhere: boolean) {
    const answer = await logOut(everywhere);
    this.setData({ inside: isIn(), fault: answer.ok ? "" : answer.error.text });
  },
});
