"""How often an account may send a subscription message (订阅消息), by person and template.

One accepted popup is one message, without an end; accepting a lasting template (长期订阅) is not used up.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html
https://developers.weixin.qq.com/doc/service/guide/product/subscription_messages/push.html
"""

from __future__ import annotations

from dataclasses import dataclass

REFUSED = 43101  # user refuse to accept the msg: refused, used up, or never asked


@dataclass
class Consent:
    """`left` is for one-time templates; a lasting one that was accepted stays so until refused."""

    lasting: bool
    left: int = 0
    accepted: bool = False


class Consents:
    """Of one account. The caller knows which templates are lasting."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], Consent] = {}

    def accept(self, openid: str, template: str, *, lasting: bool = False) -> None:
        consent = self._given.setdefault((openid, template), Consent(lasting))
        consent.lasting, consent.accepted = lasting, True
        consent.left += 0 if lasting else 1

    def refuse(self, openid: str, template: str, *, lasting: bool = False) -> None:
        """Nothing is left, whether refused in the popup or switched off in the settings."""
        self._given[openid, template] = Consent(lasting)

    def send(self, openid: str, template: str) -> int:
        """0 and, unless it is lasting, one use less; or REFUSED."""
        consent = self._given.get((openid, template))
        if consent is None or not consent.accepted or not (consent.lasting or consent.left):
            return REFUSED
        if not consent.lasting:
            consent.left -= 1
        return 0

    def of(self, openid: str) -> dict[str, Consent]:
        """Every template the person was ever asked for."""
        return {template: consent for (who, template), consent in self._given.items() if who == openid}
