"""One source file to one file of the site: what a worker does, thousands of times."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from jinja2 import TemplateError
from markdown.extensions.toc import nest_toc_tokens
from mkdocs.commands.build import _populate_page
from mkdocs.structure.toc import get_toc

from generator.engine.manifest import Used
from generator.engine.shell import Shell, Shells
from generator.engine.sources import Documents, NoShortcut, Source
from generator.engine.stamps import Stamp
from generator.engine.subset import Body, Subset, split_front
from generator.engine.tape import Failed, Said, Tape
from generator.engine.trees import Tree, read

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

_SAMPLE = 97  # one page in so many goes through the theme's own template too, and must come out the same

Links = Mapping[str, Mapping[str, str]]  # target → anchor → the link as written


class Made(NamedTuple):
    """What became of a source: its file in the site and all that the build must know of it."""

    stamp: Stamp | None  # None when the theme made nothing of it
    written: bool
    used: Used | None = None  # None for what is not made from a shape
    said: tuple[Said, ...] = ()
    links: Links = {}


class Maker:
    """Makes pages and copies files. Forked workers get it whole; what it learns there stays there."""

    def __init__(
        self, config: "MkDocsConfig", documents: Documents, subset: Subset, shells: Shells, tree: Tree, tape: Tape
    ) -> None:
        self._config, self._documents, self._subset = config, documents, subset
        self._shells, self._tree, self._tape = shells, tree, tape
        self._checked: dict[Shell, Used] = {}

    def make(self, source: Source) -> Made:
        """Put one file. Raises NoShortcut when the theme does what a shell cannot; Failed; OSError."""
        with _building(source.path):
            return self._make(source)

    def finish(self, page: "Page") -> str:
        """A populated page through the theme's template. Raises Failed when that breaks."""
        with _building(page.file.src_uri):
            return self._shells.full(page)

    def _make(self, source: Source) -> Made:
        origin = f"{self._config.docs_dir}/{source.path}"
        if not source.is_page:
            return Made(*self._tree.link(source.target, origin, source.stamp))
        try:
            markdown, meta = split_front(_decoded(read(origin)))
        except UnicodeDecodeError:
            return self._slow(source)  # let MkDocs say what is wrong
        body = self._subset.render(markdown)
        if body is None:
            return self._slow(source)
        made = self._shells.page(source.path, meta, body)
        if made is None:
            return Made(*self._tree.put(source.target, encoded(self._full(source, meta, markdown, body))))
        text, shape, shell = made
        used = self._checked.get(shell)
        if used is None or crc32(source.path.encode()) % _SAMPLE == 0:
            if self._full(source, meta, markdown, body) != text:
                raise NoShortcut(f"主题给 {source.path} 的样子不能照搬给同类网页")
            used = self._checked[shell] = Used(shape, shell.asked, shell.digest)
        return Made(*self._tree.put(source.target, encoded(text)), used)

    def _full(self, source: Source, meta: dict[str, Any], markdown: str, body: Body) -> str:
        page = self._documents.page_of(source.path)
        fill(page, meta, markdown, body)
        return self._shells.full(page)

    def _slow(self, source: Source) -> Made:
        """A page through Python-Markdown, exactly as MkDocs does it, with what it says and the anchors it links to."""
        page = self._documents.page_of(source.path)
        start = len(self._tape.said)
        try:
            _populate_page(page, self._config, self._documents)
        except Exception as error:  # a worker's tape stays in the worker: hand over what was said with the error
            raise Failed(self._tape.said[start:] or [Said(logging.ERROR, str(error))]) from error
        links = links_of(page)
        text = self._shells.full(page)
        said = tuple(self._tape.said[start:])
        del self._tape.said[start:]
        stamp, written = self._tree.put(source.target, encoded(text)) if text.strip() else (None, False)
        return Made(stamp, written, None, said, links)

    def populate(self, page: "Page") -> None:
        """Fill a page of the menu, by the subset if it may."""
        assert page.file.abs_src_path is not None  # noqa: S101 — all our sources are files
        try:
            markdown, meta = split_front(_decoded(read(page.file.abs_src_path)))
            body = self._subset.render(markdown)
        except UnicodeDecodeError:
            body = None
        if body is None:
            _populate_page(page, self._config, self._documents)
        else:
            fill(page, meta, markdown, body)


@contextmanager
def _building(path: str) -> Iterator[None]:
    """Say as MkDocs does which page a template failed on."""
    try:
        yield
    except TemplateError as error:
        raise Failed([Said(logging.ERROR, f"Error building page '{path}': {error}")]) from error


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
