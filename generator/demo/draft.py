"""A fictional report in the making: what it will print, and which checks must find something in it."""

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import NamedTuple

from generator.demo.bodies import Body
from generator.demo.figures import LAST_YEAR, series
from generator.demo.grammar import between
from generator.demo.prose import Texts, Writer, told_of
from generator.demo.sheet import Block, Text, Value, lay_out
from generator.form import Form, load_form

Key = tuple[str, int]  # agency id, year
_NEW_FORM = 2021


@dataclass
class Draft:
    """Figures, text by section and date of a report; ``must`` fail on it, ``may`` fail besides, by check id.

    ``guard`` is the check on what the text says of new requests.
    """

    body: Body
    year: int
    cells: dict[str, int]
    money: dict[str, Decimal]
    texts: Texts
    published: str
    guard: str
    must: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)
    planted: list["Planted"] = field(default_factory=list)
    blank: bool = False  # its tables hold no figure

    @property
    def key(self) -> Key:
        return self.body.id, self.year

    @property
    def form(self) -> Form:
        return load_form(form_of(self.year))

    @property
    def title(self) -> str:
        return f"{self.body.name}{self.year}年政府信息公开工作年度报告"

    def printed(self) -> dict[str, Value]:
        """Every figure as the report prints it."""
        figures: dict[str, Value] = {**self.cells, **self.money}
        return dict.fromkeys(figures) if self.blank else figures

    def blocks(self) -> list[Block]:
        """The report as headings, running text and tables, signed and dated."""
        found: list[Block] = []
        collapsed = self.form.id != str(_NEW_FORM)
        for block in lay_out(self.form, self.printed(), self.title, collapsed):
            section = next((one for one in self.form.sections if one.label == block), None)
            if section is not None and section.text and section.key not in self.texts:
                continue
            found.append(block)
            key = "preamble" if block == self.title else section.key if section else ""
            found.extend(Text(line) for line in self.texts.get(key, "").splitlines())
        year, month, day = self.published.split("-")
        return [*found, Text(self.body.name), Text(f"{year}年{int(month)}月{int(day)}日")]


class Planted(NamedTuple):
    """One planted error: ``where`` is a fact path or a section of the text."""

    kind: str
    where: str
    before: str
    after: str


def form_of(year: int) -> str:
    """The id of the form that reports on ``year`` use."""
    return "2021" if year >= _NEW_FORM else "2019"


def sound(body: Body, years: int, seed: int) -> list[Draft]:
    """Return the reports of a body for the last ``years`` years, all as they should be; the same for the same seed."""
    random = Random(f"{seed}/{body.id}")
    drafts = []
    for year, cells, money in series(body, range(LAST_YEAR - years + 1, LAST_YEAR + 1), random):
        writer = Writer(body, year, random)
        told, guard = told_of(writer, cells)
        texts = writer.texts(told, between(random, 900, 2000 if body.level == "township" else 2800))
        day = f"{year + 1}-01-{between(random, 8, 29):02}"
        drafts.append(Draft(body, year, cells, money, texts, day, guard))
    return drafts
