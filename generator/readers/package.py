"""Office files are zips of XML from an unknown hand: bounded before anything in them is parsed.

What is bounded: entries, their sizes counted while inflating, second entries of one name, document types (the door
for entities).
"""

import io
import lzma
import zipfile
import zlib

from generator.errors import Refusal

_MOST_ENTRIES, _LARGEST_PART, _LARGEST_WHOLE = 2_000, 20_000_000, 60_000_000
# All that zipfile and what it inflates with raise on a damaged package; ValueError is a place before its beginning.
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError),
    *(NotImplementedError, RuntimeError, OSError, EOFError, ValueError),
)
_OLE = b"\xd0\xcf\x11\xe0"


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
    except _BROKEN as error:
        raise Refusal("corrupt-file", f"{kind} 文件损坏", shown, "请重新取得原件") from error
    if any(b"<!DOCTYPE" in part[:4096].upper() or b"<!ENTITY" in part.upper() for part in found.values()):
        raise Refusal("xml-entity", "文件里有外部实体或文档类型声明", shown, again)
    return found
