"""How heavy pages are: 25 KB a report page with the theme, whatever the report, and a ceiling for each other kind.

Running text is the reader's own: 2,000 characters, as many as most reports print, are 6 KB of a page, and each further
character adds its own three bytes and nothing else.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from fictional import write_archive, write_report
from samples import make_sample
from sheet import lay_out

from generator.demo.writers.tabs import as_tabs
from generator.pipeline import Built, Folders

Site = tuple[Folders, Built]
BuildAnew = Callable[[Path], Site]
REPORT = 25 * 1024
FULL = "a/shili-qingshan/2022/index.html"
# What the other kinds weigh in the archive of the repository, and a quarter on top.
OTHERS = {
    "index.html": 18_000,
    "a/*/index.html": 18_000,
    "r/index.html": 16_000,
    "r/*/index.html": 16_000,
    "coverage/*/index.html": 20_000,
    "checks/*/index.html": 14_000,
    "data/index.html": 15_000,
    "method/index.html": 20_000,
    "404.html": 11_000,
    "glossary/index.html": 25_000,
}
SENTENCES = (
    "本机关认真执行政府信息公开条例，全年主动公开各类政府信息{}条。",
    "通过政府网站公开{}条，通过政务新媒体公开{}条，及时更新公开指南和目录。",
    "对群众关心的事项，第{}季度起安排专人答复，并在公开栏张贴。",
)


def running_text(length: int, start: int) -> str:
    """As many characters in paragraphs of ordinary length, no two sentences alike."""
    made, number = "", start
    while len(made) < length:
        number += 1
        made += SENTENCES[number % 3].replace("{}", str(number))
    cut = made[: length - 1] + "。"
    return "\n".join(cut[i : i + 250] for i in range(0, length, 250))


def full_report(folder: Path, length: int) -> Path:
    """An archive with one report that prints all cells, three texts of ``length`` together, and its sidecar."""
    content = write_archive(folder / "content")
    # Most figures of most reports are small.
    text = as_tabs(lay_out(make_sample(("2021", False), 3, 3)._replace(year=2022).without_regulations()))
    for head, share in (("一、", 0.6), ("五、", 0.3), ("六、", 0.1)):
        place = re.search(rf"^{head}.*$", text, re.MULTILINE)
        assert place
        said = running_text(round(length * share), round(length * share))
        text = f"{text[: place.end()]}\n\n{said}\n{text[place.end() :]}"
    write_report(content, "shili-qingshan", 2022, text)
    sidecar = 'source_url: "https://www.example.org/zwgk/zfxxgkndbg/content_1234567.html"\nretrieved: "2024-02-03"\n'
    (content / "reports/shili-qingshan/2022.yml").write_text(sidecar + 'published: "2023-01-20"\n', "utf-8")
    return content


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, build_anew: BuildAnew) -> Site:
    return build_anew(full_report(tmp_path_factory.mktemp("full"), 2000))


def weight(site: Site, page: str) -> int:
    return (site[0].site / page).stat().st_size


def test_every_real_report_page_is_light(site: Site) -> None:
    """No report page of the archive weighs more than 25 KB, with unread rows and errors or without."""
    weights = {one.url: weight(site, f"{one.url}index.html") for one in site[1].archive.years}
    assert len(weights) >= 11
    assert {url: size for url, size in weights.items() if size > REPORT} == {}


def test_a_full_report_with_text_is_light(full: Site) -> None:
    """All 200 cells, 2,000 characters of text, a web address and siblings: 25 KB with the theme."""
    one = next(one for one in full[1].archive.years if (one.agency.id, one.year) == ("shili-qingshan", 2022))
    assert one.form
    assert sum(cell.value is not None for cell in one.report.cells.values()) >= len(one.form.facts) - 6
    assert sum(map(len, one.report.texts.values())) >= 1990
    assert weight(full, FULL) <= REPORT


def test_text_weighs_nothing_but_itself(tmp_path: Path, full: Site, build_anew: BuildAnew) -> None:
    """Four thousand characters more add at most three bytes each and a twentieth for paragraphs."""
    more = build_anew(full_report(tmp_path, 6000))
    assert 10_000 < weight(more, FULL) - weight(full, FULL) < 4000 * 3 * 1.05


@pytest.mark.parametrize("kind", OTHERS)
def test_other_pages_have_their_ceilings(site: Site, kind: str) -> None:
    """Each page of a kind is below the ceiling of its kind."""
    found = {path: path.stat().st_size for path in site[0].site.glob(kind)}
    assert found
    assert {path.parent.name: size for path, size in found.items() if size > OTHERS[kind]} == {}


def test_no_page_has_a_script_of_its_own(site: Site) -> None:
    """Scripts come from files; the theme's settings are data. So a policy needs no hash."""
    for path in site[0].site.rglob("*.html"):
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", path.read_text("utf-8"), re.DOTALL):
            assert "src=" in attributes or 'type="application/json"' in attributes, path
            assert not ("src=" in attributes and body.strip()), path


def test_every_page_has_the_navigation_once(site: Site) -> None:
    """The tabs are there with all entries, and no second copy of them."""
    for path in site[0].site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert len(re.findall(r">\s*名词解释\s*</a>", text)) == 1 or path.parent.name == "site", path
