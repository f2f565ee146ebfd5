"""Quirks: what real files do to a report. Each is a seeded function on the sheet, so that any writer can print it.

Left out, because no reader could tell: two figures of a row that changed places where nothing sums them; a row that
lost a field and got another behind its end, unless its total shows it (``CLASHES``); a figure printed wrong.
"""

import re
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from samples import Sample, Value
from sheet import Block, Line, Slot, lay_out


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
    chosen = random.choice([path for path in _rows(spoiled) if not labelled or not path.startswith("disputes/")])
    return _on_lines(spoiled, lambda line: change(line) if line.path == chosen else [line])


def _rows(spoiled: Spoiled) -> list[str]:
    return [line.path for block in spoiled.blocks if not isinstance(block, str) for line in block if line.path]


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


def shift_left(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row lost an empty cell before its last figure, or a printed one where the row has sums to show it."""

    def shift(line: Line) -> list[Line]:
        inner = [i for i, slot in enumerate(line.slots[:-1]) if slot.fact]
        empty = [i for i in inner if not line.slots[i].text.strip()]
        if not inner:
            return [line]
        at = random.choice(empty or inner)
        gone = line.slots[at]
        if gone.text.strip():
            lost.add(gone.fact or "")
        return [line._replace(slots=[*line.slots[:at], *line.slots[at + 1 :]])]

    lost: set[str] = set()
    spoiled = _some_row(spoiled, random, shift)
    return spoiled._replace(cells={path: None if path in lost else value for path, value in spoiled.cells.items()})


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


def split_rebased(spoiled: Spoiled, random: Random) -> Spoiled:
    """A table is split, and behind the gap the cells merged with those above it are not there at all (S1, S2)."""
    behind = False

    def split(line: Line) -> list[Line]:
        nonlocal behind
        if line.path == chosen:
            behind = True
        bare = [slot for i, slot in enumerate(line.slots) if not slot.merged or any(s.text for s in line.slots[:i])]
        return [*([Line([])] if line.path == chosen else []), line._replace(slots=bare) if behind else line]

    chosen = random.choice([path for path in _rows(spoiled) if not path.startswith("disputes/")])
    return _on_lines(spoiled, split)


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


def thousands(spoiled: Spoiled, random: Random) -> Spoiled:
    """Commas between thousands."""
    return _on_figures(spoiled, lambda text: re.sub(r"(?<![.\d])(\d{1,3})(\d{3})(?!\d)", r"\1,\2", text))


def label_notes(spoiled: Spoiled, random: Random) -> Spoiled:
    """Instructions in brackets behind labels, as a Hubei form has them."""
    notes = ["（指办件量）", "（不含涉密事项）", "（设区的市、自治州人民政府应提供相关数据）", "(减用负值表示,如-8)"]
    return _on_labels(spoiled, lambda text: text + random.choice(notes) if random.random() < 0.3 else text)


def figure_notes(spoiled: Spoiled, random: Random) -> Spoiled:
    """Explanations behind figures, in the same cell."""
    notes = ["（其中修订16件）", "（含自然失效 29 件）", "（历史累计）"]
    return _on_figures(spoiled, lambda text: text + random.choice(notes) if random.random() < 0.1 else text)


def inner_spaces(spoiled: Spoiled, random: Random) -> Spoiled:
    """A space inside a figure: 1 660 may be one number or two."""

    def change(text: str) -> str:
        at = random.randint(1, len(text) - 1) if len(text) > 1 and random.random() < 0.3 else 0
        return text[:at] + random.choice([" ", "\xa0", "\u3000"]) + text[at:] if at else text

    return _on_figures(spoiled, change)


def punctuation(spoiled: Spoiled, random: Random) -> Spoiled:
    """Other marks in labels: half-width ones, 、 as a comma, none at the enumerator, a colon behind."""

    def change(text: str) -> str:
        text = text.translate(str.maketrans("（），、；：", "(),,;:")) if random.random() < 0.5 else text
        return text + random.choice(["：", ":", " ", ""])

    return _on_labels(spoiled, change)


QUIRKS: dict[str, Quirk] = {
    quirk.__name__: quirk
    for quirk in (
        blanks, drop_row, double_row, lose_parent, wide_digits, thousands, spaces, inner_spaces, figure_notes, brackets,
        punctuation, label_notes, broken_labels, bookmarks, shift_left, shift_right, trailing_fields, split_table,
        split_rebased,
    )
}  # fmt: skip
# Alone, these cost cells: the ones that are not printed, or that could be another's. The others leave no doubt.
COSTLY = frozenset({
    "blanks", "drop_row", "shift_left", "shift_right", "trailing_fields", "inner_spaces", "figure_notes",
    "split_rebased",
})  # fmt: skip
# Only text files hold Word's bookmarks as text.
TEXT_ONLY = frozenset({"bookmarks"})
# Together with the key these are not tried: a row that lost a field here and gained one there is a row like any other.
CLASHES = {"shift_left": frozenset({"shift_right", "trailing_fields"})}


def compatible(quirks: list[str]) -> bool:
    """Say whether all of ``quirks`` may befall one report."""
    return not any(CLASHES[quirk] & set(quirks) for quirk in quirks if quirk in CLASHES)
