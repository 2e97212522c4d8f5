"""Signatures and encryption against Tencent's own example, WeRoBot, and other vectors when they are at hand."""

import base64
import json
from pathlib import Path

import pytest
from werobot.crypto import MessageCrypt

from emulator.crypto import Box, CryptoFault, decode_key, same, sign

VECTORS = Path(__file__).resolve().parents[3] / "shared/data/wechat/vectors.json"

# developers.weixin.qq.com, message push, "消息加解密": the worked example.
OFFICIAL = {
    "token": "AAAAA",
    "aes_key": "A" * 43,
    "appid": "wxba5fad812f8e6fb9",
    "timestamp": "1714112445",
    "nonce": "415670741",
    "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
    "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    "random": b"a8eedb185eb2fecf",
    "encrypt": "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVza"
    "zhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwK"
    "SqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=",
    "plain": '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,'
    '"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}',
}


def test_the_official_example_verifies_opens_and_seals():
    v = OFFICIAL
    box = Box(v["aes_key"], v["appid"])
    assert sign(v["token"], v["timestamp"], v["nonce"]) == v["signature"]
    assert sign(v["token"], v["timestamp"], v["nonce"], v["encrypt"]) == v["msg_signature"]
    assert box.open(v["encrypt"]) == v["plain"]
    assert box.seal(v["plain"], v["random"]) == v["encrypt"]


def test_the_official_url_verification_signature():
    assert sign("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"


@pytest.mark.parametrize("text", ["", "短", "x" * 32, "汉字" * 700, "]]>&<xml>"])
def test_werobot_opens_what_we_seal_and_we_open_what_it_seals(account, text):
    theirs = MessageCrypt(account.token, account.aes_key, account.appid)
    ours = Box(account.aes_key, account.appid)
    sealed = ours.seal(text)
    signature = sign(account.token, "1714112445", "nonce", sealed)
    assert theirs.decrypt_message("1714112445", "nonce", signature, sealed).decode() == text
    assert ours.open(theirs.prp_crypto.encrypt(text, account.appid).decode()) == text


def test_padding_fills_blocks_of_32_bytes(account):
    box = Box(account.aes_key, account.appid)
    assert {len(base64.b64decode(box.seal("x" * n))) % 32 for n in range(40)} == {0}


def test_no_two_seals_are_the_same(account):
    box = Box(account.aes_key, account.appid)
    assert box.seal("同") != box.seal("同")


@pytest.mark.parametrize("bad", ["", "不是 base64", "AAAA", "A" * 44, "A" * 128])
def test_damaged_ciphertext_is_a_fault_and_nothing_else(account, bad):
    with pytest.raises(CryptoFault):
        Box(account.aes_key, account.appid).open(bad)


def test_another_appid_or_key_is_refused(account):
    sealed = Box(account.aes_key, account.appid).seal("秘密")
    with pytest.raises(CryptoFault, match="appid"):
        Box(account.aes_key, "wxother").open(sealed)
    with pytest.raises(CryptoFault):
        Box("A" * 43, account.appid).open(sealed)


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "!" * 43, "汉" * 43])
def test_a_key_of_the_wrong_shape_is_refused(key):
    with pytest.raises(CryptoFault, match="43"):
        decode_key(key)


def test_comparing_takes_text_beyond_ascii():
    assert same("签名", "签名")
    assert not same("签名", "签")


@pytest.mark.skipif(not VECTORS.exists(), reason="the collected vectors are not part of the product")
def test_collected_vectors():
    vectors = json.loads(VECTORS.read_text())
    for v in vectors["message_decrypt"]:
        assert sign(v["token"], v["timestamp"], v["nonce"], v["encrypt"]) == v["msg_signature"]
        assert Box(v["encoding_aes_key"], v["appid_in_ciphertext"]).open(v["encrypt"]) == v["plaintext"]
    for v in vectors["message_encrypt_deterministic"]:
        box = Box(v["encoding_aes_key"], v["appid"])
        assert box.seal(v["plaintext"], v["random16"].encode()) == v["encrypt"]
    for v in vectors["url_verify_signature"]:
        assert sign(v["token"], v["timestamp"], v["nonce"]) == v["signature"]
