"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const privacy_1 = require("./privacy");
App({
    onLaunch() {
        if (wx.onNeedPrivacyAuthorization)
            wx.onNeedPrivacyAuthorization(privacy_1.asked);
    },
});
