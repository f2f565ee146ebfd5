"""Put the pages on disk: the docs folder holds exactly what the build made, plus the site's own assets."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.errors import BuildError, reason
from generator.normalize import squeeze
from generator.site.build import Page
from generator.site.chart_file import chart_file
from generator.site.model import Archive
from generator.site.plotly_js import plotly_js
from generator.site.sections import glossary
from generator.store import write_if_changed

_ASSET_KINDS = {".css", ".js", ".svg", ".png", ".ico", ".woff2"}


def write_docs(docs: Path, pages: Iterable[Page]) -> tuple[int, int]:
    """Make ``docs`` hold exactly ``pages``; return how many there are and how many changed. Raises BuildError."""
    wanted: set[Path] = set()
    changed = 0
    try:
        for page in pages:
            path = docs / page.path
            wanted.add(path)
            changed += write_if_changed(path, page.data)
        for path in sorted(docs.rglob("*"), reverse=True):
            if path.is_dir() and not path.is_symlink():
                if not any(path.iterdir()):
                    path.rmdir()
            elif path not in wanted:
                path.unlink()
    except OSError as error:
        raise BuildError(f"网页写不了（{reason(error)}）", str(docs), "请检查磁盘空间和权限") from error
    return len(wanted), changed


def site_files(config: Path) -> Iterator[Page]:
    """Yield the hand-written pages and assets of ``site_config``, and what its charts need."""
    for folder, target, kinds in ((config / "pages", "", {".md"}), (config / "assets", "assets/", _ASSET_KINDS)):
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            if path.suffix in kinds and path.is_file() and not path.is_symlink():
                yield Page(f"{target}{path.name}", path.read_bytes())
    yield Page("assets/charts.json", chart_file())
    yield Page("assets/plotly.min.js", plotly_js().data)


def search_words(archive: Archive) -> bytes:
    """Return the words that the search index must not cut: places, bodies without their place, statutory labels.

    One word a line with a high frequency, as jieba wants it. A body is known by the short name that people type
    (柴胡店镇), which its full name (滕州市柴胡店镇人民政府) contains.
    """
    words = {entry.name for entry in glossary()} | {"依申请公开", "主动公开"}
    places = {name for name in archive.registry.regions.values() if len(name) > 1}
    words |= places
    for agency in archive.registry.agencies:
        for name in (agency.name, *agency.aliases):
            words.add(_short(squeeze(name), places))
    kept = sorted(word for word in words if re.fullmatch(r"[\u3400-\u9fff]{2,12}", word))
    return "".join(f"{word} 100000\n" for word in kept).encode()


def _short(name: str, places: set[str]) -> str:
    shortened = True
    while shortened:
        shortened = False
        for place in places:
            if name.startswith(place) and len(name) > len(place) + 1:
                name, shortened = name.removeprefix(place), True
    for ending in ("人民政府办公厅", "人民政府办公室", "人民政府", "街道办事处"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
