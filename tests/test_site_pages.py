"""Pages: what a citizen sees is what the reports say, every link leads somewhere, and the data files agree."""

import csv
import hashlib
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from fictional import REGISTRY, report_text, write_report
from index_reader import Reader
from lxml import html
from places import ROOT
from samples import AGENCY, make_sample
from sheet import lay_out

from generator.checks import CHECKS
from generator.demo.archive import Options, write_demo
from generator.demo.writers.tabs import as_tabs
from generator.form import Leaf, Table
from generator.pipeline import Built, Folders, gather
from generator.search import fold
from generator.site.build import build, relative, url_of
from generator.site.entries import entries
from generator.site.model import AgencyYear, Archive
from generator.site.tables import statutory_table
from generator.site.write import write_docs
from generator.store import load, record_path
from generator.verify import check_site

Site = tuple[Folders, Built]
LISTS = ("reports", "cells", "findings", "agencies", "coverage", "checks")
PUBLISHED = (*(f"{name}.csv" for name in LISTS), "report.schema.json", "datapackage.json")


def archive_of(content: Path) -> Archive:
    return gather(content, content.parent / "no-config", 1, lambda *_: None)


def pages_of(content: Path) -> dict[str, bytes]:
    pages = list(build(archive_of(content)))
    assert len({page.path for page in pages}) == len(pages)
    return {page.path: page.data for page in pages}


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


# --- build(): values in, values out -----------------------------------------------------------------------------------


def test_the_same_archive_gives_the_same_bytes(content: Path) -> None:
    """Two builds of one content folder are equal byte for byte, in the same order."""
    assert list(pages_of(content).items()) == list(pages_of(content).items())


def test_building_changes_nothing_in_the_archive(content: Path, tmp_path: Path) -> None:
    """build() has no side effect: the archive builds the same a second time, and no file appears."""
    archive = archive_of(content)
    before = sorted(tmp_path.rglob("*"))
    assert list(build(archive)) == list(build(archive))
    assert sorted(tmp_path.rglob("*")) == before


def test_where_the_content_stands_does_not_matter(content: Path, tmp_path: Path) -> None:
    """The same content in a folder of another depth gives the same pages."""
    other = tmp_path / "a" / "b" / "content"
    shutil.copytree(content, other)
    assert pages_of(other) == pages_of(content)


def test_every_agency_year_has_its_page_and_data(content: Path) -> None:
    """The promised addresses are there, for agencies without a report too."""
    (content / "agencies.yml").write_text(
        REGISTRY + '  - id: shili-zhen\n    name: 示例县白水镇\n    level: township\n    region: "990101"\n', "utf-8"
    )
    pages = pages_of(content)
    for agency, year in (("shili-qingshan", 2020), ("shili-qingshan", 2022), ("shili-xian", 2022)):
        assert {f"a/{agency}/{year}.md", f"a/{agency}/{year}/data.json", f"a/{agency}/{year}/data.csv"} <= set(pages)
    assert {f"a/{agency}/index.md" for agency in ("shili-qingshan", "shili-xian", "shili-zhen")} <= set(pages)
    assert {f"data/{name}" for name in PUBLISHED} <= set(pages)
    assert "还没有收录报告" in pages["a/shili-zhen/index.md"].decode()


def test_an_archive_of_one_year_has_all_pages(content: Path) -> None:
    """One report of one agency is an archive: page, charts of one bar, region, data."""
    shutil.rmtree(content / "reports/shili-qingshan")
    pages = pages_of(content)
    assert "各年：" not in pages["a/shili-xian/2022.md"].decode()
    assert pages["a/shili-xian/index.md"].decode().count("data-values=") == 3
    assert len(rows_of(pages["data/reports.csv"])) == 1


def test_an_archive_without_a_report_has_all_pages(content: Path) -> None:
    """A registry alone is an archive: no page fails for want of a report."""
    shutil.rmtree(content / "reports")
    pages = pages_of(content)
    assert {"index.md", "findings/index.md", "checks/index.md", "r/index.md", "data/index.md"} <= set(pages)
    assert rows_of(pages["data/cells.csv"]) == []


def test_refused_files_are_listed_for_everybody(content: Path) -> None:
    """The page of results names each file that could not be read, with reason and remedy; the badge counts them."""
    write_report(content, "shili-xian", 2019, "")
    write_report(content, "shili-xian", 2018, "一份通知")
    page = html.fromstring(pages_of(content)["findings/index.md"].decode()).text_content()
    for year in (2018, 2019):
        assert f"reports/shili-xian/{year}.txt" in page
    for said in ("文件是空的", "请重新取得原件", "2 个文件未能读取"):
        assert said in page


def test_a_removed_report_leaves_no_page(content: Path, tmp_path: Path) -> None:
    """Writing the docs again without a report removes its page and data, and touches nothing unchanged."""
    docs = tmp_path / "docs"
    write_docs(docs, build(archive_of(content)))
    kept = docs / "a/shili-qingshan/2020.md"
    before = kept.stat().st_mtime_ns
    (content / "reports/shili-xian/2022.txt").unlink()
    write_docs(docs, build(archive_of(content)))
    assert not (docs / "a/shili-xian/2022.md").exists()
    assert not (docs / "a/shili-xian/2022").exists()
    told = docs / "data/coverage.csv"  # that lists what is not there
    assert not [path for path in docs.rglob("*.csv") if path != told and b"shili-xian,2022" in path.read_bytes()]
    assert "shili-xian,2022,示例县人民政府,990101,示例省示例市示例县,uncollected,," in told.read_text("utf-8")
    assert kept.stat().st_mtime_ns == before


def test_one_changed_figure_changes_only_what_shows_it(content: Path) -> None:
    """A new number of one report changes its page, its data and the lists, and no other report's page."""
    before = pages_of(content)
    path = content / "reports/shili-qingshan/2022.txt"
    text = path.read_text("utf-8")
    path.write_text(text.replace("\n\t行政许可\n\t", "\n\t行政许可\n\t7", 1), "utf-8")
    after = pages_of(content)
    changed = {name for name in before if before[name] != after[name]}
    assert set(before) == set(after)
    assert {"a/shili-qingshan/2022.md", "a/shili-qingshan/2022/data.json", "data/cells.csv"} <= changed
    assert not [name for name in changed if name.startswith(("a/shili-xian/", "a/shili-qingshan/2020"))]


@pytest.mark.parametrize("path", ["index.md", "about.md", "a/x/2022.md", "a/x/index.md", "r/index.md"])
def test_addresses_are_folders_and_links_are_relative(path: str) -> None:
    """A page's address ends in a slash or is the root, and the way from it to any other is relative."""
    here = url_of(path)
    assert here == "" or here.endswith("/")
    assert not relative(here, "a/y/").startswith("/")
    parts = relative(here, "a/y/").split("/")
    assert parts.count("..") == here.count("/")


# --- statutory tables -----------------------------------------------------------------------------------------------


def grid(markup: str) -> list[list[html.HtmlElement]]:
    """A table with its spans laid out: the element that covers each row and column."""
    laid: dict[tuple[int, int], html.HtmlElement] = {}
    for y, row in enumerate(html.fromstring(markup).findall(".//tr")):
        x = 0
        for cell in row:
            while (y, x) in laid:
                x += 1
            for down in range(int(cell.get("rowspan", "1"))):
                for across in range(int(cell.get("colspan", "1"))):
                    assert (y + down, x + across) not in laid, "two cells on one place"
                    laid[y + down, x + across] = cell
    height, width = max(y for y, _ in laid) + 1, max(x for _, x in laid) + 1
    assert len(laid) == height * width, "a hole in the table"
    return [[laid[y, x] for x in range(width)] for y in range(height)]


def words(cell: html.HtmlElement) -> str:
    return "".join(text for text in cell.itertext() if text != "✗")


def agency_years(site: Site) -> list[AgencyYear]:
    return site[1].archive.years


def tables_of(one: AgencyYear) -> Iterator[tuple[Table, list[list[html.HtmlElement]]]]:
    assert one.form
    for table in one.form.tables:
        yield table, grid(str(statutory_table(one, table)))


def test_statutory_tables_have_every_row_and_column(site: Site) -> None:
    """With its spans laid out each table has all statutory labels over and beside its figures, in printed order."""
    for one in agency_years(site):
        for table, laid in tables_of(one):
            columns, rows = table.column_leaves, printed_rows(one, table)
            head, body = laid[: len(laid) - len(rows)], laid[len(laid) - len(rows) :]
            for x, column in enumerate(columns, start=-len(columns)):
                over = [words(row[x]) for row in head]
                assert [label for item in column.trail for label in over if label.startswith(item.label)] != []
                assert over[-1].startswith(column.item.label)
                assert all(item.label in over for item in column.trail[:-1])
            for row, line in zip(rows, body, strict=True):
                beside = [words(cell) for cell in line[: -len(columns)]]
                assert list(dict.fromkeys(beside)) == [item.label for item in row.trail if item.label]


def printed_rows(one: AgencyYear, table: Table) -> list[Leaf]:
    """The rows of a report in printed order, with a group that it prints as one row as one."""
    cells = one.report.cells
    as_one = [g for g in table.collapsible_rows if any(path.startswith(f"{table.key}/{g.path}/") for path in cells)]
    rows: list[Leaf] = []
    for leaf in table.row_leaves:
        group = next((group for group in as_one if leaf.path.startswith(f"{group.path}.")), leaf)
        if group not in rows:
            rows.append(group)
    return rows


def test_statutory_tables_hold_every_figure_in_its_place(site: Site) -> None:
    """Each cell of each table of each report shows that report's figure, a blank as nothing, an unread one as ？."""
    tried = 0
    for one in agency_years(site):
        for table, laid in tables_of(one):
            rows = printed_rows(one, table)
            for row, line in zip(rows, laid[-len(rows) :], strict=True):
                for column, shown in zip(table.column_leaves, line[-len(table.column_leaves) :], strict=True):
                    cell = one.report.cells.get(f"{table.key}/{row.path}/{column.path}")
                    if cell is None or (cell.value is None and cell.raw.strip("/-— ")):
                        assert words(shown) == "？"
                    elif cell.value is None:
                        assert words(shown) == cell.raw
                    else:
                        # Where the form prints no unit, the office's own is part of the figure.
                        assert words(shown) == (str(cell.value) if table.unit_of(column) else cell.raw)
                    tried += 1
    assert tried > 2000


def test_failing_cells_are_marked_with_their_finding(site: Site) -> None:
    """洪泽区 2023: the ten cells of its two failing sums are marked, each with a link to the sentence, and no other."""
    folders, built = site
    one = next(one for one in built.archive.years if (one.agency.id, one.year) == ("hongze", 2023))
    page = html.parse(folders.site / "a/hongze/2023/index.html").getroot()
    marked = page.xpath("//td[contains(@class, 'nb-fail')][not(contains(@class, 'nb-number'))]")
    failed = {path for finding in one.with_status("fail") for path in (*finding.left, *finding.right)}
    assert len(marked) == len(failed) == 10
    targets = {cell.find("a").get("href") for cell in marked}
    assert targets == {f"#f-{finding.id}" for finding in one.with_status("fail")}
    for target in targets:
        [note] = page.xpath(f"//*[@id='{target[1:]}']")
        assert "相差" in note.text_content()


def test_a_report_without_failures_marks_nothing(site: Site) -> None:
    """No mark stands where no sum fails."""
    for one in agency_years(site):
        if not one.with_status("fail"):
            page = html.parse(site[0].site / one.url / "index.html").getroot()
            assert not page.xpath("//td[contains(@class, 'nb-fail')]")


# --- the built site -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def documents(site: Site) -> dict[str, html.HtmlElement]:
    """Address → every HTML page of the built site."""
    folder = site[0].site
    return {path.relative_to(folder).as_posix(): html.parse(path).getroot() for path in sorted(folder.rglob("*.html"))}


def links(page: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for name in ("href", "src", "srcset", "action", "data", "poster"):
        for element in page.iter():
            if isinstance(element.tag, str) and element.get(name) is not None:
                yield name, element.get(name)


def test_every_internal_link_leads_somewhere(site: Site, documents: dict[str, html.HtmlElement]) -> None:
    """Every page, file and anchor that any page points to exists."""
    folder = site[0].site.resolve()
    broken = []
    tried = 0
    for name, page in documents.items():
        if name == "404.html":
            continue  # its links start at the root of the site: tested below
        for _, link in links(page):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            tried += 1
            target = (folder / name).parent / unquote(parts.path) if parts.path else folder / name
            target = target.resolve()
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or not target.is_relative_to(folder):
                broken.append((name, link))
            elif parts.fragment and target.suffix == ".html":
                other = documents[target.relative_to(folder).as_posix()]
                if not other.xpath("//*[@id=$name]", name=unquote(parts.fragment)):
                    broken.append((name, link))
    assert not broken
    assert tried > 1000


def test_the_page_for_lost_readers_leads_back(site: Site, documents: dict[str, html.HtmlElement]) -> None:
    """The links of the 404 page, which is shown at any address, lead to pages that exist."""
    found = [urlsplit(link).path for name, link in links(documents["404.html"]) if name == "href"]
    pages = [path for path in found if path.endswith("/")]
    assert pages
    assert all((site[0].site / unquote(path).lstrip("/") / "index.html").is_file() for path in pages)


def test_nothing_is_loaded_from_elsewhere(documents: dict[str, html.HtmlElement]) -> None:
    """No page loads or links to another origin, except to the source of a report."""
    for name, page in documents.items():
        for kind, link in links(page):
            if urlsplit(link).scheme in ("http", "https") or link.startswith("//"):
                element = page.xpath(f"//*[@{kind}=$link]", link=link)[0]
                assert (element.tag, element.get("rel")) == ("a", "noopener nofollow"), (name, link)


def test_styles_load_nothing_from_elsewhere(site: Site) -> None:
    """No style sheet of the site names another origin."""
    for path in site[0].site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(?:https?:)?//", path.read_text("utf-8")), path.name


def test_every_page_says_what_it_is(documents: dict[str, html.HtmlElement]) -> None:
    """Each page has a title of its own, one first heading and ids that are used once."""
    titles = [page.findtext(".//title") for page in documents.values()]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    for name, page in documents.items():
        assert len(page.findall(".//h1")) == 1, name
        ids = page.xpath("//body//@id")
        assert len(set(ids)) == len(ids), name


def test_published_files_are_there(site: Site) -> None:
    """Every address of the contract exists in the built site."""
    folder = site[0].site
    assert all((folder / "data" / name).is_file() for name in PUBLISHED)
    for one in agency_years(site):
        assert all((folder / one.url / name).is_file() for name in ("index.html", "data.json", "data.csv"))
        assert (folder / f"a/{one.agency.id}/index.html").is_file()


def test_published_json_is_the_store(site: Site) -> None:
    """data.json is byte for byte what the store holds, and what the store holds is the report."""
    folders, built = site
    for one in built.archive.years:
        stored = record_path(folders.store, one.agency.id, one.year)
        assert (folders.site / one.url / "data.json").read_bytes() == stored.read_bytes()
        assert load(stored) == one.report


def test_published_json_keeps_to_the_published_schema(site: Site) -> None:
    """report.schema.json is a valid schema and accepts every data.json."""
    folder = site[0].site
    schema = json.loads((folder / "data/report.schema.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    for one in agency_years(site):
        validator(schema).validate(json.loads((folder / one.url / "data.json").read_text("utf-8")))


def test_published_cells_are_all_cells(site: Site) -> None:
    """cells.csv and the data.csv files hold each cell of each report once, with its value."""
    folder = site[0].site
    cells = rows_of((folder / "data/cells.csv").read_bytes())
    expected = {
        (one.agency.id, str(one.year), path): "" if cell.value is None else str(cell.value)
        for one in agency_years(site)
        for path, cell in one.report.cells.items()
    }
    found = {(r["agency_id"], r["year"], "/".join((r["table"], r["row"], r["column"]))): r["value"] for r in cells}
    assert found == expected
    assert len(cells) == len(expected)
    single = [row for one in agency_years(site) for row in rows_of((folder / one.url / "data.csv").read_bytes())]
    assert single == cells


def test_published_lists_agree_with_the_archive(site: Site) -> None:
    """reports, findings, agencies and checks each have one row for each thing they list."""
    folder, archive = site[0].site / "data", site[1].archive
    rows = {name: rows_of((folder / f"{name}.csv").read_bytes()) for name in LISTS}
    assert [(r["agency_id"], int(r["year"]), r["verdict"]) for r in rows["reports"]] == [
        (one.agency.id, one.year, one.verdict.key) for one in archive.years
    ]
    assert [(r["check"], r["status"], r["message"]) for r in rows["findings"]] == [
        (f.check, f.status, f.message) for f in archive.all_findings()
    ]
    assert {r["agency_id"] for r in rows["agencies"]} == set(archive.registry.by_id)
    assert [r["check"] for r in rows["checks"]] == [check.id for check in CHECKS]
    assert {f.check for f in archive.all_findings()} <= {r["check"] for r in rows["checks"]}


def test_the_data_package_describes_the_files(site: Site) -> None:
    """Sizes, hashes and columns of datapackage.json are those of the files beside it."""
    folder = site[0].site / "data"
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert {resource["path"] for resource in package["resources"]} == {path.name for path in folder.glob("*.csv")}
    for resource in package["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
        header = next(csv.reader(io.StringIO(data.decode("utf-8"))))
        assert [field["name"] for field in resource["schema"]["fields"]] == header


def test_charts_carry_the_figures_of_their_table(documents: dict[str, html.HtmlElement]) -> None:
    """Each chart has the years and figures of the table beside it; 宿迁 shows 新收 and 上年结转 as reported."""
    tried = 0
    for name, page in documents.items():
        for chart in page.xpath("//*[@data-values]"):
            years = [text.strip() for text in chart.getparent().xpath(".//thead//th/text()")]
            rows = chart.getparent().xpath(".//tbody/tr")
            series = [line.split(" ") for line in chart.get("data-values").split(",")]
            assert years == [str(int(chart.get("data-from")) + i) for i in range(len(years))], name
            assert len(series) == len(rows), name
            for line, row in zip(series, rows, strict=True):
                shown = [re.sub(r".*（(.*)%）", r"\1", cell.text or "") or "-" for cell in row.findall("td")]
                # A count without a share has no bar.
                assert all(word in (cell, "-") for word, cell in zip(line, shown, strict=True)), name
                tried += 1
    assert tried > 20
    [received, *_] = documents["a/suqian/index.html"].xpath("//*[@data-values]")
    assert (received.get("data-chart"), received.get("data-from")) == ("received", "2023")
    assert received.get("data-values") == "96 121,3511 3525"


def test_every_page_can_be_found_by_search(site: Site, documents: dict[str, html.HtmlElement]) -> None:
    """The search index has every agency and every report under its name, and every entry leads to what there is."""
    folder = site[0].site
    paths = [path for path in (folder / "search").rglob("*") if path.is_file()]
    rows = Reader({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}).rows()
    found = {row.url: row.title for row in rows}
    for one in agency_years(site):
        assert one.agency.name in found[one.url]
        assert found[f"a/{one.agency.id}/"] == one.agency.name
    assert {"method/", "about/", "checks/disputes-total/", "data/", "r/320000/"} <= set(found)
    for url in found:
        page, _, anchor = url.partition("#")
        assert f"{page}index.html" in documents
        assert not anchor or unquote(anchor) in documents[f"{page}index.html"].xpath("//@id"), url


def test_labels_that_every_report_prints_are_not_searched(content: Path) -> None:
    """Who looks for 行政处罚 wants the pages about it: the label of a table makes no hit of a report."""
    archive = archive_of(content)
    found = [entry for entry in entries(archive, []) if "行政处罚" in fold(entry.text + entry.title)]
    assert {entry.kind for entry in found} == {"term"}


# --- hostile texts, all the way to the page -------------------------------------------------------------------------


def test_hostile_texts_stay_texts(content: Path) -> None:
    """A report full of markup gives a page with the elements of a harmless one, and shows the markup as text."""
    hostile = '<script>x</script> [a](javascript:x) {{ 7*7 }} `码` " onmouseover="x'
    harmless = "示例正文"

    def page(said: str) -> html.HtmlElement:
        text = as_tabs(lay_out(make_sample(("2021", False), 3)._replace(year=2022)))
        text = text.replace("一、总体情况\n", f"一、总体情况\n\n{said}\n", 1)
        text = text.replace("\n行政许可\t", f"\n行政许可\t{said}", 1)
        write_report(content, "shili-qingshan", 2022, text)
        (content / "reports/shili-qingshan/2022.yml").write_text(f"note: {json.dumps(said)}\n", "utf-8")
        return html.fromstring(pages_of(content)["a/shili-qingshan/2022.md"].decode().split("---\n", 2)[2])

    spoiled, plain = page(hostile), page(harmless)
    assert [e.tag for e in spoiled.iter()] == [e.tag for e in plain.iter()]
    assert [sorted(e.keys()) for e in spoiled.iter()] == [sorted(e.keys()) for e in plain.iter()]
    assert spoiled.text_content().count(hostile) >= 2


def test_published_tables_hold_no_formula(content: Path) -> None:
    """A cell or title that a spreadsheet would compute stands in the CSV files behind an apostrophe."""
    text = as_tabs(lay_out(make_sample(("2021", False), 3)._replace(year=2022)))
    text = text.replace("\n行政许可\t", "\n行政许可\t=HYPERLINK(1)", 1).replace(AGENCY, f"+{AGENCY}", 1)
    write_report(content, "shili-qingshan", 2022, text)
    (content / "reports/shili-qingshan/2022.yml").write_text("confirm: [agency]\n", "utf-8")
    pages = pages_of(content)
    tables = [data for name, data in pages.items() if name.endswith(".csv")]
    fields = [field for data in tables for row in csv.reader(io.StringIO(data.decode())) for field in row]
    assert "'=HYPERLINK(1)" in " ".join(fields)
    assert not [field for field in fields if re.match(r"[=+@]|-(?![0-9.]+$)", field)]


def test_a_title_cannot_be_front_matter(content: Path) -> None:
    """A report's own title never reaches the front matter: the registered name stands there."""
    text = report_text(2022, seed=3).replace(f"{AGENCY}2022年", f"template: x{AGENCY}2022年", 1)
    write_report(content, "shili-qingshan", 2022, text)
    (content / "reports/shili-qingshan/2022.yml").write_text("confirm: [agency]\n", "utf-8")
    head = pages_of(content)["a/shili-qingshan/2022.md"].decode().split("---\n")[1]
    assert "template" not in head
    assert AGENCY in head


def test_long_lists_go_on_sheets_that_the_site_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build_anew: Callable[[Path], tuple[Folders, Built]]
) -> None:
    """An archive with more findings than one page lists is built strictly: every sheet is known to mkdocs.yml."""
    monkeypatch.setattr("generator.site.listing.MOST", 2)
    monkeypatch.chdir(ROOT)
    write_demo(tmp_path / "demo", Options(12, 5, 3, ("txt",), 0.6, 1), ROOT)
    folders, built = build_anew(tmp_path / "demo" / "content")
    assert list(folders.site.glob("findings/*-1/index.html"))
    assert list(folders.site.glob("checks/*-1/index.html"))
    assert check_site(folders.site) == []
    assert built.pages == len(list(folders.site.rglob("*.html")))


def test_the_data_page_explains_the_words_of_the_tables(site: Site) -> None:
    """Whatever word a column of verdicts, states, results and kinds holds, the page beside the tables says it."""
    page = html.parse(str(site[0].site / "data/index.html"))
    columns = {
        name.text: {code.text for code in row.iterfind("td/code")}
        for row in page.iter("tr")
        for name in row.iterfind("th/code")
    }
    assert {"verdict", "state", "status", "severity", "level", "kind", "form"} <= set(columns)
    for name in LISTS:
        for row in rows_of((site[0].docs / f"data/{name}.csv").read_bytes()):
            for column, words in columns.items():
                assert not row.get(column) or row[column] in words, (name, column)
