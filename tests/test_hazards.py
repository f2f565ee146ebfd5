"""Files made to harm whoever reads them, each of its own kind: one clear sentence, or read as if nothing were there."""

import ast
import io
import os
import re
import socket
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import openpyxl
import pytest
from samples import make_sample
from sheet import lay_out
from writers.docx import as_docx
from writers.xlsx import as_xlsx

from generator.budget import Budget
from generator.errors import Refusal
from generator.ingest import read_files, read_safely
from generator.readers import READERS, package

SHEET = lay_out(make_sample(("2021", False), 3))
HEAD = "<html><title>政府信息公开工作年度报告</title><h1>示例县青山镇人民政府2022年政府信息公开工作年度报告</h1>"
READER_FILES = sorted((Path(__file__).parents[1] / "generator").rglob("*.py"))


def changed(data: bytes, part: str, change: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """An Office file with one part changed and some added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()


def word(extra: bytes = b"", change: Callable[[bytes], bytes] | None = None, **more: bytes) -> bytes:
    """A sound Word report with something at its beginning."""
    return changed(
        as_docx(SHEET, Random(1)),
        "word/document.xml",
        change or (lambda xml: xml.replace(b"<w:body>", b"<w:body>" + extra)),
        **more,
    )


def excel(change: Callable[[bytes], bytes]) -> bytes:
    return changed(as_xlsx(SHEET, Random(1)), "xl/worksheets/sheet1.xml", change)


def encoded(encoding: str, doctype: str) -> Callable[[bytes], bytes]:
    """The part in another encoding, with a document type in front."""

    def change(xml: bytes) -> bytes:
        text = xml.decode().split("?>", 1)[-1].replace("<w:body>", "<w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p>", 1)
        return (f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{text}').encode(encoding, "xmlcharrefreplace")

    return change


def hidden(xml: bytes) -> bytes:
    """The part in UTF-7, far behind blanks in its declaration, with a document type that looks like none."""
    text = '<!DOCTYPE w [<!ENTITY a "9">]>' + xml.decode().split("?>", 1)[-1].replace("<w:t", "<w:t>&a;</w:t><w:t", 1)
    whole = b"".join(b"+-" if char == "+" else char.encode("utf-7") if char > "~" else char.encode() for char in text)
    whole = whole.replace(b"<!DOCTYPE", b"<+ACE-DOCTYPE").replace(b"<!ENTITY", b"<+ACE-ENTITY")
    return b'<?xml version="1.0"' + b" " * 300 + b'encoding="utf-7"?>' + whole


def pdf(stream: bytes, pages: int = 1, coding: bytes = b"/FlateDecode") -> bytes:
    """The smallest file of that many pages that all show ``stream``."""
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>"
    content = b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(stream), coding, stream)
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages), content, font]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate([*objects, *[page] * pages], start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Size %d/Root 1 0 R>>\n%%%%EOF" % (len(objects) + pages + 1)


def far_cell() -> bytes:
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE w [<!ENTITY b "ha"><!ENTITY a "&b;&b;&b;">]>'
WORDS = b"<w:p><w:r><w:t>" + b"a" * 12_000_000 + b"</w:t></w:r></w:p>"

# Name → the file, the codes that may come of it, and a word of the sentence.
HAZARDS: dict[str, tuple[Callable[[], bytes | str], set[str], str]] = {
    "empty-paragraphs.docx": (lambda: word(b"<w:p/>" * 1_000_000), {"zip-bomb"}, "倍以上"),
    "very-many-paragraphs.docx": (lambda: word(b"<w:p/>" * 4_000_000), {"zip-bomb"}, "20 MB"),
    "long-text.docx": (lambda: word(WORDS), {"zip-bomb"}, "倍以上"),
    "blank-part.docx": (lambda: word(**{"word/x.xml": b" " * 19_000_000}), {"zip-bomb"}, "倍以上"),
    "huge-picture.docx": (lambda: word(**{"word/media/a.png": b"\0" * 70_000_000}), {"zip-bomb"}, "60 MB"),
    "way-out.docx": (lambda: word(**{"../../evil.xml": b"<a/>"}), {"corrupt-file"}, "指向外面"),
    "way-out-backwards.docx": (lambda: word(**{"..\\evil.xml": b"<a/>"}), {"corrupt-file"}, "指向外面"),
    "from-the-root.docx": (lambda: word(**{"/etc/evil.xml": b"<a/>"}), {"corrupt-file"}, "指向外面"),
    "entity.docx": (lambda: word(change=encoded("utf-8", OUTSIDE)), {"xml-entity"}, "实体"),
    "entity-utf-16.docx": (lambda: word(change=encoded("utf-16", OUTSIDE)), {"xml-entity"}, "实体"),
    "entity-ebcdic.docx": (lambda: word(change=encoded("cp037", OUTSIDE)), {"corrupt-file"}, "编码"),
    "entity-utf-7.docx": (lambda: word(change=encoded("utf-7", OUTSIDE)), {"corrupt-file"}, "编码"),
    "entity-far.docx": (lambda: word(change=hidden), {"corrupt-file"}, "编码"),
    "entity-far.xlsx": (lambda: excel(hidden), {"corrupt-file"}, "编码"),
    "late-entity.docx": (lambda: word(change=encoded("utf-8", f"<!--{'x' * 5000}-->{LAUGHS}")), {"xml-entity"}, "实体"),
    "nested.docx": (lambda: word(b"<w:sdt>" * 5000 + b"</w:sdt>" * 5000), {"corrupt-file"}, "损坏"),
    "many-rows.docx": (
        lambda: word(b"<w:tbl>" + b"<w:tr><w:tc><w:p/></w:tc></w:tr>" * 20_000 + b"</w:tbl>"),
        {"too-large"},
        "行",
    ),
    "far-cell.xlsx": (far_cell, {"too-large"}, "1048576 行"),
    "merged-all.xlsx": (
        lambda: excel(lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + merged(b"A1:XFD1048576"))),
        {"too-large"},
        "格",
    ),
    "many-cells.xlsx": (
        lambda: excel(lambda xml: xml.replace(b"</sheetData>", many_cells() + b"</sheetData>")),
        {"too-large", "zip-bomb"},
        "",
    ),
    "many-pages.pdf": (lambda: pdf(zlib.compress(b"q Q"), 5000), {"too-large"}, "5000 页"),
    "nested.html": (lambda: f"{HEAD}{'<div>' * 100_000}<table><tr><td>1<td>2", {"corrupt-file"}, "一张也没有"),
    "wide.html": (lambda: f"{HEAD}<table><tr>{'<td>1' * 10_000}", {"too-large"}, "60 列"),
    "wide-span.html": (lambda: f"{HEAD}<table><tr><td colspan=1000000000>1<td>2", {"too-large"}, "60 列"),
    "long.html": (lambda: f"{HEAD}<table>{'<tr><td>1<td>2' * 10_000}", {"too-large"}, "500 行"),
    "large.html": (lambda: f"{HEAD}{'<p>x' * 1_500_000}", {"too-large"}, "5 MB"),
    "large.txt": (lambda: "政府信息公开".encode() * 300_000, {"too-large"}, "5 MB"),
}


def merged(area: bytes) -> bytes:
    return b'<mergeCells count="1"><mergeCell ref="' + area + b'"/></mergeCells>'


def many_cells() -> bytes:
    noise = Random(1)
    cells = b"".join(b'<c r="A1999"><v>%d</v></c>' % noise.randrange(10**9) for _ in range(120_000))
    return b'<row r="1999">' + cells + b"</row>"


@pytest.mark.parametrize("name", HAZARDS)
def test_a_hazard_is_one_sentence_long_before_its_time_is_up(tmp_path: Path, name: str) -> None:
    """Refused by the reader itself, with what it is and what to do, and without half of the seconds there are."""
    make, codes, words = HAZARDS[name]
    path = tmp_path / name
    made = make()
    path.write_bytes(made.encode() if isinstance(made, str) else made)
    before = time.monotonic()
    with pytest.raises(Refusal) as refused:
        read_safely(path)
    assert refused.value.code in codes
    assert words in refused.value.what
    assert refused.value.where == str(path)
    assert refused.value.hint.startswith("请")
    assert time.monotonic() - before < Budget().seconds / 2


@pytest.mark.parametrize("name", ["operators.pdf", "doubly-packed.pdf"])
def test_what_only_time_and_memory_can_bound_is_bounded_by_them(tmp_path: Path, name: str) -> None:
    """Small files that unpack to very much work: ended when their seconds or their megabytes are used up."""
    stream = {
        "operators.pdf": lambda: pdf(zlib.compress(b"0 0 m 1 1 l S\n" * 8_000_000)),
        "doubly-packed.pdf": lambda: pdf(
            zlib.compress(zlib.compress(b"\0" * 400_000_000)), coding=b"[/FlateDecode/FlateDecode]"
        ),
    }[name]
    path = tmp_path / name
    path.write_bytes(stream())
    with pytest.raises(Refusal) as refused:
        read_safely(path, Budget(seconds=2, megabytes=200))
    assert refused.value.code in {"timeout", "too-large", "corrupt-file"}
    assert refused.value.where == str(path)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe, a socket, a device, a folder and links to each: said at once, never opened."""
    pipe, link, device = tmp_path / "2021.txt", tmp_path / "2022.txt", tmp_path / "2023.txt"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    device.symlink_to("/dev/zero")
    folder = tmp_path / "2024.txt"
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "2025.txt"))
        before = time.monotonic()
        found = read_files([pipe, link, device, folder, tmp_path / "2025.txt", Path("/dev/zero")])
    codes = [
        "unsupported-format",
        "symlink",
        "symlink",
        "unsupported-format",
        "unsupported-format",
        "unsupported-format",
    ]
    assert [refusal.code for refusal in found.refused] == codes
    assert time.monotonic() - before < Budget().seconds / 2


def test_the_limits_of_size_are_those_of_the_kind() -> None:
    """Text and pages 5 MB, everything else no more than 30 MB."""
    assert {kind: limit for kind, (_, limit) in READERS.items() if limit > 20_000_000} == {"pdf": 30_000_000}
    assert {READERS[kind][1] for kind in ("text", "html")} == {5_000_000}


@pytest.mark.parametrize("path", READER_FILES, ids=lambda path: path.stem)
def test_no_parser_resolves_entities_or_goes_to_the_network(path: Path) -> None:
    """Every XML parser is made not to; parsers that cannot be told are not imported at all."""
    text = path.read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = {name.name for name in node.names} | {getattr(node, "module", None) or ""}
            assert not {name for name in names if re.match(r"xml(\.|$)|xmlrpc|pulldom|expat", name)}, path.name
        if not isinstance(node, ast.Call):
            continue
        called, given = ast.unparse(node.func), {word.arg: ast.unparse(word.value) for word in node.keywords}
        if called.endswith(("XMLParser", "XMLPullParser", "iterparse", "XSLT")):
            assert (given.get("resolve_entities"), given.get("no_network")) == ("False", "True"), ast.unparse(node)
            if path.stem != "page_rules":  # which reads no figures, and looks for just these
                assert (given.get("remove_comments"), given.get("remove_pis")) == ("True", "True"), ast.unparse(node)
            assert not given.keys() & {"load_dtd", "dtd_validation", "attribute_defaults", "huge_tree"}
        elif called in {"etree.fromstring", "etree.parse", "etree.XML"}:
            assert len(node.args) == 2 or "parser" in given, ast.unparse(node)
        elif called.endswith("HTMLParser"):
            assert given.get("no_network") == "True", ast.unparse(node)


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY b "9">]><a>7&b;1</a>', "xml-entity"),
        (b"<!DOCTYPE a><a>71</a>", "xml-entity"),
        (b'<?xml version="1.0" encoding="utf-7"?><a>71</a>', "corrupt-file"),
        (b"<a>7&b;1</a>", "corrupt-file"),
        (b"<a>7", "corrupt-file"),
    ],
)
def test_what_the_first_look_missed_the_parser_still_refuses(part: bytes, code: str) -> None:
    """Whatever a document type may hide behind: the tree knows that it had one."""
    with pytest.raises(Refusal) as refused:
        package.tree(part, "r.docx", "Word")
    assert refused.value.code == code
