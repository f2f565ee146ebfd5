"""The running text of a fictional report: what its figures say, and prose that no other report has."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from generator.demo.bodies import Body
from generator.demo.grammar import between, say

Texts = dict[str, str]
_PARTS = (
    ("主动公开", "disclosure"),
    ("政府信息管理", "management"),
    ("平台建设", "platform"),
    ("监督保障", "supervision"),
)
_NUMBERS = "一二三四五六七八九"
# What all bodies print, whatever they do.
_COMMON = (
    "坚持以公开为常态、不公开为例外，把公开透明作为基本制度。",
    "成立政务公开工作领导小组，由主要负责同志任组长，各科室负责人为成员。",
    "坚持先审查、后公开，谁公开、谁负责，确保涉密信息不上网、上网信息不涉密。",
    "虽然取得了一定成绩，但与群众的期盼相比还有差距，主要表现在以下方面。",
    "下一步，将认真总结经验，查找不足，推动政府信息公开工作再上新台阶。",
    "根据上级部署和要求，稳步推进政府信息公开各项工作。",
)
PERIODS = (
    "本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
    "本年度报告的统计期限为{year}年1月1日至{year}年12月31日。",
    "报告中所列数据统计时限从{year}年1月1日至{year}年12月31日。",
    "以下数据统计期限：自{year}年1月1日至{year}年12月31日止。",
)
_LAWS = (
    "根据《中华人民共和国政府信息公开条例》的要求，编制本报告。",
    "按照《中华人民共和国政府信息公开条例》和上级有关要求，现公布{name}{year}年度政府信息公开工作年度报告。",
    "依据《中华人民共和国政府信息公开条例》第四十九条、第五十条，由{name}编制。",
    "本报告依照《中华人民共和国政府信息公开条例》由{name}组织编写，全文分六个部分。",
)
_CONTACTS = (
    "如对本报告有疑问，请与{short}联系（地址：{road}{number}号；电话：{phone}）。",
    "联系地址：{road}{number}号，联系电话：{phone}，邮政编码：{post}。",
    "本报告电子版可在门户网站下载，如有疑问请拨打{phone}。",
    "",
)
# The first word of each pair is the check that must speak when the number is another one.
TOLD = (
    ("told-new", "{year}年，{self}新收政府信息公开申请{new}件，上年度结转{old}件，全年办结政府信息公开申请{done}件，"
     "另有{out}件政府信息公开申请结转下年度办理。"),
    ("told-new", "本年度新收政府信息公开申请{new}件，上年度结转{old}件。全年办结政府信息公开申请{done}件。"),
    ("told-received", "{year}年，{short}共收到政府信息公开申请{new}件，上年度结转{old}件，办结{done}件。"),
    ("told-received", "全年受理政府信息公开申请{new}件，已答复政府信息公开申请{done}件，结转下年度办理{out}件。"),
)  # fmt: skip
_NONE = (
    "{year}年，{self}未收到政府信息公开申请。",
    "全年没有收到公民、法人和其他组织提出的政府信息公开申请。",
    "本年度未收到政府信息公开申请，也没有上年度结转的申请。",
)
_NO_DISPUTE = (
    "全年未发生因政府信息公开引起的行政复议、行政诉讼。",
    "没有发生因政府信息公开工作被申请行政复议、提起行政诉讼的情况。",
    "",
    "",
)
_NO_FEE = ("本年度未收取信息处理费。", "{year}年没有收取信息处理费。", "按照规定，{self}本年度未收取信息处理费。")


class Writer:
    """Who writes the text of one report: its slots and its chance."""

    def __init__(self, body: Body, year: int, random: Random) -> None:
        self.body, self.year, self.random = body, year, random
        self.given = {"year": str(year), "next": str(year + 1), "self": body.self, "we": body.self}
        self.given |= {"name": body.name, "short": body.short}

    def one(self, ways: tuple[str, ...], **more: object) -> str:
        """One of ``ways``, filled."""
        way = ways[between(self.random, 0, len(ways) - 1)]
        return way.format_map({**self.given, **{key: str(value) for key, value in more.items()}})

    def say(self, name: str) -> str:
        """One of the grammar's ways."""
        given = self.given if self.random.random() < 0.7 else {**self.given, "self": self.body.short}
        return say(name, self.random, given)

    def texts(self, told: str, length: int) -> Texts:
        """All running text, ``length`` characters or a little more; ``told`` is what the figures say."""
        overview = "\n".join([told, *self._parts(length * 0.6)])
        problems = "".join(self._problems(length * 0.3))
        other = self.one(_NO_FEE) + self._until("others", length * 0.1)
        return {"preamble": self._preamble(), "overview": overview, "problems": problems, "other": other}

    def _preamble(self) -> str:
        phone = f"0000-{between(self.random, 2_000_000, 8_999_999)}"
        post = f"{between(self.random, 0, 9999):06}"
        road, number = say("road", self.random, {}), between(self.random, 1, 399)
        contact = self.one(_CONTACTS, phone=phone, post=post, road=road, number=number)
        return self.one(_LAWS) + self.one(PERIODS) + contact

    def _parts(self, length: float) -> Iterator[str]:
        """The numbered parts of 总体情况, each a paragraph or two."""
        for number, (name, kind) in enumerate(_PARTS):
            text = self._until(kind, length / len(_PARTS))
            yield f"（{_NUMBERS[number]}）{name}。{text}"

    def _until(self, kind: str, length: float) -> str:
        sentences = [self.say(kind)]
        while sum(map(len, sentences)) < length:
            sentences.append(self.say(kind if self.random.random() < 0.3 else "sentence"))
        if self.random.random() < 0.25:
            common = _COMMON[between(self.random, 0, len(_COMMON) - 1)]
            sentences.insert(between(self.random, 0, len(sentences)), common)
        return "".join(sentences)

    def _problems(self, length: float) -> Iterator[str]:
        yield f"{self.say('improving') if self.random.random() < 0.1 else '存在的主要问题：'}"
        yield self._until("lacking", length / 2) + "\n"
        yield self._until("improving", length / 2)


def told_of(writer: Writer, cells: Mapping[str, int]) -> tuple[str, str]:
    """Return what the text says of requests and disputes, and the check that guards the number of new ones."""
    new, old, done, out = (
        cells[f"requests/{row}/total"] for row in ("new", "carried_in", "outcome.total", "carried_out")
    )
    if new + old == 0:
        check, said = "told-new", writer.one(_NONE)
    else:
        check, way = TOLD[between(writer.random, 0, len(TOLD) - 1)]
        said = writer.one((way,), new=new, old=old, done=done, out=out)
    cases = sum(cells[f"disputes/cases/{kind}.total"] for kind in KINDS)
    return said + ("" if cases else writer.one(_NO_DISPUTE)), check


KINDS = ("review", "litigation.direct", "litigation.after_review")


def copied(texts: Mapping[str, str], random: Random, share: float, renamed: Mapping[str, str]) -> Texts:
    """A copy as a clerk makes it: other figures, other names (``renamed``: old → new), the rest written anew.

    ``share`` of the characters are kept, in whole sentences; what is written anew stands anywhere between.
    """
    pieces = {key: re.findall(r"[^。]*。", text) for key, text in texts.items()}
    order = sorted((random.random(), key, i) for key, found in pieces.items() for i in range(len(found)))
    left = sum(map(len, texts.values())) * (1 - share)
    anew: set[tuple[str, int]] = set()
    for _, key, i in order:
        if len(pieces[key][i]) <= left:
            anew.add((key, i))
            left -= len(pieces[key][i])
    return {
        key: "".join(
            _anew(one, random) if (key, i) in anew else _altered(one, random, renamed) for i, one in enumerate(found)
        )
        for key, found in pieces.items()
    }


def _anew(old: str, random: Random) -> str:
    """About as long as what it replaces."""
    parts = [say("clause", random, {"year": "2018"})]
    while sum(map(len, parts)) + len(parts) < len(old) - 6:
        parts.append(say("clause", random, {"year": "2018"}))
    return ("\n" if old.startswith("\n") else "") + "，".join(parts) + "。"


def _altered(text: str, random: Random, renamed: Mapping[str, str]) -> str:
    for old, new in renamed.items():
        text = text.replace(old, new)
    return re.sub(r"[0-9]+(?=[条次])", lambda _: str(between(random, 2, 900)), text)
