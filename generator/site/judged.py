"""A report with its judgement, and the brief of it that lists and counts need: a brief is small and is kept as JSON."""

import json
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from generator.checks import CHECKS, Archived, Verdict, corrected, gravity, judge, lost_reviews, verdict_of
from generator.checks.verdict import VerdictKey
from generator.report import Correction, Finding, Notice, Report


class Corrected(NamedTuple):
    """The report with its corrections laid over, judged like the printed one."""

    report: Report
    findings: list[Finding]
    verdict: Verdict


class Judged(NamedTuple):
    """A report with all that we make of it. ``notices`` are of what the sidecar says.

    ``settled`` are the findings with all corrections laid over, those of other years' reports too, where a failing
    finding rests on one of these; otherwise those of ``corrected``; None where no correction bears on anything.
    """

    report: Report
    findings: list[Finding]
    verdict: Verdict
    corrected: Corrected | None = None
    notices: tuple[Notice, ...] = ()
    settled: list[Finding] | None = None

    @property
    def applied(self) -> list[Correction]:
        """The corrections that fit what is printed; why others do not is among ``notices``."""
        unfit = {notice.fact for notice in self.notices if notice.code == "correction-void"}
        return [correction for correction in self.report.corrections if correction.cell not in unfit]


class Cited(NamedTuple):
    """A cell of another year's report: ``url`` is its page at that cell, ``printed`` what stands there, ``place`` where
    in that year's file, ``correction`` what became of it."""

    year: int
    url: str
    label: str
    printed: str
    place: str
    correction: Correction | None = None


class Settlement(NamedTuple):
    """What becomes of a failing finding with the corrections applied: ``status`` is that of the corrected figures."""

    status: str
    corrections: list[Correction]


class Listed(Finding):
    """A failing finding as lists show it, with what it names outside its own tables worked out already."""

    cited: list[Cited] = []
    settlement: Settlement | None = None


class Brief(NamedTuple):
    """Of a judged report what lists and counts need, as JSON holds it: ten thousand of them fit in memory.

    ``counts`` are place in ``CHECKS``, passed, failed, unknown; ``listed`` are check, gravity and JSON of each failing
    finding without what only the report's own page shows; ``more`` is JSON of the notices and applied corrections,
    where there are any; ``figures`` is how many cells hold a number, ``date`` the newest that the report states.
    """

    verdict: VerdictKey
    corrected: VerdictKey | None
    form: str | None
    date: str | None
    figures: int
    gravities: dict[str, int]
    counts: list[list[int]]
    listed: list[list[str]]
    more: str


PLACES = {check.id: place for place, check in enumerate(CHECKS)}


Beyond = Callable[[Finding], tuple[list[Cited], Settlement | None]]


def brief_of(judged: Judged, beyond: Beyond) -> Brief:
    """Return what lists and counts need of a judged report.

    ``beyond`` gives the cells of other years that a finding rests on, and what the corrections make of it.
    """
    report = judged.report
    counts: dict[int, list[int]] = {}
    for finding in judged.findings:
        row = counts.setdefault(PLACES[finding.check], [0, 0, 0])
        row[("pass", "fail", "unknown").index("pass" if finding.is_dismissed else finding.status)] += 1
    dates = [date for date in (report.published, report.source.retrieved) if date]
    notices = [notice.model_dump() for notice in (*report.notices, *judged.notices)]
    applied = [one.model_dump(by_alias=True) for one in judged.applied]
    return Brief(
        judged.verdict.key,
        judged.corrected.verdict.key if judged.corrected else None,
        report.form,
        max(dates, default=None),
        sum(cell.value is not None for cell in report.cells.values()),
        dict(sorted(Counter(map(gravity, judged.findings)).items())),
        [[place, *row] for place, row in sorted(counts.items())],
        [[f.check, gravity(f), _listed(f, beyond)] for f in judged.findings if f.status == "fail"],
        json.dumps([notices, applied], ensure_ascii=False) if notices or applied else "",
    )


def _listed(finding: Finding, beyond: Beyond) -> str:
    """A failing finding as lists show it: without the cells that it is about, and passages that two reports share."""
    cited, settlement = beyond(finding)
    said = finding.model_dump(exclude={"elsewhere"}) | {"left": [], "right": [], "other": ""}
    quote = "" if finding.other else finding.quote
    return Listed.model_validate(
        {**said, "quote": quote, "review": finding.review, "cited": cited, "settlement": settlement}
    ).model_dump_json(exclude_defaults=True)


def judged_by(report: Report, archived: Archived) -> Judged:
    """Return ``report`` with what we make of it beside the rest of the archive."""
    findings = judge(report, archived)
    notices = lost_reviews(findings, report)
    better, unfit = corrected(report)
    over = None
    if better is not None:
        anew = judge(better, archived)
        over = Corrected(better, anew, verdict_of(better, anew))
    settled = over.findings if over else None
    if others := _corrected_elsewhere(findings, report, archived):
        settled = judge(better or report, archived.with_reports(report.agency.id or "", others))
    return Judged(report, findings, verdict_of(report, findings), over, (*notices, *unfit), settled)


def _corrected_elsewhere(findings: list[Finding], report: Report, archived: Archived) -> list[Report]:
    """The reports of other years, with their corrections applied, where a failing finding rests on a corrected cell."""
    years = {cell.year for finding in findings for cell in finding.elsewhere if cell.correction}
    own = archived.by_agency.get(report.agency.id or "", {})
    return [better for year in sorted(years) if (better := corrected(own[year])[0]) is not None]
