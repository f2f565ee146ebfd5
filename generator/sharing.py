"""The main job for one site of several: the whole archive is read and judged, one site's part of it is built.

Store, docs folder and cache of the whole archive are kept up to date as by any build; the site's own docs folder stands
beside (``docs-north``). So the sites that are built one after the other read and judge once.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from generator.archive import load_registry
from generator.engine import render
from generator.errors import ConfigError
from generator.ingest import Workers
from generator.lock import held
from generator.mkdocs_file import check_mkdocs
from generator.pipeline import Built, Docs, Folders, Progress, stale_lines, use_docs
from generator.search import Entry, blocks, piece
from generator.shards import FILE, PORTAL, Shards, load_shards
from generator.site.build import Page, build
from generator.site.entries import entries, region_url, search_files
from generator.site.model import Archive
from generator.site.plotly_js import plotly_js
from generator.site.portal import portal
from generator.site.share import part_of, share
from generator.site.write import site_files, write_docs


def build_shard(
    folders: Folders, site: str, jobs: int, progress: Progress, stock: bool = False, readers: Workers | None = None
) -> Built:
    """Build the shard with the id ``site``, or the portal, alone on these folders; the rest as in ``build_site``.

    Judgements are those of the whole archive, so that no shard can say otherwise than one site for all would.
    Raises as ``build_site``, and ConfigError for a fault in shards.yml or a SITE_URL that is not the address there.
    """
    check_mkdocs(folders.mkdocs)
    shards = load_shards(folders.config, load_registry(folders.content))
    address = address_of(shards, site, folders.config)
    docs = folders.docs.with_name(f"{folders.docs.name}-{site}")
    folders.check_outputs(docs)
    with held((folders.store, folders.docs, docs, folders.site)):

        def write(whole: Docs) -> tuple[Docs, Archive]:
            part = share(whole.archive, shards, site)
            progress("生成分站的网页", 0, len(part.years))
            pages, _ = write_docs(docs, _pages(part, shards, site, folders.config))
            return Docs(part, pages, whole.remark), whole.archive

        (part, pages, remark, _), whole = use_docs(folders, jobs, progress, readers, write)
        progress("制作网站", 0, pages)
        cache = folders.docs.with_name("cache")
        given = {"SITE_URL": address, "NIANBAO_CONNECT": " ".join(_strangers(shards) if site == PORTAL else ())}
        made = render(folders.mkdocs, docs, folders.site, cache, whole.date, jobs, stock, given)
    slow = made.slow and f"网站由 MkDocs 原样制作，报告多时很慢：{made.slow}"
    stale = stale_lines(whole.registry, folders.content)
    return Built(part, made.pages, (*stale, *filter(None, (slow, plotly_js().remark, remark))))


def _pages(part: Archive, shards: Shards, site: str, config: Path) -> Iterator[Page]:
    """Every file of the docs folder, one at a time; the search index comes last, from what came before."""
    own = portal(part, shards) if site == PORTAL else build(part)
    listed: list[Page] = []
    for page in chain(own, site_files(config, part.config.contact)):
        if page.path.endswith(".md") and not page.path.startswith("a/"):
            listed.append(page)
        yield page
    yield from search_files(part, map(piece, blocks(_placed(part, shards, entries(part, listed)))))


def _placed(part: Archive, shards: Shards, found: Iterable[Entry]) -> Iterator[Entry]:
    """The entries at their addresses. A division stands where its shard lists it: that depends on how much is there."""
    config = part.config
    at = {
        one.address: part_of(part, config, {a.id for a in shards.agencies(one, part.registry)}) for one in shards.shards
    }
    for one in found:
        is_region = one.kind == "region"
        address = config.elsewhere(f"r/{one.region}/" if is_region else one.url)
        url = region_url(at[address], one.region) if is_region and address in at else one.url
        yield one._replace(url=address + url)


def _strangers(shards: Shards) -> list[str]:
    """The shards that stand at another origin than the portal: what the policy of its pages has to let through."""
    home = urlsplit(shards.portal)[:2]
    return [shard.address for shard in shards.shards if urlsplit(shard.address)[:2] != home]


def let_through(content: Path, config: Path) -> list[str]:
    """The addresses that the policy of a portal's pages names; none without shards.yml. Raises ConfigError."""
    return _strangers(load_shards(config, load_registry(content))) if (config / FILE).is_file() else []


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
