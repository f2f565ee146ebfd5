"""The door from text to page: exact to read, harmless to draw, whatever a report says."""

import html
import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown import Markdown
from markupsafe import Markup

from generator.site.encode import (
    address,
    clean,
    contact,
    drawing,
    embedded,
    front_matter,
    href,
    paragraphs,
    path,
    spreadsheet,
    text,
)

PAYLOADS = [
    "<script>window.x=1</script>", "</title><script>x</script>", "<img src=x onerror=x>", "<!-- x", "]]>",
    "<?php x ?>", "&lt;b&gt;",
    "&amp;", "&#60;b&#62;", "[点此](javascript:x)", "![图](http://x)", "[a]: http://x", "<http://example.org>",
    "http://example.org",
    "**粗** *斜* __粗__ _斜_", "`码` ``码``", "```\n码", "~~~", "# 标题", "标题\n===", "---", "***", "* 项", "1. 项",
    "> 引", "    码", "\t码",
    "| a | b |\n|---|---|", "a|b", "[TOC]", "[^1]", "{: onclick=x }", "{: #id .class }", '" onclick="x',
    "' onclick='x", "\\<b\\>", "\\", "\\\\",
    "{{ 7*7 }}{% for x in y %}{# c #}", "${x} #{x}", "!!! danger", "<div markdown=\"1\">*x*</div>", "<details open>",
    "a  \nb", "  两端  ",
    "\u202e反\u2066", "\u200b零\ufeff", "甲\u2028乙\u2029丙", "\x00\x1b[31m", "\x02klzzwxh:0000\x03",
    "STX\x02ETX\x03", "wzxhzdk:0",
    "=1+1", "+1", "-1+1", "@SUM(A1)", "&nbsp;", "~删~ ^上^ ==亮== ++插++", ":smile:", "*[HTML]: x", "\U0001f600",
    "〇\U00020000",
]  # fmt: skip
HOSTILE = st.text(
    alphabet=st.sampled_from("<>&\"'`*_[](){}#!|\\~^=+-:;/.0aA1年 \t\n\r\x00\x02\x03\u2028\u202e\u200b"), max_size=24
)
VISIBLE = st.text(alphabet=st.sampled_from("<>&\"'`*_[](){}#!|\\=+-:;/0aA年\t\n\r\x00\x02"), max_size=24)
PAYLOAD = st.lists(st.sampled_from(PAYLOADS), min_size=1, max_size=3).map("".join)
ANYTHING = st.one_of(HOSTILE, st.text(max_size=24), PAYLOAD)

# Where the templates print texts, each as Markdown with a mark around the place, and which elements that makes.
PLACES = {
    "paragraph": ("<p>{}</p>", ["p"]),
    "table cell": ("<table><tr><td>{}</td></tr></table>", ["table", "tr", "td"]),
    "heading": ("# 前{}后", ["h1", "a"]),
    "running text": ("前{}后", ["p"]),
    "markdown table": (
        "| 甲 | 乙 |\n|---|---|\n| {} | 丙 |",
        ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"],
    ),
}


def render(source: str) -> lxml_html.HtmlElement:
    """Through Python-Markdown as mkdocs.yml sets it up, and parsed as a browser would."""
    made = Markdown(extensions=["tables", "toc"], extension_configs={"toc": {"permalink": True}}).convert(source)
    return lxml_html.document_fromstring(f"<html><body>{made}</body></html>").body


def elements(body: lxml_html.HtmlElement) -> list[str]:
    return [element.tag for element in body.iterdescendants() if isinstance(element.tag, str)]


@pytest.mark.parametrize("place", PLACES)
@given(value=ANYTHING)
@settings(max_examples=150)
def test_a_text_is_exact_and_makes_no_element(place: str, value: str) -> None:
    """Read back from the page the text is what it was, and not one element more stands there."""
    source, made = PLACES[place]
    body = render(source.format(text(value)))
    assert elements(body) == made
    for link in body.findall(".//a[@class='headerlink']"):
        link.drop_tree()
    cell = body.findall(".//td")[0] if "table" in place else body[0]
    shown = cell.text_content()
    if place in ("heading", "running text"):
        shown = shown.removeprefix("前").removesuffix("后")
    # Python-Markdown trims its own table cells; the space itself is encoded, so it is the only thing to lose.
    assert (shown == clean(value)) or (place == "markdown table" and shown.strip() == clean(value).strip())


@given(value=ANYTHING)
@settings(max_examples=150)
def test_a_text_in_an_attribute_is_exact(value: str) -> None:
    """A quoted attribute holds the whole text, and no other attribute appears."""
    body = render(f'<p title="{text(value)}">前</p>')
    assert elements(body) == ["p"]
    assert dict(body[0].attrib) == {"title": clean(value)}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_leaves_a_character_that_means_something(payload: str) -> None:
    """What is printed holds letters, spaces and character references only."""
    assert re.fullmatch(r"(?:&#\d+;|[^!-/:-@\[-`{-~\x00-\x1f])*", text(payload))


def test_a_text_is_encoded_once() -> None:
    """Markup passes as it is, so nothing is encoded twice."""
    assert text(text("a<b")) == text("a<b") == "a&#60;b"
    assert isinstance(text("a"), Markup)


@given(ANYTHING)
def test_a_cleaned_text_is_one_visible_line(value: str) -> None:
    """No control, zero-width or bidirectional character is left, and no line break."""
    shown = clean(value)
    assert not set(shown) & set("\n\r\t\v\f\x00\x1b\x7f\x85\xad\u200b\u2028\u2029\u202e\u2066\ufeff")
    assert clean(shown) == shown


@given(st.lists(HOSTILE, max_size=4).map("\n".join))
@settings(max_examples=60)
def test_running_text_keeps_its_lines_as_paragraphs(value: str) -> None:
    """Each line with something in it is one paragraph with exactly that text."""
    body = render(f"<div>{paragraphs(value)}</div>")
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    assert elements(body) == ["div", *["p"] * len(lines)]
    assert [p.text_content() for p in body[0]] == [clean(line) for line in lines]


@given(ANYTHING)
@example("---\ntemplate: x")
def test_front_matter_is_the_escaped_text_and_nothing_more(title: str) -> None:
    """YAML reads back exactly the given entries; texts are HTML-escaped for the theme."""
    made = str(front_matter(title=title, hide=["navigation"]))
    assert made.startswith("---\n")
    assert made.endswith("\n---\n")
    body = made.removeprefix("---\n").removesuffix("---\n")
    assert yaml.safe_load(body) == {"title": html.escape(clean(title)), "hide": ["navigation"]}
    assert made.count("\n") == 4


@given(st.dictionaries(VISIBLE, st.one_of(VISIBLE, st.integers(), st.none()), max_size=4))
def test_embedded_data_comes_back_from_the_attribute(value: dict[str, object]) -> None:
    """JSON in an attribute is read back as the same data."""
    body = render(f'<p data-figure="{embedded(value)}">前</p>')
    assert elements(body) == ["p"]
    assert json.loads(body[0].get("data-figure")) == value


def test_embedded_data_is_json_or_an_error() -> None:
    """NaN is no JSON: it is refused, never printed."""
    with pytest.raises(ValueError, match="JSON"):
        embedded(float("nan"))


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://example.org/a?b=1&c=2#d", True), ("http://example.org/年报", True), ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org/x", False), ("HTTPS://example.org", False), ('https://example.org/"onclick=x', False),
        ("https://e x", False),
        ("https://example.org/\n", False), ("", False), (None, False), ("https://" + "a" * 600, False),
    ],
)  # fmt: skip
def test_only_a_plain_web_address_becomes_a_link(value: str | None, kept: bool) -> None:
    """http and https without anything that ends an attribute; all else is no link."""
    assert address(value) == (value if kept else None)


@pytest.mark.parametrize(
    ("value", "target"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"), ("a.b@example.org", "mailto:a.b@example.org"),
        ("mailto:a@example.org", "mailto:a@example.org"), ("mailto:a@example.org?body=x", None),
        ("a@example.org\nBcc: b@example.org", None), ("javascript:alert(1)", None), ("电话 12345", None), ("", None),
        ('a"onclick=x@example.org', None), ("a@localhost", None),
    ],
)  # fmt: skip
def test_only_a_web_or_mail_address_becomes_a_contact(value: str, target: str | None) -> None:
    """One link that leads there, with its own words as text; all else is no link."""
    link = contact(value)
    if target is None:
        assert link is None
    else:
        element = lxml_html.fromstring(str(link))
        assert (element.get("href"), element.text) == (target, value.removeprefix("mailto:"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"), ("+1+1", "'+1+1"), ("-1+1", "'-1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", " =1"),
        ("-8", "-8"), (-8, "-8"),
        ("-8.25", "-8.25"), ("+1036", "'+1036"), ("示例", "示例"), ("a=b", "a=b"), ("a\r\nb", "a b"),
        ("\u200b=1", "'=1"), ("", ""), ("-", "'-"), ("＝1+1", "'＝1+1"), ("＋1", "'＋1"), ("－1+1", "'－1+1"),
        ("＠SUM(A1)", "'＠SUM(A1)"), ("－8", "'－8"), ("一＝1", "一＝1"),
    ],
)  # fmt: skip
def test_a_spreadsheet_takes_no_text_for_a_formula(value: object, shown: str) -> None:
    """What begins like a formula gets an apostrophe; numbers stay numbers."""
    assert spreadsheet(value) == shown


def test_there_is_no_other_door() -> None:
    """Only this module, and the folding of templates, declare a text safe; for templates see ``test_templates``."""
    package = Path(__file__).parents[1] / "generator"
    trusting = {
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if "S704" in path.read_text("utf-8")
    }
    assert trusting <= {"site/encode.py", "site/environment.py"}


def test_scripts_put_no_text_into_the_page_as_markup() -> None:
    """The site's own scripts set text, never HTML, and evaluate nothing."""
    for script in (Path(__file__).parents[1] / "site_config/assets").glob("*.js"):
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", script.read_text("utf-8")
        )
        assert found == [], script.name


@pytest.mark.parametrize("value", ["2023-01-29", "requests-balance", "reports/x/2023.txt", "7730.28", "abc"])
def test_words_apart_by_one_sign_stay_as_they_are(value: str) -> None:
    """Dates, ids and paths are printed as they are, and mean nothing wherever a page prints them."""
    assert text(value) == value
    for source, made in PLACES.values():
        body = render(source.format(text(value)))
        assert elements(body) == made


@pytest.mark.parametrize(
    "value", ["-a", "a-", "a--b", "1. ", "a_b", "a:b", ".a", "a./b", "a b.c", "年.a", "a\nb", "&amp"]
)
def test_all_else_is_encoded(value: str) -> None:
    """A sign at an end, two in a row or any other sign is encoded like every text."""
    assert re.fullmatch(r"(?:&#\d+;|[^!-/:-@\[-`{-~\x00-\x1f])*", text(value))


@given(value=ANYTHING)
def test_addresses_cannot_leave_their_quotes(value: str) -> None:
    """What path() and href() return ends no attribute, whatever they are given."""
    for shown in (path(value), path(f"../{value}"), href(f"https://example.org/{value}")):
        assert not set(shown) & set("\"'<>`\\ \n\t") or " " in clean(value)
        assert not set(shown) & set("\"'<>`\\\n\t")


def test_addresses_are_as_they_are() -> None:
    """The links of a page are printed as they are: encoded they weigh five times as much."""
    assert path("../../a/shili-xian/2022/") == "../../a/shili-xian/2022/"
    assert href("https://www.example.org/a_1.html?b=c") == "https://www.example.org/a_1.html?b=c"
    assert href("https://example.org/?a&b") == text("https://example.org/?a&b")


@given(value=ANYTHING)
@example(value="示例JavaScript园区管委会")
@example(value="示例 href=x onload=y style=z 园区")
@example(value="<script>x</script>")
def test_an_encoded_text_never_spoils_a_drawing(value: str) -> None:
    """A body may be called anything; where it stands in a drawing it is text, and no more."""
    made = (
        f'<div class="nb-chart"><svg role="img" aria-label="{text(value)}"><text x="2">{text(value)}</text></svg></div>'
    )
    assert drawing(made) == made


@pytest.mark.parametrize(
    "made",
    [
        "<script>x</script>",
        '<svg onload="x"></svg>',
        '<svg href="x"></svg>',
        '<svg style="x"></svg>',
        "<svg role=img onload=x></svg>",
        '<svg role="a"onload="x"></svg>',
        '<svg role="img" x="2',
        "<image></image>",
        "<gx></gx>",
        "a < b",
    ],
)
def test_what_is_no_drawing_is_refused(made: str) -> None:
    """Tags and attributes are those of our charts; all else is a slip of ours that must not get out."""
    with pytest.raises(ValueError, match="not a drawing"):
        drawing(made)
