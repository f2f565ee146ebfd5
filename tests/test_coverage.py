"""Coverage: who has which year, who lacks it and why; what nobody looked into says nothing about the agency."""

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fictional import REGISTRY, report_text, write_report
from lxml import html

from generator.archive import load_registry
from generator.cli import main
from generator.errors import ConfigError
from generator.pipeline import gather
from generator.site.build import build
from generator.site.coverage import STATES, Coverage
from generator.site.model import Archive

COUNTY = "    aliases: []\n"  # the last line of the registry: of 示例县人民政府
UNPUBLISHED = "{year: 2021, reason: unpublished, note: 县政府网站年报栏目, checked: 2024-05-06}"


def registered(content: Path, more: str) -> Path:
    """The registry with more said of the county."""
    (content / "agencies.yml").write_text(REGISTRY + more, "utf-8")
    return content


def archive_of(content: Path) -> Archive:
    return gather(content, content.parent / "no-config", 1, lambda *_: None)


def states(content: Path, agency: str = "shili-xian") -> dict[int, str]:
    return {place.year: place.state.key for place in Coverage(archive_of(content)).rows[agency]}


def pages_of(content: Path) -> dict[str, str]:
    return {page.path: page.data.decode() for page in build(archive_of(content))}


def cells(page: str) -> dict[str, dict[str, str]]:
    """Agency → year → what its cell of the matrix says, as a reader without colours gets it."""
    found: dict[str, dict[str, str]] = {}
    for body in html.fromstring(page.split("---\n", 2)[2]).xpath("//table[contains(@class, 'nb-matrix')]/tbody"):
        head, *rows = body.findall("tr")
        years = [cell.text_content() for cell in head.xpath("th[@scope='col']")]
        for row in rows:
            said = [cell.text_content() for cell in row.findall("td")]
            found[row.find("th").text_content()] = dict(zip(years, said, strict=True))
    return found


# --- states ---------------------------------------------------------------------------------------------------------


def test_what_nobody_looked_into_is_not_collected(content: Path) -> None:
    """The years run from the first to the last of the archive, for every agency; a gap is 未收录, and no more."""
    assert states(content) == {2020: "uncollected", 2021: "uncollected", 2022: "held"}
    assert states(content, "shili-qingshan") == {2020: "held", 2021: "uncollected", 2022: "held"}
    assert "不说明机关有没有公布" in STATES["uncollected"].rule


def test_each_known_reason_has_its_state(content: Path) -> None:
    """Before the first year: inapplicable; noted by a person: that; a refused file: unreadable, with its reason."""
    registered(content, f"    since: 2021\n    missing:\n      - {UNPUBLISHED}\n")
    assert states(content) == {2020: "inapplicable", 2021: "unpublished", 2022: "held"}
    write_report(content, "shili-qingshan", 2021, "")
    assert states(content, "shili-qingshan")[2021] == "unreadable"
    place = Coverage(archive_of(content)).rows["shili-qingshan"][1]
    assert place.reason == "读不出（文件是空的）"


def test_after_its_end_a_body_has_no_report_to_make(content: Path) -> None:
    (content / "reports/shili-xian/2022.txt").rename(content / "reports/shili-xian/2020.txt")
    text = report_text(2020, "示例县人民政府", seed=4, shape=("2021", True))
    write_report(content, "shili-xian", 2020, text)
    registered(content, "    until: 2020\n")
    assert states(content) == {2020: "held", 2021: "inapplicable", 2022: "inapplicable"}


def test_years_of_refused_files_count_and_those_of_stray_ones_do_not(content: Path) -> None:
    """A file that was refused is of a year of the archive; a misnamed file, or a sidecar alone, is of none."""
    write_report(content, "shili-xian", 2019, "")
    write_report(content, "shili-xian", 2099, report_text(2022))
    (content / "reports/shili-xian/2017.yml").write_text("note: 示例\n", "utf-8")
    write_report(content, "nobody", 2016, report_text(2016))
    found = states(content)
    assert (min(found), max(found)) == (2019, 2022)
    assert found[2019] == "unreadable"


def test_a_report_whose_sidecar_is_broken_is_not_read(content: Path) -> None:
    (content / "reports/shili-xian/2022.yml").write_text("note: [\n", "utf-8")
    assert states(content)[2022] == "unreadable"


def test_an_archive_without_reports_has_no_matrix(content: Path) -> None:
    shutil.rmtree(content / "reports")
    assert Coverage(archive_of(content)).years == []
    assert "还没有报告" in pages_of(content)["coverage/index.md"]


# --- the registry ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ("    since: 2021\n    missing:\n      - {year: 2020, reason: uncollected}\n", 20, "since 至 until 以外"),
        ("    until: 2022\n    missing:\n      - {year: 2023, reason: uncollected}\n", 20, "since 至 until 以外"),
        ("    since: 2023\n", 18, "与 since: 2023 矛盾"),
        ("    until: 2021\n", 18, "与 until: 2021 矛盾"),
        ("    since: 2023\n    until: 2021\n", 19, "晚于 until"),
        ("    missing:\n      - year: 2021\n        reason: unpublished\n", 20, "checked"),
        ("    missing:\n      - {year: 2021, reason: unpublished, note: 示例, checked: 去年}\n", 19, "不是日期"),
        ("    missing:\n      - {year: 2021, reason: lost}\n", 19, "只能是"),
        ("    missing:\n      - year: 2021\n", 19, "缺少"),
        ("    missing:\n      - {year: 1999, reason: uncollected}\n", 19, "missing 第 1 项的 year"),
        ("    missing:\n" + "      - {year: 2021, reason: uncollected}\n" * 2, 20, "写了两次"),
        ("    since: 去年\n", 18, "since"),
    ],
)
def test_nonsense_is_refused_with_its_line(content: Path, more: str, line: int, said: str) -> None:
    """What contradicts itself or the files that are there stops the build, with line and sentence in Chinese."""
    assert REGISTRY.endswith(COUNTY)
    registered(content, more)
    with pytest.raises(ConfigError) as error:
        load_registry(content)
    assert f"第 {line} 行" in str(error.value)
    assert said in str(error.value)


def test_an_entry_that_a_file_contradicts_is_told_and_left_out(content: Path) -> None:
    """The registry is read all the same, the entry is not in it, and its line is known. An unreadable file is there,
    too: whether it can be read is for the program to say. A folder is no report."""
    write_report(content, "shili-xian", 2021, "")
    (content / "reports/shili-xian/2019").mkdir()
    more = "      - {year: 2019, reason: uncollected}\n      - {year: 2022, reason: uncollected}\n"
    registry = load_registry(registered(content, f"    missing:\n      - {UNPUBLISHED}\n{more}"))
    assert [one.year for one in registry.by_id["shili-xian"].missing] == [2019]
    assert [(one.agency, one.year, one.line) for one in registry.stale] == [
        ("shili-xian", 2021, 19),
        ("shili-xian", 2022, 21),
    ]
    assert states(content)[2021] == "unreadable"


def test_build_and_check_tell_of_an_entry_that_a_report_contradicts(content: Path, tmp_path: Path) -> None:
    """Both go on; the terminal says file, line and what to do. In JSON it is a notice like the others."""
    registered(content, "    missing:\n      - {year: 2022, reason: uncollected}\n")
    said = f"{content}/agencies.yml：第 19 行 机关「shili-xian」的 2022 年度报告已经在档案里"
    folders = [f"--{name}={tmp_path / name}" for name in ("store", "docs", "site-dir")]
    built = CliRunner().invoke(main, ["build", f"--content={content}", "--jobs=1", *folders])
    assert (built.exit_code, said in built.stderr) == (0, True), built.output
    checked = CliRunner().invoke(main, ["check", f"--content={content}"])
    assert (checked.exit_code, said in checked.stdout) == (0, True), checked.output
    notices = json.loads(CliRunner().invoke(main, ["check", f"--content={content}", "--format=json"]).stdout)["notices"]
    [stale] = [notice for notice in notices if notice["code"] == "missing-stale"]
    assert (stale["agency"], stale["year"], stale["file"], stale["place"]) == (
        "shili-xian", 2022, "agencies.yml", "第 19 行",
    )  # fmt: skip


def test_adding_what_is_said_to_be_missing_tells_of_it(content: Path, tmp_path: Path) -> None:
    """The report that was found at last goes in; the entry to take out is named at once."""
    registered(content, f"    missing:\n      - {UNPUBLISHED}\n")
    file = tmp_path / "示例.txt"
    file.write_text(report_text(2021, "示例县人民政府", seed=4, shape=("2021", True)), "utf-8")
    result = CliRunner().invoke(main, ["add", "--content", str(content), str(file)])
    assert result.exit_code == 0, result.output
    assert "missing 还写着 2021 年，请删去这一项" in result.output
    assert (content / "reports/shili-xian/2021.txt").exists()


# --- pages and data -------------------------------------------------------------------------------------------------


def test_the_matrix_says_all_in_words(content: Path) -> None:
    """Each cell has a mark and words; reports link to their page; the same on the page of the province."""
    registered(content, f"    since: 2021\n    missing:\n      - {UNPUBLISHED}\n")
    pages = pages_of(content)
    found = cells(pages["coverage/index.md"])
    assert found["示例县人民政府"] == {"2022": "✓勾稽一致", "2021": "○未发布原因", "2020": "／不适用"}
    assert found["示例县青山镇人民政府"]["2021"] == "·未收录"
    assert cells(pages["coverage/990000.md"]) == found
    links = html.fromstring(pages["coverage/index.md"].split("---\n", 2)[2]).xpath("//td/a/@href")
    assert "../a/shili-xian/2022/" in links
    assert "../a/shili-xian/#lacking" in links


def test_agencies_stand_under_their_region_the_higher_first(content: Path) -> None:
    assert list(cells(pages_of(content)["coverage/index.md"])) == ["示例县人民政府", "示例县青山镇人民政府"]


def test_the_counts_are_those_of_the_matrix(content: Path) -> None:
    """By year and by region, each agency-year once; what is inapplicable is not asked for."""
    registered(content, f"    since: 2021\n    missing:\n      - {UNPUBLISHED}\n")
    coverage = Coverage(archive_of(content))
    counts = {year: (count.due, count.held, count.absent["unpublished"]) for year, count in coverage.by_year()}
    assert counts == {2022: (2, 2, 0), 2021: (2, 0, 1), 2020: (1, 1, 0)}
    [(code, agencies, count)] = coverage.by_region()
    assert (code, agencies, count.due, count.held, count.absent["inapplicable"]) == ("990000", 2, 5, 3, 1)
    assert [code for code, *_ in coverage.by_region("990000")] == ["990000", "990100", "990101"]
    assert sum(count.absent.values()) + count.held == 6


def test_the_agency_page_lists_its_missing_years(content: Path) -> None:
    """Years in a row with the same reason are one line; what a person noted stands there with day and place."""
    registered(content, f"    missing:\n      - {UNPUBLISHED}\n      - {{year: 2018, reason: uncollected}}\n")
    page = html.fromstring(pages_of(content)["a/shili-xian/index.md"].split("---\n", 2)[2])
    assert [item.text_content() for item in page.xpath("//ul[@id='lacking']/li")] == [
        "2021 年度：未发布（县政府网站年报栏目，2024-05-06 查）",
        "2020、2018 年度：未收录",
    ]
    other = pages_of(registered(content, ""))
    assert (
        "2020 至 2021 年度：未收录"
        in html.fromstring(other["a/shili-xian/index.md"].split("---\n", 2)[2]).text_content()
    )


def test_an_agency_that_lacks_nothing_says_nothing(content: Path) -> None:
    shutil.rmtree(content / "reports/shili-qingshan")
    assert "lacking" not in pages_of(content)["a/shili-xian/index.md"]


def test_the_table_has_a_row_for_each_agency_and_year(content: Path) -> None:
    """coverage.csv is the matrix: state, verdict, note and day."""
    registered(content, f"    since: 2021\n    missing:\n      - {UNPUBLISHED}\n")
    rows = list(csv.DictReader(io.StringIO(pages_of(content)["data/coverage.csv"], newline="")))
    assert [(r["agency_id"], r["year"], r["state"]) for r in rows] == [
        ("shili-qingshan", "2020", "held"),
        ("shili-qingshan", "2021", "uncollected"),
        ("shili-qingshan", "2022", "held"),
        ("shili-xian", "2020", "inapplicable"),
        ("shili-xian", "2021", "unpublished"),
        ("shili-xian", "2022", "held"),
    ]
    assert (rows[4]["note"], rows[4]["checked"], rows[4]["verdict"]) == ("县政府网站年报栏目", "2024-05-06", "")
    assert rows[5]["verdict"] == "consistent"


def test_a_note_stays_text(content: Path) -> None:
    """A note of the registry reaches the page as text only."""
    note = '<script>x</script> " onclick="x'
    said = f"{{year: 2021, reason: uncollected, note: '{note}'}}"
    pages = pages_of(registered(content, f"    missing:\n      - {said}\n"))
    for name in ("coverage/index.md", "a/shili-xian/index.md"):
        assert "<script" not in pages[name]
        assert not re.search(r'[^&#0-9;]onclick="', pages[name])


def test_many_agencies_stand_on_the_pages_of_their_provinces(content: Path) -> None:
    """Above 300 agencies the first page keeps the counts and leads on; nothing is left out on the others."""
    entry = '  - {{id: shili-{0}, name: 示例{0}局, level: county, kind: department, region: "990101"}}\n'
    pages: dict[str, Any] = pages_of(registered(content, "".join(entry.format(n) for n in range(300))))
    assert cells(pages["coverage/index.md"]) == {}
    assert len(cells(pages["coverage/990000.md"])) == 302
