"""Running text against tables: the claims that the forms declare, read in the text and held against every reading.

No label and no figure's name stands here; what is here is how figures are written in Chinese sentences. A sentence
about another year, another body or a part of either is left alone; a claim fails only where no reading fits.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from generator.checks.case import Case
from generator.checks.check import Check, finding
from generator.checks.sentences import Sentence, clause_of, other_scope, other_time, own_of, sentences
from generator.form import Claim, Form, Leaf, Table, load_form, load_forms
from generator.normalize import is_blank
from generator.report import Finding, Report

_LONGEST = 2000  # characters: what is longer is no sentence
_MOST = 20  # findings of one claim in one section: who repeats a figure more often is playing
_SECTIONS = ("overview", "other")  # 存在的问题及改进 speaks of single cases and of plans
_HAN = "零〇一二两三四五六七八九十百千万"
# A sentence without one of these words, or without a figure or a word for none, needs no patterns.
_WORDS = re.compile("申请|复议|诉讼|处理费|自然人|法人|公开|不予|无法|处理|结转|转结|顺延|办结|答复|回复|办理|案件")
_FIGURE = re.compile(rf"[\d{_HAN}](?:件|条|起|项|封|宗|份|元|万元)|[未没无零][^,;]*(?:申请|复议|诉讼|公开)|为[0零]")
_COUNT = (
    rf"(?<![\d.第每])(?P<n>\d{{1,3}}(?:,\d{{3}})+|\d+|(?<![{_HAN}])[{_HAN}]{{1,9}})(?:件|条|起|项|封|宗|份)(?![次套])"
)
_REQUEST = (
    r"(?:政府信息|政务信息|信息)?的?(?:信息公开的?申请|依申请(?:政府信息)?公开|申请公开|公开(?:政府)?信息的?申请|公开的?申请)"
    r"(?:政府信息|信息|申请|办理|事项|案件|件|数量?|总[数量]|的){0,6}"
)
_NONE = (
    r"(?:未|没有|没|无|零)(?:曾|有|发生|出现|产生|引发|收到|涉及|被?提起|被申请|因|由于|由|针对|关于|任何|过){0,5}"
    r"(?:[我本][局镇乡县区市街委办厅]|本机关)?(?:对|依|政府|政务|信息|公开|工作|申请|答复){0,8}(?:而|所|被)?"
    r"(?:引起|引发|产生|导致|提起|申请|有关|相关|方面|类|领域|的){0,5}(?:(?:举报|投诉|申诉|信访)(?:、|和|及)){0,4}"
)
# Between a verb and what it counts; not where only requests of one kind or from one source are counted.
_GAP = "(?:(?!涉|关于|[^分]类|有关|转[办来交送]|交办|移送|不符|重复|补正)[^,;:0-9()])"
_BRACKETS = re.compile(r"\([^()]*\)")
_PLACEHOLDERS = {
    "{n}": rf"(?:共计?|合计|总计|总[数量]|数量?|为|是|各?有|计|:|达){{0,4}}{_COUNT}",
    "{r}": _REQUEST,
    "{none}": _NONE,
    "{gap}": _GAP,
    "{money}": r"(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<unit>元|万元)",
}
_SCALE = {"元": 1, "万元": 10_000}
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000}


class Told(NamedTuple):
    """A figure that a sentence gives; ``start`` and ``end`` say where in the sentence's text."""

    value: Decimal
    start: int
    end: int


class _Term(NamedTuple):
    """A summand of a reading: ``cells`` each with its summands, ``whole`` those of a group that is one row.

    ``inside`` is the cell of a group of rows: where the file prints that as one row, this term cannot be told.
    """

    sign: int
    name: str
    whole: tuple[tuple[str, tuple[str, ...]], ...]
    inside: tuple[str, ...]
    cells: tuple[tuple[str, tuple[str, ...]], ...]


class _Value(NamedTuple):
    """What a reading comes to: ``low`` of what is printed; ``open`` where blanks could make it more (or anything)."""

    name: str
    low: Decimal
    is_open: bool
    bounded: bool
    printed: bool
    paths: list[str]
    ocr: bool

    def said(self, unit: str) -> str:
        """The reading and what it comes to, in words."""
        return f"「{self.name}」" + (f"{self.low:f}{unit}" if self.printed else "未填")


def claim_checks() -> tuple[Check, ...]:
    """Return one check for each claim that the forms declare."""
    checks: dict[str, Check] = {}
    for form in reversed(load_forms()):
        for claim in form.claims:
            forms = (form.id, *(checks[claim.id].forms if claim.id in checks else ()))
            sign = "＝" if claim.relation == "=" else "≤"
            fits = " 或 ".join(dict.fromkeys(_reading_name(terms) for terms in _readings(form.id, claim.id)))
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
    for found_at in sentences(report, *_SECTIONS):
        text = found_at.text
        if len(text) > _LONGEST or not (_FIGURE.search(text) and _WORDS.search(text)):
            continue
        sentence = found_at._replace(text=_years_in_words(found_at.text, report.year))
        for claim in form.claims:
            for told in read_claim(claim, sentence.text, sentence.before):
                clause = clause_of(sentence.text, told.start, told.end)
                if other_time(sentence, told.start, clause, report.year):
                    continue
                doubtful = other_scope(sentence, told.start, clause, own)
                doubtful |= bool(claim.topic) and not re.search(claim.topic, sentence.text[: told.end])
                doubtful |= _may_be_a_part(claim, sentence.text, told, clause)
                key = (claim.id, sentence.section)
                number = seen.get(key, 0) + 1
                found = _finding(claim, form, case, sentence, told, f"{sentence.section}/{number}")
                if number > _MOST or (doubtful and found.status != "pass"):
                    continue
                seen[key] = number
                yield found


def _may_be_a_part(claim: Claim, text: str, told: Told, clause: str) -> bool:
    """Say whether a figure may be of a part, of a sum that the patterns cannot take apart, or of another matter.

    Such a one is held against the table, but that it fits nowhere says nothing.
    """
    since = max(text.rfind(mark, 0, told.start) for mark in ";:") + 1
    lead = _EVERYBODY.sub("", text[since : told.end])
    around = text[max(told.start - 2, 0) : told.end + 3]
    if claim.at.endswith("/total") and (_APPLICANT.search(lead) or "其中" in lead):
        return True
    joined = _JOINED.search(text[: told.start]) or re.match(r"[和及][^,;]{0,14}\d", text[told.end :])
    return bool(_A_PART.search(lead) or _IN_CLAUSE.search(clause) or joined or _ABOUT.search(around))


# All who may apply, in the words of the law: no part of them.
_EVERYBODY = re.compile(r"公民、?[、和或及与]?法人[、和或及与]者?其[他它]组织|任何(?:单位|组织)[和或]个人")
_APPLICANT = re.compile("自然人|法人|企业|公民|个人|科研|公益")
_A_PART = re.compile(
    r"线上|线下|书面|口头|有效|撤[回销]|同一|网络|渠道|现场|"
    r"工作日|[当即次\d一二三四五六七八九十]日内?(?:办|答|回)|超期|逾期|按时|收费|不予处理的|拒绝|减免|免收|免除|村级|"
    r"建议|提案|规范性文件|处罚|工单|项目|低保|信箱|留言|热线"
)
_IN_CLAUSE = re.compile(
    r"上年度?结转(?:办结|的)|因(?!政府信息|信息公开|公开)|属于|案卷|第三方|需?另行|重复|不存在未|部分不予|公开信息(?:共)?\d"
)
_JOINED = re.compile("(?:公开|提供|处理)(?:或者|以及|和|及|与|、|或)(?:同意)?$")
_ABOUT = re.compile(r"[数几近约余多]十|左右|上下|[一二三四五六七八九][一二三四五六七八九][件条起项封宗]|[余多几]件")


def read_claim(claim: Claim, text: str, before: str = "") -> Iterator[Told]:
    """Yield the figures that ``text``, one sentence as :func:`sentences` gives it, has for ``claim``.

    ``before`` is what stands before it in its paragraph.
    """
    if claim.needs and not _pattern(claim.needs).search(before + text):
        return
    taken: set[int] = set()
    for pattern, zero in [*((one, False) for one in claim.says), *((one, True) for one in claim.zero)]:
        for match in _pattern(pattern).finditer(text):
            clause = clause_of(text, match.start(), match.end())
            past = _BRACKETS.sub("", text[max(text.rfind(";", 0, match.start()), 0) : match.start()])
            if (claim.unless and _pattern(claim.unless).search(clause)) or match.end() in taken:
                continue
            if claim.past and _pattern(claim.past).search(past):
                continue
            value = Decimal(0) if zero else _number(match["n"]) * _SCALE.get(match.groupdict().get("unit") or "", 1)
            taken.add(match.end())
            yield Told(value, match.start(), match.end())


def _years_in_words(text: str, year: int | None) -> str:
    """Return ``text`` with 结转至2023年 in a report on 2022 as 结转至下一年, and 2021年结转 as 上年结转."""
    if year is None or ("转" not in text and "延" not in text):
        return text
    text = re.sub(rf"((?:结转|转结|转|顺延|延续)[至到入]?){year + 1}年", r"\1下一年", text)
    return re.sub(rf"{year - 1}年(?=度?(?:结转|转结|遗留|顺延))", "上年", text)


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    for name, meaning in _PLACEHOLDERS.items():
        pattern = pattern.replace(name, meaning)
    return re.compile(pattern)


def _number(text: str) -> Decimal:
    if text[0] not in _HAN:
        return Decimal(text.replace(",", ""))
    high, wan, low = text.rpartition("万")
    return Decimal((_below_10000(high) * 10_000 if wan else 0) + _below_10000(low))


def _below_10000(text: str) -> int:
    """A Chinese number below 10000: 三百零五 is 305, 十二 is 12, 二〇 is 20."""
    total = digit = 0
    seen = False
    for char in text:
        if char in _POWERS:
            total, digit, seen = total + (digit if seen else 1) * _POWERS[char], 0, False
        elif char in _DIGITS:
            digit, seen = (digit * 10 + _DIGITS[char] if seen else _DIGITS[char]), True
    return total + digit


@lru_cache(maxsize=256)
def _readings(form_id: str, claim_id: str) -> tuple[tuple[_Term, ...], ...]:
    """The readings of a claim that its form has the rows for."""
    form = load_form(form_id)
    claim = next(one for one in form.claims if one.id == claim_id)
    found = [_terms(form, claim, fit) for fit in claim.fits]
    return tuple(tuple(term for term in terms if term) for terms in found if all(terms))


def _terms(form: Form, claim: Claim, fit: str) -> list[_Term | None]:
    parts = re.split(r"\s([+-])\s", fit)
    signs = [1, *(1 if sign == "+" else -1 for sign in parts[1::2])]
    return [_term(form, claim, name, sign) for name, sign in zip(parts[::2], signs, strict=True)]


def _term(form: Form, claim: Claim, name: str, sign: int) -> _Term | None:
    table = form.table(claim.table)
    row, _, column = claim.at.replace("*", name).partition("/")
    found = table.named(row, column)
    if found is None:
        return None
    down, across = found
    cells = tuple(_cell(table, leaf.path, one) for leaf in table.leaves_under(down) for one in across)
    whole = tuple(_cell(table, row, one) for one in across) if down.item.items else ()
    groups = [leaf.path for leaf in table.collapsible_rows if row.startswith(f"{leaf.path}.")]
    said = down.item.name if claim.at.startswith("*") or down.item.label else ""
    plain = claim.at == "*/total" or (said and not claim.at.startswith("*"))
    where = "" if plain else "".join(item.name for item in across[0].trail[: column.count(".") + 1])
    return _Term(
        sign,
        f"{where}{'的' if said and where else ''}{said}",
        whole,
        tuple(f"{table.key}/{group}/{across[0].path}" for group in groups),
        cells,
    )


def _cell(table: Table, row: str, column: Leaf) -> tuple[str, tuple[str, ...]]:
    """A cell, and where it is of a column of totals the cells that make it up: many offices leave one of both blank."""
    group = column.path.rpartition(".")[0]
    inside = [leaf.path for leaf in table.column_leaves if leaf.path.startswith(f"{group}." if group else "")]
    summands = [path for path in inside if not table.column(path).item.total] if column.item.total else []
    return f"{table.key}/{row}/{column.path}", tuple(f"{table.key}/{row}/{path}" for path in summands)


def _reading_name(terms: Iterable[_Term]) -> str:
    return "".join(f" {'＋' if term.sign > 0 else '－'} {term.name}" for term in terms).removeprefix(" ＋ ")


def _evaluate(terms: tuple[_Term, ...], report: Report) -> _Value | None:
    """Add a reading up; None where the file prints as one row what the reading takes apart."""
    low, is_open, printed, ocr, paths = Decimal(0), False, False, False, []
    for term in terms:
        if any(path in report.cells for path in term.inside):
            return None
        whole = any(path in report.cells for path, _ in term.whole)
        for path, summands in term.whole if whole else term.cells:
            used = [path] if report.value(path) is not None or not summands else list(summands)
            for one in used:
                cell = report.cells.get(one)
                if cell is None or cell.value is None:
                    is_open = True
                else:
                    low, printed, ocr = low + term.sign * Decimal(cell.value), True, ocr or cell.ocr
                if cell is not None and (cell.value is not None or is_blank(cell.raw)):
                    paths.append(one)
    return _Value(_reading_name(terms), low, is_open, all(term.sign > 0 for term in terms), printed, paths, ocr)


def _finding(claim: Claim, form: Form, case: Case, sentence: Sentence, told: Told, where: str) -> Finding:
    scale = _SCALE.get(form.table(claim.table).unit, 1)
    known: list[_Value] = []
    for terms in _readings(form.id, claim.id):
        value = _evaluate(terms, case.report)
        if value is not None:
            known.append(value)
            if value.printed and not value.is_open and _fits(claim, told.value, value.low * scale):
                break
    fitting = [value for value in known if value.printed and _fits(claim, told.value, value.low * scale)]
    # A printed figure that fits says more than one that blanks would have to make.
    fitting.sort(key=lambda value: value.is_open)
    status = "pass" if fitting else "fail"
    if not fitting and any(_could(told.value, value, scale) or value.ocr for value in known):
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


def _fits(claim: Claim, told: Decimal, value: Decimal) -> bool:
    return told <= value if claim.relation == "<=" else told == value


def _could(told: Decimal, value: _Value, scale: int) -> bool:
    """Whether figures in the blanks of a reading could make it fit: they only add where nothing is taken away."""
    return value.is_open and not (value.bounded and told < value.low * scale)


def _message(claim: Claim, form: Form, status: str, told: Told, values: list[_Value]) -> str:
    unit = form.table(claim.table).unit
    said = f"正文说 {told.value:f} 元" if unit in _SCALE else f"正文说 {told.value:f} {unit}"
    names = "、".join(value.said(unit if unit in _SCALE else "") for value in values[:3])
    more = "等" if len(values) > 3 else ""
    if status == "pass":
        return f"{said}，表中{names}，" + ("不多于它" if claim.relation == "<=" else "相符")
    if status == "fail":
        return f"{said}，表中{names}{more}，" + ("比它多" if claim.relation == "<=" else "没有一种算法相符")
    return f"{said}，表中{names}{more}，有空白、未读出或由扫描件识别的格，无法核对"


_CHECKS = {check.id: check for check in claim_checks()}
CHECKS = tuple(_CHECKS.values())
