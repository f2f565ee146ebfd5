"""Endings of file names and what such a file should be; without the readers, which take long to load."""

from collections.abc import Mapping

# Others promise nothing: a page may have been served as .aspx or .jsp.
SUFFIXES: Mapping[str, str] = {
    **dict.fromkeys((".txt", ".md"), "text"),
    **dict.fromkeys((".html", ".htm", ".shtml"), "html"),
    **dict.fromkeys((".doc", ".wps"), "doc"),
    **dict.fromkeys((".xls", ".et"), "xls"),
    **{f".{kind}": kind for kind in ("docx", "rtf", "pdf", "xlsx")},
}
