"""What a file is, by its content: a name's ending is only what somebody called it."""

import io
import re
import zipfile

# What a file begins with → what it is. Formats that we read have short names; all others the words for people.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"II*\0", "TIFF 图片"),
    (b"MM\0*", "TIFF 图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"SQLite format 3", "数据库"),
)
BROKEN_ZIP = "损坏的压缩文件"
# The formats that we read, in words for people.
NAMES = {
    "text": "纯文本",
    "html": "网页",
    "docx": " Word 文件（.docx）",
    "doc": "旧版 Word 文件（.doc）",
    "rtf": " RTF 文件",
    "pdf": " PDF",
    "xlsx": " Excel 文件（.xlsx）",
    "xls": "旧版 Excel 文件（.xls）",
}
# The last words of what a file is → what to bring instead.
_ADVICE = (
    ("压缩包", "请解压，放入里面的报告"),
    ("网页存档（mht）", "请在浏览器里把网页另存为「仅 HTML」"),
    ("Word 2003 XML 文件", "请用 Word 或 WPS 另存为 .docx"),
    ("旧版 Office 文件", "请另存为 .docx 或 .xlsx"),
    ("图片", "请放入报告原件；只有图片时请合成一个 PDF，按扫描件识别"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Streams of the old Office container, by their UTF-16 names; the first that is there decides.
_STREAMS = (("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"))
_PARTS = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"))
_MARKUP = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<meta|<body|<table|<div|<!--)", re.IGNORECASE)
_TAGS = re.compile(rb"</(?:table|tr|td|div|p|body|html)\s*>", re.IGNORECASE)
_FRAME = re.compile(rb"<frame\s[^>]{0,500}?\bsrc\s*=\s*[\"']?\s*([^\"'\s>]{1,80})", re.IGNORECASE)
_MOST_FRAMES, _FRAMES_END = 6, 100_000  # a page of frames is short
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes) -> str:
    """Return what ``data`` is: pdf, docx, xlsx, doc, xls, rtf, html, text, encrypted, or Chinese words for the rest."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_OLE):
        names = (kind for name, kind in _STREAMS if name.encode("utf-16-le") in data)
        return next(names, "旧版 Office 文件")
    if data.startswith(b"PK"):
        return _zipped(data)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature) and not (len(signature) == 2 and _looks_like_text(data)):
            return kind
    head = next((data[len(bom) :] for bom in _BOMS if data.startswith(bom)), data)[:2048].replace(b"\0", b"")
    if head.lstrip().startswith(b"<?xml") and b'progid="Word.Document"' in head:
        return "Word 2003 XML 文件"
    if head[:200].lower().startswith(b"mime-version:") or b"\ncontent-location:" in head.lower():
        return "网页存档（mht）"
    return "html" if _MARKUP.match(head) or head.lstrip()[:5] == b"<?xml" else "text"


def advice(kind: str) -> str:
    """Return what to do about a file of a ``kind`` that we do not read."""
    return next(
        (words for end, words in _ADVICE if kind.endswith(end)), "请放入报告原件：网页、Word、Excel、PDF 或文本"
    )


def has_markup(data: bytes) -> bool:
    """Say whether text that does not begin like a page holds the tags of one: some begin with a script."""
    return _TAGS.search(data) is not None


def frames(data: bytes) -> list[str]:
    """Return the files that a page of frames is put together from; of a page with something of its own, none."""
    first, *comments = data[:_FRAMES_END].split(b"<!--")
    page = first + b"".join(comment.partition(b"-->")[2] for comment in comments)
    if b"<frameset" not in page.lower() or b"<table" in page.lower():
        return []
    names = (match[1].decode("utf-8", "replace") for match in _FRAME.finditer(page))
    return list(dict.fromkeys(names))[:_MOST_FRAMES]


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, ValueError):
        return BROKEN_ZIP
    return next((kind for part, kind in _PARTS if part in names), "压缩包")


def _looks_like_text(data: bytes) -> bool:
    """Two letters alone are no signature: a text may begin with BM or MZ."""
    return b"\0" not in data[:512]
