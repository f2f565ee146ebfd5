"""What the pages are made from: reports with their judgements, grouped by agency, region and year."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from generator.archive import AgencyEntry, Registry, ancestors
from generator.checks import Archived, Body, Limits, Verdict, corrected, gravity, judge, lost_reviews, verdict_of
from generator.config import SiteConfig
from generator.errors import Refusal
from generator.form import Form, load_form
from generator.report import Correction, Finding, Notice, Report
from generator.site.unread import Unread, unread_years

KINDS = {
    "government": "政府",
    "office": "政府办公厅（室）",
    "department": "部门",
    "street": "街道办事处",
    "zone": "开发区、园区",
    "institution": "事业单位等",
}


class Corrected(NamedTuple):
    """The report with its corrections laid over, judged like the printed one."""

    report: Report
    findings: list[Finding]
    verdict: Verdict


class AgencyYear(NamedTuple):
    """One report and what we make of it."""

    agency: AgencyEntry
    year: int
    report: Report
    form: Form | None
    findings: list[Finding]
    verdict: Verdict
    corrected: "Corrected | None" = None
    notices: tuple[Notice, ...] = ()  # of what the sidecar says

    @property
    def url(self) -> str:
        return f"a/{self.agency.id}/{self.year}/"

    @property
    def applied(self) -> list[Correction]:
        """The corrections that fit what is printed; why others do not is among ``notices``."""
        unfit = {notice.fact for notice in self.notices if notice.code == "correction-void"}
        return [correction for correction in self.report.corrections if correction.cell not in unfit]

    @property
    def name(self) -> str:
        return f"{self.agency.name} {self.year} 年"

    @property
    def is_recognised(self) -> bool:
        """Whether its figures were read off pictures and nobody has compared them."""
        return any(cell.ocr for cell in self.report.cells.values())

    def with_status(self, status: str) -> list[Finding]:
        """The findings of one status: pass, fail or unknown."""
        return [finding for finding in self.findings if finding.status == status]

    def value(self, *paths: str) -> int | Decimal | None:
        """The sum of the figures at ``paths``; None as soon as one of them is blank or unreadable."""
        values = [self.report.value(path) for path in paths]
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
        bodies = {agency.id: _body(agency, registry) for agency in registry.agencies}
        archived = Archived(reports, bodies, self.limits)
        self._set((_judged(report, registry, archived) for report in archived.reports), refused)

    @classmethod
    def of_years(
        cls,
        config: SiteConfig,
        registry: Registry,
        years: Iterable[AgencyYear],
        refused: Iterable[Refusal],
        limits: Limits,
    ) -> "Archive":
        """An archive of reports that are judged elsewhere."""
        archive = cls.__new__(cls)
        archive.config, archive.registry, archive.limits = config, registry, limits
        archive._set(years, refused)
        return archive

    def _set(self, years: Iterable[AgencyYear], refused: Iterable[Refusal]) -> None:
        self.years = sorted(years, key=lambda one: (one.agency.id, one.year))
        self.refused = sorted(refused, key=lambda refusal: (refusal.where, refusal.code))

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
        used = {part for region in self.by_region for part in ancestors(region)}
        return sorted(region for region in used if code in ancestors(region))

    def agencies_under(self, code: str) -> list[AgencyEntry]:
        """All agencies in a division."""
        return [agency for agency in self.registry.agencies if code in ancestors(agency.region)]

    def years_under(self, code: str) -> list[AgencyYear]:
        """All reports of a division's agencies."""
        return [one for one in self.years if code in ancestors(one.agency.region)]

    def findings(self, status: str, check: str | None = None) -> list[tuple[AgencyYear, Finding]]:
        """All findings of one status, of one check or of all."""
        return [
            (one, finding)
            for one in self.years
            for finding in one.findings
            if finding.status == status and check in (None, finding.check)
        ]

    def of_gravity(self, key: str) -> list[tuple[AgencyYear, Finding]]:
        """All findings that are error, warning, note or dismissed to a reader."""
        return [(one, finding) for one in self.years for finding in one.findings if gravity(finding) == key]

    def reviewed(self) -> list[tuple[AgencyYear, Finding]]:
        """All findings that a person has reviewed."""
        return [(one, finding) for one in self.years for finding in one.findings if finding.review]

    def all_findings(self) -> list[Finding]:
        """Every finding of every report."""
        return [finding for one in self.years for finding in one.findings]

    @property
    def figures(self) -> int:
        """How many cells hold a number."""
        return sum(cell.value is not None for one in self.years for cell in one.report.cells.values())

    def notices(self) -> list[tuple[AgencyYear, Notice]]:
        """Every notice of every report."""
        return [(one, notice) for one in self.years for notice in (*one.report.notices, *one.notices)]

    def by_year(self, check: str) -> list[tuple[int, int, int, int, int]]:
        """For one check: year, reports, passed, failed, unknown; newest first."""
        counts: dict[int, list[int]] = {}
        for one in self.years:
            own = [finding for finding in one.findings if finding.check == check]
            statuses = ["pass" if finding.is_dismissed else finding.status for finding in own]
            row = counts.setdefault(one.year, [0, 0, 0, 0])
            for i, number in enumerate((1, *(statuses.count(s) for s in ("pass", "fail", "unknown")))):
                row[i] += number
        return [(year, row[0], row[1], row[2], row[3]) for year, row in sorted(counts.items(), reverse=True)]

    @property
    def date(self) -> str | None:
        """The newest date that the archive itself states, so that the same content always gives the same site."""
        dates = (date for one in self.years for date in (one.report.published, one.report.source.retrieved) if date)
        return max(dates, default=None)


def _body(agency: AgencyEntry, registry: Registry) -> Body:
    names = (agency.id, agency.name, tuple(agency.aliases))
    return Body(*names, agency.level, agency.kind, registry.region_name(agency.region))


def _judged(report: Report, registry: Registry, archived: Archived) -> AgencyYear:
    if report.agency.id is None or report.year is None:
        raise ValueError(f"{report.source.path}: not an agency-year")
    findings = judge(report, archived)
    form = load_form(report.form) if report.form else None
    agency = registry.by_id[report.agency.id]
    notices = lost_reviews(findings, report)
    better, unfit = corrected(report)
    over = None
    if better is not None:
        anew = judge(better, archived)
        over = Corrected(better, anew, verdict_of(better, anew))
    verdict = verdict_of(report, findings)
    return AgencyYear(agency, report.year, report, form, findings, verdict, over, (*notices, *unfit))
