"""Running text taken apart: sentences ready for patterns, the year that each speaks of, and whose figures it gives.

A report may restate the figures of others, of other years or of a part of the year; those are not the table's.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from generator.checks.case import Case
from generator.normalize import han_years, plain, simplified, squeeze
from generator.report import Report

_END = re.compile(r"[。!！?？]")
_TRADITIONAL = re.compile("[開請處辦項數結轉議訴訟關號來並與為縣區鎮鄉]")
_TITLES = re.compile(r"《[^《》]*》|“[^“”]*”|\"[^\"]*\"|〔\d{4}〕\d*号?")
_YEAR = re.compile(r"(?<![\d比较与同于至到自])(20\d\d)年(?!底?前|[至到—~-])")
_LEADING_YEAR = re.compile(r"(?:\([^()]{1,3}\)|[一二三四五六七八九十0-9]{1,2}[、.])?(20\d\d)年")
# A clause that acts or counts, and so may name whose figures follow; 围绕区委区政府中心工作 does neither.
_ACTS = re.compile(r"收|受理|办|答复|处理|\d|发生")
# The whole year said otherwise, then every other stretch of time.
_WHOLE_YEAR = re.compile(
    r"(?:20\d\d年?)?1月1日起?[至到—~-]+(?:20\d\d年?)?12月31日[止间]?|年初以来|今年以来|20\d\d年以来|截[至止]到?年[底末]"
)
_AT_ITS_END = re.compile(r"截[至止]到?(20\d\d年)(?:12月(?:31日|底|末)|年?[底末])")
_STRETCH = re.compile(
    r"[上下]半年|季度|近[一二两三四五六七八九十\d]+年|[两三四五六七八九十\d]年来|历年|累计|截[至止]|以来|期间|"
    r"20\d\d年?(?:至|到|—|-|~)|\d月|[一二三四五六七八九十]月|去年|前年|同期|上一?年度?(?!度?(?:结转|转结|遗留|顺延|转入))"
)
_MOST_TEXT = 50_000  # characters of a section that are read: the longest real ones have a fifth of that
_HEADING = 40  # characters: what is longer is no heading
_CLOSED = re.compile(r"[。;；!！?？]|^\s*$")
_MEMORY = 2000  # characters of a paragraph that a sentence may refer back to
_COMPARED = re.compile(r"(?:同比|环比|较|比|与)[^,;]*")
# What is compared, planned, sampled or counted by another thing than requests.
_ASIDE = re.compile(
    r"同比|环比|增加|增长|减少|下降|下一步|力争|计划|目标|预计|拟|培训|会议|座谈|演练|抽查|评查|督办|典型|案例|"
    r"网络|网上|网站|在线|信函|邮[寄箱件政]|当面|现场|平台|传真|窗口|微信|电话|通过|主动公开|解读"
)
# All who may apply, in the words of the law: no body among them, and no part of them.
EVERYBODY = re.compile(r"公民、?[、和或及与]?法人[、和或及与]者?其[他它]组织|(?:任何)?(?:单位|组织)[和或]个人")
_OTHERS = re.compile(
    r"政府办|[省市县区州旗镇乡民级]政府(?!信息|网|门户|公报|采购|工作|集中|购买|服务)|办公[室厅]|部门|单位|本级|机关|"
    r"[局委厅](?![长员托])|各[县区市乡镇街村办]|[辖下所]属|乡镇|街道|办事处|系统|全[省市县区州盟旗国镇乡街域]|"
    r"县|镇|(?<![社辖地园景片校城])区(?!域)|市(?![场民])|公司|学校|医院|法院|管委会"
)
_TOWNSHIP = re.compile(
    r"(?:^|.*[省市县区州盟旗])?(?P<core>[^省市县区州盟旗]{1,8}?(?:街道|街|镇|乡|苏木))(?:人民政府|办事处)*"
)
_OFFICE = re.compile(r".*(?:政府|管委会)办(?:公[室厅])?")
_AREA = re.compile(r"(?:.*[省市州盟])?(?P<core>[^省州盟]{1,11}[省市县区州盟旗])(?:人民政府)?")
_BODY = re.compile(
    r"(?:.*?[省市县区州盟旗])?(?P<core>.{1,20}?)(?P<short>局|委员会|委|厅|办公室|办|中心|院|部|署|管委会|支队|站|所)"
)
# All bodies of an area together.
_WHOLE_AREA = (
    "全[省市县区州盟旗](?:各级|各)?(?:国家)?(?:行政机关|行政系统|政府系统|政府机关|政府部门|政府及(?:其|各)?(?:工作)?部门|各部门各单位|各单位)|全[省市县区州盟旗]各级各部门|"
    "全[省市县区州盟旗]各(?:乡镇|镇街|乡镇街道|街道|镇|乡)[、和及](?:各|县直|区直|市直|直属)*(?:部门|单位)|"
)
_NONE_SURE = re.compile(r"(?!)")


class Sentence(NamedTuple):
    """``printed`` as in the file, ``text`` in half width, simplified, without spaces; ``section`` is a section's key.

    ``before`` holds the texts of the sentences before it in its paragraph, each with a 。 behind it; ``under`` is the
    heading above, a short line without an end, where there is one in the section.
    """

    section: str
    printed: str
    text: str
    before: str
    under: str = ""

    @property
    def year(self) -> int | None:
        """The last year that an earlier sentence of the paragraph began with."""
        leading = [match for text in self.before.split("。") if (match := _LEADING_YEAR.match(text))]
        return int(leading[-1][1]) if leading else None

    def foreign(self, own: "Own") -> bool:
        """Whether the last sentence of the paragraph that began with a body began with another one than ``own``."""
        for text in reversed(self.before.split("。")):
            leading = _LEADING_YEAR.match(text)
            subject = text[leading.end() if leading else 0 :].lstrip(",")[:16].partition(",")[0]
            if own.words.match(subject):
                return False
            if _OTHERS.search(subject) and _OTHERS.search(own.words.sub("", _TITLES.sub("", subject))):
                return True
        return False


class Own(NamedTuple):
    """How a body is spoken of in its own report: ``words``; ``kind`` is township, area, office or body.

    ``core`` is the shortest name (青山镇); None where the name does not show it.
    """

    words: re.Pattern[str]
    kind: str
    core: str | None


def sentences(report: Report, *sections: str) -> Iterator[Sentence]:
    """Yield the sentences of ``sections`` of the running text in order."""
    for section in sections:
        under = ""
        for line in report.texts.get(section, "")[:_MOST_TEXT].splitlines():
            before = ""
            for printed, text in _split(line):
                yield Sentence(section, printed.strip(), text, before, under)
                before = f"{before}{text}。"[-_MEMORY:]
            if len(line) <= _HEADING and not _CLOSED.search(line):
                under = squeeze(line)


def _split(line: str) -> Iterator[tuple[str, str]]:
    """Each sentence as printed and as patterns see it; both lines have the same ends of sentences."""
    text = squeeze(line)
    if _TRADITIONAL.search(text):
        text = simplified(text)
    if "〇" in text or "○" in text or "二" in text:
        text = han_years(text)
    pairs = zip(_END.split(line), _END.split(text), strict=True)
    return ((printed, text) for printed, text in pairs if len(text) > 3)


def clause_of(text: str, start: int, end: int) -> str:
    """The clause of a sentence that holds the characters from ``start`` to ``end``."""
    first = max(text.rfind(mark, 0, start) for mark in ",;") + 1
    ends = [found for mark in ",;" if (found := text.find(mark, end)) >= 0]
    return text[first : min(ends, default=len(text))]


def without_titles(text: str) -> str:
    """Return ``text`` without titles of papers, quotations and document numbers: names in them are no one's deeds."""
    return _TITLES.sub("", text)


def without_whole_year(text: str) -> str:
    """Return ``text`` without titles and the words that stand for the whole year; a year that is named stays."""
    return _WHOLE_YEAR.sub("", _AT_ITS_END.sub(r"\1", _TITLES.sub("", text)))


def other_time(sentence: Sentence, start: int, clause: str, year: int | None) -> bool:
    """Say whether the figure at ``start`` may be of another time than the year reported on, or no plain count."""
    lead = _COMPARED.sub("", without_whole_year(sentence.text[:start]))
    plain_clause = without_whole_year(clause)
    named = _YEAR.findall(lead)
    spoken = int(named[-1]) if named else sentence.year
    if year is None or (spoken is not None and spoken != year) or _ASIDE.search(plain_clause):
        return True
    behind = re.search(r"20\d\d年", clause)
    return bool(_STRETCH.search(lead) or _STRETCH.search(plain_clause) or (behind and int(behind[0][:4]) != year))


def other_scope(sentence: Sentence, start: int, clause: str, own: Own) -> bool:
    """Say whether the figure at ``start`` may be another body's, or of a wider or narrower circle than the table."""
    lead = sentence.text[:start]
    at = max(lead.rfind(mark) for mark in ",;") + 1
    said = ",".join([*(part for part in re.split("[,;]", lead[:at]) if _ACTS.search(part)), clause])
    left = EVERYBODY.sub("", _TITLES.sub("", said))
    mine = own.words.search(left)
    left = own.words.sub("", left)
    return bool(_OTHERS.search(left)) or (not mine and sentence.foreign(own))


def own_of(case: Case) -> Own:
    """Return how the body of ``case`` is spoken of, from its names alone."""
    names = (case.body.name, case.report.agency.name, *case.body.aliases)
    return _own(tuple(dict.fromkeys(squeeze(name) for name in names if name)))


@lru_cache(maxsize=4096)
def _own(names: tuple[str, ...]) -> Own:
    if not names:
        return Own(_NONE_SURE, "body", None)
    name = simplified(names[0])
    every = {simplified(one) for one in names}
    if match := _TOWNSHIP.fullmatch(name):
        core = match["core"]
        every |= {
            core,
            f"{core}人民政府",
            f"{core}办事处",
            "镇政府",
            "乡政府",
            "镇人民政府",
            "乡人民政府",
            "街道办事处",
        }
        return Own(_words(every, "镇|乡|街道|街|办事处|办|乡镇", True), "township", core)
    if _OFFICE.fullmatch(name):
        every |= {f"{who}政府办{room}" for who in "省市县区州旗" for room in ("公室", "公厅", "")}
        return Own(_words(every, "办公室|办公厅|办|室|厅", True, "(?:代表[^,;]{0,8}政府)?"), "office", None)
    if match := _AREA.fullmatch(name):
        core = match["core"]
        # Of a whole area, the words 人民政府 may mean the government alone: they are not among its own.
        every = {one.removesuffix("人民政府") for one in every} | {core}
        return Own(_words(every, core[-1], False, "(?!人民政府|政府)", _WHOLE_AREA), "area", core)
    match = _BODY.fullmatch(name)
    short = match["short"][0] + ("|中心" if match and match["short"] == "中心" else "") if match else "局"
    if match:
        every |= {match["core"] + match["short"]}
        every |= {f"{who}{match['core']}{match['short']}" for who in "省市县区州旗"}
    return Own(_words(every, short, True), "body", None)


def _words(names: set[str], letters: str, alone: bool, behind: str = "", first: str = "") -> re.Pattern[str]:
    said = [*sorted(map(re.escape, names), key=len, reverse=True), f"[我本全](?:{letters})"]
    said += [r"(?<![\u3400-\u9fff])街道"] if "街道" in letters else []
    said += ["本机关", "[我本]单位", "本部门", "本行政机关"] if alone else []
    return re.compile(f"{first}(?:{'|'.join(said)}){behind}")


def as_plain(text: str) -> str:
    """Return ``text`` as sentences are: half width, simplified, without spaces."""
    return simplified(squeeze(plain(text)))
