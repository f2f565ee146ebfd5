"""The portal of several sites: what tells of the whole archive, and the way to the site that holds each part of it.

``archive`` is the whole one, with the settings of the portal (``share``): every link to an agency, a report or a region
leads to the shard that holds it by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from generator.checks import CHECKS
from generator.shards import Shard, Shards
from generator.site import exports
from generator.site.build import Page, make_page
from generator.site.coverage import Coverage
from generator.site.model import Archive
from generator.site.sections import Tally, glossary, tally_of
from generator.site.share import owner, part_of


class Home(NamedTuple):
    """One shard in numbers; ``gravities`` count its findings, ``tally`` has them by check."""

    id: str
    name: str
    address: str
    provinces: Sequence[str]
    agencies: int
    reports: int
    refused: int
    gravities: Mapping[str, int]
    tally: Mapping[str, Tally]


def portal(archive: Archive, shards: Shards) -> Iterator[Page]:
    """Yield the pages and data files of the portal of ``archive``, in a fixed order."""
    homes = list(_homes(archive, shards))
    yield from _pages(archive, homes)
    for check in CHECKS:
        yield make_page(f"checks/{check.id}.md", "portal_check", archive, check=check, homes=homes)
    rows = [exports.ShardRow(one.id, one.name, one.address, one.agencies, one.reports) for one in homes]
    for name, data in exports.portal_files(archive, rows):
        yield Page(f"data/{name}", data)


def _pages(archive: Archive, homes: Sequence[Home]) -> Iterator[Page]:
    example = archive.registry.agencies[0].name
    stray = [refusal for refusal in archive.refused if owner(refusal) not in archive.registry.by_id]
    yield make_page("index.md", "portal_home", archive, example=example, homes=homes)
    yield make_page("r/index.md", "regions", archive)
    yield make_page("coverage/index.md", "coverage", archive, coverage=Coverage(archive))
    yield make_page("findings/index.md", "portal_findings", archive, homes=homes, stray=stray)
    yield make_page("checks/index.md", "checks", archive)
    yield make_page("errata.md", "errata", archive)
    yield make_page("glossary.md", "glossary", archive, terms=glossary())
    yield make_page("method.md", "method", archive)
    yield make_page("data/index.md", "portal_data", archive, homes=homes, files=exports.shard_files())
    yield make_page("search/index.md", "search", archive)


def _homes(archive: Archive, shards: Shards) -> Iterator[Home]:
    for shard in shards.shards:
        own = {agency.id for agency in shards.agencies(shard, archive.registry)}
        yield _home(part_of(archive, archive.config, own), shard)


def _home(part: Archive, shard: Shard) -> Home:
    counts = (len(part.registry.agencies), len(part.years), len(part.refused))
    rows = {row.check.id: row for row in tally_of(part.tallies())}
    return Home(shard.id, shard.name, shard.address, part.provinces(), *counts, part.gravities, rows)
