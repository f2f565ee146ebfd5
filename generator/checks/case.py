"""What a check may look at: one report, whose it is, and what the archive holds beside it."""

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from generator.checks.limits import Limits
from generator.form import Form, load_form
from generator.report import Kind, Level, Report

T = TypeVar("T")


class Body(NamedTuple):
    """The agency as far as checks need it. ``place`` is the full name of its division, 山西省临汾市尧都区."""

    id: str | None
    name: str | None
    aliases: tuple[str, ...] = ()
    level: Level | None = None
    kind: Kind | None = None
    place: str = ""


class Archived:
    """All reports of an archive, as the checks across years and bodies need them. Built once, read only."""

    def __init__(self, reports: Iterable[Report], bodies: Mapping[str, Body], limits: Limits) -> None:
        self.reports = tuple(reports)
        self.bodies = bodies
        self.limits = limits
        self._made: dict[Callable[[Archived], Any], Any] = {}

    def once(self, make: "Callable[[Archived], T]") -> T:
        """What ``make`` makes of the whole archive, made at the first call: an index that one check needs."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    @cached_property
    def by_agency(self) -> Mapping[str, Mapping[int, Report]]:
        """Agency id → year → report."""
        found: dict[str, dict[int, Report]] = {}
        for report in self.reports:
            if report.agency.id is not None and report.year is not None:
                found.setdefault(report.agency.id, {})[report.year] = report
        return found

    def with_reports(self, agency: str, reports: Iterable[Report]) -> "Archived":
        """This archive with other words in some reports of one agency; what was made of the whole archive stays."""
        other = copy(self)
        years = {report.year: report for report in reports if report.year is not None}
        other.by_agency = {**self.by_agency, agency: {**self.by_agency.get(agency, {}), **years}}
        return other


class Case(NamedTuple):
    """One report to be judged. ``archived`` is None for a file that stands alone: then nothing is compared with it."""

    report: Report
    body: Body
    archived: Archived | None = None

    @property
    def form(self) -> Form | None:
        """The form whose tables were read."""
        return load_form(self.report.form) if self.report.form else None

    @property
    def limits(self) -> Limits:
        """The thresholds that hold."""
        return self.archived.limits if self.archived else Limits()

    def year(self, year: int) -> Report | None:
        """The same body's report of another year; None where the archive has none."""
        if self.archived is None or self.report.agency.id is None:
            return None
        return self.archived.by_agency.get(self.report.agency.id, {}).get(year)

    @property
    def last(self) -> Report | None:
        """The same body's report of the year before."""
        return self.year(self.report.year - 1) if self.report.year else None


def case_of(report: Report, archived: Archived | None = None) -> Case:
    """Return ``report`` as a case; of its body nothing is known but what the report says, unless the archive knows."""
    known = archived.bodies.get(report.agency.id or "") if archived else None
    return Case(report, known or Body(report.agency.id, report.agency.name), archived)
