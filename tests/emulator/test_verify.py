"""验证URL: what is asked, and what counts as a yes."""

from emulator.crypto import Box, sign


def probes(result):
    return {probe["name"]: probe for probe in result["probes"]}


def honest(account):
    def answer(heard):
        q = heard.query
        if q["signature"] != sign(account.token, q["timestamp"], q["nonce"]):
            return 403, "no"
        if "msg_signature" in q:
            return Box(account.aes_key, account.appid).open(q["echostr"])
        return q["echostr"]

    return answer


def test_a_bot_that_echoes_is_verified(web, bot, account, world):
    bot.answer = honest(account)
    status, result = web.post("/emulator/api/verify", {})
    assert status == 200
    assert result["ok"]
    assert {name: probe["ok"] for name, probe in probes(result).items()} == {
        "plain": True,
        "forged": True,
        "encrypted": True,
    }
    assert probes(result)["plain"]["text_plain"]
    assert world.verification == result
    assert {heard.method for heard in bot.heard} == {"GET"}


def test_plain_mode_sends_no_encrypted_echostr(desk, world, bot, account):
    bot.answer = honest(account)
    world.set_mode("plain")
    assert list(probes(desk.verify())) == ["plain", "forged"]


def test_anything_but_the_echostr_fails(desk, bot):
    bot.answer = "success"
    result = desk.verify()
    assert not result["ok"]
    assert result["reached"]


def test_echoing_to_a_wrong_signature_is_shown(desk, bot):
    bot.answer = lambda heard: heard.query["echostr"]
    result = desk.verify()
    assert result["ok"]
    assert not probes(result)["forged"]["ok"]
    assert not probes(result)["encrypted"]["ok"]


def test_nobody_there_is_said_after_one_question(desk, world):
    world.callback = "http://127.0.0.1:1/wechat"
    result = desk.verify()
    assert not result["reached"]
    assert len(result["probes"]) == 1
