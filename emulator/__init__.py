"""A WeChat on your desk: phones to type on, Tencent's callbacks, Tencent's API, all on loopback.

A program of its own. It meets the bot under test over HTTP only, so any WeChat service account can be tried with it.
"""
