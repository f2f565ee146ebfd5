"""Adding a report: to the place that its own words name, whole, and never over another one."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fictional import report_text
from samples import AGENCY, make_sample
from sheet import lay_out

from generator.archive import Registry, Sidecar, ancestors, load_registry, load_sidecar
from generator.cli import main
from generator.demo.writers.html import as_html
from generator.demo.writers.tabs import as_tabs
from generator.errors import NianbaoError
from generator.pipeline import gather
from generator.scan import scan
from generator.yamlfile import load_yaml


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


def blank_form() -> str:
    """The tables as they are sent out to be filled in."""
    sample = make_sample(("2021", False), 1)
    return as_tabs(lay_out(sample._replace(year=2016, cells=dict.fromkeys(sample.cells))))


def page(year: int) -> bytes:
    """A sound report as a web page."""
    return as_html(lay_out(make_sample(("2021", False), 9)._replace(year=year)), Random(0))


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
    sidecar, _ = load_sidecar(next(entry for entry in entries if entry.year == 2016))
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
        (report_text(2016), ("--agency", "nobody"), "登记的代号是 shili-qingshan"),
        (report_text(2016), ("--year", "2017"), "标题写的是 2016 年"),
        (report_text(2016), ("--year", "2017"), "去掉 --year，或改成 --year 2016"),
        (report_text(2016), ("--year", "2099"), "--year 给的是 2099，年度不在 2008 至"),
        (report_text(2016), ("--agency", "shili-xian"), "去掉 --agency"),
        (report_text(2022), (), "请加 --replace"),
        (blank_form(), (), "像是空白的样表"),
        (f"{AGENCY}2023年政府信息公开工作年度报告\n一、总体情况\n示例。", (), "一个数也没有读到"),
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


def test_what_is_amiss_is_said_at_once(add: Any, tmp_path: Path) -> None:
    """The notices of the reading, not only counts; of many the first, and where the others are."""
    path = tmp_path / "报告.txt"
    lines = report_text(2016, seed=4).split("\n")
    path.write_text("\n".join(line for line in lines if not line.startswith("二、上年结转")), "utf-8")
    told = add(path).output
    assert "提示：" in told
    assert "二、上年结转" in told


def pasted(text: str, lines: list[str], code: str = "990101") -> str:
    """The registry with the proposed lines below their headings, and the open words filled in."""
    regions = [line for line in lines if line.lstrip().startswith('"')]
    entry = lines[next(i for i, line in enumerate(lines) if line.endswith("英文代号")) :]
    text = text.replace("agencies:\n", "\n".join([*regions, "agencies:", *entry, ""]))
    return text.replace("英文代号", "new-body").replace("六位区划代码", code)


@pytest.mark.parametrize(
    ("name", "level", "kind", "code"),
    [
        ("示例村乡", "township", "government", "990101"),
        ("测试县青石镇人民政府", "township", "government", "990101"),
        ("江西省会昌县示例镇", "township", "government", "360733"),
        ("上海市浦东新区示例街道办事处", "township", "street", "310115"),
        ("江西省示例局", "province", "department", "360000"),
    ],
)
def test_an_unregistered_body_is_proposed_line_by_line(
    add: Any, content: Path, tmp_path: Path, name: str, level: str, kind: str, code: str
) -> None:
    """What is printed can be pasted as it is: the entry whole, the divisions it needs, indented like the registry."""
    path = tmp_path / "报告.txt"
    path.write_text(report_text(2016, agency=name), "utf-8")
    result = add(path)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    registry = content / "agencies.yml"
    registry.write_text(pasted(registry.read_text("utf-8"), result.stdout.splitlines(), code), "utf-8")
    entry = load_registry(content).by_id["new-body"]
    assert (entry.name, entry.level, entry.kind, entry.region) == (name, level, kind, code)
    assert add(path).exit_code == 0


def test_the_id_that_was_asked_for_is_in_the_proposal(add: Any, tmp_path: Path) -> None:
    """--agency with a new id: nothing but the division is left to fill in."""
    path = tmp_path / "报告.txt"
    path.write_text(report_text(2016, agency="示例村乡"), "utf-8")
    assert "  - id: shili-cun" in add(path, "--agency", "shili-cun").stdout.splitlines()


def test_missing_divisions_are_named_all_at_once(tmp_path: Path) -> None:
    """Code and name of each, as the registry wants them."""
    path = tmp_path / "agencies.yml"
    path.write_text('agencies:\n- {id: a, name: 示例乡, level: township, region: "360733"}\n', "utf-8")
    with pytest.raises(NianbaoError, match='"360000": 江西省、"360700": 赣州市、"360733": 会昌县'):
        load_yaml(path, Registry)


def test_no_city_stands_between_a_municipality_and_its_districts() -> None:
    """GB/T 2260 has no name for 310100 or 429000, so the registry needs none."""
    assert ancestors("310115") == ["310000", "310115"]
    assert ancestors("429004") == ["420000", "429004"]
    assert ancestors("360733") == ["360000", "360700", "360733"]


SIDECAR = """\
source_url: https://www.example.org/old.html
retrieved: 2023-02-01
published: 2023-01-29
excerpt: true
note: 节录
confirm: [ocr, year]
"""


def replaced(add: Any, content: Path, tmp_path: Path, *options: str) -> Result:
    """Put another file in the place of one that has a sidecar."""
    (content / "reports/shili-qingshan/2022.yml").write_text(SIDECAR, "utf-8")
    path = tmp_path / "新的.html"
    path.write_bytes(page(2022))
    result: Result = add(path, "--replace", *options)
    return result


def test_a_report_makes_way_when_asked(add: Any, content: Path, tmp_path: Path) -> None:
    """The old file goes, the sidecar stays but for what only the old file explains, and that is printed."""
    result = replaced(add, content, tmp_path)
    assert result.exit_code == 0, result.output
    assert {name for name in reports(content) if "qingshan/2022" in name} == {
        "reports/shili-qingshan/2022.html", "reports/shili-qingshan/2022.yml",
    }  # fmt: skip
    kept = load_yaml(content / "reports/shili-qingshan/2022.yml", Sidecar)
    address, signed = "https://www.example.org/old.html", "2023-01-29"
    assert kept == Sidecar(source_url=address, published=signed, confirm=["year"])
    assert "note: 节录" in result.output
    assert "换掉了" in result.output


def test_a_trial_of_replacing_changes_nothing(add: Any, content: Path, tmp_path: Path) -> None:
    """--dry-run says what would go, and leaves it."""
    before = reports(content)
    assert "会换掉" in replaced(add, content, tmp_path, "--dry-run").output
    assert reports(content) == before | {"reports/shili-qingshan/2022.yml"}
    assert (content / "reports/shili-qingshan/2022.yml").read_text("utf-8") == SIDECAR


def test_the_old_file_stays_when_the_new_one_cannot_be_written(
    add: Any, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk in the middle of the copy: nothing is lost, nothing half-made is left."""

    def full(_: object, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("generator.add.shutil.copyfile", full)
    before = reports(content)
    result = replaced(add, content, tmp_path)
    assert (result.exit_code, "磁盘满了" in result.output) == (2, True)
    assert reports(content) == before | {"reports/shili-qingshan/2022.yml"}
    assert (content / "reports/shili-qingshan/2022.yml").read_text("utf-8") == SIDECAR


def test_two_files_of_one_run_do_not_replace_each_other(add: Any, content: Path, tmp_path: Path) -> None:
    """--replace is about what stood there before."""
    files = [tmp_path / "一.txt", tmp_path / "二.txt"]
    for seed, path in enumerate(files, start=5):
        path.write_text(report_text(2022, seed=seed), "utf-8")
    assert add(*files, "--replace").exit_code == 2
    assert (content / "reports/shili-qingshan/2022.txt").read_bytes() == files[0].read_bytes()


def test_the_address_does_not_wipe_out_a_sidecar(add: Any, content: Path, fresh: Path) -> None:
    """A sidecar that was written first keeps what it says."""
    path = content / "reports/shili-qingshan/2016.yml"
    path.write_text("note: 示例\n", "utf-8")
    assert add(fresh, "--source-url", "https://www.example.org/nb.html").exit_code == 0
    assert load_yaml(path, Sidecar).note == "示例"


def test_a_page_without_a_known_ending_gets_one(add: Any, content: Path, tmp_path: Path) -> None:
    """A page served as .aspx is read as the page it is, and stands in the archive as .html."""
    path = tmp_path / "年报.aspx"
    path.write_bytes(page(2016))
    assert add(path).exit_code == 0
    assert "reports/shili-qingshan/2016.html" in reports(content)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("示例县清山镇人民政府", ["示例县青山镇人民政府（shili-qingshan）"]),
        ("示例县青山镇政府", ["示例县青山镇人民政府（shili-qingshan）"]),
        ("示例省示例县青山乡人民政府", ["示例县青山镇人民政府（shili-qingshan）"]),
        ("示例县白水镇人民政府", []),
        ("示例市示例区人民政府", []),
    ],
)
def test_a_name_that_nearly_matches_is_asked_about(
    add: Any, content: Path, tmp_path: Path, name: str, near: list[str]
) -> None:
    """The registered bodies with nearly that name are named, with what to do if it is one of them; others are not."""
    path = tmp_path / "报告.txt"
    path.write_text(report_text(2016, agency=name), "utf-8")
    result = add(path)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    told = re.search("名称相近的：(.*?)，若是同一机关，请把「(.*?)」加进它的 aliases", result.stderr)
    assert ([told[1], told[2]] if told else []) == [*near, *([name] if near else [])]
    assert "name: " in result.stdout


def test_an_id_that_nearly_matches_is_asked_about(add: Any, tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_text("政府信息公开工作年度报告\n" + report_text(2016).partition("\n")[2], "utf-8")
    assert "相近的有 shili-qingshan" in add(path, "--agency", "shili-qinshan").stderr


def test_a_faulty_sidecar_is_not_written_anew(add: Any, content: Path, tmp_path: Path) -> None:
    """What was not understood in it would be lost: the maintainer mends it first, and nothing is written."""
    path = content / "reports/shili-qingshan/2022.yml"
    path.write_text("note: 示例\ncorections: []\n", "utf-8")
    other = tmp_path / "另一份.txt"
    other.write_text(report_text(2022, seed=9), "utf-8")
    result = add(other, "--replace")
    assert result.exit_code == 2
    assert "是不是「corrections」？" in result.stderr
    assert path.read_text("utf-8") == "note: 示例\ncorections: []\n"


def test_two_additions_do_not_write_at_once(
    add: Any, content: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process puts its file in place, this one waits; in the end it says who is at work."""
    monkeypatch.setattr("generator.add._PATIENCE", 0.2)
    hold = "import sys; from pathlib import Path; from generator.lock import held\n"
    hold += "with held([Path(sys.argv[1])]): print('held', flush=True); sys.stdin.read()"
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", hold, str(content / "reports")]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        result = add(fresh)
        assert add("--dry-run", fresh).exit_code == 0
        other.communicate()
    assert result.exit_code == 2
    assert f"另一个 nianbao 正在写这里（进程 {other.pid}" in result.output
    assert add(fresh).exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc what a number stands for")
def test_what_was_added_is_on_the_disk(add: Any, content: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Report and sidecar are synced before they get their names, and the names after: there may be no other copy."""
    synced: list[tuple[str, bool]] = []
    place = content / "reports/shili-qingshan"

    def noted(number: int) -> None:
        synced.append((os.path.basename(os.readlink(f"/proc/self/fd/{number}")), (place / "2016.txt").exists()))

    monkeypatch.setattr("os.fsync", noted)
    assert add("--source-url", "https://example.org/2016", fresh).exit_code == 0
    own = os.getpid()
    assert synced == [(f".tmp-{own}-2016.yml", False), (f".tmp-{own}-2016.txt", False), (place.name, True)]


def without_year_in_the_title(year: int) -> str:
    """A report whose year only 总体情况 tells."""
    title, rest = report_text(year).split("\n", 1)
    assert "一、总体情况" in rest
    rest = re.sub(r"(?m)^.*12月31日.*$", "", rest)
    return "\n".join(
        [title.replace(f"{year}年", ""), rest.replace("一、总体情况", f"一、总体情况\n{year}年工作有序。", 1)]
    )


def test_a_year_that_the_text_speaks_against_is_told(add: Any, content: Path, tmp_path: Path) -> None:
    """Where the year stands in no place that decides, the maintainer's word counts, and the other year is told."""
    path = tmp_path / "报告.txt"
    path.write_text(without_year_in_the_title(2016), "utf-8")
    result = add(path, "--year", "2015")
    assert result.exit_code == 0, result.output
    assert "提示：总体情况里提到的唯一年度是 2016 年，--year 给的是 2015 年" in result.output
    assert "--year" not in add(path, "--year", "2016", "--replace", "--dry-run").output.replace("--year 2016", "")


def test_one_file_is_not_put_under_two_years(add: Any, content: Path, tmp_path: Path) -> None:
    """The same bytes under another year of the body: refused with the other place, unless a sidecar confirms it."""
    path = tmp_path / "报告.txt"
    path.write_text(without_year_in_the_title(2016), "utf-8")
    assert add(path).exit_code == 0
    before = reports(content)
    again = add(path, "--year", "2015")
    assert again.exit_code == 2
    assert "同一个文件已经作为 2016 年度的报告在档案里" in again.stderr
    assert reports(content) == before
    (content / "reports/shili-qingshan/2015.yml").write_text("confirm: [year]\n", "utf-8")
    assert add(path, "--year", "2015").exit_code == 0
