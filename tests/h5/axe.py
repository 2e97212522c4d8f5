"""What a screen reader or a weak eye would stumble over on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

_AXE = Axe()
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}

_SMALL = """() => {
    const large = (each) => { const at = each.getBoundingClientRect(); return at.width >= 44 && at.height >= 44 };
    return [...document.querySelectorAll('a[href], button, input:not([type=radio], [type=checkbox]), textarea')]
        .filter((each) => each.checkVisibility() && !each.closest('p, .source, .prose') && !each.matches('.skip'))
        .filter((each) => !large(each)).map((each) => each.outerHTML.slice(0, 120));
}"""


def faults(page: Any) -> list[str]:
    """Each with the element that has it."""
    found = _AXE.run(page, options=_RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def small(page: Any) -> list[str]:
    """What can be tapped and is smaller than 44 px either way; links within running text are not held to it."""
    found: list[str] = page.evaluate(_SMALL)
    return found
