"""The portal of several sites: what tells of the whole archive, and the way to the site that holds each part of it.

``archive`` is the whole one, with the settings of the portal (``share``): every link to an agency, a report or a region
leads to the shard that holds it by itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from generator.archive import ancestors
from generator.checks import CHECKS, gravity
from generator.report import Finding
from generator.shards import Shard, Shards
from generator.site import exports
from generator.site.build import Page, make_page
from generator.site.coverage import Coverage
from generator.site.model import AgencyYear, Archive
from generator.site.sections import Tally, glossary, tally
from generator.site.share import owner


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
    yield make_page("data/index.md", "portal_data", archive, homes=homes, files=exports.SHARD_FILES)
    yield make_page("search/index.md", "search", archive)


def _homes(archive: Archive, shards: Shards) -> Iterator[Home]:
    for shard in shards.shards:
        own = {agency.id for agency in shards.agencies(shard, archive.registry)}
        yield _home(archive, shard, own)


def _home(archive: Archive, shard: Shard, own: set[str]) -> Home:
    years = [one for agency in sorted(own) for one in archive.by_agency[agency]]
    findings = list(_findings(years))
    counts = Counter(map(gravity, findings))
    regions = {ancestors(archive.registry.by_id[agency].region)[0] for agency in own}
    refused = sum(owner(refusal) in own for refusal in archive.refused)
    rows = {row.check.id: row for row in tally(findings, True)}
    return Home(shard.id, shard.name, shard.address, sorted(regions), len(own), len(years), refused, counts, rows)


def _findings(years: Sequence[AgencyYear]) -> Iterator[Finding]:
    return (finding for one in years for finding in one.findings)
