"""A sample as a sheet: what ``generator.demo`` lays out for fictional archives, for the tests' own samples."""

from samples import AGENCY, Sample

from generator.demo.sheet import Block, Line, Placed, Slot, flat, pieces, placed, show
from generator.demo.sheet import lay_out as _lay_out

__all__ = ["Block", "Line", "Placed", "Slot", "flat", "lay_out", "pieces", "placed", "show"]


def lay_out(sample: Sample) -> list[Block]:
    """The report as headings and tables, in statutory order."""
    title = f"{AGENCY}{sample.year}年政府信息公开工作年度报告"
    return _lay_out(sample.form, sample.cells, title, sample.collapsed)
