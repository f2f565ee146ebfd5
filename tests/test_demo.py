"""The fictional archive: read back it gives the planted figures, judged the planted errors, and always the same."""

import csv
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from places import ROOT

from generator.cli import main
from generator.demo.archive import Options, write_demo
from generator.demo.bodies import bodies, regions
from generator.demo.errors import ERRORS
from generator.demo.formats import FORMATS
from generator.demo.plan import Plan, drafts_of
from generator.form import load_form
from generator.pipeline import gather
from generator.report import Report
from generator.site.model import Archive

OPTIONS = Options(agencies=50, years=7, seed=1, formats=tuple(FORMATS), errors=0.45)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of some 600 reports in every format."""
    place = tmp_path_factory.mktemp("demo") / "archive"
    write_demo(place, OPTIONS, ROOT)
    return place


@pytest.fixture(scope="module")
def archive(folder: Path) -> Archive:
    return gather(folder / "content", folder / "site_config", 1, lambda *_: None)


def reports_of(archive: Archive) -> list[Report]:
    return [one.report for one in archive.years]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_reading_it_back_gives_the_planted_figures(archive: Archive) -> None:
    """Every figure of every report in every format, and no other one; whose it is, its year, its date."""
    known = bodies(OPTIONS.agencies)
    drafts = list(drafts_of(Plan(known, OPTIONS.years, OPTIONS.seed, OPTIONS.errors), known))
    reports: dict[tuple[Any, Any], Report] = {(one.agency.id, one.year): one for one in reports_of(archive)}
    assert not archive.refused
    assert {draft.key for draft in drafts} == set(reports)
    for draft in drafts:
        report = reports[draft.key]
        printed = {path: value for path, value in draft.printed().items() if value is not None}
        read = {path: cell.value for path, cell in report.cells.items() if cell.value is not None}
        assert read == printed, report.source.path
        assert (report.agency.name, report.published) == (draft.body.name, draft.published), report.source.path
        assert not report.leftovers
    assert {one.source.format for one in reports_of(archive)} == set(FORMATS)
    assert {one.form for one in reports_of(archive)} == {"2019", "2021"}


def test_judging_it_finds_exactly_what_was_planted(folder: Path, archive: Archive) -> None:
    """All that must fail fails, and nothing but what must or may; and every kind of error was planted."""
    must, may, failed = defaultdict(set), defaultdict(set), defaultdict(set)
    for row in rows(folder / "expected.csv"):
        (must if row["certain"] == "True" else may)[row["agency"], int(row["year"])].add(row["check"])
    for one in archive.years:
        for finding in one.findings:
            if finding.status == "fail":
                failed[one.report.agency.id, one.report.year].add(finding.check)
    keys = {*must, *failed}
    assert {(key, *(must[key] - failed[key])) for key in keys if must[key] - failed[key]} == set()
    assert {(key, *(failed[key] - must[key] - may[key])) for key in keys if failed[key] - must[key] - may[key]} == set()
    assert sum(map(len, must.values())) > 200
    assert {row["kind"] for row in rows(folder / "manifest.csv")} == set(ERRORS)


def test_the_manifest_tells_what_was_altered(folder: Path, archive: Archive) -> None:
    """A figure in the manifest is the figure in the report, and no longer the true one."""
    reports = {(one.agency.id, str(one.year)): one for one in reports_of(archive)}
    told = [row for row in rows(folder / "manifest.csv") if "/" in row["where"]]
    last = {(row["agency"], row["year"], row["where"]): row for row in told}  # one may alter a figure again
    for key, row in last.items():
        assert str(reports[key[:2]].cells[key[2]].value) == row["after"] != row["before"]
    assert len(last) > 50


def test_a_sound_archive_has_no_finding(tmp_path: Path) -> None:
    """Without errors nothing fails, not even a note."""
    write_demo(tmp_path / "archive", Options(agencies=70, years=5, seed=9), ROOT)
    archive = gather(tmp_path / "archive/content", tmp_path / "archive/site_config", 1, lambda *_: None)
    assert [finding.message for one in archive.years for finding in one.findings if finding.status == "fail"] == []
    assert [notice.message for one in reports_of(archive) for notice in one.notices] == []


def test_the_same_arguments_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    """Whatever the number of processes; another seed gives other reports."""
    write_demo(tmp_path / "again", OPTIONS._replace(jobs=2), ROOT)
    assert digests(tmp_path / "again") == digests(folder)
    write_demo(tmp_path / "other", OPTIONS._replace(seed=6, agencies=3), ROOT)
    other = digests(tmp_path / "other/content/reports")
    assert not {digest for name, digest in other.items() if not name.endswith(".yml")} & set(digests(folder).values())


# What `nianbao demo X --agencies 3 --years 2` has always written; a change here is a change of every benchmark.
DIGEST = "90695fa4a1b5a20cdb22801b1668d71fb645b8bd05813f048b937255d516a7ea"


def test_the_bytes_do_not_depend_on_the_machine(tmp_path: Path) -> None:
    write_demo(tmp_path / "archive", Options(3, 2, 1, tuple(FORMATS), 0.5), ROOT)
    files = digests(tmp_path / "archive/content")
    assert hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest() == DIGEST


def test_a_larger_archive_holds_the_smaller_one() -> None:
    """The n-th body is the same one however many there are, and of 100,000 no two have a name or an id in common."""
    many = bodies(100_000)
    assert bodies(500) == many[:500]
    assert len({one.id for one in many}) == len({one.name for one in many}) == len(many)
    assert all(name.startswith(("示", "例")) for name in regions(many).values())
    assert {one.level for one in many[:30]} == {"province", "city", "county", "township"}


def test_some_townships_report_nothing_but_zeros() -> None:
    known = [one for one in bodies(300) if one.level == "township"]
    latest = {draft.body.id: draft for draft in drafts_of(Plan(known, 1, 1, 0.0), known)}
    idle = sum(not any(draft.cells.values()) for draft in latest.values())
    assert 0.1 < idle / len(known) < 0.6
    assert all(set(draft.printed()) == set(load_form("2021").facts) for draft in latest.values())


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_command_writes_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the project's own settings under a name that tells that all of it is made up."""
    monkeypatch.chdir(ROOT)
    done = run("demo", tmp_path / "archive", "--agencies", 3, "--years", 2, "--formats", "txt,docx")
    assert (done.exit_code, "3 个机关，6 份报告" in done.output) == (0, True)
    assert "虚构" in (tmp_path / "archive/mkdocs.yml").read_text("utf-8").partition("site_name:")[2].splitlines()[0]
    assert (tmp_path / "archive/site_config/assets/nianbao.css").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--agencies", 0, "--years", 2], "应是 1 到 100000 之间的整数"),
        (["--agencies", 2, "--years", 9], "应是 1 到 7 之间的整数"),
        (["--agencies", 2, "--years", 2, "--errors", 3], "应是 0 到 1 之间的数"),
        (["--agencies", 2, "--years", 2, "--formats", "txt,wps"], "不会生成「wps」格式"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    words: list[object], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = run("demo", tmp_path / "archive", *words)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr


def test_nothing_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in a folder that holds something, nor without the settings to build it with."""
    monkeypatch.chdir(ROOT)
    (tmp_path / "kept.txt").write_text("不要动")
    done = run("demo", tmp_path, "--agencies", 2, "--years", 2)
    assert (done.exit_code, "已经有东西了" in done.stderr, list(tmp_path.iterdir())) == (
        2,
        True,
        [tmp_path / "kept.txt"],
    )
    monkeypatch.chdir(tmp_path)
    done = run("demo", "new", "--agencies", 2, "--years", 2)
    assert (done.exit_code, "没有 mkdocs.yml" in done.stderr) == (2, True)
