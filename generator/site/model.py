"""What the pages are made from: reports with their judgements, grouped by agency, region and year."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from operator import attrgetter

from generator.archive import AgencyEntry, Registry, ancestors
from generator.checks import CHECKS, VERDICTS, Archived, Body, Limits, Verdict, said
from generator.config import SiteConfig
from generator.errors import Refusal
from generator.form import Form, load_form
from generator.report import Correction, Finding, Notice, Report
from generator.site.judged import PLACES, Brief, Cited, Corrected, Judged, Listed, Settlement, brief_of, judged_by
from generator.site.unread import Unread, unread_years

KINDS = {
    "government": "政府",
    "office": "政府办公厅（室）",
    "department": "部门",
    "street": "街道办事处",
    "zone": "开发区、园区",
    "institution": "事业单位等",
}


MOST_AGENCIES = 300  # on one page


class AgencyYear:
    """One report and what we make of it. Lists need its ``brief`` alone; the rest is fetched when asked for."""

    def __init__(
        self,
        agency: AgencyEntry,
        year: int,
        judged: Callable[[], Judged],
        brief: Brief | None = None,
        report: Callable[[], Report] | None = None,
    ) -> None:
        self.agency, self.year = agency, year
        self._judged, self._brief, self._report = judged, brief, report
        self.archive: Archive | None = None  # the one that it was made part of last

    @property
    def judged(self) -> Judged:
        """The whole of it."""
        return self._judged()

    @property
    def brief(self) -> Brief:
        """What lists and counts need."""
        if self._brief is None:
            self._brief = brief_of(self.judged, self._beyond)
        return self._brief

    @brief.setter
    def brief(self, brief: Brief) -> None:
        self._brief = brief

    def _beyond(self, finding: Finding) -> tuple[list[Cited], Settlement | None]:
        from generator.site.across import cited, settlement  # which knows archives

        return cited(self.archive, self, finding) if self.archive else [], settlement(self, finding)

    def forget(self) -> None:
        """Have the brief made anew from the judgement."""
        self._brief = None

    @property
    def report(self) -> Report:
        """What it says; of a large archive this is quicker than to ask for the judgement too."""
        return self._report() if self._report else self.judged.report

    @property
    def findings(self) -> list[Finding]:
        return self.judged.findings

    @property
    def corrected(self) -> Corrected | None:
        return self.judged.corrected

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Of what the sidecar says."""
        return self.judged.notices

    @property
    def form(self) -> Form | None:
        form = self._brief.form if self._brief else self.report.form
        return load_form(form) if form else None

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.brief.verdict]

    @property
    def corrected_verdict(self) -> Verdict | None:
        """The verdict on the report with its corrections; None where there are none."""
        return VERDICTS[self.brief.corrected] if self.brief.corrected else None

    @property
    def url(self) -> str:
        return f"a/{self.agency.id}/{self.year}/"

    @property
    def applied(self) -> list[Correction]:
        """The corrections that fit what is printed."""
        return [Correction.model_validate(one) for one in json.loads(self.brief.more)[1]] if self.brief.more else []

    @property
    def all_notices(self) -> list[Notice]:
        """What is to be known of the reading, and of what the sidecar says."""
        return [Notice.model_validate(one) for one in json.loads(self.brief.more)[0]] if self.brief.more else []

    @property
    def name(self) -> str:
        return f"{self.agency.name} {self.year} 年"

    @property
    def is_recognised(self) -> bool:
        """Whether its figures were read off pictures and nobody has compared them."""
        return any(map(attrgetter("ocr"), self.report.cells.values()))

    def listed(self, check: str | None = None, key: str | None = None) -> list[Finding]:
        """The failing findings as lists show them: all, or those of one check or one gravity."""
        return [
            Listed.model_validate_json(data)
            for found, weight, data in self.brief.listed
            if check in (None, found) and key in (None, weight)
        ]

    def with_status(self, status: str) -> list[Finding]:
        """The findings of one status: pass, fail or unknown."""
        return [finding for finding in self.findings if finding.status == status]

    def value(self, *paths: str) -> int | Decimal | None:
        """The sum of the figures at ``paths``; None as soon as one of them is blank or unreadable."""
        report = self.report
        values = [report.value(path) for path in paths]
        return None if any(value is None for value in values) else sum(value for value in values if value is not None)


class Archive:
    """Everything the site shows. ``years`` are sorted by agency id and year."""

    def __init__(
        self,
        config: SiteConfig,
        registry: Registry,
        reports: Iterable[Report],
        refused: Iterable[Refusal],
        limits: Limits | None = None,
    ) -> None:
        self.config = config
        self.registry = registry
        self.limits = limits or Limits()
        bodies = {agency.id: body_of(agency, registry) for agency in registry.agencies}
        archived = Archived(reports, bodies, self.limits)
        self._set([_held(judged_by(report, archived), registry) for report in archived.reports], refused)

    @classmethod
    def of_years(
        cls,
        config: SiteConfig,
        registry: Registry,
        years: Iterable[AgencyYear],
        refused: Iterable[Refusal],
        limits: Limits,
    ) -> "Archive":
        """An archive of reports that are judged elsewhere, or when they are asked for."""
        archive = cls.__new__(cls)
        archive.config, archive.registry, archive.limits = config, registry, limits
        archive._set(years, refused)
        return archive

    def _set(self, years: Iterable[AgencyYear], refused: Iterable[Refusal]) -> None:
        self.years = sorted(years, key=lambda one: (one.agency.id, one.year))
        self.refused = sorted(refused, key=lambda refusal: (refusal.where, refusal.code))
        for one in self.years:
            one.archive = self

    def around(self, agency_id: str) -> "Archive":
        """What the pages of one agency may look at: its own years, and of the registry what is named on them.

        So a page depends on no more than this, and what it depends on can be told (``site.build``).
        """
        ones = self.by_agency[agency_id]
        named = {agency_id, *(name for one in ones for finding in one.findings if (name := finding.source.partition("/")[0]))}
        agencies = [self.registry.by_id[name] for name in sorted(named) if name in self.registry.by_id]
        own = self.registry.by_id[agency_id]
        regions = {code: self.registry.regions[code] for code in ancestors(own.region)}
        registry = Registry.model_construct(regions=regions, agencies=agencies)
        return Archive.of_years(self.config, registry, ones, self.refused_of(agency_id), self.limits)

    def refused_of(self, agency_id: str) -> list[Refusal]:
        """The files of an agency that were refused."""
        return self._refused_by_agency.get(agency_id, [])

    @cached_property
    def _refused_by_agency(self) -> Mapping[str, list[Refusal]]:
        groups: dict[str, list[Refusal]] = {}
        for refusal in self.refused:
            groups.setdefault((*refusal.where.split("/"), "")[1], []).append(refusal)
        return groups

    @cached_property
    def by_agency(self) -> Mapping[str, list[AgencyYear]]:
        """Agency id → its years, oldest first; agencies without a report too, with an empty list."""
        groups: dict[str, list[AgencyYear]] = {agency.id: [] for agency in self.registry.agencies}
        for one in self.years:
            groups[one.agency.id].append(one)
        return groups

    @cached_property
    def unread(self) -> list[Unread]:
        """The agency-years whose file is there and could not be read, by agency and year."""
        return unread_years(self.refused, self.registry, {(one.agency.id, one.year) for one in self.years})

    @property
    def unread_pages(self) -> Mapping[Refusal, str]:
        """Refusal → the page of its agency-year, where it has one."""
        return {refusal: one.url for one in self.unread for refusal in one.refusals}

    @cached_property
    def shown(self) -> Mapping[str, list[AgencyYear | Unread]]:
        """Agency id → all its years that have a page, oldest first, read or not."""
        groups: dict[str, list[AgencyYear | Unread]] = {key: list(years) for key, years in self.by_agency.items()}
        for one in self.unread:
            groups[one.agency.id] = sorted([*groups[one.agency.id], one], key=lambda each: each.year)
        return groups

    @cached_property
    def by_region(self) -> Mapping[str, list[AgencyEntry]]:
        """Division code → the agencies registered right there, by id."""
        groups: dict[str, list[AgencyEntry]] = {}
        for agency in sorted(self.registry.agencies, key=lambda agency: agency.id):
            groups.setdefault(agency.region, []).append(agency)
        return groups

    def provinces(self) -> list[str]:
        """The codes of all provinces that have an agency."""
        return sorted({ancestors(code)[0] for code in self.by_region})

    def regions_under(self, code: str) -> list[str]:
        """``code`` itself and every division under it that has an agency or holds one that does."""
        return sorted(region for region in self._by_division if code in ancestors(region))

    def parts(self, province: str) -> list[str]:
        """The next divisions of a province that holds too many agencies for one page; none where it does not."""
        if len(self.agencies_under(province)) <= MOST_AGENCIES:
            return []
        lines = (ancestors(region) for region in self.regions_under(province))
        return sorted({line[1] for line in lines if len(line) > 1})

    @cached_property
    def _by_division(self) -> Mapping[str, list[AgencyEntry]]:
        groups: dict[str, list[AgencyEntry]] = {}
        for agency in self.registry.agencies:
            for code in ancestors(agency.region):
                groups.setdefault(code, []).append(agency)
        return groups

    @cached_property
    def entries(self) -> Mapping[str, str]:
        """Agency id → its entry in the registry as JSON."""
        return {agency.id: agency.model_dump_json() for agency in self.registry.agencies}

    def agencies_under(self, code: str) -> list[AgencyEntry]:
        """All agencies in a division."""
        return self._by_division.get(code, [])

    def years_under(self, code: str) -> list[AgencyYear]:
        """All reports of a division's agencies."""
        agencies = sorted(self.agencies_under(code), key=lambda agency: agency.id)
        return [one for agency in agencies for one in self.by_agency[agency.id]]

    def failing(self, check: str) -> list[tuple[AgencyYear, Finding]]:
        """All failing findings of one check."""
        return [(one, finding) for one in self.years for finding in one.listed(check=check)]

    def of_gravity(self, key: str) -> list[tuple[AgencyYear, Finding]]:
        """All findings that are error, warning, note or dismissed to a reader."""
        return [(one, finding) for one in self.years for finding in one.listed(key=key)]

    def reviewed(self) -> list[tuple[AgencyYear, Finding]]:
        """All findings that a person has reviewed."""
        ones = (one for one in self.years if any('"review"' in data for _, _, data in one.brief.listed))
        return [(one, finding) for one in ones for finding in one.listed() if finding.review]

    def all_findings(self) -> list[Finding]:
        """Every finding of every report. Of a large archive that is a lot: counts are at hand without."""
        return [finding for one in self.years for finding in one.findings]

    @cached_property
    def gravities(self) -> Mapping[str, int]:
        """How many findings there are of each gravity."""
        total: Counter[str] = Counter()
        for one in self.years:
            total.update(one.brief.gravities)
        return total

    @property
    def checked(self) -> int:
        """How many findings there are."""
        return sum(self.gravities.values())

    @property
    def counted(self) -> str:
        """All findings counted in a sentence."""
        return said(self.gravities)

    @cached_property
    def verdicts(self) -> Mapping[str, int]:
        """How many reports have which verdict; those that could not be read have one of their own."""
        return Counter(one.brief.verdict for one in self.years) + Counter(unreadable=len(self.unread))

    @property
    def figures(self) -> int:
        """How many cells hold a number."""
        return sum(one.brief.figures for one in self.years)

    def notices(self) -> list[tuple[AgencyYear, Notice]]:
        """Every notice of every report."""
        return [(one, notice) for one in self.years for notice in one.all_notices]

    @cached_property
    def listed(self) -> Mapping[str, tuple[str, list[tuple[int, str]]]]:
        """Agency id → its entry, and year and verdict of each of its reports. Asked for once the briefs are those of now."""
        return {
            agency.id: (self.entries[agency.id], [(one.year, one.verdict.key) for one in self.shown[agency.id]])
            for agency in self.registry.agencies
        }

    @cached_property
    def _counts(self) -> Mapping[int, Mapping[int, list[int]]]:
        """Year → place in ``CHECKS`` → passed, failed, unknown."""
        years: dict[int, dict[int, list[int]]] = {}
        for one in self.years:
            rows = years.setdefault(one.year, {})
            for place, passed, failed, unknown in one.brief.counts:
                row = rows.get(place)
                if row is None:
                    rows[place] = [passed, failed, unknown]
                else:
                    row[0] += passed
                    row[1] += failed
                    row[2] += unknown
        return years

    @cached_property
    def _reports(self) -> Mapping[int, int]:
        return Counter(one.year for one in self.years)

    def by_year(self, check: str) -> list[tuple[int, int, int, int, int]]:
        """For one check: year, reports, passed, failed, unknown; newest first."""
        none, place = [0, 0, 0], PLACES[check]
        years = sorted(self._reports, reverse=True)
        counts = ((year, self._counts[year].get(place, none)) for year in years)
        return [(year, self._reports[year], row[0], row[1], row[2]) for year, row in counts]

    def tallies(self) -> dict[str, list[int]]:
        """Check → passed, failed, unknown, over all years."""
        return {check.id: [sum(row[i] for row in self.by_year(check.id)) for i in (2, 3, 4)] for check in CHECKS}

    @property
    def date(self) -> str | None:
        """The newest date that the archive itself states, so that the same content always gives the same site."""
        return max((one.brief.date for one in self.years if one.brief.date), default=None)


def body_of(agency: AgencyEntry, registry: Registry) -> Body:
    """An agency as checks need it."""
    names = (agency.id, agency.name, tuple(agency.aliases))
    return Body(*names, agency.level, agency.kind, registry.region_name(agency.region))


def _held(judged: Judged, registry: Registry) -> AgencyYear:
    """An agency-year that is in memory."""
    agency, year = judged.report.agency.id, judged.report.year
    if agency is None or year is None:
        raise ValueError(f"{judged.report.source.path}: not an agency-year")
    return AgencyYear(registry.by_id[agency], year, lambda: judged)
