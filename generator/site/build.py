"""Archive in, pages out: every Markdown page and data file of the site, as values. Nothing here touches the disk.

``PAGES`` is the list of page kinds. Markdown is kept to a small subset: front matter, headings, our own paragraphs and
lists, and HTML blocks; every text that is not ours goes through ``encode.text``, which the templates call by themselves.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from generator.archive import AgencyEntry, ancestors
from generator.checks import CHECKS, VERDICTS, counted, gravity
from generator.checks.limits import NAMES as LIMIT_NAMES
from generator.form import Form, load_forms
from generator.report import BASES, LEVELS
from generator.site import encode, exports
from generator.site.across import cited, settlement
from generator.site.badge import badge_svg, badge_width, embed_code
from generator.site.charts import agency_charts
from generator.site.coverage import STATES, Coverage
from generator.site.environment import environment
from generator.site.listing import Listing, check_lists, digest, finding_lists
from generator.site.model import KINDS, AgencyYear, Archive
from generator.site.picture import chart_element
from generator.site.sections import COPYING, SIGNS, copies, figures, glossary, places, reading, tally, tally_of
from generator.site.tables import cell_marks, legend, statutory_table
from generator.site.unsettled import unsettled


class Page(NamedTuple):
    """One file under the docs folder."""

    path: str
    data: bytes


class Unit(NamedTuple):
    """Pages that are made together: as long as ``mark`` says the same, they are the same.

    Of an agency's pages ``mark`` tells what they depend on besides its judged reports, which the caller knows better.
    """

    key: str
    mark: Callable[[], str]
    make: Callable[[], Iterator[Page]]


def build(archive: Archive) -> Iterator[Page]:
    """Yield every page and data file, in a fixed order."""
    for unit in units(archive):
        yield from unit.make()
    yield from _data_files(archive)


def units(archive: Archive) -> Iterator[Unit]:
    """Yield all pages, a unit at a time, in a fixed order; the files that list the whole archive are apart."""
    for make in PAGES:
        yield from make(archive)


def whole_units(archive: Archive) -> Iterator[Unit]:
    """Yield the pages that are no agency's own."""
    for make in PAGES:
        if make is not agency_units:
            yield from make(archive)


def agency_units(archive: Archive) -> Iterator[Unit]:
    """One unit for each agency: its page, its reports' pages and what lies beside them."""
    coverage, base = Coverage(archive), _base(archive)
    for agency in archive.registry.agencies:
        yield Unit(f"a/{agency.id}", partial(_agency_mark, archive, coverage, agency, base), partial(_agency_pages, archive, coverage, agency))


def _agency_mark(archive: Archive, coverage: Coverage, agency: AgencyEntry, base: str) -> str:
    places = [archive.registry.regions[code] for code in ancestors(agency.region)]
    gaps = [(gap.years, gap.reason, gap.state.key, gap.pages) for gap in coverage.gaps(agency)]
    refused = [(str(one), one.source) for one in archive.refused_of(agency.id)]
    return digest(base, refused, archive.entries[agency.id], places, gaps, coverage.years[:1], coverage.years[-1:])


def _agency_pages(archive: Archive, coverage: Coverage, agency: AgencyEntry) -> Iterator[Page]:
    years = archive.by_agency[agency.id]
    around = archive.around(agency.id)
    shown = around.shown[agency.id]
    charts = agency_charts(years) if years else []
    more = {"agency": agency, "years": years, "shown": shown, "charts": charts, "gaps": coverage.gaps(agency)}
    yield _page(f"a/{agency.id}/index.md", "agency", around, **more)
    if shown:
        yield Page(f"a/{agency.id}/badge.svg", badge_svg(shown[-1]))
    for one in years:
        yield _page(f"a/{agency.id}/{one.year}.md", "report", around, one=one, siblings=shown)
        yield Page(f"{one.url}data.json", exports.report_json(one))
        yield Page(f"{one.url}data.csv", exports.report_csv(one))
        yield Page(f"{one.url}badge.svg", badge_svg(one))
    yield from _unread_pages(around)


def _unread_pages(around: Archive) -> Iterator[Page]:
    """No data.json and no data.csv: there is no number, and none of an earlier file stays."""
    for one in around.unread:
        siblings = around.shown[one.agency.id]
        yield _page(f"a/{one.agency.id}/{one.year}.md", "unread", around, one=one, siblings=siblings)
        yield Page(f"{one.url}badge.svg", badge_svg(one))


def _shown(archive: Archive, code: str | None = None) -> list[object]:
    """What lists show of the agencies in a division, or of all: names and kinds, years and verdicts."""
    agencies = archive.registry.agencies if code is None else archive.agencies_under(code)
    return [archive.listed[agency.id] for agency in agencies]


def _base(archive: Archive) -> str:
    """What any page may show: the settings."""
    return digest(archive.config.model_dump(), archive.limits.model_dump())


def _overall(archive: Archive) -> str:
    """What pages on the whole archive show: everything but single findings and figures."""
    refused = [(str(refusal), refusal.source) for refusal in archive.refused]
    counts = [archive.figures, archive.gravities, archive.tallies()]
    return digest(_base(archive), archive.registry.regions, _shown(archive), refused, counts)


def _one(path: str, template: str, archive: Archive, mark: Callable[[], str], **values: Any) -> Unit:
    """A unit of one page."""

    def make() -> Iterator[Page]:
        yield _page(path, template, archive, **values)

    return Unit(path, mark, make)


def _region_pages(archive: Archive) -> Iterator[Unit]:
    yield _one("r/index.md", "regions", archive, lambda: _overall(archive))
    for code in archive.provinces():
        parts = archive.parts(code)
        yield _one(f"r/{code}.md", "region", archive, partial(_region_mark, archive, code), code=code, parts=parts, above=None)
        for part in parts:
            yield _one(f"r/{part}.md", "region", archive, partial(_region_mark, archive, part), code=part, parts=[], above=code)


def _region_mark(archive: Archive, code: str) -> str:
    names = [archive.registry.regions[one] for one in archive.regions_under(code)]
    above = [archive.registry.regions[one] for one in ancestors(code)]
    return digest(_base(archive), above, names, archive.parts(code), _shown(archive, code))


def _coverage_pages(archive: Archive) -> Iterator[Unit]:
    coverage = Coverage(archive)
    yield _one("coverage/index.md", "coverage", archive, lambda: _overall(archive), coverage=coverage)
    for code in archive.provinces():
        mark = partial(_coverage_mark, archive, coverage, code)
        yield _one(f"coverage/{code}.md", "coverage_region", archive, mark, coverage=coverage, code=code)


def _coverage_mark(archive: Archive, coverage: Coverage, code: str) -> str:
    ours = {agency.id for agency in archive.agencies_under(code)}
    refused = [str(one) for one in archive.refused if one.where.split("/")[1:2] and one.where.split("/")[1] in ours]
    return digest(_region_mark(archive, code), coverage.years, refused)


def _finding_pages(archive: Archive) -> Iterator[Unit]:
    lists = finding_lists(archive)
    counts = [len(archive.years), archive.gravities, len(archive.refused)]
    mark = partial(digest, _base(archive), counts, [one.mark for one in lists])
    yield _one("findings/index.md", "findings", archive, mark, listings=lists)
    for one in lists:
        yield from _sheets(archive, one)


def _sheets(archive: Archive, listing: Listing) -> Iterator[Unit]:
    for sheet in listing.sheets:
        yield _one(sheet.path, "sheet", archive, partial(digest, _base(archive), sheet.mark), sheet=sheet)


def _check_pages(archive: Archive) -> Iterator[Unit]:
    yield _one("checks/index.md", "checks", archive, lambda: _overall(archive))
    names = {check.id: (_failing_heading(check.severity), check.name) for check in CHECKS}
    lists = check_lists(archive, names)
    for check in CHECKS:
        mark = partial(digest, _base(archive), archive.by_year(check.id), lists[check.id].mark)
        yield _one(f"checks/{check.id}.md", "check", archive, mark, check=check, listing=lists[check.id])
        yield from _sheets(archive, lists[check.id])


def _failing_heading(severity: str) -> str:
    return "不成立的报告" if severity == "error" else f"有{SEVERITIES[severity]}的报告"


def _single_pages(archive: Archive) -> Iterator[Unit]:
    example = archive.registry.agencies[0].name if archive.registry.agencies else "某某镇"

    overall = cache(partial(_overall, archive))
    yield _one("index.md", "home", archive, overall, example=example)
    yield _one("method.md", "method", archive, lambda: _base(archive))
    yield _one("glossary.md", "glossary", archive, lambda: _base(archive), terms=glossary())
    yield _one("data/index.md", "data", archive, overall)
    yield _one("errata.md", "errata", archive, partial(_errata_mark, archive))
    yield _one("search/index.md", "search", archive, overall)


def _errata_mark(archive: Archive) -> str:
    reviewed = [[one.url, finding.model_dump_json()] for one, finding in archive.reviewed()]
    applied = [[one.url, one.brief] for one in archive.years if one.applied]
    return digest(_base(archive), _shown(archive), reviewed, applied)


def _data_files(archive: Archive) -> Iterator[Page]:
    for name, data in exports.archive_files(archive):
        yield Page(f"data/{name}", data)


PAGES: tuple[Callable[[Archive], Iterator[Unit]], ...] = (
    _single_pages, _region_pages, agency_units, _coverage_pages, _finding_pages, _check_pages,
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


SEVERITIES = {"error": "差错", "warning": "提示", "note": "说明", "dismissed": "复核认为不算差错"}


@cache
def _templates() -> Environment:
    """What the templates know, in an environment that encodes every printed value."""
    names = {
        "front_matter": encode.front_matter,
        "address": encode.address,
        "contact_link": encode.contact,
        "statutory_table": statutory_table,
        "copies": copies,
        "copying": COPYING,
        "figures": figures,
        "reading": reading,
        "tally": tally,
        "tally_of": tally_of,
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
        "severities": SEVERITIES,
        "csv_words": exports.csv_words(),
        "bases": BASES,
    }
    return environment({"ancestors": ancestors}, names)


def _forms_newest_first() -> list[Form]:
    return list(reversed(load_forms()))


__all__ = ["AgencyYear", "Page", "Unit", "build", "relative", "agency_units", "units", "url_of", "whole_units"]
