"""How a call-back contact is read in a talk, where it may be refused."""

from __future__ import annotations

from bot.contact import given
from handlers.chat.saying import Saying
from knowledge.text import plain

_NO_NUMBER = """不留 不想留 不方便留 不留电话 不留号码 不留手机号 不留联系方式 匿名 微信回复 微信上回复 微信里回复
    微信联系 在微信里回复 在微信上回复 公众号回复"""
_AROUND = "我 就 还是 先 暂时 那 行 好 可以 就行 就好 在 吧 了 啊 呀 的 谢谢 您 上 里"
_OUTRIGHT = Saying(_NO_NUMBER, _AROUND)
_REFUSED = Saying(
    f"""{_NO_NUMBER} 不方便 不告诉 不告诉你 不想说 不提供 不想提供 不用 不用留 不需要 不必 无 没有 没
    跳过 略 保密 不给 不要 不 否 微信 微信就行 用微信 这里回复
    在这里回复 在这里回 在这回复""",
    _AROUND,
)


def contact_in(text: str) -> str | None:
    """The contact as given; "" when they would rather not; None when the text is neither."""
    return given(text) or ("" if _REFUSED.fits(plain(text)) else None)


def refuses(text: str) -> bool:
    """Whether it says, with nobody asking, that no number will be left."""
    return _OUTRIGHT.fits(plain(text))
