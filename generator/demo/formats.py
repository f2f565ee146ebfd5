"""The file formats that a fictional archive can hold: ``FORMATS`` is the list, by extension."""

from collections.abc import Callable, Mapping
from random import Random

from generator.demo.sheet import Block
from generator.demo.writers import html, markdown, office, pipes, tabs
from generator.errors import ConfigError

Write = Callable[[list[Block], Random], bytes]


def _text(*ways: Callable[[list[Block]], str]) -> Write:
    """One of several ways to print text."""
    return lambda blocks, random: ways[int(random.random() * len(ways))](blocks).encode()


FORMATS: Mapping[str, Write] = {
    "txt": _text(tabs.as_tabs, tabs.as_word, pipes.as_padded_bars),
    "md": _text(markdown.as_markdown, markdown.as_ruled),
    "html": html.as_html,
    "docx": office.as_docx,
    "xlsx": office.as_xlsx,
}


def named(formats: str) -> tuple[str, ...]:
    """Return the names in a list with commas. Raises ConfigError for one that there is not."""
    names = tuple(name.strip().lower() for name in formats.split(",") if name.strip())
    strange = [name for name in names if name not in FORMATS]
    if strange or not names:
        what = f"不会生成「{strange[0]}」格式" if strange else "没有写格式"
        raise ConfigError(what, "--formats", f"现有：{'、'.join(FORMATS)}")
    return names
