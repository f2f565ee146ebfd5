"""Running text against tables: the claims that the forms declare, read in the text and held against every reading.

No label and no figure's name stands here. A sentence about another year is left alone; one that may be about another
body, a part or another matter is only listed where it fits; a claim fails only where no reading fits.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from generator.checks.case import Case
from generator.checks.check import Check, finding
from generator.checks.doubt import doubtful, piece_of, understood
from generator.checks.readings import Value, could, evaluate, fits, reading_name, readings
from generator.checks.sentences import Own, Sentence, clause_of, other_scope, other_time, own_of, sentences
from generator.checks.wording import SCALE, Told, may_claim, number, pattern
from generator.form import Claim, Form, load_forms
from generator.report import Finding

_LONGEST = 2000  # characters: what is longer is no sentence
_MOST = 20  # findings of one claim in one section: who repeats a figure more often is playing
_SECTIONS = ("overview", "other")  # 存在的问题及改进 speaks of single cases and of plans
_BRACKETS = re.compile(r"\([^()]*\)")


def claim_checks() -> tuple[Check, ...]:
    """Return one check for each claim that the forms declare."""
    checks: dict[str, Check] = {}
    for form in reversed(load_forms()):
        for claim in form.claims:
            forms = (form.id, *(checks[claim.id].forms if claim.id in checks else ()))
            sign = "＝" if claim.relation == "=" else "≤"
            fits = " 或 ".join(dict.fromkeys(reading_name(terms) for terms in readings(form.id, claim.id)))
            formula = checks[claim.id].formula if claim.id in checks else f"正文的数 {sign} {fits}"
            checks[claim.id] = Check(
                claim.id, claim.name, claim.question, formula, claim.basis, claim.exceptions, claim.severity, forms
            )
    return tuple(checks[claim.id] for form in reversed(load_forms()) for claim in form.claims if claim.id in checks)


def check_claims(case: Case) -> Iterator[Finding]:
    """Yield a finding for each figure in the running text that restates figures of the tables."""
    form, report = case.form, case.report
    if form is None or report.source.excerpt or not report.cells:
        return
    own = own_of(case)
    seen: dict[tuple[str, str], int] = {}
    whole: dict[tuple[str, str], Decimal] = {}  # claim and paragraph → the largest figure that fitted there
    for found_at in sentences(report, *_SECTIONS):
        if len(found_at.text) > _LONGEST or not may_claim(found_at.text):
            continue
        sentence = found_at._replace(text=_years_in_words(found_at.text, report.year))
        for claim, told, sure in _figures(form, sentence, own, report.year):
            key = claim.id, sentence.section
            paragraph = claim.id, (sentence.before or sentence.text).partition("。")[0]
            count = seen.get(key, 0) + 1
            found = _finding(claim, form, case, sentence, told, f"{sentence.section}/{count}")
            a_part = told.value < whole.get(paragraph, Decimal(0))
            if count > _MOST or ((not sure or a_part) and found.status != "pass"):
                continue
            if found.status == "pass":
                whole[paragraph] = max(told.value, whole.get(paragraph, told.value))
            seen[key] = count
            yield found


def _figures(form: Form, sentence: Sentence, own: Own, year: int | None) -> Iterator[tuple[Claim, Told, bool]]:
    """The figures of a sentence that tell of ``year``, each with its claim and whether it can be meant otherwise."""
    for claim in form.claims:
        for told in read_claim(claim, sentence.text, sentence.before, own):
            clause = clause_of(sentence.text, told.start, told.end)
            if not other_time(sentence, told.start, clause, year):
                sure = not other_scope(sentence, told.start, clause, own) and not doubtful(claim, sentence, told, own)
                yield claim, told, sure


def read_claim(claim: Claim, text: str, before: str = "", own: Own | None = None) -> Iterator[Told]:
    """Yield the figures that ``text``, one sentence as :func:`sentences` gives it, has for ``claim``.

    ``before`` is what stands before it in its paragraph, ``own`` how the body is spoken of.
    """
    if claim.needs and not pattern(claim.needs).search(before + text):
        return
    taken: set[int] = set()
    for kind, said in [*(("says", p) for p in claim.says), *(("zero", p) for p in claim.zero),
                       *(("short", p) for p in claim.short)]:  # fmt: skip
        for match in pattern(said).finditer(text):
            if match.end() not in taken and _meant(claim, kind, text, match, own):
                taken.add(match.end())
                scale = SCALE.get(match.groupdict().get("unit") or "", 1)
                none = kind == "zero"
                yield Told(Decimal(0) if none else number(match["n"]) * scale, match.start(), match.end(), none)


def _meant(claim: Claim, kind: str, text: str, match: re.Match[str], own: Own | None) -> bool:
    """Whether a pattern found what it is for; where it says little, every word of its clause must be understood."""
    if claim.unless and pattern(claim.unless).search(clause_of(text, match.start(), match.end())):
        return False
    past = _BRACKETS.sub("", text[max(text.rfind(";", 0, match.start()), 0) : match.start()])
    if claim.past and pattern(claim.past).search(past):
        return False
    if kind == "says":
        return True
    first, last = piece_of(text, match.start(), match.end())
    return understood(claim, text[match.start() if kind == "zero" else first : last], own)


def _years_in_words(text: str, year: int | None) -> str:
    """Return ``text`` with 结转至2023年 in a report on 2022 as 结转至下一年, and 2021年结转 as 上年结转."""
    if year is None or ("转" not in text and "延" not in text):
        return text
    text = re.sub(rf"((?:结转|转结|转|顺延|延续)[至到入]?){year + 1}年", r"\1下一年", text)
    return re.sub(rf"{year - 1}年(?=度?(?:结转|转结|遗留|顺延))", "上年", text)


def _finding(claim: Claim, form: Form, case: Case, sentence: Sentence, told: Told, where: str) -> Finding:
    scale = SCALE.get(form.table(claim.table).unit, 1)
    known: list[Value] = []
    for terms in readings(form.id, claim.id, told.none):
        value = evaluate(terms, case.report)
        if value is not None:
            known.append(value)
            if value.printed and not value.is_open and fits(claim, told.value, value.low * scale):
                break
    fitting = [value for value in known if value.printed and fits(claim, told.value, value.low * scale)]
    # A printed figure that fits says more than one that blanks would have to make.
    fitting.sort(key=lambda value: value.is_open)
    status = "pass" if fitting else "fail"
    if not fitting and any(could(told.value, value, scale) or value.ocr for value in known):
        status = "unknown"
    shown = fitting[0] if fitting else known[0]
    return finding(
        _CHECKS[claim.id],
        case,
        status,
        _message(claim, form, status, told, fitting[:1] or known),
        left=shown.paths,
        expected=f"{shown.low:f}" if shown.printed else None,
        actual=f"{told.value / scale:f}",
        quote=sentence.printed,
        where=where,
    )


def _message(claim: Claim, form: Form, status: str, told: Told, values: list[Value]) -> str:
    unit = form.table(claim.table).unit
    said = f"正文说 {told.value:f} 元" if unit in SCALE else f"正文说 {told.value:f} {unit}"
    names = "、".join(value.said(unit if unit in SCALE else "") for value in values[:3])
    more = "等" if len(values) > 3 else ""
    if status == "pass":
        return f"{said}，表中{names}，" + ("不多于它" if claim.relation == "<=" else "相符")
    if status == "fail":
        return f"{said}，表中{names}{more}，" + ("比它多" if claim.relation == "<=" else "没有一种算法相符")
    return f"{said}，表中{names}{more}，有空白、未读出或由扫描件识别的格，无法核对"


_CHECKS = {check.id: check for check in claim_checks()}
CHECKS = tuple(_CHECKS.values())
