"""Signatures and message encryption as WeChat does them.

https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import string
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32  # WeChat pads to 32 bytes, although an AES block has 16
RANDOM = 16
ALPHABET = string.ascii_letters + string.digits


class CryptoFault(Exception):
    """What the other side sent cannot be opened; the text says which check failed."""


def sign(token: str, *parts: str) -> str:
    """SHA-1 over the sorted parts: (timestamp, nonce) for `signature`, plus the ciphertext for `msg_signature`."""
    joined = "".join(sorted([token, *parts]))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def same(left: str, right: str) -> bool:
    """Compare without telling by time where they differ. Bytes, because compare_digest refuses non-ASCII text."""
    return hmac.compare_digest(left.encode(), right.encode())


def decode_key(aes_key: str) -> bytes:
    """The 43 characters of the back office (EncodingAESKey) as 32 bytes."""
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(aes_key) != 43 or len(key) != 32:
        raise CryptoFault("EncodingAESKey 应为 43 个 base64 字符")
    return key


class Box:
    """Seals and opens message bodies for one account."""

    def __init__(self, aes_key: str, appid: str) -> None:
        key = decode_key(aes_key)
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._appid = appid.encode()

    def seal(self, message: str, random16: bytes | None = None) -> str:
        """Ciphertext in base64. `random16` is for test vectors only; leave it out and it is drawn afresh."""
        body = message.encode()
        salt = random16 or "".join(secrets.choice(ALPHABET) for _ in range(RANDOM)).encode()
        plain = salt + struct.pack(">I", len(body)) + body + self._appid
        fill = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        sealed = encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, ciphertext: str) -> str:
        """The message inside, or CryptoFault when it is damaged or sealed for another appid."""
        plain = self._unpad(self._decrypt(ciphertext))
        if len(plain) < RANDOM + 4:
            raise CryptoFault("密文太短，装不下一条消息")
        (length,) = struct.unpack(">I", plain[RANDOM : RANDOM + 4])
        body, appid = plain[RANDOM + 4 : RANDOM + 4 + length], plain[RANDOM + 4 + length :]
        if len(body) != length:
            raise CryptoFault("密文比其中写明的长度短")
        if not hmac.compare_digest(appid, self._appid):
            raise CryptoFault(f"密文里的 appid 是 {appid.decode(errors='replace')!r}，不是本账号")
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise CryptoFault("解密后的内容不是 UTF-8") from error

    def _decrypt(self, ciphertext: str) -> bytes:
        try:
            sealed = base64.b64decode("".join(ciphertext.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise CryptoFault("Encrypt 不是 base64") from error
        if not sealed or len(sealed) % 16:
            raise CryptoFault("密文长度不是 AES 块的整数倍")
        decryptor = self._cipher.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()

    @staticmethod
    def _unpad(padded: bytes) -> bytes:
        fill = padded[-1]
        if not 1 <= fill <= BLOCK or padded[-fill:] != bytes([fill]) * fill:
            raise CryptoFault("填充不对：EncodingAESKey 不同，或密文损坏")
        return padded[:-fill]
