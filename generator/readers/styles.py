"""What the styles of a web page do to its text, as far as that can be told without drawing it."""

import re
from collections.abc import Iterator

from lxml import html

# What a declaration does → how it is written. ``gone`` takes no room, ``blank`` leaves its room empty, ``unsure`` shows
# nothing in some programs or where nothing within says otherwise.
_NOTHING = r"(?:0+(?:\.0*)?|\.0+)\s*(?:px|pt|r?em|%)?\s*(?:!important\s*)?(?:;|$)"
_SOME = r"-?[\d.]*[1-9]"
_DECLARATIONS = {
    effect: re.compile(pattern, re.IGNORECASE)
    for effect, pattern in {
        "gone": r"display\s*:\s*none|visibility\s*:\s*collapse",
        "blank": r"visibility\s*:\s*hidden",
        "unsure": rf"(?:font-size|opacity)\s*:\s*{_NOTHING}|mso-hide\s*:\s*all",
        "struck": r"line-through",
        "raised": rf"vertical-align\s*:\s*(?:super|sub|{_SOME})|mso-text-raise\s*:\s*{_SOME}",
    }.items()
}
_TAGS = {"sup": "raised", "sub": "raised", "s": "struck", "del": "struck", "strike": "struck"}
_NAME = re.compile(r"[.#]([\w-]+)")
_MOST_RULES = 5_000


class Styles:
    """The styles of one page. Only single names are looked at, not where in the page a rule holds."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._names: list[frozenset[str]] = []
        for sheet in root.iter("style"):
            for rule in (sheet.text or "").split("}")[:_MOST_RULES]:
                selectors, _, body = rule.rpartition("{")
                if _effects(body):
                    self._names.extend(_names(selectors))
        self._known: dict[tuple[str, str], bool] = {}  # class and id of an element → is it named by such a rule

    def of(self, element: html.HtmlElement) -> frozenset[str]:
        """Return what happens to the text of ``element``: ``gone``, ``blank``, ``unsure``, ``struck``, ``raised``.

        A class that hides, strikes out or raises makes it ``unsure``: which of a page's rules wins is not worked out.
        """
        if not element.attrib and element.tag not in _TAGS:
            return frozenset()
        found = _effects(element.get("style") or "")
        if element.get("hidden") is not None:
            found.add("gone")
        if element.tag in _TAGS:
            found.add(_TAGS[element.tag])
        if self._named(element.get("class") or "", element.get("id") or ""):
            found.add("unsure")
        return frozenset(found)

    def _named(self, classes: str, name: str) -> bool:
        key = (classes, name)
        if key not in self._known:
            own = {*classes.split(), name}
            self._known[key] = any(names <= own for names in self._names)
        return self._known[key]


def _effects(declarations: str) -> set[str]:
    if ":" not in declarations:
        return set()
    return {effect for effect, pattern in _DECLARATIONS.items() if pattern.search(declarations)}


def _names(selectors: str) -> Iterator[frozenset[str]]:
    """The class and id names of the last part of each selector; ``:after`` and the like are not the element itself."""
    for selector in selectors.rpartition("{")[2].split(","):
        last = selector.split()[-1:]
        if last and ":" not in last[0] and (names := _NAME.findall(last[0])):
            yield frozenset(names)
