"""Judging one agency at a time: its own reports from the cache, and of all the others only what they are compared by.

That is, of each report, its watched figures (for the medians of peers) and the sketch of its running text. Whoever
judges asks ``Judging.judged``; what a judgement rests on besides the agency's own reports is ``peers`` and the texts
that ``texts.sync`` tells of.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, NamedTuple, cast

from generator.archive import AgencyEntry, Registry
from generator.cache import Cache
from generator.checks import Archived, Body, Case, Limits, clause_index, copying, outliers
from generator.checks.clause_index import has_text, sketch
from generator.checks.clauses import clause_texts, own_names
from generator.form import load_form
from generator.reading import report_of
from generator.report import Agency, Finding, Report
from generator.site.judged import Judged, judged_by
from generator.site.model import body_of
from generator.texts import KeptIndex, Key, Lent, Text, pack, unpack

GIST = "gist"
_BATCH = 512  # gists held at a time while they are made


class Gist(NamedTuple):
    """What a report is compared by: its form, the watched figures in the order of ``outliers.watched``, its text.

    ``figures`` are as printed in JSON, None where there is no sure one; ``ocr`` that some were read off a picture.
    ``pairs`` and ``sizes`` are the sketch in hexadecimal; None where the archive holds no running text.
    """

    form: str | None
    figures: list[str | None]
    ocr: bool
    pairs: str | None
    sizes: str | None

    @property
    def has_text(self) -> bool:
        """Whether the archive holds the report's running text."""
        return self.pairs is not None

    @property
    def slim(self) -> "Gist":
        """The gist without its sketch, which is nine tenths of it."""
        return self._replace(pairs="", sizes="") if self.has_text else self


def gist_of(report: Report, body: Body) -> bytes:
    """The gist of a report, packed."""
    values = [report.sure(fact.path) for fact in outliers.watched(report.form)] if report.form else []
    pairs = sizes = None
    if has_text(report):
        packed = pack(sketch(clause_texts(report.texts, own_names(body))))
        pairs, sizes = (part.hex() for part in packed)
    figures = [None if value is None else str(value) for value in values]
    ocr = any(cell.ocr for cell in report.cells.values())
    return json.dumps(Gist(report.form, figures, ocr, pairs, sizes)).encode()


class Compared(NamedTuple):
    """A report as its peers see it; ``values`` are what ``outliers`` asks a Report for."""

    agency: Agency
    year: int
    form: str | None
    figures: list[str | None]
    ocr: bool

    def sure(self, path: str) -> Decimal | None:
        """The watched figure at a path; None where there is none or nobody compared it."""
        for fact, figure in zip(outliers.watched(self.form or ""), self.figures, strict=True):
            if fact.path == path:
                return None if figure is None else Decimal(figure)
        return None


def judge_peers(one: Compared, body: Body, limits: Limits, medians: Mapping[Any, Decimal]) -> str:
    """A digest of what comes of comparing a report with its peers: the same as long as no finding is another."""
    if one.form is None or one.ocr:
        return ""
    archived = _Part((), {}, limits, {outliers.medians: medians})
    case = Case(cast(Report, one), body, archived)
    found = [finding.model_dump_json() for finding in outliers.apart(case, load_form(one.form))]
    return sha256("\n".join(found).encode()).hexdigest()[:16] if found else ""


def medians_of(group: Iterable[Compared], bodies: Mapping[str, Body], limits: Limits) -> dict[Any, Decimal]:
    """The medians of one group of peers: bodies of a level and kind in a year."""
    return dict(outliers.medians(Archived(cast(Iterable[Report], group), bodies, limits)))


class _Part(Archived):
    """A part of the archive. What a check works out from the whole is ``made`` elsewhere; nothing else is."""

    def __init__(
        self, reports: Iterable[Report], bodies: Mapping[str, Body], limits: Limits, made: Mapping[Any, Any]
    ) -> None:
        super().__init__(reports, bodies, limits)
        self._made.update(made)

    def once(self, make: Callable[[Archived], Any]) -> Any:
        """Refuse what would be worked out from a part as if it were the whole."""
        if make not in self._made:
            raise LookupError(f"{make.__qualname__}: of the whole archive; add it to generator/judging.py")
        return self._made[make]


class Judging:
    """Reports of an archive and their judgements, fetched when asked for; one agency's are held at a time."""

    def __init__(
        self,
        cache: Cache,
        registry: Registry,
        limits: Limits,
        keys: Mapping[Key, str],
        medians: Mapping[Any, Decimal],
        whole: bool,
    ) -> None:
        self._registry, self._limits, self._keys, self._medians = registry, limits, keys, medians
        self._bodies = {agency.id: body_of(agency, registry) for agency in registry.agencies}
        self._years: dict[str, list[int]] = {}
        for agency, year in keys:
            self._years.setdefault(agency, []).append(year)
        self._cache, self._whole = cache, whole
        self._index: KeptIndex | None = None
        self._held: dict[Key, Judged] = {}
        self._last: tuple[Key, Report] | None = None

    @property
    def index(self) -> KeptIndex:
        """The index of running texts."""
        if self._index is None:
            self._index = KeptIndex(self._cache, self._limits, self._bodies, self.report, self._whole)
        return self._index

    def report(self, key: Key) -> Report:
        """The Report of an agency-year."""
        return report_of(self._cache, self._keys[key])

    def report_of(self, key: Key) -> Report:
        """The Report of an agency-year; the one that was asked for last is at hand."""
        if key in self._held:
            return self._held[key].report
        if self._last is None or self._last[0] != key:
            self._last = (key, self.report(key))
        return self._last[1]

    def judged(self, key: Key) -> Judged:
        """The Report of an agency-year with its judgement."""
        if key not in self._held:
            self._held = self._judge(key[0])
        return self._held[key]

    def copied(self, key: Key) -> str:
        """A digest of what comes of comparing a report's text with others."""
        own = [Lent(key[0], year, self.report) for year in self._years[key[0]] if year != key[1]]
        report = self.report(key)
        made = {clause_index.ClauseIndex: self.index}
        archived = _Part([report, *cast(list[Report], own)], self._bodies, self._limits, made)
        return copied_mark(copying.check_copying(Case(report, self._bodies[key[0]], archived)))

    def _judge(self, agency: str) -> dict[Key, Judged]:
        reports = [self.report((agency, year)) for year in self._years[agency]]
        made = {outliers.medians: self._medians, clause_index.ClauseIndex: self.index}
        archived = _Part(reports, self._bodies, self._limits, made)
        return {(agency, report.year or 0): judged_by(report, archived) for report in reports}


def copied_mark(findings: Iterable[Finding]) -> str:
    """A digest of the findings on copying among ``findings``, whatever people say of them."""
    checks = {check.id for check in copying.CHECKS}
    bare = {"seen", "review", "void"}
    found = [finding.model_dump_json(exclude=bare) for finding in findings if finding.check in checks]
    return sha256("\n".join(found).encode()).hexdigest()[:16] if found else ""


def gists(
    cache: Cache, registry: Registry, keys: Mapping[Key, str], wanted: Iterable[Key]
) -> Iterator[tuple[Key, Gist]]:
    """Yield the gists of ``wanted`` reports, in any order; those that the cache lacks are made and kept."""
    marks = {keys[key]: key for key in wanted}
    for mark, data in cache.many(GIST, list(marks)):
        yield marks.pop(mark), Gist(*json.loads(data))
    lacking = list(marks.items())
    for start in range(0, len(lacking), _BATCH):
        fresh: dict[str, bytes] = {}
        for mark, key in lacking[start : start + _BATCH]:
            agency: AgencyEntry = registry.by_id[key[0]]
            fresh[mark] = gist_of(report_of(cache, mark), body_of(agency, registry))
            yield key, Gist(*json.loads(fresh[mark]))
        with cache.at_once():
            cache.put(GIST, fresh)


def text_of(mark: str, gist: Callable[[], Gist]) -> Text:
    """The running text of a report, as ``texts`` wants it."""

    def sketched() -> Any:
        made = gist()
        return unpack(bytes.fromhex(made.pairs or ""), bytes.fromhex(made.sizes or ""))

    return Text(mark, sketched)
