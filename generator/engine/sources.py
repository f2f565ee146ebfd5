"""The docs folder as MkDocs sees it: the same files in the same order, without an object of MkDocs for each of them."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple, overload
from urllib.parse import quote, urljoin, urlsplit

from mkdocs.structure.files import File, Files, InclusionLevel, set_exclusions
from mkdocs.structure.pages import Page
from mkdocs.utils import get_build_date, is_markdown_file

from generator.engine.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mkdocs.config.defaults import MkDocsConfig

_FIRST = ("index", "README")


class NoShortcut(Exception):
    """Why this site has to be made by MkDocs itself: said to people, in Chinese."""


class Source(NamedTuple):
    """One file under the docs folder."""

    path: str  # relative, with slashes
    stamp: Stamp
    is_page: bool
    target: str  # where it goes in the site


def walk(docs: str) -> list[Source]:
    """Every file in the order of MkDocs. Raises NoShortcut for what it treats in a way of its own."""
    return arranged(_found(docs, ""))


def arranged(files: Iterable[tuple[str, Stamp]]) -> list[Source]:
    """The sources that ``files`` are, in the order of MkDocs: what ``walk`` finds in a folder that holds just them.

    Raises NoShortcut like ``walk``, but for links: the caller knows that they are files.
    """
    folders: dict[str, list[tuple[bool, str, Stamp]]] = {}
    for path, stamp in files:
        folder, slash, name = path.rpartition("/")
        folders.setdefault(folder + slash, []).append((_stem(name) not in _FIRST, name, stamp))
    sources: list[Source] = []
    # MkDocs goes down each folder in turn: by the parts of the path, so that a/b comes before a-b.
    for lead in sorted(folders, key=lambda lead: lead.split("/")[:-1]):
        _check_names(lead)
        for _, name, stamp in sorted(folders[lead]):
            _check_names(name, lead)
            page = is_markdown_file(name)
            sources.append(Source(lead + name, stamp, page, _target(lead, name) if page else lead + name))
    if len({source.target for source in sources}) != len(sources):
        raise NoShortcut("有两个文件会写到网站的同一处")
    return sources


def _check_names(path: str, lead: str = "") -> None:
    """Make sure that no part of a path is one that MkDocs leaves out."""
    if path[0:1] == "." or "/." in path or (not lead and path.partition("/")[0] == "templates"):
        raise NoShortcut(f"{lead}{path} 是 MkDocs 不收的文件")


def _found(folder: str, lead: str) -> Iterator[tuple[str, Stamp]]:
    """The files of a folder and those below it, in any order."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_symlink():
                raise NoShortcut(f"{lead}{entry.name} 是符号链接")
            if entry.is_dir():
                yield from _found(entry.path, f"{lead}{entry.name}/")
            else:
                yield f"{lead}{entry.name}", stamp_of(entry.stat())


def _target(lead: str, name: str) -> str:
    """Where a page goes, with use_directory_urls, which check_config makes sure of."""
    stem = _stem(name)
    return f"{lead}index.html" if stem in _FIRST else f"{lead}{stem}/index.html"


def _stem(name: str) -> str:
    """A file's name without the last ending; none begins with a point here."""
    return name.rpartition(".")[0] or name


class Documents(Files):
    """The Files of MkDocs: an object for a source is made when somebody asks for it."""

    def __init__(self, config: "MkDocsConfig", sources: Sequence[Source]) -> None:
        super().__init__([])
        self._config = config
        self._sources = {source.path for source in sources}
        self._pages = [source.path for source in sources if source.is_page]

    def get_file_from_path(self, path: str) -> File | None:
        key = PurePath(path).as_posix()
        file = super().get_file_from_path(key)
        if file is None and key in self._sources:
            config = self._config
            file = File(key, config.docs_dir, config.site_dir, config.use_directory_urls)
            set_exclusions([file], config)
            self.append(file)
        return file

    def page_of(self, path: str) -> Page:
        """The page made from ``path``, with the object that MkDocs has for it."""
        file = self.get_file_from_path(path)
        assert file is not None  # noqa: S101 — a caller's mistake
        return file.page or Page(None, file, self._config)

    def documentation_pages(
        self, *, inclusion: "Callable[[InclusionLevel], bool]" = InclusionLevel.is_included
    ) -> Sequence[File]:
        return _Pages(self, self._pages)

    def in_menu(self) -> Files:
        """What MkDocs needs to see to make the navigation: pages that belong there, and any file asked for."""
        pattern = self._config.not_in_nav
        return _Menu(self, [path for path in self._pages if not (pattern and pattern.match_file(path))])


class _Pages(Sequence[File]):
    """All pages, as objects of MkDocs made when they are looked at."""

    def __init__(self, documents: Documents, paths: Sequence[str]) -> None:
        self._documents, self._paths = documents, paths

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, place: int) -> File: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[File]: ...
    def __getitem__(self, place: int | slice) -> File | Sequence[File]:
        if isinstance(place, slice):
            return _Pages(self._documents, self._paths[place])
        return self._documents.page_of(self._paths[place]).file


class _Menu(Files):
    def __init__(self, documents: Documents, paths: Sequence[str]) -> None:
        super().__init__([])
        self._documents, self._paths = documents, paths

    def get_file_from_path(self, path: str) -> File | None:
        return self._documents.get_file_from_path(path)

    def documentation_pages(
        self, *, inclusion: "Callable[[InclusionLevel], bool]" = InclusionLevel.is_included
    ) -> Sequence[File]:
        found = (self._documents.get_file_from_path(path) for path in self._paths)
        return [file for file in found if file is not None]


class _Address(NamedTuple):
    """As much of a page as MkDocs' own sitemap asks for."""

    canonical_url: str | None
    abs_url: str | None
    update_date: str
    is_link: bool = False


class _Listed(NamedTuple):
    page: _Address


def listed(config: "MkDocsConfig", sources: Sequence[Source]) -> list[_Listed]:
    """The pages as the sitemap lists them."""
    base, date = config.site_url or "", get_build_date()
    if base and not base.endswith("/"):
        base += "/"
    made = []
    for source in sources:
        if source.is_page:
            url = quote(source.target.removesuffix("index.html"))
            address = urljoin(base, url) if base else None
            made.append(_Listed(_Address(address, urlsplit(address).path if address else None, date)))
    return made


def check_config(config: "MkDocsConfig") -> None:
    """Raise NoShortcut where mkdocs.yml asks for something that only MkDocs itself can be trusted with."""
    names: Mapping[str, object] = config.plugins
    if names:
        raise NoShortcut(f"mkdocs.yml 用了插件或钩子（{'、'.join(names)}）")
    for option in ("exclude_docs", "draft_docs", "extra_templates"):
        if config.get(option):
            raise NoShortcut(f"mkdocs.yml 里写了 {option}")
    if not config.use_directory_urls:
        raise NoShortcut("mkdocs.yml 里关掉了 use_directory_urls")
    if config.nav is None:
        raise NoShortcut("mkdocs.yml 里没有写 nav")
