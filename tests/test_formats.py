"""What a file is, and spreadsheets and old Word files: a figure as the sheet shows it, or no figure."""

import io
import shutil
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from fictional import read_bytes
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from samples import make_sample
from sheet import lay_out
from writers import WRITERS

from generator.errors import Refusal
from generator.readers import doc, read, sniff
from generator.readers.xlsx import figure

SAMPLE = make_sample(("2021", False), 1)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FRAMES = b'<html><frameset><!--<frame src="menu.html">--><frame name="a" src="body.html"></frameset></html>'
OFFICE = shutil.which("soffice")


def written(name: str) -> bytes:
    return WRITERS[name].write(lay_out(SAMPLE), Random(0))


def values(data: bytes, name: str) -> dict[str, Any]:
    return {path: cell.value for path, cell in read_bytes(data, name).cells.items()}


def changed(change: Any) -> bytes:
    """The sample as a spreadsheet, with ``change`` done to its first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx")))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(book: Any, label: str) -> Any:
    """The cell behind a row's label."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell, following in pairwise(row):
                if str(cell.value or "").endswith(label):
                    return following
    raise KeyError(label)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\n%PDF-1.7\n", "pdf"),
        (b"\x89PNG\r\n\x1a\n", "PNG 图片"),
        (b"{\\rtf1 }", "rtf"),
        (b"MZ\x90\0\x03\0", "可执行程序"),
        ("BM公司说明".encode(), "text"),
        (b"PK\x03\x04broken", sniff.BROKEN_ZIP),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", "html"),
        ("<HTML><body>".encode("utf-16"), "html"),
        ("政府信息公开\t1".encode("utf-16"), "text"),
        (b"MIME-Version: 1.0\n", "网页存档（mht）"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_a_file_is_what_its_content_is(content: bytes, kind: str) -> None:
    """Signatures and first words decide; two letters that may begin a text do not."""
    assert sniff.kind_of(content) == kind


@pytest.mark.parametrize(
    ("written_as", "named"),
    [("docx", "r.doc"), ("xlsx", "r.xls"), ("html", "r.doc"), ("html", "r.xls"), ("tabs", "r.pdf")],
)
def test_a_wrong_ending_does_not_matter(written_as: str, named: str) -> None:
    """Pages saved as .doc, new Office files with the old ending: read as what they are, and that is said."""
    report = read_bytes(written(written_as), named)
    assert {path: cell.value for path, cell in report.cells.items()} == SAMPLE.cells
    told = [notice.message for notice in report.notices if notice.code == "format-mismatch"]
    assert len(told) == 1
    assert not {"text", "html"} & set(told[0].split())
    assert report.source.format == WRITERS[written_as].suffix[1:]


@pytest.mark.parametrize("name", ["r.aspx", "r.jsp", "r.php", "r.shtm", "r", "年报.2022"])
@pytest.mark.parametrize("written_as", ["html", "docx", "tabs"])
def test_an_unknown_ending_promises_nothing(written_as: str, name: str) -> None:
    """What servers call their pages, or nothing at all: the content says what it is, and there is nothing to remark."""
    report = read_bytes(written(written_as), name)
    assert {path: cell.value for path, cell in report.cells.items()} == SAMPLE.cells
    assert (report.notices, report.source.format) == ([], WRITERS[written_as].suffix[1:])


def test_a_page_may_begin_with_a_script() -> None:
    """Without the ending of a page, its tags tell."""
    page = b"<script>var a = 1;</script>\n" + written("html").partition(b"<body>")[2]
    assert read_bytes(page, "r.aspx").source.format == "html"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "文件不存在"),
        (lambda path: path.mkdir(), "这是文件夹"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n"), "这是 PNG 图片"),
        (lambda path: path.write_bytes(b"Rar!"), "请解压"),
        (lambda path: path.write_bytes(FRAMES), "请保存里面的 body.html"),
        (lambda path: path.write_bytes(FRAMES.replace(b"<!--", b"").replace(b"-->", b"")), "menu.html、body.html"),
    ],
)
@pytest.mark.parametrize("name", ["r.html", "r"])
def test_what_is_no_report_is_said_in_plain_words(tmp_path: Path, make: Any, said: str, name: str) -> None:
    """Whatever the name: not there, a folder, a picture, a frame around the page that was meant."""
    make(tmp_path / name)
    with pytest.raises(Refusal) as refused:
        read(tmp_path / name)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n", "unsupported-format"),
        (b"PK\x03\x04broken", "corrupt-file"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_what_cannot_be_a_report_is_refused_by_name(tmp_path: Path, content: bytes, code: str) -> None:
    """A picture, a broken archive, a locked file: one sentence each."""
    path = tmp_path / "2022.pdf"
    path.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        read(path)
    assert refused.value.code == code


COMMA_STYLE = '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ '  # what the button with the comma sets


@pytest.mark.parametrize(
    ("value", "style", "shown"),
    [
        (16, "General", "16"),
        (16.0, "General", "16"),
        (59237.2449, "General", "59237.2449"),
        (0.1, "General", "0.1"),
        (20.3, "0.00", "20.30"),
        (1234567.0, "#,##0", "1234567"),
        (16.4, "0", "16.4（显示为 16）"),
        (0.16, "0%", "0.16（格式 0%）"),
        (45000, "yyyy/m/d", "45000（格式 yyyy/m/d）"),
        (-8, "0;-0", "-8"),
        (-8, "0_ ;[Red]\\-0\\ ", "-8"),
        (-8, "0;0", "-8（格式 0;0）"),
        (-8, "0_);(0)", "-8（格式 0_);(0)）"),
        (0, "0;-0;;@", "0（格式 0;-0;;@）"),
        (15, "0;-0;;@", "15"),
        (1203, COMMA_STYLE, "1203"),
        (-8, COMMA_STYLE, "-8"),
        (0, COMMA_STYLE, "-"),
        (0, '_-* #,##0.00_-;\\-* #,##0.00_-;_-* "-"??_-;_-@_-', "-"),
        (5, "_ ¥* #,##0_ ", "5（格式 _ ¥* #,##0_ ）"),
        (59237.24490000001, "General", "59237.2449"),
        (0.1 + 0.2, "0.0", "0.3"),
    ],
)
def test_a_number_is_shown_as_the_sheet_shows_it(value: float, style: str, shown: str) -> None:
    """Where what is shown is another figure than what is stored, it is none."""
    assert figure(value, style) == shown


def test_a_formula_counts_by_its_saved_result_or_not_at_all() -> None:
    """A sum that the sheet never worked out is a formula, not 0 and not a blank."""

    def formula(book: Any) -> None:
        cell_of(book, "行政许可").value = "=1+15"

    report = read_bytes(changed(formula), "r.xlsx")
    cell = report.cells["licensing/licence/decisions"]
    assert (cell.value, cell.raw) == (None, "=1+15")
    assert "number-invalid" in {notice.code for notice in report.notices}


def test_hidden_rows_and_sheets_are_not_read() -> None:
    """What the sheet does not show was not reported; that it is there is said."""

    def hide(book: Any) -> None:
        cell = cell_of(book, "行政许可")
        cell.parent.row_dimensions[cell.row].hidden = True
        extra = book.create_sheet("旧表")
        extra.append(["行政强制", 999])
        extra.sheet_state = "hidden"

    report = read_bytes(changed(hide), "r.xlsx")
    assert "licensing/licence/decisions" not in report.cells
    assert report.value("enforcement/coercion/decisions") == SAMPLE.cells["enforcement/coercion/decisions"]
    assert "hidden-text" in {notice.code for notice in report.notices}


def mark(book: Any) -> None:
    """Digits struck out, a raised mark, a format that adds a zero, a hidden row."""
    cell_of(book, "行政许可").value = CellRichText(
        TextBlock(InlineFont(strike=True), "12"), TextBlock(InlineFont(), "15")
    )
    cell_of(book, "行政处罚").value = CellRichText("5", TextBlock(InlineFont(vertAlign="superscript"), "1"))
    cell_of(book, "行政事业性收费").value = 12
    cell_of(book, "行政事业性收费").number_format = '0"0"'
    cell = cell_of(book, "行政强制")
    cell.value = 77
    cell.parent.row_dimensions[cell.row].hidden = True


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_what_a_sheet_shows_beside_a_figure_spoils_it(tmp_path: Path, kind: str) -> None:
    """Fonts and formats are looked at, in old files too: 12 struck out and 15 are not 1215."""
    data = changed(mark)
    if kind == "xls":
        data = converted(tmp_path, data, ".xlsx", "xls")
    report = read_bytes(data, f"r.{kind}")
    raws = [report.cells[path].raw for path in ("licensing/licence/decisions", "enforcement/penalty/decisions")]
    assert raws == ["[12]15", "5[1]"]
    assert report.cells["fees/fee/amount"].value is None
    assert "enforcement/coercion/decisions" not in report.cells
    assert {"hidden-text", "number-invalid"} <= {notice.code for notice in report.notices}


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_white_figures_are_none_but_on_a_ground(tmp_path: Path, kind: str) -> None:
    """What is written in the colour of paper was perhaps left there by mistake."""

    def whiten(book: Any) -> None:
        for label in ("行政许可", "行政处罚"):
            cell_of(book, label).value = 1203
            cell_of(book, label).font = Font(color="FFFFFF")
        cell_of(book, "行政处罚").fill = PatternFill("solid", fgColor="003366")

    data = changed(whiten)
    if kind == "xls":
        data = converted(tmp_path, data, ".xlsx", "xls")
    report = read_bytes(data, f"r.{kind}")
    assert report.value("licensing/licence/decisions") is None
    assert report.value("enforcement/penalty/decisions") == 1203


@pytest.mark.parametrize("height", ["0", "0.75"])
def test_a_row_without_height_is_a_hidden_one(height: str) -> None:
    """Rows may be hidden by making them 0 high, or as good as that."""
    row = 0

    def find(book: Any) -> None:
        nonlocal row
        row = cell_of(book, "行政许可").row
        cell_of(book, "行政许可").parent.row_dimensions[row].height = 99

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(changed(find))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ht="99"', f'ht="{height}"'.encode()))
    report = read_bytes(out.getvalue(), "r.xlsx")
    assert "licensing/licence/decisions" not in report.cells
    assert "hidden-text" in {notice.code for notice in report.notices}


def test_a_sheet_for_each_table_is_one_report() -> None:
    """Tables on sheets of their own are read like tables under one another."""

    def split(book: Any) -> None:
        sheet = book.worksheets[0]
        start = next(
            row for row in range(1, sheet.max_row) if str(sheet.cell(row, 1).value or "").startswith("四、政府")
        )
        other = book.create_sheet("表四")
        for row in sheet.iter_rows(min_row=start, values_only=True):
            other.append(list(row))
        for merged in [area for area in sheet.merged_cells.ranges if area.min_row >= start]:
            sheet.unmerge_cells(str(merged))
        sheet.delete_rows(start, sheet.max_row)

    assert values(changed(split), "r.xlsx") == SAMPLE.cells


def test_too_large_a_sheet_is_refused() -> None:
    """A list of thousands of rows is no report."""

    def grow(book: Any) -> None:
        book.worksheets[0].cell(5_000, 1).value = "末行"

    with pytest.raises(Refusal, match="5000 行") as refused:
        read_bytes(changed(grow), "r.xlsx")
    assert refused.value.code == "too-large"


def converted(folder: Path, data: bytes, suffix: str, kind: str) -> bytes:
    """``data`` as LibreOffice saves it in another format."""
    if OFFICE is None:
        pytest.skip("没有安装 LibreOffice")
    source = folder / f"r{suffix}"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [OFFICE, "--headless", profile, "--convert-to", kind, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    if not (folder / f"r.{kind}").exists():
        pytest.skip("LibreOffice 没有装全（libreoffice-writer、libreoffice-calc）")
    return (folder / f"r.{kind}").read_bytes()


@pytest.mark.parametrize("kind", ["doc", "rtf"])
def test_an_old_word_file_reads_like_a_new_one(tmp_path: Path, kind: str) -> None:
    """Every figure of the sample comes back from the old formats too."""
    report = read_bytes(converted(tmp_path, written("docx"), ".docx", kind), f"r.{kind}")
    assert {path: cell.value for path, cell in report.cells.items()} == SAMPLE.cells
    assert "converted" in {notice.code for notice in report.notices}


def test_an_old_spreadsheet_reads_like_a_new_one(tmp_path: Path) -> None:
    """Every figure of the sample comes back from .xls, whose cells are merged like those of .xlsx."""
    report = read_bytes(converted(tmp_path, written("xlsx"), ".xlsx", "xls"), "r.xls")
    assert {path: cell.value for path, cell in report.cells.items()} == SAMPLE.cells
    assert (report.notices, report.leftovers) == ([], [])


def test_an_old_spreadsheet_that_is_broken_is_one_sentence() -> None:
    """Whatever the library makes of it, the maintainer reads what to do."""
    with pytest.raises(Refusal, match=r"另存为 \.xlsx") as refused:
        read_bytes(OLE + "Workbook".encode("utf-16-le") * 100, "r.xls")
    assert refused.value.code == "corrupt-file"


def test_without_libreoffice_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """An old Word file on a machine without a converter is refused with the way out."""
    monkeypatch.setattr(doc.shutil, "which", lambda _: None)
    with pytest.raises(Refusal, match="请安装 LibreOffice") as refused:
        read_bytes(b"{\\rtf1 x}", "r.rtf")
    assert refused.value.code == "unsupported-format"


def test_a_converter_that_gives_nothing_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong in the converter, the maintainer reads what to do."""
    monkeypatch.setattr(doc.shutil, "which", lambda _: "/bin/true")
    with pytest.raises(Refusal, match=r"另存为 \.docx") as refused:
        read_bytes(b"{\\rtf1 x}", "r.rtf")
    assert refused.value.code == "corrupt-file"


def test_markdown_with_the_tables_of_pages_is_read() -> None:
    """Converters write them so to keep the spans; what a comment or a hidden part holds is none of the report."""
    page = written("html").decode()
    body = page.partition('<div id="zoom">')[2].partition("</div>")[0]
    text = body.replace("<p>", "\n").replace("</p>", "\n")
    assert text.count("<table") > 2
    report = read_bytes(text.encode(), "r.md")
    assert report.cells.keys() == SAMPLE.cells.keys()
    assert values(text.encode(), "r.md") == SAMPLE.cells
    title = "示例县青山镇人民政府2022年政府信息公开工作年度报告"
    assert not read_bytes(f"{title}\n\n<div hidden>\n{text}</div>".encode(), "r.md").cells
    assert not read_bytes(f"{title}\n\n<!--\n{text}-->".encode(), "r.md").cells
