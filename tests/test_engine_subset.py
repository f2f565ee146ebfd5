"""The subset renderer: what it renders is what Python-Markdown renders, or it renders nothing at all."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from large import large_archive
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import meta
from places import ROOT
from test_encode import PAYLOADS

from generator.engine.stock import settings as read_settings
from generator.engine.subset import Heading, Subset, split_front
from generator.site import encode
from generator.site.build import build


@cache
def config() -> MkDocsConfig:
    return read_settings(ROOT / "mkdocs.yml", ROOT / "generator", ROOT / "site")


@cache
def subset() -> Subset:
    return Subset(config())


def flat(toc: Any) -> list[Heading]:
    return [one for item in toc for one in (Heading(item.level, item.id, item.title), *flat(item.children))]


def by_mkdocs(markdown: str) -> tuple[str, list[Heading], str | None]:
    """Content, headings and title as MkDocs has them."""
    file = File("a/x/2022.md", "docs", "site", True)
    page = Page(None, file, config())
    page.markdown = markdown
    page.render(config(), Files([file]))
    assert page.content is not None
    return page.content, flat(page.toc), page._title_from_render


def agrees(markdown: str) -> bool:
    """Whether the page is one of the subset; if so, it is rendered as by MkDocs."""
    body = subset().render(markdown)
    if body is None:
        return False
    assert (body.html, body.headings, body.title) == by_mkdocs(markdown)
    return True


WORDS = [
    *(
        "年报",
        "A1",
        "&#45;",
        "&#60;b&#62;",
        "（一）",
        "\u3000",
        " ",
        "a b",
        "é",
        "Ａ",
        "·",
        "1.",
        "!",
        "!?",
        "@",
        "()",
        "12%",
    ),
]
WILD = [
    *(
        "*a*",
        "[x](y.md)",
        "`c`",
        "_u_",
        "<b>",
        "&amp;",
        "&",
        "\\.",
        "\t",
        "|",
        "~~~",
        "{: #x}",
        "#",
        "\x02",
        "\x85",
        "<",
    ),
]
INNER = [
    *("文", "&#47;", "&amp;", "&", "<b>粗</b>", "<br>", "<br/>", "<hr>", "<i a>", "</i>", "<!-- -->", "`", "<div />"),
    *(
        "<td x='1'>y</td>",
        '<a href="&#46;" hidden>链</a>',
        "<P>x</P>",
        "<script>1</script>",
        '<path d="M0 0"/>',
        "<g/>",
    ),
    *(
        '<svg viewBox="0 0 1 1"><rect x="1"/></svg>',
        "<table><tbody><tr><td>1</td></tr></tbody></table>",
        "&#4a;",
        "&copy;",
    ),
]
BLOCKS = ["p", "div", "ul", "dl", "section", "figure", "details", "h3", "span", "hr", "P", "pre", "table", "svg"]
BODIES = ["<p>一</p>", '<div class="x"><p>a &#45; b<br></p></div>', "<ul><li>1</li></ul>"]
FRONT = [
    *('title: "甲"', 'title: "a: b #c"', "title: x", 'hide: ["toc"]', "hide: []", "hide: [toc]", 'title: "a" # x', ""),
    *('description: "\\u00e9"', 'description: "it\'s"', "hide:\n  - toc", "on: 1", 'title: "\x85"', "date: 2020-01-01"),
]

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map("".join)
wild = st.lists(st.sampled_from(WORDS + WILD), min_size=1, max_size=4).map("".join)
element = st.tuples(
    st.sampled_from(BLOCKS),
    st.sampled_from(["", ' class="x"', " id=f-1 ", ' title="a > b"', " open", ' a="`"', "/"]),
    st.lists(st.sampled_from(INNER), max_size=3).map("".join),
    st.sampled_from([*BLOCKS, *[""] * 40]),
).map(lambda made: f"<{made[0]}{made[1]}>{made[2]}</{made[3] or made[0]}>")
line = st.one_of(
    st.just(""),
    st.just(" "),
    texts,
    wild,
    st.tuples(st.integers(1, 7), st.sampled_from([" ", "", "  "]), texts | wild).map(
        lambda m: "#" * m[0] + m[1] + m[2]
    ),
    st.lists(element, min_size=1, max_size=3).map("".join),
    st.tuples(element, wild).map("".join),
)
TAME = st.one_of(
    st.just(""),
    texts,
    st.builds("{} {}".format, st.sampled_from(["#", "##", "###"]), texts),
    st.lists(st.sampled_from(BODIES), min_size=1, max_size=3).map("".join),
)
EXAMPLES = 2000


def test_any_page_is_rendered_as_by_mkdocs_or_not_at_all() -> None:
    """Lines of every kind, tame and wild, in any order: equal content, headings and title, or None; both often."""
    tally = {True: 0, False: 0}

    @given(st.lists(st.one_of(TAME, TAME, TAME, TAME, line), min_size=1, max_size=6).map("\n".join))
    @settings(max_examples=EXAMPLES)
    def tried(markdown: str) -> None:
        tally[agrees(markdown)] += 1

    tried()
    assert min(tally.values()) > EXAMPLES / 10


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_a_report_says_keeps_its_page_in_the_subset(payload: str) -> None:
    """Hostile text through the one door, as heading, cell, attribute and running text: in the subset, and right."""
    said = encode.text(payload) or "空"
    heading = f"# {said}\n\n" if said.strip() else ""
    page = f'{heading}<p title="{said}">{said}</p><table><tbody><tr><td>{said}</td></tr></tbody></table>\n## 正文\n\n'
    assert agrees(page + f"<div>{encode.paragraphs(payload)}</div>\n") or re.search(r"^\s|\s$", said)


def test_every_page_of_an_archive_is_in_the_subset() -> None:
    """Only a few of the site's own pages, the same for any archive, need Python-Markdown: no report does."""
    pages = [page for page in build(large_archive(40)) if page.path.endswith(".md")]
    slow = {page.path for page in pages if not agrees(split_front(page.data.decode())[0])}
    assert slow <= {"checks/index.md", "data/index.md", "method.md", "search/index.md"}
    assert len(pages) > 60


@given(st.lists(st.sampled_from(FRONT), max_size=4))
def test_front_matter_is_read_as_by_mkdocs(lines: list[str]) -> None:
    """With and without the detour through YAML, front matter and the text after it are the same."""
    source = "---\n" + "".join(f"{one}\n" for one in lines) + "---\n\n\n# 题\n"
    assert split_front(source) == meta.get_data(source)


def test_other_extensions_switch_the_subset_off(tmp_path: Path) -> None:
    """With an extension that reads text otherwise, or with headings done otherwise, nothing is rendered here."""
    plain = "site_name: x\nplugins: []\nmarkdown_extensions:\n"
    for more in ("  - attr_list\n", "  - toc: {baselevel: 2}\n", "  - toc: {anchorlink: true}\n"):
        (tmp_path / "mkdocs.yml").write_text(plain + more, "utf-8")
        assert (
            Subset(read_settings(tmp_path / "mkdocs.yml", ROOT / "generator", tmp_path / "site")).render("# 题\n")
            is None
        )
    (tmp_path / "mkdocs.yml").write_text(plain + "  - tables\n", "utf-8")
    assert (
        Subset(read_settings(tmp_path / "mkdocs.yml", ROOT / "generator", tmp_path / "site")).render("# 题\n")
        is not None
    )
