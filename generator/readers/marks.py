"""Text that stands in a cell but is no part of its figure: struck out, raised, or not text at all.

Readers give such a cell a form that nobody takes for a number: 5 with a note mark 1 is ``5[1]``, never 51.
"""

import re

from generator.normalize import skeleton

SPOILT = "\ufffd"  # something is printed here that cannot be read
OBJECT = "\ufffc"  # a picture, a form field, a formula; ``settled`` decides what it means
TURNED = "\u202e"  # from here on, characters are shown from right to left: 12 as 21
_WORDS = re.compile(r"[^\W\d_一二三四五六七八九〇零]+")  # no digit, no sign, nothing that may stand for either
_PALE = re.compile(r"(?:f[0-9a-f]){3}")
_PICTORIAL = re.compile(r"wingdings|webdings|marlett|mt extra|bookshelf symbol|zapfdingbats")
FEW = 4  # letters that may stand beside a figure (its unit); labels and titles have more


def aside(text: str) -> str:
    """Return ``text`` in brackets: there, but not part of the figure beside it. Words are in nobody's way."""
    return _bracketed(text) if len(skeleton(text)) <= FEW else text


def struck(text: str) -> str:
    """Return what stays of struck-out ``text``: nothing of words; what may be a figure stays visible, in brackets.

    Whether a line through a figure deletes it or slipped onto it cannot be told, so neither reading is taken.
    """
    return "" if _WORDS.fullmatch("".join(text.split())) else _bracketed(text)


def settled(text: str) -> str:
    """Return the text of a cell with its objects judged: beside a figure one may be a digit, in a label it is none.

    So with marks that turn the order of what is shown.
    """
    if text.isascii() or (OBJECT not in text and TURNED not in text):
        return text
    instead = SPOILT if len(skeleton(text)) <= FEW else ""
    return text.replace(OBJECT, instead).replace(TURNED, instead)


def is_pale(colour: str) -> bool:
    """Say whether letters of a ``colour`` (six hexadecimal digits) are as light as paper."""
    return _PALE.fullmatch(colour.lower()) is not None


def is_pictorial(font: str) -> bool:
    """Say whether a font shows pictures in the place of letters and digits: a 2 of Wingdings is a sheet of paper."""
    return _PICTORIAL.match(font.lower()) is not None


def _bracketed(text: str) -> str:
    bare = text.strip()
    return text if not bare or (bare[0] in "[［" and bare[-1] in "]］") else f"[{text}]"
