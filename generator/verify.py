"""The last look before a site is published: every built page is held against what a page of ours may contain,
and every other text file against what none may: control characters, folders of this machine.

Nothing here knows how the pages were made, so it also catches what a theme, a plug-in or a slip of ours lets through.
"""

import re
import tempfile
from collections.abc import Collection
from functools import cache, partial
from pathlib import Path

from generator.errors import BuildError
from generator.lifeline import process_pool
from generator.page_rules import page_faults, picture_faults

_PAGES = {".html", ".htm", ".xhtml", ".xht", ".shtml"}
# What never stands in a published file, as UTF-8. JSON writes C0 out, and keeps a report's own C1 as it was printed;
# plotly.js has control characters of its own.
_C0 = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_C0_C1 = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]")
_CONTROLS: dict[str, re.Pattern[bytes] | None] = {
    ".json": _C0,
    ".js": None,
    ".csv": _C0_C1,
    ".svg": _C0_C1,
    ".xml": _C0_C1,
    ".txt": _C0_C1,
    ".css": _C0_C1,
    ".map": None,
}
# What a report prints stands in these as it is: they tell of this machine's own folders only.
_WITH_REPORTS = {".json", ".csv"}
# Folders of any machine, and what no one else may know. In our pages a report's own strokes are encoded, but for those
# within an address (…/view?path=/home/x/).
_FOLDER = re.compile(
    r"(?<![\w.:/=?%-])(?:/(?:root|tmp|private/(?:var|tmp)|var/(?:tmp|folders)|github/workspace)/"
    r"|/(?:home|Users)/[\w.-]+/)[\w.-]*"
    r"|\b[A-Za-z]:\\Users\\[\w.-]*"
)
_FOLDER_SIGNS = (b"/root/", b"/tmp/", b"/private/", b"/var/", b"/github/", b"/home/", b"/Users/", b":\\Users")
_SECRET = re.compile(
    r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|AKIA[0-9A-Z]{16})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_SECRET_SIGNS = (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_", b"glpat-", b"AKIA", b"-----BEGIN")
# A style sheet may hold its own pictures, as data; nothing of another host.
_STYLE = re.compile(
    r"@import|url\(\s*[\"']?\s*(?!data:)(?:[a-z][a-z0-9+.-]*:|//)[^)]{0,60}|expression\(", re.IGNORECASE
)
_PIECE, _OVERLAP = 1 << 22, 4096  # bytes; no path is longer than the overlap


def check_site(site: Path, jobs: int = 1, connect: Collection[str] = ()) -> list[str]:
    """Return what is wrong with the built files in ``site``, one sentence each, sorted by file; empty when all is well.

    ``connect`` are the addresses that the policy of a portal's pages may name. Raises BuildError when there is no site,
    or one that an interrupted build was about to change.
    """
    if site.with_name(f".{site.name}-next").exists():
        raise BuildError("上一次生成没有做完，网站里可能有新有旧", str(site), "请再运行一次 nianbao build")
    files = sorted(path for path in site.rglob("*") if _kind(path) in {*_PAGES, *_CONTROLS} and path.is_file())
    if not any(_kind(path) in _PAGES for path in files):
        raise BuildError("没有可检查的网站", str(site), "请先运行 nianbao build")
    check = partial(_check_file, connect=tuple(connect))
    if jobs > 1 and len(files) > 500:
        with process_pool(jobs) as pool:
            results = list(pool.map(check, files, chunksize=50))
    else:
        results = [check(file) for file in files]
    return [
        f"{file.relative_to(site).as_posix()}：{fault}"
        for file, faults in zip(files, results, strict=True)
        for fault in faults
    ]


def _kind(path: Path) -> str:
    return path.suffix.lower()


def _check_file(path: Path, connect: Collection[str]) -> list[str]:
    return check_page(path, connect) if _kind(path) in _PAGES else check_data(path)


def check_data(path: Path) -> list[str]:
    """Return what is wrong with one published file that is no page, a piece at a time: tables are long.

    What a report prints stands there as it is, an address with ``file://`` too: only our own folders are looked for.
    """
    kind = _kind(path)
    faults: dict[str, str] = {}
    last = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            data = last + piece
            _look(data, kind, faults)
            last = data[-_OVERLAP:]
    is_picture = kind == ".svg" and not faults
    return [*faults.values(), *(picture_faults(path.read_bytes()) if is_picture else ())]


def _look(data: bytes, kind: str, faults: dict[str, str]) -> None:
    controls = _CONTROLS[kind]
    text = data.decode("utf-8", "replace")
    if kind not in _WITH_REPORTS:
        faults |= _told(data, text)
    if found := _local(data, text, with_addresses=False):
        faults["local"] = f"写着本机的路径「{found}」"
    if controls and (odd := controls.search(data)):
        faults["control"] = f"有控制字符 U+{ord(odd[0].decode('utf-8')):04X}"
    if kind == ".css" and (match := _STYLE.search(text)):
        faults["style"] = f"样式从别处取东西：{match[0]}"


def _told(data: bytes, text: str) -> dict[str, str]:
    """What a file without a report's words says of a machine or its keys. Most say nothing: that is seen at once."""
    told = {}
    if any(sign in data for sign in _FOLDER_SIGNS) and (match := _FOLDER.search(text)):
        told["local"] = f"写着本机的路径「{match[0]}」"
    if any(sign in data for sign in _SECRET_SIGNS) and (match := _SECRET.search(text)):
        told["secret"] = f"写着密钥「{match[0][:8]}…」"
    return told


def check_page(path: Path, connect: Collection[str] = ()) -> list[str]:
    """Return what is wrong with one built page; ``connect`` as for ``check_site``."""
    data = path.read_bytes()
    text = data.decode("utf-8", "replace")
    told = _told(data, text)
    if found := _local(data, text, with_addresses=True):
        told["local"] = f"写着本机的路径「{found}」"
    return [*page_faults(data, connect), *told.values()]


def _local(data: bytes, text: str, with_addresses: bool) -> str | None:
    """The path that stands in a file and begins with a folder of ours. Few have one: that is seen at once."""
    found = [one for one in _own_folders() if one.encode() in data]
    found += ["file://"] if with_addresses and b"file://" in data else []
    match = found and re.search(rf"(?<![\w.:/])(?:{'|'.join(map(re.escape, found))})", text)
    return match[0] if match else None


@cache
def _own_folders() -> list[str]:
    """Folders of whoever makes the site: they tell a stranger about a machine, and differ from build to build.

    A short one (``/root``) is looked for with its stroke, and of the folder for passing things only what we put there.
    """
    home, here, passing = Path.home(), Path.cwd(), Path(tempfile.gettempdir())
    folders = {str(folder) for folder in (here, home) if len(folder.parts) > 2}
    folders |= {f"{folder}/" for folder in (here, home) if len(folder.parts) == 2}
    return sorted({*folders, f"{passing}/nianbao-"})
