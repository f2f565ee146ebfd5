"""Reports out of thin air, made from the forms themselves, and printed the way real files are.

A Sample is what a balanced report says. ``lay_out`` sets it as rows, a quirk spoils the rows as real files do, and
``as_tabs`` or ``as_word`` print them. Labels, order, sums and units all come from ``generator.form``.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from generator.form import Fact, Form, Item, Table, Term, load_form, load_forms
from generator.report import Agency, Basis, Cell, Report, Source

AGENCY = "示例县青山镇人民政府"
Value = int | Decimal | None
# Every form, and the 2021 form with （六）其他处理 left as one row.
SHAPES = [(form.id, False) for form in load_forms()] + [("2021", True)]


class Sample(NamedTuple):
    """What a report says: every figure of its form by fact path."""

    form: Form
    collapsed: bool
    year: int
    cells: dict[str, Value]

    def report(self, **changes: Value) -> Report:
        """The sample as the reader would return it, some figures replaced."""
        cells = {**self.cells, **changes}
        return as_report(self.form, {path: cell_of(value) for path, value in cells.items()}, self.year)


def cell_of(value: Value) -> Cell:
    return Cell(value=value, raw="" if value is None else str(value), place="第1行第1格")


def as_report(form: Form | None, cells: dict[str, Cell], year: int = 2022, agency: str | None = None) -> Report:
    return Report(
        agency=Agency(id=agency, name=AGENCY),
        year=year,
        form=form.id if form else None,
        title=f"{AGENCY}{year}年政府信息公开工作年度报告",
        published=None,
        source=Source(path="示例.txt", format="txt", sha256="0" * 64),
        basis=Basis(agency="title", year="title"),
        cells=cells,
        texts={},
    )


def facts_of(form: Form, collapsed: bool) -> dict[str, Fact]:
    """The facts that a report prints: with ``collapsed``, groups that may be one row are one."""
    if not collapsed:
        return dict(form.facts)
    groups = [f"{table.key}/{leaf.path}." for table in form.tables for leaf in table.collapsible_rows]
    kept = {path: fact for path, fact in form.facts.items() if not path.startswith(tuple(groups))}
    return {**kept, **form.optional_facts}


def make_sample(shape: tuple[str, bool], seed: int) -> Sample:
    """A report in which every sum of the form holds."""
    random = Random(seed)
    form, collapsed = load_form(shape[0]), shape[1]
    cells: dict[str, Value] = {
        path: _figure(fact.column.item, random) for path, fact in facts_of(form, collapsed).items()
    }
    # First the sums down each column, then those along the rows, which make the columns of totals fit by themselves.
    for identity in sorted(form.identities, key=lambda one: (one.rule.along == "rows", len(one.right) > 1)):
        left, right = ([p for term in side for p in _paths(term, cells)] for side in (identity.left, identity.right))
        if not left or not set(left) | set(right) <= set(cells):
            continue
        if len(right) == 1:
            cells[right[0]] = sum(count(cells[path]) for path in left)
        else:
            cells.update(zip(left, _split(sum(count(cells[path]) for path in right), len(left), random), strict=True))
    return Sample(form, collapsed, random.randint(2008, 2025), cells)


def _paths(term: Term, cells: dict[str, Value]) -> tuple[str, ...]:
    return (term.whole,) if term.whole in cells else term.parts


def count(value: Value) -> int:
    assert isinstance(value, int)
    return value


def _figure(item: Item, random: Random) -> Value:
    if item.number == "change":
        return random.randint(-99, 99)
    whole = random.choice([0, 0, random.randint(0, 9), random.randint(0, 99_999)])
    if item.number == "money":
        places = random.randint(0, 4)
        return Decimal(whole).scaleb(-places) if whole else Decimal(0)
    return whole


def _split(total: int, parts: int, random: Random) -> list[int]:
    cuts = sorted(random.randint(0, total) for _ in range(parts - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]


def samples() -> st.SearchStrategy[Sample]:
    """Balanced reports of every form."""
    return st.builds(make_sample, st.sampled_from(SHAPES), st.integers(0, 2**32))


# --- printing -------------------------------------------------------------------------------------------------------


class Slot(NamedTuple):
    """One cell of a printed table: ``across`` columns wide; ``merged`` goes on with the cell above it."""

    text: str
    across: int = 1
    merged: bool = False
    fact: str | None = None
    label: bool = False


class Line(NamedTuple):
    """One row: ``path`` is the table and row that its figures belong to, None for headers."""

    slots: list[Slot]
    path: str | None = None


Block = str | list[Line]


def lay_out(sample: Sample) -> list[Block]:
    """The report as headings and tables, in statutory order."""
    blocks: list[Block] = [f"{AGENCY}{sample.year}年政府信息公开工作年度报告"]
    for section in sample.form.sections:
        blocks.append(section.label)
        lines = [line for key in section.tables for line in _table(sample, sample.form.table(key))]
        if lines:
            blocks.append(lines)
    return blocks


def _table(sample: Sample, table: Table) -> Iterator[Line]:
    labels = _depth(table.rows) if table.row_leaves[0].item.label else 0
    width = labels + len(table.column_leaves)
    if table.label != table.title:
        yield Line([Slot(table.label, width, label=True)])
    levels: list[list[Slot]] = [[] for _ in range(_depth(table.columns))]
    _head(table.columns, 0, levels)
    if table.spanner:
        levels.insert(0, [Slot(table.spanner, len(table.column_leaves), label=True)])
    for i, level in enumerate(levels):
        corner = [Slot(table.corner if i == 0 else "", labels, merged=i > 0, label=True)] if labels else []
        yield Line(corner + level)
    yield from _body(sample, table, table.rows, (), [], labels)


def _head(items: tuple[Item, ...], level: int, levels: list[list[Slot]]) -> None:
    for item in items:
        levels[level].append(Slot(item.label, _width(item), label=True))
        if item.items:
            _head(item.items, level + 1, levels)
        else:
            for deeper in levels[level + 1 :]:
                deeper.append(Slot("", merged=True))


def _body(
    sample: Sample, table: Table, items: tuple[Item, ...], trail: tuple[Item, ...], lead: list[Slot], labels: int
) -> Iterator[Line]:
    for item in items:
        here = (*trail, item)
        path = f"{table.key}/" + ".".join(part.key for part in here)
        if item.items and not (sample.collapsed and item.collapsible):
            yield from _body(sample, table, item.items, here, [*lead, Slot(item.label, label=True)], labels)
        else:
            own = [Slot(item.label, labels - len(trail), label=True)] if labels else []
            facts = [f"{path}/{column.path}" for column in table.column_leaves]
            yield Line([*lead, *own, *(Slot(show(sample.cells[fact]), fact=fact) for fact in facts)], path)
        lead = [Slot("", merged=True) for _ in lead]


def _depth(items: tuple[Item, ...]) -> int:
    return 1 + max((_depth(item.items) for item in items if item.items), default=0)


def _width(item: Item) -> int:
    return sum(_width(child) for child in item.items) or 1


def show(value: Value) -> str:
    return "" if value is None else format(value, "f") if isinstance(value, Decimal) else str(value)


def as_tabs(blocks: list[Block]) -> str:
    """One row a line, cells behind tabs; merged cells leave empty fields."""
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"{block}\n\n")
            continue
        for line in block:
            fields = [field for slot in line.slots for field in (_flat(slot.text), *[""] * (slot.across - 1))]
            parts.append("\n" if not fields else "\t".join(fields) + ("\t" if len(fields) == 1 else "") + "\n")
        parts.append("\n")
    return "".join(parts)


def _flat(text: str) -> str:
    return text.replace("\n", "")


def as_word(blocks: list[Block]) -> str:
    """One cell a line behind a tab, an empty line behind each row; a cell merged upwards leaves a lone tab."""
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"{block}\n\n")
            continue
        parts.extend("".join(f"\t{slot.text}\n" for slot in line.slots) + "\n" for line in block)
    return "".join(parts)


LAYOUTS: dict[str, Callable[[list[Block]], str]] = {"tabs": as_tabs, "word": as_word}


# --- quirks: what real files do to a table ----------------------------------------------------------------------------


class Spoiled(NamedTuple):
    """What a quirk makes of a report: its rows, and what is then printed in it (None: blank or not certain)."""

    blocks: list[Block]
    cells: dict[str, Value]
    dropped: frozenset[str] = frozenset()


Quirk = Callable[[Spoiled, Random], Spoiled]


def spoil(sample: Sample, quirks: list[str], seed: int) -> Spoiled:
    """``sample`` laid out and put through the named quirks, in the order of ``QUIRKS``."""
    spoiled = Spoiled(lay_out(sample), dict(sample.cells))
    for name, quirk in QUIRKS.items():
        if name in quirks:
            spoiled = quirk(spoiled, Random(seed))
    return spoiled


def print_as(layout: str, spoiled: Spoiled, crlf: bool = False) -> str:
    """The text of the file."""
    text = LAYOUTS[layout](spoiled.blocks)
    return text.replace("\n", "\r\n") if crlf else text


def _on_lines(spoiled: Spoiled, change: Callable[[Line], list[Line]]) -> Spoiled:
    blocks: list[Block] = [
        block if isinstance(block, str) else [new for line in block for new in change(line)] for block in spoiled.blocks
    ]
    return spoiled._replace(blocks=blocks)


def _on_slots(spoiled: Spoiled, change: Callable[[Slot], Slot]) -> Spoiled:
    return _on_lines(spoiled, lambda line: [line._replace(slots=[change(slot) for slot in line.slots])])


def _on_labels(spoiled: Spoiled, change: Callable[[str], str]) -> Spoiled:
    return _on_slots(spoiled, lambda slot: slot._replace(text=change(slot.text)) if slot.label and slot.text else slot)


def _on_figures(spoiled: Spoiled, change: Callable[[str], str]) -> Spoiled:
    return _on_slots(spoiled, lambda slot: slot._replace(text=change(slot.text)) if slot.fact and slot.text else slot)


def _some_row(spoiled: Spoiled, random: Random, change: Callable[[Line], list[Line]], labelled: bool = True) -> Spoiled:
    rows = [line.path for block in spoiled.blocks if not isinstance(block, str) for line in block if line.path]
    chosen = random.choice([path for path in rows if not labelled or not path.startswith("disputes/")])
    return _on_lines(spoiled, lambda line: change(line) if line.path == chosen else [line])


def blanks(spoiled: Spoiled, random: Random) -> Spoiled:
    """Some figures are left blank, or are a dash or a stroke."""
    gone = {path for path in spoiled.cells if random.random() < 0.25}
    marks = {path: random.choice(["", "", "", "/", "-", "—"]) for path in sorted(gone)}
    cells = {path: None if path in gone else value for path, value in spoiled.cells.items()}
    return _on_slots(
        spoiled._replace(cells=cells), lambda slot: slot._replace(text=marks[slot.fact]) if slot.fact in marks else slot
    )


def drop_row(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row is missing."""
    gone: list[str] = []

    def drop(line: Line) -> list[Line]:
        gone.extend(slot.fact for slot in line.slots if slot.fact)
        return []

    spoiled = _some_row(spoiled, random, drop)
    cells = {path: value for path, value in spoiled.cells.items() if path not in gone}
    return spoiled._replace(cells=cells, dropped=frozenset(gone))


def double_row(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row is printed twice."""
    return _some_row(spoiled, random, lambda line: [line, line])


def shift_right(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row has an extra empty cell before its figures.

    Only a row whose last figure is printed: with a blank one no reader could tell where it belongs.
    """

    def shift(line: Line) -> list[Line]:
        first = next(i for i, slot in enumerate(line.slots) if slot.fact)
        last = line.slots[-1].text.strip()
        return [line._replace(slots=[*line.slots[:first], Slot(""), *line.slots[first:]])] if last else [line]

    return _some_row(spoiled, random, shift)


def lose_parent(spoiled: Spoiled, random: Random) -> Spoiled:
    """The label of a group is not there (page breaks do this)."""

    def lose(line: Line) -> list[Line]:
        labels = [i for i, slot in enumerate(line.slots) if slot.label and slot.text]
        lost = labels[:-1] if line.path and random.random() < 0.5 else []
        return [line._replace(slots=[s._replace(text="") if i in lost else s for i, s in enumerate(line.slots)])]

    return _on_lines(spoiled, lose)


def split_table(spoiled: Spoiled, random: Random) -> Spoiled:
    """An empty line stands in the middle of a table."""
    return _some_row(spoiled, random, lambda line: [Line([]), line])


def wide_digits(spoiled: Spoiled, random: Random) -> Spoiled:
    """Figures in full-width digits."""
    wide = str.maketrans("0123456789.+-,", "０１２３４５６７８９．＋－，")
    return _on_figures(spoiled, lambda text: text.translate(wide) if random.random() < 0.5 else text)


def spaces(spoiled: Spoiled, random: Random) -> Spoiled:
    """Spaces that are none around figures, and instead of them."""
    kinds = ["\xa0", "\u3000", " ", "\u2002", "\u200b", "\xa0\u3000"]
    return _on_slots(
        spoiled,
        lambda slot: (
            slot._replace(text=f"{random.choice(kinds)}{slot.text}{random.choice(['', *kinds])}")
            if slot.fact and random.random() < 0.5
            else slot
        ),
    )


def brackets(spoiled: Spoiled, random: Random) -> Spoiled:
    """（一） as (一) with a space, 1. as 1、 or 1. with a space, curly quotes as straight ones."""

    def change(text: str) -> str:
        if random.random() < 0.5:
            text = re.sub(r"（([一二三四五六七八九十])）", lambda match: f"({match[1]}) ", text)
        text = re.sub(r"^(\d)\.", lambda match: match[1] + random.choice([".", "、", ". ", "．"]), text)
        return re.sub("[“”]", '"', text) if random.random() < 0.5 else text

    return _on_labels(spoiled, change)


def broken_labels(spoiled: Spoiled, random: Random) -> Spoiled:
    """Labels broken over two lines, where the layout can print that, or with a space inside."""

    def change(text: str) -> str:
        if len(text) < 4 or random.random() < 0.5:
            return text
        at = random.randint(2, len(text) - 2)
        return text[:at] + random.choice(["\n", " ", "\u3000"]) + text[at:]

    return _on_labels(spoiled, change)


def bookmarks(spoiled: Spoiled, random: Random) -> Spoiled:
    """Word's bookmarks before labels."""
    return _on_labels(
        spoiled, lambda text: f"[bookmark: _Hlk{random.randint(1, 99999999)}]{text}" if random.random() < 0.3 else text
    )


def trailing_fields(spoiled: Spoiled, random: Random) -> Spoiled:
    """Empty fields at the end of rows."""
    return _on_lines(
        spoiled, lambda line: [line._replace(slots=[*line.slots, *[Slot("")] * random.choice([0, 0, 1, 2])])]
    )


QUIRKS: dict[str, Quirk] = {
    quirk.__name__: quirk
    for quirk in (
        blanks, drop_row, double_row, lose_parent, wide_digits, spaces, brackets, broken_labels, bookmarks,
        shift_right, trailing_fields, split_table,
    )
}  # fmt: skip
