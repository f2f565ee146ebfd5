"""One archive on several sites: together they are the whole, nothing stands twice, and every link leads to its page."""

import csv
import fcntl
import json
import posixpath
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from click.testing import CliRunner
from lxml import html
from places import ROOT
from several import HOMES, SHARDS, Sites, build_several, write_several

from generator.archive import load_registry
from generator.cli import main
from generator.errors import ConfigError
from generator.shards import Shards, load_shards
from generator.sharing import address_of, let_through
from generator.site import encode, model
from generator.site.share import share
from generator.verify import check_site
from generator.yamlfile import load_yaml

NEAR, FAR = "https://example.org/", "https://far.example.org/"
PARTS = ("dong", "xi", "hai")
SITES = (*PARTS, "portal")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    return build_several(tmp_path_factory.mktemp("several"), NEAR, FAR)


def tree(folder: Path, under: str = "") -> dict[str, bytes]:
    """Every file of a folder, by path."""
    files = (path for path in (folder / under).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@contextmanager
def taken(cache: Path) -> Iterator[None]:
    """As if another build were at work with the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def rows(sites: Sites, site: str, name: str) -> list[dict[str, str]]:
    path = sites.folders[site].site / "data" / name
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


# --- together they are the whole -------------------------------------------------------------------------------------


def test_the_shards_are_the_whole_and_nothing_stands_twice(sites: Sites) -> None:
    """Pages, data and badges of agencies and their years: each on just one shard, none on the portal."""
    whole = tree(sites.folders["whole"].site, "a")
    parts = {name: tree(sites.folders[name].site, "a") for name in SITES}
    assert parts["portal"] == {}
    assert sorted(path for name in PARTS for path in parts[name]) == sorted(whole)
    assert len([path for path in whole if re.fullmatch(r"a/[^/]+/\d{4}/index.html", path)]) == 6
    for name in PARTS:
        assert {path.split("/")[1] for path in parts[name]} == {agency for agency, at in HOMES.items() if at == name}


def test_an_agencys_pages_are_those_of_the_whole_site_but_for_the_addresses(sites: Sites) -> None:
    """Word for word; data and badges byte for byte."""
    whole = tree(sites.folders["whole"].docs, "a")
    for name in PARTS:
        for path, data in tree(sites.folders[name].docs, "a").items():
            if path.endswith(".md"):
                assert plain(data, sites) == plain(whole[path], sites), path
            else:
                assert data == whole[path], path


def plain(page: bytes, sites: Sites) -> str:
    """A page without the addresses of sites, the way up, and the words on how to fill in an address."""
    text = page.decode()
    for address in sites.addresses.values():
        text = text.replace(encode.href(address), "").replace(encode.text(address), "")
    text = text.replace("，并把「https://本站网址/」换成本站的地址", "").replace("https://本站网址/", "")
    return re.sub(r'(href=")(?:\.\./)*([ar]/[^"]*")(?: rel="noopener nofollow")?', r"\1\2", text)


@pytest.mark.parametrize("name", ["reports.csv", "cells.csv", "findings.csv", "coverage.csv", "agencies.csv"])
def test_the_judgements_and_all_data_are_those_of_the_whole_archive(sites: Sites, name: str) -> None:
    """The rows of the shards are the rows of the whole; what an agency is compared with may stand on another site."""
    found = [tuple(row.items()) for part in PARTS for row in rows(sites, part, name)]
    assert sorted(found) == sorted(tuple(row.items()) for row in rows(sites, "whole", name))


def test_some_judgements_need_the_other_sites(sites: Sites) -> None:
    """The archive of these tests has what only the whole shows: copied text and outliers across shards."""
    failing = {
        (row["check"], row["agency_id"])
        for part in PARTS
        for row in rows(sites, part, "findings.csv")
        if row["status"] == "fail"
    }
    assert {("copy-other", "shidong-xian"), ("copy-other", "shili-qingshan")} <= failing
    assert "figures-peers" in {check for check, _ in failing}
    page = html.fromstring((sites.folders["hai"].site / "a/shidong-xian/2022/index.html").read_bytes())
    [link] = page.xpath('//*[@class="nb-pair"][1]//a')
    assert (link.get("href"), link.get("rel")) == (f"{NEAR}nianbao-xi/a/shili-qingshan/2022/", "noopener nofollow")
    assert link.text == "示例县青山镇人民政府 2022 年度报告"


def test_the_portal_counts_everything_and_names_what_no_shard_holds(sites: Sites) -> None:
    """Numbers of the whole archive on the home page; a file outside all agencies is told of on the portal."""
    portal = sites.folders["portal"].site
    shown = html.fromstring((portal / "index.html").read_bytes()).xpath('//*[@class="nb-figures"]//dd/text()')
    whole = html.fromstring((sites.folders["whole"].site / "index.html").read_bytes())
    assert shown == whole.xpath('//*[@class="nb-figures"]//dd/text()')
    table = html.fromstring((portal / "index.html").read_bytes()).xpath("//table//tr[td]")
    assert [[cell.text_content() for cell in row] for row in table] == [
        ["东片", "示例省（部分）", "1", "1"],
        ["西片", "示例省（部分）", "2", "3"],
        ["海片", "示东省", "1", "1"],
    ]
    findings = (portal / "findings/index.html").read_text("utf-8")
    assert "nobody" in findings
    assert "nobody" not in "".join((sites.folders[part].site / "findings/index.html").read_text() for part in PARTS)


def test_the_portals_data_lead_to_the_files_of_the_shards(sites: Sites) -> None:
    """Every long list of every shard is named in datapackage.json with its address; all of them are there."""
    package = json.loads((sites.folders["portal"].site / "data/datapackage.json").read_text("utf-8"))
    paths = {resource["path"] for resource in package["resources"]}
    names = ("reports", "cells", "findings", "coverage")
    assert paths == {
        *(f"{sites.addresses[part]}data/{name}.csv" for part in PARTS for name in names),
        *("shards.csv", "agencies.csv", "checks.csv"),
    }
    assert [(row["shard"], row["reports"]) for row in rows(sites, "portal", "shards.csv")] == [
        ("dong", "1"),
        ("xi", "3"),
        ("hai", "1"),
    ]


# --- links -----------------------------------------------------------------------------------------------------------


def links(site: Path) -> Iterator[tuple[str, html.HtmlElement, str]]:
    """Every link of every page: the page's address in the site, the element, where it leads."""
    for path in sorted(site.rglob("*.html")):
        if path.name != "404.html":
            page = path.relative_to(site).as_posix().removesuffix("index.html")
            for element in html.fromstring(path.read_bytes()).iter("a"):
                if element.get("href"):
                    yield page, element, element.get("href")


@pytest.mark.parametrize("name", SITES)
def test_every_link_leads_to_a_page(sites: Sites, name: str) -> None:
    """Within the site, or to the right page, and the right place on it, of another; nowhere else."""
    _check_links(sites, name)


def _check_links(sites: Sites, name: str) -> None:
    crossing = 0
    for page, element, href in links(sites.folders[name].site):
        target, fragment = urldefrag(href)
        home = next((one for one, address in sites.addresses.items() if href.startswith(address)), None)
        if home:
            assert home != name, (page, href)
            assert element.get("rel") == "noopener nofollow", (page, href)
            file, crossing = sites.folders[home].site / target.removeprefix(sites.addresses[home]), crossing + 1
        elif href.startswith(("http:", "https:")):
            assert href == "https://squidfunk.github.io/mkdocs-material/", (page, href)  # the theme's own footer
            continue
        else:
            file = sites.folders[name].site / posixpath.normpath(posixpath.join(page, target.partition("?")[0] or "."))
        file = file / "index.html" if file.is_dir() or not file.suffix else file
        assert file.is_file(), (page, href)
        if fragment and file.suffix == ".html":
            assert html.fromstring(file.read_bytes()).xpath("//@id[. = $id]", id=unquote(fragment)), (page, href)
    assert crossing >= 10


def test_the_index_of_the_portal_leads_to_the_pages_of_every_shard(sites: Sites) -> None:
    """What the index of the whole site finds, at the address of its shard; a shard's own leads to the shard alone."""
    found = set(addresses(sites, "portal"))
    bodies = [one for one in addresses(sites, "whole") if one.startswith("a/")]
    assert {one for one in found if "/a/" in one} == {sites.addresses[HOMES[one.split("/")[1]]] + one for one in bodies}
    for part in PARTS:
        assert [one for one in addresses(sites, part) if "://" in one] == [f"{sites.addresses['portal']}r/"]
    _check_index(sites, found)


def _check_index(sites: Sites, found: set[str]) -> None:
    for one in found:
        home = next(name for name, address in sites.addresses.items() if one.startswith(address) or "://" not in one)
        target, fragment = urldefrag(one.removeprefix(sites.addresses[home]))
        home = home if "://" in one else "portal"
        page = html.fromstring((sites.folders[home].site / target / "index.html").read_bytes())
        assert not fragment or page.xpath("//@id[. = $id]", id=unquote(fragment)), one


def test_links_hold_where_one_shard_cuts_a_province_into_cities_and_another_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A province with many agencies has a page for each city (``MOST_AGENCIES``), on each site by its own count."""
    monkeypatch.setattr(model, "MOST_AGENCIES", 1)
    sites = build_several(tmp_path, NEAR, FAR)
    cut = {name: (sites.folders[name].site / "r/990100/index.html").is_file() for name in ("dong", "xi")}
    assert cut == {"dong": False, "xi": True}
    for name in SITES:
        _check_links(sites, name)
    _check_index(sites, set(addresses(sites, "portal")))


def addresses(sites: Sites, site: str) -> list[str]:
    """Where the entries of a site's search index lead to."""
    found = []
    for path in sorted((sites.folders[site].site / "search/m").glob("*.json")):
        url = ""
        for same, rest, *_ in json.loads(path.read_bytes()):
            url = url[:same] + rest
            found.append(url)
    assert len(found) == len(set(found))
    return found


@pytest.mark.parametrize("name", SITES)
def test_each_site_may_be_published_and_knows_its_address(sites: Sites, name: str) -> None:
    """The last look finds nothing; canonical addresses and the sitemap are those of shards.yml."""
    folders = sites.folders[name]
    site = folders.site
    assert check_site(site, connect=let_through(folders.content, folders.config)) == []
    assert bool(check_site(site)) == (name == "portal")
    [canonical] = html.fromstring((site / "method/index.html").read_bytes()).xpath('//link[@rel="canonical"]/@href')
    assert canonical == f"{sites.addresses[name]}method/"
    listed = re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    assert sites.addresses[name] in listed
    assert all(one.startswith(sites.addresses[name]) for one in listed)


def test_the_policy_lets_through_just_the_shards_at_other_origins(sites: Sites) -> None:
    """On the portal alone: its search reads the texts of all shards. Same origin needs no word."""
    for name in SITES:
        [policy] = html.fromstring((sites.folders[name].site / "index.html").read_bytes()).xpath(
            "//meta[@http-equiv]/@content"
        )
        [allowed] = re.findall("connect-src ([^;]*);", policy)
        assert allowed == ("'self' https://far.example.org/nianbao-hai/" if name == "portal" else "'self'")


def test_stock_mkdocs_makes_the_same_portal(sites: Sites) -> None:
    """What is told to mkdocs.yml is told to MkDocs itself too."""
    fast = sites.folders["portal"]
    slow = build_several(fast.content.parent, NEAR, FAR, stock=True, only="portal").folders["portal"]
    assert tree(slow.site) == tree(fast.site)


def test_a_shard_is_built_while_another_build_has_the_cache(tmp_path: Path) -> None:
    """What is kept for this build alone lasts until the shard's pages are written: the same bytes as with the cache."""
    fast = build_several(tmp_path, NEAR, FAR, only="xi").folders["xi"]
    expected = tree(fast.docs), tree(fast.site)
    shutil.rmtree(fast.docs)
    with taken(fast.docs.with_name("cache")):
        built = build_several(tmp_path, NEAR, FAR, only="xi").built["xi"]
    assert (tree(fast.docs), tree(fast.site)) == expected
    assert any("没有用缓存" in remark for remark in built.remarks)


def test_a_sidecar_fault_is_told_while_another_build_has_the_cache(tmp_path: Path) -> None:
    """The summary of a whole build asks for no report: what is kept for this build alone has gone by then."""
    content, config = write_several(tmp_path, NEAR, FAR)
    for agency in ("shidong-xian", "shili-qu"):  # the reports of the agency that was judged last are still at hand
        (content / f"reports/{agency}/2022.yml").write_text("nothing: 1\n", "utf-8")
    made = tmp_path / "made"
    places = {"--content": content, "--config": config, "--store": made / "store", "--docs": made / "docs"}
    options = [str(part) for pair in (places | {"--site-dir": tmp_path / "site"}).items() for part in pair]
    with taken(made / "cache"):
        run = CliRunner().invoke(main, ["build", *options, "--jobs", "1"], catch_exceptions=False)
    assert run.exit_code == 0, run.stderr
    lines = [line for line in run.stderr.splitlines() if "旁注里有一项没有采用" in line]
    assert [line.partition("：第 1 行 ")[0] for line in lines] == [
        f"{content}/reports/{agency}/2022.yml" for agency in ("shidong-xian", "shili-qu")
    ]


def test_damage_that_only_a_shard_meets_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that is spoilt after all was judged, before the shard asks for it: everything is read once more."""
    fast = build_several(tmp_path, NEAR, FAR, only="xi").folders["xi"]
    expected = tree(fast.docs)
    shutil.rmtree(fast.docs)
    cache = fast.docs.with_name("cache") / "nianbao.sqlite"
    spoilt: list[int] = []

    def spoiling(whole: model.Archive, shards: Shards, site: str) -> model.Archive:
        if not spoilt:
            with sqlite3.connect(cache) as db:
                spoilt.append(db.execute("update kept set data = x'00' where kind = 'report'").rowcount)
        return share(whole, shards, site)

    monkeypatch.setattr("generator.sharing.share", spoiling)
    build_several(tmp_path, NEAR, FAR, only="xi")
    assert spoilt[0] > 0
    assert tree(fast.docs) == expected


# --- shards.yml ------------------------------------------------------------------------------------------------------


@pytest.fixture
def several(tmp_path: Path) -> tuple[Path, Path]:
    return write_several(tmp_path, NEAR, FAR)


GOOD = SHARDS.format(near=NEAR, far=FAR)


EMPTY = '["980000"]}\n  - {id: kong, name: 空片, address: "https://a.example", regions: ["970000"]'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('regions: ["990000"]', 'regions: ["990102", "990101"]', "第 4 行 区划「990101」已经由分站「dong」用了"),
        ("id: hai", "id: xi", "第 5 行 代号「xi」已经由分站「xi」用了"),
        ("id: hai", "id: portal", "第 5 行 代号「portal」已经由门户用了"),
        ("nianbao-dong/", "nianbao", "第 3 行 网址「https://example.org/nianbao/」已经由门户用了"),
        ('["980000"]', '["970000"]', "第 2 行 机关「shidong-xian」（示东省示海市示海县）不属于任何分站，请把"),
        ('["980000"]', EMPTY, "第 6 行 分站「kong」一个机关也没有"),
        ('["980000"]', '["98"]', "第 5 行 「shards 第 3 项的 regions 第 1 项」写的是「98」，应当是六位数字的区划代码"),
        ('["980000"]', "[]", "第 5 行 「shards 第 3 项的 regions」"),
        (
            "https://far.example.org",
            "javascript:1",
            "第 5 行 「shards 第 3 项的 address」写的是「javascript:1/nianbao-hai/」",
        ),
        ("name: 海片", "nam: 海片", "第 5 行 不认识「shards 第 3 项的 nam」这一项，是不是「name」？"),
    ],
)
def test_a_fault_in_shards_yml_is_told_with_its_line(several: tuple[Path, Path], old: str, new: str, said: str) -> None:
    """In Chinese, with the line and what to do; before a single report is read."""
    content, config = several
    assert old in GOOD
    (config / "shards.yml").write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as error:
        load_shards(config, load_registry(content))
    assert said in str(error.value)
    assert str(error.value).startswith(f"{config / 'shards.yml'}：")
    assert str(error.value).endswith("请照 CONTRIBUTING.md 的「分站」改正")


def test_the_example_in_the_documentation_is_right(tmp_path: Path) -> None:
    """CONTRIBUTING.md: what stands there can be written as it stands, but for the name of the owner."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").replace("拥有者", "shili")
    [example] = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if block.startswith("portal:")]
    path = tmp_path / "shards.yml"
    path.write_text(example, "utf-8")
    shards = load_yaml(path, Shards)
    assert [shard.id for code in ("370112", "370202") if (shard := shards.of(code))] == ["jinan", "dong"]


def test_the_longest_code_decides(several: tuple[Path, Path]) -> None:
    """A county can be taken out of its province; a division in no shard's list goes with the one above it."""
    content, config = several
    shards = load_shards(config, load_registry(content))
    found = {
        code: shard.id for code in ("990000", "990100", "990101", "990102", "980101") if (shard := shards.of(code))
    }
    assert found == {"990000": "dong", "990100": "dong", "990101": "xi", "990102": "dong", "980101": "hai"}
    assert shards.of("970000") is None


def test_the_address_must_be_the_one_that_the_others_lead_to(
    several: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SITE_URL, which GitHub Pages gives, may leave out the last slash; another address stops the build."""
    content, config = several
    shards = load_shards(config, load_registry(content))
    for given in ("", "https://Example.org/nianbao-xi", "https://example.org/nianbao-xi/"):
        monkeypatch.setenv("SITE_URL", given)
        assert address_of(shards, "xi", config) == "https://example.org/nianbao-xi/"
    monkeypatch.setenv("SITE_URL", "https://example.org/nianbao-dong")
    with pytest.raises(ConfigError, match=r"网站将发布到 .*nianbao-dong，与「xi」的网址"):
        address_of(shards, "xi", config)


def run(several: tuple[Path, Path], *arguments: str) -> tuple[int, str]:
    content, config = several
    result = CliRunner().invoke(main, [*arguments, "--content", str(content), "--config", str(config)])
    return result.exit_code, result.output


def test_the_command_lists_the_sites(several: tuple[Path, Path]) -> None:
    """For people with what each holds, for a workflow as ids."""
    code, said = run(several, "shards")
    assert code == 0
    assert said.splitlines()[2].split() == [
        "xi",
        "https://example.org/nianbao-xi/",
        "西片：2",
        "个机关，3",
        "个报告文件",
    ]
    assert run(several, "shards", "--json") == (0, '["dong", "xi", "hai", "portal"]\n')


def test_what_cannot_be_built_is_said_at_once(several: tuple[Path, Path]) -> None:
    """An unknown shard, two sites at a time, no shards.yml: one line, exit code 2."""
    assert run(several, "build", "--shard", "nan") == (
        2,
        f"错误：{several[1] / 'shards.yml'}：没有「nan」这个分站。现有：dong、xi、hai\n",
    )
    code, said = run(several, "build", "--shard", "xi", "--portal")
    assert (code, "只能写一个" in said) == (2, True)
    (several[1] / "shards.yml").unlink()
    for arguments in (["build", "--portal"], ["shards"]):
        code, said = run(several, *arguments)
        assert (code, "没有分站的配置" in said) == (2, True)
