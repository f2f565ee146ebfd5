"""Badges: small pictures for other people's pages, that say in words, mark and colour what the report's page says."""

from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree, html

from generator.checks import VERDICTS
from generator.config import SiteConfig, load_config
from generator.errors import ConfigError
from generator.pipeline import gather
from generator.site.badge import badge_svg, badge_width, embed_code
from generator.site.build import build
from generator.site.model import AgencyYear

SVG = "{http://www.w3.org/2000/svg}"


def pages_of(content: Path, config: str = "no-config") -> dict[str, bytes]:
    archive = gather(content, content.parent / config, 1, lambda *_: None)
    return {page.path: page.data for page in build(archive)}


def one_of(content: Path, **changes: object) -> AgencyYear:
    archive = gather(content, content.parent / "no-config", 1, lambda *_: None)
    one = archive.years[-1]
    judged = one.judged._replace(**changes)
    return AgencyYear(one.agency, one.year, lambda: judged)


def contrast(colour: str) -> float:
    """White on ``colour``, as the accessibility guidelines reckon."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def test_every_report_and_every_agency_has_its_badge(content: Path) -> None:
    """Beside each report page, and for each agency with a report: that of the latest year. The year is in it."""
    pages = pages_of(content)
    for agency, year in (("shili-qingshan", 2020), ("shili-qingshan", 2022), ("shili-xian", 2022)):
        root = etree.fromstring(pages[f"a/{agency}/{year}/badge.svg"])
        assert root.findtext(f".//{SVG}text") == f"信息公开年报 {year}"
    assert pages["a/shili-qingshan/badge.svg"] == pages["a/shili-qingshan/2022/badge.svg"]


@pytest.mark.parametrize("key", VERDICTS)
def test_each_verdict_is_words_mark_and_colour(content: Path, key: str) -> None:
    """Whatever the verdict: title, role, the word, a drawn mark of its own, and letters that stand out."""
    verdict = VERDICTS[key]  # type: ignore[index]
    root = etree.fromstring(badge_svg(one_of(content, verdict=verdict)))
    assert (root.get("role"), root.get("aria-label")) == ("img", root.findtext(f"{SVG}title"))
    assert root.findtext(f"{SVG}title") == f"示例县人民政府 2022 年政府信息公开工作年度报告：{verdict.label}"
    assert [text.text for text in root.iter(f"{SVG}text")][1] == verdict.label
    grounds = [rect.get("fill") for rect in root.iter(f"{SVG}rect") if rect.get("fill")]
    assert all(contrast(str(ground)) >= 4.5 for ground in grounds)


def test_the_marks_differ(content: Path) -> None:
    """Verdicts that look alike in colour differ in their mark."""
    roots = [etree.fromstring(badge_svg(one_of(content, verdict=verdict))) for verdict in VERDICTS.values()]
    assert len({root.find(f"{SVG}path").get("d") for root in roots}) == len(VERDICTS)


@pytest.mark.parametrize("key", VERDICTS)
def test_the_words_fit(content: Path, key: str) -> None:
    """Nothing overlaps and nothing is cut: text, mark and text stand one behind the other within the picture."""
    one = one_of(content, verdict=VERDICTS[key])  # type: ignore[index]
    root = etree.fromstring(badge_svg(one))
    texts = [(int(t.get("x")), int(t.get("x")) + int(t.get("textLength"))) for t in root.iter(f"{SVG}text")]
    mark = int(root.find(f"{SVG}path").get("transform").removeprefix("translate(").split()[0])
    places = sorted([*texts, (mark, mark + 12), (int(root.get("width")), int(root.get("width")))])
    assert all(before[1] < after[0] for before, after in pairwise(places))
    assert int(root.get("width")) == badge_width(one)
    assert texts[1][1] - texts[1][0] == 12 * len(one.verdict.label)  # a Han character is as wide as it is high


def test_a_badge_needs_nothing_and_runs_nothing(content: Path) -> None:
    """No script, no handler, no style sheet, no font or picture from elsewhere; under a kilobyte and a half."""
    data = badge_svg(one_of(content))
    assert len(data) < 1500
    for element in etree.fromstring(data).iter():
        assert element.tag.removeprefix(SVG) in {"svg", "title", "clipPath", "rect", "g", "path", "text"}
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert "href" not in name
            assert "//" not in value
            assert "url(" not in value.replace("url(#c)", "")


def test_a_name_is_text_in_the_badge(content: Path) -> None:
    """Whatever a name holds, the picture stays well-formed and shows it."""
    one = one_of(content)
    name = 'a&b<script>"x"</script>\x01'
    hostile = AgencyYear(one.agency.model_copy(update={"name": name}), one.year, lambda: one.judged)
    root = etree.fromstring(badge_svg(hostile))
    assert 'a&b<script>"x"</script>' in root.findtext(f"{SVG}title")
    assert not list(root.iter(f"{SVG}script"))


def shown_code(page: bytes) -> tuple[str, str]:
    """The code that a page gives to copy, and all that is said around it."""
    details = html.fromstring(page.decode().split("---\n", 2)[2]).find_class("nb-embed")[0]
    return details.findtext(".//code"), details.text_content()


def test_pages_tell_how_to_embed(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the address of the site the code works as it is, and leads to the page that it is copied from."""
    monkeypatch.setenv("SITE_URL", "https://example.org/nianbao")
    pages = pages_of(content)
    for name, page in (("a/shili-xian/2022.md", "a/shili-xian/2022/"), ("a/shili-xian/index.md", "a/shili-xian/")):
        code, said = shown_code(pages[name])
        link = html.fromstring(code)
        assert (link.tag, link.get("href")) == ("a", f"https://example.org/nianbao/{page}")
        assert link.find("img").get("src") == f"https://example.org/nianbao/{page}badge.svg"
        assert f"{page}badge.svg" in pages
        assert "示例县人民政府" in link.find("img").get("alt")
        assert "本站的地址" not in said


def test_without_an_address_the_page_says_what_to_replace(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No address known, or none that can be one: a word stands for it, and the page says so."""
    for given in ("", "javascript:alert(1)", '"><script>'):
        monkeypatch.setenv("SITE_URL", given)
        code, said = shown_code(pages_of(content)["a/shili-xian/2022.md"])
        assert 'href="https://本站网址/a/shili-xian/2022/"' in code
        assert "换成本站的地址" in said


def test_the_address_can_stand_in_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``address`` of site.yml serves where SITE_URL is not given, and has to be one."""
    monkeypatch.delenv("SITE_URL", raising=False)
    assert load_config(tmp_path) == SiteConfig()
    (tmp_path / "site.yml").write_text("address: https://example.org/a\n", "utf-8")
    assert load_config(tmp_path).address == "https://example.org/a/"
    monkeypatch.setenv("SITE_URL", "https://example.net/")
    assert load_config(tmp_path).address == "https://example.net/"
    (tmp_path / "site.yml").write_text("name: 示例\naddress: example.org\n", "utf-8")
    with pytest.raises(ConfigError, match="第 2 行"):
        load_config(tmp_path)


def test_an_agency_without_a_report_has_no_badge(content: Path) -> None:
    (content / "reports/shili-xian/2022.txt").unlink()
    pages = pages_of(content)
    assert "a/shili-xian/badge.svg" not in pages
    assert b"nb-embed" not in pages["a/shili-xian/index.md"]


HOSTILE = '示例"><b>&lt;*_'


def test_the_code_is_escaped_where_it_goes() -> None:
    """A name cannot end the attribute in which it stands on the page that the code is copied to."""
    shown = html.fromstring(f"<code>{embed_code('https://example.org/', 'a/x/', HOSTILE)}</code>")
    assert [element.tag for element in shown.iter()] == ["code"]
    link = html.fromstring(shown.text_content())
    assert [element.tag for element in link.iter()] == ["a", "img"]
    assert link[0].get("alt", "").startswith(HOSTILE)
    assert link.get("href") == "https://example.org/a/x/"
