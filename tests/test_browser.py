"""The site as a citizen sees it: a real Chromium on a real build, served under a sub-path as GitHub Pages does."""

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from chromium import FLAGS, chromium
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from generator.pipeline import Folders, build_site

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[1]
SHOTS = ROOT / "build" / "screenshots"
KINDS = {
    "home": "",
    "report": "a/hongze/2023/",
    "agency": "a/suqian/",
    "one-year": "a/wuzhi-government-office/",
    "regions": "r/",
    "region": "r/320000/",
    "coverage": "coverage/",
    "coverage-province": "coverage/320000/",
    "findings": "findings/",
    "checks": "checks/",
    "check": "checks/disputes-total/",
    "glossary": "glossary/",
    "method": "method/",
    "data": "data/",
    "about": "about/",
    "search": "search/?q=政府信息公开",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        launched.close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves like GitHub Pages: what is missing gets the site's own 404 page."""

    def log_message(self, *_: object) -> None:
        pass

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        body = (Path(self.directory) / "nianbao" / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the built site, under /nianbao/."""
    work = tmp_path_factory.mktemp("site")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(work)))
    address = f"http://127.0.0.1:{server.server_port}/nianbao/"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SITE_URL", address)
        patch.chdir(ROOT)
        build_site(
            Folders(
                ROOT / "content",
                ROOT / "site_config",
                work / "b/store",
                work / "b/docs",
                work / "nianbao",
                ROOT / "mkdocs.yml",
            ),
            1,
            lambda *_: None,
        )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light", locale="zh-CN")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def _search(page: Page, base: str, words: str, wanted: str) -> None:
    """Type into the search box as a person does; the first result leads to ``wanted``, a pattern of a site's path.

    Waited for, not read at once: until the answer is there the box lists the hits of what was typed so far.
    """
    page.goto(base)
    page.locator(".md-search__input").click()
    page.keyboard.type(words)
    first = page.locator(".md-search-result__item > a").first
    expect(first).to_have_attribute("href", re.compile(f"/nianbao/{wanted}$"), timeout=15_000)


def _scroll_through(page: Page) -> None:
    height = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, 500):
        page.evaluate(f"window.scrollTo(0, {top})")
        page.wait_for_timeout(40)
    page.evaluate("window.scrollTo(0, 0)")


def test_newcomer_finds_a_report_and_its_chart(page: Page, base: str) -> None:
    """From the home page, a search for 段店乡 leads to its report with table and badge, and on to its chart."""
    _search(page, base, "段店乡", "a/yaodu-duandian-xiang/")
    page.locator(".md-search-result__item a[href*='a/yaodu-duandian-xiang/2022/']").first.click()
    expect(page.locator("h1")).to_contain_text("段店乡 2022")
    expect(page.locator(".nb-verdict .nb-badge")).to_have_text("✓勾稽一致")
    expect(page.locator("table.nb-licensing tbody td")).to_have_text("1660")
    page.locator(".nb-crumbs a", has_text="段店乡").click()
    chart = page.locator(".nb-chart").first
    page.locator(".nb-figure").first.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("data-drawn", "true", timeout=15_000)
    expect(chart.locator(".bars path").first).to_be_attached()


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("段店乡", "a/yaodu-duandian-xiang/"),
        ("函谷关", "a/lingbao-hanguguan-zhen/"),
        ("柴胡店", "a/tengzhou-chaihudian-zhen/"),
        ("滕州市柴胡店镇", "a/tengzhou-chaihudian-zhen/"),
        ("武陟", "a/wuzhi-government-office/"),
        ("段店乡 2022", "a/yaodu-duandian-xiang/2022/"),
        ("依申请公开", "glossary/#.*"),
        ("行政处罚", "glossary/#.*"),
        ("灵宝市 函谷关", "a/lingbao-hanguguan-zhen/"),
        ("洪澤區人民政府", "a/hongze/"),
        ("勾稽一致", "method/"),
    ],
)
def test_search_leads_to_the_right_page(page: Page, base: str, words: str, wanted: str) -> None:
    """Chinese names, parts of names and terms lead to the page that a reader wants, first of all."""
    _search(page, base, words, wanted)


def test_search_by_keyboard(page: Page, base: str) -> None:
    """A key opens the box on any page, arrows go through the results, Enter follows one, Escape closes."""
    page.goto(base + KINDS["report"])
    box = page.locator("#nb-q")
    for key in ("/", "s", "f"):
        page.keyboard.press(key)
        expect(box).to_be_focused()
        expect(box).to_have_value("")
        page.keyboard.press("Escape")
        expect(box).not_to_be_focused()
        expect(page.locator("#__search")).not_to_be_checked()
    page.keyboard.press("/")
    page.keyboard.type("舞泉")
    expect(page.locator("#nb-status")).to_contain_text("2 条")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#nb-found a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("舞泉镇")
    page.wait_for_load_state()  # the heading is there before the script that listens to keys
    page.keyboard.press("/")
    page.keyboard.type("舞泉镇")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/nianbao/search/\\?q="))
    expect(page.locator("#nb-search-page .nb-found a").first).to_contain_text("舞泉镇")


def test_search_page_narrows_and_can_be_linked_to(page: Page, base: str) -> None:
    """Selects narrow the hits and say how many each leaves; the address says what is asked, and brings it back."""
    page.goto(base + "search/?q=政府&year=2022")
    results = page.locator("#nb-search-page .nb-found li")
    expect(page.locator(".nb-facets select").nth(3)).to_have_value("2022")
    expect(results.first).to_contain_text("2022")
    year = page.get_by_label("年度", exact=True)
    year.select_option("")
    expect(page.locator(".nb-search-status")).not_to_have_text("")
    page.get_by_label("核对结论", exact=True).select_option("errors")
    expect(results).to_have_count(1)
    expect(results).to_contain_text("洪泽区")
    expect(page).to_have_url(re.compile("q=.*&verdict=errors$"))
    page.reload()
    expect(results).to_have_count(1)
    page.get_by_label("地区", exact=True).select_option("320000")
    expect(page.locator(".nb-facets option", has_text="江苏省淮安市（1）")).to_have_count(1)


def test_more_results_are_added_below(page: Page, base: str) -> None:
    """The button adds the next ten and goes on to the first of them."""
    page.goto(base + KINDS["search"])
    results = page.locator("#nb-search-page .nb-found li")
    expect(results).to_have_count(10)
    page.locator(".nb-more").click()
    expect(results).to_have_count(20)
    expect(results.nth(10).locator("a")).to_be_focused()
    assert len(set(results.locator("a").evaluate_all("links => links.map(link => link.href)"))) == 20


def test_what_is_asked_is_never_taken_for_markup(page: Page, base: str) -> None:
    """A query full of markup is shown as text, and runs nothing."""
    page.goto(base + "search/?q=<img src=x onerror=alert(1)>政府")
    expect(page.locator(".nb-search-status")).not_to_have_text("")
    expect(page.locator(".nb-search-input")).to_have_value("<img src=x onerror=alert(1)>政府")
    assert page.locator("#nb-search-page img, title img").count() == 0


def test_without_javascript_search_says_so(browser: Browser, base: str) -> None:
    """Without JavaScript there is no dead box, but a sentence and a link to the list of regions."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + KINDS["report"])
    expect(page.locator("#nb-q")).to_be_hidden()
    expect(page.locator(".nb-no-search")).to_contain_text("搜索要运行脚本")
    page.goto(base + "search/")
    expect(page.locator(".md-content noscript p")).to_contain_text("按地区浏览")
    page.locator(".nb-no-search a").click()
    expect(page.locator("h1")).to_contain_text("按地区浏览")
    context.close()


def test_failing_cells_are_marked_and_explained(page: Page, base: str) -> None:
    """洪泽区 2023: both wrong totals are marked in the table and explained right beneath it."""
    page.goto(base + KINDS["report"])
    expect(page.locator(".nb-verdict .nb-badge")).to_have_text("✗有差错")
    expect(page.locator("td.nb-fail > a")).to_have_count(10)
    notes = page.locator(".nb-notes li")
    expect(notes).to_have_count(2)
    expect(notes.nth(0)).to_contain_text("相差 11")
    expect(notes.nth(1)).to_contain_text("相差 5")
    target = page.locator("td.nb-fail > a").first.get_attribute("href") or ""
    expect(page.locator(target)).to_have_count(1)


def test_a_finding_across_years_leads_to_the_cell_of_the_other_year(page: Page, base: str) -> None:
    """洪泽区 2024: the link beside the finding opens the report of 2023 with that very cell framed and in view."""
    page.goto(base + "a/hongze/2024/")
    told = page.locator(".nb-beyond", has_text="2023 年度报告").first
    figure = re.search("印作「([0-9]+)」", told.inner_text())
    told.locator("a").click()
    page.wait_for_url("**/a/hongze/2023/?cell=*")
    cell = page.locator("td.nb-cited")
    expect(cell).to_have_count(1)
    assert figure
    expect(cell).to_contain_text(figure[1])
    expect(cell).to_be_in_viewport()


def test_on_a_phone_a_long_list_is_one_column(browser: Browser, base: str) -> None:
    """What a finding says takes the whole width, below whose it is; on a wide screen the table stays a table."""
    for width, whole in ((390, True), (1280, False)):
        context = browser.new_context(viewport={"width": width, "height": 844})
        page = context.new_page()
        page.goto(base + KINDS["findings"])
        row = page.locator("table.nb-stack tbody tr").first
        boxes = [cell.bounding_box() or {} for cell in row.locator("td").all()]
        assert (boxes[-1]["width"] > 0.9 * (row.bounding_box() or {})["width"]) is whole
        assert (boxes[-1]["y"] > boxes[0]["y"]) is whole
        context.close()


def test_single_year_is_drawn_as_a_bar(page: Page, base: str) -> None:
    """An agency with one report gets bars, never a line of one point."""
    page.goto(base + KINDS["one-year"])
    _scroll_through(page)
    for chart in page.locator(".nb-chart").all():
        expect(chart).to_have_attribute("data-drawn", "true", timeout=15_000)
        expect(chart.locator(".bars")).not_to_have_count(0)
        expect(chart.locator(".scatterlayer .trace")).to_have_count(0)


def test_charts_follow_light_and_dark(page: Page, base: str) -> None:
    """Switching the palette recolours the letters of a chart that is already drawn."""
    page.goto(base + KINDS["agency"])
    page.locator(".nb-figure").first.scroll_into_view_if_needed()
    label = page.locator(".nb-chart .xtick text").first
    expect(label).to_be_attached(timeout=15_000)
    light = label.evaluate("e => getComputedStyle(e).fill")
    page.locator("label[for=__palette_1]").first.click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.wait_for_timeout(500)
    assert page.locator(".nb-chart .xtick text").first.evaluate("e => getComputedStyle(e).fill") != light


def test_a_chart_is_what_the_page_and_the_shared_file_say(page: Page, base: str) -> None:
    """Names come from the shared file, figures and years from the page; the year in doubt is marked on the axis."""
    page.goto(base + "a/hongze/")
    _scroll_through(page)
    chart = page.locator("[data-chart=disputes]")
    expect(chart).to_have_attribute("data-drawn", "true", timeout=15_000)
    drawn = chart.locator(".nb-drawn")
    expect(drawn.locator(".legendtext")).to_have_text(["行政复议", "行政诉讼"])
    expect(drawn.locator(".xtick text")).to_have_text(["2023 ✗", "2024"])
    values = drawn.evaluate("e => e.data.map(trace => trace.y)")
    assert values == [[0, 2], [0, 4]]
    expect(page.get_by_role("img", name="淮安市洪泽区人民政府：复议和诉讼，数字见下表")).to_have_count(1)


def test_a_chart_that_cannot_be_drawn_leaves_its_picture(page: Page, base: str) -> None:
    """Where plotly.js or the shared file does not arrive, the small picture and the table stay."""
    page.route("**/charts.json", lambda route: route.abort())
    page.goto(base + KINDS["agency"])
    _scroll_through(page)
    page.wait_for_timeout(500)
    expect(page.locator(".nb-chart > svg").first).to_be_visible()
    expect(page.locator(".nb-drawn")).to_have_count(0)


def test_the_drawer_has_the_links_of_the_tabs(browser: Browser, base: str) -> None:
    """On a phone the menu opens a drawer with every entry of the tabs, the page's own marked."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(base + "coverage/")
    page.locator("label.md-header__button[for=__drawer]").click()
    links = page.locator(".md-nav--primary a")
    assert links.all_inner_texts() == [text.strip() for text in page.locator(".md-tabs a").all_text_contents()]
    expect(page.locator(".md-nav--primary .md-nav__link--active")).to_have_text("收录情况")
    links.filter(has_text="方法").click()
    expect(page.locator("h1")).to_contain_text("方法")
    context.close()


def test_without_javascript_the_navigation_stands(browser: Browser, base: str) -> None:
    """On a phone without JavaScript the tabs themselves are shown, and no menu that would be empty."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(base + KINDS["report"])
    expect(page.locator(".md-tabs a", has_text="按地区浏览")).to_be_visible()
    expect(page.locator("label.md-header__button[for=__drawer]")).to_be_hidden()
    context.close()


def test_the_contents_follow_the_headings(page: Page, base: str) -> None:
    """The table of contents lists the headings, follows the reader, and each heading has its own address beside it."""
    page.goto(base + KINDS["report"])
    entries = page.locator("[data-md-component=toc] a")
    headings = [text.removesuffix("¶") for text in page.locator("article > h2").all_text_contents()]
    assert entries.all_inner_texts() == headings
    entries.nth(3).click()
    expect(page.locator("[data-md-component=toc] .md-nav__link--active")).to_have_text(headings[3])
    expect(page.locator("article > h2").nth(3).locator("a.headerlink")).to_have_attribute("href", re.compile("^#三"))


def test_only_tables_that_scroll_can_be_tabbed_to(browser: Browser, base: str) -> None:
    """On a phone the frame of a wide table takes the keyboard and says what it is; on a wide screen it does not."""
    for width, wide in ((390, True), (1280, False)):
        context = browser.new_context(viewport={"width": width, "height": 844})
        page = context.new_page()
        page.goto(base + KINDS["report"])
        region = page.get_by_role("region", name="收到和处理政府信息公开申请情况（单位：件）")
        expect(region).to_have_count(1 if wide else 0)
        if wide:
            expect(region).to_have_attribute("tabindex", "0")
        expect(page.locator(".nb-scroll[tabindex]", has=page.locator("table.nb-licensing"))).to_have_count(0)
        context.close()


def test_the_address_of_what_could_not_be_checked_opens_its_list(page: Page, base: str) -> None:
    """The id of any finding is an address: one that could not be checked opens the list where it is counted."""
    page.goto(base + KINDS["report"] + "#f-documents-stock-documents")
    expect(page.locator("#unsettled")).to_have_attribute("open", "")
    expect(page.locator("#unsettled li").first).to_contain_text("现行有效件数逐年衔接")


def test_without_javascript_the_numbers_stand(browser: Browser, base: str) -> None:
    """Without JavaScript a small picture stands for each chart, and the table with the same numbers is there."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base + KINDS["agency"])
    picture = page.get_by_role("img", name="：收到的申请，数字见下表")
    expect(picture).to_be_visible()
    bars = picture.locator("path")
    expect(bars).to_have_count(2)
    assert all((bar.bounding_box() or {})["height"] > 0 for bar in bars.all())
    expect(page.locator("table.nb-numbers").first).to_be_visible()
    expect(page.locator("table.nb-numbers").first).to_contain_text("3525")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_request_leaves_the_site_and_nothing_complains(
    browser: Browser, base: str, scheme: Literal["light", "dark"]
) -> None:
    """No page kind asks a third party for anything, misses a file of its own or writes an error to the console."""
    page = browser.new_page(color_scheme=scheme)
    asked: list[str] = []
    missing: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda response: missing.append(response.url) if response.status >= 400 else None)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in KINDS.values():
        page.goto(base + path)
        _scroll_through(page)
    page.close()
    assert [url for url in asked if not url.startswith((base, "data:", "blob:"))] == []
    assert missing == []
    assert complaints == []
    assert not [url for url in asked if "/workers/" in url]  # the theme's own search stays out


def test_404_page_works_under_the_sub_path(page: Page, base: str) -> None:
    """A wrong address, deep in the site, shows the Chinese 404 page with its styles and a way back."""
    page.goto(base + "a/no-such-body/1999/")
    expect(page.locator("h1")).to_have_text("没有这个页面")
    assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"
    page.locator(".md-content a", has_text="按地区浏览").click()
    expect(page.locator("h1")).to_contain_text("按地区浏览")


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_a_phone(browser: Browser, base: str, kind: str) -> None:
    """On a phone no page scrolls sideways; wide tables scroll inside their own frame."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    page.goto(base + KINDS[kind])
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_row_labels_stay_in_view_while_a_table_scrolls(browser: Browser, base: str) -> None:
    """On a phone the label of a row stays at the left edge while its figures scroll."""
    context = browser.new_context(viewport={"width": 360, "height": 780})
    page = context.new_page()
    page.goto(base + KINDS["report"])
    frame = page.locator(".nb-scroll", has=page.locator("table.nb-requests"))
    frame.evaluate("e => { e.scrollLeft = 200 }")
    label = page.locator("table.nb-requests th[scope=row]", has_text="2.重复申请")
    assert frame.evaluate("e => e.scrollLeft") > 100
    assert abs((label.bounding_box() or {})["x"] - (frame.bounding_box() or {})["x"]) < 4
    context.close()


def test_the_matrix_keeps_names_in_view_and_says_all_in_words(browser: Browser, base: str) -> None:
    """On a phone the names stay at the left edge while the years scroll, above what passes under them."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(base + KINDS["coverage"])
    frame = page.locator(".nb-scroll", has=page.locator("table.nb-matrix")).nth(2)
    frame.evaluate("e => { e.scrollLeft = 150 }")
    assert frame.evaluate("e => e.scrollLeft") > 50
    name = frame.locator("tbody th[scope=row]").first
    box = name.bounding_box() or {}
    assert abs(box["x"] - (frame.bounding_box() or {})["x"]) < 4
    on_top = "([x, y]) => document.elementFromPoint(x, y).closest('th') !== null"
    name.scroll_into_view_if_needed()
    box = name.bounding_box() or {}
    assert page.evaluate(on_top, [box["x"] + box["width"] - 3, box["y"] + box["height"] / 2])
    cells = page.locator("table.nb-matrix td")
    assert all(any("\u4e00" <= char <= "\u9fff" for char in text) for text in cells.all_inner_texts())
    context.close()


@pytest.mark.parametrize("path", ["a/hongze/2023/", "a/hongze/"])
def test_a_badge_can_be_embedded_elsewhere(page: Page, base: str, path: str) -> None:
    """The code that the page gives, put into another page, shows the badge in its full width and leads back."""
    page.goto(base + path)
    page.locator(".nb-embed summary").click()
    code = page.locator(".nb-embed code")
    expect(code).to_be_visible()
    page.set_content(code.inner_text())
    picture = page.locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("e => e.decode().then(() => [e.naturalHeight, e.naturalWidth > 150])") == [20, True]
    assert page.locator("a").get_attribute("href") == base + path


def test_the_words_of_a_badge_need_no_squeezing(page: Page, base: str) -> None:
    """What was reckoned for the words is what they take with the fonts of a reader, within a tenth."""
    page.goto(base + "a/hongze/2023/badge.svg")
    for text in page.locator("text").all():
        reckoned, real = text.evaluate(
            "e => { const due = Number(e.getAttribute('textLength')); e.removeAttribute('textLength');"
            " return [due, e.getComputedTextLength()]; }"
        )
        assert abs(reckoned - real) < reckoned / 10


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (390, False)])
def test_copied_passages_stand_side_by_side_or_below_each_other(
    browser: Browser, base: str, width: int, beside: bool
) -> None:
    """Two passages stand side by side on a wide screen and one below the other on a phone, however long a word is."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(base + KINDS["report"])
    passage = f"<div><blockquote>{'示例' * 100 + 'x' * 300}</blockquote></div>"
    page.evaluate(
        "html => document.querySelector('.md-typeset').insertAdjacentHTML('beforeend', html)",
        f'<section class="nb-copy"><div class="nb-pair">{passage * 2}</div></section>',
    )
    left, right = (page.locator(".nb-pair > div").nth(i).bounding_box() or {} for i in (0, 1))
    assert (left["y"] == right["y"]) is beside
    assert (left["x"] == right["x"]) is not beside
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    context.close()


def test_paper_has_whole_charts(page: Page, base: str) -> None:
    """What is drawn has the screen's width and would be cut: paper gets the small picture, whole, on a white ground."""
    page.emulate_media(color_scheme="dark")
    page.goto(base + KINDS["agency"])
    _scroll_through(page)
    chart = page.locator(".nb-chart").first
    expect(chart).to_have_attribute("data-drawn", "true", timeout=15_000)
    expect(chart.locator("> svg")).to_be_hidden()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})
    for one in page.locator(".nb-chart").all():
        expect(one.locator(".nb-drawn")).to_be_hidden()
        expect(one.locator("> svg")).to_be_visible()
        box, picture = (part.bounding_box() or {} for part in (one, one.locator("> svg")))
        assert picture["height"] <= box["height"] + 1
        assert picture["x"] + picture["width"] <= 700
        assert one.evaluate("chart => getComputedStyle(chart).breakInside") == "avoid"
        assert one.evaluate("chart => getComputedStyle(chart).getPropertyValue('--nb-1')").strip() == "#0072b2"


def test_a_picture_stands_in_a_box_of_its_height(browser: Browser, base: str) -> None:
    """On a phone without scripts the small picture has no blank above and below it."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(base + KINDS["agency"])
    box = page.locator(".nb-chart").first.bounding_box() or {}
    assert box["height"] == pytest.approx(box["width"] * 150 / 320, abs=2)
    context.close()


def test_the_keyboard_walks_into_nothing_closed(browser: Browser, base: str) -> None:
    """On a phone Tab stops only at what is seen; the menu opens by key and closes by Escape, the search opens by /."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(base + KINDS["report"])
    focus = "(({ x, right }) => [x, right])(document.activeElement.getBoundingClientRect())"
    stops = []
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement !== document.body && !document.activeElement.matches('.md-skip')"):
            stops.append(page.evaluate(focus))
    assert len(stops) > 15
    assert [(x, right) for x, right in stops if right <= 0 or x >= 390] == []
    page.locator("label.md-header__button[for=__drawer]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".md-sidebar--primary a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".md-sidebar--primary")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#nb-q")).to_be_focused()
    context.close()


def test_screenshots(browser: Browser, base: str, request: pytest.FixtureRequest) -> None:
    """Pictures of home, agency and report, wide and phone-narrow, light and dark, are made for looking at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width, height, size in ((1280, 900, "wide"), (390, 844, "phone")):
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            for kind in ("home", "agency", "report", "coverage"):
                page.goto(base + KINDS[kind])
                _scroll_through(page)
                page.wait_for_timeout(800)
                picture = page.screenshot(path=SHOTS / f"{kind}-{size}-{scheme}.png", full_page=True)
                assert len(picture) > 20_000
            context.close()
    if request.config.getoption("--update-screenshots"):
        context = browser.new_context(viewport={"width": 1180, "height": 820}, color_scheme="light")
        page = context.new_page()
        page.goto(base + KINDS["report"])
        page.locator("table.nb-disputes").scroll_into_view_if_needed()
        page.evaluate(
            "document.querySelector('table.nb-disputes').closest('.nb-scroll').scrollIntoView({block: 'center'})"
        )
        page.wait_for_timeout(500)
        page.screenshot(path=ROOT / "tests" / "screenshots" / "report.png")
        context.close()
