"""The last look before a site is published: every built page is held against what a page of ours may contain,
and every other text file against what none may: control characters, folders of this machine.

Nothing here knows how the pages were made, so it also catches what a theme, a plug-in or a slip of ours lets through.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import html

from generator.errors import BuildError
from generator.lifeline import process_pool

_POLICY = "Content-Security-Policy"
_FORBIDDEN = {"base", "iframe", "frame", "object", "embed", "applet", "portal"}
_FETCHED = {"script": "src", "img": "src", "source": "src", "link": "href", "video": "src", "audio": "src"}
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_LINK = re.compile(r"https?://|mailto:", re.IGNORECASE)
_HIDDEN = re.compile(r"[\x00-\x20]")
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
}
_PIECE, _OVERLAP = 1 << 22, 4096  # bytes; no path is longer than the overlap


def check_site(site: Path, jobs: int = 1) -> list[str]:
    """Return what is wrong with the built files in ``site``, one sentence each, sorted by file; empty when all is well.

    Raises BuildError when there is no site, or one that an interrupted build was about to change.
    """
    if site.with_name(f".{site.name}-next").exists():
        raise BuildError("上一次生成没有做完，网站里可能有新有旧", str(site), "请再运行一次 nianbao build")
    files = sorted(path for path in site.rglob("*") if path.suffix in {".html", *_CONTROLS} and path.is_file())
    if not any(path.suffix == ".html" for path in files):
        raise BuildError("没有可检查的网站", str(site), "请先运行 nianbao build")
    if jobs > 1 and len(files) > 500:
        with process_pool(jobs) as pool:
            results = list(pool.map(_check_file, files, chunksize=50))
    else:
        results = [_check_file(file) for file in files]
    return [
        f"{file.relative_to(site).as_posix()}：{fault}"
        for file, faults in zip(files, results, strict=True)
        for fault in faults
    ]


def _check_file(path: Path) -> list[str]:
    return check_page(path) if path.suffix == ".html" else check_data(path)


def check_data(path: Path) -> list[str]:
    """Return what is wrong with one published file that is no page, a piece at a time: tables are long.

    What a report prints stands there as it is, an address with ``file://`` too: only our own folders are looked for.
    """
    local, controls = _local(with_addresses=False), _CONTROLS[path.suffix]
    faults: dict[str, str] = {}
    last = b""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            data = last + piece
            if local and (match := local.search(data.decode("utf-8", "replace"))):
                faults["local"] = f"写着本机的路径「{match[0]}」"
            if controls and (found := controls.search(data)):
                faults["control"] = f"有控制字符 U+{ord(found[0].decode('utf-8')):04X}"
            last = data[-_OVERLAP:]
    return list(faults.values())


def check_page(path: Path) -> list[str]:
    """Return what is wrong with one built page."""
    data = path.read_bytes()
    root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8", no_network=True))
    faults = list(_policy(root))
    for element in root.iter():
        if isinstance(element.tag, str):
            faults += _element(element)
    local = _local(with_addresses=True)
    if local and (match := local.search(data.decode("utf-8", "replace"))):
        faults.append(f"写着本机的路径「{match[0]}」")
    return faults


@cache
def _local(with_addresses: bool) -> re.Pattern[str] | None:
    """Folders of whoever makes the site: they tell a stranger about a machine, and differ from build to build."""
    folders = {str(folder) for folder in (Path.cwd(), Path.home()) if len(folder.parts) > 2}
    folders |= {"file://"} if with_addresses else set()
    return re.compile(rf"(?<![\w.:/])(?:{'|'.join(map(re.escape, sorted(folders)))})") if folders else None


def _policy(root: html.HtmlElement) -> Iterator[str]:
    head = root.find("head")
    first = next(iter(head), None) if head is not None else None
    if first is None or first.get("http-equiv") != _POLICY:
        yield "head 里的第一项不是 Content-Security-Policy"
    elif "script-src 'self';" not in (first.get("content") or "") or "default-src 'none'" not in first.get(
        "content", ""
    ):
        yield "Content-Security-Policy 放行了别处的或内嵌的脚本"


def _element(element: html.HtmlElement) -> Iterator[str]:
    tag = element.tag
    if tag in _FORBIDDEN:
        yield f"有 <{tag}>"
    if tag == "meta" and (element.get("http-equiv") or "").lower() == "refresh":
        yield "有自动跳转（meta refresh）"
    if tag == "script" and element.get("src") is None and element.get("type") != "application/json":
        yield "有内嵌脚本"
    for name, value in element.attrib.items():
        if name.lower().startswith("on"):
            yield f"<{tag}> 有事件属性 {name}"
        elif name.split(":")[-1] in ("href", "src", "action", "formaction", "data", "srcdoc", "poster"):
            yield from _address(element, name, _HIDDEN.sub("", value))


def _address(element: html.HtmlElement, name: str, value: str) -> Iterator[str]:
    tag = element.tag
    if name in ("srcdoc", "formaction", "poster") or (name == "action" and (tag != "form" or _ELSEWHERE.match(value))):
        yield f"<{tag}> 有 {name} 属性"
    elif _FETCHED.get(tag) == name and _ELSEWHERE.match(value) and element.get("rel") != "canonical":
        yield f"<{tag}> 从别处取东西：{value[:60]}"
    elif _ELSEWHERE.match(value) and not _LINK.match(value):
        yield f"<{tag}> 的链接不是 http(s)：{value[:60]}"
    elif tag == "a" and _LINK.match(value) and not value.startswith("mailto:"):
        rel = set((element.get("rel") or "").split())
        if not {"noopener", "nofollow"} <= rel and "md-" not in (element.get("class") or ""):
            yield f'外部链接没有写 rel="noopener nofollow"：{value[:60]}'
