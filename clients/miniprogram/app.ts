import { asked } from "./privacy";

App({
  onLaunch() {
    if (wx.onNeedPrivacyAuthorization) wx.onNeedPrivacyAuthorization(asked as unknown as WechatMiniprogram.OnNeedPrivacyAuthorizationCallback);
  },
});
