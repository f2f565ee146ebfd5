"""One file per format; ``READERS`` is the list. ``read`` is the only door from a file to a Document."""

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from generator.document import Content, Document
from generator.errors import Refusal
from generator.readers import docx, html, pdf, text, xls, xlsx

Reader = Callable[[bytes, str], Content]

# suffix → (reader of its bytes, largest size in bytes). A report is some 10 KB of text; 5 MB is no report.
READERS: Mapping[str, tuple[Reader, int]] = {
    ".txt": (text.read, 5_000_000),
    ".md": (text.read, 5_000_000),
    ".html": (html.read, 5_000_000),
    ".htm": (html.read, 5_000_000),
    ".docx": (docx.read, 20_000_000),
    ".pdf": (pdf.read, 30_000_000),
    ".xlsx": (xlsx.read, 20_000_000),
    ".xls": (xls.read, 20_000_000),
}


def read(path: Path, shown: str = "") -> Document:
    """Read one report file into a Document.

    ``shown`` is the path to print and to store (default: as given). Raises Refusal with code ``symlink``,
    ``unsupported-format``, ``too-large``, ``empty-file``, ``encoding-error`` or ``corrupt-file``.
    """
    shown = shown or str(path)
    entry = READERS.get(path.suffix.lower())
    if entry is None:
        known = "、".join(READERS)
        raise Refusal(
            "unsupported-format",
            f"不认识的文件格式「{path.suffix or '无扩展名'}」",
            shown,
            f"目前能读：{known}；请转换后再放入",
        )
    reader, limit = entry
    data = _bytes(path, shown, limit)
    if not data.strip(b"\0\t\n\r "):
        raise Refusal("empty-file", "文件是空的", shown, "请重新取得原件")
    content = reader(data, shown)
    return Document(shown, path.suffix.lower()[1:], hashlib.sha256(data).hexdigest(), *content)


def _bytes(path: Path, shown: str, limit: int) -> bytes:
    """Read a regular file of bounded size, never through a symbolic link, never a device or a pipe."""
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise Refusal("symlink", "这是符号链接，不跟随", shown, "请放入文件本身")
        if not stat.S_ISREG(status.st_mode):
            raise Refusal("unsupported-format", "这不是普通文件", shown, "请放入报告文件本身")
        if status.st_size > limit:
            size = f"{status.st_size / 1_000_000:.1f} MB，超过 {limit / 1_000_000:.0f} MB 的上限"
            raise Refusal("too-large", f"文件有 {size}", shown, "请核对是不是年度报告")
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise Refusal("corrupt-file", f"文件打不开（{error.strerror or error}）", shown, "请检查文件和权限") from error
