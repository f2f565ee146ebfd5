"""The command line: exit codes, the promised JSON, and lines that nothing in a file can break."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result
from fictional import REGISTRY, report_text, write_report
from places import ROOT
from samples import AGENCY, count, make_sample
from sheet import lay_out

from generator.cli import main
from generator.demo.writers.tabs import as_tabs
from generator.form import load_form
from generator.report import Report


@pytest.fixture
def run(content: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command beside the fictional content folder."""
    monkeypatch.chdir(content.parent)
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def wrong_report(content: Path, where: str = "shili-xian", year: int = 2025) -> Path:
    """A report whose 总计 of new requests is one too many."""
    sample = make_sample(("2021", False), 41)._replace(year=year).without_regulations()
    sample.cells["requests/new/total"] = count(sample.cells["requests/new/total"]) + 1
    return write_report(content, where, year, as_tabs(lay_out(sample)).replace(AGENCY, "示例县人民政府"))


def one_chinese_line(text: str) -> bool:
    return text.count("\n") == 1 and any("\u4e00" <= char <= "\u9fff" for char in text)


def test_the_module_is_the_command() -> None:
    """python -m generator is nianbao: help in Chinese, exit code 0."""
    command = [sys.executable, "-m", "generator", "--help"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: python -m generator") or "用法" in done.stdout
    assert "退出码" in done.stdout


@pytest.mark.parametrize("command", ["build", "serve", "check", "inspect", "forms"])
def test_every_command_explains_itself(run: Any, command: str) -> None:
    """--help of each promised command works and tells the exit codes."""
    result: Result = run(command, "--help")
    assert result.exit_code == 0
    assert "退出码" in result.output


def test_check_of_a_sound_archive_ends_with_0(run: Any) -> None:
    """No finding, no refusal: 0, strict or not."""
    assert run("check").exit_code == run("check", "--strict").exit_code == 0


def test_check_with_findings_ends_with_0_and_strict_with_1(run: Any, content: Path) -> None:
    """Findings are published and stop nothing; --strict turns them into exit code 1."""
    wrong_report(content)
    assert (run("check").exit_code, run("check", "--strict").exit_code) == (0, 1)


def test_check_with_a_refused_file_ends_with_0_and_strict_with_1(run: Any, content: Path) -> None:
    """A file that cannot be read is listed; --strict turns it into exit code 1, and every one is named."""
    for year in (2018, 2019):
        write_report(content, "shili-xian", year, "")
    result = run("check", "--strict")
    assert (run("check").exit_code, result.exit_code) == (0, 1)
    assert all(f"reports/shili-xian/{year}.txt" in result.stdout for year in (2018, 2019))


@pytest.mark.parametrize("command", [["check"], ["build"], ["check", "--format", "json"]])
def test_a_broken_registry_ends_with_2_and_one_line(run: Any, content: Path, root: Path, command: list[str]) -> None:
    """Our error: one Chinese line on stderr that names file and line, nothing on stdout, exit code 2."""
    (content.parent / "mkdocs.yml").write_bytes((root / "mkdocs.yml").read_bytes())
    (content / "agencies.yml").write_text(REGISTRY.replace("level: county", "level: contry"), "utf-8")
    result = run(*command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert one_chinese_line(result.stderr)
    assert "agencies.yml" in result.stderr
    assert "第 14 行" in result.stderr


@pytest.mark.parametrize(
    "command",
    ["inspect nothing.txt", "forms 1999", "check nope", "check --content nowhere", "build --content nowhere"],
)
def test_what_is_not_there_ends_with_2_and_one_line(run: Any, command: str) -> None:
    """A missing file, folder or form is our error, in one line."""
    result = run(*command.split())
    assert result.exit_code == 2
    assert one_chinese_line(result.stderr)


@pytest.mark.parametrize("given", ["abc", "1e9", "-5", "0", "1" * 15, "1" * 400, "1767225600 ", "１７６７２２５６００"])
@pytest.mark.parametrize("command", ["check", "build", "inspect reports/shili-xian/2025.txt"])
def test_a_day_of_the_build_that_is_none_ends_with_2_and_one_line(
    run: Any, monkeypatch: pytest.MonkeyPatch, command: str, given: str
) -> None:
    """SOURCE_DATE_EPOCH is whole seconds since 1970, of a day on which there can be reports."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    result = run(*command.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert one_chinese_line(result.stderr)
    assert "SOURCE_DATE_EPOCH" in result.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("nosuch", "没有「nosuch」这个命令"),
        ("inspct a", "是不是 inspect"),
        ("inspect", "没有写 FILE"),
        ("inspect a b", "多了「b」"),
        ("inspect a --jsn", "是不是 --json"),
        ("add a --year 1999", "--year 应是 2008 到 2100 之间的整数"),
        ("add a --year x", "--year 应是 2008 到 2100 之间的整数"),
        ("add a --year", "--year 后面要写值"),
        ("build --jobs 0", "不小于 1 的整数"),
        ("build --strict=1", "--strict 后面不能写值"),
        ("check --format xml", "text、json、github"),
        ("", "没有写命令"),
    ],
)
def test_a_mistyped_command_ends_with_2_and_one_chinese_line(run: Any, command: str, said: str) -> None:
    """Click's own errors too: what is wrong and where the usage is explained, none of it in English."""
    result = run(*command.split())
    assert result.exit_code == 2
    assert one_chinese_line(result.stderr)
    assert said in result.stderr
    assert not {"Error", "Usage", "Try", "Invalid", "such"} & set(re.findall(r"[A-Za-z]+", result.output))


@pytest.mark.parametrize("command", ["", "build", "serve", "check", "inspect", "add", "forms"])
def test_the_help_is_in_chinese(run: Any, command: str) -> None:
    """Headings and the options that Click adds itself as well."""
    words = set(re.findall(r"[A-Za-z]+", run(*command.split(), "--help").output))
    assert not words & {"Usage", "Options", "OPTIONS", "Commands", "COMMAND", "ARGS", "Show", "default", "RANGE"}


def test_notices_are_sentences_not_codes(run: Any, tmp_path: Path) -> None:
    """The codes are for scripts; people read what is amiss."""
    path = tmp_path / "a.txt"
    path.write_text(report_text(2022, seed=4).replace("二、上年结转", "二、示例"), "utf-8")
    lines = [line for line in run("inspect", path).stdout.splitlines() if line.startswith("提示")]
    assert lines
    assert not any("row-" in line for line in lines)


def test_an_archive_without_one_readable_report_is_not_built(run: Any, content: Path, root: Path) -> None:
    """When nothing can be read the old site stays: exit code 2, one line with the first reason."""
    (content.parent / "mkdocs.yml").write_bytes((root / "mkdocs.yml").read_bytes())
    for path in content.rglob("*.txt"):
        path.write_text("", "utf-8")
    result = run("build")
    assert result.exit_code == 2
    assert "文件是空的" in result.stderr
    assert not (content.parent / "site").exists()


def inspected(run: Any, path: Path) -> dict[str, Any]:
    result = run("inspect", path, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def test_inspect_prints_the_promised_object(run: Any, tmp_path: Path) -> None:
    """inspect --json needs no archive and gives the keys, figures and types of the contract."""
    sample = make_sample(("2021", False), 42)
    path = tmp_path / "any name.txt"
    path.write_text(as_tabs(lay_out(sample)), "utf-8")
    record = inspected(run, path)
    promised = "schema_version agency year form title published source cells texts leftovers notices"
    assert set(promised.split()) <= set(record)
    assert record["agency"] == {"id": None, "name": AGENCY}
    assert (record["schema_version"], record["year"], record["form"]) == (1, sample.year, "2021")
    assert {"path", "format", "sha256", "url", "retrieved"} <= set(record["source"])
    assert set(record["cells"]) == set(sample.cells)
    for fact, cell in record["cells"].items():
        assert set(cell) == {"value", "raw", "place"}
        assert cell["value"] == (str(sample.cells[fact]) if fact == "fees/fee/amount" else sample.cells[fact])


def test_inspect_validates_against_the_published_schema(run: Any, content: Path) -> None:
    """The object is what Report's JSON Schema says, for both forms."""
    schema = Report.model_json_schema(mode="serialization")
    for path in sorted(content.rglob("*.txt")):
        jsonschema.validate(inspected(run, path), schema)


def test_inspect_says_which_row_is_missing(run: Any, tmp_path: Path) -> None:
    """A notice has code, fact, message and place; the cells of the missing row are absent."""
    path = tmp_path / "a.txt"
    lines = report_text(2022, seed=4).split("\n")
    path.write_text("\n".join(line for line in lines if not line.startswith("二、上年结转")), "utf-8")
    record = inspected(run, path)
    assert [(n["code"], n["fact"]) for n in record["notices"]] == [("row-missing", "requests/carried_in")]
    assert all(set(notice) == {"code", "fact", "message", "place"} for notice in record["notices"])
    assert not [fact for fact in record["cells"] if fact.startswith("requests/carried_in/")]


def test_a_refused_file_is_an_error_object(run: Any, tmp_path: Path) -> None:
    """inspect --json of a file that cannot be read prints the error object and ends with 2."""
    path = tmp_path / "空.txt"
    path.write_bytes(b"")
    result = run("inspect", path, "--json")
    assert result.exit_code == 2
    error = json.loads(result.stdout)["error"]
    assert set(error) == {"code", "file", "message", "hint"}
    assert (error["code"], error["file"]) == ("empty-file", str(path))
    assert one_chinese_line(result.stderr)


def test_inspect_for_people_shows_every_figure(run: Any, content: Path) -> None:
    """Without --json the tables are laid out with all figures and their places."""
    result = run("inspect", content / "reports/shili-xian/2022.txt")
    sample = make_sample(("2021", True), 4)
    words = result.stdout.split()
    assert result.exit_code == 0
    assert {str(value) for value in sample.cells.values()} <= set(words)
    assert "第6行第1格" in result.stdout or "行第" in result.stdout


def test_check_as_json_keeps_the_contract(run: Any, content: Path) -> None:
    """--format json prints findings, notices and refused files, each with its promised keys."""
    wrong_report(content)
    write_report(content, "shili-xian", 2018, "")
    result = run("check", "--format", "json")
    found = json.loads(result.stdout)
    assert set(found) == {"findings", "notices", "refused"}
    keys = {"check", "status", "severity", "agency", "year", "left", "right", "expected", "actual", "message"}
    assert all(keys <= set(finding) for finding in found["findings"])
    failed = [finding for finding in found["findings"] if finding["status"] == "fail"]
    assert [(f["check"], f["agency"], f["year"]) for f in failed] == [
        ("requests-balance", "shili-xian", 2025), ("requests-row-total", "shili-xian", 2025),
    ]  # fmt: skip
    assert [set(refusal) for refusal in found["refused"]] == [{"code", "file", "message", "hint"}]
    assert (found["refused"][0]["code"], found["refused"][0]["file"]) == ("empty-file", "reports/shili-xian/2018.txt")


def test_check_as_text_names_file_and_difference(run: Any, content: Path) -> None:
    """A failing sum is one line with the file and both sums."""
    wrong_report(content)
    lines = [line for line in run("check").stdout.split("\n") if "不成立 " in line]
    assert len(lines) == 2
    assert all(line.startswith("content/reports/shili-xian/2025.txt：") and "相差 1" in line for line in lines)


def annotations(result: Result) -> list[str]:
    return [line for line in result.stdout.splitlines() if line.lstrip().startswith("::")]


def test_check_for_github_annotates_the_file(run: Any, content: Path) -> None:
    """Each failing sum and each refused file is one annotation with the path from the root of the repository."""
    wrong_report(content)
    write_report(content, "shili-xian", 2018, "")
    found = annotations(run("check", "--format", "github"))
    assert [line.partition("::")[0] for line in found] == [""] * 3
    assert [line.split("::")[1] for line in found] == [
        "error file=content/reports/shili-xian/2018.txt",
        *["error file=content/reports/shili-xian/2025.txt"] * 2,
    ]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1b[2K", "%0A"])
def test_a_printed_cell_cannot_start_a_second_annotation(run: Any, content: Path, end: str) -> None:
    """Whatever ends a line in a cell, what follows it stays inside its annotation."""
    lines = report_text(2025, "示例县人民政府", seed=3).split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith("\t行政许可"))
    lines[at + 1] = f"\t1{end}::error file=x::注入"
    path = write_report(content, "shili-xian", 2025, "")
    path.write_bytes("\n".join(lines).encode())
    result = run("check", "--format", "github")
    assert len(annotations(result)) <= 1
    assert all(line.startswith("::warning file=content/reports/shili-xian/2025.txt::") for line in annotations(result))
    assert "%0A" not in result.stdout


@pytest.mark.parametrize("style", ["text", "github"])
@pytest.mark.parametrize(
    "name", ["2022\n::error::x.txt", "2022\r::error::x.txt", "::error file=a,line=1::x.txt", "a%0A::error::x.txt"]
)
def test_a_file_name_cannot_start_a_second_annotation(run: Any, content: Path, name: str, style: str) -> None:
    """A file's name stays on its line and inside its property."""
    (content / "reports/shili-xian" / name).write_text("x", "utf-8")
    result = run("check", "--format", style)
    assert all(line.startswith("::error file=content/reports/shili-xian/") for line in annotations(result))
    assert len(annotations(result)) == (style == "github")
    assert "%0A" not in result.stdout or style == "text"


def test_a_title_cannot_steer_the_terminal(run: Any, tmp_path: Path) -> None:
    """Control and bidirectional characters of a file never reach the terminal."""
    path = tmp_path / "a.txt"
    path.write_text(report_text(2022, "示例\x1b]0;x\x07县\u202e青山镇", seed=2), "utf-8")
    result = run("inspect", path)
    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)


def test_json_holds_nothing_that_steers_the_terminal(run: Any, tmp_path: Path) -> None:
    """C0, C1 and bidirectional characters of a file stand in printed JSON as \\uXXXX: the same once it is parsed."""
    steering = "\x9b31m\x1b]0;x\x07\x85\u202e\u2066\u200f\u061c\u2028"
    path = tmp_path / "a.txt"
    path.write_text(report_text(2022, "示例县青山镇", seed=2).replace("2022", f"20{steering}22", 1), "utf-8")
    broken = tmp_path / f"b{steering}.txt"
    broken.write_text("不是报告", "utf-8")
    for words in (("inspect", path, "--json"), ("check", tmp_path, "--format", "json"), ("inspect", broken, "--json")):
        said = run(*words).stdout
        assert not set(steering) - set("31m]0;x") & set(said)
        assert "x9b" in repr(json.loads(said))


def test_check_of_single_files_needs_no_archive(run: Any, tmp_path: Path, content: Path) -> None:
    """Files and folders given by path are checked as they stand, registered or not."""
    path = wrong_report(tmp_path / "loose", "anything", 2025)
    found = json.loads(run("check", path.parent, content / "reports/shili-xian/2022.txt", "--format", "json").stdout)
    assert len([f for f in found["findings"] if f["status"] == "fail"]) == 2
    assert {f["agency"] for f in found["findings"]} == {None}


def test_check_of_single_files_says_that_it_looks_at_nothing_else(run: Any, tmp_path: Path, content: Path) -> None:
    """A sidecar may dismiss a finding: that those of the archive were not read is said beside the JSON."""
    inside = run("check", content / "reports/shili-xian/2022.txt", "--format", "json")
    assert "没有看登记和旁注" in inside.stderr
    assert one_chinese_line(inside.stderr)
    json.loads(inside.stdout)
    (tmp_path / "loose").mkdir()
    assert run("check", write_report(tmp_path / "loose", "a", 2022, report_text(2022, "示例县"))).stderr == ""
    assert run("check").stderr == ""


def test_check_of_single_files_lists_what_it_could_not_read(run: Any, tmp_path: Path) -> None:
    """A file given by path that cannot be read is named, and --strict makes it exit code 1."""
    path = tmp_path / "空.txt"
    path.write_bytes(b"")
    result = run("check", path, "--strict")
    assert result.exit_code == 1
    assert str(path) in result.stdout
    assert run("check", path).exit_code == 0


def test_forms_lists_the_fact_paths(run: Any) -> None:
    """nianbao forms names every form, and each fact path of one of them with its label."""
    assert [line.split("\t")[0] for line in run("forms").stdout.splitlines()] == ["2019", "2021"]
    lines = run("forms", "2021").stdout.splitlines()[1:]
    assert [line.split("\t")[0] for line in lines] == list(load_form("2021").all_facts)
    assert "requests/outcome.denied.query/person\t" in "\n".join(lines)
