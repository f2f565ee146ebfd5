"""Whether a figure in a sentence surely is what a claim takes it for: only then may it contradict the table.

Sentences are endless, lists of what a figure may also be never end. So the words are counted that a claim
understands (``words`` in the forms): where its clause holds another one, the figure may be of a part, of another
matter, or no plain count, and that it fits nowhere says nothing. What stands around the clause can narrow it as well.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from generator.checks.sentences import EVERYBODY, Own, Sentence, without_whole_year
from generator.checks.wording import COUNT, UNITS, Told, pattern
from generator.form import Claim, load_forms

_MARKS = ",;:。"
# Of whom words tell is for ``sentences`` to judge; here they are no riddle.
_SELF = (
    r"[我本全](?:省|市|县|区|旗|州|镇|乡|街道?|局|委|办|厅|单位|部门|行政机关|机关)|"
    r"[省市县区旗镇乡](?:人民)?政府(?:办公[室厅]|办)?(?!信息)|(?:街道)?办事处|我们"
)
_FIGURES = re.compile(COUNT)
_NO_WORDS = re.compile(r"\d[\d,.]*(?:%|万?元)?|[、:()“”\"*·和及与或并且,]")
_WHOLE_BRACKET = re.compile(r"\([^()]*\)")
_APPLICANT = re.compile("自然人|法人|企业|公民|个人|科研|公益")
_LIST_END = re.compile(rf"(?<=[{UNITS}])、")
# 其中 and the like: what follows is a part of what stands before.
_PART_OF = re.compile("其中|包括")
# A clause that only says of what, where or when the next one speaks.
_NARROWS = re.compile(r"(?:后|中|期间|以来|方面|时|上|类|起)$|^(?:通过|针对|关于|涉及|对于|对|向|由)")
_JOINED = re.compile(r"(?:公开|提供|处理|复议|诉讼|案件)(?:或者|以及|和|及|与|、|或)(?:予以|同意|被?提起)?(?:行政)?$")
_ALSO = re.compile(r"[和及][^,;]{0,14}\d")
_ABOUT = re.compile(rf"[数几]十|[余多几][{UNITS}]|[一二三四五六七八九][一二三四五六七八九][{UNITS}]|^多?余|^左右|^上下")
_ALL_OF_THEM = re.compile(r"[,(](?:均|都|全部|全)(?:为|是|系|由|向)[^,;)]*")
# What stands in brackets behind a figure may narrow it, unless it takes the figure apart.
_REMARK = re.compile(r"\((?!含|其中|包括|同比|较|比|占)[^()\d]*\)")
_PAPERS = re.compile(r"信息(?:[共合总]?计|共|为|:){0,2}[^信息公开申请]{1,9}[条份项]$")
_REQUESTS = pattern("{r}|依申请|申请公开")
_ALL_ARE = re.compile("均|都|全部?[为是系由]")
_OF_OTHERS = re.compile("向|转|单位|部门|政府(?!信息)|[局委办]")
# Where nothing but the same table's cases stands between, 行政诉讼5件 still speaks of what its topic began.
_OTHER_CIRCLE = re.compile("其中|涉")


def understood(claim: Claim, text: str, own: Own | None) -> bool:
    """Say whether ``text`` holds no word but those of ``claim``, names of the body itself, figures and times."""
    return not _rest(text, _words((claim.words, claim.also)), own)


def doubtful(claim: Claim, sentence: Sentence, told: Told, own: Own) -> bool:
    """Say whether the figure ``told`` may be anything but what ``claim`` takes it for."""
    text = sentence.text
    start, end = piece_of(text, told.start, told.end)
    segment = max(text.rfind(";", 0, start), 0)
    lead = text[segment : told.end]
    return (
        not understood(claim, without_brackets(text, start, end, told), own)
        or _no_plain_count(text, told)
        or (claim.at.endswith("/total") and bool(_APPLICANT.search(EVERYBODY.sub("", lead))))
        or _narrowed(claim, text[segment:start], text[start : told.end], own)
        or any(_OF_OTHERS.search(found) for found in _ALL_OF_THEM.findall(text[told.end :])[:1])
        or _off_topic(claim, text, told, start)
        or _other_matter(claim, sentence, text[start:end])
        or _papers(claim, f"{sentence.before}{text[: told.start]}", text[told.start : told.end])
    )


def _no_plain_count(text: str, told: Told) -> bool:
    """Whether the figure is a guess, one sum for several things that are named before it, or remarked upon."""
    ahead, behind = text[: told.start], text[told.end :]
    if _ABOUT.search(text[max(told.start - 2, 0) : told.end]) or _ABOUT.match(behind):
        return True
    joined = told.value and (_JOINED.search(ahead) or _ALSO.match(behind))
    return bool(joined or _REMARK.match(behind))


def piece_of(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the clause with the characters from ``start`` to ``end`` begins and ends; inside its bracket, if any."""
    first = max(text.rfind(mark, 0, start) for mark in _MARKS) + 1
    ends = [found for mark in _MARKS if (found := text.find(mark, end)) >= 0]
    last = min(ends, default=len(text))
    if text.rfind("(", 0, start) > text.rfind(")", 0, start):
        first = max(first, text.rfind("(", 0, start) + 1)
        closing = text.find(")", end)
        last = min(last, closing) if closing >= 0 else last
    for match in _LIST_END.finditer(text, first, last):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            return first, match.start()
    return first, last


def without_brackets(text: str, start: int, end: int, told: Told) -> str:
    """The clause from ``start`` to ``end`` without whole brackets that stand apart from the figure."""
    ahead, behind = text[start : told.start], text[told.end : end]
    figure = _WHOLE_BRACKET.sub("", text[told.start : told.end])
    return f"{_WHOLE_BRACKET.sub('', ahead)}{figure}{_WHOLE_BRACKET.sub('', behind)}"


def _narrowed(claim: Claim, lead: str, clause: str, own: Own) -> bool:
    """Whether what stands before a clause in its segment says that it speaks of a part, or of something else."""
    known = _words(tuple(dict.fromkeys(words for one in _of_table(claim) for words in (one.words, one.also))))
    pieces = [piece for piece in re.split("[,;:。(]", lead) if piece]
    if _ALL_ARE.match(clause):  # of what stands before it
        head = pieces[-1] if pieces else ""
        return not re.search("申请|公开", head) or bool(_rest(head, known, own) or re.search("[转延撤]", head))
    if any(_NARROWS.search(piece) and _rest(piece, known, own) for piece in pieces):
        return True
    counted = [piece for piece in pieces if _FIGURES.search(piece)]
    if counted and claim.table == "requests" and "申请" not in clause and _rest(counted[-1], known, own):
        return True  # 建议提案予以公开9件,不予公开3件
    parts = [i for i, piece in enumerate([*pieces, clause]) if _PART_OF.search(piece)]
    if not parts:
        return False
    before = [*pieces, clause][max(parts[-1] - 1, 0) : -1]
    head = before[0] if parts[-1] and before else ""
    return any(_rest(piece, known, own) for piece in before) or bool(re.search("[转延撤]", head))


def _off_topic(claim: Claim, text: str, told: Told, start: int) -> bool:
    """Whether the figure is of cases that need not be about public information; none at all is none about it, too."""
    if not claim.topic or not told.value or re.search(claim.topic, text[start : told.end]):
        return False
    matches = list(re.finditer(claim.topic, text[:start]))
    if not matches:
        return True
    first, _ = piece_of(text, matches[-1].start(), matches[-1].end())
    return bool(_OTHER_CIRCLE.search(text[first : told.start]))


def _other_matter(claim: Claim, sentence: Sentence, clause: str) -> bool:
    """Whether applications without a name, 收到申请19件, may be for anything else: what precedes tells."""
    if claim.table != "requests" or "公开" in clause or _REQUESTS.search(sentence.text):
        return False
    if sentence.before:
        return not _REQUESTS.search(sentence.before.rstrip("。").rpartition("。")[2])
    return bool(sentence.under) and not _REQUESTS.search(sentence.under)


def _papers(claim: Claim, before: str, figure: str) -> bool:
    """Whether papers or pieces of information are counted: 信息9条, or 9条 where requests are counted in 件."""
    if claim.table != "requests" or figure[-1] not in "条份项":
        return False
    first = next(pattern("{r}{n}").finditer(before), None)
    return bool(_PAPERS.search(figure)) or (first is not None and first.group()[-1] != figure[-1])


def _of_table(claim: Claim) -> Iterator[Claim]:
    yield from (one for one in load_forms()[-1].claims if one.table == claim.table)


def _rest(text: str, words: re.Pattern[str], own: Own | None) -> str:
    """What is left of ``text`` without the words that are understood."""
    text = without_whole_year(text)
    if own:
        text = own.words.sub(",", text)
    return _NO_WORDS.sub("", words.sub(",", _FIGURES.sub(",", text)))


@lru_cache(maxsize=256)
def _words(texts: tuple[str, ...]) -> re.Pattern[str]:
    every = sorted({word for text in texts for word in text.split()}, key=len, reverse=True)
    return pattern("|".join([EVERYBODY.pattern, _SELF, *every]))
