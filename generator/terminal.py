"""Words for the terminal: one file's reading laid out, forms, and lines that nothing printed in a file can break."""

import re
import unicodedata
from collections.abc import Iterator

from generator.form import Form, Table, load_form
from generator.normalize import is_blank
from generator.report import Cell, Report

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_BASES = {"title": "标题", "period": "统计期限", "text": "总体情况", "file": "文件名"}


def plain_line(text: str) -> str:
    """Return ``text`` as one line that cannot steer a terminal."""
    return _CONTROL.sub(" ", text)


def github_line(level: str, file: str, message: str) -> str:
    """Return a GitHub annotation. What a file says cannot end it or start another command."""

    def data(text: str) -> str:
        return plain_line(text).replace("%", "%25")

    name = data(file).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={name}::{data(message)}"


def describe_report(report: Report) -> str:
    """Lay out one reading: who and when, each table with its figures, leftovers and notices."""
    lines = [
        f"标题　　{report.title or '没有读到'}",
        f"机关　　{report.agency.name or '没有读到'}",
        f"年度　　{report.year or '没有读到'}" + (f"（据{_BASES[report.basis.year]}）" if report.basis.year else ""),
        f"公布　　{report.published or '没有读到'}",
        f"格式　　{load_form(report.form).name if report.form else '没有认出'}",
        f"文件　　{report.source.path}　SHA-256 {report.source.sha256}",
    ]
    if report.form:
        for table in load_form(report.form).tables:
            lines.extend(_table_lines(report, table))
    for key, text in report.texts.items():
        lines.append(f"正文 {key}：{len(text)} 字")
    lines.extend(f"没有采用（{leftover.place}）：{leftover.text}" for leftover in report.leftovers)
    lines.extend(f"提示 {n.code}{f'（{n.place}）' if n.place else ''}：{n.message}" for n in report.notices)
    return "\n".join(plain_line(line) for line in lines)


def _table_lines(report: Report, table: Table) -> Iterator[str]:
    yield ""
    yield f"【{table.title}】"
    columns = table.column_leaves
    names = [leaf.item.name for leaf in columns]
    rows = []
    for row in (*table.row_leaves, *table.collapsible_rows):
        cells = [report.cells.get(f"{table.key}/{row.path}/{column.path}") for column in columns]
        if any(cells):
            place = next(cell.place for cell in cells if cell)
            rows.append([row.item.name[:18] or table.title[:18], *(_shown(cell) for cell in cells), place])
    if not rows:
        yield "　没有读到"
        return
    widths = [max(_width(line[i]) for line in [["", *names, "位置"], *rows]) for i in range(len(names) + 2)]
    for line in [["", *names, "位置"], *rows]:
        yield "  ".join(_pad(text, width) for text, width in zip(line, widths, strict=True)).rstrip()


def _shown(cell: Cell | None) -> str:
    if cell is None:
        return "缺"
    if cell.value is None:
        return "空" if is_blank(cell.raw) else "？"
    return str(cell.value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def describe_form(form: Form) -> str:
    """List the fact paths of a form with their labels and units, then its identities."""
    lines = [f"{form.name}　{form.document}　{len(form.facts)} 格"]
    for path, fact in form.facts.items():
        unit = fact.table.unit_of(fact.column)
        lines.append(f"{path}\t{fact.label}" + (f"（{unit}）" if unit else ""))
    for path, fact in form.optional_facts.items():
        lines.append(f"{path}\t{fact.label}（只印一行时）")
    return "\n".join(lines)
