"""The build accelerator: what MkDocs' own build does, in its order, with less work for the same bytes.

The order is that of ``mkdocs.commands.build.build``: files, navigation, pages read, templates, pages written, anchors
checked. What was said is put in that order at the end, so that the message of a failed build is MkDocs' own.
"""

import gc
import gzip
import io
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generator.beside import Beside
from generator.engine import manifest as manifests
from generator.engine.manifest import Input, Manifest, Used
from generator.engine.pages import Made, Maker, encoded, links_of
from generator.engine.shell import Shells
from generator.engine.sources import Documents, Source, arranged, check_config, listed, walk
from generator.engine.stamps import Stamp
from generator.engine.subset import Subset
from generator.engine.tape import Failed, Said, Tape
from generator.engine.trees import Seen, Tree
from generator.engine.workers import spread

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File
    from mkdocs.structure.nav import Navigation

_PACKAGES = ("jinja2", "markdown", "markupsafe", "mkdocs", "mkdocs-material", "pymdown-extensions", "pyyaml")


Files = Iterable[tuple[str, Stamp]] | None  # path in the docs folder, and the file as it is now


class Counts(NamedTuple):
    """How many HTML pages the site has, and how many files of it were written."""

    pages: int
    written: int


def build(
    config: "MkDocsConfig", site: Path, place: Path, jobs: int, tape: Tape, look: Beside[Seen], files: Files = None
) -> Counts:
    """Bring ``site`` up to date with the docs folder of ``config``; ``place`` holds the record of the last build.

    ``look`` is one at the site that was begun just now; ``files`` are those of the docs folder, None where they are to
    be looked up.

    Raises NoShortcut, before anything of the site is touched, when MkDocs itself has to do it; Failed when strict
    MkDocs would have aborted; OSError; BuildError when a worker dies; what MkDocs raises for a page.
    """
    check_config(config)
    since = manifests.now()
    with _seldom_collecting():
        last = manifests.load(place) if site.is_dir() else None
        sources = walk(config.docs_dir) if files is None else arranged(files)
        tree = Tree(site, last.outputs if last else None, look.result() if last else Seen())
        try:
            return _Build(config, sources, last, tree, jobs, tape).run(since, place)
        except BaseException:
            tree.drop()
            raise


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """A hundred thousand small records that all stay make the search for garbage dear and vain."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 100_000), 50, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Build:
    def __init__(
        self,
        config: "MkDocsConfig",
        sources: list[Source],
        last: Manifest | None,
        tree: Tree,
        jobs: int,
        tape: Tape,
    ) -> None:
        from mkdocs.structure.nav import get_navigation

        self._config, self._sources, self._tree, self._jobs, self._tape = config, sources, tree, jobs, tape
        self._env: Environment = config.theme.get_env()
        self._documents = Documents(config, sources)
        self._documents.add_files_from_theme(self._env, config)
        self._nav: Navigation = get_navigation(self._documents.in_menu(), config)
        subset = Subset(config)
        self._shells = Shells(self._env, config, self._nav, self._documents, self._documents.documentation_pages())
        self._maker = Maker(config, self._documents, subset, self._shells, tree, tape)
        self._made_by = _made_by(config, subset)
        self._last = last if last and last.made_by == self._made_by else manifests.EMPTY
        self._outputs: dict[str, Stamp] = {}
        self._written: list[str] = []
        self._told: dict[tuple[int, int], list[Said]] = {}  # by stage and place in the order of the docs folder
        self._links: dict[str, dict[str, dict[str, str]]] = {}
        self._order = {source.path: number for number, source in enumerate(sources)}

    def run(self, since: int, place: Path) -> Counts:
        self._hear(0)
        menu = {page.file.src_uri: page for page in self._nav.pages}
        for path, page in menu.items():
            self._maker.populate(page)
            self._hear(1, self._order[path])
            self._links[path] = {target: dict(anchors) for target, anchors in links_of(page).items()}
        templates = self._templates()
        theirs = {*templates, *(page.file.dest_uri for page in menu.values())}
        inputs, shapes = self._everything([one for one in self._sources if one.target not in theirs])
        for path, page in menu.items():
            text = self._maker.finish(page)
            self._hear(3, self._order[path])
            if text.strip():
                self._put(page.file.dest_uri, encoded(text))
        for name, data in templates.items():
            self._put(name, data)
        self._theme_files()
        self._anchors()
        said = [one for stage in sorted(self._told) for one in self._told[stage]]
        if said:
            raise Failed(said)
        linked = {one.target for one in self._sources if self._outputs.get(one.target) == one.stamp}  # known by sight
        own = {path: stamp for path, stamp in self._outputs.items() if path not in linked}
        record = Manifest(self._made_by, since, tuple(shapes), inputs, own)
        self._tree.commit(self._outputs, self._written, manifests.dump(record), place)
        return Counts(sum(1 for name in self._outputs if name.endswith(".html")), len(self._written))

    def _hear(self, stage: int, order: int = 0) -> None:
        """Note what MkDocs has said since the last time as said at this stage of its build."""
        if self._tape.said:
            self._told.setdefault((stage, order), []).extend(self._tape.said)
            self._tape.said.clear()

    def _put(self, path: str, data: bytes) -> None:
        self._keep(path, *self._tree.put(path, data))

    def _keep(self, path: str, stamp: Stamp, written: bool) -> None:
        self._outputs[path] = stamp
        if written:
            self._written.append(path)

    # --- pages out of the menu and files that are copied --------------------------------------------------------

    def _everything(self, sources: Sequence[Source]) -> tuple[dict[str, Input], list[Used]]:
        """Keep what is up to date, make the rest in the workers; return what is to be known next time."""
        shapes = _Numbers()
        valid = self._valid_shapes()
        inputs: dict[str, Input] = {}
        due: list[Source] = []
        for source in sources:
            if not source.is_page:
                if self._tree.found.get(source.target) == source.stamp:  # it is the very file
                    self._outputs[source.target] = source.stamp
                else:
                    due.append(source)
                continue
            known = self._last.knows(source.path, source.stamp)
            kept = self._tree.kept(source.target)
            if known is None or kept is None or known.shape not in valid:
                due.append(source)
                continue
            inputs[source.path] = Input(source.stamp, shapes.number(valid[known.shape]))
            self._outputs[source.target] = kept
        make, number = self._maker.make, range(len(due))
        for source, made in zip(due, spread(lambda place: make(due[place]), number, self._jobs), strict=True):
            if made.used:
                inputs[source.path] = Input(source.stamp, shapes.number(made.used))
            self._take(source, made)
        return inputs, shapes.listed

    def _take(self, source: Source, made: Made) -> None:
        if made.stamp is not None:
            self._keep(source.target, made.stamp, made.written)
        if made.said:
            self._told.setdefault((1, self._order[source.path]), []).extend(made.said)
        if made.links:
            self._links[source.path] = {target: dict(anchors) for target, anchors in made.links.items()}

    def _valid_shapes(self) -> dict[int, Used]:
        """The shapes of the last build that the theme would still render to the same bytes, by their number."""
        found = {}
        for number, used in enumerate(self._last.shapes):
            shell = self._shells.recorded(used.shape, used.asked)
            if shell is not None and shell.parts and shell.digest == used.digest:
                found[number] = used
        return found

    # --- what the theme brings ----------------------------------------------------------------------------------

    def _templates(self) -> dict[str, bytes]:
        """The pages of the theme itself: 404, sitemap and the like, by their place in the site."""
        from jinja2.exceptions import TemplateNotFound
        from mkdocs.commands.build import _build_template
        from mkdocs.utils import get_build_timestamp

        made: dict[str, bytes] = {}
        pages = self._documents.documentation_pages()
        for name in self._config.theme.static_templates:
            try:
                template = self._env.get_template(name)
            except TemplateNotFound:
                message = f"Template skipped: '{name}' not found in theme directories."
                self._told.setdefault((2, 0), []).append(Said(logging.WARNING, message))
                continue
            seen = listed(self._config, self._sources) if _is_own_sitemap(name, template.filename) else pages
            output = _build_template(name, template, seen, self._config, self._nav)  # type: ignore[arg-type]
            if output.strip():
                made[name] = output.encode()
                if name == "sitemap.xml":
                    stamp = get_build_timestamp(pages=[file.page for file in seen[:1] if file.page])  # type: ignore[misc]
                    made[f"{name}.gz"] = _zipped(made[name], stamp)
        self._hear(2)
        return made

    def _theme_files(self) -> None:
        from mkdocs.structure.files import set_exclusions

        files = [file for file in self._documents if file.src_dir != self._config.docs_dir]
        set_exclusions(files, self._config)
        for file in files:
            shown = file.inclusion.is_included()  # type: ignore[no-untyped-call]
            if shown and not file.is_documentation_page() and file.dest_uri not in self._outputs:
                self._put(file.dest_uri, file.content_bytes)

    # --- links to anchors ---------------------------------------------------------------------------------------

    def _anchors(self) -> None:
        """Check links to anchors as MkDocs does; the anchors of a page are looked up when a link leads to it."""
        from mkdocs.commands.build import _populate_page
        from mkdocs.utils import is_markdown_file

        level = self._config.validation.links.anchors
        for path in sorted(self._links, key=self._order.__getitem__):
            links = self._links[path]
            for target in links:
                if is_markdown_file(target):
                    _populate_page(self._documents.page_of(target), self._config, self._documents)
                    self._tape.said.clear()  # said before
            page = self._documents.page_of(path)
            page.links_to_anchors = {_file(self._documents, target): anchors for target, anchors in links.items()}
            page.validate_anchor_links(files=self._documents, log_level=level)
            self._hear(4, self._order[path])


class _Numbers:
    """Shapes, numbered as they come."""

    def __init__(self) -> None:
        self.listed: list[Used] = []
        self._numbers: dict[object, int] = {}

    def number(self, used: Used) -> int:
        key = (used.shape, tuple(used.asked.items()), used.digest)
        if key not in self._numbers:
            self._numbers[key] = len(self.listed)
            self.listed.append(used)
        return self._numbers[key]


def _file(documents: Documents, path: str) -> "File":
    file = documents.get_file_from_path(path)
    assert file is not None  # noqa: S101 — it was linked to
    return file


def _is_own_sitemap(name: str, template: str | None) -> bool:
    """Whether it is MkDocs' own sitemap, which asks three things of a page, and not one of a theme."""
    import mkdocs

    own = Path(mkdocs.__file__).with_name("templates") / "sitemap.xml"
    return name == "sitemap.xml" and template is not None and Path(template) == own


def _zipped(data: bytes, stamp: int) -> bytes:
    """What MkDocs writes to sitemap.xml.gz."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, filename="sitemap.xml.gz", mode="wb", mtime=stamp) as file:
        file.write(data)
    return buffer.getvalue()


def _made_by(config: "MkDocsConfig", subset: Subset) -> str:
    """A name for the code and the settings that pages are made with, so far as the shells do not show them."""
    digest = blake2b(digest_size=16)
    for part in (sys.version, *(version(name) for name in _PACKAGES), subset.signature):
        digest.update(f"{part}\n".encode())
    here = Path(__file__).parent
    files: Iterable[Path] = [*sorted(here.glob("*.py")), Path(os.fspath(config.config_file_path))]
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
