"""One source file to one file of the site: what a worker does, thousands of times."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from markdown.extensions.toc import nest_toc_tokens
from mkdocs.commands.build import _populate_page
from mkdocs.structure.toc import get_toc

from generator.engine.manifest import STATIC, UNCACHED, Output, Used
from generator.engine.shell import Shells
from generator.engine.sources import Documents, NoShortcut, Source
from generator.engine.stamps import digest_of
from generator.engine.subset import Body, Subset, split_front
from generator.engine.tape import Said, Tape
from generator.engine.trees import Tree

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

_SAMPLE = 97  # one page in so many goes through the theme's own template too, and must come out the same

Links = Mapping[str, Mapping[str, str]]  # target → anchor → the link as written


class Made(NamedTuple):
    """What became of a source: its digest, its file in the site, and all that the build must know of it."""

    source: Source
    digest: str
    output: Output | None  # None when the theme made nothing of it
    written: bool
    used: Used | None  # None for what is not made from a shape
    said: tuple[Said, ...] = ()
    links: Links = {}

    @property
    def shape(self) -> int:
        return UNCACHED if self.source.is_page else STATIC


class Maker:
    """Makes pages and copies files. Forked workers get it whole; what it learns there stays there."""

    def __init__(
        self, config: "MkDocsConfig", documents: Documents, subset: Subset, shells: Shells, tree: Tree, tape: Tape
    ) -> None:
        self._config, self._documents, self._subset = config, documents, subset
        self._shells, self._tree, self._tape = shells, tree, tape
        self._checked: set[str] = set()

    def make(self, source: Source) -> Made:
        """Put one file. Raises NoShortcut when the theme does what a shell cannot; OSError; what MkDocs raises."""
        data = Path(self._config.docs_dir, source.path).read_bytes()
        if not source.is_page:
            output, written = self._tree.put(source.target, data)
            return Made(source, output.digest, output, written, None)
        markdown, meta = split_front(_decoded(data))
        body = self._subset.render(markdown)
        if body is None:
            return self._slow(source, data)
        made = self._shells.page(source.path, meta, body)
        if made is None:
            page = self._documents.page_of(source.path)
            fill(page, meta, markdown, body)
            text, used = self._shells.full(page), None
        else:
            text, shape, shell = made
            used = Used(shape, shell.asked, shell.digest)
            if shell.digest not in self._checked or crc32(source.path.encode()) % _SAMPLE == 0:
                self._checked.add(shell.digest)
                page = self._documents.page_of(source.path)
                fill(page, meta, markdown, body)
                if self._shells.full(page) != text:
                    raise NoShortcut(f"主题给 {source.path} 的样子不能照搬给同类网页")
        output, written = self._tree.put(source.target, encoded(text))
        return Made(source, digest_of(data), output, written, used)

    def _slow(self, source: Source, data: bytes) -> Made:
        """A page through Python-Markdown, exactly as MkDocs does it, with what it says and the anchors it links to."""
        page = self._documents.page_of(source.path)
        start = len(self._tape.said)
        _populate_page(page, self._config, self._documents)
        links = links_of(page)
        text = self._shells.full(page)
        output, written = self._tree.put(source.target, encoded(text)) if text.strip() else (None, False)
        said = tuple(self._tape.said[start:])
        del self._tape.said[start:]
        return Made(source, digest_of(data), output, written, None, said, links)

    def populate(self, page: "Page") -> None:
        """Fill a page of the menu, by the subset if it may."""
        assert page.file.abs_src_path is not None  # noqa: S101 — all our sources are files
        markdown, meta = split_front(_decoded(Path(page.file.abs_src_path).read_bytes()))
        body = self._subset.render(markdown)
        if body is None:
            _populate_page(page, self._config, self._documents)
        else:
            fill(page, meta, markdown, body)


def fill(page: "Page", meta: dict[str, object], markdown: str, body: Body) -> None:
    """Give a page of MkDocs what rendering it would have given it."""
    page.meta, page.markdown, page.content = meta, markdown, body.html
    page._title_from_render = body.title
    tokens: list[Any] = [{"level": one.level, "id": one.id, "name": one.name} for one in body.headings]
    page.toc = get_toc(nest_toc_tokens(tokens))


def links_of(page: "Page") -> Links:
    """The links of a populated page to anchors of pages, by path."""
    return {file.src_uri: anchors for file, anchors in (page.links_to_anchors or {}).items()}


def encoded(text: str) -> bytes:
    return text.encode("utf-8", errors="xmlcharrefreplace")


def _decoded(data: bytes) -> str:
    """Decode a source as MkDocs opens it."""
    text = data.decode("utf-8-sig")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
