"""Hostile text in every place that a text can stand: nothing runs in a real browser, nothing is asked of a stranger.

The site is served twice, as built and without its Content-Security-Policy: the policy is a second wall, not the first.
"""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from chromium import FLAGS, chromium
from hostile import APART, TOGETHER, hostile_registry, write_hostile
from lxml import html
from payloads import PAYLOADS, F
from playwright.sync_api import Page, sync_playwright

from generator import pipeline
from generator.archive import load_registry
from generator.errors import ConfigError
from generator.pipeline import Folders, build_site
from generator.verify import check_site

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[1]
POLICY = b'<meta http-equiv="Content-Security-Policy"'


class _Handler(http.server.SimpleHTTPRequestHandler):
    """/with/ is the site as built, /without/ the same without its policy."""

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        root, _, path = self.path.lstrip("/").partition("/")
        file = Path(self.directory) / path.partition("?")[0]
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            self.send_error(404)
            return
        data = file.read_bytes()
        if root == "without" and file.suffix == ".html":
            before, _, after = data.partition(POLICY)
            data = before + after.partition(b">")[2]
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.end_headers()
        self.wfile.write(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("hostile")
    write_hostile(work / "content")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "load_registry", hostile_registry)
        patch.chdir(ROOT)
        folders = Folders(
            work / "content",
            ROOT / "site_config",
            work / "b/store",
            work / "b/docs",
            work / "site",
            ROOT / "mkdocs.yml",
        )
        built = build_site(folders, 1, lambda *_: None)
    read = [one.report.source.format for one in built.archive.years]
    wanted = len(PAYLOADS) // TOGETHER
    assert read.count("txt") >= wanted, [str(refusal) for refusal in built.archive.refused][:20]
    assert min(read.count("html"), read.count("docx")) >= wanted // APART
    return folders.site


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser.new_page()
        browser.close()


def test_the_payloads_stand_on_the_pages_as_text(site: Path) -> None:
    """What could run is there to be read: in names, titles, running text, tables, notes, corrections, lists of files
    and what is wrong with a sidecar."""
    places = {"p": 0, "dd": 0, "li": 0, "td": 0, "h1": 0, "a": 0}
    for path in site.glob("**/index.html"):
        for element in html.parse(path).getroot().iterfind(".//article//*"):
            if element.tag in places and F in element.text_content():
                places[element.tag] += 1
    assert all(count >= 10 for count in places.values()), places
    told = " ".join(html.parse(path).getroot().text_content() for path in site.glob("a/*/2022/index.html"))
    for key in ("source_url", "published", "retrieved", "confirm"):
        assert told.count(f"「{key}") >= 5, key


def test_no_payload_keeps_a_site_from_being_published(site: Path) -> None:
    """The last look finds nothing that we let through, and takes no word of a report for it."""
    assert check_site(site) == []


@pytest.mark.parametrize("kind", ["agency", "alias", "region"])
def test_no_payload_is_taken_for_a_name(tmp_path: Path, kind: str) -> None:
    """The first wall before names: the registry has none with a sign that could mean something."""
    for payload in PAYLOADS:
        names = {"agency": "示例县人民政府", "alias": "示例县", "region": "示例县"} | {kind: " ".join(payload.split())}
        entry = {
            "id": "shili",
            "name": names["agency"],
            "level": "county",
            "region": "990101",
            "aliases": [names["alias"]],
        }
        regions = {"990000": "示例省", "990100": "示例市", "990101": names["region"]}
        (tmp_path / "agencies.yml").write_text(yaml.safe_dump({"regions": regions, "agencies": [entry]}), "utf-8")
        with pytest.raises(ConfigError):
            load_registry(tmp_path)


@pytest.mark.parametrize("policy", ["with", "without"])
def test_nothing_hostile_runs(page: Page, site: Path, address: str, policy: str) -> None:
    """Every page but those on single rules is opened, its odd links clicked: no script ran, no stranger was asked."""
    asked: list[str] = []
    ran: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    base = f"{address}{policy}/"
    rules = {path for path in site.glob("checks/*/index.html") if b"attack" not in path.read_bytes()}
    for path in sorted({*site.rglob("index.html")} - {*sorted(rules)[1:]}):  # of these one stands for all
        page.goto(base + path.parent.relative_to(site).as_posix() + "/")
        odd = page.evaluate(
            "() => { for (const a of document.querySelectorAll('a[href], button'))"
            " if (!/^(https?:|mailto:)/.test(a.href || 'x')) a.click();"
            " for (const e of document.querySelectorAll('article *'))"
            " for (const type of ['mouseover', 'focus', 'toggle', 'click']) e.dispatchEvent(new Event(type));"
            " return window.__f; }"
        )
        if odd or page.evaluate("window.__f"):
            ran.append(path.parent.name if path.parent.name != "2022" else str(path.parent))
    assert ran == []
    assert [url for url in asked if not url.startswith((base, "data:", "blob:"))] == []


def test_the_payloads_would_run(page: Page, address: str) -> None:
    """The measure measures: pasted into a page as they are, without a policy, at least a quarter of them run.

    Each in a frame of its own: some lead the page away, and must not take the others with them.
    """
    page.goto(f"{address}without/assets/base.js")
    page.set_content("<!doctype html><title>x</title>")
    ran = page.evaluate(
        """async payloads => {
            const frames = payloads.map(payload => {
                const frame = document.createElement("iframe");
                frame.srcdoc = `<!doctype html><title>x</title><article><p>${payload}</p></article>`;
                document.body.append(frame);
                return frame;
            });
            const ran = frame => { try { return Boolean(frame.contentWindow.__f); } catch { return false; } };
            const seen = new Set();
            for (let turn = 0; turn < 20; turn++) {
                await new Promise(done => setTimeout(done, 100));
                frames.filter(ran).forEach(frame => seen.add(frame));
            }
            return seen.size;
        }""",
        PAYLOADS,
    )
    assert ran >= len(PAYLOADS) // 4
