"""The main job, as one function: content → reports → store → pages → site."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from generator.archive import load_registry, scan
from generator.config import load_config, load_limits
from generator.engine import render
from generator.errors import BuildError, ConfigError
from generator.ingest import ingest
from generator.lock import held
from generator.parse import newest_year
from generator.site.build import Page, build
from generator.site.entries import search_files
from generator.site.model import Archive
from generator.site.write import site_files, write_docs
from generator.store import save


class Folders(NamedTuple):
    """Where everything is read from and written to."""

    content: Path
    config: Path
    store: Path
    docs: Path
    site: Path
    mkdocs: Path


class Built(NamedTuple):
    """What a build made: the archive as judged, and how many pages."""

    archive: Archive
    pages: int


Progress = Callable[[str, int, int], None]
_WORTH_PROCESSES = 500  # reports: fewer are done before a process has started


def gather(content: Path, config: Path, jobs: int, progress: Progress) -> Archive:
    """Read the whole archive and judge it. Raises ConfigError for a broken registry or configuration."""
    settings, limits = load_config(config), load_limits(config)
    registry = load_registry(content)
    entries, misplaced = scan(content, registry, newest_year())
    ingested = ingest(entries, jobs, lambda done, due: progress("读取报告", done, due))
    return Archive(settings, registry, ingested.reports, [*misplaced, *ingested.refused], limits)


def build_site(folders: Folders, jobs: int, progress: Progress) -> Built:
    """Run the main job, alone on these folders.

    Raises ConfigError, or BuildError when nothing could be read, the site not be written, or another build is at work.
    """
    if not folders.mkdocs.is_file():
        raise ConfigError("没有 mkdocs.yml", str(folders.mkdocs), "请在项目的根目录里运行")
    with held((folders.store, folders.docs, folders.site)):
        return _build(folders, jobs, progress)


def _build(folders: Folders, jobs: int, progress: Progress) -> Built:
    archive = gather(folders.content, folders.config, jobs, progress)
    if archive.refused and not archive.years:
        first = archive.refused[0]
        raise BuildError(f"没有一份报告读得出，共 {len(archive.refused)} 个文件；第一个：{first}", str(folders.content))
    # A file that is there but cannot be read now keeps the record that it left before: nothing stored is lost.
    unread = {tuple(Path(refusal.where).with_suffix("").parts[-2:]) for refusal in archive.refused}
    keep = [(agency, int(year)) for agency, year in (pair for pair in unread if len(pair) == 2) if year.isdigit()]
    save(folders.store, (one.report for one in archive.years), keep)
    progress("生成网页", 0, len(archive.years))
    pages = [*build(archive), *site_files(folders.config)]
    pages.extend(_search(archive, pages, jobs))
    write_docs(folders.docs, pages)
    progress("制作网站", 0, len(pages))
    count = render(folders.mkdocs, folders.docs, folders.site, archive.date)
    return Built(archive, count)


def _search(archive: Archive, pages: list[Page], jobs: int) -> list[Page]:
    """The search index, its pieces made in several processes where there are many."""
    if jobs < 2 or len(archive.years) < _WORTH_PROCESSES:
        return list(search_files(archive, pages))
    with ProcessPoolExecutor(jobs) as pool:
        return list(search_files(archive, pages, pool.map))
