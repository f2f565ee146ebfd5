"""A fictional archive in which it is known what is wrong: sound reports of several years, with errors planted in some.

What must fail is worked out here from the figures and from what was planted, never by asking the checks.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from prose_samples import body, copied, prose
from samples import as_report, cell_of, count, make_sample
from spoken import Spoken, slip, true_sentences, wrong_figure, wrong_none
from wordings import NONE, SAID

from generator.checks import Archived, Body, Limits, judge
from generator.form import Identity, Term, load_form
from generator.report import Agency, Report

YEARS = (2021, 2022, 2023, 2024)
FORM = load_form("2021")
RELATIONS = [
    one
    for one in (*FORM.identities, *FORM.links)
    if all(path in FORM.facts for term in (*one.left, *one.right) for path in term.parts)
]
JUMP = "licensing/licence/decisions"
Key = tuple[str, int]  # agency id, year


@dataclass
class Draft:
    """A report in the making: figures, text by section, date; and the checks that must fail on it, or may."""

    whose: Body
    year: int
    cells: dict[str, int]
    texts: dict[str, str]
    published: str
    must: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)
    sound: bool = True
    blank: bool = False  # its tables hold no figure


class Planted(NamedTuple):
    """The archive, and for each report the checks that must fail on it and those that may besides."""

    archived: Archived
    must: Mapping[Key, frozenset[str]]
    may: Mapping[Key, frozenset[str]]


def plant(reports: int, seed: int = 1, share: float = 0.3) -> Planted:
    """``reports`` reports of bodies with four years each; ``share`` of them with one to three errors."""
    random = Random(seed)
    drafts: dict[Key, Draft] = {}
    for number in range(reports // len(YEARS)):
        for year in YEARS:
            draft = _sound(_body(number), year, drafts.get((str(body(number).id), year - 1)), random)
            drafts[str(draft.whose.id), year] = draft
    spoilt = random.sample(sorted(drafts), round(len(drafts) * share))
    for key in spoilt:
        drafts[key].sound = False
    for key in spoilt:
        chosen = random.sample(sorted(ERRORS), random.randint(1, 3))
        for name in sorted(chosen, key=[*ERRORS].index):
            ERRORS[name](drafts[key], drafts, random)
    for draft in drafts.values():
        draft.must |= _broken(draft, drafts)
        _add_true_sentences(draft, random)
    bodies = {str(draft.whose.id): draft.whose for draft in drafts.values()}
    archived = Archived([_report(draft) for draft in drafts.values()], bodies, Limits())
    return Planted(
        archived,
        {key: frozenset(draft.must) for key, draft in drafts.items()},
        {key: frozenset(draft.may) for key, draft in drafts.items()},
    )


def _body(number: int) -> Body:
    """Two townships, then a department, which has a date to publish by."""
    whose = body(number)
    if number % 3 < 2:
        return whose
    name = whose.aliases[0].replace("镇", "局")
    return whose._replace(name=f"示例县{name}", aliases=(name,), level="county", kind="department")


def _sound(whose: Body, year: int, last: Draft | None, random: Random) -> Draft:
    """A report that holds together, with last year's too, and says so in its text."""
    sample = make_sample(("2021", False), random.randrange(1 << 30), 400)
    cells = {path: value for path, value in sample.cells.items() if isinstance(value, int)}
    cells |= dict.fromkeys((path for path in cells if path.startswith("documents/regulation/")), 0)
    _carry_over(cells, last)
    for path in cells:  # what is compared with last year and with peers is alike, and cases are few
        if path.startswith(("licensing/", "enforcement/")):
            cells[path] = last.cells[path] + random.randint(-3, 3) if last else random.randint(150, 250)
        elif path.startswith("disputes/"):
            cells[path] %= 3
    for group in ("review", "litigation.direct", "litigation.after_review"):
        parts = (cells[f"disputes/cases/{group}.{kind}"] for kind in ("upheld", "corrected", "other", "pending"))
        cells[f"disputes/cases/{group}.total"] = sum(parts)
    cells["documents/normative/repealed"] = 0
    stock = last.cells["documents/normative/in_force"] if last else random.randint(10, 40)
    cells["documents/normative/issued"] = random.randint(0, 3)
    cells["documents/normative/in_force"] = stock + cells["documents/normative/issued"]
    place = whose.aliases[0]
    texts = prose(random, place, year, 500, 2)
    texts["overview"] = _overview(cells, place, year) + texts["overview"]
    texts["other"] += "本年度未收取信息处理费。"
    return Draft(whose, year, cells, texts, f"{year + 1}-01-{random.randint(10, 28)}")


def _carry_over(cells: dict[str, int], last: Draft | None) -> None:
    """Let 上年结转 be last year's 结转下年度, and what is handled more by as much; totals of a year near the next's."""
    for column in FORM.table("requests").column_leaves:
        new, old, out, done, rest = (
            f"requests/{row}/{column.path}"
            for row in ("new", "carried_in", "carried_out", "outcome.total", "outcome.other.rest")
        )
        parts = [p for p in cells if p.startswith("requests/outcome.") and p.endswith(f"/{column.path}") and p != done]
        for path in parts:
            cells[path] %= 9
        cells[out] = cells[out] % 7
        cells[old] = last.cells[out] if last else 0
        cells[done] = sum(cells[path] for path in parts)
        cells[new] = cells[done] + cells[out] - cells[old]
        if cells[new] < 0:
            cells[rest] -= cells[new]
            cells[done] -= cells[new]
            cells[new] = 0
    for row in FORM.table("requests").row_leaves:
        parts = [f"requests/{row.path}/{c.path}" for c in FORM.table("requests").column_leaves if not c.item.total]
        cells[f"requests/{row.path}/total"] = sum(cells[path] for path in parts)


def _overview(cells: Mapping[str, int], place: str, year: int) -> str:
    new, old, done, out = (
        cells[f"requests/{row}/total"] for row in ("new", "carried_in", "outcome.total", "carried_out")
    )
    return (
        f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
        f"{year}年，{place}新收政府信息公开申请{new}件，上年度结转{old}件，"
        f"全年办结政府信息公开申请{done}件，另有{out}件政府信息公开申请结转下年度办理。\n"
    )


def _report(draft: Draft) -> Report:
    cells = {path: cell_of(None if draft.blank else value) for path, value in draft.cells.items()}
    cells["fees/fee/amount"] = cell_of(None if draft.blank else 0)
    made = as_report(FORM, cells, draft.year, draft.whose.id)
    who = Agency(id=draft.whose.id, name=draft.whose.name)
    title = f"{draft.whose.name}{draft.year}年政府信息公开工作年度报告"
    basis = made.basis.model_copy(update={"published": "signature"})
    more = {"agency": who, "title": title, "texts": draft.texts, "published": draft.published, "basis": basis}
    return made.model_copy(update=more)


def _broken(draft: Draft, drafts: Mapping[Key, Draft]) -> set[str]:
    """The checks of which a relation does not hold, worked out from the figures alone."""
    last = drafts.get((str(draft.whose.id), draft.year - 1))
    last = None if last and last.blank else last
    if draft.blank:
        return set()
    return {one.rule.id for one in RELATIONS if not _holds(one, draft.cells, last.cells if last else None)} | {
        "figures-jump" for path in _watched() if last and _jumped(draft.cells[path], last.cells[path])
    }


def _holds(identity: Identity, cells: Mapping[str, int], last: Mapping[str, int] | None) -> bool:
    def total(side: Iterable[Term]) -> int | None:
        sources = [(term, last if term.last else cells) for term in side]
        if any(source is None for _, source in sources):
            return None
        return sum(source[path] for term, source in sources if source is not None for path in term.parts)

    left, right = total(identity.left), total(identity.right)
    if left is None or right is None:
        return True
    return {"=": left == right, "<=": left <= right, ">=": left >= right}[identity.rule.relation]


def _watched() -> list[str]:
    totals = [f"requests/{row}/total" for row in ("new", "carried_in", "outcome.total", "carried_out")]
    cases = [f"disputes/cases/{kind}.total" for kind in ("review", "litigation.direct", "litigation.after_review")]
    tables = ("documents/", "licensing/", "enforcement/")
    return [*totals, *cases, *(path for path in FORM.facts if path.startswith(tables))]


def _jumped(now: int, before: int) -> bool:
    small, large = sorted((now, before))
    return large >= 50 and large >= 5 * max(small, 1)


Error = Callable[[Draft, dict[Key, Draft], Random], None]


def _wrong_cell(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """Any cell that a sum covers is another."""
    path = random.choice([path for path in draft.cells if path.startswith(("requests/", "disputes/"))])
    draft.cells[path] += random.randint(1, 9)
    draft.may |= {"told-new", "told-carried-in", "told-handled", "told-carried-out"}  # the text tells the true ones


def _wrong_carry(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """What was carried in is not what last year carried out, though the year's own sums hold."""
    for row in ("carried_in", "outcome.other.rest", "outcome.total"):
        for column in ("person", "total"):
            draft.cells[f"requests/{row}/{column}"] += 3
    draft.may |= {"told-carried-in", "told-handled"}


def _wrong_stock(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    draft.cells["documents/normative/in_force"] += random.randint(1, 5)


def _jump(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    draft.cells[JUMP] = draft.cells[JUMP] * 10 + 1000


def _giant(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """A figure far beyond those of all bodies of its kind."""
    draft.cells["enforcement/penalty/decisions"] = random.randint(9_000, 90_000)
    draft.must.add("figures-peers")


def _regulation(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """A township reports 规章."""
    draft.cells["documents/regulation/issued"] += 1
    draft.cells["documents/regulation/in_force"] += 1
    draft.must.add("prose-regulation")


def _wrong_claim(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """The text says another number of new applications than any cell."""
    true = draft.cells["requests/new/total"]
    old = f"新收政府信息公开申请{true}件"
    if old in draft.texts["overview"]:
        draft.texts["overview"] = draft.texts["overview"].replace(old, f"新收政府信息公开申请{true + 5003}件")
        draft.must.add("told-new")
        draft.may.add("told-received")


def _wrong_zero(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """The text says that there was no review case; the table has some."""
    draft.cells["disputes/cases/review.upheld"] += 2
    draft.cells["disputes/cases/review.total"] += 2
    draft.texts["overview"] += "\n本年度未发生因政府信息公开被申请行政复议的情况。"
    draft.must.add("told-review")
    draft.may.add("told-disputes")


def _spoken(draft: Draft) -> Spoken:
    us, town = draft.whose.aliases[0], draft.whose.kind == "government"
    return Spoken(draft.cells, draft.texts, draft.must, draft.may, us, draft.year, town)


def _wrong_said(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """A figure that the tables do not have, in one of many ways to say it."""
    wrong_figure(_spoken(draft), random)


def _wrong_none(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """Nothing, where the tables have something, in one of many ways to say it."""
    wrong_none(_spoken(draft), random)


def _slip(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """A slip of the text against itself, in one of many ways to make it."""
    slip(_spoken(draft), random)


def _add_true_sentences(draft: Draft, random: Random) -> None:
    """In one report of two; not in copies, which they would dilute, nor where figures are gone or a section is."""
    if not draft.blank and not draft.must & {"copy-own", "copy-other", "prose-section"} and random.random() < 0.5:
        true_sentences(_spoken(draft), random)


def _wrong_period(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    year = draft.year
    old, new = f"自{year}年1月1日起至{year}年12月31日止", f"自{year - 1}年1月1日起至{year - 1}年12月31日止"
    if old in draft.texts["overview"]:
        draft.texts["overview"] = draft.texts["overview"].replace(old, new)
        draft.must.add("prose-period")
        draft.may.add("prose-year")


def _placeholder(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    draft.texts["problems"] += "下一步，XX镇将继续做好公开工作。"
    draft.must.add("prose-placeholder")


def _other_place(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """Another township acts; departments may well tell of one."""
    if draft.whose.kind == "government":
        draft.texts["problems"] += "一年来，城北镇多次召开会议研究公开工作。"
        draft.must.add("prose-place")


def _late(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """A department publishes after 31 January."""
    if draft.whose.kind == "department":
        draft.published = f"{draft.year + 1}-02-{random.randint(15, 28)}"
        draft.must.add("punctuality")


def _old_plan(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    draft.texts["problems"] += f"\n下一步工作打算：{draft.year - 1}年，将继续加强公开工作。"
    draft.must.add("prose-plan")


def _copied_own(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """Nearly all of the text is last year's."""
    last = drafts.get((str(draft.whose.id), draft.year - 1))
    if last is None or not last.sound:
        return
    told = draft.texts["overview"].partition("\n")[0]
    draft.texts = copied(last.texts, random, 0.97, {f"{last.year}年": f"{draft.year}年"})
    draft.texts["overview"] = told + "\n" + draft.texts["overview"].partition("\n")[2]
    draft.must.add("copy-own")
    draft.must.discard("copy-other")


def _blank_tables(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """Every table is there and no figure in it."""
    draft.blank = True
    draft.must |= {"prose-blank"}
    draft.must -= {"prose-regulation", "figures-peers", *SAID, *NONE}


def _no_section(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    del draft.texts["problems"]
    for key, text in draft.texts.items():  # a text that speaks of problems elsewhere leaves it open
        draft.texts[key] = "".join(one for one in re.findall("[^。]*。\n?", text) if "问题" not in one)
    draft.must.add("prose-section")
    draft.may |= {"copy-other", "copy-own"}  # what is left may be too short to be a copy
    draft.must -= {"prose-placeholder", "prose-place", "prose-plan", "copy-other", "copy-own"}


def _copied(draft: Draft, drafts: dict[Key, Draft], random: Random) -> None:
    """Nine tenths of the text are another body's; figures and its name are changed."""
    source = random.choice([key for key, one in drafts.items() if one.sound and key[0] != draft.whose.id])
    names = {drafts[source].whose.aliases[0]: draft.whose.aliases[0], f"{source[1]}年": f"{draft.year}年"}
    told = draft.texts["overview"].partition("\n")[0]
    draft.texts = copied(drafts[source].texts, random, 0.9, names)
    draft.texts["overview"] = told + "\n" + draft.texts["overview"].partition("\n")[2]
    draft.must.add("copy-other")
    draft.may |= {"copy-own", *_OF_TEXT}
    for key, other in drafts.items():  # who copies either body's own text of another year repeats the other's too
        if key[0] in (source[0], draft.whose.id):
            other.may |= {"copy-other"}
    draft.must -= _OF_TEXT - {"prose-period", "told-new"}


_OF_TEXT = {
    *("prose-placeholder", "prose-place", "prose-section", "prose-period", "prose-year"),
    *("told-review", "told-new", "told-received", "told-disputes"),
}
# In the order in which they are planted: figures, then texts.
ERRORS: dict[str, Error] = {
    "wrong_cell": _wrong_cell, "wrong_carry": _wrong_carry, "wrong_stock": _wrong_stock, "jump": _jump, "giant": _giant,
    "regulation": _regulation, "copied": _copied, "copied_own": _copied_own, "wrong_claim": _wrong_claim,
    "wrong_zero": _wrong_zero, "wrong_said": _wrong_said, "wrong_none": _wrong_none, "slip": _slip,
    "wrong_period": _wrong_period, "placeholder": _placeholder, "other_place": _other_place,
    "old_plan": _old_plan, "late": _late, "no_section": _no_section, "blank_tables": _blank_tables,
}  # fmt: skip


class Score(NamedTuple):
    """How well one check did: reports on which it failed rightly, wrongly, and on which it should have."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of its failures that were planted."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what was planted that it found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def scores(planted: Planted) -> dict[str, Score]:
    """Judge the whole archive and compare; check id → score."""
    counts: dict[str, list[int]] = {}
    for report in planted.archived.reports:
        key = (str(report.agency.id), count(report.year))
        failed = {finding.check for finding in judge(report, planted.archived) if finding.status == "fail"}
        must, may = planted.must[key], planted.may[key]
        for check in failed | must:
            row = counts.setdefault(check, [0, 0, 0])
            row[0] += check in failed and check in must
            row[1] += check in failed and check not in must | may
            row[2] += check in must and check not in failed
    return {check: Score(*row) for check, row in sorted(counts.items())}
