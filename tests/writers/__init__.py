"""One writer per way a report is printed; ``WRITERS`` is the list. A writer turns a sheet into a file's bytes.

Writers know nothing of readers: what a file of a kind looks like is written here a second time, on purpose.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from sheet import Block

from generator.demo.writers import html, markdown, pipes, tabs
from generator.readers import SUFFIXES
from writers import docx, lines, xlsx


class Writer(NamedTuple):
    """How to print a sheet: the file's suffix, and the function that makes its bytes (seeded where it has a choice).

    ``rowless`` files show no row ends: a row that does not fill its columns, or does not add up, cannot be read.
    """

    suffix: str
    write: Callable[[list[Block], Random], bytes]
    rowless: bool = False


def _text(write: Callable[[list[Block]], str]) -> Callable[[list[Block], Random], bytes]:
    """Text files as they come: line ends of either kind, one of the encodings in use."""

    def encoded(blocks: list[Block], random: Random) -> bytes:
        text = write(blocks)
        text = text.replace("\n", "\r\n") if random.random() < 0.3 else text
        return text.encode(random.choice(["utf-8", "utf-8", "utf-8-sig", "gb18030", "utf-16"]))

    return encoded


_ALL: Mapping[str, Writer] = {
    "tabs": Writer(".txt", _text(tabs.as_tabs)),
    "word": Writer(".txt", _text(tabs.as_word)),
    "bars": Writer(".txt", _text(pipes.as_bars)),
    "padded-bars": Writer(".txt", _text(pipes.as_padded_bars)),
    "bar-ends-line": Writer(".txt", _text(lines.as_bar_ends), rowless=True),
    "bar-on-line": Writer(".txt", _text(lines.as_bar_lines), rowless=True),
    "cell-a-line": Writer(".txt", _text(lines.as_cell_lines), rowless=True),
    "markdown": Writer(".md", _text(markdown.as_markdown)),
    "markdown-ruled": Writer(".md", _text(markdown.as_ruled)),
    "markdown-invented": Writer(".md", _text(markdown.as_invented)),
    "html": Writer(".html", html.as_html),
    "html-messy": Writer(".htm", html.as_messy_html),
    "html-no-rowspan": Writer(".html", html.as_html_without_rowspan),
    "docx": Writer(".docx", docx.as_docx),
    "xlsx": Writer(".xlsx", xlsx.as_xlsx),
}
# A writer whose format nobody reads yet waits for its reader.
WRITERS: Mapping[str, Writer] = {name: writer for name, writer in _ALL.items() if writer.suffix in SUFFIXES}
