"""Titles of annual reports, and of papers that are near to one and none.

The shapes seen in real reports are listed in the tests. Where titles stand among other lines: ``headline``.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from generator.normalize import han_years, simplified, squeeze, tidy

_FIGURES = r"(?<!\d)(?:\d{4}(?=年)|20\d{2}(?!\d))"  # of a year; 2023 alone is one too, 1998 alone is not
_TITLE = re.compile(
    rf"(?:关于)?(?:(?P<one>\()?(?P<before>{_FIGURES})(?:年度?|度)?(?(one)\)))?(?P<name>.*?)"
    rf"(?:(?P<two>\()?(?P<after>{_FIGURES})(?:年度?|度)?(?(two)\)))?"
    r"(?:政府|政务)信息公开(?:工作)?(?:(?P<late>\d{4})(?:年年度|年度|年))?(?:年度)?(?:工作)?(?:年度)?"
    r"(?:报告(?P<told>的?(?:公示|公告))?|(?P<short>年报))"
)
_MORE_YEARS = re.compile(r"(?<!\d)\d{4}(?=年|[-—–~至到、和及]+$)")
# What a page sets before a title that is no part of it: 【年报】, 附件1.
_TAG = re.compile(
    r"[(\[【〔](?:(?:政府|政务)?(?:信息公开)?(?:工作)?(?:年报|年度报告)|公示|公告|置顶)[)\]】〕]|附件\d?[:.、]?"
)
_WHOLE = re.compile(r"信息公开.*报告")  # a title before the title: lines that do not belong together
_SUFFIX = re.compile(r"(?:\([^()]{1,12}\)|[-—]+[^-—]{2,30})$")
# What stands around a name in titles: 关于 before or behind it, brackets, a second year (2021年至2023年), and a short
# year, 「22年」, which is none, and no part of a name either.
_CORE = re.compile(
    r"(?:关于)?(?:\d{1,3}年度?)?(?P<open>[(\[【〔])?(?P<core>.*?)(?(open)[)\]】〕])"
    r"的?(?:关于.{0,4})?(?:\d{4}(?:年[^:,。]{0,20}|[-—–~至到、和及]+))?(?:(?<!\d)\d{1,3}(?:年度?)?)?"
)
_NAME = re.compile(r"[\u3400-\u9fff〇A-Za-z0-9()·、《》-]{2,80}")
_NO_NAME = re.compile(
    # A path or a menu of the page.
    r".*(?:首页|位置|网站|门户|专栏|栏目|上一篇|下一篇|信息公开(?![办科处工])|年度报告|年报|关于).*"
    r"|(?:做好|印发|转发|报送|上报|公布|发布|开展|编制|填报)(?!委).*|.*(?:印发|报送|上报|公布|发布|开展|编制|填报)"
    r"|(?:全|本|我|各)(?:省|市|县|区|州|旗|镇|乡|街道|局|委|办|单位|机关)(?:各.*)?"
    # Words about the report: 一图读懂….
    r"|(?:图[解说]|一图|[读看]懂|解读|数[读说]|视频|转载|标题|题目|主题|名称|附件|附表|通知|公告|公示|最新|热点|原创|推荐).*"
    # What was left of a year that is set wrong: 2O23年, 2023-.
    r"|[\d()·、《》-].*|对(?!外).*|.*[A-Za-z\d(·、《年度-]|.*(?:(?<!\d)\d{4}(?!\d)|\d年|年度).*|[^()]*\).*|.*\([^()]*"
    # The end of a name that was broken over two lines.
    r"|.?(?:(?:人民)?政府|府|委员会|员会|会|管委会|局|委|办|厅|部|处|室|办公室|办事处|中心)"
)
_BODY = re.compile(
    r"[\u3400-\u9fff()·]{2,38}(?:政府|办公厅|办公室|办事处|委员会|管委会|局|委|办|厅|部|署|中心|街道|镇|乡|街"
    r"|海关|调查队|总队|支队|大队)"
)
_NO_BODY = re.compile(
    r".*(?:欢迎|首页|网站|门户|大厅|专栏|栏目|乡镇|部门|镇街|街镇|市县|县市(?!场监)|县区|公开|年报|报告|通知|您|今天|小镇|名镇|布局|格局).*"
    r"|.*(?:主办|承办|协办).*"
    r"|(?:全|本|我|各|打印|关闭|分享|返回|联系|主办|承办|来源|发布|登录|下载|版权|技术支持|维护|责任|编辑|审核|作者|供稿"
    r"|信息来源|信息提供|制发|地址|电话).*"
)
_PLACED = re.compile(r"(?:国务院|国家|中国|中华人民共和国|[\u3400-\u9fff·]{2,}?(?:省|市|县|区|州|旗|盟|镇|乡|街道?)).*")
_UNPLACED = re.compile(r".{2,}(?:局|委员会|管委会)|.{2,}(?:省|市|县|区|州|旗|盟|镇|乡)(?:人民)?政府")
_GOVERNMENT = re.compile(r"(?:人民)?政府$|办事处$")
_OFFICE = re.compile(r"(?:人民)?政府(?:办公厅|办公室)?$|办事处$|办公室$")
_LONGEST = 60  # characters of a line that can be the title of another paper
_WORDS = r"[^，。；：,;:！？]*"  # of a title: it is no sentence
_LINE = re.compile(_WORDS + r"(?:\([^()]*\))?")
PART_OF_YEAR = "不满一年的统计"
_NEAR_MISSES = tuple(
    (re.compile(_WORDS + pattern + r"(?:\([^()]*\))?"), kind)
    for pattern, kind in (
        (r"政府网站(?:工作)?年度(?:工作)?报表", "政府网站工作年度报表"),
        (rf"(?:年度报告|年报){_WORDS}(?:通知|通报|函)", "关于年度报告的通知"),
        (r"信息公开(?:工作)?(?:制度|规定|办法|指南|目录|申请表|流程图|实施细则)", "信息公开的制度或指南"),
        (rf"信息公开{_WORDS}(?:要点|方案|计划)", "工作要点、方案或计划"),
    )
)
_PART_WORD = re.compile(r"半年|季度|[前上下][一二三四五六七八九十\d]{1,2}个月")
_HAN_MONTH = "十?[一二三四五六七八九]|十[一二]?"
_MONTH = rf"(\d{{1,2}}|{_HAN_MONTH})"
_MONTHS = re.compile(rf"(?<!\d){_MONTH}(?:月份?)?(?:\d{{1,2}}日)?(?:[-—–~]+|至|到)(?:\d{{4}}年)?{_MONTH}月")
_ONE_MONTH = re.compile(  # 三月河镇 is a place
    rf"(?<![\d\-—–~至到])(?:\d{{1,2}}月份?|(?:{_HAN_MONTH})月份)(?!\d{{0,2}}日|[-—–~至到]).*(?:信息|政务)公开"
)


class Title(NamedTuple):
    """A title as printed, and the body and year that it names (None where it does not)."""

    text: str
    agency: str | None
    year: int | None


def parse_title(text: str) -> Title | None:
    """Read a title line, or None where ``text`` is not the title of an annual report."""
    printed = squeeze(text)
    if "公" not in printed:
        return None  # most lines
    body = han_years(simplified(printed))
    if len(body) != len(printed):  # the name is taken as printed, from where it stands in the simplified text
        printed = body
    if tag := _TAG.match(body):
        printed, body = printed[tag.end() :], body[tag.end() :]
    for candidate in (body, _SUFFIX.sub("", body)):
        match = _TITLE.fullmatch(candidate)
        if match and not _WHOLE.search(match["name"]):
            start, stop = _core(match)
            name = printed[start:stop]
            sane = bool(_NAME.fullmatch(name)) and not _NO_NAME.fullmatch(body[start:stop])
            agrees = _agrees(body[start:stop], body[len(candidate) :].strip("()-—"))
            years = {match["before"], match["after"], match["late"], *_MORE_YEARS.findall(match["name"])} - {None}
            year = int(years.pop()) if len(years) == 1 else None
            if (match["told"] or match["short"]) and not (sane and agrees and year):
                return None  # a column of the page is called so too
            return Title(tidy(text), name if sane and agrees else None, year)
    return None


def years_named(text: str) -> set[str]:
    """Return the years that a title names, in figures, wherever they stand in it."""
    return set(re.findall(_FIGURES, han_years(squeeze(text))))


def _core(match: re.Match[str]) -> tuple[int, int]:
    """Where the name begins and ends without the words around it; 县人民政府信息公开 is 县人民政府 + 信息公开."""
    start, stop = match.span("name")
    if core := _CORE.fullmatch(match["name"]):
        start, stop = start + core.start("core"), start + core.end("core")
    whole = match.string[start:stop].endswith("人民") and match.string.startswith("政府", stop)
    return start, stop + 2 if whole else stop


def _agrees(name: str, suffix: str) -> bool:
    """Say whether a body behind the title is the one before it, or the government whose site this is.

    Else (沭阳县…报告-沭阳县发改局) the title does not tell which of the two reports.
    """
    if not _BODY.fullmatch(suffix) or akin(name, suffix):
        return True
    place = _OFFICE.sub("", suffix)
    return place != suffix and (name.startswith(place) or _BODY.fullmatch(name) is not None)


def akin(one: str, other: str) -> bool:
    """Say whether two names are one body's, one of them with more words: 青山镇 and 示例县青山镇人民政府."""
    first, second = (_GOVERNMENT.sub("", simplified(name)) for name in (one, other))
    return first.endswith(second) or second.endswith(first)


def may_sign(signed: str, name: str) -> bool:
    """Say whether ``signed`` may stand below the report of ``name``: itself, or the office of a government."""
    return akin(signed, name) or akin(_OFFICE.sub("", simplified(signed)), name)


def signs(text: str) -> bool:
    """Say whether ``text`` (squeezed) may be the name of a body that stands above a date and signs."""
    name = simplified(text)
    return _BODY.fullmatch(name) is not None and not _NO_BODY.fullmatch(name)


def heads(text: str) -> bool:
    """Say whether a line above a title without a name is the name: that of a body, and of no item of a page's menu."""
    name = simplified(squeeze(text))
    return signs(name) and not _NO_NAME.fullmatch(name) and bool(_UNPLACED.fullmatch(name) or _placed(name))


def _placed(name: str) -> bool:
    """Say whether a name begins with a place: 示例县…, 国家…; 政务服务中心 and 透明政府 do not."""
    return _PLACED.fullmatch(name) is not None


def part_of_year(text: str) -> bool:
    """Say whether ``text`` speaks of a half-year, a quarter or months that are not the twelve of a year."""
    body = simplified(squeeze(text))
    if _PART_WORD.search(body) or _ONE_MONTH.search(body):
        return True
    return any((_number(first), _number(last)) != (1, 12) for first, last in _MONTHS.findall(body))


def _number(month: str) -> int:
    return int(month) if month.isdecimal() else "一二三四五六七八九十".find(month[-1]) + 1 + 10 * (len(month) - 1)


def part_year_line(text: str) -> bool:
    """Say whether a line is the title of a paper on part of a year, or the words of one that say which part."""
    body = simplified(squeeze(text))
    return len(body) <= _LONGEST and _LINE.fullmatch(body) is not None and part_of_year(body)


def near_miss(texts: Sequence[str]) -> tuple[str, str] | None:
    """Return the title of another paper that stands where a report's would, and what kind of paper it is."""
    for line in (line for text in texts if 4 < len(line := tidy(text)) <= _LONGEST):
        body = simplified(squeeze(line))
        if re.search(r"信息公开|政务公开", body) and part_year_line(body):
            return line, PART_OF_YEAR
        for pattern, kind in _NEAR_MISSES:
            if pattern.fullmatch(body):
                return line, kind
    return None
