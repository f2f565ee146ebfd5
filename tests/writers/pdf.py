"""PDF files, as a browser prints pages: text in place, tables as lines, a page break where the paper ends."""

from chromium import FLAGS, chromium
from playwright.sync_api import sync_playwright


def as_pdfs(pages: list[bytes]) -> list[bytes]:
    """Web ``pages`` printed on A4; all of them by one browser, for its start costs more than the printing."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(java_script_enabled=False)
        printed = []
        for content in pages:
            page.set_content(content.decode())
            printed.append(page.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm")))
        browser.close()
        return printed
