"""The main job for one site of several: the whole archive is read and judged, one site's part of it is built."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from generator.archive import load_registry
from generator.engine import render
from generator.errors import BuildError, ConfigError
from generator.ingest import Workers
from generator.lock import held
from generator.mkdocs_file import check_mkdocs
from generator.pipeline import Built, Folders, Progress, gather
from generator.shards import FILE, PORTAL, Shards, load_shards
from generator.site.build import Page, build
from generator.site.entries import search_files
from generator.site.model import Archive
from generator.site.plotly_js import plotly_js
from generator.site.portal import portal
from generator.site.share import share
from generator.site.write import site_files, write_docs
from generator.store import save


def build_shard(
    folders: Folders, site: str, jobs: int, progress: Progress, stock: bool = False, readers: Workers | None = None
) -> Built:
    """Build the shard with the id ``site``, or the portal, alone on these folders; the rest as in ``build_site``.

    Judgements are those of the whole archive, so that no shard can say otherwise than one site for all would.
    Raises ConfigError for a fault in shards.yml or a SITE_URL that is not the address given there, and BuildError.
    """
    check_mkdocs(folders.mkdocs)
    shards = load_shards(folders.config, load_registry(folders.content))
    address = address_of(shards, site, folders.config)
    with held((folders.store, folders.docs, folders.site)):
        whole = gather(folders.content, folders.config, readers or jobs, progress)
        if not whole.years:
            raise BuildError("没有一份报告读得出，分站做不成", str(folders.content), "请先用 nianbao check 看原因")
        part = share(whole, shards, site)
        save(folders.store, (one.report for one in whole.years), _unread(whole))
        progress("生成网页", 0, len(part.years))
        pages = [*_pages(part, shards, site), *site_files(folders.config, part.config.contact)]
        pages.extend(search_files(part, pages))
        write_docs(folders.docs, pages)
        progress("制作网站", 0, len(pages))
        cache = folders.docs.with_name("cache")
        given = {"SITE_URL": address, "NIANBAO_CONNECT": " ".join(_strangers(shards) if site == PORTAL else ())}
        made = render(folders.mkdocs, folders.docs, folders.site, cache, whole.date, jobs, stock, given)
    slow = made.slow and f"网站由 MkDocs 原样制作，报告多时很慢：{made.slow}"
    return Built(part, made.pages, tuple(filter(None, (slow, plotly_js().remark))))


def _pages(part: Archive, shards: Shards, site: str) -> Iterator[Page]:
    return portal(part, shards) if site == PORTAL else build(part)


def _unread(whole: Archive) -> list[tuple[str, int]]:
    """The agency-years whose file is there but cannot be read: their records stay in the store."""
    return [(one.agency.id, one.year) for one in whole.unread]


def _strangers(shards: Shards) -> list[str]:
    """The shards that stand at another origin than the portal: what the policy of its pages has to let through."""
    home = urlsplit(shards.portal)[:2]
    return [shard.address for shard in shards.shards if urlsplit(shard.address)[:2] != home]


def address_of(shards: Shards, site: str, config: Path) -> str:
    """The address of a site. Raises ConfigError for an unknown id, and where SITE_URL says that it is another.

    The other sites lead to the address in shards.yml: a site that is published elsewhere would be out of their reach.
    """
    if site != PORTAL and site not in shards.by_id:
        raise ConfigError(f"没有「{site}」这个分站", str(config / FILE), f"现有：{'、'.join(shards.by_id)}")
    address = shards.portal if site == PORTAL else shards.by_id[site].address
    given = os.environ.get("SITE_URL", "").strip()
    if given and f"{given.rstrip('/')}/".lower() != address.lower():
        what = f"网站将发布到 {given}，与「{site}」的网址 {address} 不同"
        raise ConfigError(what, str(config / FILE), "请改正其中之一：别的分站照 shards.yml 里的网址链接过来")
    return address
