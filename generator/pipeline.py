"""The main job, as one function: content → reports → store → pages → site."""

import gc
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from generator.archive import Registry, load_registry, source_address
from generator.beside import Beside
from generator.cache import Damaged, discard, open_cache
from generator.checksums import begin
from generator.config import load_budget, load_config, load_limits
from generator.engine import render
from generator.engine.stamps import Stamp
from generator.errors import BuildError, ConfigError, Refusal, reason
from generator.ingest import Workers, ingest
from generator.lock import held
from generator.mkdocs_file import check_mkdocs
from generator.outputs import check_outputs
from generator.parse import newest_year
from generator.publish import publish
from generator.reading import read_all
from generator.scan import scan
from generator.site.files import Record
from generator.site.model import Archive
from generator.site.plotly_js import plotly_js
from generator.site.write import site_files
from generator.store import seal
from generator.texts import stand_of
from generator.upkeep import Upkeep


class Folders(NamedTuple):
    """Where everything is read from and written to."""

    content: Path
    config: Path
    store: Path
    docs: Path
    site: Path
    mkdocs: Path

    def check_outputs(self, docs: Path | None = None) -> None:
        """Make sure that a build can have its folders for itself. Raises ConfigError."""
        inputs = {"--content": self.content, "--config": self.config}
        outputs = {"--store": self.store, "--docs": self.docs, "--site-dir": self.site}
        for made in (outputs, outputs | {"--docs": docs}) if docs else (outputs,):
            check_outputs(inputs, made, self.mkdocs.parent)


class Built(NamedTuple):
    """What a build made: the archive as judged, how many pages, and what was done otherwise than it should be."""

    archive: Archive
    pages: int
    remarks: tuple[str, ...] = ()


class Docs(NamedTuple):
    """What a docs folder was made of: the archive by its briefs, how many pages; and a remark on how it was made.

    ``files`` are all that the folder holds, where that is known.
    """

    archive: Archive
    pages: int
    remark: str
    files: Sequence[Record] = ()


Progress = Callable[[str, int, int], None]
Made = TypeVar("Made")


def gather(content: Path, config: Path, jobs: Workers, progress: Progress) -> Archive:
    """Read the whole archive and judge it. Raises ConfigError for a broken registry or configuration."""
    settings, limits = load_config(config), load_limits(config)
    registry = load_registry(content)
    entries, misplaced = scan(content, registry, newest_year())
    ingested = ingest(entries, jobs, lambda done, due: progress("读取报告", done, due), load_budget(config))
    refused = [*misplaced, *ingested.refused]
    for refusal in refused:
        refusal.source = source_address(content, refusal.where)
    return Archive(settings, registry, ingested.reports, refused, limits)


def build_site(
    folders: Folders, jobs: int, progress: Progress, stock: bool = False, readers: Workers | None = None
) -> Built:
    """Run the main job, alone on these folders, in ``jobs`` processes.

    ``stock`` leaves the last step to MkDocs alone; ``readers`` read the files instead of processes of this machine.

    Raises ConfigError, or BuildError when nothing could be read, the site not be written, or another build is at work.
    """
    if not folders.mkdocs.is_file():
        raise ConfigError("没有 mkdocs.yml", str(folders.mkdocs), "请在项目的根目录里运行")
    check_mkdocs(folders.mkdocs)
    folders.check_outputs()
    with held((folders.store, folders.docs, folders.site)):
        cache = folders.docs.with_name("cache")  # beside the docs folder, never inside it
        archive, pages, remark, files = make_docs(folders, jobs, progress, readers)
        progress("制作网站", 0, pages)
        found = [(file.path, Stamp(file.size, file.changed, file.inode)) for file in files]
        rendered = render(folders.mkdocs, folders.docs, folders.site, cache, archive.date, jobs, stock, files=found)
    slow = rendered.slow and f"网站由 MkDocs 原样制作，报告多时很慢：{rendered.slow}"
    stale = stale_lines(archive.registry, folders.content)
    return Built(archive, rendered.pages, (*stale, *filter(None, (slow, plotly_js().remark, remark))))


def stale_lines(registry: Registry, content: Path) -> list[str]:
    """What is to be told of entries of the registry that its own files contradict."""
    notices = (one.notice for one in registry.stale)
    return [f"{content / 'agencies.yml'}：{notice.place} {notice.message}" for notice in notices]


def make_docs(folders: Folders, jobs: int, progress: Progress, readers: Workers | None = None) -> Docs:
    """Bring the store and the docs folder up to date.

    Of what the last build left only what changed is made again; the bytes are those of a build from nothing.
    Raises like ``build_site``. Whoever needs more of the archive than its briefs: ``use_docs``.
    """
    return use_docs(folders, jobs, progress, readers, lambda docs: docs)


def use_docs(
    folders: Folders, jobs: int, progress: Progress, readers: Workers | None, use: Callable[[Docs], Made]
) -> Made:
    """Bring the store and the docs folder up to date (``make_docs``); return what ``use`` makes of it.

    Reports and findings in full are fetched from the cache when the archive is asked for them, which is there until
    ``use`` returns and may be gone afterwards. Where the cache is damaged, all is made anew: ``use`` can be called a
    second time. Raises like ``build_site``, and whatever ``use`` does.
    """
    # What the cache tells of ten thousand reports is a million small objects, none of them garbage: looking for some
    # among them, at Python's usual intervals, takes a third of the time of a build in which nothing changed.
    gc.set_threshold(500_000, 50, 1000)
    cache = folders.docs.with_name("cache")
    try:
        with _docs(folders, jobs, progress, readers or jobs) as docs:
            return use(docs)
    except (sqlite3.Error, Damaged) as error:
        why = getattr(error, "sqlite_errorname", "内容损坏")
        remark = f"上次记下的东西读不回来（{why}），这一次从头做起，结果一样"
        discard(cache)
    try:
        with _docs(folders, jobs, progress, readers or jobs) as docs:
            return use(docs._replace(remark=remark))
    except sqlite3.Error as error:
        why = "磁盘满了" if error.sqlite_errorcode == sqlite3.SQLITE_FULL else error.sqlite_errorname
        raise BuildError(f"缓存写不了（{why}）", str(cache), "请检查磁盘空间和权限") from error
    except Damaged as error:
        raise BuildError("缓存一再读不回来", str(cache), "请检查磁盘") from error


@contextmanager
def _docs(folders: Folders, jobs: int, progress: Progress, readers: Workers) -> Iterator[Docs]:
    settings, limits = load_config(folders.config), load_limits(folders.config)
    registry = load_registry(folders.content)
    entries, misplaced = scan(folders.content, registry, newest_year())
    with (
        _passing(folders.docs) as spool,
        open_cache(folders.docs.with_name("cache"), spool) as cache,
    ):
        told = partial(progress, "读取报告")
        read = read_all(entries, cache, readers, told, load_budget(folders.config))
        refused = [*misplaced, *read.refused]
        for refusal in refused:
            refusal.source = source_address(folders.content, refusal.where)
        if refused and not read.keys:
            first = min(refused, key=lambda refusal: (refusal.where, refusal.code))
            what = f"没有一份报告读得出，共 {len(refused)} 个文件；第一个：{first}"
            raise BuildError(what, str(folders.content))
        roots = {"docs": folders.docs, "store": folders.store}
        with Beside(partial(stand_of, cache.path), jobs) as stand:
            up = Upkeep(cache, roots, settings, registry, limits, read.keys, refused, _unread(refused))
            try:
                begin(folders.store)
                results = up.run(jobs, spool, partial(progress, "核对，生成网页"), stand.result)
                extra = site_files(folders.config, settings.contact)
                files = publish(up, results, spool, extra, jobs, progress)
                seal(folders.store, up.sums(), _unread(refused))
            except OSError as error:
                what, hint = f"网页写不了（{reason(error)}）", "请检查磁盘空间和权限"
                raise BuildError(what, str(folders.docs), hint) from error
        up.keep(results)
        yield Docs(up.archive, sum(file.path.endswith(".md") for file in files), cache.remark, files)


@contextmanager
def _passing(docs: Path) -> Iterator[Path]:
    """Give an empty folder for what only this build needs, which is removed with all that is in it.

    It stands beside ``docs`` and so under the same lock: what a killed build left in it is nobody's. Not in the
    system's folder for temporary files, which is small on many machines. Raises BuildError.
    """
    folder = docs.with_name(f".{docs.name}-passing")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise BuildError(f"这里写不了（{reason(error)}）", str(folder), "请检查磁盘空间和权限") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unread(refused: Iterable[Refusal]) -> Iterator[tuple[str, int]]:
    """The agency-years whose file is there but cannot be read now: they keep the record that they left before."""
    for refusal in refused:
        if found := re.search(r"([^/]+)/([0-9]{4})(?:\.[^/]*)?$", refusal.where):
            yield found[1], int(found[2])
