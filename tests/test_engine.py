"""The last step: whatever the accelerator does, the site is byte for byte what a stock ``mkdocs build`` makes of it."""

import errno
import itertools
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import pytest
from large import large_archive, write_large
from odd_pages import ASKED, FILES, HERE, PAGES, override
from places import ROOT

from generator.config import load_config
from generator.engine import Rendered, fast, pages, render, trees, workers
from generator.errors import BuildError
from generator.pipeline import gather
from generator.site.build import build
from generator.site.write import site_files, write_docs

DATE = "2024-05-06"


class Bench(NamedTuple):
    """A docs folder with its configuration, and where sites go."""

    work: Path
    config: Path
    docs: Path

    def build(self, site: str = "site", stock: bool = False, jobs: int = 1) -> Rendered:
        return render(self.config, self.docs, self.work / site, self.work / "cache", DATE, jobs, stock)

    def compare(self, jobs: int = 1) -> Rendered:
        """Build with the accelerator and hold the site against a stock build; return what the first said."""
        made = self.build(jobs=jobs)
        assert not made.slow
        self.build("stock", stock=True)
        assert files_of(self.work / "site") == files_of(self.work / "stock")
        return made

    def write(self, path: str, text: str) -> None:
        """Put a file of the docs folder as the program does: never into an old one."""
        target = self.docs / path
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name("fresh")
        fresh.write_bytes(text.encode())
        fresh.replace(target)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if not path.is_dir()}


def bench_at(work: Path, change: Callable[[str], str] = str) -> Bench:
    """A bench with the project's own settings, the search plugin left out."""
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    settings = re.sub(r"^plugins:.*?(?=^\S)", "plugins: []\n\n", settings, flags=re.DOTALL | re.MULTILINE)
    shutil.copytree(ROOT / "site_config", work / "site_config")
    (work / "mkdocs.yml").write_text(change(settings), "utf-8")
    (work / "docs").mkdir()
    return Bench(work, work / "mkdocs.yml", work / "docs")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """Pages of every shape, tame and wild."""
    made = bench_at(tmp_path)
    for path, text in (PAGES | FILES).items():
        made.write(path, text)
    return made


@pytest.fixture(autouse=True)
def _settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files written a moment ago count as settled, so that a second run has something to skip."""
    monkeypatch.setattr("generator.engine.manifest.TICK", 0)


# --- the same bytes -------------------------------------------------------------------------------------------------


def test_pages_of_every_shape_are_those_of_mkdocs(bench: Bench) -> None:
    """Tame pages, hand-written ones, odd names, headings in any order, no front matter: every file is the same."""
    bench.compare()


@pytest.mark.parametrize(
    "address", ["", "https://example.org", "https://example.org/nianbao/", "https://example.org/a b/"]
)
def test_any_address_gives_the_pages_of_mkdocs(bench: Bench, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Canonical links, the sitemap and the 404 page follow SITE_URL, also when only that has changed."""
    bench.compare()
    monkeypatch.setenv("SITE_URL", address)
    bench.compare()


def test_the_real_archive_is_that_of_mkdocs(tmp_path: Path) -> None:
    """The repository's own content, built both ways."""
    made = bench_at(tmp_path)
    archive = gather(ROOT / "content", ROOT / "site_config", 1, lambda *_: None)
    write_docs(made.docs, [*build(archive), *site_files(ROOT / "site_config")])
    made.compare()


def test_a_generated_archive_is_that_of_mkdocs(tmp_path: Path) -> None:
    """Thousands of files by forked workers, then one page changed, pages removed: all that is left is MkDocs' own.

    NIANBAO_LARGE is the number of reports; MkDocs takes 15 ms and more for each.
    """
    made = bench_at(tmp_path)
    write_large(made.docs, int(os.environ.get("NIANBAO_LARGE", "500")), ROOT / "site_config")
    assert not made.build(jobs=2).slow
    assert made.build(jobs=2).written == 0
    page = sorted(made.docs.glob("a/*/2022.md"))[7]
    made.write(page.relative_to(made.docs).as_posix(), page.read_text("utf-8").replace("核对结果", "核对的结果"))
    sorted(made.docs.glob("a/*/2023.md"))[3].unlink()
    shutil.rmtree(sorted(made.docs.glob("a/*"))[5])
    assert made.compare(jobs=2).written <= 3  # the page, and the sitemap with its packed copy


@pytest.mark.parametrize("asked", ASKED)
def test_whatever_a_theme_asks_of_a_page_it_is_told(bench: Bench, asked: str) -> None:
    """Overrides that look into the content, change texts or print addresses: still the same bytes, by whichever way."""
    (bench.work / "site_config/overrides/main.html").write_text(override(asked), "utf-8")
    bench.compare()


def test_a_theme_that_tells_pages_of_a_shape_apart_is_found_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A theme that asks what no shell can foresee is seen by the sample, and MkDocs does it all, with the reason."""
    odd = override('{{ "选中" if page.meta.title == "示例县 2023 年" }}')
    (bench.work / "site_config/overrides/main.html").write_text(odd, "utf-8")
    monkeypatch.setattr(pages, "_SAMPLE", 1)
    assert "2023.md" in bench.build().slow
    bench.build("stock", stock=True)
    assert files_of(bench.work / "site") == files_of(bench.work / "stock")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("plugins: []", "plugins: [offline]", "插件"),
        ("plugins: []", "plugins: []\nhooks: [hook.py]", "插件或钩子"),
        ("use_directory_urls: true", "use_directory_urls: false", "use_directory_urls"),
        ("plugins: []", "plugins: []\nexclude_docs: /robots.txt", "exclude_docs"),
        ("plugins: []", "plugins: []\nextra_templates: [robots.txt]", "extra_templates"),
    ],
)
def test_what_is_not_known_is_left_to_mkdocs(bench: Bench, old: str, new: str, why: str) -> None:
    """A plugin, a hook or a setting that changes pages or files: no shortcut, the same site, and the reason."""
    (bench.work / "hook.py").write_text("def on_page_content(html, **_):\n    return html + '钩'\n", "utf-8")
    bench.config.write_text(bench.config.read_text("utf-8").replace(old, new), "utf-8")
    assert why in bench.build().slow
    bench.build("stock", stock=True)
    assert files_of(bench.work / "site") == files_of(bench.work / "stock")


@pytest.mark.parametrize("path", [".hidden.md", "a/.well-known", "templates/x.html", "a/shili/README.md"])
def test_files_that_mkdocs_treats_apart_are_left_to_it(bench: Bench, path: str) -> None:
    """Hidden files, the folder of templates and a second index: MkDocs decides what becomes of them."""
    bench.write(path, "# x\n")
    if path.endswith("README.md"):
        with pytest.raises(BuildError, match="README"):
            bench.build()
        return
    assert bench.build().slow
    bench.build("stock", stock=True)
    assert files_of(bench.work / "site") == files_of(bench.work / "stock")


def test_a_link_in_the_docs_folder_is_left_to_mkdocs(bench: Bench) -> None:
    """MkDocs follows symbolic links; so the accelerator does not try."""
    (bench.docs / "a/linked").symlink_to(bench.docs / "a/shili")
    assert "符号链接" in bench.build().slow


# --- what did not change is not made again --------------------------------------------------------------------------


def test_a_second_run_writes_nothing(bench: Bench) -> None:
    """Nothing changed: no file of the site is touched, and no page that is of a shape is made."""
    bench.build()

    def seen() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (bench.work / "site").rglob("*")}

    before = seen()
    assert bench.build().written == 0
    assert seen() == before


def test_only_what_is_due_is_made(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time, pages made from a shape are not even read; a changed one is."""
    bench.build()
    made: list[str] = []
    make = pages.Maker.make
    monkeypatch.setattr(pages.Maker, "make", lambda self, source: made.append(source.path) or make(self, source))
    bench.write("a/shili/2023.md", PAGES["a/shili/2023.md"].replace("一", "二"))
    bench.build()
    assert "a/shili/2023.md" in made
    assert not {HERE, "r/990000.md", *FILES} & set(made)


CHANGES: dict[str, Callable[[Bench], object]] = {
    "a page": lambda one: one.write(HERE, PAGES[HERE].replace("一行", "另一行")),
    "its headings": lambda one: one.write(HERE, PAGES[HERE].replace("## 三", "## 三\n\n### 五")),
    "a file": lambda one: one.write("a/shili/2022/data.json", '{"x": 1}'),
    "a new page": lambda one: one.write("a/shili/2024.md", PAGES[HERE]),
    "a page gone": lambda one: (one.docs / "a/shili/2023.md").unlink(),
    "a folder gone": lambda one: shutil.rmtree(one.docs / "a/deep"),
    "a file for a folder": lambda one: (shutil.rmtree(one.docs / "a/deep"), one.write("a/deep", "x")),
    "a page for a file": lambda one: (
        (one.docs / "a/notes.txt").unlink(),
        one.write("a/notes.txt/index.md", "# x\n"),
    ),
    "the theme": lambda one: (one.work / "site_config/overrides/main.html").write_text(
        '{% extends "base.html" %}{% block announce %}通知{% endblock %}', "utf-8"
    ),
    "the settings": lambda one: one.config.write_text(
        one.config.read_text("utf-8").replace("报告档案", "年报档案").replace("本节链接", "链接"), "utf-8"
    ),
    "the title of a page in the menu": lambda one: (
        one.config.write_text(one.config.read_text("utf-8").replace("关于: about.md", "about.md"), "utf-8"),
        one.write("about.md", "# 关于本站\n"),
    ),
    "a file of the site written over": lambda one: (one.work / "site/a/shili/2023/index.html").write_text("x", "utf-8"),
    "a file of the site gone": lambda one: (one.work / "site/a/shili/2022/badge.svg").unlink(),
    "a stray file": lambda one: (one.work / "site/a/stray/folder").mkdir(parents=True),
    "a link in the site": lambda one: (
        shutil.rmtree(one.work / "site/a/shili/2022"),
        (one.work / "site/a/shili/2022").symlink_to(one.docs),
    ),
    "the record": lambda one: [path.write_text("{}", "utf-8") for path in (one.work / "cache").glob("site-*.json")],
    "no site": lambda one: shutil.rmtree(one.work / "site"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_after_any_change_the_site_is_that_of_mkdocs(bench: Bench, what: str) -> None:
    """One thing changed since the last build, in the docs folder, the settings or the site: every file is right."""
    bench.build()
    CHANGES[what](bench)
    bench.compare()
    assert not [path for path in (bench.work / "site").rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert not list(bench.work.glob(".site*"))


def test_docs_are_never_written_through_the_site(bench: Bench) -> None:
    """Files of the docs folder and of the site may be one on disk; replacing one leaves the other as it was."""
    bench.build()
    bench.write("a/shili/2022/data.json", '{"x": 1}')
    assert (bench.work / "site/a/shili/2022/data.json").read_text() == "{}"
    bench.build()
    assert (bench.work / "site/a/shili/2022/data.json").read_text() == '{"x": 1}'
    assert (bench.docs / "a/shili/2022/data.json").read_text() == '{"x": 1}'


def test_a_disk_without_links_gets_copies(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Docs folder and site on two disks: files are copied, and not again the second time."""

    def refused(*_: object) -> None:
        raise OSError(18, "cross-device")

    monkeypatch.setattr(os, "link", refused)
    bench.compare()
    assert bench.build().written == 0


# --- warnings -------------------------------------------------------------------------------------------------------

BROKEN = {
    "a link to no page": (HERE, "# 题\n\n[甲](没有.md)、[乙](../../nowhere.md)\n"),
    "a link to no heading": (HERE, "# 题\n\n[甲](2023.md#没有)\n\n[自己](#没有)\n"),
    "an absolute link": ("about.md", "[甲](/a/)\n"),
    "a page of the menu that links nowhere": ("index.md", "# 题\n\n[甲](a/shili/2023.md#没有) [乙](x.md)\n"),
    "a page in no menu": ("forgotten.md", "# 题\n"),
    "a page that is not UTF-8": (HERE, None),
    "front matter of another kind": ("a/shili/2023.md", "---\ntemplate: none.html\n---\n# 题\n"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_strict_warnings_are_those_of_mkdocs(bench: Bench, what: str) -> None:
    """A broken page stops the build in the same words with and without the accelerator, on the second run too."""
    path, text = BROKEN[what]
    bench.build()
    before = files_of(bench.work / "site")
    bench.write(path, text or "")
    if text is None:
        (bench.docs / path).write_bytes("年报".encode("gbk"))
    with pytest.raises(BuildError) as stock:
        bench.build("stock", stock=True)
    for _ in range(2):
        with pytest.raises(BuildError) as ours:
            bench.build()
        assert str(ours.value) == str(stock.value)
        assert files_of(bench.work / "site") == before


def test_several_broken_pages_are_told_in_the_order_of_mkdocs(bench: Bench) -> None:
    """With workers, many pages and both kinds of fault, the sentence is the same as MkDocs'."""
    for number in range(workers._WORTH_PROCESSES + 50):
        broken = f"[甲](x{number}.md) [乙](../index.md#y{number})\n" if number % 90 == 5 else ""
        bench.write(f"a/many/{number}.md", f"# {number}\n\n{broken}")
    said = []
    for stock in (True, False, False):
        with pytest.raises(BuildError) as error:
            bench.build(stock=stock, jobs=2)
        said.append(str(error.value))
    assert said[0].count("；") == 4
    assert len(set(said)) == 1


# --- killed in the middle -------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for kill -9: nothing of the program runs after it."""


def killed_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let the program die at its n-th step on the site's folders, with everything left as it is then."""
    steps = iter(range(10_000))

    def dying(name: str) -> None:
        real = getattr(Path, name)

        def step(self: Path, *args: object, **more: object) -> object:
            if next(steps) >= number:
                raise Killed
            return real(self, *args, **more)

        monkeypatch.setattr(Path, name, step)

    for name in ("rename", "replace", "unlink", "rmdir"):
        dying(name)
    monkeypatch.setattr(fast.Tree, "drop", lambda _: None)


@pytest.mark.parametrize("whole", [False, True])
def test_a_killed_build_leaves_a_whole_site_or_the_next_run_does(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """Killed at any step, the next run finds the old site or the new one, whole; both ways of replacing it."""
    bench.build()
    for what in ("a page", "a file", "a folder gone", "a new page"):
        CHANGES[what](bench)
    if whole:
        CHANGES["the record"](bench)
    for folder in ("site", "cache"):
        shutil.copytree(bench.work / folder, bench.work / "before" / folder)
    bench.build("stock", stock=True)
    states = [files_of(bench.work / "before/site"), files_of(bench.work / "stock")]
    found = []
    for number in range(100):
        for folder in ("site", "cache"):
            shutil.rmtree(bench.work / folder)
            shutil.copytree(bench.work / "before" / folder, bench.work / folder)
        with monkeypatch.context() as patched, suppress(Killed):
            killed_at(patched, number)
            bench.build()
            break
        trees.recover(bench.work / "site")
        found.append(states.index(files_of(bench.work / "site")))
        assert not list(bench.work.glob(".site*"))
    assert found == sorted(found)
    assert set(found) == {0, 1}
    assert bench.compare().written == 0


def test_a_dead_worker_ends_the_build_with_one_sentence(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies, as for want of memory, is an error of ours; the site stays as it was."""
    bench.build()
    before = files_of(bench.work / "site")
    for number in range(workers._WORTH_PROCESSES + 50):
        bench.write(f"a/many/{number}.md", f"# {number}\n")
    make, parent = pages.Maker.make, os.getpid()

    def dying(self: pages.Maker, source: fast.Source) -> pages.Made:
        if source.path.endswith("/77.md") and os.getpid() != parent:
            os._exit(9)
        return make(self, source)

    monkeypatch.setattr(pages.Maker, "make", dying)
    with pytest.raises(BuildError, match="意外结束") as error:
        bench.build(jobs=2)
    assert "\n" not in str(error.value)
    assert files_of(bench.work / "site") == before


# --- the command ----------------------------------------------------------------------------------------------------


def test_the_preview_follows_a_change(content: Path, tmp_path: Path) -> None:
    """``nianbao serve`` builds again when something changes, beside its own threads, and serves the new page."""
    for name in ("mkdocs.yml", "site_config"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "generator", "serve", "--port", port, "--content", str(content)]
    sidecar, last = content / "reports/shili-xian/2022.yml", time.monotonic() + 120
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}) as run:
        try:
            for number in itertools.count():
                assert run.poll() is None
                assert time.monotonic() < last
                with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/a/shili-xian/2022/", timeout=20) as page:
                    if "说明之" in page.read().decode():
                        break
                    sidecar.write_text(f"note: 说明之{number}\n", "utf-8")  # again: the watching may not have begun
                time.sleep(1)
        finally:
            run.terminate()


def test_the_archive_of_the_tests_is_of_any_size() -> None:
    """The generated archive has the reports asked for, with the project's own settings."""
    archive = large_archive(8, load_config(ROOT / "site_config"))
    assert 8 <= len(archive.years) <= 13  # whole bodies


def test_an_exchange_that_has_begun_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted in the middle, the site is of two minds: the journal stays, so that everybody knows."""
    site = tmp_path / "site"
    site.mkdir()
    for name in ("a.html", "b.html"):
        (site / name).write_text("old", "utf-8")

    def half(site: Path, changes: Path) -> None:
        (changes / trees._name("a.html")).replace(site / "a.html")
        raise OSError(errno.EIO, "")

    with monkeypatch.context() as broken:
        broken.setattr(trees, "_carry_out", half)
        tree = trees.Tree(site, {}, trees.Seen().look(str(site)))
        outputs = {name: tree.put(name, b"new")[0] for name in ("a.html", "b.html")}
        with pytest.raises(OSError, match="5"):
            tree.commit(outputs, outputs, b"{}", tmp_path / "manifest.json")
        tree.drop()
    assert (trees.beside(site, "next") / "journal.json").exists()
    trees.recover(site)
    assert [(site / name).read_text("utf-8") for name in outputs] == ["new", "new"]
    assert not trees.beside(site, "next").exists()
