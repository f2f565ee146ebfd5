"""The last look before publication: what may stand on a page passes, each thing that may not is named."""

import re
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html

from generator import verify
from generator.cli import main
from generator.errors import BuildError
from generator.pipeline import Built, Folders
from generator.verify import check_data, check_page, check_site

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEAD = """<!doctype html><html><head>
<meta http-equiv="Content-Security-Policy" content="POLICY">
<title>示例</title><link rel="canonical" href="https://example.org/a/"><script src="../a.js"></script></head><body>
""".replace("POLICY", POLICY)


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
        '<a href="https://example.org/view?path=/home/x/y-/tmp/z" rel="noopener nofollow">源</a>',
        '<form action="../search/" role="search"></form>',
        "<p>http://www.example.org/home/xxgk/</p>",
        '<a href="mailto:a@example.org">写信</a>',
        '<table><tr><td style="text-align: right;">1</td></tr></table><em>乙</em><ol start="2"><li>丙</li></ol>',
        '<p>/root 和 /tmp 是文件夹，https://example.org/tmp/x 是网址</p><a href="../home/x/">丁</a>',
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
        ("<p>/root/.ssh/id</p>", "本机的路径"),
        ("<p>见 /tmp/x/a.py</p>", "本机的路径"),
        ("<p>/home/runner/work/a</p>", "本机的路径"),
        ("<p>/Users/somebody/a</p>", "本机的路径"),
        ("<p>C:\\Users\\somebody</p>", "本机的路径"),
        (f"<p>ghp_{'a1' * 18}</p>", "密钥"),
        ("<p>-----BEGIN RSA PRIVATE KEY-----</p>", "密钥"),
        ("<img srcset='https://example.org/x.png 1x'>", "srcset"),
        ("<p style='background:url(https://example.org/x)'>x</p>", "style"),
        ("<p style='color:red'>x</p>", "style"),
        ("<style>@import 'https://example.org/x.css';</style>", "<style>"),
        ("<a href='/x' ping='https://example.org/'>x</a>", "ping"),
        ("<div background='https://example.org/x'>x</div>", "background"),
        ("<svg><image href='https://example.org/x'/></svg>", "<image>"),
        ("<svg><use href='https://example.org/x#a'/></svg>", "<use>"),
        ("<svg><a><animate attributeName='href' values='javascript:f()'/></a></svg>", "<animate>"),
        ("<svg><a xlink:href='javascript:f()'>x</a></svg>", "xlink:href"),
        ("<input type='image' src='https://example.org/x'>", "src"),
        ("<video><track src='https://example.org/x'></video>", "<track>"),
        ("<script type='importmap'>{}</script>", "内嵌脚本"),
        ("<script type='module' src='x.js'></script>", "type"),
        ("<a class='md-x' href='https://example.org/'>x</a>", "noopener"),
        ("<a href='\\\\example.org/x'>x</a>", "不是 http"),
        ("<a href='/\\example.org/x'>x</a>", "不是 http"),
        ("<a href='mailto:a@example.org?bcc=b@example.org'>x</a>", "不是 http"),
        ("<a href='x' target='_blank'>x</a>", "target"),
        ("<link rel='preconnect' href='x'>", "rel"),
        ("<link rel='dns-prefetch' href='//example.org'>", "从别处取东西"),
        ("<link rel='stylesheet canonical' href='https://example.org/x.css'>", "从别处取东西"),
        ("<meta name='referrer' content='unsafe-url'>", "referrer"),
        ("<BODY background='https://example.org/x'>", "两个"),
        ("<dialog open>x</dialog>", "<dialog>"),
        ("<template><p>x</p></template>", "<template>"),
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
    """No policy, one that is not first, one that says another word than ours."""
    bare = HEAD.replace('<meta http-equiv="Content-Security-Policy"', "<meta name=x")
    late = HEAD.replace("<head>", "<head><title>x</title>")
    loose = [
        HEAD.replace("script-src 'self';", "script-src 'self' 'unsafe-inline';"),
        HEAD.replace(POLICY, f"{POLICY}; script-src-elem 'unsafe-inline' *"),
        HEAD.replace(POLICY, f"{POLICY}; script-src-attr 'unsafe-inline'"),
        HEAD.replace("connect-src 'self'", "connect-src 'self' *"),
        HEAD.replace("connect-src 'self'", "connect-src 'self' https://example.org/"),
        HEAD.replace("; object-src 'none'", ""),
    ]
    for page in (bare, late, *loose):
        assert "Content-Security-Policy" in "".join(faults(tmp_path, page))


def test_the_policy_of_a_portal_names_the_sites_that_it_was_told_of(tmp_path: Path) -> None:
    """Its search reads the shards: those of shards.yml at another origin, all of them and no other."""
    (tmp_path / "index.html").write_text(
        HEAD.replace("connect-src 'self'", "connect-src 'self' https://a.example.org/ https://b.example.org/"), "utf-8"
    )
    ours = ("https://a.example.org/", "https://b.example.org/")
    assert check_site(tmp_path, connect=ours) == []
    for others in ((), ours[:1], ours[::-1], (*ours, "https://c.example.org/")):
        assert "Content-Security-Policy" in "".join(check_site(tmp_path, connect=others))


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9">{}</svg>'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (SVG.format('<clipPath id="c"><rect rx="3"/></clipPath><g clip-path="url(#c)"><text x="2">甲</text></g>'), ""),
        (SVG.format('<!-- 图 --><title>甲</title><use href="#c"/>'), ""),
        (SVG.format("<g aria-label='javascript:f() url(//example.org/) @import'><text>javascript:</text></g>"), ""),
        (SVG.format("<script>f()</script>"), "<script>"),
        (SVG.format("<rect onload='f()'/>"), "事件属性"),
        (SVG.replace(" width", ' onload="f()" width').format(""), "事件属性"),
        (SVG.format("<a href='javascript:f()'><text>x</text></a>"), "<a>"),
        (SVG.format("<image href='https://example.org/x'/>"), "<image>"),
        (SVG.format("<use xlink:href='https://example.org/x#a'/>"), "别处"),
        (SVG.format("<use href='data:image/svg+xml,x#a'/>"), "别处"),
        (SVG.format("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>"), "<foreignObject>"),
        (SVG.format("<animate attributeName='href' values='javascript:f()'/>"), "<animate>"),
        (SVG.format("<set attributeName='x' to='1'/>"), "<set>"),
        (SVG.format("<style>@import 'https://example.org/x.css';</style>"), "<style>"),
        (SVG.format("<rect fill='url(https://example.org/x#a)'/>"), "别处"),
        (SVG.format("<rect style='background:url( //example.org/x )'/>"), "别处"),
        (f"<?xml-stylesheet href='https://example.org/x.css'?>{SVG.format('')}", "声明"),
        (f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{SVG.format('&a;')}", "声明"),
        ("<svg", "不是完好的 SVG"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'><script>f()</script></html>", "<html>"),
    ],
)
def test_a_picture_draws_and_no_more(tmp_path: Path, data: str, told: str) -> None:
    """An SVG file is a page of its own for whoever opens it, and no policy stands in it."""
    (tmp_path / "a.svg").write_text(data, "utf-8")
    found = "".join(check_data(tmp_path / "a.svg"))
    assert told in found
    assert bool(found) == bool(told)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("a{b:url(x.png)} c{d:url( 'data:image/svg+xml;utf8,<svg/>' )}", False),
        ("@import 'x.css';", True),
        ("a{b:url(https://example.org/x)}", True),
        ("a{b:url( '//example.org/x' )}", True),
    ],
)
def test_a_style_sheet_fetches_nothing_from_elsewhere(tmp_path: Path, data: str, told: bool) -> None:
    (tmp_path / "a.css").write_text(data, "utf-8")
    assert bool(check_data(tmp_path / "a.css")) == told


@pytest.mark.parametrize("kind", ["js", "css", "svg", "xml", "txt"])
def test_folders_of_any_machine_are_named_where_no_report_speaks(tmp_path: Path, kind: str) -> None:
    """In a table and a record a report may print such a path; there only our own are looked for."""
    said = SVG.format("<text>/home/somebody/a</text>")
    for one, told in ((kind, True), ("json", False), ("csv", False)):
        path = tmp_path / f"a.{one}"
        path.write_text(said, "utf-8")
        assert ("本机的路径「/home/somebody/a」" in "".join(check_data(path))) == told


def test_a_short_home_is_named_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container the home is /root, and the reading leaves its traces under /tmp."""
    monkeypatch.setenv("HOME", "/root")
    monkeypatch.setenv("TMPDIR", "/tmp")  # noqa: S108 — nothing is written there
    monkeypatch.setattr(tempfile, "tempdir", None)
    verify._own_folders.cache_clear()
    here = ("/root/.ssh", "/tmp/nianbao-x/a")  # noqa: S108 — same
    for said, told in (*((one, True) for one in here), ("/rooted", False), ("在/tmp/下", False)):
        (tmp_path / "a.json").write_text(f'"{said}"', "utf-8")
        assert bool(check_data(tmp_path / "a.json")) == told, said
    verify._own_folders.cache_clear()


@pytest.mark.parametrize("name", ["a.HTML", "a.htm", "a.xhtml", "a.shtml"])
def test_a_page_is_a_page_whatever_its_ending(tmp_path: Path, name: str) -> None:
    (tmp_path / "index.html").write_text(HEAD, "utf-8")
    (tmp_path / name).write_text(f"{HEAD}<script>f()</script>", "utf-8")
    assert check_site(tmp_path) == [f"{name}：有内嵌脚本"]
    (tmp_path / name).write_text("", "utf-8")
    assert check_site(tmp_path) == [f"{name}：不是网页"]


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
