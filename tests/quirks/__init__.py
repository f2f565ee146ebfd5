"""Quirks: what real files do to a report. Each is a seeded function on the sheet, so that any writer can print it.

Left out, because no reader could tell: two figures of a row that changed places where nothing sums them; a row that
lost a field and got another behind its end, unless its total shows it (``CLASHES``); a figure printed wrong; the bare
number of a page among lines without rows.
"""

from random import Random

from samples import Sample
from sheet import lay_out

from quirks import cells, rows
from quirks.tools import Quirk, Spoiled

# In the order in which they befall a report: first what it says, then how it is set, then what becomes of its rows.
QUIRKS: dict[str, Quirk] = {
    quirk.__name__: quirk
    for quirk in (
        cells.blanks, cells.only_totals, rows.drop_row, rows.double_row, rows.lose_parent, cells.wide_digits,
        cells.thousands, cells.spaces, cells.inner_spaces, cells.figure_notes, cells.brackets, cells.punctuation,
        cells.label_notes, cells.broken_labels, cells.bookmarks, cells.typos, rows.shift_left, rows.shift_right,
        rows.rebased_row, rows.moved_label, rows.trailing_fields, rows.empty_rows, rows.page_marks,
        rows.repeated_header, rows.split_table, rows.split_rebased,
    )
}  # fmt: skip
# Alone, these cost cells: the ones that are not printed, or that could be another's. The others leave no doubt.
COSTLY = frozenset({
    "blanks", "only_totals", "drop_row", "shift_left", "shift_right", "trailing_fields", "inner_spaces",
    "figure_notes", "split_rebased", "rebased_row", "typos",
})  # fmt: skip
# Only text files hold Word's bookmarks as text.
TEXT_ONLY = frozenset({"bookmarks"})
# Together with the key these are not tried: a row that lost a field here and gained one there is a row like any other.
CLASHES = {"shift_left": frozenset({"shift_right", "trailing_fields"})}


def compatible(quirks: list[str]) -> bool:
    """Say whether all of ``quirks`` may befall one report."""
    return not any(CLASHES[quirk] & set(quirks) for quirk in quirks if quirk in CLASHES)


def spoil(sample: Sample, quirks: list[str], seed: int) -> Spoiled:
    """``sample`` laid out and put through the named quirks, in the order of ``QUIRKS``."""
    spoiled = Spoiled(lay_out(sample), dict(sample.cells))
    for name, quirk in QUIRKS.items():
        if name in quirks:
            spoiled = quirk(spoiled, Random(f"{seed} {name}"))
    return spoiled
