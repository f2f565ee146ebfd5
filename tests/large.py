"""A fictional archive of any size, as pages in a docs folder: what the site builder is tried on."""

from pathlib import Path

from planted import plant

from generator.archive import AgencyEntry, Registry
from generator.config import SiteConfig, load_config
from generator.site.build import build
from generator.site.model import Archive
from generator.site.write import site_files, write_docs

REGIONS = {"990000": "示例省", "990100": "示例市", "990101": "示例县"}


def large_archive(reports: int, config: SiteConfig | None = None) -> Archive:
    """An archive of ``reports`` reports of fictional bodies, four years each, errors planted in some."""
    archived = plant(reports).archived
    agencies = [
        AgencyEntry(id=whose.id, name=whose.name, level=whose.level, kind=whose.kind, region="990101")
        for whose in archived.bodies.values()
    ]
    return Archive(config or SiteConfig(), Registry(regions=REGIONS, agencies=agencies), archived.reports, [])


def write_large(docs: Path, reports: int, site_config: Path) -> Archive:
    """Write the docs folder of such an archive."""
    archive = large_archive(reports, load_config(site_config))
    write_docs(docs, [*build(archive), *site_files(site_config)])
    return archive
