"""What the styles of a web page do to its text, as far as that can be told without drawing it."""

import re
from typing import NamedTuple

from lxml import html

from generator.readers import css, marks

# What a declaration does → how it is written (property, value), each whole and without white space. ``gone`` takes no
# room, ``blank`` leaves its room empty, ``unsure`` may show nothing, or other characters. ``flat`` has no width or
# height; what is in it shows unless it is ``cut``. ``shifted`` stands a little higher or lower, or over its neighbours:
# only beside other text is that a mark. ``apart`` stands on lines of its own, whatever the tag.
_ZERO = r"(?:0+(?:\.0*)?|\.0+)(?:px|pt|r?em|%)?"
_SOME = r"-?[\d.]*[1-9]"
_LITTLE = r"-?(?:[0-2]?(?:\.\d+)?pt|[0-3]?(?:\.\d+)?px|[01]?\d(?:\.\d+)?%|0?\.[012]\d*em)"
_FAR = r"-(?:\d{3,}(?:\.\d+)?(?:px|pt|%)|\d{2,}(?:\.\d+)?r?em)"
_DECLARATIONS = (
    ("gone", re.compile(r"display:none|visibility:collapse")),
    ("blank", re.compile(r"visibility:hidden")),
    ("unsure", re.compile(rf"opacity:{_ZERO}|mso-hide:all|(?:left|right|top|text-indent|margin-(?:left|top)):{_FAR}")),
    ("unsure", re.compile(r"clip:rect\((?:[01](?:px)?[, ]*){4}\)|(?:clip-path|transform|rotate|scale):(?!none).*")),
    (
        "unsure",
        re.compile(
            rf"content-visibility:hidden|zoom:{_ZERO}|filter:.*opacity\({_ZERO}\).*|(?:-webkit-)?text-security:.*"
            rf"|-webkit-text-fill-color:transparent|(?:-webkit-)?mask(?:-image)?:(?!none).*|order:.*"
            rf"|flex-(?:direction|flow):.*reverse.*|letter-spacing:-(?:[1-9]\d(?:\.\d+)?(?:px|pt)|[1-9.].*em)"
            rf"|font:[a-z]*{_ZERO}(?:/.*|[a-z\"'].*)"
        ),
    ),
    ("apart", re.compile(r"display:(?:block|flex|grid|table.*|list-item|flow-root)|float:(?:left|right).*")),
    ("apart", re.compile(r"position:(?:absolute|fixed)")),
    ("shifted", re.compile(r"(?:left|right):-?\d\d.*|margin-(?:left|right):-\d\d.*")),
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
_UNSEEN = frozenset({"gone", "blank"})
_TELLING = frozenset({"hidden", "color", "bgcolor", "face"})  # attributes
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CONTENT = re.compile(
    r"content:(?:.*[0-9０-９,.+〇零一二三四五六七八九十百千万亿-].*|.*(?:attr|counters?|url)\(.*)"
)  # that may be a digit
_SAME = ("color", "background", "background-color")
_IN_TEXT = frozenset({"<span", "<font", "<b", "<i", "<em", "<strong", "<u", "<a", "<small", "<big", "<label", "<o:p"})


class Look(NamedTuple):
    """What happens to the text of one element.

    ``effects``: ``gone``, ``blank``, ``unsure``, ``struck``, ``raised``, ``shifted``, ``apart``, ``flat``. The others
    (letters too small to see, letters as light as paper, a ground of another colour under them) hold for what is
    inside, until something there says otherwise; None says nothing.
    """

    effects: frozenset[str] = frozenset()
    tiny: bool | None = None
    pale: bool | None = None
    ground: bool | None = None


PLAIN = Look()
_Selector = tuple[frozenset[str], ...]  # as in css.Rule


class Styles:
    """The styles of one page."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._rules: list[tuple[_Selector, Look]] = []
        for sheet in root.iter("style"):
            for rule in css.rules(sheet.text or "", (sheet.get("media") or "").lower()):
                look = _of_rule(rule)
                if look.effects - {"flat"} or look.tiny or (look.pale and not look.ground):
                    self._rules.append((rule.parts, look))
        firsts = [selector[0] for selector, _ in self._rules]
        self._named = frozenset(name for first in firsts for name in first if name[0] not in "<[") | _HIDING
        unnamed = [{name[1:] for name in first if name[0] == "<"} for first in firsts if not _names_it(first)]
        self._tags = frozenset().union(*unnamed)
        self._for_all = set() in unnamed
        self._written: dict[str, Look] = {"": PLAIN}  # style attribute → what it does

    def of(self, element: html.HtmlElement) -> Look:
        """Return what happens to the text of ``element`` by its own styles.

        A rule that hides, strikes out or raises makes it ``unsure``: which of a page's rules wins is not worked out.
        """
        attributes = element.attrib
        ruled = self._for_all or element.tag in self._tags
        if not attributes and element.tag not in _TAGS and not ruled:
            return PLAIN
        style = attributes.get("style", "")
        look = self._written.get(style)
        if look is None:
            look = self._written[style] = _declared(style)
        if element.tag in _TAGS or not _TELLING.isdisjoint(attributes):
            look = _attributed(element, look)
        if not ruled and "class" not in attributes and "id" not in attributes:
            return look
        names = _names(element)
        return look if self._named.isdisjoint(names) and not ruled else self._ruled(element, names, look)

    def _ruled(self, element: html.HtmlElement, names: frozenset[str], look: Look) -> Look:
        """``look`` with what the rules add that name ``element``; what it says by itself goes before them."""
        effects = {"unsure"} if names & _HIDING else set()
        tiny, pale = look.tiny, look.pale
        for selector, ruled in self._rules:
            if not selector[0] <= names:
                continue
            if not _stands_in(element, selector[1:]):
                if _names_it(selector[0]):  # a script may still put it there: no part of a figure
                    effects.add("shifted")
                continue
            effects |= {one if one in ("shifted", "apart") else "unsure" for one in ruled.effects - {"flat"}}
            tiny = ruled.tiny if tiny is None else tiny
            pale = (ruled.pale and not ruled.ground) if pale is None else pale
        return Look(look.effects | effects, tiny, pale, look.ground)


def _of_rule(rule: css.Rule) -> Look:
    """What a rule does to the elements that it is for.

    One that names no class or id only counts for the screens that pages are made for, and its sizes and colours only
    for what stands in a line: those of cells and paragraphs are mostly set anew by another rule.
    """
    named = _names_it(rule.parts[0])
    if rule.elsewhere and (rule.adds or not named):
        return PLAIN
    if rule.adds:
        told = (_squeezed(one) for one in rule.body.split(";"))
        return Look(frozenset({"unsure"})) if any(_CONTENT.fullmatch(one) for one in told) else PLAIN
    look = _declared(rule.body)
    return look if named or not _IN_TEXT.isdisjoint(rule.parts[0]) else Look(look.effects)


def _names_it(part: frozenset[str]) -> bool:
    """Say whether a part of a selector names a class or an id."""
    return any(name[0] not in "<[" for name in part)


def _attributed(element: html.HtmlElement, look: Look) -> Look:
    """``look`` with what the tag and the attributes of an element say besides its style."""
    effects = set(look.effects)
    if element.get("hidden") is not None:
        effects.add("gone")
    if element.tag in _TAGS and (element.tag != "bdo" or (element.get("dir") or "").strip().lower() == "rtl"):
        effects.add(_TAGS[element.tag])
    if marks.is_pictorial(element.get("face") or ""):
        effects.add("unsure")
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
    colours = dict.fromkeys(_SAME, "")
    names = list[str]()
    bare = css.unescaped(_COMMENT.sub("", style))
    for declaration in bare.split(";") if ":" in bare else ():
        name, _, value = _squeezed(declaration).removesuffix("!important").partition(":")
        names.append(name)
        if name in colours:
            colours[name] = value
        if name == "font-size":
            tiny = True if _TINY.fullmatch(value) else False if _OWN_SIZE.fullmatch(value) else tiny
        elif name == "color":
            pale = _is_pale(value)
        elif name in ("background", "background-color"):
            ground = _is_ground(value)
        elif name == "font-family":
            effects.update(["unsure"] if marks.is_pictorial(value.strip("\"'")) else [])
        else:
            effects.update([effect for effect, pattern in _DECLARATIONS if pattern.fullmatch(f"{name}:{value}")][:1])
    if {"flat", "cut"} <= effects or (colours["color"] and colours["color"] in list(colours.values())[1:]):
        effects.add("unsure")
    if effects & _UNSEEN and len(set(names)) < len(names):  # said twice: perhaps it shows after all
        effects = effects - _UNSEEN | {"unsure"}
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
    """What a selector may call an element, as in ``css.Rule``."""
    attributes = element.attrib
    names = {*(attributes.get("class") or "").split(), attributes.get("id") or "", f"<{element.tag}"}
    return frozenset(names.union([f"[{name}" for name in attributes]))


def _stands_in(element: html.HtmlElement, around: _Selector) -> bool:
    """Say whether the elements that a selector names ``around`` its own, the nearest first, are there."""
    wanted = list(around)
    for ancestor in element.iterancestors() if wanted else ():
        if wanted and wanted[0] <= _names(ancestor):
            wanted.pop(0)
    return not wanted
