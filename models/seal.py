"""Personal data at rest: AES-256-GCM, with the key's name in front of the value so that keys can be changed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_DIGITS = 7  # fewer are no telephone number


class Sealed(Exception):
    """The value was sealed with a key we do not have, or was tampered with."""


def ending(digits: str) -> str:
    """What `key` is asked for to find numbers that end in these four."""
    return f"tail {digits}"


class Seal:
    """Keys are derived from `secret` (RFC 5869). `open` raises Sealed when the value is not ours."""

    def __init__(self, secret: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"huicai personal data v1")
        self._cipher = AESGCM(derived.derive(secret.encode()))
        self._name = "k1"
        self._index = HKDF(SHA256(), 32, None, b"huicai blind index v1").derive(secret.encode())
        self._naming = AESGCM(HKDF(SHA256(), 32, None, b"huicai names in addresses v1").derive(secret.encode()))
        self._tokens = HKDF(SHA256(), 32, None, b"huicai logins v1").derive(secret.encode())
        self.audit_key = HKDF(SHA256(), 32, None, b"huicai audit v1").derive(secret.encode())

    def key(self, text: str) -> str:
        """By which a sealed number is found again: a keyed hash of its digits, or of the text when it has few."""
        digits = "".join(filter(str.isdigit, unicodedata.normalize("NFKC", text)))
        plain = digits[-11:] if len(digits) >= _DIGITS else text.strip().lower()
        return hmac.new(self._index, plain.encode(), hashlib.sha256).hexdigest() if plain else ""

    def tail(self, text: str) -> str:
        """By which a telephone number is found by its last four digits; empty: it is none."""
        digits = "".join(filter(str.isdigit, unicodedata.normalize("NFKC", text)))
        return self.key(ending(digits[-4:])) if len(digits) >= _DIGITS else ""

    def token(self, *parts: str) -> str:
        """256 bits that only these parts give, and only us: a login that is told once more need not be kept."""
        said = "".join(f"{len(part)}:{part}" for part in parts)
        return base64.urlsafe_b64encode(hmac.new(self._tokens, said.encode(), hashlib.sha256).digest()).decode()

    def name(self, text: str) -> str:
        """What stands for it in an address: the same each time, and only `named` reads it."""
        nonce = hmac.new(self._index, b"name:" + text.encode(), hashlib.sha256).digest()[:12]
        return base64.urlsafe_b64encode(nonce + self._naming.encrypt(nonce, text.encode(), None)).decode().rstrip("=")

    def named(self, name: str) -> str:
        """Raises Sealed."""
        try:
            raw = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
            return self._naming.decrypt(raw[:12], raw[12:], None).decode()
        except (InvalidTag, ValueError) as error:  # also of what is too short, or no base64 at all
            raise Sealed("no name of ours") from error

    def close_bytes(self, body: bytes) -> bytes:
        """As `close`, for files."""
        nonce = secrets.token_bytes(12)
        return self._name.encode() + nonce + self._cipher.encrypt(nonce, body, self._name.encode())

    def open_bytes(self, sealed: bytes) -> bytes:
        """Raises Sealed."""
        name, nonce, body = sealed[:2], sealed[2:14], sealed[14:]
        try:
            return self._cipher.decrypt(nonce, body, name)
        except InvalidTag as error:
            raise Sealed("sealed with another SECRET_KEY, or changed") from error

    def close(self, text: str) -> str:
        if not text:
            return ""
        nonce = secrets.token_bytes(12)
        sealed = self._cipher.encrypt(nonce, text.encode(), self._name.encode())
        return f"{self._name}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, value: str) -> str:
        if not value:
            return ""
        name, _, body = value.partition(":")
        raw = base64.urlsafe_b64decode(body)
        try:
            return self._cipher.decrypt(raw[:12], raw[12:], name.encode()).decode()
        except InvalidTag as error:
            raise Sealed("sealed with another SECRET_KEY, or changed") from error
