"""Figures far from the body's own last year, or from its peers. Notes only: a jump is a question, not an error.

Which figures are watched follows from the form: every cell of a table without sums, and of the others the totals of
rows that stand for themselves (新收, 总计), never parts. What was read off a picture and compared by nobody is left
out everywhere: it judges no other report either.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from statistics import median
from typing import NamedTuple

from generator.checks.case import Archived, Case
from generator.checks.check import Check, finding
from generator.form import Fact, Form, load_form
from generator.report import Finding, Report

JUMP = Check(
    "figures-jump",
    "与上年相比的突变",
    "主要数字与本机关上年相比，是不是差了好几倍？",
    "本年数字 与 上年数字 之比超过设定的倍数，且较大的一个不小于设定的数（见 site_config/checks.yml）",
    "没有法定依据：只是提醒读者看一看，可能是口径变了，也可能是多写、少写了一位数",
    "职能调整、区划调整、统计口径变化、突发事件都会使数字突变；所以只作说明。小的数字不比。",
    "note",
    ("2019", "2021"),
    ("jump_times", "jump_least"),
)
PEERS = Check(
    "figures-peers",
    "与同类机关相比的异常",
    "主要数字是不是比同年、同层级、同类机关的中位数大很多倍？",
    "本机关数字 ÷ 同类机关中位数 超过设定的倍数，且不小于设定的数；同类太少时不比（见 site_config/checks.yml）",
    "没有法定依据：只是提醒读者看一看",
    "大小不同的机关本来不同；所以只作说明。",
    "note",
    ("2019", "2021"),
    ("peer_times", "peer_least", "peer_count"),
)
CHECKS = (JUMP, PEERS)
Figure = int | Decimal


def check_outliers(case: Case) -> Iterator[Finding]:
    """Compare the watched figures with the year before, and with bodies of the same level and kind in the same year."""
    if case.form is None or case.archived is None or any(cell.ocr for cell in case.report.cells.values()):
        return
    yield from _jumps(case, case.form)
    yield from apart(case, case.form)


def _jumps(case: Case, form: Form) -> Iterator[Finding]:
    last, limits = case.last, case.limits
    if last is None or last.form is None:
        return
    pairs = [
        (fact, now, before)
        for fact in watched(form.id)
        if (now := case.report.sure(fact.path)) is not None and (before := last.sure(fact.path)) is not None
    ]
    odd = [
        pair for pair in pairs if _times(pair[1], pair[2]) >= limits.jump_times and max(pair[1:]) >= limits.jump_least
    ]
    for fact, now, before in odd:
        message = f"「{fact.label}」上年 {before}，本年 {now}，{_compared(now, before)}"
        cells = {
            "left": [fact.path],
            "right": [f"{last.year}:{fact.path}"],
            "expected": str(before),
            "actual": str(now),
        }
        yield finding(JUMP, case, "fail", message, where=fact.path, **cells)
    if pairs and not odd:
        yield finding(JUMP, case, "pass", f"{len(pairs)} 个主要数字与上年相比没有突变")


def apart(case: Case, form: Form) -> Iterator[Finding]:
    """Yield the findings against the medians of peers: of the report nothing is looked at but its watched figures."""
    archived, body = case.archived, case.body
    if archived is None or body.level is None or case.report.year is None:
        return
    typicals = archived.once(medians)
    compared = 0
    odd = []
    for fact in watched(form.id):
        now = case.report.sure(fact.path)
        typical = typicals.get(Group(body.level, body.kind, case.report.year, fact.path))
        if now is None or not typical:
            continue
        compared += 1
        if now >= case.limits.peer_least and now >= typical * Decimal(case.limits.peer_times):
            odd.append((fact, now, typical))
    for fact, now, typical in odd:
        message = f"「{fact.label}」本机关 {now}，同年同类机关的中位数 {typical}，{_compared(now, typical)}"
        yield finding(
            PEERS, case, "fail", message, where=fact.path, left=[fact.path], actual=str(now), expected=str(typical)
        )
    if compared and not odd:
        yield finding(PEERS, case, "pass", f"{compared} 个主要数字与同类机关相比没有异常")


class Group(NamedTuple):
    """Bodies that are compared with each other, and the figure."""

    level: str | None
    kind: str | None
    year: int
    path: str


def medians(archived: Archived) -> Mapping[Group, Decimal]:
    """The median of every group that is large enough to have a typical figure."""
    groups: dict[Group, list[Figure]] = {}
    for report in archived.reports:
        body = archived.bodies.get(report.agency.id or "")
        if body is None or report.form is None or report.year is None:
            continue
        for path, value in _values(report):
            groups.setdefault(Group(body.level, body.kind, report.year, path), []).append(value)
    enough = max(2, archived.limits.peer_count)
    return {group: Decimal(median(map(Decimal, values))) for group, values in groups.items() if len(values) >= enough}


def _values(report: Report) -> Iterator[tuple[str, Figure]]:
    for fact in watched(report.form or ""):
        value = report.sure(fact.path)
        if value is not None:
            yield fact.path, value


@cache
def watched(form_id: str) -> tuple[Fact, ...]:
    """The figures of a form that are compared: see the module's first lines. Signed changes are left out."""
    form = load_form(form_id)
    return tuple(fact for fact in form.facts.values() if _is_watched(fact))


def _is_watched(fact: Fact) -> bool:
    if fact.column.item.number == "change":
        return False
    if not any(rule.is_sum for rule in fact.table.rules):
        return True
    return fact.column.item.total and (len(fact.row.trail) == 1 or fact.row.item.total)


def _times(one: Figure, other: Figure) -> float:
    """How many times the smaller figure goes into the larger one; 0 counts as 1, so that a first case is no jump."""
    small, large = sorted((Decimal(one), Decimal(other)))
    return float(large / max(small, Decimal(1)))


def _compared(now: Figure, typical: Figure) -> str:
    times = _times(now, typical)
    return f"是其 {times:.1f} 倍" if now >= typical else f"只有其 {1 / times:.0%}"
