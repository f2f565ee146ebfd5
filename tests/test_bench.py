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
from generator.parse import parse
from generator.readers import read

sys.path.append(str(ROOT / "tools/bench"))

import measure
import peers
import product
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


CHANGED = ["changed-sentence", "changed-figure", "changed-shared"]
SIZE: dict[str, Any] = {
    "reports": 1000,
    "seconds": {"build": 9.0, "hugo": 2.0, "pagefind": 8.0, **dict.fromkeys(CHANGED, 2.0)},
    "megabytes": {"build": 600.0, "hugo": 90.0, "pagefind": 100.0, **dict.fromkeys(CHANGED, 90.0)},
    "stages": {"启动": 0.5, "开始": 1.0, "读取报告": 3.0, "制作网站": 1.0},
    "pages": {"report_page": 20_000.0, "site": 1, "search": 900.0},
    "queries": None,
}
FOUND: dict[str, Any] = {
    "machine": {"cores": 2, "system": "Linux", "python": "3.11"},
    "rounds": 1,
    "missing": {"zensical": "装不上"},
}


def test_results_say_what_was_reached_and_what_was_not_measured(tmp_path: Path) -> None:
    large = {
        **SIZE,
        "reports": 10_000,
        "stages": {"启动": 0.5, "开始": 1.0, "读取报告": 60.0, "制作网站": 4.0, "制作检索": 2.0},
    }
    results.write(tmp_path, {**FOUND, "sizes": {"1000": SIZE, "10000": large}})
    told = (tmp_path / "results.md").read_text("utf-8")
    rows = dict(re.findall(r"(?m)^\| (.+?) \| .+ \| (.+?) \|$", told))
    assert rows["做成网站，不含检索 ÷ Hugo ≤ 0.9"] == "没有达到"
    assert rows["做成网站，含检索 ÷（Hugo＋Pagefind）≤ 0.4"] == "没有达到"
    assert rows["内存 ≤ 500 MB"] == "没有达到"
    assert rows["改一份，最慢的一种 ≤ 5 秒"] == "达到"
    assert rows["一次查询 ≤ 150 KB"] == "没有测"
    assert rows["读取报告的增长指数 ≤ 1.05"] == "没有达到"
    assert rows["制作网站的增长指数 ≤ 1.05"] == "达到"
    assert "zensical：装不上" in told
    assert (tmp_path / "results.svg").read_text("utf-8").count("<rect") == 14
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


def test_the_start_of_our_process_counts_as_that_of_the_others_does(tmp_path: Path) -> None:
    """In-process seconds against whole processes would flatter us: what the stages leave of the run is added."""
    taken = product.with_start(7.0, {"开始": 1.0, "制作网站": 2.0, "读取报告": 3.0})
    assert taken == {"启动": 1.0, "开始": 1.0, "制作网站": 2.0, "读取报告": 3.0}
    stages = taken | {"制作检索": 1.0}
    results.write(tmp_path, {**FOUND, "sizes": {"1000": {**SIZE, "stages": stages}}})
    told = (tmp_path / "results.md").read_text("utf-8")
    assert "| 做成网站，不含检索 ÷ Hugo ≤ 0.9 | 2.00 | 没有达到 |" in told  # 4 seconds ÷ 2
    assert "| 做成网站，含检索 ÷（Hugo＋Pagefind）≤ 0.4 | 0.50 | 没有达到 |" in told
    assert "启动（解释器、导入、退出）、开始（设置和登记）、制作网站" in told
    without = {name: seconds for name, seconds in stages.items() if name != "启动"}
    results.write(tmp_path, {**FOUND, "sizes": {"1000": {**SIZE, "stages": without}}})
    assert "| 做成网站，不含检索 ÷ Hugo ≤ 0.9 | — | 没有测 |" in (tmp_path / "results.md").read_text("utf-8")


def test_of_the_changes_of_one_report_the_slowest_counts(tmp_path: Path) -> None:
    """All are told; one that was not timed leaves the goal without a value."""
    seconds = SIZE["seconds"] | {"changed-figure": 6.0}
    results.write(tmp_path, {**FOUND, "sizes": {"1000": {**SIZE, "seconds": seconds}}})
    told = (tmp_path / "results.md").read_text("utf-8")
    assert "| 改一份，最慢的一种 ≤ 5 秒 | 6.00 秒 | 没有达到 |" in told
    assert "| 改一份，最慢的一种 ÷ Hugo ≤ 0.5 | 3.00 | 没有达到 |" in told
    assert "| 年报：改一份，加一句话 | 2.00 | 1.00 |" in told
    del seconds["changed-shared"]
    results.write(tmp_path, {**FOUND, "sizes": {"1000": {**SIZE, "seconds": seconds}}})
    assert "| 改一份，最慢的一种 ≤ 5 秒 | — | 没有测 |" in (tmp_path / "results.md").read_text("utf-8")


def test_each_change_is_of_its_kind_in_every_round(tmp_path: Path) -> None:
    """A watched total crosses to and fro, a paragraph becomes another body's, a sentence is added; nothing else."""
    made = CliRunner().invoke(main, ["demo", str(tmp_path / "a"), "--agencies", "9", "--years", "3", "--seed", "3"])
    assert made.exit_code == 0, made.output
    tmp_path /= "a"
    files = sorted(tmp_path.glob("content/reports/*/2023.txt"))
    mine = files[len(files) // 2]
    others = [path.read_text("utf-8") for path in files if path != mine]
    for turn in range(3):
        for kind in product.CHANGES:
            before, held = mine.read_text("utf-8"), parse(read(mine))
            product.change_one(tmp_path, kind, turn)
            after, told = mine.read_text("utf-8"), parse(read(mine))
            cells = {path for path in told.cells if told.cells[path].value != held.cells[path].value}
            assert cells == ({"requests/new/total"} if kind == "figure" else set())
            assert (told.texts == held.texts) == (kind == "figure")
            if kind == "shared":
                new = [line for line in after.splitlines() if line not in before]
                assert len(new) == 1
                assert any(new[0] in other for other in others)
            if kind == "figure":
                assert abs(told.cells["requests/new/total"].value - held.cells["requests/new/total"].value) > 10_000
    mine.write_text("什么也没有", "utf-8")
    product.change_one(tmp_path, "figure", 3)  # the next one has it
    assert mine.read_text("utf-8") == "什么也没有"
    for path in files:
        path.write_text("什么也没有", "utf-8")
    with pytest.raises(measure.Failed, match="没有可以改的地方"):
        product.change_one(tmp_path, "figure", 3)
