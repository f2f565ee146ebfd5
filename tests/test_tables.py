"""Tables: what becomes of single rows and cells. Whole reports in every format: ``test_round_trip``."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from fictional import read_printed
from hypothesis import given, settings
from hypothesis import strategies as st
from quirks import Spoiled, spoil
from samples import SHAPES, Sample, make_sample, samples
from sheet import Block, Line, Slot, lay_out, show

from generator.demo.writers.tabs import as_tabs, as_word
from generator.report import Report


def values(report: Report) -> dict[str, int | Decimal | None]:
    return {path: cell.value for path, cell in report.cells.items()}


def codes(report: Report) -> list[tuple[str, str | None]]:
    return [(notice.code, notice.fact) for notice in report.notices]


@pytest.mark.parametrize("write", [as_tabs, as_word])
@given(sample=samples())
@settings(max_examples=10)
def test_what_was_printed_is_kept_with_each_figure(write: Callable[[list[Block]], str], sample: Sample) -> None:
    """``raw`` is the printed text of the very cell, and ``place`` leads to the line that holds it."""
    printed = write(lay_out(sample))
    lines = printed.split("\n")
    for path, cell in read_printed(printed).cells.items():
        assert cell.raw == show(sample.cells[path])
        line = int(cell.place.removeprefix("第").partition("行")[0])
        assert cell.raw in lines[line - 1].split("\t")


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_twice_the_same_is_one_and_said(shape: tuple[str, bool]) -> None:
    """A row printed twice with the same figures is taken once, with a notice."""
    sample = make_sample(shape, 5)
    report = read_printed(as_tabs(spoil(sample, ["double_row"], 5).blocks))
    assert values(report) == sample.cells
    assert [code for code, _ in codes(report)] == ["row-duplicate"]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_twice_and_different_is_neither(shape: tuple[str, bool]) -> None:
    """A row printed twice with different figures is None in every column, and both printings are kept as leftovers."""
    sample = make_sample(shape, 6)
    spoiled = Spoiled(lay_out(sample), sample.cells)
    tables = [block for block in spoiled.blocks if not isinstance(block, str)]
    row = next(line for line in tables[1] if line.path == "requests/carried_out")
    tables[1].append(Line([s._replace(text=f"{int(s.text) + 1}") if s.fact else s for s in row.slots], row.path))
    report = read_printed(as_tabs(spoiled.blocks))
    assert {path: value for path, value in sample.cells.items() if path not in values_of(row)} == {
        path: value for path, value in values(report).items() if value is not None
    }
    assert codes(report) == [("row-duplicate", "requests/carried_out")]
    assert len(report.leftovers) == 2


def values_of(line: Line) -> set[str]:
    return {slot.fact for slot in line.slots if slot.fact}


def changed(shape: tuple[str, bool], path: str, printed: list[str]) -> tuple[Sample, Report]:
    """A sound report, with the fields of one row as given."""
    sample = make_sample(shape, 7)
    blocks = lay_out(sample)
    for block in blocks:
        for line in block if isinstance(block, list) else []:
            if line.path == path:
                labels = [slot for slot in line.slots if not slot.fact]
                line.slots[:] = [*labels, *(Slot(field) for field in printed)]
    return sample, read_printed(as_word(blocks))


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        (["1", "2", "3", "4", "5", "6"], [None] * 7),  # one gone, nobody knows which
        (["1", "2", "3", "4", "5", "6", "7", "8"], [None] * 7),  # one too many
        (["", "", "", "", "", "", ""], [None] * 7),
        (["", "1", "2", "3", "4", "5", "6", "7"], [1, 2, 3, 4, 5, 6, 7]),
        (["1", "2", "3", "4", "5", "6", "7", "", ""], [1, 2, 3, 4, 5, 6, 7]),
        (["9"], [None] * 7),
        ([], [None] * 7),
    ],
)
def test_a_row_of_another_width_is_taken_only_without_doubt(printed: list[str], kept: list[int | None]) -> None:
    """Fields are laid on columns only where there is one way to do it."""
    sample, report = changed(("2021", False), "requests/new", printed)
    columns = sample.form.table("requests").column_leaves
    assert [report.value(f"requests/new/{column.path}") for column in columns] == kept
    if kept == [None] * 7 and any(printed):
        assert ("row-width", "requests/new") in codes(report)
        assert " ".join(printed) in [leftover.text for leftover in report.leftovers]


@pytest.mark.parametrize(
    ("field", "code"),
    [("约10", "number-invalid"), ("③", "number-invalid"), ("1.0", "number-invalid"), ("-3", "number-negative"),
     ("1e3", "number-invalid"), ("٣", "number-invalid"), ("9" * 12, "number-outlier"), ("1 2", "number-invalid"),
     ("007", "number-invalid"), ("=1+1", "number-invalid"), ("十五", "number-invalid"), ("½", "number-invalid")],
)  # fmt: skip
def test_what_is_not_plainly_a_count_is_none(field: str, code: str) -> None:
    """A cell that is no plain count is None, keeps what was printed, and a notice cites the cell."""
    sample, report = changed(("2021", False), "requests/new", [field, "1", "2", "3", "4", "5", "6"])
    path = "requests/new/person"
    assert (report.cells[path].value, report.cells[path].raw) == (None, field)
    assert codes(report) == [(code, path)]
    assert report.value("requests/new/org.business") == 1
    assert report.value("requests/carried_in/person") == sample.cells["requests/carried_in/person"]


def test_columns_in_another_order_follow_the_header() -> None:
    """A header that names all columns in another order is believed."""
    sample = make_sample(("2021", False), 8)
    blocks = lay_out(sample)
    for block in blocks:
        for line in block if isinstance(block, list) else []:
            if [slot.text for slot in line.slots[1:]] == ["本年制发件数", "本年废止件数", "现行有效件数"] or (
                line.path or ""
            ).startswith("documents/"):
                line.slots[1:] = [line.slots[3], line.slots[1], line.slots[2]]
    assert values(read_printed(as_tabs(blocks))) == sample.cells


def test_columns_of_unknown_order_are_not_taken() -> None:
    """A header whose order cannot be told makes its table's figures None, with a notice."""
    sample = make_sample(("2021", False), 8)
    blocks = lay_out(sample)
    for block in blocks:
        for line in block if isinstance(block, list) else []:
            if line.slots[1:] and line.slots[1].text == "本年制发件数":
                line.slots[1:] = [line.slots[2], line.slots[1], Slot("")]
    report = read_printed(as_tabs(blocks))
    assert "column-order" in {code for code, _ in codes(report)}
    assert {v for path, v in values(report).items() if path.startswith("documents/")} == {None}
    assert values(report).items() >= {p: v for p, v in sample.cells.items() if not p.startswith("documents/")}.items()


def test_a_row_under_the_wrong_group_is_not_taken() -> None:
    """Labels that contradict each other leave the row out, as a leftover with a notice."""
    sample = make_sample(("2021", False), 9)
    blocks = lay_out(sample)
    for block in blocks:
        for line in block if isinstance(block, list) else []:
            if line.path == "requests/outcome.denied.query":
                line.slots[1] = Slot("（四）无法提供", label=True)
    report = read_printed(as_tabs(blocks))
    assert "requests/outcome.denied.query/total" not in report.cells
    assert [code for code, _ in codes(report)] == ["label-conflict", "row-missing"]
    assert len(report.leftovers) == 1


def test_an_unknown_row_in_a_table_is_a_leftover() -> None:
    """A row whose label no form knows is kept as text, and changes no figure."""
    sample = make_sample(("2021", False), 10)
    blocks = lay_out(sample)
    table = next(block for block in blocks if isinstance(block, list))
    table.append(Line([Slot("本地自定的一行"), Slot("12")]))
    report = read_printed(as_tabs(blocks))
    assert values(report) == sample.cells
    assert [leftover.text for leftover in report.leftovers] == ["本地自定的一行 12"]


def test_a_file_with_both_forms_is_not_read_as_either() -> None:
    """Columns of two forms in one file: no table is read, and a notice names one of each."""
    old, new = (as_tabs(lay_out(make_sample((form, False), 1)._replace(year=2021))) for form in ("2019", "2021"))
    report = read_printed(new + old)
    assert (report.form, report.cells) == (None, {})
    assert "form-conflict" in {code for code, _ in codes(report)}


@given(st.text(alphabet="\t\n 0123456789总计其他规章（一）1.、（七）行政许可", max_size=120))
@settings(max_examples=60)
def test_noise_in_a_file_never_breaks_the_reader(noise: str) -> None:
    """Any characters between the lines of a report end in cells, leftovers or notices, never in an error."""
    lines = as_tabs(lay_out(make_sample(("2021", False), Random(noise).randint(0, 9)))).split("\n")
    at = Random(noise).randint(1, len(lines))
    report = read_printed("\n".join([*lines[:at], noise, *lines[at:]]))
    assert report.form == "2021"
