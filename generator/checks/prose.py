"""Running text against itself and against the kind of body: period, years, plans, names, things left in or left out.

Each of these may have a good reason that the text does not give. So nothing here is an error, and what only looks
strange because a file was read badly is not said at all.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from generator.checks.case import Case
from generator.checks.check import Check, finding
from generator.checks.place import PLACE, other_places
from generator.checks.sentences import Sentence, own_of, sentences, without_titles
from generator.form import load_form
from generator.normalize import han_years, is_blank, squeeze
from generator.report import Finding, Level

_BASIS = "国办公开办函〔2021〕30号：年度报告内容应当准确、全面，不得内容雷同、敷衍塞责"
PERIOD = Check(
    "prose-period", "统计期限是报告年度的全年", "正文写明的统计期限，是否从报告年度的1月1日到12月31日？",
    "统计期限 ＝ 报告年度1月1日至12月31日", "《政府信息公开条例》第四十九条：年度报告报告的是上一年度的工作",
    "没有写明统计期限的不核对；提取文字时丢了「年」字的照样认得。", "warning",
)  # fmt: skip
YEAR = Check(
    "prose-year", "题名、期限、正文是同一年", "题名的年度，与统计期限、总体情况里写的年度是否一致？",
    "题名年度 ＝ 统计期限年度；总体情况写到报告年度", _BASIS,
    "总体情况里一个年度也没有写的不核对；写到报告年度的，同时写到别的年度也算一致；只写今后打算的不算。", "note",
)  # fmt: skip
PLAN = Check(
    "prose-plan", "下一步计划不是过去的年度", "写明年度的下一步计划，是否在报告年度之后？",
    "计划年度 ＞ 报告年度", _BASIS,
    "只看明说是打算的句子（「某年，我局将继续……」「某年工作计划」）；没有写年度的计划，说已经完成、原来提出的计划，不核对。",
    "note",
)  # fmt: skip
LEFT = Check(
    "prose-placeholder", "没有留下模板的占位符", "正文里是否还留着模板的占位符或者填写说明？",
    "正文没有 XX、某某、「此处填写」一类的文字", _BASIS,
    "案例中隐去姓名的「张某某」不算，夹在字母中间的 XX 不算。", "warning",
)  # fmt: skip
SECTION = Check(
    "prose-section", "三个文字部分都有", "总体情况、存在的主要问题及改进情况、其他需要报告的事项，是否都有内容？",
    "三个部分都读到文字", "《政府信息公开条例》第五十条；国办公开办函〔2021〕30号所附格式",
    "标题写法特别、内容并入别处的，可能没有认出来；所以只作说明。", "note",
)  # fmt: skip
REGULATION = Check(
    "prose-regulation", "规章只出现在有权制定的机关", "无权制定规章的机关，规章一行是否都是 0？",
    "县级以下机关的规章件数 ＝ 0", "《立法法》：规章由国务院部门和省级、设区的市、自治州人民政府制定",
    "把上级规章计作本机关公开的；汇总了下辖单位误填的。", "warning",
)  # fmt: skip
BLANK = Check(
    "prose-blank", "表格不是全部空白", "报告的表格是否至少填了一个数字？",
    "填了数字的格 ＞ 0", "国办公开办函〔2021〕30号：报告内容应当准确、全面",
    "文件转换时丢了数字的，另有读取说明。", "warning",
)  # fmt: skip
FEE = Check(
    "prose-fee", "说明了信息处理费", "是否说明了收取信息处理费的情况？",
    "正文提到信息处理费", "国办公开办函〔2021〕30号所附格式：收取信息处理费情况在「其他需要报告的事项」报告",
    "没有收取过的，有的机关只写「无」；那是否就是没有收取，无从知道，所以记为无法核对。", "note", ("2021",),
)  # fmt: skip
CHECKS = (PERIOD, YEAR, PLAN, PLACE, LEFT, SECTION, REGULATION, BLANK, FEE)

_MOST = 20  # findings of one kind on one report
_YEAR = re.compile(r"(?<!\d)(20\d\d)年?度?(?!\d)")
_ANY_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年)")
_TELLS = re.compile(r"(20\d\d)年度?,")
# 年 may be lost in extraction: 20231月1日至202312月31日. Days may be left out: 2022年1月至12月; or words: 2022.1.1.
_UNTIL = r"(?:起|始|开始)?,?(?:至|到|止|—|–|-|~)+"
_SPANS = tuple(
    re.compile(rf"(?P<y1>20\d\d){first}{_UNTIL}{last}")
    for first, last in (
        (r"年?(?P<m1>\d{1,2})月(?P<d1>\d{1,2})日", r"(?:(?P<y2>20\d\d)年?)?(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日"),
        (r"年(?P<m1>\d{1,2})月(?P<d1>)份?", r"(?:(?P<y2>20\d\d)年)?(?P<m2>\d{1,2})月(?!\d{1,2}日)(?P<d2>)"),
        (r"年(?P<m1>\d{1,2})(?P<d1>)", r"(?P<y2>)(?P<m2>\d{1,2})月(?!\d{1,2}日)(?P<d2>)"),
        (
            r"(?P<s>[./-])(?P<m1>\d{1,2})(?P=s)(?P<d1>\d{1,2})",
            r"(?:(?P<y2>20\d\d)(?P=s))?(?P<m2>\d{1,2})(?P=s)(?P<d2>\d{1,2})",
        ),
    )
)
# 根据统计 and the like announce no period of statistics.
_STATISTICS = re.compile(
    r"统计(?:期|时|数据|的?起止)|期限|所列|(?:本|以上|下列)[^,。]{0,6}数据|数据[^,。]{0,8}(?:统计|期)"
)
_INTENDS = re.compile("将|拟|计划|打算|力争|下一步")
_PERIOD_WORD = re.compile(r"统计(?:期|时|的?起止|区间|周期|范围)|期限|起止|数据[^,。]{0,8}(?:区间|时段)")
_PLAN = re.compile(
    r"(?:^|[,;:、])(?P<year>20\d\d)年度?,?(?:[我本][局镇乡县区市街委办厅]|[我本]单位|我们|[^,;]{2,12}?)?"
    r"(?:将(?:继续|进一步|着重|着力|重点|持续|从以下|在以下|按照以下)|(?:拟|计划|打算)(?:继续|进一步|从以下|重点))"
)
_BOUND = re.compile(r"(?:[到至于]|底前?|以前|要求|根据|按照)$")
_HEADING = re.compile(
    r"(?:\([^()]{1,3}\)|[一二三四五六七八九十\d]+[、.])?(20\d\d)年度?(?:工作|下一步)?(?:思路|计划|打算)"
    r"(?:安排|目标|重点|措施|思路|打算|计划|方向|建议|设想|如下|[和及与、:]|下一步|主要|工作){0,6}"
)
# A plan that is told as done, or as made some time ago, is no plan any more.
_DONE = re.compile(
    r"已|完成|取得|成效|效果|得到|实现了|落实了|提出|曾|原定|年初|[上去前]年|此前|当时|总结|回顾|落实情况|情况如下|如期|基本落实"
)
# What stands for a name or a figure that was to be put in, and what the blank form says to its filler.
_UNIT_OF_NAME = "(?:[省市县区旗镇乡局委办厅街]|人民政府|单位|部门|办事处)"
_LEFT = re.compile(
    r"(?<![A-Za-z0-9./])[Xx×＊*]{2,4}(?=[年月日省市县区镇乡局委办厅街件条次个项起万元]|人民政府|单位|部门)|20[Xx×]{2}(?!年?以来)年?|"
    rf"(?<![A-Za-z0-9/])(?:_{{2,}}|[○〇◯]{{2,4}})(?={_UNIT_OF_NAME}|[年月日件条次项起元])|"
    r"(?<=[\u3400-\u9fff])(?<!第)[Xx×＊*_]+(?=[件条次份起项](?![款文])|万?元)|"
    r"某某(?=[省市县区镇乡局委街]|单位|部门|机关)|[（(【\[]?(?:请在)?此处(?:填写|填报|填入|插入|报告)[^,;。]{0,12}|"
    r"[（(【\[](?:请?填写?|填报|注)?(?:本)?(?:单位|机关|部门|乡镇|街道|行政机关|公开主体)(?:全称|名称|简称)[)）】\]]|"
    r"填[写报]说明[:,]|文字描述|(?:请)?填写(?:单位|机关|本机关)名称|\(该部分以表格形式报告|收取信息处理费情况在此处报告"
)
_MAKERS: frozenset[Level] = frozenset({"central", "province", "city"})


def check_prose(case: Case) -> Iterator[Finding]:
    """Yield what the running text, and the kind of body, say about the report itself."""
    yield from _regulations(case)
    yield from _blank(case)
    if case.report.source.excerpt or not case.report.texts or case.form is None:
        return
    own = own_of(case)
    told = list(sentences(case.report, "preamble", "overview", "problems", "other"))
    yield from islice(_period(case, told), _MOST)
    yield from _years(case, told)
    yield from islice(_plans(case, told), _MOST)
    yield from islice(other_places(case, told, own, _level(case)), _MOST)
    yield from islice(_left(case, told), _MOST)
    yield from _sections(case)
    yield from _fee(case)


def _period(case: Case, told: list[Sentence]) -> Iterator[Finding]:
    year = case.report.year
    for number, (sentence, span) in enumerate(_spans(told), 1):
        right = span.whole and year in (None, span.first)
        due = "" if right else f"，不是 {year or span.first} 年全年"
        yield finding(
            PERIOD, case, "pass" if right else "fail", f"统计期限写的是 {span.said}{due or '，是全年'}",
            quote=sentence.printed, where=str(number), expected=str(year or span.first), actual=str(span.first),
        )  # fmt: skip


class _Span(NamedTuple):
    """From when until when: ``first`` is the year it begins in, ``whole`` that it is just that year."""

    first: int
    whole: bool
    said: str


def _spans(told: list[Sentence]) -> Iterator[tuple[Sentence, _Span]]:
    """The statements of a period of statistics, one for each pair of dates."""
    seen: set[str] = set()
    for sentence in told:
        if not _STATISTICS.search(sentence.text):
            continue
        # Only what is said to be a period is one where no days are named: 1月至6月数据中心改造.
        whens = _SPANS if _PERIOD_WORD.search(sentence.text) else _SPANS[:1]
        match = next((found for when in whens if (found := when.search(sentence.text))), None)
        if match and match.group() not in seen:
            seen.add(match.group())
            yield sentence, _span(match)


def _span(match: re.Match[str]) -> _Span:
    first, last = match["y1"], match["y2"] or match["y1"]
    month, day, end_month, end_day = (int(match[name] or 0) for name in ("m1", "d1", "m2", "d2"))
    dates = (month, day or 1, end_month, end_day or 31) == (1, 1, 12, 31)
    days = (f" {day} 日" if day else "", f" {end_day} 日" if end_day else "")
    said = f"{first} 年 {month} 月{days[0]}至 {last} 年 {end_month} 月{days[1]}"
    return _Span(int(first), dates and first == last, said)


def _years(case: Case, told: list[Sentence]) -> Iterator[Finding]:
    title = {int(year) for year in _YEAR.findall(han_years(squeeze(case.report.title or "")))}
    year = title.pop() if len(title) == 1 else None
    for sentence, span in _spans(told) if year else ():
        same = span.first == year
        message = f"题名是 {year} 年，统计期限写的是 {span.first} 年" + ("" if same else "，不一致")
        yield finding(
            YEAR, case, "pass" if same else "fail", message,
            quote=sentence.printed, where="period", expected=str(year), actual=str(span.first),
        )  # fmt: skip
        break
    yield from _overview_year(case, year or case.report.year, [one for one in told if one.section == "overview"])


def _overview_year(case: Case, due: int | None, overview: list[Sentence]) -> Iterator[Finding]:
    """Whether 总体情况 speaks of the year reported on, or tells of the work of its neighbour alone."""
    named = {int(found) for sentence in overview for found in _ANY_YEAR.findall(sentence.text)}
    if due is None or not named:
        return
    if due in named:
        yield finding(YEAR, case, "pass", f"总体情况写到了报告年度 {due} 年", where="overview")
        return
    # Only a sentence that begins with a year says what year it tells of; 以来 may well reach back, 将 is of plans.
    told = ((int(match[1]), one) for one in overview if (match := _TELLS.match(one.text)))
    first = next(((year, one) for year, one in told if not _INTENDS.search(one.text)), None)
    if first and abs(first[0] - due) == 1:
        message = f"报告年度是 {due} 年，总体情况写的是「{first[0]} 年」的工作，没有一处写到 {due} 年"
        yield finding(
            YEAR, case, "fail", message,
            quote=first[1].printed, where="overview", expected=str(due), actual=str(first[0]),
        )  # fmt: skip


def _plans(case: Case, told: list[Sentence]) -> Iterator[Finding]:
    year = case.report.year
    if year is None:
        return
    number = 0
    for sentence in told:
        if sentence.section == "preamble" or "年" not in sentence.text:
            continue
        if _DONE.search(sentence.text):
            continue
        heading = _HEADING.fullmatch(sentence.text) if sentence.section == "problems" else None
        plan = _PLAN.search(sentence.text)
        if plan and _BOUND.search(sentence.text[: plan.start("year")].rstrip(",")):
            plan = None
        found = int(heading[1]) if heading else int(plan["year"]) if plan else None
        if found is None or found > year + 1:
            continue
        number += 1
        stale = found <= year
        message = f"{year} 年度的报告，把 {found} 年写成今后的打算" if stale else f"下一步计划写的是 {found} 年"
        yield finding(
            PLAN, case, "fail" if stale else "pass", message,
            quote=sentence.printed, where=str(number), expected=f"{year + 1}", actual=str(found),
        )  # fmt: skip


def _left(case: Case, told: list[Sentence]) -> Iterator[Finding]:
    number = 0
    for sentence in told:
        if match := _LEFT.search(without_titles(sentence.text)):
            number += 1
            message = f"正文留着「{match.group()}」，像是模板没有填完"
            yield finding(LEFT, case, "fail", message, quote=sentence.printed, where=str(number))
    if told and not number:
        yield finding(LEFT, case, "pass", "正文里没有模板的占位符或者填写说明", where="1")


def _sections(case: Case) -> Iterator[Finding]:
    """A section is missed only in a file that has all the rest: else it was the file that lost it."""
    form, report = case.form, case.report
    if form is None:
        return
    due = [section for section in form.sections if section.text]
    missing = [section for section in due if not report.texts.get(section.key)]
    if not missing:
        yield finding(SECTION, case, "pass", f"{len(due)} 个文字部分都有内容", where="all")
        return
    tables = {path.partition("/")[0] for path in report.cells}
    whole = len(missing) == 1 and {"requests", "disputes"} <= tables
    text = "".join(report.texts.get(section.key, "") for section in due)
    for section in missing if whole else ():
        # Its words elsewhere in the text: the heading was perhaps set in another way and not recognised.
        word = "问题" if section.key == "problems" else "其他需要报告" if section.key == "other" else "总体情况"
        status = "unknown" if word in text else "fail"
        why = "，别处提到了，也许是标题写法特别" if status == "unknown" else ""
        yield finding(SECTION, case, status, f"没有读到「{section.label}」的内容{why}", where=section.key)


def _regulations(case: Case) -> Iterator[Finding]:
    paths = [path for path in case.report.cells if path.startswith("documents/regulation/")]
    level = _level(case)
    values = [(path, case.report.value(path)) for path in paths]
    printed = [(path, value) for path, value in values if isinstance(value, int)]
    if level is None or level in _MAKERS or not printed or case.form is None:
        return
    filled = [(path, value) for path, value in printed if value]
    if any(case.report.cells[path].ocr for path, _ in filled):
        return
    name = {"county": "县级", "township": "乡级"}.get(level, "")
    facts = load_form(case.form.id).all_facts
    said = "、".join(f"{facts[path].column.item.label} {value}" for path, value in filled)
    message = (
        f"{name}机关无权制定规章，规章一行填了{said}" if filled else f"{name}机关无权制定规章，规章一行没有填别的数"
    )
    yield finding(
        REGULATION, case, "fail" if filled else "pass", message, left=[path for path, _ in filled or printed],
        expected="0", actual=str(sum(value for _, value in printed)), where="documents/regulation",
    )  # fmt: skip


def _level(case: Case) -> Level | None:
    """How high the body stands: as registered, else as its place tells."""
    return case.body.level or (case.report.region.level if case.report.region else None)


def _blank(case: Case) -> Iterator[Finding]:
    cells = case.report.cells
    if not cells or case.form is None or any(not is_blank(cell.raw) for cell in cells.values()):
        return
    lost = any(notice.code in ("row-missing", "row-width", "table-missing") for notice in case.report.notices)
    message = f"表格读到 {len(cells)} 格，没有一个数字"
    if lost:
        yield finding(BLANK, case, "unknown", f"{message}；文件缺行缺格，不能断定原来就是空白", where="all")
    else:
        yield finding(BLANK, case, "fail", message, where="all")


def _fee(case: Case) -> Iterator[Finding]:
    if case.report.form not in FEE.forms or not case.report.texts.get("other"):
        return
    for section in ("other", "overview"):
        if "信息处理费" in squeeze(case.report.texts.get(section, "")):
            yield finding(FEE, case, "pass", "说明了收取信息处理费的情况", where="other")
            return
    message = "「其他需要报告的事项」没有提到信息处理费：是没有收取，还是没有报告，无从知道"
    yield finding(FEE, case, "unknown", message, where="other")
