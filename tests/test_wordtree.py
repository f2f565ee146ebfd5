"""What Word makes of its XML before it shows it: alternatives, fields, lists, and what has no place in a text."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from fictional import read_bytes
from test_hazards import changed, word
from test_marks import _W, last_row, run

from generator.errors import Refusal
from generator.normalize import number
from generator.readers import docx

MORE = (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:x="urn:example:other"'
)
LISTS = (
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="none"/><w:lvlText w:val=""/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
)


def package(body: str, **parts: str) -> bytes:
    """A Word file; names of ``parts`` are those of files in its folder word."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}{MORE}><w:body>{body}</w:body></w:document>")
        for name, inside in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {_W}>{inside}</w:{name}>")
    return out.getvalue()


def cell(inside: str, **parts: str) -> str:
    """The text of a table's cell that holds the paragraphs ``inside``."""
    table = f"<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>{inside}</w:tc></w:tr></w:tbl>"
    return last_row(docx.read(package(table, **parts), "r.docx"))[-1]


def line(inside: str, properties: str = "", **parts: str) -> str:
    return cell(f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>", **parts)


def field(code: str, result: str | None, begin: str = "") -> str:
    """A field as Word writes it: its code, and what it showed last; None if it never did."""
    middle = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin" {begin}/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'{middle}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def nested(code: str) -> str:
    """A field whose code holds another one with a result of its own."""
    inner = field("REF a", run("7"))
    return field(f"= </w:instrText></w:r>{inner}<w:r><w:instrText>{code}", run("12"))


def alternatives(first: str, fallback: str, requires: str = "wps") -> str:
    return (
        f'<mc:AlternateContent><mc:Choice Requires="{requires}">{first}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


def split(between: bytes) -> Callable[[bytes], bytes]:
    """Put something into every text of several digits."""
    return lambda xml: re.sub(rb"(<w:t(?: [^>]*)?>\d)(\d+</w:t>)", rb"\1" + between + rb"\2", xml)


def values(data: bytes) -> dict[str, object]:
    return {path: one.value for path, one in read_bytes(data, "r.docx").cells.items()}


@pytest.mark.parametrize("between", [b"<?x y?>", b"<!-- y -->", b"<![CDATA[]]>", b"&#x200b;"])
def test_what_shows_nothing_cuts_no_figure_in_two(between: bytes) -> None:
    """A processing instruction in a text is no end of it: every cell reads as without it."""
    assert values(word(change=split(between))) == values(word())


def test_an_element_in_a_text_spoils_it() -> None:
    """No program writes one; what Word would print is not known, so there is no figure, and that is said."""
    sound, spoilt = values(word()), values(word(change=split(b"<w:z/>")))
    lost = {path for path in sound if sound[path] != spoilt[path]}
    assert {spoilt[path] for path in lost} == {None}
    notices = read_bytes(word(change=split(b"<w:z/>")), "r.docx").notices
    assert {notice.fact for notice in notices if notice.code == "number-invalid"} == lost


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (field("= 1 + 2", run("12")), "12"),
        (run("1") + field("XE &quot;件&quot;", None) + run("5"), "15"),
        (run("1") + field("REF a", run("9")) + run("5"), "195"),
        (nested("+ 5"), "12"),
        (alternatives(run("5"), run("5")), "5"),
        (alternatives("", run("15"), requires="x"), "15"),
        (run("1") + "<w14:conflictDel>' + run('9') + '</w14:conflictDel>" + run("5"), "15"),
    ],
)
def test_what_word_shows_of_fields_and_alternatives_is_read(inside: str, shown: str) -> None:
    """The result of a field and not its code; one alternative, the one whose extensions Word knows."""
    assert line(inside) == shown


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (run("1") + field("EQ \\o(5,○)", None) + run("5"), "1\ufffd5"),
        (field("FORMDROPDOWN", ""), "\ufffd"),
        (run("1") + field("= 2 + 3", None), "1\ufffd"),
        (field("= 2 + 3", run("9"), 'w:dirty="true"'), "9\ufffd"),
        (run("1") + '<w:fldSimple w:instr="EQ a"/>' + run("5"), "1\ufffd5"),
        (run("1") + '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("5"), "1\ufffd"),
        (run("1") + alternatives(run("5"), run("9")), "1\ufffd5"),
        (run("1") + alternatives(run("5"), run("9"), requires="x"), "1\ufffd9"),
        (run("1") + f"<x:a>{run('9')}</x:a>" + run("5"), "1\ufffd95"),
        (run("1") + f"<w:z>{run('9')}</w:z>" + run("5"), "1\ufffd95"),
        (run("1") + "<w:t>9</w:t>" + run("5"), "1\ufffd95"),
        ("<w:r><w:t>1<w:z>9</w:z>5</w:t></w:r>", "\ufffd195"),
        (run("1") + "<m:oMath><m:r><m:t>9<w:z/>5</m:t></m:r></m:oMath>", "1\ufffd95"),
        (run("1") + "<w:r><w:pgNum/></w:r>", "1\ufffd"),
        (run("1") + run("2", '<w:rFonts w:ascii="Wingdings"/>'), "1[2]"),
        (run("1") + run("2", '<w:w w:val="1"/>'), "1[2]"),
        (run("1") + run("2", '<w:spacing w:val="-200"/>'), "1[2]"),
        (run("1") + run("2", '<w:color w:val="000000"/><w:highlight w:val="black"/>'), "1[2]"),
        (run("1") + run("2", '<w:color w:val="00Ff00"/><w:shd w:val="clear" w:fill="00FF00"/>'), "1[2]"),
    ],
)
def test_what_word_may_show_otherwise_is_no_figure(inside: str, shown: str) -> None:
    """Drawn fields, alternatives that differ, text in elements that Word does not know."""
    assert line(inside) == shown
    assert number(shown, "change").problem == "number-invalid"


def test_what_a_converter_works_out_is_no_figure() -> None:
    """LibreOffice works out fields anew: what the file showed is not known. What a form holds it keeps."""
    table = f"<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc><w:p>{field('= 1+2', run('3'))}</w:p></w:tc></w:tr></w:tbl>"
    assert last_row(docx.read(package(table), "r.doc"))[-1] == "3"
    assert number(last_row(docx.read(package(table), "r.doc", converted=True))[-1]).problem == "number-invalid"
    form = package(table.replace("= 1+2", " FORMTEXT "))
    assert last_row(docx.read(form, "r.doc", converted=True))[-1] == "3"


def test_ordinary_letters_stay_figures() -> None:
    """Widths, distances and colours as they are used every day."""
    plain = '<w:rFonts w:ascii="宋体"/><w:w w:val="90"/><w:spacing w:val="-6"/><w:color w:val="000000"/>'
    ground = '<w:shd w:val="clear" w:fill="FFFFFF"/>'
    assert line(run("1", plain + ground) + run("5")) == "15"
    assert line(run("1", '<w:color w:val="auto"/><w:shd w:val="clear" w:fill="auto"/>') + run("5")) == "15"


def test_drawn_fields_of_running_text_and_labels_are_left_out() -> None:
    """A number in a circle before a label is none of the label."""
    assert line(field("EQ \\o(1,○)", None) + run("依法不予公开的其他情形")) == "依法不予公开的其他情形"
    content = docx.read(package(f"<w:p>{run('一')}{field('EQ a', None)}</w:p>"), "r.docx")
    assert [getattr(block, "text", "") for block in content.blocks] == ["一"]


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>', "\ufffd5"),
        ('<w:pStyle w:val="item"/>', "\ufffd5"),
        ('<w:pStyle w:val="item"/><w:numPr><w:numId w:val="0"/></w:numPr>', "5"),
        ('<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>', "5"),
        ('<w:numPr><w:ilvl w:val="0"/><w:numId w:val="9"/></w:numPr>', "5"),
    ],
)
def test_the_number_of_an_item_stands_before_a_figure(properties: str, shown: str) -> None:
    """Word prints it, and it is in no text: 5 as the first item of a list reads 15."""
    base = '<w:style w:styleId="base"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    styles = f'{base}<w:style w:styleId="item"><w:basedOn w:val="base"/></w:style>'
    assert line(run("5"), properties, numbering=LISTS, styles=styles) == shown


def rows(inside: str) -> list[str]:
    return last_row(docx.read(package(f"<w:tbl>{inside}</w:tbl>"), "r.docx"))


def tc(text: str, properties: str = "", more: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{more}<w:p>{run(text)}</w:p></w:tc>"


def test_what_is_in_a_covered_cell_is_not_shown() -> None:
    """The old way of merging cells of a row: only the first one shows."""
    merged = tc("规章", '<w:hMerge w:val="restart"/>') + tc("9", "<w:hMerge/>")
    assert rows(f"<w:tr>{merged}{tc('3')}</w:tr>") == ["规章", "规章", "3"]


def test_a_row_of_no_height_is_not_read() -> None:
    """Nobody sees it; that it is there is said. One that may grow shows."""
    low = '<w:trPr><w:trHeight w:val="20" w:hRule="exact"/></w:trPr>'
    table = f"<w:tbl><w:tr>{tc('规章')}{tc('3')}</w:tr><w:tr>{low}{tc('行政许可')}{tc('9')}</w:tr></w:tbl>"
    content = docx.read(package(table), "r.docx")
    assert last_row(content) == ["规章", "3"]
    assert [remark.code for remark in content.remarks] == ["hidden-text"]
    assert last_row(docx.read(package(table.replace("exact", "atLeast")), "r.docx")) == ["行政许可", "9"]


def test_a_row_whose_cells_were_moved_has_no_figures() -> None:
    """Accepting that a cell is deleted moves those behind it; nor is read what another file fills a cell with."""
    row = f"<w:tr>{tc('规章')}{tc('9', '<w:cellDel/>')}{tc('3')}</w:tr>"
    assert rows(row) == ["规章\ufffd", "9\ufffd", "3\ufffd"]
    assert rows(f"<w:tr>{tc('规章')}{tc('', more='<w:altChunk/>')}</w:tr>") == ["规章", "\ufffd"]


def test_the_package_says_which_part_is_the_text() -> None:
    """Another part may lie at the usual place; styles may lie at another one."""
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'
    )
    first, other = (f"<w:document {_W}><w:body><w:p>{run(word)}</w:p></w:body></w:document>" for word in "甲乙")
    styles = f'<w:styles {_W}><w:style w:styleId="gone"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", first)
        archive.writestr("word/other.xml", other.replace("<w:rPr>", '<w:rPr><w:rStyle w:val="gone"/>', 1))
        archive.writestr("word/else.xml", styles)
        archive.writestr("_rels/.rels", rels.format("officeDocument", "/word/other.xml"))
        archive.writestr("word/_rels/other.xml.rels", rels.format("styles", "else.xml"))
    content = docx.read(out.getvalue(), "r.docx")
    assert (content.blocks, [remark.code for remark in content.remarks]) == ((), ["hidden-text"])


def test_damaged_styles_are_no_missing_ones() -> None:
    """What they hide would be read."""
    with pytest.raises(Refusal, match="内容损坏"):
        docx.read(changed(word(), "word/styles.xml", lambda xml: xml[:-20]), "r.docx")
