"""Archive in, pages out: every Markdown page and data file of the site, as values. Nothing here touches the disk.

``PAGES`` is the list of page kinds. Markdown is kept to a small subset: front matter, headings, our own paragraphs and
lists, and HTML blocks; every text that is not ours goes through ``encode.text``, which the templates call by themselves.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from generator.archive import ancestors
from generator.checks import CHECKS, VERDICTS, counted, gravity
from generator.checks.limits import NAMES as LIMIT_NAMES
from generator.form import Form, load_forms
from generator.site import encode, exports
from generator.site.across import cited, settlement
from generator.site.badge import badge_svg, badge_width, embed_code
from generator.site.charts import agency_charts
from generator.site.coverage import STATES, Coverage
from generator.report import BASES, LEVELS
from generator.site.model import KINDS, AgencyYear, Archive
from generator.site.picture import chart_element
from generator.site.sections import COPYING, SIGNS, copies, figures, glossary, places, reading, tally
from generator.site.tables import cell_marks, legend, statutory_table
from generator.site.unsettled import unsettled


class Page(NamedTuple):
    """One file under the docs folder."""

    path: str
    data: bytes


def build(archive: Archive) -> Iterator[Page]:
    """Yield every page and data file, in a fixed order."""
    for make in PAGES:
        yield from make(archive)


def _report_pages(archive: Archive) -> Iterator[Page]:
    for one in archive.years:
        siblings = archive.shown[one.agency.id]
        yield _page(f"a/{one.agency.id}/{one.year}.md", "report", archive, one=one, siblings=siblings)
        yield Page(f"{one.url}data.json", exports.report_json(one))
        yield Page(f"{one.url}data.csv", exports.report_csv(one))
        yield Page(f"{one.url}badge.svg", badge_svg(one))


def _unread_pages(archive: Archive) -> Iterator[Page]:
    """No data.json and no data.csv: there is no number, and none of an earlier file stays."""
    for one in archive.unread:
        siblings = archive.shown[one.agency.id]
        yield _page(f"a/{one.agency.id}/{one.year}.md", "unread", archive, one=one, siblings=siblings)
        yield Page(f"{one.url}badge.svg", badge_svg(one))


def _agency_pages(archive: Archive) -> Iterator[Page]:
    coverage = Coverage(archive)
    for agency_id, years in archive.by_agency.items():
        agency = archive.registry.by_id[agency_id]
        charts = agency_charts(years) if years else []
        shown = archive.shown[agency_id]
        more = {"agency": agency, "years": years, "shown": shown, "charts": charts, "gaps": coverage.gaps(agency)}
        yield _page(f"a/{agency_id}/index.md", "agency", archive, **more)
        if shown:
            yield Page(f"a/{agency_id}/badge.svg", badge_svg(shown[-1]))


def _region_pages(archive: Archive) -> Iterator[Page]:
    yield _page("r/index.md", "regions", archive)
    for code in archive.provinces():
        yield _page(f"r/{code}.md", "region", archive, code=code)


def _coverage_pages(archive: Archive) -> Iterator[Page]:
    coverage = Coverage(archive)
    yield _page("coverage/index.md", "coverage", archive, coverage=coverage)
    for code in archive.provinces():
        yield _page(f"coverage/{code}.md", "coverage_region", archive, coverage=coverage, code=code)


def _finding_page(archive: Archive) -> Iterator[Page]:
    yield _page("findings/index.md", "findings", archive)


def _check_pages(archive: Archive) -> Iterator[Page]:
    yield _page("checks/index.md", "checks", archive)
    for check in CHECKS:
        yield _page(f"checks/{check.id}.md", "check", archive, check=check)


def _single_pages(archive: Archive) -> Iterator[Page]:
    example = archive.registry.agencies[0].name if archive.registry.agencies else "某某镇"
    yield _page("index.md", "home", archive, example=example)
    yield _page("method.md", "method", archive)
    yield _page("glossary.md", "glossary", archive, terms=glossary())
    yield _page("data/index.md", "data", archive)
    yield _page("errata.md", "errata", archive)
    yield _page("search/index.md", "search", archive)


def _data_files(archive: Archive) -> Iterator[Page]:
    for name, data in exports.archive_files(archive):
        yield Page(f"data/{name}", data)


PAGES: tuple[Callable[[Archive], Iterator[Page]], ...] = (
    _single_pages, _region_pages, _agency_pages, _report_pages, _unread_pages, _coverage_pages, _finding_page, _check_pages, _data_files,
)  # fmt: skip


def url_of(path: str) -> str:
    """The address of a Markdown page on the site: directories, index left off."""
    stem = path.removesuffix(".md")
    return f"{stem.removesuffix('index')}" if stem.endswith("index") else f"{stem}/"


def relative(start: str, target: str) -> str:
    """The relative link from the page at ``start`` to ``target``, both site addresses; works under any sub-path."""
    return "../" * start.count("/") + target or "./"


def _page(path: str, template: str, archive: Archive, **values: Any) -> Page:
    here = url_of(path)
    rendered = _templates().get_template(f"{template}.md.j2").render(
        archive=archive, link=lambda target: _link(archive, here, target), **values
    )
    outward = encode.outward(rendered, archive.config.addresses)
    return Page(path, re.sub(r"\n{3,}", "\n\n", outward).strip().encode() + b"\n")


make_page = _page  # for the pages that only a portal has


def _link(archive: Archive, here: str, target: str) -> Markup:
    """The way from the page ``here`` to ``target``: on this site, or on the one of several that holds it."""
    address = archive.config.elsewhere(target)
    return encode.href(address) + encode.path(target) if address else encode.path(relative(here, target))


@cache
def _templates() -> Environment:
    """The environment encodes every printed value; only what is already markup passes as it is."""
    environment = Environment(
        loader=PackageLoader("generator.site", "pages"),
        autoescape=True,
        finalize=encode.text,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"oneline": _oneline, "paragraphs": encode.paragraphs, "embedded": encode.embedded, "ancestors": ancestors}
    environment.globals |= {
        "front_matter": encode.front_matter,
        "address": encode.address,
        "contact_link": encode.contact,
        "statutory_table": statutory_table,
        "copies": copies,
        "copying": COPYING,
        "figures": figures,
        "reading": reading,
        "tally": tally,
        "forms": _forms_newest_first,
        "checks": CHECKS,
        "check_of": {check.id: check for check in CHECKS},
        "verdicts": VERDICTS,
        "levels": LEVELS,
        "kinds": KINDS,
        "cell_marks": cell_marks,
        "cited": cited,
        "settlement": settlement,
        "chart_element": chart_element,
        "counted": counted,
        "gravity": gravity,
        "limit_names": LIMIT_NAMES,
        "legend": legend,
        "href": encode.href,
        "unsettled": unsettled,
        "places": places,
        "states": STATES,
        "badge_width": badge_width,
        "embed_code": embed_code,
        "signs": SIGNS,
        "severities": {"error": "差错", "warning": "提示", "note": "说明", "dismissed": "复核认为不算差错"},
        "bases": BASES,
    }
    return environment


def _forms_newest_first() -> list[Form]:
    return list(reversed(load_forms()))


def _oneline(block: str) -> Markup:
    """Fold an HTML block of a template to one line, as Markdown wants it."""
    return Markup(re.sub(r"\s*\n\s*", "", block))  # noqa: S704 — the body of a template, already encoded


__all__ = ["AgencyYear", "Page", "build", "relative", "url_of"]
