"""api.weixin.qq.com as far as this desk knows it: one file for each topic of Tencent's documentation."""
