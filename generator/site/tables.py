"""The statutory tables as HTML, with the merged headers that the state prints.

Header and row labels are made once per form; only the figures differ from report to report. The ends of cells and rows
are left out, as HTML allows: two hundred of them were a tenth of the table.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from markupsafe import Markup

from generator.form import Item, Leaf, Table, load_form
from generator.normalize import is_blank, plain
from generator.report import Cell, Finding
from generator.site.encode import text
from generator.site.model import AgencyYear


def statutory_table(one: AgencyYear, table: Table) -> Markup:
    """Return one table of a report: every statutory row and column, blanks as blanks, failing cells marked."""
    collapsed = _collapsed(one, table)
    failing = _failing(one)
    body = [
        Markup("<tr>{}{}").format(labels, _figures(one, table, row, failing))
        for labels, row in _rows(one.report.form or "", table.key, collapsed)
    ]
    caption = Markup("<caption>{}{}</caption>").format(table.title, f"（单位：{table.unit}）" if table.unit else "")
    head = _head(one.report.form or "", table.key)
    return Markup(
        '<div class="nb-scroll" id="t-{}"><table class="nb-table nb-{}">{}{}<tbody>{}</tbody></table></div>'
    ).format(table.key, table.key, caption, head, Markup("").join(body))


def legend(one: AgencyYear) -> str:
    """What the signs in the tables of this report mean; nothing on signs that are not there."""
    if one.form is None:
        return ""
    cells = one.report.cells.values()
    due = sum(len(_rows(one.form.id, t.key, _collapsed(one, t))) * len(t.column_leaves) for t in one.form.tables)
    failing = _failing(one).values()
    said = [
        "表格中的空格是原文留空，不是 0" if any(cell.value is None and is_blank(cell.raw) for cell in cells) else "",
        "？是没有读到或没能读出" if len(cells) < due or any(c.value is None and not is_blank(c.raw) for c in cells) else "",
        "带 ✗ 的格子属于一条不成立的勾稽关系" if any(finding.is_error for finding in failing) else "",
        "带 ! 的格子有提示" if any(not finding.is_error for finding in failing) else "",
        "「在表中标出」的格子，实线框的在等号左边，虚线框的在右边，双线框的最可能有误" if failing else "",
        "「复核用」后面是代号和标记，机关要复核那一条，把它们抄进旁注" if failing else "",
    ]
    return "；".join(filter(None, said))


def _printed_as_one(one: AgencyYear, table: Table, group: Leaf) -> bool:
    return any(f"{table.key}/{group.path}/{column.path}" in one.report.cells for column in table.column_leaves)


def cell_marks(one: AgencyYear, paths: Sequence[str]) -> str:
    """Where the cells at ``paths`` stand on the page, for the script that marks them: ``requests 3c0 3c1`` is a table,
    then row and column of figures, counted from 0. Cells of other years' reports are left out."""
    marks: dict[str, list[str]] = {}
    for path in paths:
        key, _, rest = path.partition("/")
        if one.form is None or ":" in path or not rest:
            continue
        table = one.form.table(key)
        row, column = rest.split("/")
        rows = [leaf.path for _, leaf in _rows(one.form.id, key, _collapsed(one, table))]
        columns = [leaf.path for leaf in table.column_leaves]
        if row in rows and column in columns:
            marks.setdefault(key, []).append(f"{rows.index(row)}c{columns.index(column)}")
    return " ".join(" ".join([key, *cells]) for key, cells in marks.items())


def _collapsed(one: AgencyYear, table: Table) -> tuple[str, ...]:
    return tuple(leaf.path for leaf in table.collapsible_rows if _printed_as_one(one, table, leaf))


def _failing(one: AgencyYear) -> Mapping[str, Finding]:
    """Fact path → the first failing finding that it takes part in, the gravest first; notes mark nothing."""
    failed = [f for f in one.with_status("fail") if f.severity != "note" and not f.is_dismissed]
    failed.sort(key=lambda finding: finding.severity != "error")
    return {path: finding for finding in reversed(failed) for path in (*finding.left, *finding.right)}


def _figures(one: AgencyYear, table: Table, row: Leaf, failing: Mapping[str, Finding]) -> Markup:
    cells = []
    for column in table.column_leaves:
        path = f"{table.key}/{row.path}/{column.path}"
        if one.corrected and (new := one.corrected.report.cells[path] if path in one.report.cells else None) != (
            old := one.report.cells.get(path)
        ):
            cells.append(_overlaid(old, new, failing.get(path)))
            continue
        cells.append(_figure(one.report.cells.get(path), failing.get(path), bool(table.unit_of(column))))
    return Markup("").join(cells)


def _overlaid(printed: Cell | None, corrected: Cell | None, finding: Finding | None) -> Markup:
    """A cell with a correction: what is printed stays, struck through, and the corrected figure stands beside it.

    The mark of a failing sum stays with the printed figure, which it speaks of.
    """
    shown = [text(cell.raw or "空白") if cell else Markup("") for cell in (printed, corrected)]
    is_marked = finding is not None and printed is not None and printed.value is not None
    kind, mark = (_KINDS[finding.is_error], _mark(finding)) if finding and is_marked else ("", Markup(""))
    return Markup('<td class="{}" title="更正，见页末更正说明"><del>{}</del>{} <ins>{}</ins>').format(
        f"nb-corrected {kind}".strip(), shown[0], mark, shown[1]
    )


def _figure(cell: Cell | None, finding: Finding | None, has_unit: bool) -> Markup:
    if cell is None:
        return Markup('<td class="nb-unread">？')
    if cell.value is None and not is_blank(cell.raw):
        return Markup('<td class="nb-unread" title="没能读出，原文印作：{}">？').format(text(cell.raw))
    if cell.value is None:
        return Markup("<td>{}").format(text(cell.raw))
    if finding is None:
        return _sound_figure(str(cell.value), cell.raw, has_unit)
    hint, shown = _hint(str(cell.value), cell.raw, has_unit)
    return Markup('<td class="{}"{}>{}{}').format(_KINDS[finding.is_error], hint, text(shown), _mark(finding))


def _mark(finding: Finding) -> Markup:
    return Markup('<a href="#f-{}" title="{}">{}</a>').format(text(finding.id), *_MARKS[finding.is_error])


def _hint(value: str, raw: str, has_unit: bool) -> tuple[Markup, str]:
    """A title that tells what is printed, where that is not what is shown; and what is shown."""
    # Where the form prints no unit the office's own is part of the figure: 251000元.
    shown = value if has_unit else raw
    return Markup(' title="原文印作：{}"').format(text(raw)) if plain(raw) != shown else Markup(""), shown


@lru_cache(maxsize=20_000)
def _sound_figure(value: str, raw: str, has_unit: bool) -> Markup:
    hint, shown = _hint(value, raw, has_unit)
    return Markup("<td{}>{}").format(hint, text(shown))


_KINDS = {True: "nb-fail", False: "nb-warned"}
_MARKS = {True: ("勾稽关系不成立", "✗"), False: ("有提示", "!")}


@cache
def _head(form: str, key: str) -> Markup:
    """The header rows. The corner spans the label columns; groups of columns span their leaves."""
    table = load_form(form).table(key)
    labels = _depth(table.rows)
    levels: list[list[Markup]] = [[] for _ in range(_depth(table.columns))]
    _head_cells(table, table.columns, 0, levels)
    if table.spanner:
        span = Markup('<th colspan="{}" scope="colgroup">{}').format(len(table.column_leaves), text(table.spanner))
        levels.insert(0, [span])
    if table.row_leaves[0].item.label:
        spans = _span("colspan", labels) + _span("rowspan", len(levels))
        levels[0].insert(0, Markup("<td{}>{}").format(spans, text(table.corner)))
    rows = (Markup("<tr>{}").format(Markup("").join(level)) for level in levels)
    return Markup("<thead>{}</thead>").format(Markup("").join(rows))


def _head_cells(table: Table, items: tuple[Item, ...], level: int, levels: list[list[Markup]]) -> None:
    for item in items:
        unit = f"（{item.unit}）" if item.unit and not table.unit else ""
        width = len(list(_leaves(item)))
        if item.items:
            cell = Markup('<th colspan="{}" scope="colgroup">{}').format(width, text(item.label))
            _head_cells(table, item.items, level + 1, levels)
        else:
            down = len(levels) - level
            cell = Markup('<th{} scope="col">{}').format(_span("rowspan", down), text(item.label + unit))
        levels[level].append(cell)


def _span(name: str, count: int) -> Markup:
    return Markup(' {}="{}"').format(text(name), count) if count > 1 else Markup("")


def _depth(items: tuple[Item, ...]) -> int:
    return 1 + max((_depth(item.items) for item in items if item.items), default=0)


def _leaves(item: Item) -> Iterator[Item]:
    if not item.items:
        yield item
    for child in item.items:
        yield from _leaves(child)


@cache
def _rows(form: str, key: str, collapsed: tuple[str, ...]) -> list[tuple[Markup, Leaf]]:
    """Each row's label cells and which row it is; groups in ``collapsed`` are one row."""
    table = load_form(form).table(key)
    if not table.row_leaves[0].item.label:
        return [(Markup(""), leaf) for leaf in table.row_leaves]
    rows: list[tuple[Markup, Leaf]] = []
    _row_cells(table.rows, (), Markup(""), _depth(table.rows), collapsed, rows)
    return rows


def _row_cells(
    items: tuple[Item, ...],
    trail: tuple[Item, ...],
    lead: Markup,
    depth: int,
    collapsed: tuple[str, ...],
    rows: list[tuple[Markup, Leaf]],
) -> None:
    for item in items:
        here = (*trail, item)
        path = ".".join(part.key for part in here)
        if item.items and path not in collapsed:
            down = _height(item, path, collapsed)
            cell = Markup('<th rowspan="{}" scope="rowgroup"><span>{}</span>')
            _row_cells(item.items, here, lead + cell.format(down, text(item.label)), depth, collapsed, rows)
        else:
            across = _span("colspan", depth - len(trail))
            label = Markup('<th{} scope="row">{}').format(across, text(item.label))
            rows.append((lead + label, Leaf(path, here)))
        lead = Markup("")


def _height(item: Item, path: str, collapsed: tuple[str, ...]) -> int:
    if not item.items or path in collapsed:
        return 1
    return sum(_height(child, f"{path}.{child.key}", collapsed) for child in item.items)
