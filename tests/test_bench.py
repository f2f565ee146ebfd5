"""The bench: it measures what it says, gives others the same pages, and tells what it could not measure."""

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fictional import write_archive
from places import ROOT

from generator.cli import main

sys.path.append(str(ROOT / "tools/bench"))

import measure
import peers
import results


def test_memory_of_all_processes_counts(tmp_path: Path) -> None:
    """A child that holds 60 MB shows, though the command itself holds nothing."""
    child = "import time; held = b'x' * 60_000_000; time.sleep(1)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    done = measure.run([sys.executable, "-c", code], tmp_path)
    assert done.megabytes is None or done.megabytes > 60
    assert done.seconds > 1


def test_a_command_that_fails_or_hangs_is_told(tmp_path: Path) -> None:
    with pytest.raises(measure.Failed, match=r"退出码 3：.*gone"):
        measure.run([sys.executable, "-c", "print('gone'); raise SystemExit(3)"], tmp_path)
    with pytest.raises(measure.Failed, match="超过 1 秒"):
        measure.run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, longest=1)


def test_growth_is_an_exponent() -> None:
    assert measure.exponent((100, 1.0), (1000, 10.0)) == pytest.approx(1)
    assert measure.exponent((100, 1.0), (1000, 100.0)) == pytest.approx(2)


def test_hugo_gets_the_same_pages(tmp_path: Path) -> None:
    """Every page and data file, and the shell of our own page around a slot for the content."""
    docs, site = tmp_path / "docs", tmp_path / "site"
    for name in ("index.md", "a/x/2022.md", "a/x/index.md", "a/x/2022/data.json"):
        (docs / name).parent.mkdir(parents=True, exist_ok=True)
        (docs / name).write_text(name)
    (site / "a/x/2022").mkdir(parents=True)
    (site / "a/x/2022/index.html").write_text("<title>甲</title><p>头 {{ x }}</p><article id=b>旧</article><p>尾</p>")
    source = peers.hugo_source(docs, site, tmp_path / "hugo")
    made = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    assert {"content/_index.md", "content/a/x/2022.md", "content/a/x/_index.md", "static/a/x/2022/data.json"} <= made
    shell = (source / "layouts/_default/single.html").read_text()
    assert shell == (
        "<title>{{ .Title }}</title><p>头 {{`{{`}} x }}</p><article id=b>{{ .Content }}</article><p>尾</p>"
    )


SIZE: dict[str, Any] = {
    "reports": 1000,
    "seconds": {"build": 9.0, "hugo": 2.0, "pagefind": 8.0, "changed": 2.0},
    "megabytes": {"build": 600.0, "hugo": 90.0, "pagefind": 100.0, "changed": 90.0},
    "stages": {"开始": 1.0, "读取报告": 3.0, "制作网站": 1.0},
    "pages": {"report_page": 20_000.0, "site": 1, "search": 900.0},
    "queries": None,
}
FOUND: dict[str, Any] = {
    "machine": {"cores": 2, "system": "Linux", "python": "3.11"},
    "rounds": 1,
    "missing": {"zensical": "装不上"},
}


def test_results_say_what_was_reached_and_what_was_not_measured(tmp_path: Path) -> None:
    large = {**SIZE, "reports": 10_000, "stages": {"开始": 1.0, "读取报告": 60.0, "制作网站": 4.0, "制作检索": 2.0}}
    results.write(tmp_path, {**FOUND, "sizes": {"1000": SIZE, "10000": large}})
    told = (tmp_path / "results.md").read_text("utf-8")
    rows = dict(re.findall(r"(?m)^\| (.+?) \| .+ \| (.+?) \|$", told))
    assert rows["做成网站，不含检索 ÷ Hugo ≤ 0.9"] == "没有达到"
    assert rows["做成网站，含检索 ÷（Hugo＋Pagefind）≤ 0.4"] == "没有达到"
    assert rows["内存 ≤ 500 MB"] == "没有达到"
    assert rows["改一份 ≤ 5 秒"] == "达到"
    assert rows["一次查询 ≤ 150 KB"] == "没有测"
    assert rows["读取报告的增长指数 ≤ 1.05"] == "没有达到"
    assert rows["制作网站的增长指数 ≤ 1.05"] == "达到"
    assert "zensical：装不上" in told
    assert (tmp_path / "results.svg").read_text("utf-8").count("<rect") == 10
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["sizes"]["1000"] == SIZE


def test_search_that_was_not_timed_by_itself_counts_nowhere(tmp_path: Path) -> None:
    """Without a stage of its own the ratio with search would flatter us."""
    results.write(tmp_path, {**FOUND, "sizes": {"1000": SIZE}})
    told = (tmp_path / "results.md").read_text("utf-8")
    assert "| 做成网站，含检索 ÷（Hugo＋Pagefind）≤ 0.4 | — | 没有测 |" in told
    assert "没有分开测" in told


def test_a_build_tells_the_seconds_of_its_stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--timings, which only the bench knows."""
    write_archive(tmp_path / "content")
    monkeypatch.chdir(ROOT)
    words = ["build", "--content", tmp_path / "content", "--store", tmp_path / "store", "--docs", tmp_path / "docs"]
    words += ["--site-dir", tmp_path / "site", "--timings", tmp_path / "timings.json"]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    taken = json.loads((tmp_path / "timings.json").read_text("utf-8"))
    assert {"开始", "读取报告", "制作网站"} <= set(taken)
    assert all(seconds >= 0 for seconds in taken.values())
    assert "--timings" not in CliRunner().invoke(main, ["build", "--help"]).output
