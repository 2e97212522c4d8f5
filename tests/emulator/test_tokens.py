"""Tencent's rules for both kinds of access token, on a clock of our own."""

import pytest

from emulator.tokens import Refused, Tokens

NOON = 1_795_320_000.0


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tokens(clock):
    return Tokens(clock)


def refusal(call, *args):
    with pytest.raises(Refused) as caught:
        call(*args)
    return caught.value.code


def test_the_stable_token_stays_until_five_minutes_before_its_end(tokens, clock):
    first, life = tokens.stable(False)
    assert life == 7200
    clock.now += 6899
    assert tokens.stable(False) == (first, 301)
    clock.now += 1
    second, life = tokens.stable(False)
    assert second != first
    assert life == 7200
    tokens.check(first)
    tokens.check(second)
    clock.now += 300
    assert refusal(tokens.check, first) == 42001
    tokens.check(second)


def test_force_refresh_kills_the_old_token_at_once(tokens):
    first, _ = tokens.stable(False)
    second, _ = tokens.stable(True)
    assert first != second
    assert refusal(tokens.check, first) == 40001
    assert tokens.stable(False)[0] == second


def test_force_refresh_needs_thirty_seconds_between(tokens, clock):
    tokens.stable(True)
    clock.now += 29
    assert refusal(tokens.stable, True) == 45011
    clock.now += 1
    tokens.stable(True)


def test_force_refresh_is_given_twenty_times_a_day(tokens, clock):
    for _ in range(20):
        tokens.stable(True)
        clock.now += 30
    assert refusal(tokens.stable, True) == 45009
    tokens.stable(False)
    clock.now += 86_400
    tokens.stable(True)


def test_a_plain_token_replaces_the_one_before_within_five_minutes(tokens, clock):
    first, _ = tokens.plain()
    second, _ = tokens.plain()
    assert first != second
    tokens.check(first)
    clock.now += 300
    assert refusal(tokens.check, first) == 42001
    tokens.check(second)


def test_the_two_kinds_leave_each_other_alone(tokens, clock):
    stable, _ = tokens.stable(False)
    tokens.plain()
    tokens.plain()
    clock.now += 400
    tokens.check(stable)


def test_missing_and_invented_tokens(tokens):
    assert refusal(tokens.check, None) == 41001
    assert refusal(tokens.check, "") == 41001
    assert refusal(tokens.check, "invented") == 40001


ASK = {"grant_type": "client_credential", "appid": "wx2c2769f8efd9abc2", "secret": "desk-secret"}


def test_stable_token_over_http(web):
    status, given = web.post("/cgi-bin/stable_token", ASK)
    assert status == 200
    assert given["expires_in"] == 7200
    assert 100 < len(given["access_token"]) <= 512
    assert web.post("/cgi-bin/stable_token", ASK | {"force_refresh": False})[1]["access_token"] == given["access_token"]
    assert web.post("/cgi-bin/stable_token", ASK | {"force_refresh": True})[1]["access_token"] != given["access_token"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": None}, 41004),
        ({"appid": "wxother"}, 40013),
        ({"secret": "guess"}, 40125),
        ({"force_refresh": "yes"}, 47001),
    ],
)
def test_wrong_credentials_are_named(web, wrong, code):
    status, answer = web.post("/cgi-bin/stable_token", ASK | wrong)
    assert status == 200
    assert answer["errcode"] == code
    assert answer["errmsg"]


def test_stable_token_takes_post_only(web):
    assert web.get("/cgi-bin/stable_token")[1]["errcode"] == 43002


def test_plain_token_over_http(web):
    path = "/cgi-bin/token?grant_type=client_credential&appid=wx2c2769f8efd9abc2&secret="
    assert web.get(path + "desk-secret")[1]["expires_in"] == 7200
    assert web.get(path + "guess")[1]["errcode"] == 40125


def test_getcallbackip_asks_for_a_token(web):
    assert web.get("/cgi-bin/getcallbackip")[1]["errcode"] == 41001
    token = web.post("/cgi-bin/stable_token", ASK)[1]["access_token"]
    assert web.get(f"/cgi-bin/getcallbackip?access_token={token}")[1]["ip_list"] == ["127.0.0.1", "::1"]


def test_an_unknown_path_is_told_in_a_sentence(web):
    status, answer = web.get("/cgi-bin/teleport")
    assert status == 404
    assert answer["errcode"] == 40066
    assert "/cgi-bin/teleport" in answer["errmsg"]
