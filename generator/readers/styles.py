"""What the styles of a web page do to its text, as far as that can be told without drawing it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import html

# What a declaration does → how it is written (property, value), each whole and without white space. ``gone`` takes no
# room, ``blank`` leaves its room empty, ``unsure`` may show nothing. ``flat`` has no width or height; what is in it
# shows unless it is ``cut``. ``shifted`` stands a little higher or lower: only beside other text is that a mark.
_ZERO = r"(?:0+(?:\.0*)?|\.0+)(?:px|pt|r?em|%)?"
_SOME = r"-?[\d.]*[1-9]"
_LITTLE = r"-?(?:[0-2]?(?:\.\d+)?pt|[0-3]?(?:\.\d+)?px|[01]?\d(?:\.\d+)?%|0?\.[012]\d*em)"
_FAR = r"-(?:\d{3,}(?:\.\d+)?(?:px|pt|%)|\d{2,}(?:\.\d+)?r?em)"
_DECLARATIONS = (
    ("gone", re.compile(r"display:none|visibility:collapse")),
    ("blank", re.compile(r"visibility:hidden")),
    ("unsure", re.compile(rf"opacity:{_ZERO}|mso-hide:all|(?:left|right|top|text-indent|margin-(?:left|top)):{_FAR}")),
    (
        "unsure",
        re.compile(r"clip:rect\((?:[01](?:px)?[, ]*){4}\)|clip-path:inset\((?:50|100)%.*|transform:scale.?\(0.*"),
    ),
    ("unsure", re.compile(r"unicode-bidi:(?:bidi|isolate)-override")),  # perhaps shown from right to left
    ("flat", re.compile(rf"(?:max-)?(?:width|height):{_ZERO}")),
    ("cut", re.compile(r"overflow(?:-[xy])?:(?:hidden|clip)|display:inline-block")),
    ("struck", re.compile(r"[\w-]+:.*line-through.*|text-line-through:(?!none).*")),
    ("shifted", re.compile(rf"(?:vertical-align|mso-text-raise):(?=.*[1-9]){_LITTLE}")),
    ("raised", re.compile(rf"vertical-align:(?:super|sub|{_SOME}.*)|mso-text-raise:{_SOME}.*")),
)
_TAGS = {"sup": "raised", "sub": "raised", "s": "struck", "del": "struck", "strike": "struck", "bdo": "unsure"}
# Classes that hide in all the style sheets that sites share, which a saved page seldom brings with it.
_HIDING = frozenset(
    {"sr-only", "visually-hidden", "screen-reader-text", "element-invisible", "hidden", "hide", "d-none", "invisible"}
)
_TINY = re.compile(rf"{_ZERO}|(?:[0-3](?:\.\d+)?|\.\d+)px|(?:[0-2](?:\.\d+)?|\.\d+)pt")
_OWN_SIZE = re.compile(r"[\d.]+(?:px|pt|rem|cm|mm|in|pc)|(?:xx?-)?(?:small|large)|medium")
_PALE = re.compile(
    r"#(?:f[0-9a-f]){3}|#fff|white|transparent|rgba?\((?:2[45]\d,?){3}(?:[,/][\d.]+%?)?\)|rgba\(.*[,/]0?\.?0+%?\)"
)
_COLOUR = re.compile(r"#[0-9a-f]{3,6}|rgba?\([\d.,%/]+\)|[a-z]{3,20}")
_NO_COLOUR = frozenset({"none", "inherit", "initial", "unset", "currentcolor", "transparent", "url", "var"})
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NOT_NAMES = re.compile(r"::?[\w-]+(?:\([^)]*\))?|\[[^\]]*\]")
_NAME = re.compile(r"[.#]([\w-]+)")
_MOST_RULES = 5_000


class Look(NamedTuple):
    """What happens to the text of one element.

    ``effects``: ``gone``, ``blank``, ``unsure``, ``struck``, ``raised``, ``shifted``, ``flat``. The others (letters too
    small to see, letters as light as paper, a ground of another colour under them) hold for what is inside, until
    something there says otherwise; None says nothing.
    """

    effects: frozenset[str] = frozenset()
    tiny: bool | None = None
    pale: bool | None = None
    ground: bool | None = None


PLAIN = Look()
_Selector = tuple[frozenset[str], ...]  # class and id names, of the element itself first, then of those around it


class Styles:
    """The styles of one page."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._rules: list[tuple[_Selector, Look]] = []
        for sheet in root.iter("style"):
            for rule in _COMMENT.sub("", sheet.text or "").split("}")[:_MOST_RULES]:
                selectors, _, body = rule.rpartition("{")
                look = _declared(body)
                if look.effects - {"flat"} or look.tiny or (look.pale and not look.ground):
                    self._rules.extend((names, look) for names in _selectors(selectors))
        self._named = frozenset(name for selector, _ in self._rules for name in selector[0]) | _HIDING
        self._written: dict[str, Look] = {"": PLAIN}  # style attribute → what it does

    def of(self, element: html.HtmlElement) -> Look:
        """Return what happens to the text of ``element`` by its own styles.

        A class that hides, strikes out or raises makes it ``unsure``: which of a page's rules wins is not worked out.
        """
        attributes = element.attrib
        if not attributes and element.tag not in _TAGS:
            return PLAIN
        style = attributes.get("style", "")
        look = self._written.get(style)
        if look is None:
            look = self._written[style] = _declared(style)
        if element.tag in _TAGS or "hidden" in attributes or "color" in attributes or "bgcolor" in attributes:
            look = _attributed(element, look)
        names = _names(element) if "class" in attributes or "id" in attributes else frozenset()
        return look if self._named.isdisjoint(names) else self._ruled(element, names, look)

    def _ruled(self, element: html.HtmlElement, names: frozenset[str], look: Look) -> Look:
        """``look`` with what the rules add that name ``element``; what it says by itself goes before them."""
        effects = {"unsure"} if names & _HIDING else set()
        tiny, pale = look.tiny, look.pale
        for selector, ruled in self._rules:
            if not selector[0] <= names:
                continue
            if not _stands_in(element, selector[1:]):  # a script may still put it there: no part of a figure
                effects.add("shifted")
                continue
            effects |= {"unsure" if one != "shifted" else one for one in ruled.effects - {"flat"}}
            tiny = ruled.tiny if tiny is None else tiny
            pale = (ruled.pale and not ruled.ground) if pale is None else pale
        return Look(look.effects | effects, tiny, pale, look.ground)


def _attributed(element: html.HtmlElement, look: Look) -> Look:
    """``look`` with what the tag and the attributes of an element say besides its style."""
    effects = set(look.effects)
    if element.get("hidden") is not None:
        effects.add("gone")
    if element.tag in _TAGS and (element.tag != "bdo" or (element.get("dir") or "").strip().lower() == "rtl"):
        effects.add(_TAGS[element.tag])
    colour, ground = (_squeezed(element.get(name) or "") for name in ("color", "bgcolor"))
    return Look(
        frozenset(effects),
        look.tiny,
        _is_pale(colour) if look.pale is None else look.pale,
        _is_ground(ground) if look.ground is None else look.ground,
    )


def _declared(style: str) -> Look:
    """What a list of declarations does."""
    effects: set[str] = set()
    tiny = pale = ground = None
    for declaration in style.split(";") if ":" in style else ():
        name, _, value = _squeezed(declaration).removesuffix("!important").partition(":")
        if name == "font-size":
            tiny = True if _TINY.fullmatch(value) else False if _OWN_SIZE.fullmatch(value) else tiny
        elif name == "color":
            pale = _is_pale(value)
        elif name in ("background", "background-color"):
            ground = _is_ground(value)
        else:
            effects.update([effect for effect, pattern in _DECLARATIONS if pattern.fullmatch(f"{name}:{value}")][:1])
    if {"flat", "cut"} <= effects:
        effects.add("unsure")
    return Look(frozenset(effects - {"cut"}), tiny, pale, ground)


def _is_pale(value: str) -> bool | None:
    """Say whether letters of a colour are as light as paper; None for no colour."""
    if _PALE.fullmatch(value):
        return True
    return False if _COLOUR.fullmatch(value) and value not in _NO_COLOUR else None


def _is_ground(value: str) -> bool | None:
    """Say whether a background is of a colour on which white letters show; None for none."""
    colour = _COLOUR.match(value)
    return None if colour is None or colour[0] in _NO_COLOUR else _PALE.match(value) is None


def _squeezed(text: str) -> str:
    return "".join(text.split()).lower()


def _names(element: html.HtmlElement) -> frozenset[str]:
    return frozenset((element.get("class") or "").split()) | {element.get("id") or ""}


def _stands_in(element: html.HtmlElement, around: _Selector) -> bool:
    """Say whether the elements that a selector names ``around`` its own, the nearest first, are there."""
    wanted = list(around)
    for ancestor in element.iterancestors() if wanted else ():
        if wanted and wanted[0] <= _names(ancestor):
            wanted.pop(0)
    return not wanted


def _selectors(text: str) -> Iterator[_Selector]:
    """The names in each selector, its last part first; ``:after`` and the like are not the element itself.

    What must stand before an element (``+``, ``~``) is taken as if it did.
    """
    for selector in text.rpartition("{")[2].split(","):
        parts = re.sub(r"\S+\s*[+~]\s*", "", selector).replace(">", " ").split()
        if not parts or ":" in parts[-1] or not (last := _NAME.findall(parts[-1])):
            continue
        around = (_NAME.findall(_NOT_NAMES.sub("", part)) for part in reversed(parts[:-1]))
        yield (frozenset(last), *(frozenset(names) for names in around if names))
