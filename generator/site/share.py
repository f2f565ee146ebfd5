"""What one site of several shows of an archive that was read and judged as a whole.

Judgements are never made anew: text that was copied, outliers among like bodies, everything that compares with others
is as it is on one site for all. A share holds the same agency-years, fewer of them.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from generator.archive import AgencyEntry, Registry
from generator.config import SiteConfig
from generator.errors import Refusal
from generator.shards import PORTAL, Shards, one_of_several
from generator.site.model import Archive


class _Part(Registry):
    """The agencies of one site. Those of the ``others`` are not on it, but can be named: text may have been theirs."""

    others: list[AgencyEntry]

    @cached_property
    def by_id(self) -> Mapping[str, AgencyEntry]:
        return {agency.id: agency for agency in (*self.agencies, *self.others)}


def share(whole: Archive, shards: Shards, site: str) -> Archive:
    """What the site ``site`` shows: a shard its own agencies, the portal all."""
    years = {*(one.year for one in whole.years), *(one.year for one in whole.unread)}
    config = one_of_several(whole.config, shards, site, whole.registry, years)
    if site == PORTAL:
        return Archive.of_years(config, whole.registry, whole.years, whole.refused, whole.limits)
    own = {agency: home for agency, home in config.homes.items() if home == site}
    return part_of(whole, config, own)


def part_of(whole: Archive, config: SiteConfig, own: Collection[str]) -> Archive:
    """The archive as if it were one of the agencies ``own`` alone, but for what was judged."""
    agencies, others = list[AgencyEntry](), list[AgencyEntry]()
    for agency in whole.registry.agencies:
        (agencies if agency.id in own else others).append(agency)
    registry = _Part.model_construct(regions=whole.registry.regions, agencies=agencies, others=others)
    years = [one for one in whole.years if one.agency.id in own]
    refused = [refusal for refusal in whole.refused if owner(refusal) in own]
    return Archive.of_years(config, registry, years, refused, whole.limits)


def owner(refusal: Refusal) -> str:
    """The id of the agency in whose folder a refused file lies; empty where it lies elsewhere."""
    parts = PurePosixPath(refusal.where).parts
    return parts[1] if len(parts) == 3 and parts[0] == "reports" else ""
