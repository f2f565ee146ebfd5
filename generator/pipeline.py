"""The main job, as one function: content → reports → store → pages → site."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from generator.archive import load_registry, source_address
from generator.config import load_budget, load_config, load_limits
from generator.engine import render
from generator.errors import BuildError, ConfigError
from generator.ingest import Workers, ingest
from generator.lock import held
from generator.mkdocs_file import check_mkdocs
from generator.parse import newest_year
from generator.scan import scan
from generator.site.build import build
from generator.site.entries import search_files
from generator.site.model import Archive
from generator.site.plotly_js import plotly_js
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
    """What a build made: the archive as judged, how many pages, and what was done otherwise than it should be."""

    archive: Archive
    pages: int
    remarks: tuple[str, ...] = ()


Progress = Callable[[str, int, int], None]


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
    with held((folders.store, folders.docs, folders.site)):
        archive = gather(folders.content, folders.config, readers or jobs, progress)
        return _build(folders, archive, jobs, progress, stock)


def _build(folders: Folders, archive: Archive, jobs: int, progress: Progress, stock: bool) -> Built:
    if archive.refused and not archive.years:
        first = archive.refused[0]
        raise BuildError(f"没有一份报告读得出，共 {len(archive.refused)} 个文件；第一个：{first}", str(folders.content))
    # A file that is there but cannot be read now keeps the record that it left before: nothing stored is lost.
    unread = (re.search(r"([^/]+)/([0-9]{4})(?:\.[^/]*)?$", refusal.where) for refusal in archive.refused)
    keep = {(found[1], int(found[2])) for found in unread if found}
    save(folders.store, (one.report for one in archive.years), keep)
    progress("生成网页", 0, len(archive.years))
    pages = [*build(archive), *site_files(folders.config, archive.config.contact)]
    pages.extend(search_files(archive, pages))
    write_docs(folders.docs, pages)
    progress("制作网站", 0, len(pages))
    cache = folders.docs.with_name("cache")  # beside the docs folder, never inside it
    rendered = render(folders.mkdocs, folders.docs, folders.site, cache, archive.date, jobs, stock)
    slow = rendered.slow and f"网站由 MkDocs 原样制作，报告多时很慢：{rendered.slow}"
    return Built(archive, rendered.pages, tuple(filter(None, (slow, plotly_js().remark))))
