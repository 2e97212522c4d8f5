"""The menu: what is shipped, and every limit of WeChat's as a fault in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.document import BadFile
from config.menu import load_menu

ROOT = Path(__file__).parents[2]
KEYS = "events myevents subsidy housing card check day place interest hotline ticket mytickets help"


def load(folder: Path, text: str) -> dict[str, Any]:
    file = folder / "menu.yaml"
    file.write_text(text, encoding="utf-8")
    return load_menu(file)


def column(name: str = "人工", *items: str) -> str:
    lines = [f"      - {item}\n" for item in items or ["{name: 帮助, key: k}"]]
    return f"  - name: {name}\n    items:\n" + "".join(lines)


def test_the_menu_as_shipped() -> None:
    body = load_menu(ROOT / "config" / "menu.yaml")
    assert [top["name"] for top in body["button"]] == ["问政策", "找服务", "人工"]
    buttons = [button for top in body["button"] for button in top["sub_button"]]
    assert {button["key"] for button in buttons} == {f"menu.{key}" for key in KEYS.split()}
    assert {button["type"] for button in buttons} == {"click"}


def test_a_button_may_open_a_page_or_a_mini_program(tmp_path: Path) -> None:
    items = [
        "{name: 官网, url: 'https://www.example.cn/a'}",
        "{name: 办事, page: pages/index, appid: wx1, url: 'https://www.example.cn'}",
    ]
    (top,) = load(tmp_path, "menu:\n" + column("服务", *items))["button"]
    assert top["sub_button"] == [
        {"type": "view", "name": "官网", "url": "https://www.example.cn/a"},
        {
            "type": "miniprogram",
            "name": "办事",
            "appid": "wx1",
            "pagepath": "pages/index",
            "url": "https://www.example.cn",
        },
    ]


def test_a_page_of_ours_needs_no_address_in_the_file(tmp_path: Path) -> None:
    text = "menu:\n" + column("办事", "{name: 办事大厅, open: /m/}") + column()
    file = tmp_path / "menu.yaml"
    file.write_text(text, encoding="utf-8")
    hall, _ = load_menu(file, "https://talent.example/")["button"]
    assert hall["sub_button"] == [
        {"type": "view", "name": "办事大厅", "url": "https://talent.example/m/login?next=%2Fm%2F"}
    ]
    assert [top["name"] for top in load_menu(file)["button"]] == ["人工"]  # nowhere to lead to: left out
    for wrong in ("{name: 网页, open: //evil.example/}", "{name: 网页, open: /m/, key: k}"):
        with pytest.raises(BadFile):
            load(tmp_path, "menu:\n" + column("办事", wrong))


@pytest.mark.parametrize(
    ("name", "fits"), [("四个汉字", True), ("五个汉字啦", False), ("12345热线", False), ("123热线", True)]
)
def test_what_fits_on_a_phone(tmp_path: Path, name: str, fits: bool) -> None:
    if fits:
        assert load(tmp_path, "menu:\n" + column(name))["button"][0]["name"] == name
        return
    with pytest.raises(BadFile, match="1 to 4"):
        load(tmp_path, "menu:\n" + column(name))


@pytest.mark.parametrize(
    ("text", "field", "words"),
    [
        ("menu: []\n", "menu", "至少一项"),
        ("menu:\n" + "".join(column("人工", f"{{name: 帮助, key: k{n}}}") for n in range(4)), "menu", "at most 3"),
        ("menu:\n" + column("人工", *[f"{{name: 帮助, key: k{n}}}" for n in range(6)]), "menu.0.items", "at most 5"),
        ("menu:\n" + column("人工", "{name: 八个汉字放不下啦, key: k}"), "menu.0.items.0.name", "1 to 7"),
        ("menu:\n" + column("人工", "{name: ' ', key: k}"), "menu.0.items.0.name", "1 to 7"),
        ("menu:\n" + column("人工", "{name: 帮助, key: " + "键" * 43 + "}"), "menu.0.items.0.key", "128 bytes"),
        ("menu:\n" + column("人工", "{name: 帮助, url: 'https://" + "a" * 1020 + "'}"), "menu.0.items.0.url", "1024"),
        ("menu:\n" + column("人工", "{name: 帮助, url: www.example.cn}"), "menu.0.items.0.url", "https://"),
        ("menu:\n" + column("人工", "{name: 帮助}"), "menu.0.items.0", "三选一"),
        ("menu:\n" + column("人工", "{name: 帮助, key: k, url: 'https://a'}"), "menu.0.items.0", "三选一"),
        ("menu:\n" + column("人工", "{name: 帮助, key: k, appid: wx1}"), "menu.0.items.0", "三选一"),
        ("menu:\n" + column("人工", "{name: 帮助, page: p}"), "menu.0.items.0", "小程序"),
        ("menu:\n" + column("人工", "{name: 帮助, keys: k}"), "menu.0.items.0.keys", "拼写"),
        ("menu:\n" + column("人工", "{name: 一, key: k}", "{name: 二, key: k}"), "", "重复"),
    ],
)
def test_what_wechat_would_refuse_is_a_fault_in_words(tmp_path: Path, text: str, field: str, words: str) -> None:
    with pytest.raises(BadFile) as caught:
        load(tmp_path, text)
    assert caught.value.field == field
    assert caught.value.line
    assert words in f"{caught.value.problem} {caught.value.cure}"
