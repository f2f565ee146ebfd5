"""Which clauses several bodies print: built once per archive, so that no report is compared with all others.

The unit is a pair of neighbouring clauses: one clause alone (加强组织领导) recurs by chance, two in a row hardly do,
and a copy that was touched up here and there still shares the pairs between. A pair that a certain share of all
bodies print (``template_share``, ``template_agencies`` at least) is a template's and is dropped. Of a pair that stays,
the first ``KEPT`` reports are remembered: where a text goes round among more bodies than that, all its pairs lead to
the same ones, and every report that shares it finds them. So looking up every pair of a report is linear however large
the archive; the reports found are then compared exactly. MinHash with LSH would estimate what is known here for
certain, and miss a short text taken out of a long one; datasketch, measured, takes 2.5 ms a report for its index alone
(this: 0.3 ms) and brings numpy and scipy, 218 MB.

Memory: 20 bytes a pair while the index is built, 8 after that, and an entry for each pair that several bodies share;
measured 4 kB a report of 1,500 characters, with 10,000 reports as with 100,000. Digests are of 64 bits and the same in
every process; a passage that is shown is compared as text.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import pairwise, zip_longest
from math import ceil
from typing import NamedTuple

from generator.checks.case import Archived, Body
from generator.checks.clauses import Clause, clause_texts, clauses, own_names, sizes_of
from generator.checks.limits import Limits
from generator.report import Report

_PARTS = 64  # the index is put together in so many turns, to hold one of them at a time
KEPT = 64  # reports that a pair leads to


class Sketch(NamedTuple):
    """A report's running text as numbers: ``pairs[i]`` is of clauses i and i + 1, ``sizes`` are the clauses' own."""

    pairs: "array[int]"
    sizes: "array[int]"


def sketch(found: Sequence[str]) -> Sketch:
    """Return the digests of all pairs of neighbouring clauses, and how many characters each clause counts."""
    digests = [blake2b(f"{one}\n{other}".encode(), digest_size=8).digest() for one, other in pairwise(found)]
    return Sketch(array("Q", b"".join(digests)), array("I", sizes_of(found)))


class ClauseIndex:
    """The running texts of an archive's reports. ``reports`` are those that have one, in the order of the archive."""

    def __init__(self, archived: Archived) -> None:
        self.reports: list[Report] = []
        self._sketches: list[Sketch] = []
        self._agencies = array("I")
        self._number_of: dict[tuple[str | None, int | None], int] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        numbers: dict[str, int] = {}
        for report in archived.reports:
            agency = report.agency.id
            if agency is not None and report.year is not None and has_text(report):
                self._number_of[agency, report.year] = len(self.reports)
                self.reports.append(report)
                self._names.setdefault(agency, own_names(body_of(report, archived)))
                self._sketches.append(sketch(clause_texts(report.texts, self._names[agency])))
                self._agencies.append(numbers.setdefault(agency, len(numbers)))
        self.template_limit = limit_of(archived.limits, len(self._names))
        self._templates: set[int] = set()
        self._shared: dict[int, tuple[int, ...]] = {}
        self._fill()

    def _fill(self) -> None:
        """Sort every pair into: a template's, shared by a few bodies, or (not kept) one body's own."""
        pairs = [array("Q") for _ in range(_PARTS)]
        owners = [array("I") for _ in range(_PARTS)]
        for number, one in enumerate(self._sketches):
            for pair in set(one.pairs):
                pairs[pair % _PARTS].append(pair)
                owners[pair % _PARTS].append(number)
        while pairs:
            self._fill_part(pairs.pop(), owners.pop())

    def _fill_part(self, pairs: "array[int]", owners: "array[int]") -> None:
        first: dict[int, int] = {}
        postings: dict[int, list[int]] = {}
        for pair, owner in zip(pairs, owners, strict=True):
            seen = first.setdefault(pair, owner)
            if seen != owner:
                postings.setdefault(pair, [seen]).append(owner)
        for pair, numbers in postings.items():
            agencies = len({self._agencies[number] for number in numbers})
            if agencies >= self.template_limit:
                self._templates.add(pair)
            elif agencies > 1:
                self._shared[pair] = tuple(numbers[:KEPT])

    @property
    def bodies(self) -> int:
        """How many bodies have a report with running text."""
        return len(self._names)

    def clauses(self, report: Report) -> list[Clause]:
        """The clauses of a report of this archive, with their places."""
        return clauses(report.texts, self._names[report.agency.id or ""])

    def __contains__(self, report: Report) -> bool:
        return (report.agency.id, report.year) in self._number_of

    def _number(self, report: Report) -> int:
        return self._number_of[report.agency.id, report.year]

    def size(self, report: Report) -> int:
        """How many characters a report's clauses count, templates among them."""
        return sum(self._sketches[self._number(report)].sizes)

    def sizes(self, report: Report) -> list[int]:
        """How many characters each clause counts: 0 where it is part of a template."""
        return self._sizes(self._number(report))

    def _sizes(self, number: int) -> list[int]:
        one = self._sketches[number]
        sizes = list(one.sizes)
        for i, pair in enumerate(one.pairs):
            if pair in self._templates:
                sizes[i] = sizes[i + 1] = 0
        return sizes

    def whole_sizes(self, report: Report) -> list[int]:
        """How many characters each clause counts, templates among them."""
        return list(self._sketches[self._number(report)].sizes)

    def repeated(self, report: Report, other: Report, least: int, sizes: Sequence[int]) -> list[range]:
        """The runs of clauses of ``report`` that ``other`` has too, each of at least ``least`` of ``sizes``."""
        known = set(self._sketches[self._number(other)].pairs)
        return runs([pair in known for pair in self._sketches[self._number(report)].pairs], sizes, least)

    def alike(self, report: Report, most: int) -> list[Report]:
        """The ``most`` reports of other bodies that share most with ``report``, one of each body, the most alike first.

        Of two that share as much, the one nearest in year comes first, then the earlier, then by agency id. What a
        text that goes round adds to reports beyond ``KEPT`` is not known: they come behind by what else they share.
        """
        number = self._number(report)
        own, sizes = self._agencies[number], self._sizes(number)
        counts: Counter[int] = Counter()
        few: Counter[int] = Counter()  # without the texts that go round
        for i, pair in enumerate(self._sketches[number].pairs):
            postings = self._shared.get(pair, ())
            for found in postings:
                counts[found] += sizes[i] + sizes[i + 1]
            for found in postings if len(postings) < KEPT else ():
                few[found] += sizes[i] + sizes[i + 1]
        return self._interleaved(self._ranked(report, own, counts, most), self._ranked(report, own, few, most))[:most]

    def _ranked(self, report: Report, own: int, counts: Counter[int], most: int) -> dict[int, Report]:
        """Body → its report that counts most, in falling order; the first ``most`` bodies, if not more."""
        # Hundreds share a turn of phrase: only those that may come among the first are put in their exact order.
        leading: list[int] = []
        bodies: set[int] = set()
        for found in sorted(counts, key=counts.__getitem__, reverse=True):
            if len(bodies) >= most and counts[found] < counts[leading[-1]]:
                break
            if self._agencies[found] != own:
                leading.append(found)
                bodies.add(self._agencies[found])
        ranked = sorted(leading, key=lambda found: (-counts[found], *self._distance(report, self.reports[found])))
        best: dict[int, Report] = {}
        for found in ranked:
            best.setdefault(self._agencies[found], self.reports[found])
        return best

    @staticmethod
    def _interleaved(one: dict[int, Report], other: dict[int, Report]) -> list[Report]:
        """Both rankings, turn by turn, each report once."""
        turns = (found for pair in zip_longest(one.values(), other.values()) for found in pair if found)
        return list({id(found): found for found in turns}.values())

    @staticmethod
    def _distance(report: Report, other: Report) -> tuple[int, int, str]:
        year, years = other.year or 0, abs((other.year or 0) - (report.year or 0))
        return years, year, other.agency.id or ""


def limit_of(limits: Limits, bodies: int) -> int:
    """By how many of so many bodies a pair must be printed to be a template's."""
    return max(limits.template_agencies, ceil(limits.template_share * bodies))


def runs(repeats: Iterable[bool], sizes: Sequence[int], least: int) -> list[range]:
    """Return the runs of clauses whose neighbouring pairs are all repeated and that count ``least`` characters."""
    found: list[range] = []
    start: int | None = None
    for i, same in enumerate([*repeats, False]):
        if same and start is None:
            start = i
        elif not same and start is not None:
            if sum(sizes[start : i + 1]) >= least:
                found.append(range(start, i + 1))
            start = None
    return found


def has_text(report: Report) -> bool:
    """Whether the archive holds the report's running text: of an excerpt it holds only headings and tables."""
    return not report.source.excerpt and any(report.texts.values())


def body_of(report: Report, archived: Archived) -> Body:
    """The body of a report, as the registry or else the report itself names it."""
    return archived.bodies.get(report.agency.id or "") or Body(report.agency.id, report.agency.name)


def index_of(archived: Archived) -> ClauseIndex:
    """Return the index of an archive, built the first time that it is asked for; raise LookupError of a part of one."""
    return archived.once(ClauseIndex)
