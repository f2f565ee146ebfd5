"""A file that is there and cannot be read has a page: why, what to do, where it is from, and not one number."""

import csv
import io
from pathlib import Path

import pytest
from fictional import report_text, write_report
from lxml import etree, html

from generator.pipeline import gather
from generator.site.build import build
from generator.site.model import Archive
from generator.site.write import write_docs

PAGE = "a/shili-xian/2022.md"
BESIDE = "a/shili-xian/2022/"


def archive_of(content: Path) -> Archive:
    return gather(content, content.parent / "no-config", 1, lambda *_: None)


def pages_of(content: Path) -> dict[str, str]:
    return {page.path: page.data.decode() for page in build(archive_of(content))}


def element(page: str) -> html.HtmlElement:
    return html.fromstring(page.split("---\n", 2)[2])


def rows(page: str) -> dict[tuple[str, str], dict[str, str]]:
    return {(row["agency_id"], row["year"]): row for row in csv.DictReader(io.StringIO(page, newline=""))}


@pytest.fixture
def spoilt(content: Path) -> Path:
    """The archive whose report of 示例县 for 2022 is an empty file; the sidecar knows where it is from."""
    (content / "reports/shili-xian/2022.txt").write_bytes(b"")
    (content / "reports/shili-xian/2022.yml").write_text("source_url: https://example.org/nb.html\n", "utf-8")
    return content


def test_its_page_says_why_and_what_to_do(spoilt: Path) -> None:
    """Verdict, file, reason, hint and address stand on the page; it is a page of the agency like every other."""
    [refusal] = archive_of(spoilt).refused
    page = element(pages_of(spoilt)[PAGE])
    told = page.text_content()
    for said in ("未能读取", "reports/shili-xian/2022.txt", refusal.what, refusal.hint):
        assert said in told
    assert page.xpath("//a[@href='https://example.org/nb.html' and @rel='noopener nofollow']")
    assert page.xpath("//a[@href='../../../a/shili-xian/']")


def test_no_number_of_an_earlier_file_stays(content: Path, tmp_path: Path) -> None:
    """Built once with figures and once without: no table, no data.json, no data.csv, no cell in any file."""
    docs = tmp_path / "docs"
    write_docs(docs, build(archive_of(content)))
    assert (docs / BESIDE / "data.json").is_file()
    (content / "reports/shili-xian/2022.txt").write_bytes(b"")
    write_docs(docs, build(archive_of(content)))
    assert sorted(path.name for path in (docs / BESIDE).iterdir()) == ["badge.svg"]
    assert "nb-table" not in (docs / PAGE).read_text("utf-8")
    assert ("shili-xian", "2022") not in rows((docs / "data/cells.csv").read_text("utf-8"))


def test_its_badges_say_it(spoilt: Path) -> None:
    """Beside the page, and for the agency, whose latest file it is."""
    pages = pages_of(spoilt)
    for path in (f"{BESIDE}badge.svg", "a/shili-xian/badge.svg"):
        title = etree.fromstring(pages[path]).get("aria-label")
        assert title == "示例县人民政府 2022 年政府信息公开工作年度报告：未能读取"
    write_report(spoilt, "shili-xian", 2023, report_text(2023, "示例县人民政府"))
    assert "2023" in (etree.fromstring(pages_of(spoilt)["a/shili-xian/badge.svg"]).get("aria-label") or "")


@pytest.mark.parametrize(
    ("page", "start"),
    [("a/shili-xian/index.md", "../../"), ("r/990000.md", "../../"), ("coverage/index.md", "../"),
     ("coverage/990000.md", "../../"), ("findings/index.md", "../")],
)  # fmt: skip
def test_every_list_leads_to_it(spoilt: Path, page: str, start: str) -> None:
    """The agency's page, its region, the coverage and the list of what could not be read."""
    assert element(pages_of(spoilt)[page]).xpath(f"//a[@href='{start}a/shili-xian/2022/']")


def test_other_years_lead_to_it(spoilt: Path) -> None:
    write_report(spoilt, "shili-xian", 2023, report_text(2023, "示例县人民政府"))
    pages = pages_of(spoilt)
    assert element(pages["a/shili-xian/2023.md"]).xpath("//p[@class='nb-years']/a[contains(@href, '/2022/')]")
    assert element(pages[PAGE]).xpath("//p[@class='nb-years']/a[contains(@href, '/2023/')]")


def test_the_tables_have_a_row_for_it(spoilt: Path) -> None:
    """reports.csv: the verdict, who and where from, and nothing else; coverage.csv: state and verdict."""
    pages = pages_of(spoilt)
    row = rows(pages["data/reports.csv"])["shili-xian", "2022"]
    said = {key: value for key, value in row.items() if value}
    assert said == {
        "agency_id": "shili-xian", "year": "2022", "agency": "示例县人民政府", "region": "990101",
        "region_name": "示例省示例市示例县", "verdict": "unreadable", "source_url": "https://example.org/nb.html",
    }  # fmt: skip
    place = rows(pages["data/coverage.csv"])["shili-xian", "2022"]
    assert (place["state"], place["verdict"], place["note"]) == ("unreadable", "unreadable", "文件是空的")
    assert list(rows(pages["data/reports.csv"])) == sorted(rows(pages["data/reports.csv"]))


def test_the_home_page_counts_it(spoilt: Path) -> None:
    """Once for the agency-year, however many files stand for it; a stray file is none."""
    (spoilt / "reports/shili-xian/2022.html").write_text("<p>示例</p>", "utf-8")
    write_report(spoilt, "nobody", 2022, "")
    legend = element(pages_of(spoilt)["index.md"]).xpath("//ul[@class='nb-legend']/li[contains(., '未能读取')]")
    assert legend[0].xpath("string(.//span[@class='nb-count'])") == "1 份"
    page = element(pages_of(spoilt)[PAGE]).text_content()
    assert "2022.html" in page
    assert "2022.txt" in page


def test_what_a_name_says_stays_text(content: Path) -> None:
    """A file's name reaches the page as text only."""
    (content / "reports/shili-xian/2021.<img src=x onerror=alert(1)>").write_bytes(b"x")
    page = pages_of(content)["a/shili-xian/2021.md"]
    assert "<img src=x" not in page
    assert "onerror=alert(1)" in element(page).text_content()


def test_a_slip_in_a_sidecar_is_the_archives_own(content: Path) -> None:
    """Readers are told that the words beside the report are wrong, not how YAML is written; the terminal tells that."""
    (content / "reports/shili-xian/2022.yml").write_text("note: [a\n  b: c\n", "utf-8")
    [refusal] = archive_of(content).refused
    assert "方括号" in refusal.what
    pages = pages_of(content)
    for path in (PAGE, "a/shili-xian/index.md", "coverage/index.md"):
        assert "方括号" not in pages[path]
        assert "旁注有误，待改正" in pages[path]
    assert "本站改正以后" in element(pages[PAGE]).text_content()
    assert rows(pages["data/coverage.csv"])["shili-xian", "2022"]["note"] == "旁注有误，待改正"
