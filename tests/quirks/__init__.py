"""Quirks: what real files do to a report. Each is a seeded function on the sheet, so that any writer can print it.

Left out, because no reader could tell: two figures of a row that changed places where nothing sums them; a row that
lost a field, be it a figure's or a label's, and got another behind its end, unless its sums show it (``CLASHES``); a
figure printed wrong; the bare number of a page among lines without rows.
"""

from random import Random

from samples import Sample
from sheet import lay_out

from quirks import cells, fields, rows
from quirks.tools import Quirk, Spoiled

# In the order in which they befall a report: first what it says, then how it is set, then what becomes of its rows.
QUIRKS: dict[str, Quirk] = {
    quirk.__name__: quirk
    for quirk in (
        cells.blanks, cells.blank_zeros, cells.only_totals, fields.slipped_row, fields.swapped_lines,
        fields.glued_cells, rows.drop_row, rows.double_row, rows.doubled_differently, rows.lose_parent,
        rows.lost_label, cells.wide_digits, cells.thousands, cells.spaces, cells.inner_spaces, cells.figure_notes,
        cells.brackets, cells.punctuation, cells.label_notes, cells.broken_labels, cells.bookmarks, cells.typos,
        fields.shift_left, fields.shift_right, fields.lost_column, rows.rebased_row, rows.moved_label,
        fields.trailing_fields, fields.trimmed, rows.empty_rows, rows.page_marks, rows.repeated_header,
        rows.split_table, rows.split_rebased,
    )
}  # fmt: skip
# The hard ones: what leaves cells empty, and what moves fields about. Together they are what a reader may fall for.
EMPTYING = frozenset({"blanks", "blank_zeros", "only_totals"})
MOVING = frozenset(name for name, quirk in QUIRKS.items() if quirk.__module__ == fields.__name__)
# Alone, these leave no doubt and cost no cell.
HARMLESS = frozenset({
    "double_row", "lose_parent", "wide_digits", "thousands", "spaces", "brackets", "punctuation", "label_notes",
    "broken_labels", "bookmarks", "moved_label", "empty_rows", "page_marks", "repeated_header", "split_table",
})  # fmt: skip
# Only text files hold Word's bookmarks as text.
TEXT_ONLY = frozenset({"bookmarks"})
# Where rows have ends, the order of their cells is what is printed.
ROWLESS_ONLY = frozenset({"swapped_lines"})
# A sheet has columns of its own: what stands in one belongs there, unless the row's sums show that it slipped.
SHEETLESS = frozenset({"shift_left", "shift_right", "rebased_row", "split_rebased"})
# Without rows a figure whose label is gone belongs to the label above.
ROWS_ONLY = frozenset({"lost_label"})
# Together with the key these are not tried. A row that lost a field here and gained one there is a row like any other;
# a figure that cannot be read says nothing in a sum; a row whose label is gone is not seen to be doubled;
# a header that cannot be read does not tell which column is gone.
_SHIFTS = frozenset({"shift_left", "shift_right", "trailing_fields"})
CLASHES = {
    "shift_left": _SHIFTS - {"shift_left"},
    "lost_column": frozenset({"shift_left", "shift_right", "typos"}),
    "glued_cells": frozenset({"trailing_fields"}),
    "doubled_differently": frozenset({"typos", "lost_label"}),
    "split_rebased": frozenset({"trailing_fields"}),
    "rebased_row": frozenset({"trailing_fields"}),
    "swapped_lines": frozenset({"slipped_row"}),
    "slipped_row": _SHIFTS | {"inner_spaces", "figure_notes", "glued_cells"},
}


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
