"""A reader's search in Chromium: how long until the first result stands there, and how many bytes it took.

The clock is the page's own and runs from the words, which come as an input method types them, all at once, in a box
that was just opened: the list of all blocks (core.json) is asked for when it is opened, and counts among the bytes.

The site is served as a static host would, text compressed, and the server counts: what a worker of the page fetches
counts too. Of what a page fetches before anybody searches, only what lies in a folder of search counts.
"""

import gzip
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

sys.path.append(str(Path(__file__).resolve().parents[2] / "tests"))

from chromium import FLAGS, find_chromium
from playwright.sync_api import sync_playwright

_TEXT = {".html", ".js", ".css", ".json", ".xml", ".svg", ".txt", ".csv"}
_BOX = "input.md-search__input"
_RESULT = ".md-search-result__item a[href], .nb-found a[href]"
_LONGEST = 120_000  # milliseconds
# Told by the page's own clock: to ask it from outside takes as long as the search.
_WATCH = """(result) => {
  let start;
  addEventListener("input", () => (start ??= performance.now()), true);
  new MutationObserver(() => {
    if (document.querySelector(result)) window.firstResult ??= performance.now() - start;
  }).observe(document, { childList: true, subtree: true });
}"""


class Query(NamedTuple):
    """One search: milliseconds until the first result, bytes fetched for it, files."""

    words: str
    milliseconds: float
    fetched: int
    files: int


class _Sent(NamedTuple):
    """One answer of the server."""

    moment: float
    path: str
    size: int


class _Server(SimpleHTTPRequestHandler):
    """Files of a folder; text goes out compressed. ``sent`` lists the answers."""

    sent: ClassVar[list[_Sent]] = []

    def log_message(self, *words: object) -> None:
        pass

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in _TEXT or not path.is_file():
            if path.is_file():
                self.sent.append(_Sent(time.perf_counter(), self.path, path.stat().st_size))
            return super().send_head()
        data = gzip.compress(path.read_bytes(), 6)
        self.sent.append(_Sent(time.perf_counter(), self.path, len(data)))
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        return None


def ask(site: Path, queries: list[str]) -> list[Query]:
    """Ask each query in a browser that has seen nothing of the site before. Raises RuntimeError without a Chromium."""
    browser_path = find_chromium()
    if browser_path is None:
        raise RuntimeError("没有可用的 Chromium")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Server, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
            found = [_ask(browser, f"http://127.0.0.1:{server.server_port}/", words) for words in queries]
            browser.close()
            return found
    finally:
        server.shutdown()
        server.server_close()


def _ask(browser: Any, address: str, words: str) -> Query:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    _Server.sent.clear()
    page.goto(address, wait_until="networkidle")
    opened = time.perf_counter()
    page.locator(_BOX).first.click()
    page.evaluate(_WATCH, _RESULT)
    page.keyboard.insert_text(words)
    page.locator(_RESULT).first.wait_for(state="attached", timeout=_LONGEST)
    took = page.evaluate("window.firstResult")
    page.wait_for_load_state("networkidle")
    context.close()
    due = [one.size for one in _Server.sent if one.moment >= opened or "/search/" in one.path]
    return Query(words, took, sum(due), len(due))
