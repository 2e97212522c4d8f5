"""Reading the XML a bot answers with."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

_DOCTYPE = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


class BadXml(ValueError):
    """Not the XML WeChat expects; the text says where it breaks."""


class Sheet:
    """An <xml> element by its children's names."""

    def __init__(self, root: ET.Element) -> None:
        self._root = root

    def text(self, path: str) -> str:
        return self._root.findtext(path) or ""

    def has(self, path: str) -> bool:
        return self._root.find(path) is not None

    def every(self, path: str) -> list[Sheet]:
        return [Sheet(child) for child in self._root.findall(path)]

    def repeated(self) -> list[str]:
        names = [child.tag for child in self._root]
        return sorted({name for name in names if names.count(name) > 1})


def read_sheet(source: str) -> Sheet:
    if _DOCTYPE.search(source):
        raise BadXml("回复里不能有 DOCTYPE")
    try:
        root = ET.fromstring(source)  # noqa: S314 - without a DOCTYPE there are no entities to blow up
    except (ET.ParseError, ValueError) as error:
        raise BadXml(f"格式不对：{error}") from error
    if root.tag != "xml":
        raise BadXml(f"最外层是 <{root.tag}>，应为 <xml>")
    return Sheet(root)
