"""Office files are zips of XML from an unknown hand: bounded before anything in them is parsed.

What is bounded: entries, their names, their sizes counted while inflating and against what they take up packed, second
entries of one name, document types (the door for entities) and the encodings in which one could hide.
"""

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Sequence

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
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})", re.IGNORECASE)
_ENCODINGS = (b"utf-8", b"utf-16", b"us-ascii", b"ascii")
_TYPES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


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
            if len(set(names)) < len(names):
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


def _check_xml(part: bytes, shown: str, again: str) -> None:
    """Refuse a part that defines anything, or whose encoding would hide that from us."""
    bare = part.replace(b"\0", b"")  # of UTF-16 leaves what is ASCII
    start = next((bare[len(bom) :] for bom in _BOMS if bare.startswith(bom)), bare).lstrip()
    declared = _ENCODING.match(start)
    if (start and not start.startswith(b"<")) or (declared and declared[1].lower() not in _ENCODINGS):
        raise Refusal("corrupt-file", "文件里的 XML 用了少见的编码", shown, again)
    if _TYPES.search(bare):
        raise Refusal("xml-entity", "文件里有外部实体或文档类型声明", shown, again)
