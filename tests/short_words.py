"""The short words a page shows, which go by themselves: perhaps before a test looks."""

from __future__ import annotations

from typing import Any

_KEEPS = """() => { window.told = []; new MutationObserver((changes) => {
    for (const each of changes.flatMap((change) => [...change.addedNodes]))
        if (each.matches?.(".toast")) window.told.push(each.textContent);
}).observe(document, { childList: true, subtree: true }); }"""


def keeps(context: Any) -> None:
    """The pages to come remember what they tell."""
    context.add_init_script(f"({_KEEPS})()")


def told(page: Any, words: str) -> None:
    """Waits until these have been told, since the page was loaded."""
    page.wait_for_function("words => window.told.some((each) => each.includes(words))", arg=words)
