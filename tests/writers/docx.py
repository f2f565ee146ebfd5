"""Word files: tables with gridSpan and vMerge, set as XML because python-docx merges cell by cell, very slowly."""

import io
from functools import cache
from random import Random
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from sheet import Block, Placed, pieces, placed


def as_docx(blocks: list[Block], random: Random) -> bytes:
    """A Word file; runs are split, as Word does between scripts and after every edit."""
    document = Document(io.BytesIO(_empty()))
    end = document.element.body.sectPr
    for block in blocks:
        if isinstance(block, str):
            end.addprevious(_parsed(_paragraph(block, random)))
            continue
        for piece in pieces(block):
            end.addprevious(_parsed(_table(placed(piece), random)))
            end.addprevious(_parsed("<w:p {}/>"))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@cache
def _empty() -> bytes:
    """Word's own new file; made once, for it takes longer than a report."""
    file = io.BytesIO()
    Document().save(file)
    return file.getvalue()


def _parsed(xml: str) -> object:
    return parse_xml(xml.replace("{}", nsdecls("w"), 1))


def _paragraph(text: str, random: Random, open_tag: str = "<w:p {}>") -> str:
    at = random.randint(0, len(text))
    return open_tag + _run(text[:at]) + _run(text[at:]) + "</w:p>"


def _run(text: str) -> str:
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>" if text else ""


def _table(rows: list[list[Placed]], random: Random) -> str:
    trs = ("".join(_cell(one, random) for one in row) for row in rows)
    return "<w:tbl {}>" + "<w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{tr}</w:tr>" for tr in trs) + "</w:tbl>"


def _cell(one: Placed, random: Random) -> str:
    """A cell; its line breaks are breaks or paragraphs."""
    span = f'<w:gridSpan w:val="{one.slot.across}"/>' if one.slot.across > 1 else ""
    merge = '<w:vMerge w:val="restart"/>' if one.down > 1 else "" if one.down else "<w:vMerge/>"
    texts = one.slot.text.split("\n") if random.random() < 0.5 else [one.slot.text]
    paragraphs = "".join(_paragraph(text, random, "<w:p>") for text in texts)
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{paragraphs}</w:tc>"
