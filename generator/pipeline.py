"""The main job, as one function: content → reports → store → pages → site."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from generator.archive import load_registry, scan
from generator.cache import open_cache
from generator.config import load_config, load_limits
from generator.engine import render
from generator.errors import BuildError, ConfigError
from generator.ingest import ingest
from generator.parse import newest_year
from generator.reading import read_all, report_of
from generator.site.build import build
from generator.site.model import Archive
from generator.site.write import search_words, site_files, write_docs
from generator.store import save, write_if_changed


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


def gather(content: Path, config: Path, jobs: int, progress: Progress, kept: Path | None = None) -> Archive:
    """Read the whole archive and judge it. Raises ConfigError for a broken registry or configuration.

    ``kept`` is the folder of a cache, if one is to be used.
    """
    settings, limits = load_config(config), load_limits(config)
    registry = load_registry(content)
    entries, misplaced = scan(content, registry, newest_year())

    def told(done: int, due: int) -> None:
        progress("读取报告", done, due)

    if kept is None:
        ingested = ingest(entries, jobs, told)
        return Archive(settings, registry, ingested.reports, [*misplaced, *ingested.refused], limits)
    with open_cache(kept) as cache:
        read = read_all(entries, cache, jobs, told)
        reports = [report_of(cache, key) for key in read.keys.values()]
    return Archive(settings, registry, reports, [*misplaced, *read.refused], limits)


def build_site(folders: Folders, jobs: int, progress: Progress) -> Built:
    """Run the main job. Raises ConfigError, or BuildError when nothing could be read or the site not be written."""
    if not folders.mkdocs.is_file():
        raise ConfigError("没有 mkdocs.yml", str(folders.mkdocs), "请在项目的根目录里运行")
    archive = gather(folders.content, folders.config, jobs, progress, folders.work / "cache")
    if archive.refused and not archive.years:
        first = archive.refused[0]
        raise BuildError(f"没有一份报告读得出，共 {len(archive.refused)} 个文件；第一个：{first}", str(folders.content))
    # A file that is there but cannot be read now keeps the record that it left before: nothing stored is lost.
    unread = {tuple(Path(refusal.where).with_suffix("").parts[-2:]) for refusal in archive.refused}
    keep = [(agency, int(year)) for agency, year in (pair for pair in unread if len(pair) == 2) if year.isdigit()]
    save(folders.store, (one.report for one in archive.years), keep)
    progress("生成网页", 0, len(archive.years))
    pages = [*build(archive), *site_files(folders.config)]
    write_docs(folders.docs, pages)
    words = folders.work / "words.txt"
    write_if_changed(words, search_words(archive))
    progress("制作网站", 0, len(pages))
    count = render(folders.mkdocs, folders.docs, folders.site, words, folders.work / "cache", archive.date)
    return Built(archive, count)
