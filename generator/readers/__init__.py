"""One file per format; ``READERS`` is the list. ``read`` is the only door from a file to a Document."""

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from generator.document import Content, Document, Remark
from generator.errors import Refusal, reason, visible
from generator.readers import sniff
from generator.suffixes import SUFFIXES

Reader = Callable[[bytes, str], Content]

# What a file is (see sniff) → the module that reads it, and the largest size in bytes. A report is some 10 KB of text.
READERS: Mapping[str, tuple[str, int]] = {
    "text": ("mixed", 5_000_000),
    "html": ("html", 5_000_000),
    "docx": ("docx", 20_000_000),
    "doc": ("doc", 20_000_000),
    "rtf": ("doc", 20_000_000),
    "pdf": ("pdf", 30_000_000),
    "xlsx": ("xlsx", 20_000_000),
    "xls": ("xls", 20_000_000),
}
_LARGEST = max(limit for _, limit in READERS.values())


def read(path: Path, shown: str = "") -> Document:
    """Read one report file into a Document, as what its content is, whatever its name says.

    ``shown`` is the path to print and to store (default: as given). Raises Refusal with code ``no-such-file``,
    ``symlink``, ``unsupported-format``, ``not-a-report``, ``too-large``, ``empty-file``, ``encrypted``,
    ``encoding-error`` or ``corrupt-file``, and those of the reader.
    """
    shown = visible(shown or str(path))
    data = _bytes(path, shown, _LARGEST)
    if not data.strip(b"\0\t\n\r "):
        raise Refusal("empty-file", "文件是空的", shown, "请重新取得原件")
    suffix = path.suffix.lower()
    due = SUFFIXES.get(suffix)
    kind = sniff.kind_of(data)
    if kind == "text" and (due == "html" or (due is None and sniff.has_markup(data))):
        kind = "html"  # a piece of a page may begin with anything
    _check(kind, data, shown)
    name, limit = READERS[kind]
    if len(data) > limit:
        raise _too_large(len(data), limit, shown)
    content = _reader(name)(data, shown)
    if due not in (kind, None):
        mismatch = Remark("format-mismatch", f"文件名是「{suffix}」，内容其实是{sniff.NAMES[kind]}，按内容读取")
        content = content._replace(remarks=(*content.remarks, mismatch))
    printed = suffix[1:] if kind == due == "text" else kind.replace("text", "txt")
    return Document(shown, printed, hashlib.sha256(data).hexdigest(), *content)


def _reader(name: str) -> Reader:
    """The reader of one format; its libraries are heavy, and a build that reads no such file does without them."""
    reader: Reader = import_module(f"generator.readers.{name}").read
    return reader


def _check(kind: str, data: bytes, shown: str) -> None:
    """Refuse what no reader is for, with a word on what to bring instead."""
    if kind == "encrypted":
        raise Refusal("encrypted", "文件加了密码", shown, "请去掉密码后再放入")
    if kind == sniff.BROKEN_ZIP:
        raise Refusal("corrupt-file", "文件损坏，解不开", shown, "请重新取得原件")
    if kind not in READERS:
        gap = " " if kind[0].isascii() else ""
        raise Refusal("unsupported-format", f"这是{gap}{kind}，不是读得了的报告", shown, sniff.advice(kind))
    if kind == "html" and (inside := sniff.frames(data)):
        which = f"请保存里面的 {inside[0]}" if len(inside) == 1 else f"请保存里面有正文的那一个：{'、'.join(inside)}"
        raise Refusal("not-a-report", "这是框架页，正文在别的文件里", shown, which)


def _too_large(size: int, limit: int, shown: str) -> Refusal:
    told = f"文件有 {size / 1_000_000:.1f} MB，超过 {limit / 1_000_000:.0f} MB 的上限"
    return Refusal("too-large", told, shown, "请核对是不是年度报告")


def _bytes(path: Path, shown: str, limit: int) -> bytes:
    """Read a regular file of bounded size, never through a symbolic link, never a device or a pipe."""
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            raise Refusal("symlink", "这是符号链接，不跟随", shown, "请放入文件本身")
        if stat.S_ISDIR(status.st_mode):
            raise Refusal("unsupported-format", "这是文件夹", shown, "请指明里面的报告文件")
        if not stat.S_ISREG(status.st_mode):
            raise Refusal("unsupported-format", "这不是普通文件", shown, "请放入报告文件本身")
        if status.st_size > limit:
            raise _too_large(status.st_size, limit, shown)
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError as error:
        raise Refusal("no-such-file", "文件不存在", shown, "请核对文件名和所在的文件夹") from error
    except OSError as error:
        raise Refusal("corrupt-file", f"文件打不开（{reason(error)}）", shown, "请检查文件和权限") from error
