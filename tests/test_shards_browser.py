"""One search over several sites, in a real Chromium: sites under sub-paths of one server, and one on another."""

import functools
import http.server
import re
import threading
from collections.abc import Iterator

import pytest
from chromium import FLAGS, chromium
from playwright.sync_api import Browser, Page, expect, sync_playwright
from several import Sites, build_several

pytestmark = pytest.mark.browser


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves like GitHub Pages, which lets every origin read."""

    def log_message(self, *_: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    work = tmp_path_factory.mktemp("several")
    servers = []
    for name in ("near", "far"):
        handler = functools.partial(_Handler, directory=str(work / name))
        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
    yield build_several(work, *(f"http://127.0.0.1:{server.server_port}/" for server in servers))
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    ("words", "site", "path"),
    [
        ("青山镇 2022", "xi", "a/shili-qingshan/2022/"),
        ("示例区人民政府 2022", "dong", "a/shili-qu/2022/"),
        ("示海县人民政府 2022", "hai", "a/shidong-xian/2022/"),
        ("示海县", "hai", "r/980000/#r980101"),
        ("示例区", "dong", "r/990000/#r990102"),
        ("依申请公开", "portal", "glossary/#.*"),
    ],
)
def test_the_portals_search_leads_to_the_site_that_holds_the_page(
    page: Page, sites: Sites, words: str, site: str, path: str
) -> None:
    """Typed into the box of the portal; a click on the hit opens the page on its own site."""
    page.goto(sites.addresses["portal"])
    page.locator(".md-search__input").click()
    page.keyboard.type(words)
    target = re.compile(f"^{re.escape(sites.addresses[site])}{path}$")
    found = page.locator(f".md-search-result__item > a[href^='{sites.addresses[site]}{path.partition('#')[0]}']").first
    expect(found).to_have_attribute("href", target, timeout=15_000)
    found.click()
    expect(page).to_have_url(target)
    expect(page.locator("h1")).to_be_visible()


def test_the_text_of_reports_on_every_site_is_searched_and_quoted(page: Page, sites: Sites) -> None:
    """Words of a text that two shards hold, one of them at another origin: both with a passage, no complaint."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    data = (sites.folders["hai"].site / "a/shidong-xian/2022/data.json").read_text("utf-8")
    words = re.findall(r"[\u4e00-\u9fff]{8}", data.partition('"overview"')[2])[2]
    page.goto(f"{sites.addresses['portal']}search/?q={words}")
    for site, path in (("hai", "a/shidong-xian/2022/"), ("xi", "a/shili-qingshan/2022/")):
        link = page.locator(f"#nb-search-page a[href='{sites.addresses[site]}{path}']")
        expect(link.locator(".nb-found-text mark").first).to_have_text(words, timeout=15_000)
    assert said == []


def test_a_shard_searches_itself_and_says_so(page: Page, sites: Sites) -> None:
    """What another shard holds is not found; the way to the search over all stands on the page."""
    page.goto(f"{sites.addresses['dong']}search/?q=示海县")
    expect(page.locator(".nb-search-status")).to_have_text("没有找到", timeout=15_000)
    page.get_by_role("link", name="全部分站").click()
    expect(page).to_have_url(f"{sites.addresses['portal']}search/")
