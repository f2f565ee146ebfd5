"""Badges to embed elsewhere: one small SVG file with words, a drawn mark and a colour, that needs nothing else.

No font is fetched, and the mark is a path: what a reader has installed changes nothing but the shape of the letters.
"""

from unicodedata import east_asian_width

from markupsafe import Markup, escape

from generator.checks import Verdict
from generator.site.encode import address, href, path, text
from generator.site.model import AgencyYear
from generator.site.unread import Unread

HEIGHT = 20
_SIZE, _PAD, _MARK = 12, 7, 16  # letters, space at the ends, and what the mark takes with the space behind it
# White on each is at least 5:1.
_COLOURS = {
    "consistent": "#1b5e20", "errors": "#a31515", "remarks": "#7a4b00", "unverifiable": "#37474f", "unreadable": "#37474f",
}  # fmt: skip
# The marks of the verdicts, ✓ ✗ ! ? and —, in a field of 12 by 12.
_MARKS = {
    "consistent": "M2 6.5 5 9.5 10 2.5",
    "errors": "M2.5 2.5 9.5 9.5M9.5 2.5 2.5 9.5",
    "remarks": "M6 1.5V7.5M6 9.5V10.5",
    "unverifiable": "M3.2 4.2A2.8 2.8 0 1 1 6 7V8M6 9.7V10.7",
    "unreadable": "M2 6H10",
}
_FONTS = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC',sans-serif"


def badge_svg(one: AgencyYear | Unread) -> bytes:
    """``badge.svg`` of a report: what it is on the left, the verdict on the right; the title names the agency."""
    title = f"{one.name}政府信息公开工作年度报告：{one.verdict.label}"
    return _svg(f"信息公开年报 {one.year}", one.verdict, title).encode()


def badge_width(one: AgencyYear | Unread) -> int:
    """How wide the badge of a report is, in pixels."""
    return sum(_parts(f"信息公开年报 {one.year}", one.verdict.label))


def embed_code(site: str, page: str, whose: str) -> Markup:
    """The HTML that shows the badge of ``page`` and leads there, to be read on a page; ``site`` is where the site is.

    Where that is not known a word stands for it. The text for those who do not see names no verdict: it stays where it
    was copied to, and the verdict may change.
    """
    known = address(site)
    root = href(str(escape(known))) if known else Markup("https://本站网址/")
    alt = text(str(escape(f"{whose}：政府信息公开工作年度报告的核对结论")))
    shown = '&lt;a href="{root}{page}"&gt;&lt;img src="{root}{page}badge.svg" alt="{alt}" height="{high}"&gt;&lt;/a&gt;'
    return Markup(shown).format(root=root, page=path(str(escape(page))), alt=alt, high=HEIGHT)


def _width(words: str) -> float:
    """The width of a line: a Han character is as wide as it is high, others as in most fonts without serifs."""
    return sum(_SIZE if east_asian_width(char) in "WF" else _SIZE * (0.3 if char == " " else 0.58) for char in words)


def _parts(left: str, right: str) -> tuple[int, int]:
    return round(_width(left)) + 2 * _PAD, round(_width(right)) + 2 * _PAD + _MARK


def _svg(left: str, verdict: Verdict, title: str) -> Markup:
    first, second = _parts(left, verdict.label)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{high}" viewBox="0 0 {width} {high}" role="img" '
        'aria-label="{title}"><title>{title}</title>'
        '<clipPath id="c"><rect width="{width}" height="{high}" rx="3"/></clipPath>'
        '<g clip-path="url(#c)"><rect width="{first}" height="{high}" fill="#424242"/>'
        '<rect x="{first}" width="{second}" height="{high}" fill="{colour}"/></g>'
        '<path transform="translate({mark} 4)" d="{path}" fill="none" stroke="#fff" stroke-width="1.8" '
        'stroke-linecap="round" stroke-linejoin="round"/>'
        '<g fill="#fff" font-family="{fonts}" font-size="{size}">{words}{label}</g></svg>\n'
    ).format(
        width=first + second, high=HEIGHT, first=first, second=second, title=text(title), size=_SIZE, fonts=_FONTS,
        colour=_COLOURS[verdict.key], path=_MARKS[verdict.key], mark=first + _PAD,
        words=_words(left, _PAD), label=_words(verdict.label, first + _PAD + _MARK),
    )  # fmt: skip


def _words(words: str, left: int) -> Markup:
    """A line of text that is exactly as wide as was reckoned, whatever the font."""
    return Markup('<text x="{}" y="14.5" textLength="{}" lengthAdjust="spacingAndGlyphs">{}</text>').format(
        left, round(_width(words)), text(words)
    )
