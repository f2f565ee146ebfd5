"""Put the pages on disk: the docs folder holds exactly what the build made, plus the site's own assets."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from generator.errors import BuildError, reason
from generator.site import encode
from generator.site.build import Page
from generator.site.chart_file import chart_file
from generator.site.files import make_way
from generator.site.plotly_js import plotly_js
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
            make_way(docs, page.path)
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


def site_files(config: Path, contact: str = "") -> Iterator[Page]:
    """Yield the hand-written pages and assets of ``site_config``, and what its charts need.

    The page about the site, ``about.md``, ends with ``contact`` where there is one.
    """
    where = encode.contact(contact)
    link = f"\n## 联系\n\n<p>发现差错、提出更正或复核：{where}</p>\n".encode() if where else b""
    for folder, target, kinds in ((config / "pages", "", {".md"}), (config / "assets", "assets/", _ASSET_KINDS)):
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            if path.suffix in kinds and path.is_file() and not path.is_symlink():
                yield Page(f"{target}{path.name}", path.read_bytes() + (link if path.name == "about.md" else b""))
    yield Page("assets/charts.json", chart_file())
    yield Page("assets/plotly.min.js", plotly_js().data)
