"""Adding a report: to the place that its own words name, whole, and never over another one."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fictional import report_text

from generator.archive import load_registry, load_sidecar, scan
from generator.cli import main
from generator.pipeline import gather


@pytest.fixture
def add(content: Path) -> Any:
    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["add", "--content", str(content), *map(str, arguments)])

    return run


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A report on a year that the archive does not have."""
    path = tmp_path / "下载的报告.txt"
    path.write_text(report_text(2016), "utf-8")
    return path


def reports(content: Path) -> set[str]:
    return {path.relative_to(content).as_posix() for path in (content / "reports").rglob("*") if path.is_file()}


def test_a_report_goes_where_its_own_words_say(add: Any, content: Path, fresh: Path) -> None:
    """Body and year from the title; the archive then reads it like any other."""
    result = add(fresh)
    assert result.exit_code == 0, result.output
    assert "reports/shili-qingshan/2016.txt" in result.output
    archive = gather(content, Path("site_config"), 1, lambda *_: None)
    assert ("shili-qingshan", 2016) in {(one.agency.id, one.year) for one in archive.years}
    assert fresh.exists()


def test_the_address_goes_into_the_sidecar(add: Any, content: Path, fresh: Path) -> None:
    """Where the report is from, and the day it was fetched."""
    assert add(fresh, "--source-url", "https://www.example.org/nb.html").exit_code == 0
    entries, _ = scan(content, load_registry(content), 2026)
    sidecar = load_sidecar(next(entry for entry in entries if entry.year == 2016))
    assert sidecar.source_url == "https://www.example.org/nb.html"
    assert sidecar.retrieved is not None


def test_a_trial_writes_nothing(add: Any, content: Path, fresh: Path) -> None:
    """--dry-run says where it would go."""
    before = reports(content)
    result = add(fresh, "--dry-run")
    assert (result.exit_code, reports(content)) == (0, before)
    assert "会放到" in result.output


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (report_text(2022), (), "2022 年已有一份报告"),
        (report_text(2016, agency="示例县白石镇人民政府"), (), "「示例县白石镇人民政府」没有登记"),
        (report_text(2016), ("--agency", "nobody"), "没有登记机关「nobody」"),
        (report_text(2016), ("--year", "2017"), "标题写的是 2016 年"),
        (report_text(2016), ("--source-url", "javascript:alert(1)"), "这不是网址"),
        ("今天天气很好。", (), "不像年度报告"),
    ],
)
def test_what_is_not_certain_is_asked_for(
    add: Any, content: Path, tmp_path: Path, text: str, options: tuple[str, ...], said: str
) -> None:
    """One sentence each, exit code 2, and nothing is written."""
    path = tmp_path / "报告.txt"
    path.write_text(text, "utf-8")
    before = reports(content)
    result = add(path, *options)
    assert result.exit_code == 2
    assert said in result.output
    assert reports(content) == before


def test_one_bad_file_does_not_stop_the_others(add: Any, content: Path, tmp_path: Path, fresh: Path) -> None:
    """Several files at once: the sound ones go in, the exit code tells of the other."""
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.7 broken")
    result = add(bad, fresh)
    assert result.exit_code == 2
    assert "reports/shili-qingshan/2016.txt" in reports(content)


def test_the_same_file_twice_is_said(add: Any, fresh: Path) -> None:
    """Adding a report again is no error of the archive, but it is told."""
    assert add(fresh).exit_code == 0
    assert "已经在档案里了" in add(fresh).output
