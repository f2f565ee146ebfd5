"""The last look before publication: what may stand on a page passes, each thing that may not is named."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html

from generator import verify
from generator.cli import main
from generator.errors import BuildError
from generator.pipeline import Built, Folders
from generator.verify import check_data, check_page, check_site

HEAD = """<!doctype html><html><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'">
<title>示例</title><link rel="canonical" href="https://example.org/a/"><script src="../a.js"></script></head><body>
"""


def faults(tmp_path: Path, page: str) -> list[str]:
    path = tmp_path / "index.html"
    path.write_text(page, "utf-8")
    return check_page(path)


def test_the_built_site_may_be_published(site: tuple[Folders, Built]) -> None:
    """Every page of the real content passes, in one process or in two."""
    assert check_site(site[0].site) == []


def test_addresses_of_elsewhere_are_links_and_nothing_else(site: tuple[Folders, Built]) -> None:
    """No attribute of a built page names another site but that of a link that a reader may follow."""
    found = {
        (element.tag, name, element.get("rel"))
        for page in site[0].site.rglob("*.html")
        for element in html.parse(page).getroot().iter()
        if isinstance(element.tag, str)
        for name, value in element.attrib.items()
        if re.search(r"(?i)https?:|(?<![:\w])//\w", value)
    }
    assert {one for one in found if one != ("a", "href", "noopener nofollow")} <= {("link", "href", "canonical")}


@pytest.mark.parametrize(
    "body",
    [
        '<p>1 &lt; 2</p><a href="../b/#x">乙</a>',
        '<a href="https://example.org/" rel="noopener nofollow">源</a>',
        '<script type="application/json">{"a":1}</script>',
        '<img src="badge.svg" alt="">',
        '<form action="../search/" role="search"></form>',
        "<p>http://www.example.org/home/xxgk/</p>",
        '<a href="mailto:a@example.org">写信</a>',
    ],
)
def test_what_our_pages_hold_passes(tmp_path: Path, body: str) -> None:
    assert faults(tmp_path, HEAD + body) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<script>f()</script>", "内嵌脚本"),
        ("<p onclick='f()'>x</p>", "事件属性"),
        ("<svg onload=f()></svg>", "事件属性"),
        ("<a href='javascript:f()'>x</a>", "不是 http"),
        ("<a href='java&#9;script:f()'>x</a>", "不是 http"),
        ("<a href='data:text/html,x'>x</a>", "不是 http"),
        ("<img src='https://example.org/x.png'>", "从别处取东西"),
        ("<img src='//example.org/x.png'>", "从别处取东西"),
        ("<script src='https://example.org/x.js'></script>", "从别处取东西"),
        ("<link rel=stylesheet href='//example.org/x.css'>", "从别处取东西"),
        ("<a href='https://example.org/'>x</a>", "noopener"),
        ("<iframe srcdoc='x'></iframe>", "<iframe>"),
        ("<base href='/x/'>", "<base>"),
        ("<meta http-equiv=refresh content='0;url=x'>", "自动跳转"),
        ("<form action='https://example.org/'></form>", "action"),
        ("<form action='javascript:f()'></form>", "action"),
        ("<button formaction='x'></button>", "formaction"),
        (f"<p>{Path.cwd()}/content</p>", "本机的路径"),
        ("<p>file:///x</p>", "本机的路径"),
    ],
)
def test_what_has_no_business_on_a_page_is_named(tmp_path: Path, body: str, told: str) -> None:
    found = faults(tmp_path, HEAD + body)
    assert found
    assert told in "".join(found)


@pytest.mark.parametrize("kind", ["json", "csv", "svg", "xml", "txt", "js"])
def test_a_path_of_this_machine_is_named_in_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    """Also where it stands across two pieces of a long file."""
    (tmp_path / "index.html").write_text(HEAD, "utf-8")
    assert check_site(tmp_path) == []
    path = tmp_path / f"a.{kind}"
    path.write_text(f"{'年' * (verify._PIECE // 3)} {Path.cwd()}/content", "utf-8")
    assert check_site(tmp_path) == [f"a.{kind}：写着本机的路径「{Path.cwd()}」"]


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", "a\x1bb", ["有控制字符 U+001B"]),
        ("a.csv", "a\x9bb", ["有控制字符 U+009B"]),
        ("a.svg", "a\x00b", ["有控制字符 U+0000"]),
        ("a.json", "a\x1bb", ["有控制字符 U+001B"]),
        ("a.json", '"a\x9bb file:///x"', []),  # a report's own
        ("a.csv", "年度\t1\r\n", []),
    ],
)
def test_control_characters_are_named_where_we_let_none_through(
    tmp_path: Path, name: str, data: str, told: list[str]
) -> None:
    """A record in JSON holds what its report printed; what a report prints never stops a publication."""
    (tmp_path / name).write_bytes(data.encode())
    assert check_data(tmp_path / name) == told


def test_a_page_without_its_policy_is_named(tmp_path: Path) -> None:
    """No policy, one that is not first, one that lets inline scripts run."""
    bare = HEAD.replace('<meta http-equiv="Content-Security-Policy"', "<meta name=x")
    late = HEAD.replace("<head>", "<head><title>x</title>")
    loose = HEAD.replace("script-src 'self';", "script-src 'self' 'unsafe-inline';")
    for page in (bare, late, loose):
        assert "Content-Security-Policy" in "".join(faults(tmp_path, page))


def test_the_command_says_which_page_and_ends_with_two(tmp_path: Path) -> None:
    (tmp_path / "site" / "a").mkdir(parents=True)
    (tmp_path / "site" / "a" / "index.html").write_text(HEAD + "<script>f()</script>", "utf-8")
    run = CliRunner().invoke(main, ["verify", "--site-dir", str(tmp_path / "site")])
    assert run.exit_code == 2
    assert "a/index.html：有内嵌脚本" in run.output
    assert CliRunner().invoke(main, ["verify", "--site-dir", str(tmp_path / "none")]).exit_code == 2


def test_a_site_that_was_being_changed_is_not_published(tmp_path: Path) -> None:
    """Killed while its files were exchanged, a site may be new in one place and old in another."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text(HEAD, "utf-8")
    assert check_site(tmp_path / "site") == []
    (tmp_path / ".site-next").mkdir()
    with pytest.raises(BuildError, match="没有做完"):
        check_site(tmp_path / "site")
