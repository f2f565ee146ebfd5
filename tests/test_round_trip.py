"""Round trips: what the tests' own writers print is read back, in every format and through every quirk.

A figure is the printed one or None, never another. ``NIANBAO_EXAMPLES=20`` tries twenty times as many reports, other
ones each time (``make fuzz``).
"""

import os
from random import Random

import pytest
from fictional import read_bytes
from hypothesis import given, settings
from hypothesis import strategies as st
from judge import TALLY, Verdict, judge
from quirks import (
    EMPTYING,
    HARMLESS,
    MOVING,
    QUIRKS,
    ROWLESS_ONLY,
    ROWS_ONLY,
    SHEETLESS,
    TEXT_ONLY,
    Spoiled,
    compatible,
    spoil,
)
from samples import SHAPES, Sample, Value, all_samples, make_sample, samples
from sheet import lay_out
from writers import WRITERS
from writers.pdf import as_pdfs

from generator.readers import SUFFIXES
from generator.report import Report

MORE = int(os.environ.get("NIANBAO_EXAMPLES") or 1)
ENOUGH = 100_000  # cells that a whole run must try
EXACT = sorted(name for name, writer in WRITERS.items() if not writer.rowless)
TEXT = frozenset(name for name, writer in WRITERS.items() if writer.suffix in (".txt", ".md"))
SEEDS = st.integers(0, 2**32)


def tried(name: str, sample: Sample, spoiled: Spoiled, seed: int) -> tuple[Report, Verdict]:
    """Print ``spoiled``, read it, and judge what was read."""
    writer = WRITERS[name]
    report = read_bytes(writer.write(spoiled.blocks, Random(seed)), f"示例{writer.suffix}")
    return report, judge(name, sample, spoiled.cells, report)


def quirks_of(name: str) -> list[str]:
    """The quirks that befall files of a kind."""
    strange = (TEXT_ONLY if name not in TEXT else set()) | (ROWLESS_ONLY if name in EXACT else ROWS_ONLY)
    return sorted(QUIRKS.keys() - strange - (SHEETLESS if name == "xlsx" else set()))


def some_quirks(name: str) -> st.SearchStrategy[list[str]]:
    """Any quirks of files of a kind, the hard ones more often than others."""
    known = quirks_of(name)
    hard = [[quirk for quirk in known if quirk in group] for group in (EMPTYING, MOVING)]
    lists = (
        st.lists(st.sampled_from(names), max_size=most) for names, most in [(known, 4), (hard[0], 2), (hard[1], 2)]
    )
    return st.tuples(*lists).map(lambda drawn: sorted({quirk for part in drawn for quirk in part})).filter(compatible)


def values(report: Report) -> dict[str, Value]:
    return {path: cell.value for path, cell in report.cells.items()}


@pytest.mark.parametrize("name", WRITERS)
@given(sample=samples(), seed=SEEDS)
@settings(max_examples=20 * MORE)
def test_a_written_report_reads_back_exactly(name: str, sample: Sample, seed: int) -> None:
    """Every figure of every form comes back from every format, and there is nothing to remark."""
    report, _ = tried(name, sample, Spoiled(lay_out(sample), sample.cells), seed)
    assert values(report) == sample.cells
    assert (report.form, report.year, report.notices) == (sample.form.id, sample.year, [])


@pytest.mark.parametrize("name", EXACT)
@given(sample=all_samples(), draw=st.data(), seed=SEEDS)
@settings(max_examples=50 * MORE)
def test_a_harmless_quirk_costs_nothing(name: str, sample: Sample, draw: st.DataObject, seed: int) -> None:
    """What leaves no doubt is read through without losing a figure, whether the sums hold or not."""
    quirk = draw.draw(st.sampled_from([quirk for quirk in quirks_of(name) if quirk in HARMLESS]))
    report, _ = tried(name, sample, spoil(sample, [quirk], seed), seed)
    assert values(report) == sample.cells


@pytest.mark.parametrize("name", WRITERS)
@given(sample=all_samples(), seed=SEEDS)
@settings(max_examples=10 * MORE)
def test_a_blank_is_none_and_never_zero(name: str, sample: Sample, seed: int) -> None:
    """A cell without a figure is None with what was printed there; a row keeps its other figures or has a notice."""
    spoiled = spoil(sample, ["blanks"], seed)
    report, verdict = tried(name, sample, spoiled, seed)
    assert not verdict.wrong
    doubtful = {notice.fact for notice in report.notices}
    certain = {path: value for path, value in spoiled.cells.items() if path.rpartition("/")[0] not in doubtful}
    read = {path: report.value(path) for path in certain if path in report.cells}
    assert read == {path: certain[path] for path in read}
    assert {report.cells[path].raw for path, value in read.items() if value is None} <= {"", "/", "-", "—"}


@pytest.mark.parametrize("name", EXACT)
@given(sample=samples(), seed=SEEDS)
@settings(max_examples=10 * MORE)
def test_a_missing_row_is_absent_and_said(name: str, sample: Sample, seed: int) -> None:
    """The cells of a row that the file lacks are not there at all, and a notice names the row or its table."""
    spoiled = spoil(sample, ["drop_row"], seed)
    report, verdict = tried(name, sample, spoiled, seed)
    assert not verdict.wrong
    assert not verdict.silent
    assert not spoiled.dropped & report.cells.keys()
    row = next(iter(spoiled.dropped)).rpartition("/")[0]
    # A table of one row is missing with it; a group printed as one row is missed as the rows it stands for.
    told = {notice.fact or notice.code for notice in report.notices}
    assert "table-missing" in told or any(fact == row or fact.startswith(f"{row}.") for fact in told)


@pytest.mark.parametrize("name", WRITERS)
@given(sample=all_samples(), draw=st.data(), seed=SEEDS)
@settings(max_examples=100 * MORE)
def test_no_quirk_makes_another_number(name: str, sample: Sample, draw: st.DataObject, seed: int) -> None:
    """Whatever happens to a file, a figure is the printed one or None, and a lost one has a notice."""
    quirks = draw.draw(some_quirks(name))
    _, verdict = tried(name, sample, spoil(sample, quirks, seed), seed)
    assert not verdict.wrong
    assert not verdict.silent


@pytest.fixture(scope="module")
def printed() -> list[tuple[Sample, Spoiled, bytes]]:
    """Reports as PDF files, printed once: one of each form as it should be, the others as they are found."""
    found = []
    for seed in range(2 * len(SHAPES) * MORE):
        sample = make_sample(SHAPES[seed % len(SHAPES)], seed)
        quirks = Random(seed).sample(quirks_of("html"), 2) if seed >= len(SHAPES) else []
        found.append((sample, spoil(sample, quirks, seed)))
    pages = (WRITERS["html"].write(spoiled.blocks, Random(0)) for _, spoiled in found)
    return [(*one, pdf) for one, pdf in zip(found, as_pdfs(list(pages)), strict=True)]


@pytest.mark.skipif(".pdf" not in SUFFIXES, reason="还不能读 PDF")
@pytest.mark.browser
def test_a_printed_pdf_reads_back(printed: list[tuple[Sample, Spoiled, bytes]]) -> None:
    """What a browser printed is read exactly where nothing befell it, and never as another figure."""
    for number, (sample, spoiled, pdf) in enumerate(printed):
        report = read_bytes(pdf, "示例.pdf")
        verdict = judge("pdf", sample, spoiled.cells, report)
        assert not verdict.wrong
        assert not verdict.silent
        if number < len(SHAPES):
            assert values(report) == sample.cells


def test_enough_cells_were_tried() -> None:
    """The proof is as good as the number of cells that it tried."""
    if not set(WRITERS) <= set(TALLY):
        pytest.skip("只运行了一部分往返测试")
    assert sum(tally["tried"] for tally in TALLY.values()) >= ENOUGH
