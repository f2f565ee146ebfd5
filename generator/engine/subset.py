"""The generator's own small Markdown, rendered without Python-Markdown: the same bytes, some forty times as fast.

The subset: lines of HTML blocks, headings, and paragraphs of one plain line. Whatever else a page holds makes
``Subset.render`` answer None, and the whole page goes to Python-Markdown: two renderers never share a page.
"""

import json
import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

_EXTENSIONS = {"toc", "tables", "fenced_code"}
# Python-Markdown expands tabs, drops its own marks and reads line ends, code and escapes: none of them is for us.
_FOREIGN = bytes({*range(32), 127} - {10}) + b"`\\"
_LONE_AMPERSAND = re.compile(r"&(?!#[0-9]+;|[a-zA-Z][a-zA-Z0-9]*;)")
# What stands for itself wherever it stands in a line: no ASCII sign that begins markup, no entity but a number.
_PLAIN = r"(?:[ 0-9A-Za-z,.:;?!()/%+=@-]|[^\x00-\x7f]|&#[0-9]+;)"
_HEADING = re.compile(rf"(#{{1,6}}) ({_PLAIN}+)")
_PARAGRAPH = re.compile(rf"[A-Za-z\x80-\U0010ffff]{_PLAIN}*")  # lists and rules begin with a sign or a digit
_VOID = "area|br|col|embed|hr|img|input|link|meta|source|track|wbr"
# HTML parsers read the inside of these as something else than HTML.
_RAW = "script|style|textarea|title|iframe|noembed|noframes|noscript|plaintext|xmp"
_SPECIAL = re.compile(rf"<(?:{_VOID}|{_RAW})(?![a-z0-9])")
_UNLIKE = re.compile(rf"<(?:{_RAW})(?![a-z0-9])")
_ATTRIBUTES = r'(?: [a-zA-Z][a-zA-Z0-9:-]*+(?:="[^"<>]*+")?)*+'
_CONTENTLESS = re.compile(rf"<(?:(?:{_VOID}){_ATTRIBUTES}(?: ?/)?|[a-z][a-z0-9]*{_ATTRIBUTES} ?/)>")
_ELEMENT = re.compile(rf"<([a-z][a-z0-9]*+){_ATTRIBUTES}>[^<>]*+</\1>")  # with nothing but text in it
_CELL = re.compile(rf"</?(?:tr|th|td){_ATTRIBUTES}>")
_NAME = re.compile(r"<([a-z][a-z0-9]*)(?=[ >/])")
_REMEMBERED = 2_000  # headings
_DEEPEST = 50  # elements in one another
_VALUE = '"[^"\\\\\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]*"'
_FRONT = re.compile(rf'---\n((?:(?:title|description): {_VALUE}\n|hide: \[(?:"[a-z]+"(?:, "[a-z]+")*)?\]\n)+)---\n')


class Heading(NamedTuple):
    """A heading as the table of contents has it: level, id, and its text as HTML without tags."""

    level: int
    id: str
    name: str


class Body(NamedTuple):
    """A page as rendered; ``title`` is the text of a first heading that opens the page."""

    html: str
    headings: list[Heading]
    title: str | None


def split_front(source: str) -> tuple[str, dict[str, Any]]:
    """Return Markdown and front matter of a page, as MkDocs reads them; ours without the detour through YAML."""
    match = _FRONT.match(source)
    if match is None:
        from mkdocs.utils import meta

        return meta.get_data(source)
    pairs = (line.split(": ", 1) for line in match[1].splitlines())
    return source[match.end() :].lstrip("\n"), {key: json.loads(value) for key, value in pairs}


class Subset:
    """Renders pages of the subset with the settings of one mkdocs.yml."""

    def __init__(self, config: "MkDocsConfig") -> None:
        from markdown import Markdown

        markdown = Markdown(extensions=config["markdown_extensions"], extension_configs=config["mdx_configs"] or {})
        self._levels = markdown.block_level_elements
        self._parsed: dict[str, tuple[int, str, str, str]] = {}
        self._heads: dict[int, tuple[str, ...]] = {}
        known = markdown.treeprocessors
        toc: Any = known["toc"] if "toc" in known else None  # noqa: SIM401 — it has no get()
        self.signature = ""
        #: Whether there is anything that it may render: with other extensions, text may mean something else.
        self.usable = set(config["markdown_extensions"]) <= _EXTENSIONS and toc is not None and _is_plain_toc(toc)
        if toc is None or not self.usable:
            return
        self._slugify, self._separator = toc.slugify, toc.sep
        for level in range(1, 7):
            pattern = markdown.reset().convert(f"{'#' * level} 哨 兵")
            slug = self._slugify("哨 兵", self._separator)
            self._heads[level] = tuple(re.split(f"({re.escape(slug)}|哨 兵)", pattern))
            self.usable &= slug != "哨 兵" and self._heads[level][1::2].count("哨 兵") == 1
        self._slug = slug
        probe = "甲 Ａ-b_c  D·é（一）"
        self.signature = repr((self._heads, self._slugify(probe, self._separator)))  # what its settings come to

    def render(self, markdown: str) -> Body | None:
        """Return the page, or None when it holds anything that is not of the subset."""
        data = markdown.encode("utf-8", "surrogatepass")
        if not self.usable or len(data.translate(None, _FOREIGN)) != len(data):
            return None
        lines = markdown.split("\n")
        pieces: list[str] = []
        headings: list[Heading] = []
        taken: set[str] = set()
        counters: dict[str, int] = {}
        paragraph = False  # whether the line before was one: two of them would be one
        for number, line in enumerate(lines, start=1):
            follows, paragraph = paragraph, False
            if not line:
                continue
            if line[0] == "<":
                blocks = self._blocks(line)
                if blocks is None:
                    return None
                if number >= len(lines) or not lines[number]:
                    blocks[-1] += "\n"  # Python-Markdown keeps the end of line of a block before a blank line
                pieces += blocks
            elif line[0] == "#":
                made = self._heading(line, taken, counters)
                if made is None:
                    return None
                headings.append(made[0])
                pieces.append(made[1])
            elif follows or line != line.strip() or not _PARAGRAPH.fullmatch(line):
                return None
            else:
                paragraph = True
                pieces.append(f"<p>{line}</p>")
        if not pieces:
            return None
        opens = headings and headings[0].level == 1 and pieces[0].startswith("<h1 ") and markdown.lstrip()[0] == "#"
        return Body("\n".join(pieces).strip(), headings, headings[0].name if opens else None)

    def _heading(self, line: str, taken: set[str], counters: dict[str, int]) -> tuple[Heading, str] | None:
        from markdown.extensions.toc import unique

        parsed = self._parsed.get(line) or self._parse(line)
        if parsed is None:
            return None
        level, text, name, slug = parsed
        anchor = unique(slug, taken, counters)  # type: ignore[call-arg]
        if not re.fullmatch(r"[\w-]+", anchor):
            return None
        parts = {"哨 兵": text, self._slug: anchor}
        return Heading(level, anchor, name), "".join([parts.get(part, part) for part in self._heads[level]])

    def _parse(self, line: str) -> tuple[int, str, str, str] | None:
        """Level, text, name and slug of a heading; most headings stand on every page, so they are remembered."""
        match = _HEADING.fullmatch(line)
        if match is None or match[2] != match[2].strip():
            return None
        name = " ".join(match[2].split())
        parsed = len(match[1]), match[2], name, self._slugify(unescape(name), self._separator)
        if len(self._parsed) < _REMEMBERED:
            self._parsed[line] = parsed
        return parsed

    def _blocks(self, line: str) -> list[str] | None:
        """Cut a line of HTML blocks between the blocks, or return None where a parser might see it otherwise."""
        rest, found, depth = _CELL.sub("", line), 1, 0
        if "/>" in line or _SPECIAL.search(line):
            rest = _CONTENTLESS.sub("", rest)
            if _UNLIKE.search(line):
                return None
        while found and depth < _DEEPEST:  # take the innermost elements out until nothing is left
            rest, found = _ELEMENT.subn("", rest)
            depth += 1
        if rest or _LONE_AMPERSAND.search(line):
            return None
        blocks: list[str] = []
        start = 0
        while start < len(line):
            match = _NAME.match(line, start)
            if match is None or match[1] not in self._levels or match[1] == "hr":
                return None
            end = _end_of(line, start, match[1])
            blocks.append(line[start:end])
            start = end
        return blocks


def _end_of(line: str, start: int, name: str) -> int:
    """Where the element that begins at ``start`` ends. All elements of the line are known to be well nested."""
    depth = 0
    for match in _tags_of(name).finditer(line, start):
        depth += -1 if match[1] else 1
        if not depth:
            return match.end()
    return len(line)


@cache
def _tags_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(?:(/){name}>|{name}(?: [^<>]*)?(?<!/)>)")


def _is_plain_toc(toc: Any) -> bool:
    """Whether the table of contents is configured so that a heading looks alike wherever it stands."""
    return bool(
        toc.base_level == 0
        and (toc.toc_top, toc.toc_bottom) == (1, 6)
        and toc.marker in ("", "[TOC]")
        and not toc.use_anchors
    )
