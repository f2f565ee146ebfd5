"""The main job, as one function: content → reports → store → pages → site."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from generator.archive import load_registry, scan
from generator.cache import Damaged, discard, open_cache
from generator.config import load_config, load_limits
from generator.engine import render
from generator.errors import BuildError, ConfigError, Refusal, reason
from generator.parse import newest_year
from generator.publish import publish
from generator.reading import read_all
from generator.site.model import Archive
from generator.site.write import search_words, site_files
from generator.store import write_if_changed
from generator.upkeep import Upkeep


class Folders(NamedTuple):
    """Where everything is read from and written to."""

    content: Path
    config: Path
    store: Path
    docs: Path
    site: Path
    mkdocs: Path

    @property
    def work(self) -> Path:
        """Where the search dictionary and caches stand: beside the docs folder, never inside it."""
        return self.docs.parent


class Built(NamedTuple):
    """What a build made: the archive as judged, and how many pages."""

    archive: Archive
    pages: int


Progress = Callable[[str, int, int], None]


def gather(content: Path, config: Path, jobs: int, progress: Progress) -> Archive:
    """Read the whole archive and judge it, in memory. Raises ConfigError for a broken registry or configuration."""
    settings, limits = load_config(config), load_limits(config)
    registry = load_registry(content)
    entries, misplaced = scan(content, registry, newest_year())
    from generator.ingest import ingest

    ingested = ingest(entries, jobs, lambda done, due: progress("读取报告", done, due))
    return Archive(settings, registry, ingested.reports, [*misplaced, *ingested.refused], limits)


def build_site(folders: Folders, jobs: int, progress: Progress) -> Built:
    """Run the main job. Raises ConfigError, or BuildError when nothing could be read or the site not be written."""
    if not folders.mkdocs.is_file():
        raise ConfigError("没有 mkdocs.yml", str(folders.mkdocs), "请在项目的根目录里运行")
    archive, pages = make_docs(folders, jobs, progress)
    words = folders.work / "words.txt"
    write_if_changed(words, search_words(archive))
    progress("制作网站", 0, pages)
    count = render(folders.mkdocs, folders.docs, folders.site, words, folders.work / "cache", archive.date)
    return Built(archive, count)


def make_docs(folders: Folders, jobs: int, progress: Progress) -> tuple[Archive, int]:
    """Bring the store and the docs folder up to date; return the archive by its briefs, and the number of pages.

    Of what the last build left only what changed is made again; the bytes are those of a build from nothing. Reports
    and findings in full can be had from the archive no more. Raises like ``build_site``.
    """
    try:
        return _docs(folders, jobs, progress)
    except (sqlite3.Error, Damaged):
        discard(folders.work / "cache")
        return _docs(folders, jobs, progress)


def _docs(folders: Folders, jobs: int, progress: Progress) -> tuple[Archive, int]:
    settings, limits = load_config(folders.config), load_limits(folders.config)
    registry = load_registry(folders.content)
    entries, misplaced = scan(folders.content, registry, newest_year())
    with open_cache(folders.work / "cache") as cache, TemporaryDirectory(prefix="nianbao-") as spool:
        read = read_all(entries, cache, jobs, lambda done, due: progress("读取报告", done, due))
        refused = [*misplaced, *read.refused]
        if refused and not read.keys:
            first = min(refused, key=lambda refusal: (refusal.where, refusal.code))
            what = f"没有一份报告读得出，共 {len(refused)} 个文件；第一个：{first}"
            raise BuildError(what, str(folders.content))
        roots = {"docs": folders.docs, "store": folders.store}
        up = Upkeep(cache, roots, settings, registry, limits, read.keys, refused, _unread(refused))
        try:
            results = up.run(jobs, Path(spool), lambda done, due: progress("核对，生成网页", done, due))
            extra = site_files(folders.config)
            pages = publish(up, results, Path(spool), extra, jobs, lambda *_: None)
        except OSError as error:
            raise BuildError(f"网页写不了（{reason(error)}）", str(folders.docs), "请检查磁盘空间和权限") from error
        up.keep(results)
    return up.archive, pages


def _unread(refused: Iterable[Refusal]) -> Iterator[tuple[str, int]]:
    """The agency-years whose file is there but cannot be read now: they keep the record that they left before."""
    for refusal in refused:
        parts = Path(refusal.where).with_suffix("").parts[-2:]
        if len(parts) == 2 and parts[1].isdigit():
            yield parts[0], int(parts[1])
