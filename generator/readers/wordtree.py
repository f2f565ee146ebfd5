"""The XML of a Word file made plain before it is read: what Word would show of it, each text in one piece.

Text of which that cannot be told keeps its place behind a mark (``marks.SPOILT``), so that no figure comes of it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from generator.readers import marks

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NAMES = {"w": W[1:-1], "m": "http://schemas.openxmlformats.org/officeDocument/2006/math"}
# What Word itself writes; text in anything else it leaves out, or it does not open the file.
_KNOWN = ("http://schemas.openxmlformats.org/", "http://schemas.microsoft.com/", "urn:schemas-microsoft-com:")
_OFFICE = "http://schemas.microsoft.com/office/"
_FOREIGN = etree.XPath(
    f"//*[not({' or '.join(f'starts-with(namespace-uri(), {known!r})' for known in _KNOWN)})][.//w:t]",
    namespaces=_NAMES,
)
# The elements that text may stand in. Of text in any other one of this name space it is not known whether it shows.
_AROUND = (
    "document body p r tbl tr tc hyperlink ins del moveFrom moveTo smartTag customXml sdt sdtContent fldSimple ruby rt "
    "rubyBase dir bdo txbxContent pict object drawing"
)
_STRANGE = etree.XPath(
    f"//w:*[not(contains(' {_AROUND} ', concat(' ', local-name(), ' ')))][.//w:t] | //w:r[parent::w:r]",
    namespaces=_NAMES,
)
_STRAY = etree.XPath("//w:t[not(parent::w:r)]", namespaces=_NAMES)
_CUT = etree.XPath("//w:t[*] | //m:t[*]", namespaces=_NAMES)
_FIELDS = etree.XPath("//w:p[.//w:fldChar or .//w:fldSimple]", namespaces=_NAMES)
_LISTS = etree.XPath("//w:tc//w:p[w:pPr/w:numPr or w:pPr/w:pStyle]", namespaces=_NAMES)
# Fields that never show anything, and those that show what no text of theirs says: a drawing, a list's entry.
_SILENT = re.compile(r"\s*(?:XE|TC|TA|RD|SET|ASK|PRIVATE|DATA|NEXT|NEXTIF|SKIPIF|REC)\b", re.IGNORECASE)
_DRAWN = re.compile(
    r"\s*(?:EQ|SYMBOL|FORMDROPDOWN|FORMCHECKBOX|MACROBUTTON|GOTOBUTTON|ADVANCE|LISTNUM|AUTONUM\w*|INCLUDE\w*)\b",
    re.IGNORECASE,
)
_REFIGURED = re.compile(r"(?!\s*(?:FORMTEXT|HYPERLINK)\b)", re.IGNORECASE)  # what a converter works out: all but these
_OFF = frozenset({"0", "false", "off"})
_MOST_BASES = 10


def settle(root: Any, converted: bool = False) -> None:
    """Change the tree of a Word file's main part (or header) in place into one that can be read as it stands.

    ``converted``: another program made it, which worked out fields anew instead of keeping what the file showed.
    """
    if next(root.iter(f"{_MC}AlternateContent"), None) is not None:
        _choose(root)
    for text in _CUT(root):
        whole = "".join(text.itertext())
        text[:] = []
        text.text = marks.SPOILT + whole
    for text in {text for element in (*_FOREIGN(root), *_STRANGE(root)) for text in element.iter(f"{W}t")}:
        _doubt(text)
    for text in _STRAY(root):
        _doubt(text)
    for paragraph in _FIELDS(root):
        _settle_fields(paragraph, _REFIGURED if converted else _DRAWN)


def _doubt(text: Any) -> None:
    text.text = marks.SPOILT + (text.text or "").removeprefix(marks.SPOILT)


def _choose(root: Any) -> None:
    """Leave of alternatives the one that Word takes: the first whose extensions it knows, else what falls back.

    Where another one says something else, programs differ in what they print.
    """
    for element in list(root.iter(f"{_MC}AlternateContent")):
        choices = element.findall(f"{_MC}Choice")
        taken = next((choice for choice in choices if _is_known(choice)), element.find(f"{_MC}Fallback"))
        said = {_said(one) for one in element}
        for one in list(element):
            if one is not taken:
                element.remove(one)
        for text in taken.iter(f"{W}t") if taken is not None and len(said - {""}) > 1 else ():
            _doubt(text)


def _is_known(choice: Any) -> bool:
    spaces = [choice.nsmap.get(prefix) or "" for prefix in (choice.get("Requires") or "").split()]
    return bool(spaces) and all(space.startswith(_OFFICE) for space in spaces)


def _said(element: Any) -> str:
    return "".join("".join(text.itertext()) for text in element.iter(f"{W}t")).strip()


def _settle_fields(paragraph: Any, drawn: re.Pattern[str]) -> None:
    """Leave of a paragraph's fields what they show; one that shows what is no text becomes an object.

    ``drawn`` matches the code of those that always do.
    """
    open_fields: list[_Field] = []
    for node in list(paragraph.iter(f"{W}fldChar", f"{W}instrText", f"{W}t", f"{W}fldSimple")):
        name = node.tag.removeprefix(W)
        kind = node.get(f"{W}fldCharType")
        if name == "fldSimple":
            if _shows_no_text(node.get(f"{W}instr", ""), node, drawn) or not _said(node):
                _show_object(node)
        elif kind == "begin":
            open_fields.append(_Field(node))
        elif not open_fields:
            continue
        elif kind == "separate":
            open_fields[-1].in_code = False
        elif kind == "end":
            field = open_fields.pop()
            if not any(outer.in_code for outer in open_fields) and field.is_object(drawn):
                _show_object(node)
        elif name == "instrText":
            open_fields[-1].code += node.text or ""
        elif any(field.in_code for field in open_fields):
            node.text = ""  # the result of a field in another one's code
    for field in open_fields:  # ends in another paragraph, or nowhere
        if field.in_code:
            _show_object(field.begin)


class _Field:
    """A field that has begun: the element that begins it, its code so far, and whether the code goes on."""

    def __init__(self, begin: Any) -> None:
        self.begin = begin
        self.code = ""
        self.in_code = True

    def is_object(self, drawn: re.Pattern[str]) -> bool:
        if _SILENT.match(self.code):
            return False
        return self.in_code or _shows_no_text(self.code, self.begin, drawn)


def _shows_no_text(code: str, begin: Any, drawn: re.Pattern[str]) -> bool:
    """Say whether a field shows a thing that is no text, or is worked out anew before it is shown."""
    return bool(drawn.match(code)) or begin.get(f"{W}dirty", "0").lower() not in _OFF


def _show_object(beside: Any) -> None:
    """Put the mark of an object behind an element of a table's cell; in running text it would only be in the way."""
    if next(beside.iterancestors(f"{W}tc"), None) is None:
        return
    run = beside if beside.tag == f"{W}fldSimple" else next(beside.iterancestors(f"{W}r"), None)
    if run is None:
        return
    added = etree.Element(f"{W}r")
    etree.SubElement(added, f"{W}t").text = marks.OBJECT
    run.addnext(added)


def number_lists(root: Any, numbering: Any, styles: Any) -> None:
    """Put a mark where Word prints the number of a list's item at the beginning of a cell's paragraph.

    ``numbering`` and ``styles`` are the roots of those parts; None: the file has none, and no such numbers.
    """
    if numbering is None:
        return
    printed = _printed_levels(numbering)
    by_style = {} if styles is None else dict(_list_styles(styles))
    for paragraph in _LISTS(root):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        given = by_style.get(style.get(f"{W}val"), {}) if style is not None else {}
        given = {**given, **_list_of(paragraph)}
        if (given.get("numId", "0"), given.get("ilvl", "0")) in printed:
            run = etree.Element(f"{W}r")
            etree.SubElement(run, f"{W}t").text = marks.OBJECT
            paragraph.find(f"{W}pPr").addnext(run)


def _printed_levels(numbering: Any) -> set[tuple[str, str]]:
    """The lists and levels whose items are printed with a number or a bullet."""
    levels: dict[str, set[str]] = {}
    for abstract in numbering.iter(f"{W}abstractNum"):
        shown = (level for level in abstract.iter(f"{W}lvl") if _value(level, "lvlText"))
        levels[abstract.get(f"{W}abstractNumId")] = {level.get(f"{W}ilvl", "0") for level in shown}
    found = set()
    for number in numbering.iter(f"{W}num"):
        own = {level.get(f"{W}ilvl", "0") for level in number.iter(f"{W}lvl") if _value(level, "lvlText")}
        for level in levels.get(_value(number, "abstractNumId"), set()) | own:
            found.add((number.get(f"{W}numId"), level))
    return found


def _list_styles(styles: Any) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The list that each style puts its paragraphs on, by what it is based on too."""
    known = {style.get(f"{W}styleId"): style for style in styles.iter(f"{W}style")}
    for name, first in known.items():
        given: dict[str, str] = {}
        style = first
        for _ in range(_MOST_BASES):
            given = {**_list_of(style), **given}
            base = known.get(_value(style, "basedOn"))
            if base is None:
                break
            style = base
        if given:
            yield name, given


def _list_of(element: Any) -> dict[str, str]:
    properties = element.find(f"{W}pPr/{W}numPr")
    told = {} if properties is None else {name: _value(properties, name) for name in ("numId", "ilvl")}
    return {name: value for name, value in told.items() if value}


def _value(element: Any, name: str) -> str:
    found = element.find(f"{W}{name}")
    return "" if found is None else found.get(f"{W}val", "")
