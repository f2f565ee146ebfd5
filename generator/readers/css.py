"""Style sheets taken apart: which elements a rule may hold for, and what it declares.

A selector is known by the tags, classes, ids and attributes that it names. What stands beside an element, the place in
its row and ``:not(…)`` are not looked at: a rule may then hold for more elements than a browser would say.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_PIECE = re.compile(
    r"""/\*.*?(?:\*/|\Z)|<!--|-->|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\\.|[{};]|[^{};"'/\\<-]+|.""", re.DOTALL
)
_HEX = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_BEFORE_SIBLING = re.compile(r"(?<![^\s>])[^\s>]+\s*[+~]\s*")
_TAG = re.compile(r"(?:[\w*-]*\|)?([\w-]+|\*)?")
_ATTRIBUTE = re.compile(r"\[\s*([\w-]+)[^\]]*\]?")
_NAME = re.compile(r"[.#]([\w-]+)")
_PSEUDO = re.compile(r"::?([\w-]+)")
# What a page shows only while somebody does something with it, or of other things than its text.
_PASSING = re.compile(
    r"hover|focus.*|active|visited|link|any-link|target|checked|disabled|enabled|invalid|placeholder.*|selection|marker"
    r"|backdrop|root|host.*|fullscreen|(?:-webkit|-moz|-ms|-o)-.*"
)
_AROUND = re.compile(r"before|after")  # what a sheet puts before or behind a text
_OTHER_MEDIA = re.compile(r"max-(?:device-)?(?:width|height)|orientation|prefers|forced|print(?!.*\b(?:screen|all)\b)")
_MOST_RULES, _DEEPEST, _LONGEST = 5_000, 50, 20_000  # rules, blocks in one another, characters before a block


class Rule(NamedTuple):
    """One selector with its declarations.

    ``parts`` are the names that it asks for, of the element itself first, then of those around it: classes and ids as
    they are, tags as ``<td``, attributes as ``[title``. ``adds``: it is about what stands before or behind the text.
    ``elsewhere``: it holds on paper or on small screens only.
    """

    parts: tuple[frozenset[str], ...]
    body: str
    adds: bool
    elsewhere: bool


def rules(sheet: str, media: str = "") -> Iterator[Rule]:
    """Yield the rules of a style sheet, made for ``media``; of those too many or nested too deep, the first."""
    for count, (around, body) in enumerate(_blocks(sheet)):
        if count >= _MOST_RULES:
            return
        conditions = [media, *(prelude for prelude in around if prelude.startswith("@"))]
        selectors = [prelude for prelude in around if not prelude.startswith("@")]
        if not selectors or ":" not in body or any("keyframes" in one for one in conditions):
            continue
        if max(map(len, around)) > _LONGEST:  # nobody writes so many: it may be for anything
            yield Rule((frozenset(),), unescaped(body), adds=False, elsewhere=False)
            continue
        elsewhere = any(_OTHER_MEDIA.search(one) for one in conditions)
        for selector in _without_brackets(selectors[-1]).split(","):
            whole = " ".join([*(_without_brackets(one).split(",")[0] for one in selectors[:-1]), selector])
            found = _selected(whole.replace("&", " "))
            if found is not None:
                yield Rule(found[0], unescaped(body), found[1], elsewhere)


def unescaped(text: str) -> str:
    """Return ``text`` with the characters that are written by their number; other escapes name nothing that we know."""
    if "\\" not in text:
        return text
    return _HEX.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), text).replace("\\", "_")


def _blocks(sheet: str) -> Iterator[tuple[list[str], str]]:
    """Each block with what stands before its bracket and those around it; what is not closed ends with the sheet."""
    around: list[str] = []
    bodies: list[str] = []
    text = ""
    for match in _PIECE.finditer(sheet):
        piece = match[0]
        if piece.startswith("/*") or piece in ("<!--", "-->"):
            text += " "
        elif piece == "{":
            if len(around) >= _DEEPEST:
                return
            around.append(unescaped(text).strip())
            bodies.append("")
            text = ""
        elif piece in (";", "}"):
            if bodies:
                bodies[-1] += f"{text};"
            if piece == "}" and bodies:
                yield list(around), bodies.pop()
                around.pop()
            text = ""
        else:
            text += piece
    while bodies:
        yield list(around), bodies.pop() + text
        around.pop()
        text = ""


def _without_brackets(selector: str) -> str:
    while selector != (selector := _IN_BRACKETS.sub("", selector)):
        pass
    return selector


def _selected(selector: str) -> tuple[tuple[frozenset[str], ...], bool] | None:
    """The names in each part of a selector, the last part first, and whether it is about what stands around the text.

    None for a selector of what does not stay. What must stand before an element (``+``, ``~``) is taken as if it did.
    """
    parts = _BEFORE_SIBLING.sub("", selector).replace(">", " ").split()
    pseudos = [name.lower() for part in parts for name in _PSEUDO.findall(_ATTRIBUTE.sub("", part))]
    if not parts or any(_PASSING.fullmatch(name) for name in pseudos):
        return None
    named = (_named(part) for part in reversed(parts))
    first, *others = named
    return (first, *(names for names in others if names)), any(_AROUND.fullmatch(name) for name in pseudos)


def _named(part: str) -> frozenset[str]:
    attributes = [f"[{name.lower()}" for name in _ATTRIBUTE.findall(part)]
    bare = _PSEUDO.sub("", _ATTRIBUTE.sub("", part))
    tag = _TAG.match(bare)
    tags = [f"<{tag[1].lower()}"] if tag and tag[1] and tag[1] != "*" else []
    return frozenset([*attributes, *tags, *_NAME.findall(bare)])
