"""The search script itself, in a real Chromium: it finds what a scan of all texts finds, under a strict policy."""

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from chromium import FLAGS, chromium
from index_reader import built, scan
from playwright.sync_api import Page, Route, expect, sync_playwright
from test_search import archive

from generator.search import Entry, fold, index, words

pytestmark = pytest.mark.browser
ASSETS = Path(__file__).parents[1] / "site_config" / "assets"
ENTRIES = archive(150)
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'"
ASK = """async query => {
  const search = window.nianbaoSearch;
  const found = await search.find(query);
  const views = await Promise.all(found.ids.map(id => search.shown(found, id)));
  return views.filter(Boolean).map(view => [view.url.slice(search.SITE.href.length), view.passage]);
}"""


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


def _write(site: Path, entries: Sequence[Entry] = ENTRIES) -> None:
    """A site that is nothing but its index, the data that the entries' texts stand in, and a page with the script."""
    for path, data in built(entries, {entry.region: f"示例省{entry.region}" for entry in entries}, LABELS).items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    for entry in entries:
        if entry.is_stored:
            (site / entry.url).mkdir(parents=True)
            told = {"title": None, "texts": {"overview": entry.text}}
            (site / entry.url / "data.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    (site / "assets").mkdir()
    (site / "assets/search-index.js").write_bytes((ASSETS / "search-index.js").read_bytes())
    script = '<script src="assets/search-index.js"></script>'
    (site / "index.html").write_text(f'<!doctype html><meta charset="utf-8">{script}', "utf-8")


def _write_page(site: Path) -> None:
    """The search page over four pages, of which two have the pieces of 「青山绿水」 apart, but never the words."""
    said = {2021: "青山。山绿。绿水。", 2022: "这里有青山绿水。", 2023: "青山，山绿，绿水。", 2024: "示例。"}
    entries = [
        Entry("x", f"a/x/{year}/", f"示例报告{year}", (), text, "report", "990000", "county", year, "consistent")
        for year, text in said.items()
    ]
    labels = {"kind": {"report": "年度报告"}, "level": {"county": "县级"}, "verdict": {"consistent": ["勾稽一致", "✓"]}}
    for path, data in index(entries, {"990000": "示例省"}, labels):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(data)
    (site / "assets").mkdir()
    for name in ("search-index.js", "search.js"):
        (site / "assets" / name).write_bytes((ASSETS / name).read_bytes())
    scripts = "".join(f'<script src="../assets/{name}"></script>' for name in ("search-index.js", "search.js"))
    body = f'<!doctype html><meta charset="utf-8"><title>搜索</title><div id="nb-search-page"></div>{scripts}'
    (site / "search/index.html").write_text(body, "utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    work = tmp_path_factory.mktemp("search")
    _write(work / "some" / "path")
    _write(work / "rough", _rough())
    _write_search_page(work / "rough")
    _write_page(work / "some" / "other")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(work)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        opened = launched.new_page()
        opened.goto(f"http://127.0.0.1:{server.server_port}/some/path/")
        yield opened
        launched.close()
    server.shutdown()
    server.server_close()


LABELS = {"kind": {"report": "报告"}, "level": {"township": "乡镇"}, "verdict": {"consistent": ["没有发现差错", "✓"]}}
PHRASE, APART = "信息公开政府", "信息公开。公开政府。息公。开政府。"


def _rough() -> list[Entry]:
    """Reports of 150 agencies: all have every two letters of the phrase, the oldest of 14 agencies the phrase itself.

    Another phrase, 公开信息公开政, is the same way in nobody's text.
    """
    told = {"kind": "report", "level": "township", "verdict": "consistent", "is_stored": True}
    texts = {True: f"本年{PHRASE}采购要点。开信息。", False: f"本年{APART}开信息。"}
    return [
        Entry(
            f"x-{n:03}",
            f"a/x-{n:03}/{year}/",
            f"示例镇 {year} 年",
            (),
            texts[year == 2021 and n > 135],
            year=year,
            **told,
        )
        for n in range(150)
        for year in (2021, 2022, 2023)
    ]


def _write_search_page(site: Path) -> None:
    (site / "search/index.html").write_text(
        '<!doctype html><meta charset="utf-8"><title>搜索</title><input type="checkbox" id="__search">'
        '<div class="nb-search"><form><input id="nb-q"></form><p id="nb-status"></p><ol id="nb-found"></ol></div>'
        '<div id="nb-search-page"></div>'
        '<script src="../assets/search-index.js"></script><script src="../assets/search.js"></script>',
        "utf-8",
    )
    (site / "assets/search.js").write_bytes((ASSETS / "search.js").read_bytes())


def ask(page: Page, query: str) -> list[Any]:
    answer = page.evaluate(ASK, query)
    assert isinstance(answer, list)
    return answer


def expected(query: str) -> set[str]:
    return {ENTRIES[hit].url for hit in scan(ENTRIES, query)}


def test_hits_are_those_of_a_scan(page: Page) -> None:
    """For pieces of all lengths, of texts and of names, the entries shown are exactly those that have the words."""
    random = Random(5)
    for _ in range(60):
        entry = random.choice(ENTRIES)
        source = random.choice([entry.text, entry.text, entry.title, entry.names[0]])
        start = random.randrange(len(source))
        query = source[start : start + random.choice((1, 2, 2, 3, 4, 7, 20, 60))]
        if words(query):
            assert {url for url, _ in ask(page, query)} == expected(query), query


def test_what_is_written_otherwise_is_found(page: Page) -> None:
    """Traditional characters, other widths, brackets and line breaks in a query; several words in any order."""
    name, year = ENTRIES[1].names[0], ENTRIES[1].year
    for query in (
        *(f"{name}\u3000（{year}）", f"{year}\n{name}", f"「{name}」"),
        *("聯繫電話", "聯繫電話：", "政務公開 監督", "ｐｄｆ", "　"),
    ):
        if words(query):
            assert {url for url, _ in ask(page, query)} == expected(query), query
    assert len(ask(page, "聯繫電話")) > 100


def test_names_come_first_and_the_newest_year_before_older_ones(page: Page) -> None:
    """A full name leads to its agency, then to its reports, newest first; what only mentions it comes after."""
    agency = ENTRIES[6]
    for query in (agency.title, agency.names[0]):
        urls = [url for url, _ in ask(page, query)]
        assert urls[0] == agency.url
        own = [f"{agency.url}{year}/" for year in range(2024, 2019, -1)]
        places = [urls.index(url) for url in own]
        assert all(a < b for a, b in pairwise(places))
    assert ask(page, f"{agency.title} 2022")[0][0] == f"{agency.url}2022/"


def test_the_passage_shows_the_words_as_printed(page: Page) -> None:
    """What is marked is the query, whatever its width and form; around it stands the report's own text."""
    for query in ("公開透明", "０"):
        for url, passage in ask(page, query)[:5]:
            if passage:
                marked = [text for text, is_word in passage if is_word]
                assert marked
                assert all(fold(text) == fold(query) for text in marked)
                whole = "".join(text for text, _ in passage).strip("…")
                assert whole in next(f"示例省{e.region}\n\n{e.text}" for e in ENTRIES if e.url == url)


def test_both_sides_fold_alike(page: Page) -> None:
    """Every character of the basic plane, between letters, digits and spaces, is folded alike by Python and browser."""
    for around in ("一{}一", "a{}b", "1{}2", " {} "):
        every = [around.format(chr(code)) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
        text = "，".join(every)
        assert page.evaluate("text => window.nianbaoSearch.fold(text)", text) == fold(text)


def test_a_query_fetches_little(page: Page) -> None:
    """A first query on an empty cache asks for less than 150 KB, its first ten results as shown among them."""
    assert page.context.browser
    opened = page.context.browser.new_context().new_page()  # nothing fetched yet
    opened.goto(page.url)
    fetched: list[int] = []
    opened.on("response", lambda response: fetched.append(int(response.headers.get("content-length", 0))))
    found = "async query => { const f = await nianbaoSearch.find(query); const start = f.ids.slice(0, 10);"
    found += " await Promise.all(start.map(id => nianbaoSearch.shown(f, id))); return f.ids.length }"
    assert opened.evaluate(found, "监督 公开") > 10
    assert 0 < sum(fetched) < 150_000
    opened.context.close()


# --- many candidates that prove to be none ----------------------------------------------------------------------------

NOTE = """selector => {
  const status = document.querySelector(selector);
  window.said = [];
  new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
}"""


class _Rough:
    """The search page of the archive that is all candidates: counts what is fetched at once."""

    def __init__(self, page: Page) -> None:
        assert page.context.browser
        self.page = page.context.browser.new_context().new_page()
        self.data: list[str] = []
        self.now = self.most = 0
        self.page.on("request", lambda request: self._count(request.url, 1))
        self.page.on("requestfinished", lambda request: self._count(request.url, -1))
        self.page.goto(page.url.replace("/some/path/", "/rough/search/"))
        self.status = self.page.locator(".nb-search-status")
        self.results = self.page.locator("#nb-search-page li")

    def _count(self, url: str, change: int) -> None:
        if url.endswith("data.json"):
            self.data += [url] if change > 0 else []
            self.now += change
            self.most = max(self.most, self.now)

    def ask(self, query: str) -> None:
        self.page.evaluate(NOTE, ".nb-search-status")
        self.page.locator(".nb-search-input").fill(query)
        self.page.locator(".nb-search-form button").click()

    def said(self) -> list[str]:
        return list(self.page.evaluate("window.said"))


@pytest.fixture
def rough(page: Page) -> Iterator[_Rough]:
    opened = _Rough(page)
    yield opened
    opened.page.context.close()


def test_hits_behind_many_candidates_are_looked_for_until_they_are_found(rough: _Rough) -> None:
    """The hits are of an old year, behind 300 that have the letters apart: none is never said, how far it is, is."""
    rough.ask(PHRASE)
    expect(rough.results).to_have_count(10, timeout=30_000)
    expect(rough.status).to_have_text(re.compile("^至多 1[4-9] 条|^至多 [2-9][0-9] 条"))
    said = rough.said()
    assert "没有找到" not in said
    assert len([one for one in said if re.fullmatch(r"已查 \d+ 份，找到 \d+ 条，还有 \d+ 份在查…", one)]) > 5
    assert 10 < rough.most <= 24
    rough.page.locator(".nb-more").click()
    expect(rough.results).to_have_count(14)
    expect(rough.status).to_have_text("14 条")
    expect(rough.results.nth(10).locator("a")).to_be_focused()
    expect(rough.page.locator(".nb-more")).to_have_count(0)


def test_none_is_said_when_all_candidates_were_looked_at(rough: _Rough) -> None:
    rough.ask("公开信息公开政")
    expect(rough.status).to_have_text("没有找到", timeout=30_000)
    assert len(set(rough.data)) == 450
    assert rough.said().count("没有找到") == 1
    assert rough.status.get_attribute("aria-busy") == "false"


def test_another_question_ends_the_looking(rough: _Rough) -> None:
    """What is asked meanwhile is answered alone: the older question adds nothing to it and fetches no more."""
    rough.ask("公开信息公开政")
    expect(rough.status).to_contain_text("已查")
    rough.ask("示例镇 2022")
    expect(rough.results).to_have_count(10)
    expect(rough.status).to_have_text("至多 150 条")
    seen = len(rough.data)
    rough.page.wait_for_timeout(300)
    assert len(rough.data) == seen < 400
    expect(rough.status).to_have_text("至多 150 条")


def test_hits_show_as_they_come(rough: _Rough) -> None:
    """The first stands there while others are fetched, and no count of another question beside it."""
    rough.ask("示例镇 2022")
    expect(rough.status).to_have_text("至多 150 条")
    held: list[Route] = []
    rough.page.route("**/data.json", lambda route: held.append(route))  # noqa: PLW0108 — playwright counts parameters
    rough.ask("公开")
    while len(held) < 10:
        rough.page.wait_for_timeout(20)
    held.pop(0).continue_()
    expect(rough.status).to_have_text("正在查…")
    expect(rough.status).to_have_attribute("aria-busy", "true")
    expect(rough.results).to_have_count(1)
    for route in held:
        route.continue_()
    expect(rough.results).to_have_count(10)
    expect(rough.status).to_have_attribute("aria-busy", "false")
    assert "至多 150 条" not in rough.said()


def test_what_cannot_be_had_is_told_and_leaves_no_old_hits(rough: _Rough) -> None:
    """Hits of another question do not stand under the word that the index cannot be had."""
    rough.ask("示例镇 2022")
    expect(rough.results).to_have_count(10)
    rough.page.route("**/search/m/**", lambda route: route.abort())
    rough.ask(PHRASE)
    expect(rough.status).to_have_text("搜索的索引取不到，请检查网络后重试", timeout=30_000)
    expect(rough.results).to_have_count(0)


def test_the_failure_of_an_older_question_is_not_the_newer_ones(rough: _Rough) -> None:
    """What was asked last is answered; and when the field is emptied, no word of a failure stays."""
    field, status = rough.page.locator("#nb-q"), rough.page.locator("#nb-status")
    hint = status.text_content()
    field.fill("示例镇 2022")
    expect(rough.page.locator("#nb-found li")).to_have_count(8)
    held: list[Route] = []
    rough.page.route("**/search/s/**", lambda route: held.append(route))  # noqa: PLW0108 — playwright counts parameters
    field.fill("公开信息")
    expect(status).to_have_text("正在查…")
    while not held:
        rough.page.wait_for_timeout(20)
    field.fill("示例镇 2022")
    for route in held:
        route.abort()
    expect(status).to_have_text("至多 150 条")
    expect(rough.page.locator("#nb-found li")).to_have_count(8)
    rough.page.unroute("**/search/s/**")
    rough.page.route("**/search/m/**", lambda route: route.abort())
    field.fill(PHRASE)
    expect(status).to_have_text("搜索的索引取不到，请检查网络后重试", timeout=30_000)
    field.fill("")
    expect(status).to_have_text(hint or "")


def test_the_box_says_how_many_it_has_not_looked_at(rough: _Rough) -> None:
    """While somebody types it stops after 400 candidates, says so, and leads on to the page that goes on."""
    rough.page.locator("#nb-q").fill(PHRASE)
    status = rough.page.locator("#nb-status")
    expect(status).to_have_text("已查 400 份，找到 0 条，还有 50 份没有查", timeout=30_000)
    rough.page.locator(".nb-found-all a").click()
    expect(rough.results).to_have_count(10, timeout=30_000)


@pytest.fixture
def asked(page: Page) -> Iterator[Page]:
    """The search page, asked for words that two of three candidates prove not to have."""
    assert page.context.browser
    opened = page.context.browser.new_context().new_page()
    opened.goto(f"{page.url}../other/search/?q=青山绿水")
    yield opened
    opened.context.close()


def offered(page: Page) -> list[str]:
    return page.locator(".nb-facets option").all_text_contents()


def test_what_proves_not_to_be_found_is_not_counted(asked: Page) -> None:
    """Once the hits are compared letter by letter, the selects count what is listed and nothing else."""
    expect(asked.locator(".nb-search-status")).to_have_text("1 条")
    whole = ["年度报告（1）", "示例省（1）", "县级（1）", "2022 年（1）", "勾稽一致（1）"]
    assert [text for text in offered(asked) if text != "全部"] == whole
    asked.goto(f"{asked.url}&year=2023")
    expect(asked.locator(".nb-search-status")).to_have_text("没有找到")
    # Of the other years nothing was compared yet: what they may have is said to be no more than that.
    assert [text for text in offered(asked) if text != "全部"] == [
        "2023 年（0）",
        "2022 年（至多 1）",
        "2021 年（至多 1）",
    ]


def test_back_undoes_a_choice(asked: Page) -> None:
    """A choice in a select is a step: Back leads to the list before it, not away from the search."""
    status, year = asked.locator(".nb-search-status"), asked.get_by_label("年度", exact=True)
    expect(status).to_have_text("1 条")
    asked.locator("input[type=search]").fill("示例")
    asked.locator("input[type=search]").press("Enter")
    expect(status).to_have_text("4 条")
    year.select_option("2024")
    expect(status).to_have_text("1 条")
    asked.go_back()
    expect(status).to_have_text("4 条")
    expect(year).to_have_value("")
    asked.go_back()
    expect(status).to_have_text("1 条")
    expect(asked.locator("input[type=search]")).to_have_value("青山绿水")
