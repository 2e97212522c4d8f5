"""phrases.yaml: what the bot says, with what it fills in. A sentence that a content lacks is lent by the product's own.

So content published before a release goes on being served by the release, whatever it has learnt to say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from knowledge import yamlfile
from knowledge.yamlfile import Row

SHIPPED = Path(__file__).parent / "content/phrases.yaml"
Known = Mapping[str, Collection[str]]  # the keys the code says, with the placeholders it fills


class Wording(NamedTuple):
    """`borrowed`: the keys whose text is the product's own, because the content has none."""

    phrases: dict[str, str]
    borrowed: tuple[str, ...] = ()


def read(top: Row | None, known: Known | None) -> Wording:
    """`top` is the content's phrases.yaml. Faults are left with it."""
    groups = top.row("phrases") if top else None
    if top is None or groups is None:
        return Wording({})
    found = _texts(groups, known)
    missing = sorted(set(known or ()) - set(found))
    lent = _lent(missing, known or {})
    for name in sorted(set(missing) - set(lent)):
        groups.fault(name.split(".")[0], f"缺少话术 {name}", "从上一个版本恢复这一句")
    top.done()
    return Wording(found | lent, tuple(lent))


def _lent(missing: list[str], known: Known) -> dict[str, str]:
    """What the product says for `missing`; nothing where its own file is edited and has faults."""
    if not missing or not SHIPPED.is_file():
        return {}
    file, top = yamlfile.read(SHIPPED.name, SHIPPED.read_bytes())
    groups = top.row("phrases") if top else None
    found = _texts(groups, known) if groups else {}
    return {} if file.faults else {name: found[name] for name in missing if name in found}


def _texts(groups: Row, known: Known | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for group in groups.names():
        texts = groups.row(group)
        for key in texts.names() if texts else ():
            name = f"{group}.{key}"
            found[name] = texts.text(key) if texts else ""
            if texts:
                _check(texts, key, found[name], None if known is None else known.get(name))
    return found


def _check(row: Row, key: str, text: str, filled: Collection[str] | None) -> None:
    """Only {names} that the code fills: a phrase may not reach into objects or break the reply."""
    try:
        parts = [part for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        row.fault(key, "花括号没有成对", "占位写成 {名称}；要显示花括号本身就写两个")
        return
    for name in sorted({str(name) for _, name, _, _ in parts}):
        # What follows : or ! may ask for a gigabyte of blanks, or for a placeholder nobody fills.
        bare = not any(layout or conversion for _, its, layout, conversion in parts if its == name)
        if not name.isidentifier() or not bare:
            row.fault(key, f"占位 {{{name}}} 不能用", "花括号里只写名称，例如 {number}")
        elif filled is not None and name not in filled:
            allowed = "、".join(f"{{{each}}}" for each in sorted(filled)) or "（没有）"
            row.fault(key, f"不认识占位 {{{name}}}", f"这一句可用的占位：{allowed}")
