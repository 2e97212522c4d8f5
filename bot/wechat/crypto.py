"""Signatures and encryption of callbacks, as WeChat prescribes them, made safe to hold against strangers.

developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption: SHA-1 over the sorted parts; AES-256-CBC with
iv = key[:16], PKCS#7 in blocks of 32, plaintext = 16 random bytes + length + message + appid.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct

from wechatpy.crypto import PrpCrypto
from wechatpy.crypto.pkcs7 import PKCS7Encoder
from wechatpy.exceptions import InvalidAppIdException
from wechatpy.utils import WeChatSigner


class Unreadable(Exception):
    """What came is not a message of WeChat's."""


class Forged(Exception):
    """The signature, the time or the account does not fit."""


def signature(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def same(expected: str, given: str) -> bool:
    """Compared in constant time; `given` comes from outside and may be anything."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))


class Key:
    """One EncodingAESKey of one account."""

    def __init__(self, encoding_aes_key: str, appid: str) -> None:
        self._key = base64.b64decode(encoding_aes_key + "=")
        self._appid = appid
        self._crypto = PrpCrypto(self._key)

    def decrypt(self, text: str) -> str:
        """Raises Unreadable, or Forged when it was meant for another account."""
        try:
            return str(self._crypto.decrypt(text, self._appid))
        except InvalidAppIdException as error:
            raise Forged("another account") from error
        # wechatpy raises these, and no error of its own, for ciphertext that is none
        except (ValueError, IndexError, struct.error, binascii.Error, TypeError) as error:
            raise Unreadable("cannot be decrypted") from error

    def encrypt(self, text: str) -> str:
        """The sixteen bytes in front are derived from the message instead of drawn.

        The cipher's IV is fixed by the protocol, so these bytes must differ whenever the message differs. A keyed hash
        of the message does that (as in RFC 5297) and lets a repeated delivery get the very same answer, byte for byte.
        """
        message = text.encode()
        prefix = hmac.digest(self._key, message, hashlib.sha256)[:16]
        block = PKCS7Encoder.encode(prefix + struct.pack("!I", len(message)) + message + self._appid.encode())
        return base64.b64encode(self._crypto.cipher.encrypt(block)).decode()
