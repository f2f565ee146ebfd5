"""Running text as clauses fit for comparison: what differs from body to body by necessity is masked.

A copier replaces the year, the figures and the name of the body; without a mask that would hide the copy. What law
and higher documents make everybody write is no copy either, and counts nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from generator.checks.case import Body
from generator.normalize import plain_spaces

MASK = "○"

# A comma inside a figure (1,234) ends no clause. What ends one is as long as the line end that takes its place.
_END = re.compile(r"[，。；：！？;:!?\n\r]|,(?![0-9０-９]{3})")
_SPACE = re.compile(r"[ \t*]+")
_ODD = re.compile(r"[\xa0\xad\u1680\u180e\u2000-\u206f\u3000\ufeff]")
# No part of it may match a line end, so that masked and printed text fall into the same pieces.
_MASKED = re.compile(
    r"(?=[○《习党国中政0-9０-９一二三四五六七八九十百千万亿零〇两我本全该省自市州盟县区旗乡镇街])"  # for speed
    r"(?:○"
    r"|《[^》\n]{2,60}》"
    r"|习近平新时代中国特色社会主义思想|习近平总书记|党的[^\n]{1,16}?全会|党的[一二三四五六七八九十]+大|党中央|国务院"
    r"|中国共产党|(?:中华人民共和国)?政府信息公开条例|政府信息公开工作年度报告|国办[^\n]{2,12}[〔\[(（]\d{4}[〕\])）]"
    r"|(?:[0-9０-９]+(?:[.．-][0-9０-９]+|,[0-9０-９]{3})*|[一二三四五六七八九十百千万亿零〇两]+)[%％]?"
    r"|[我本全该][省市州盟县区旗乡镇局办委厅处]|[我本](?:街道|机关|单位|部门)"
    r"|(?:省|自治区|市|州|盟|县|区|旗|乡|镇|街道)(?=党委|党工委|委|政府|办事处)"
    r")+"
)
# Sentences that the format itself demands, and the ones around them.
_DEMANDED = re.compile(
    r"统计期限|其他需要报告的(?:其他)?事项|需要?报告的其他|如有疑问|有任?何?疑问|电子版|联系电话|邮政?编码?|联系地址"
    r"|信息处理费|^总体情况$|^主动公开(?:政府信息)?情况$|收到和处理政府信息公开申请|存在的主要问题及改进"
    r"|因政府信息公开工作被申请行政复议|提起行政诉讼情况",
    re.MULTILINE,
)
_PLACE = re.compile(r"\S+?(?:自治[区州县旗]|[省市州县区旗]|地区)")
_LEADING_PLACE = re.compile(r"\S{2,}?(?:自治[区州县旗]|[省市州县区旗]|地区)")
_OFFICE = re.compile(r"(?:人民政府|政府|管理委员会|管委会)?(?:办公厅|办公室|街道办事处|办事处)?$")
_KINDS_OF_PLACE = "省市州县区旗乡镇"


class Clause(NamedTuple):
    """``text`` is masked; it was printed in a ``section`` from ``start`` to ``end``."""

    text: str
    section: str = ""
    start: int = 0
    end: int = 0


_BREAK = Clause("")  # between sections: nothing runs on from one to the next


def clauses(texts: Mapping[str, str], names: Sequence[str]) -> list[Clause]:
    """Return the clauses of the running ``texts`` with their places, in the order of ``clause_texts``."""
    found: list[Clause] = []
    for section, text in _running(texts):
        start = 0
        ends = [*(match.start() for match in _END.finditer(text)), len(text)]
        for piece, end in zip(masked(text, names).split("\n"), ends, strict=True):
            if piece:
                found.append(Clause(piece, section, start, end))
            start = end + 1
        found.append(_BREAK)
    return found


def clause_texts(texts: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """Return the masked clauses of the running ``texts``, in order, with an empty one after each section.

    ``names`` are the body's own (``own_names``), the longest first; they are masked.
    """
    found: list[str] = []
    for _, text in _running(texts):
        found.extend(filter(None, masked(text, names).split("\n")))
        found.append("")
    return found


def _running(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The sections; not what stands before the first heading: everybody copies that, and the format asks for it."""
    return [(section, text) for section, text in texts.items() if section != "preamble"]


def masked(text: str, names: Iterable[str]) -> str:
    """Return ``text`` with one clause a line and a mask for what may differ in a copy."""
    text = _END.sub("\n", text)
    for name in names:
        text = text.replace(name, MASK)
    if _ODD.search(text):
        text = plain_spaces(text)
    return _MASKED.sub(MASK, _SPACE.sub("", text))


def sizes_of(pieces: Sequence[str]) -> list[int]:
    """How many characters masked clauses count: masks count one each, sentences that the format demands nothing."""
    sizes = [len(piece) for piece in pieces]
    if _DEMANDED.search("\n".join(pieces)):
        return [0 if _DEMANDED.search(piece) else size for piece, size in zip(pieces, sizes, strict=True)]
    return sizes


def own_names(body: Body) -> tuple[str, ...]:
    """Return what a body may be called in its own text: its names, their core, and the places that it lies in."""
    names = {name for name in (body.name, *body.aliases) if name}
    places = set(_PLACE.findall(body.place))
    for name in tuple(names):
        rest = name
        while place := _LEADING_PLACE.match(rest):
            places.add(place.group())
            rest = rest[place.end() :]
        core = _OFFICE.sub("", rest)  # 人民政府办公室 alone is nobody's name
        names |= {rest, core} if core else set()
        names.add(_OFFICE.sub("", name))
    names |= places
    names |= {name[:-1] for name in names if len(name) > 2 and name[-1] in _KINDS_OF_PLACE}
    return tuple(sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name)))
