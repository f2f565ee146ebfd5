"""What can be found on the site: one entry for every page, with what a reader may look for on it.

Left out are the labels that every report prints: who looks for 行政处罚 wants a page about it, not all of them.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

import markdown

from generator.archive import AgencyEntry, Registry, ancestors
from generator.checks import CHECKS, VERDICTS
from generator.report import LEVELS
from generator.search import Entry, files
from generator.site.build import Page, url_of
from generator.site.model import AgencyYear, Archive
from generator.site.sections import glossary

KINDS = {"report": "年度报告", "agency": "机关", "region": "地区", "term": "名词", "check": "核对规则", "page": "网页"}
_ENDINGS = ("人民政府办公厅", "人民政府办公室", "人民政府", "街道办事处")
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)
_DESCRIPTION = re.compile(r'^description: "(.*)"$', re.MULTILINE)


def search_files(archive: Archive, pieces: Iterable[bytes]) -> Iterator[Page]:
    """Yield the files of the search index, put together from the ``pieces`` of its blocks (``search.piece``)."""
    registry = archive.registry
    regions = {code: registry.region_name(code) for code in sorted({*_regions(archive)})}
    labels = {
        "kind": KINDS,
        "level": LEVELS,
        "verdict": {verdict.key: [verdict.label, verdict.mark] for verdict in VERDICTS.values()},
    }
    for path, data in files(pieces, regions, labels):
        yield Page(path, data)


def report_text(one: AgencyYear) -> str:
    """What is searched of a report, all of it in its data.json: the printed title and the running text."""
    return "\n".join((one.report.title or "", *one.report.texts.values()))


def entries(
    archive: Archive, pages: Iterable[Page], text: Callable[[AgencyYear], str] = report_text
) -> Iterator[Entry]:
    """Yield what can be found, neighbours side by side: the site's own pages, regions, then agencies by region.

    ``text`` gives what is searched of a report, or what stands for it.
    """
    yield from _page_entries(pages)
    yield from _terms()
    for check in CHECKS:
        said = "\n".join((check.question, check.formula, check.basis, check.exceptions))
        yield Entry("-pages", f"checks/{check.id}/", check.name, (), said, "check")
    yield from _region_entries(archive)
    for agency in sorted(archive.registry.agencies, key=lambda agency: (agency.region, agency.id)):
        yield from _agency_entries(agency, archive, text)


def _agency_entries(agency: AgencyEntry, archive: Archive, text: Callable[[AgencyYear], str]) -> Iterator[Entry]:
    """The agency's own page, then its reports."""
    names = _names(agency, archive.registry)
    where = archive.registry.region_name(agency.region)
    about = {"region": agency.region, "level": agency.level}
    yield Entry(agency.id, f"a/{agency.id}/", agency.name, names, where, "agency", agency.region, agency.level)
    for one in archive.by_agency[agency.id]:
        yield Entry(
            agency.id, one.url, one.name, names, f"{where}\n{text(one)}", "report", **about,
            year=one.year, verdict=one.verdict.key, is_stored=True,
        )  # fmt: skip


def _names(agency: AgencyEntry, registry: Registry) -> tuple[str, ...]:
    """Other names, and the short one that people type: 柴胡店镇 for 滕州市柴胡店镇人民政府."""
    names = [*agency.aliases, short_name(agency.name, [registry.regions[code] for code in ancestors(agency.region)])]
    return tuple(dict.fromkeys(name for name in names if name != agency.name))


def short_name(name: str, places: Iterable[str]) -> str:
    """Return a body's name without the 人民政府 after it and the places before it, as far as two letters remain."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            name = name.removesuffix(ending)
            break
    for place in places:
        if name.startswith(place) and len(name) > len(place) + 1:
            name = name.removeprefix(place)
    return name


def _regions(archive: Archive) -> set[str]:
    return {part for code in archive.by_region for part in ancestors(code)}


def _region_entries(archive: Archive) -> Iterator[Entry]:
    """Provinces, which have a page each, and the divisions that a province's page lists."""
    registry = archive.registry
    for code in sorted(_regions(archive)):
        province = ancestors(code)[0]
        url = region_url(archive, code)
        if code == province or code in archive.by_region:
            names = (registry.regions[code],) if code != province else ()
            yield Entry(f"-region-{province}", url, registry.region_name(code), names, "", "region", code)


def region_url(archive: Archive, code: str) -> str:
    """Where the site lists a division: a province has a page, and each of its cities where it holds many agencies."""
    line = ancestors(code)
    page = line[1] if len(line) > 1 and archive.parts(line[0]) else line[0]
    return f"r/{page}/" if page == code else f"r/{page}/#r{code}"


def _terms() -> Iterator[Entry]:
    """The glossary, term by term: first the two that the page itself explains."""
    texts = {"依申请公开": "收到和处理政府信息公开申请情况", "主动公开": "主动公开政府信息情况"}
    for name, text in (*texts.items(), *((term.name, term.note) for term in glossary())):
        yield Entry("-pages", f"glossary/#{quote(_anchor(name))}", name, (), text, "term")


def _anchor(heading: str) -> str:
    """The id that the page gives a heading, as mkdocs.yml's slugify makes it."""
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")


def _page_entries(pages: Iterable[Page]) -> Iterator[Entry]:
    """The pages that are written by hand, whole, and of the lists of the site the titles."""
    for page in sorted(page for page in pages if page.path.endswith(".md")):
        folder, _, name = page.path.rpartition("/")
        if page.path in ("index.md", "glossary.md") or "/" in folder or (folder and name != "index.md"):
            continue
        if folder in ("a", "search"):
            continue
        body = page.data.decode()
        head = _HEAD.match(body)
        title = re.search(r"^# (.*)$", body, re.MULTILINE)
        told = _DESCRIPTION.search(head[1]) if head else None
        text = html.unescape(told[1] if told else "") if folder else _plain(body[head.end() if head else 0 :])
        yield Entry("-pages", url_of(page.path), html.unescape(title[1]) if title else name, (), text, "page")


def _plain(body: str) -> str:
    """What a page says: without tags, and without the signs and addresses of Markdown, a line for each block."""
    lines = _TAG.sub("", markdown.markdown(body, extensions=["tables"])).splitlines()
    return html.unescape("\n".join(line.strip() for line in lines if line.strip()))
