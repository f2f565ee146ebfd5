"""What every quirk is made of: a report as spoiled so far, and ways to go over its rows, labels and figures."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from samples import Value
from sheet import Block, Line, Slot


class Spoiled(NamedTuple):
    """What a quirk makes of a report: its rows, and what is then printed in it (None: blank or not certain)."""

    blocks: list[Block]
    cells: dict[str, Value]
    dropped: frozenset[str] = frozenset()

    def without(self, paths: set[str]) -> "Spoiled":
        """The same with blanks at ``paths``."""
        return self._replace(cells={path: None if path in paths else value for path, value in self.cells.items()})


Quirk = Callable[[Spoiled, Random], Spoiled]


def on_lines(spoiled: Spoiled, change: Callable[[Line], list[Line]]) -> Spoiled:
    blocks: list[Block] = [
        block if isinstance(block, str) else [new for line in block for new in change(line)] for block in spoiled.blocks
    ]
    return spoiled._replace(blocks=blocks)


def on_slots(spoiled: Spoiled, change: Callable[[Slot], Slot]) -> Spoiled:
    return on_lines(spoiled, lambda line: [line._replace(slots=[change(slot) for slot in line.slots])])


def on_labels(spoiled: Spoiled, change: Callable[[str], str]) -> Spoiled:
    return on_slots(spoiled, lambda slot: slot._replace(text=change(slot.text)) if slot.label and slot.text else slot)


def on_figures(spoiled: Spoiled, change: Callable[[str], str]) -> Spoiled:
    return on_slots(spoiled, lambda slot: slot._replace(text=change(slot.text)) if slot.fact and slot.text else slot)


def some_row(spoiled: Spoiled, random: Random, change: Callable[[Line], list[Line]], labelled: bool = True) -> Spoiled:
    """Change one row of figures, by default one that has labels."""
    chosen = some_path(spoiled, random, labelled)
    return on_lines(spoiled, lambda line: change(line) if line.path == chosen else [line])


def some_path(spoiled: Spoiled, random: Random, labelled: bool = True) -> str:
    """One of the rows of figures, by default of those that have labels."""
    lines = [line for block in spoiled.blocks if not isinstance(block, str) for line in block]
    return random.choice(
        [line.path for line in lines if line.path and (not labelled or any(slot.label for slot in line.slots))]
    )
