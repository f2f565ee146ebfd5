"""Quirks of fields: a row or a column that lost some, gained some, or has them in the wrong place."""

from collections.abc import Mapping
from functools import cache
from random import Random

from sheet import Block, Line, Slot

from generator.form import load_forms
from quirks.tools import Spoiled, on_lines, some_row


def shift_left(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row lost a cell before its last figure: an empty one, or a figure where it has no empty one."""

    def shift(line: Line) -> list[Line]:
        inner = [i for i, slot in enumerate(line.slots[:-1]) if slot.fact]
        empty = [i for i in inner if not line.slots[i].text.strip()]
        if not inner:
            return [line]
        at = random.choice(empty or inner)
        if line.slots[at].text.strip():
            lost.add(_last_alike(line.slots, at).fact or "")
        return [line._replace(slots=[*line.slots[:at], *line.slots[at + 1 :]])]

    lost: set[str] = set()
    spoiled = some_row(spoiled, random, shift)
    return spoiled.without(lost)


def _last_alike(slots: list[Slot], at: int) -> Slot:
    """The last of the equal fields that follow each other from ``at`` on: which of them was lost, no file shows."""
    while at + 1 < len(slots) and slots[at + 1].text == slots[at].text:
        at += 1
    return slots[at]


def shift_right(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row has an extra empty cell before its figures.

    Only a row whose last figure is printed: with a blank one no reader could tell where it belongs.
    """

    def shift(line: Line) -> list[Line]:
        first = next(i for i, slot in enumerate(line.slots) if slot.fact)
        last = line.slots[-1].text.strip()
        return [line._replace(slots=[*line.slots[:first], Slot(""), *line.slots[first:]])] if last else [line]

    return some_row(spoiled, random, shift)


def slipped_row(spoiled: Spoiled, random: Random) -> Spoiled:
    """One row lost a field and has a spare one at an end, so that it is as wide as it should be.

    Only where its sums can show it: they hold for the row as it was and an empty field is gone, or a figure is gone
    and no other field is empty; and they do not hold for what is left.
    """

    def slip(line: Line) -> list[Line]:
        facts = [i for i, slot in enumerate(line.slots) if slot.fact]
        before = [line.slots[i] for i in facts]
        empty = [i for i, slot in enumerate(before[:-1]) if not slot.text]
        at = random.choice(empty or range(len(before)))
        kept, spare = [*before[:at], *before[at + 1 :]], Slot("")
        after = [*kept, spare] if random.random() < 0.7 else [spare, *kept]
        told = _add_up(line.path, before) if empty else all(slot.text for slot in before)
        if not told or _add_up(
            line.path, [new._replace(fact=old.fact) for new, old in zip(after, before, strict=True)]
        ):
            return [line]
        if before[at].text:
            lost.add(before[at].fact or "")
        return [line._replace(slots=[*line.slots[: facts[0]], *after])]

    lost: set[str] = set()
    return some_row(spoiled, random, slip, labelled=False).without(lost)


def swapped_lines(spoiled: Spoiled, random: Random) -> Spoiled:
    """Two figures of a row that has no end changed places, and its sums show it."""

    def swap(line: Line) -> list[Line]:
        facts = [i for i, slot in enumerate(line.slots) if slot.fact]
        at = random.choice(facts[:-1] or facts)
        slots = [*line.slots]
        if at + 1 < len(slots):
            first, second = slots[at : at + 2]
            slots[at : at + 2] = [first._replace(text=second.text), second._replace(text=first.text)]
        return [line] if _add_up(line.path, [slots[i] for i in facts]) else [line._replace(slots=slots)]

    return some_row(spoiled, random, swap, labelled=False)


def _add_up(path: str | None, slots: list[Slot]) -> bool:
    """Say whether every sum along a row holds for its figures as set, blanks as 0; True where there is none."""
    figures = {slot.fact: int(slot.text) if slot.text.isdigit() else 0 for slot in slots}
    sums = _sums().get(path or "", [])
    return all(sum(figures[part] for part in parts) == figures[total] for parts, total in sums)


@cache
def _sums() -> Mapping[str, list[tuple[list[str], str]]]:
    """Row → the sums along it: fact paths of the parts, and of the total."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    for form in load_forms()[-1:]:
        for identity in form.identities:
            if identity.rule.along == "rows":
                parts = [part for term in identity.left for part in term.parts]
                [total] = (part for term in identity.right for part in term.parts)
                found.setdefault(total.rpartition("/")[0], []).append((parts, total))
    return found


def glued_cells(spoiled: Spoiled, random: Random) -> Spoiled:
    """Two printed figures of one row stand in one cell."""

    def glue(line: Line) -> list[Line]:
        facts = [i for i, slot in enumerate(line.slots[:-1]) if slot.fact and slot.text and line.slots[i + 1].text]
        if not facts:
            return [line]
        at = random.choice(facts)
        first, second = line.slots[at : at + 2]
        lost.update(slot.fact for slot in (first, second) if slot.fact)
        both = Slot(f"{first.text} {second.text}", second.across)
        return [line._replace(slots=[*line.slots[:at], both, *line.slots[at + 2 :]])]

    lost: set[str] = set()
    return some_row(spoiled, random, glue, labelled=False).without(lost)


def lost_column(spoiled: Spoiled, random: Random) -> Spoiled:
    """A column of figures is missing from a sheet, header and all."""

    def lose(block: Block) -> Block:
        if block is not chosen:
            return block
        return [line._replace(slots=list(_without(line, gone, lost))) for line in chosen]

    chosen = random.choice([block for block in spoiled.blocks if not isinstance(block, str)])
    wide = max((line for line in chosen if line.path), key=lambda line: len(line.slots))
    first = sum(slot.across for slot in wide.slots if slot.label or slot.merged)
    gone = random.randrange(first, sum(slot.across for slot in wide.slots))
    lost: set[str] = set()
    blocks = [lose(block) for block in spoiled.blocks]
    return spoiled._replace(blocks=blocks).without(lost)


def _without(line: Line, gone: int, lost: set[str]) -> list[Slot]:
    kept, column = [], 0
    for slot in line.slots:
        covered = column <= gone < column + slot.across
        column += slot.across
        if covered and slot.across == 1:
            lost.update([slot.fact] if slot.fact else [])
            continue
        kept.append(slot._replace(across=slot.across - covered))
    return kept


def trailing_fields(spoiled: Spoiled, random: Random) -> Spoiled:
    """Empty fields at the end of rows."""
    return on_lines(
        spoiled, lambda line: [line._replace(slots=[*line.slots, *[Slot("")] * random.choice([0, 0, 1, 2])])]
    )


def trimmed(spoiled: Spoiled, random: Random) -> Spoiled:
    """Empty cells at the end of rows are not there, as after an editor that cuts white space off."""

    def trim(line: Line) -> list[Line]:
        last = max((i for i, slot in enumerate(line.slots) if slot.text.strip()), default=len(line.slots))
        return [line._replace(slots=line.slots[: last + 1])]

    return on_lines(spoiled, trim)
