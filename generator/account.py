"""The reader's account of one file, for the terminal: what was read and where it stands, what was not, what is amiss.

Made so that a maintainer with the original beside it can trust or correct the reading in a minute.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from generator.checks import counted, judge
from generator.form import Form, Leaf, Table, load_form
from generator.normalize import is_blank
from generator.report import BASES, LEVELS, Cell, Finding, Notice, Report
from generator.terminal import plain_line

_SECTIONS = {"overview": "总体情况", "problems": "问题及改进", "other": "其他事项"}
_LABEL = 28  # columns of the terminal for the name of a row
_SIGNS = {"error": "✗", "warning": "! 提示：", "note": "i 说明："}
_MISSING = ("row-missing", "table-missing")
_OF_CELLS = frozenset({"number-invalid", "number-negative", "number-outlier", "row-width"})
_FEW = 5  # faults of one kind that are shown one by one


def account(report: Report) -> str:
    """Lay out one reading: ``空`` is a blank cell, ``？`` one that could not be read, ``缺`` one that is not there."""
    lines = [*_head(report), *_summary(report)]
    if report.form:
        form = load_form(report.form)
        for table in form.tables:
            lines.extend(_table(report, table))
        lines.extend(_texts(report))
        lines.extend(_odd_prints(report, form))
    lines.extend(f"没有采用（{leftover.place}）：{leftover.text}" for leftover in report.leftovers)
    lines.extend(remarks(report))
    return "\n".join(plain_line(line) for line in lines)


def tally(report: Report) -> str:
    """One line on how much was read and how the sums stand."""
    return "；".join(line.replace("　　", "：") for line in _summary(report)) or "没有认出表格"


def remarks(report: Report) -> list[str]:
    """What is amiss with a reading, a line each: the reader's notices, then the sums that do not hold."""
    failed = (f"{_SIGNS[finding.severity]} {finding.message}" for finding in _failed(report))
    return [plain_line(line) for line in (*_notices(report.notices), *failed)]


def _head(report: Report) -> Iterator[str]:
    def known(text: object, basis: str | None) -> str:
        return "没有读到" if text is None else f"{text}（据{BASES[basis]}）" if basis else str(text)

    yield f"标题　　{report.title or '没有读到'}"
    yield f"机关　　{known(report.agency.name, report.basis.agency)}"
    yield f"年度　　{known(report.year, report.basis.year)}"
    yield f"公布　　{known(report.published, report.basis.published)}"
    where = report.region
    place = f"{where.name} {where.code or ''}，{LEVELS[where.level]}" if where else None
    yield f"地方　　{known(place, where.basis) if where else '说不准，放进档案时要在登记表里写明'}"
    yield f"格式　　{load_form(report.form).name if report.form else '没有认出'}"
    yield f"文件　　{report.source.path}（{report.source.format}）"
    yield f"校验　　SHA-256 {report.source.sha256}"


def _summary(report: Report) -> Iterator[str]:
    if not report.form:
        return
    cells = report.cells.values()
    blank = sum(cell.value is None and is_blank(cell.raw) for cell in cells)
    unread = sum(cell.value is None for cell in cells) - blank
    lacking = len(_expected(report)) - len(report.cells)
    counts = [f"{len(cells) - blank - unread} 格有数"]
    counts += [
        f"{number} 格{word}" for number, word in ((blank, "空白"), (unread, "没读出"), (lacking, "缺")) if number > 0
    ]
    yield f"数字　　{'，'.join(counts)}"
    yield f"核对　　{counted(judge(report))}"


def _expected(report: Report) -> set[str]:
    """The cells that a whole report of this shape has: with （六） as one row, or with its own rows."""
    form = load_form(report.form or "")
    one_row = {path for path in form.optional_facts if path in report.cells}
    groups = {path.rpartition("/")[0] for path in one_row}
    return one_row | {path for path in form.facts if not any(path.startswith(f"{group}.") for group in groups)}


def _table(report: Report, table: Table) -> Iterator[str]:
    yield ""
    yield f"【{table.title}】"
    names, rows = _grouped(report, table) if len(table.row_leaves) == 1 else _rowwise(report, table)
    if not rows:
        yield "　没有读到"
        return
    lines = [["", *names, "位置"], *rows]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(names) + 2)]
    for line in lines:
        figures = [_pad(text, width, left=True) for text, width in zip(line[1:-1], widths[1:-1], strict=True)]
        yield "  ".join([_pad(line[0], widths[0]), *figures, line[-1]]).rstrip()


def _rowwise(report: Report, table: Table) -> tuple[list[str], list[list[str]]]:
    rows = []
    for row in sorted((*table.row_leaves, *table.collapsible_rows), key=lambda leaf: _order(table, leaf)):
        cells = [report.cells.get(f"{table.key}/{row.path}/{column.path}") for column in table.column_leaves]
        if any(cells):
            rows.append(_line(row.item.name or table.title, cells))
    return [leaf.item.name for leaf in table.column_leaves], rows


def _order(table: Table, leaf: Leaf) -> int:
    """Where a row stands in the form; a group on one row stands where its own rows would."""
    paths = [row.path for row in table.row_leaves]
    return next(i for i, path in enumerate(paths) if path == leaf.path or path.startswith(f"{leaf.path}."))


def _grouped(report: Report, table: Table) -> tuple[list[str], list[list[str]]]:
    """A table of one row whose columns stand in groups alike is shown with a line for each group."""
    row = table.row_leaves[0]
    groups = [list(leaves) for _, leaves in groupby(table.column_leaves, key=lambda leaf: leaf.trail[:-1])]
    if len({len(leaves) for leaves in groups}) > 1:
        return _rowwise(report, table)
    rows = []
    for leaves in groups:
        cells = [report.cells.get(f"{table.key}/{row.path}/{leaf.path}") for leaf in leaves]
        if any(cells):
            rows.append(_line((leaves[0].trail[-2:-1] or (row.item,))[0].name or table.title, cells))
    return [leaf.item.name for leaf in groups[0]], rows


def _line(name: str, cells: Sequence[Cell | None]) -> list[str]:
    return [_cut(name), *(_shown(cell) for cell in cells), next(cell.place for cell in cells if cell)]


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return "缺"
    if cell.value is None:
        return "空" if is_blank(cell.raw) else "？"
    return str(cell.value)


def _texts(report: Report) -> Iterator[str]:
    yield ""
    found = [f"{name} {len(report.texts[key])} 字" for key, name in _SECTIONS.items() if key in report.texts]
    yield f"正文　　{'，'.join(found) or '没有读到'}"


def _odd_prints(report: Report, form: Form) -> Iterator[str]:
    """Cells whose print is not simply the figure: what stands there, and what it was taken for."""
    for path, fact in form.all_facts.items():
        cell = report.cells.get(path)
        if cell and cell.value is not None and cell.raw != str(cell.value):
            yield f"印作「{cell.raw}」，读作 {cell.value}：{fact.label}（{cell.place}）"


def _notices(notices: Sequence[Notice]) -> Iterator[str]:
    """Each notice on a line; rows and tables that are not there on one, for a cut-off file lacks many.

    Of many cells or rows with the same fault the first few speak for all.
    """
    missing = [notice for notice in notices if notice.code in _MISSING]
    cells = Counter(notice.code for notice in notices if notice.code in _OF_CELLS)
    shown: Counter[str] = Counter()
    for notice in notices:
        shown[notice.code] += 1
        if cells[notice.code] > _FEW + 1 and shown[notice.code] > _FEW:
            if shown[notice.code] == cells[notice.code]:
                yield f"提示：另有 {cells[notice.code] - _FEW} 处也是这样，表里以「？」标出"
        elif notice.code not in _MISSING or len(missing) == 1:
            yield f"提示{f'（{notice.place}）' if notice.place else ''}：{notice.message}"
    if len(missing) > 1:
        rows = sum(notice.code == "row-missing" for notice in missing)
        tables = [notice.message for notice in missing if notice.code == "table-missing"]
        first = next((notice.message for notice in missing if notice.code == "row-missing"), "")
        more = f"，另有 {rows - 1} 行也没有找到" if rows > 1 else ""
        yield f"提示：{first}{more}" if rows else f"提示：{tables.pop(0)}"
        yield from (f"提示：{message}" for message in tables)


def _failed(report: Report) -> Iterator[Finding]:
    return (finding for finding in judge(report) if finding.status == "fail")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, left: bool = False) -> str:
    space = " " * (width - _width(text))
    return space + text if left else text + space


def _cut(text: str) -> str:
    if _width(text) <= _LABEL:
        return text
    while _width(text) > _LABEL - 2:
        text = text[:-1]
    return f"{text}…"
