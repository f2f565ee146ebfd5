"""Copying: how much of a report's running text its body printed a year before, or another body prints too.

Characters are counted after masking (``clauses``) and without templates (``clause_index``): what counts is what the
writer was free to write. The findings say that texts are the same, not who wrote first, and never why.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from generator.checks.case import Case
from generator.checks.check import Check, finding
from generator.checks.clause_index import ClauseIndex, body_of, has_text, index_of
from generator.checks.clauses import Clause
from generator.report import Finding, Report

_BASIS = "国办公开办函〔2021〕30号：内容雷同、敷衍塞责等问题造成不良后果的，依《政府信息公开条例》第四十七条追究责任"
_COUNTED = (
    "正文按标点分成分句，遮去数字、本机关名称、所在地名、书名号里的文件名和法定套语；"
    "相连的两个分句一字不差（标点不计）才算相同，连续不足 16 字的不算；档案里一定比例的机关都写的分句是套话，两边都不计"
)
OWN = Check(
    "copy-own", "与本机关上一份报告相同的文字", "正文有多少与本机关上一份报告一字不差？",
    f"相同的字数 ÷ 不属套话的字数；{_COUNTED}", _BASIS,
    "制度、职责、渠道没有变化的，照写不算差错。除去套话剩下太少的，连同套话一起比，并且说明。", "note",
    ("2019", "2021"),
    ("copy_own", "copy_least", "template_share", "template_agencies"),
)  # fmt: skip
OTHER = Check(
    "copy-other", "与其他机关的报告相同的文字", "正文有多少与其他机关的报告一字不差？",
    f"相同的字数 ÷ 不属套话的字数；{_COUNTED}", _BASIS,
    "政府和它的办公厅（室）、合并或者改名前后的机关，可以用同一份文字；哪一方先写，从文字看不出来。很多机关共用的文字算作套话，"
    "不在此列。", "note", ("2019", "2021"), ("copy_other", "copy_least", "template_share", "template_agencies"),
)  # fmt: skip
CHECKS = (OWN, OTHER)

_APART = "（数字和名称不论）"
RUN_LEAST = 16  # characters: shorter runs of equal clauses are turns of phrase
_TRIED = 8  # other bodies compared exactly, the most alike first
_NAMED = 3  # other bodies named in findings of one report
_PASSAGES = 3  # passages shown
_PASSAGE_MOST = 240  # characters of each


def check_copying(case: Case) -> Iterator[Finding]:
    """Yield one finding on the body's own last report, and one for each other body that prints much the same.

    Nothing where the archive holds no text to compare; with others unknown where almost all is a template's.
    """
    if case.archived is None or not has_text(case.report):
        return
    index = index_of(case.archived)
    if case.report not in index:
        return
    last = _own_last(case, index)
    others = index.bodies > 1
    printed, counted = index.size(case.report), sum(index.sizes(case.report))
    least = case.limits.copy_least
    if printed < least or not (last or others):
        return
    if last:
        # A body that prints hardly anything but templates is held against its own last year by all that it prints:
        # its text is the same again, whoever else prints it.
        sizes = index.sizes(case.report) if counted >= least else index.whole_sizes(case.report)
        yield _on_own(case, index, _compare(index, case.report, last, sizes, counted < least))
    if others and counted < least:
        agencies = index.template_limit
        why = f"正文 {printed} 字里有 {printed - counted} 字至少 {agencies} 个机关都写，其余 {counted} 字太少，无法比较"
        yield finding(OTHER, case, "unknown", why)
    elif others:
        yield from _on_others(case, index)


def _own_last(case: Case, index: ClauseIndex) -> Report | None:
    """The latest earlier report of the same body that has a text."""
    report = case.report
    years = case.archived.by_agency.get(report.agency.id or "", {}) if case.archived else {}
    earlier = [other for year, other in years.items() if year < (report.year or 0) and other in index]
    return max(earlier, key=lambda other: other.year or 0, default=None)


class _Overlap(NamedTuple):
    """``same`` of the ``counted`` characters of a report stand in ``other`` too; ``whole``: templates are counted."""

    other: Report
    same: int
    counted: int
    whole: bool

    @property
    def share(self) -> float:
        return self.same / self.counted if self.counted else 0.0

    @property
    def said(self) -> str:
        # Rounded down, so that what stays under a limit is never shown as having reached it.
        what = "正文连同套话" if self.whole else "不属套话的"
        return f"{what} {self.counted} 字里有 {self.same} 字（{self.same * 100 // (self.counted or 1)}%）"


def _compare(index: ClauseIndex, report: Report, other: Report, sizes: Sequence[int], whole: bool = False) -> _Overlap:
    repeated = index.repeated(report, other, RUN_LEAST, sizes)
    return _Overlap(other, sum(sum(sizes[run.start : run.stop]) for run in repeated), sum(sizes), whole)


def _on_own(case: Case, index: ClauseIndex, found: _Overlap) -> Finding:
    with_what = f"与本机关 {found.other.year} 年度报告相同{_APART}"
    return _finding(OWN, case, index, found, with_what, case.limits.copy_own, "")


def _on_others(case: Case, index: ClauseIndex) -> Iterator[Finding]:
    candidates = index.alike(case.report, _TRIED)
    sizes = index.sizes(case.report)
    found = [_compare(index, case.report, other, sizes) for other in candidates]
    found.sort(key=lambda one: -one.same)  # stable: of equals the nearer year stays first
    limit, least = case.limits.copy_other, case.limits.copy_least
    copied = [one for one in found if one.share >= limit and one.same >= least][:_NAMED]
    for one in copied:
        yield _finding(
            OTHER, case, index, one, f"与{_who(case, one.other)}相同{_APART}", limit, one.other.agency.id or ""
        )
    if copied:
        return
    if found and found[0].same:
        with_what = f"与{_who(case, found[0].other)}相同{_APART}，是各机关中最多的"
        yield _finding(OTHER, case, index, found[0], with_what, limit, "")
    else:
        counted = sum(index.sizes(case.report))
        yield finding(OTHER, case, "pass", f"不属套话的 {counted} 字里没有一段与其他机关的报告相同")


def _who(case: Case, other: Report) -> str:
    name = body_of(other, case.archived).name if case.archived else other.agency.name
    return f"{name} {other.year} 年度报告"


def _finding(
    check: Check, case: Case, index: ClauseIndex, found: _Overlap, with_what: str, limit: float, where: str
) -> Finding:
    least = case.limits.copy_least
    source = f"{found.other.agency.id}/{found.other.year}"
    message = f"{found.said}{with_what}"
    if found.share < limit:
        return finding(check, case, "pass", f"{message}，不到 {limit:.0%}", source=source)
    if found.same < least:
        return finding(check, case, "pass", f"{message}，不到 {least} 字", source=source)
    pairs = passages(index, case.report, found.other, index.whole_sizes(case.report) if found.whole else None)
    quote, other = ("\n".join(side) for side in zip(*pairs, strict=True)) if pairs else ("", "")
    return finding(check, case, "fail", message, source=source, quote=quote, other=other, where=where)


def passages(
    index: ClauseIndex, report: Report, other: Report, sizes: Sequence[int] | None = None
) -> list[tuple[str, str]]:
    """Return the longest passages that two reports share, as each of them prints it; one line each.

    ``sizes`` is what each clause of ``report`` counts, templates nothing unless said otherwise. Compared as text, not
    by digest. Long ones are cut, both at the same clause.
    """
    own, theirs = index.clauses(report), index.clauses(other)
    sizes = index.sizes(report) if sizes is None else sizes
    places: dict[tuple[str, str], list[int]] = {}
    for i in range(len(theirs) - 1):
        places.setdefault((theirs[i].text, theirs[i + 1].text), []).append(i)
    found: list[tuple[int, range, int]] = []
    i = 0
    while i < len(own) - 1:
        starts = places.get((own[i].text, own[i + 1].text), [])[:_TRIED]
        length, start = max(((_common(own, i, theirs, start), start) for start in starts), default=(0, 0))
        if length > 1:
            found.append((sum(sizes[i : i + length]), range(i, i + length), start))
        i += max(length, 1)
    longest = sorted((one for one in found if one[0] >= RUN_LEAST), key=lambda one: (-one[0], one[1].start))
    shown = []
    for _, run, start in longest[:_PASSAGES]:
        kept = _fitting(own[run.start : run.stop])
        more = "……" if kept < len(run) else ""
        sides = ((report, own[run.start : run.start + kept]), (other, theirs[start : start + kept]))
        left, right = (_printed(source, part) + more for source, part in sides)
        shown.append((left, right))
    return shown


def _common(own: Sequence[Clause], i: int, theirs: Sequence[Clause], start: int) -> int:
    """How many clauses from here on are the same, inside one section."""
    most = min(len(own) - i, len(theirs) - start)
    for step in range(most):
        if own[i + step].text != theirs[start + step].text or not own[i + step].text:
            return step
    return most


def _fitting(part: Sequence[Clause]) -> int:
    """How many clauses of a passage are shown."""
    return sum(clause.end - part[0].start <= _PASSAGE_MOST for clause in part) or 1


def _printed(report: Report, part: Sequence[Clause]) -> str:
    text = report.texts[part[0].section][part[0].start : part[-1].end + 1]
    return " ".join(text.split())
