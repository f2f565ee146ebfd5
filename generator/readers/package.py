"""Office files are zips of XML from an unknown hand: bounded before anything in them is parsed.

What is bounded: entries, their names, their sizes counted while inflating and against what they take up packed, second
entries of one name, document types (the door for entities) and the encodings in which one could hide. ``tree`` is the
only parser of such XML: comments and processing instructions are gone after it, so that no text is cut in two.
"""

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from generator.errors import Refusal

_MOST_ENTRIES, _LARGEST_PART, _LARGEST_WHOLE = 2_000, 20_000_000, 60_000_000
# All that zipfile and what it inflates with raise on a damaged package; ValueError is a place before its beginning.
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError),
    *(NotImplementedError, RuntimeError, OSError, EOFError, ValueError),
)
_MOST_RATIO, _WORTH_A_RATIO = 100, 1_000_000  # a large part that shrinks so much holds the same thing over and over
_OLE = b"\xd0\xcf\x11\xe0"
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_DECLARATION = re.compile(rb"<\?xml\s.*?\?>", re.DOTALL)  # however long: what lies between has no limit
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_ENCODINGS = (b"utf-8", b"utf-16", b"us-ascii", b"ascii")
_TYPES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def parts(data: bytes, shown: str, kind: str, needed: str) -> dict[str, bytes]:
    """Return the XML parts of an Office file by name; ``kind`` (Word, Excel) is for the messages.

    Raises Refusal ``corrupt-file`` (no zip, or without the part ``needed``), ``encrypted``, ``zip-bomb`` or
    ``xml-entity``.
    """
    again = f"请用 {kind} 打开后另存为新格式"
    if data.startswith(_OLE):
        raise Refusal("encrypted", f"{kind} 文件加了密码，或者其实是旧格式", shown, f"请去掉密码；{again}")
    found: dict[str, bytes] = {}
    whole = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            _check_directory(archive.infolist(), shown)
            if len(names) > _MOST_ENTRIES:
                raise Refusal("zip-bomb", f"压缩包里有 {len(names)} 个文件", shown, "请核对是不是年度报告")
            if len({name.lower() for name in names}) < len(names):  # to Office, capitals make no other name
                raise Refusal("corrupt-file", "压缩包里有重名的文件", shown, again)
            if needed not in names:
                raise Refusal("corrupt-file", f"不是 {kind} 文件", shown, again)
            for name in names:
                if name.endswith((".xml", ".rels")):
                    with archive.open(name) as part:
                        found[name] = part.read(_LARGEST_PART + 1)
                    whole += len(found[name])
                    if len(found[name]) > _LARGEST_PART or whole > _LARGEST_WHOLE:
                        size = f"内容解开后超过 {_LARGEST_PART // 1_000_000} MB"
                        raise Refusal("zip-bomb", size, shown, "请核对是不是年度报告")
                    packed = max(min(archive.getinfo(name).compress_size, len(data)), 1)
                    if len(found[name]) > max(_WORTH_A_RATIO, _MOST_RATIO * packed):
                        size = f"内容解开后是压缩时的 {_MOST_RATIO} 倍以上"
                        raise Refusal("zip-bomb", size, shown, "请核对是不是年度报告")
    except _BROKEN as error:
        raise Refusal("corrupt-file", f"{kind} 文件损坏", shown, "请重新取得原件") from error
    for xml in found.values():
        _check_xml(xml, shown, again)
    return found


def _check_directory(infos: Sequence[zipfile.ZipInfo], shown: str) -> None:
    """Refuse by what the zip says of itself: names that lead out of it, and what is not read but would be too much."""
    if any(".." in re.split(r"[/\\]", info.filename) or info.filename.startswith("/") for info in infos):
        raise Refusal("corrupt-file", "压缩包里有指向外面的文件名", shown, "请重新取得原件")
    if any(info.file_size > _LARGEST_WHOLE for info in infos):
        size = f"压缩包里有解开后超过 {_LARGEST_WHOLE // 1_000_000} MB 的文件"
        raise Refusal("zip-bomb", size, shown, "请核对是不是年度报告")


def tree(part: bytes, shown: str, kind: str) -> Any:
    """Return the root of an XML part, in which every text is whole; ``kind`` is for the messages.

    Raises Refusal ``corrupt-file``, or ``xml-entity`` where the parser saw a document type that ``parts`` did not.
    """
    again = f"请用 {kind} 打开后另存为新格式"
    try:
        root = etree.fromstring(part, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("corrupt-file", f"{kind} 文件的内容损坏", shown, again) from error
    told = root.getroottree().docinfo
    if told.internalDTD is not None or told.doctype or next(root.iter(etree.Entity), None) is not None:
        raise Refusal("xml-entity", "文件里有外部实体或文档类型声明", shown, again)
    if (told.encoding or "utf-8").lower().encode() not in _ENCODINGS:
        raise Refusal("corrupt-file", "文件里的 XML 用了少见的编码", shown, again)
    return root


def target(found: Mapping[str, bytes], owner: str, role: str, shown: str, kind: str) -> str | None:
    """Return which part plays a ``role`` (styles, officeDocument) for the part ``owner``, or for the package ("").

    None where the package does not say. Office goes by this, not by the usual names. Raises Refusal like ``tree``.
    """
    folder, name = posixpath.split(owner)
    part = found.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    for given in tree(part, shown, kind).iter(_RELATIONSHIP) if part else ():
        if given.get("Type", "").endswith(f"/{role}") and given.get("TargetMode") != "External":
            return posixpath.normpath(posixpath.join("/", folder, given.get("Target", "")))[1:]
    return None


def _check_xml(part: bytes, shown: str, again: str) -> None:
    """Refuse a part that defines anything, or whose encoding would hide that from us."""
    bare = part.replace(b"\0", b"")  # of UTF-16 leaves what is ASCII
    start = next((bare[len(bom) :] for bom in _BOMS if bare.startswith(bom)), bare).lstrip()
    declaration = _DECLARATION.match(start)
    declared = _ENCODING.findall(declaration[0]) if declaration else []
    if (start and not start.startswith(b"<")) or any(one.lower() not in _ENCODINGS for one in declared):
        raise Refusal("corrupt-file", "文件里的 XML 用了少见的编码", shown, again)
    if _TYPES.search(bare):
        raise Refusal("xml-entity", "文件里有外部实体或文档类型声明", shown, again)
