"""What a claim can mean in the tables: sums of rows and columns that the forms list, added up from what is printed."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from generator.form import Claim, Form, Leaf, Table, load_form
from generator.normalize import is_blank
from generator.report import Report

_SHOWN = 6  # figures of a sum that a message spells out


class Term(NamedTuple):
    """A summand of a reading: ``cells`` each with its summands, ``whole`` those of a group that is one row.

    ``inside`` is the cell of a group of rows: where the file prints that as one row, this term cannot be told.
    """

    sign: int
    name: str
    whole: tuple[tuple[str, tuple[str, ...]], ...]
    inside: tuple[str, ...]
    cells: tuple[tuple[str, tuple[str, ...]], ...]


class Value(NamedTuple):
    """What a reading comes to: ``low`` of what is printed; ``open`` where blanks could make it more (or anything).

    ``parts`` are the figures that were added up, in words.
    """

    name: str
    low: Decimal
    is_open: bool
    bounded: bool
    printed: bool
    paths: list[str]
    ocr: bool
    parts: str

    def said(self, unit: str) -> str:
        """The reading and what it comes to, in words."""
        return f"「{self.name}」" + (f"{self.parts}{self.low:f}{unit}" if self.printed else "没有数字")


@lru_cache(maxsize=256)
def readings(form_id: str, claim_id: str, none: bool = False) -> tuple[tuple[Term, ...], ...]:
    """The readings of a claim that its form has the rows for; ``none``: of a sentence that says there was nothing."""
    form = load_form(form_id)
    claim = next(one for one in form.claims if one.id == claim_id)
    found = [_terms(form, claim, fit) for fit in (none and claim.none) or claim.fits]
    return tuple(tuple(term for term in terms if term) for terms in found if all(terms))


def _terms(form: Form, claim: Claim, fit: str) -> list[Term | None]:
    parts = re.split(r"\s([+-])\s", fit)
    signs = [1, *(1 if sign == "+" else -1 for sign in parts[1::2])]
    return [_term(form, claim, name, sign) for name, sign in zip(parts[::2], signs, strict=True)]


def _term(form: Form, claim: Claim, name: str, sign: int) -> Term | None:
    table = form.table(claim.table)
    row, _, column = claim.at.replace("*", name).partition("/")
    found = table.named(row, column)
    if found is None:
        return None
    down, across = found
    cells = tuple(_cell(table, leaf.path, one) for leaf in table.leaves_under(down) for one in across)
    whole = tuple(_cell(table, row, one) for one in across) if down.item.items else ()
    groups = [leaf.path for leaf in table.collapsible_rows if row.startswith(f"{leaf.path}.")]
    said = down.item.name if claim.at.startswith("*") or down.item.label else ""
    plain = claim.at == "*/total" or (said and not claim.at.startswith("*"))
    where = "" if plain else "".join(item.name for item in across[0].trail[: column.count(".") + 1])
    return Term(
        sign,
        f"{where}{'的' if said and where else ''}{said}",
        whole,
        tuple(f"{table.key}/{group}/{across[0].path}" for group in groups),
        cells,
    )


def _cell(table: Table, row: str, column: Leaf) -> tuple[str, tuple[str, ...]]:
    """A cell, and where it is of a column of totals the cells that make it up: many offices leave one of both blank."""
    group = column.path.rpartition(".")[0]
    inside = [leaf.path for leaf in table.column_leaves if leaf.path.startswith(f"{group}." if group else "")]
    summands = [path for path in inside if not table.column(path).item.total] if column.item.total else []
    return f"{table.key}/{row}/{column.path}", tuple(f"{table.key}/{row}/{path}" for path in summands)


def reading_name(terms: Iterable[Term]) -> str:
    return "".join(f" {'＋' if term.sign > 0 else '－'} {term.name}" for term in terms).removeprefix(" ＋ ")


def evaluate(terms: tuple[Term, ...], report: Report) -> Value | None:
    """Add a reading up; None where the file prints as one row what the reading takes apart."""
    low, is_open, printed, ocr, paths = Decimal(0), False, False, False, []
    parts: list[tuple[int, Decimal]] = []
    for term in terms:
        if any(path in report.cells for path in term.inside):
            return None
        whole = any(path in report.cells for path, _ in term.whole)
        for path, summands in term.whole if whole else term.cells:
            used = [path] if report.value(path) is not None or not summands else list(summands)
            for one in used:
                cell = report.cells.get(one)
                if cell is None or cell.value is None:
                    is_open = True
                else:
                    low, printed, ocr = low + term.sign * Decimal(cell.value), True, ocr or cell.ocr
                    parts += [(term.sign, Decimal(cell.value))] if cell.value else []
                if cell is not None and (cell.value is not None or is_blank(cell.raw)):
                    paths.append(one)
    only_adds = all(term.sign > 0 for term in terms)
    return Value(reading_name(terms), low, is_open, only_adds, printed, paths, ocr, _added(parts))


def _added(parts: list[tuple[int, Decimal]]) -> str:
    """The figures of a sum in words, 258＋14＋3＝; nothing of a single figure, or of more than one can take in."""
    if not 1 < len(parts) <= _SHOWN:
        return ""
    return "".join(f"{'＋' if sign > 0 else '－'}{value:f}" for sign, value in parts).removeprefix("＋") + "＝"


def fits(claim: Claim, told: Decimal, value: Decimal) -> bool:
    return told <= value if claim.relation == "<=" else told == value


def could(told: Decimal, value: Value, scale: int) -> bool:
    """Whether figures in the blanks of a reading could make it fit: they only add where nothing is taken away."""
    return value.is_open and not (value.bounded and told < value.low * scale)
