"""Another place's name in a report: what a text shows that was taken over from a neighbour.

Places are told of for many good reasons: as partners, as guests, as what was merged. So only who acts at the
beginning of a sentence counts, in a sentence that does not speak of the reporting body as well.
"""

import re
from collections.abc import Iterator, Sequence

from generator.checks.case import Case
from generator.checks.check import Check, finding
from generator.checks.sentences import Own, Sentence, without_titles
from generator.normalize import squeeze
from generator.report import Finding, Level

_BASIS = "国办公开办函〔2021〕30号：年度报告内容应当准确、全面，不得内容雷同、敷衍塞责"
PLACE = Check(
    "prose-place", "正文里的机关是本机关", "正文里做事的乡镇、街道或者部门，是否就是报告机关自己？",
    "句首做事的机关名称 ＝ 报告机关", _BASIS,
    "乡镇、街道的报告看句首做事的乡镇、街道和「我局」，县（市、区）的报告看句首做事的县（市、区）；「我县」一类只在全文一次也"
    "没有提到本机关时才算。上级地名、村和社区、书名号里的名称、并列的、结对合作的、同一句里也写到本机关的不算；其他机关的报告"
    "不核对。", "note",
)  # fmt: skip

# What a body does at the beginning of a clause. 党委 and 人民政府 are no verbs: 围绕镇党委 names no place.
_ACTING = (
    "(?:多次|认真|积极|坚持|高度重视|始终|紧紧|紧扣|严格|切实|不断|全面|深入|扎实|主动|按照|结合|召开|开展|成立|"
    "组织|共[收公主受]|没有|未[收发]|通过|加强|强化|持续|大力|着力|依法|贯彻|落实)"
)
# What may stand between a body and what it does: who there acts, when, and under whom.
_BETWEEN = (
    r"(?:人民政府|党委|党工委|办事处|政府(?!信息))?(?:[、和及](?:人民政府|党委|办事处|政府(?!信息)))?"
    r"(?:20\d\d年(?:度|以来)?|全年)?(?:的?政府信息公开工作|的?政务公开工作)?"
)
_UNDER = r"在[^,;]{2,20}(?:领导|指导|支持|关心|帮助)下"
_LEAD = r"(?:^|[,;:])(?:20\d\d年(?:度|以来)?,?)?"
_SUBJECT = {
    "township": re.compile(
        rf"{_LEAD}(?P<name>(?P<core>[\u3400-\u9fff]{{2,4}}?)(?:街道|镇|乡)){_BETWEEN}(?:{_ACTING}|{_UNDER})"
    ),
    "area": re.compile(
        rf"{_LEAD}(?P<name>(?P<core>[\u3400-\u9fff]{{2,3}}?)(?:县|区|市|旗)){_BETWEEN}(?:{_ACTING}|{_UNDER})"
    ),
}
# What stands before 镇, 区 and is no name. Names that hold one of these characters (和平镇) are passed over with them.
_NO_NAME = re.compile(
    "[我本全各该两其每所原在为由从到至把将让被的等和及与或对给向往以使并于而是了有做抓促带个市县区镇乡]|[小古名强重城集村制]$|"
    "围绕|按照|结合|依托|根据|指导|督促|组织|推动|要求|加强|建立|深入|提高|推进|通过|发挥|覆盖|涉及|面向|方便|服务|配合|"
    "协助|联合|会同|部分|基层|中心|特色|示范|试点|重点|美丽|周边|邻近|兄弟|先进|相关|其他|学习|借鉴|参观|考察|支持|帮助|"
    "开发|高新|新$|园$|景$|社$|辖$|片$|地$|校$|灾$|林$|牧$|矿$|库$|湖$|山$|郊$|专$|街$|功能|合作|保税|度假|管理|风景"
)
# Nobody works under the lead of another township.
_LED_BY = re.compile(
    rf"{_LEAD}在(?P<name>(?P<core>[\u3400-\u9fff]{{2,4}}?)(?:街道|镇|乡))(?:党委|党工委|人民政府|政府|办事处|[、和及]){{1,3}}"
    r"的?(?:正确|坚强|统一|高度)?(?:领导|重视)"
)
_PARTNER = re.compile(
    "结对|共建|协作|合作|对口|联合|协助|帮扶|交流|相邻|邻近|邻镇|毗邻|兄弟|对接|配合|联动|并入|划入|撤并|合并|划归|撤[乡镇]|支援|来访|前来|"
    "[来赴到][^,;]{0,4}(?:考察|学习|参观|调研|观摩|检查)|考察团|代表团|道路|公路|大道|路段|[至到][^,;]{0,8}[路线]|接壤|流经|等[乡镇街]"
)
_OTHER_KIND = re.compile(rf"{_LEAD}(?P<name>[我本](?:局|厅))(?![部托会员])")
# 我县 in a township's report may be the county that it lies in, unless the report never speaks of the township.
_ABOVE = re.compile(rf"{_LEAD}(?P<name>我[县市区旗局厅])(?![部托会员场民委]){_BETWEEN}{_ACTING}")
_US = {"township": re.compile("[我本全](?:街道|镇|乡|街|办)"), "area": re.compile("[我本全][县区市旗]")}


def other_places(case: Case, told: Sequence[Sentence], own: Own, level: Level | None) -> Iterator[Finding]:
    """Yield the names of other places that act in the sentences of a report on ``own``, which stands at ``level``.

    Only of townships and counties: they alone are not reported on by telling what others of their kind do.
    """
    of_body = case.body.kind in (None, "government", "street")
    if own.core is None or not of_body or own.kind not in _SUBJECT or (own.kind == "area" and level != "county"):
        return
    region = case.report.region.name if case.report.region else ""
    names = (case.body.name, case.report.agency.name, *case.body.aliases, case.body.place, region)
    known = squeeze("".join(name for name in names if name))
    if own.kind == "area" and not (case.body.place or region):
        return  # the city above it cannot be told from a strange one
    mine = any(_of_us(sentence.text, own) for sentence in told)
    seen: set[str] = set()
    for sentence in told:
        for name in _strangers(sentence, own, known, mine):
            if name in seen:
                continue
            seen.add(name)
            yield finding(
                PLACE, case, "fail", f"正文说「{name}」怎样做，报告机关是{own.core}",
                quote=sentence.printed, where=str(len(seen)), expected=own.core, actual=name,
            )  # fmt: skip
    if mine and not seen:
        yield finding(PLACE, case, "pass", f"正文里做事的是{own.core}，没有别的同类机关", where="1")


def _strangers(sentence: Sentence, own: Own, known: str, mine: bool) -> Iterator[str]:
    """The names of other places that act in a sentence; ``mine``: whether the report speaks of its own body at all.

    Not where the sentence tells of working together, or of the own body too.
    """
    text = without_titles(sentence.text)
    if _PARTNER.search(sentence.text):
        return
    of_us = _of_us(text, own)
    patterns = [*([_SUBJECT[own.kind]] if not of_us else []), *([_LED_BY] if own.kind == "township" else [])]
    for pattern in patterns:
        for match in pattern.finditer(text):
            if match["core"] not in known and not _NO_NAME.search(match["core"]):
                yield match["name"]
    if own.kind == "township" and not of_us:
        for match in (_OTHER_KIND if mine else _ABOVE).finditer(text):
            yield match["name"]


def _of_us(text: str, own: Own) -> bool:
    """Whether a text names the body itself; 镇政府 does not, 城关镇政府 has it too."""
    return bool((own.core and own.core in text) or _US[own.kind].search(text))
