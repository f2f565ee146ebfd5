"""Quirks of cells: how figures and labels are set, and what else stands with them."""

import re
from random import Random

from sheet import Line

from quirks.tools import Spoiled, on_figures, on_labels, on_lines, on_slots


def blanks(spoiled: Spoiled, random: Random) -> Spoiled:
    """Some figures are left blank, or are a dash or a stroke."""
    gone = {path for path in spoiled.cells if random.random() < 0.25}
    marks = {path: random.choice(["", "", "", "/", "-", "—"]) for path in sorted(gone)}
    return on_slots(
        spoiled.without(gone), lambda slot: slot._replace(text=marks[slot.fact]) if slot.fact in marks else slot
    )


def only_totals(spoiled: Spoiled, random: Random) -> Spoiled:
    """Some rows have only their last figure (S0)."""

    def keep_last(line: Line) -> list[Line]:
        facts = [slot.fact for slot in line.slots if slot.fact]
        if not facts or random.random() < 0.5:
            return [line]
        gone.update(facts[:-1])
        return [
            line._replace(slots=[slot._replace(text="") if slot.fact in facts[:-1] else slot for slot in line.slots])
        ]

    gone: set[str] = set()
    spoiled = on_lines(spoiled, keep_last)
    return spoiled.without(gone)


def blank_zeros(spoiled: Spoiled, random: Random) -> Spoiled:
    """Many zeros are left blank."""
    gone = {path for path, value in spoiled.cells.items() if value == 0 and random.random() < 0.7}
    return on_slots(spoiled.without(gone), lambda slot: slot._replace(text="") if slot.fact in gone else slot)


def wide_digits(spoiled: Spoiled, random: Random) -> Spoiled:
    """Figures in full-width digits."""
    wide = str.maketrans("0123456789.+-,", "０１２３４５６７８９．＋－，")
    return on_figures(spoiled, lambda text: text.translate(wide) if random.random() < 0.5 else text)


def thousands(spoiled: Spoiled, random: Random) -> Spoiled:
    """Commas between thousands."""
    return on_figures(spoiled, lambda text: re.sub(r"(?<![.\d])(\d{1,3})(\d{3})(?!\d)", r"\1,\2", text))


def spaces(spoiled: Spoiled, random: Random) -> Spoiled:
    """Spaces that are none around figures, and instead of them."""
    kinds = ["\xa0", "\u3000", " ", "\u2002", "\u200b", "\xa0\u3000"]
    return on_slots(
        spoiled,
        lambda slot: (
            slot._replace(text=f"{random.choice(kinds)}{slot.text}{random.choice(['', *kinds])}")
            if slot.fact and random.random() < 0.5
            else slot
        ),
    )


def inner_spaces(spoiled: Spoiled, random: Random) -> Spoiled:
    """A space inside a figure: 1 660 may be one number or two."""

    def change(text: str) -> str:
        at = random.randint(1, len(text) - 1) if len(text) > 1 and random.random() < 0.3 else 0
        return text[:at] + random.choice([" ", "\xa0", "\u3000"]) + text[at:] if at else text

    return on_figures(spoiled, change)


def figure_notes(spoiled: Spoiled, random: Random) -> Spoiled:
    """Explanations behind figures, in the same cell."""
    notes = ["（其中修订16件）", "（含自然失效 29 件）", "（历史累计）"]
    return on_figures(spoiled, lambda text: text + random.choice(notes) if random.random() < 0.1 else text)


def brackets(spoiled: Spoiled, random: Random) -> Spoiled:
    """（一） as (一) with a space, 1. as 1、 or 1. with a space, curly quotes as straight ones."""

    def change(text: str) -> str:
        if random.random() < 0.5:
            text = re.sub(r"（([一二三四五六七八九十])）", lambda match: f"({match[1]}) ", text)
        text = re.sub(r"^(\d)\.", lambda match: match[1] + random.choice([".", "、", ". ", "．"]), text)
        return re.sub("[“”]", '"', text) if random.random() < 0.5 else text

    return on_labels(spoiled, change)


def punctuation(spoiled: Spoiled, random: Random) -> Spoiled:
    """Other marks in labels: half-width ones, 、 as a comma, none at the enumerator, a colon behind."""

    def change(text: str) -> str:
        text = text.translate(str.maketrans("（），、；：", "(),,;:")) if random.random() < 0.5 else text
        return text + random.choice(["：", ":", " ", ""])

    return on_labels(spoiled, change)


def label_notes(spoiled: Spoiled, random: Random) -> Spoiled:
    """Instructions in brackets behind labels, as a Hubei form has them."""
    notes = ["（指办件量）", "（不含涉密事项）", "（设区的市、自治州人民政府应提供相关数据）", "(减用负值表示,如-8)"]
    return on_labels(spoiled, lambda text: text + random.choice(notes) if random.random() < 0.3 else text)


def broken_labels(spoiled: Spoiled, random: Random) -> Spoiled:
    """Labels broken over two lines, where the layout can print that, or with a space inside."""

    def change(text: str) -> str:
        if len(text) < 4 or random.random() < 0.5:
            return text
        at = random.randint(2, len(text) - 2)
        return text[:at] + random.choice(["\n", " ", "\u3000"]) + text[at:]

    return on_labels(spoiled, change)


def bookmarks(spoiled: Spoiled, random: Random) -> Spoiled:
    """Word's bookmarks before labels."""
    return on_labels(
        spoiled, lambda text: f"[bookmark: _Hlk{random.randint(1, 99999999)}]{text}" if random.random() < 0.3 else text
    )


def typos(spoiled: Spoiled, random: Random) -> Spoiled:
    """One character of some labels is another."""

    def change(text: str) -> str:
        at = random.randrange(len(text))
        return text[:at] + "口" + text[at + 1 :] if random.random() < 0.05 else text

    return on_labels(spoiled, change)
