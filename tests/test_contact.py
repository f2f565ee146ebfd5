"""Where a reader tells of a mistake: set once, shown wherever one may be met; nowhere when it is not set."""

from pathlib import Path

import pytest
from lxml import html

from generator.config import load_config
from generator.errors import ConfigError
from generator.pipeline import gather
from generator.site.build import build
from generator.site.write import site_files

ISSUES = "https://example.org/issues"
PAGES = ["a/shili-xian/2022.md", "a/shili-qingshan/2020.md", "findings/index.md", "method.md", "errata.md", "about.md"]


def links(content: Path, contact: str, target: str) -> dict[str, int]:
    """How many links to ``target`` each page has."""
    config = content.parent / "config"
    (config / "pages").mkdir(parents=True, exist_ok=True)
    (config / "pages/about.md").write_text("# 关于\n\n示例\n", "utf-8")
    (config / "site.yml").write_text(f"name: 示例\ncontact: {contact}\n" if contact else "name: 示例\n", "utf-8")
    (content / "reports/shili-qingshan/2020.txt").write_bytes(b"")  # a page of a file that cannot be read
    archive = gather(content, config, 1, lambda *_: None)
    pages = {page.path: page.data.decode() for page in (*build(archive), *site_files(config, archive.config.contact))
             if page.path.endswith(".md")}  # fmt: skip
    found = {
        path: html.fromstring(f"<div>{data}</div>").xpath(f"//a[@href='{target}']") for path, data in pages.items()
    }
    return {path: len(elements) for path, elements in found.items()}


@pytest.mark.parametrize(("contact", "target"), [(ISSUES, ISSUES), ("a@example.org", "mailto:a@example.org")])
@pytest.mark.parametrize("page", PAGES)
def test_it_stands_where_a_mistake_may_be_met(content: Path, contact: str, target: str, page: str) -> None:
    """Under 来源 of every report, read or not, with the findings, on the pages of method, errata and about."""
    assert links(content, contact, target)[page] >= 1


def test_not_set_it_is_nowhere(content: Path) -> None:
    """No page speaks of it."""
    assert set(links(content, "", "").values()) == {0}
    archive = gather(content, content.parent / "config", 1, lambda *_: None)
    assert all("发现差错？" not in page.data.decode() for page in build(archive) if page.path.endswith(".md"))
    assert archive.config.contact == ""


@pytest.mark.parametrize(
    "contact", ["javascript:alert(1)", "http://example.org/issues", "电话 12345", "a@example.org?bcc=b@example.org"]
)
def test_only_a_web_or_mail_address_is_taken(tmp_path: Path, contact: str) -> None:
    """Anything else stops the build with line and sentence."""
    (tmp_path / "site.yml").write_text(f'name: 示例\ncontact: "{contact}"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"第 2 行 「contact」写的是.*邮箱地址"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    "repository", ["javascript:alert(1)", "data:text/html,x", "//example.org/x", "示例", "https://a b"]
)
def test_only_a_web_address_is_taken_for_the_repository(tmp_path: Path, repository: str) -> None:
    """It is shown nowhere yet; when it is, it will be an address."""
    (tmp_path / "site.yml").write_text(f'name: 示例\nrepository: "{repository}"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"第 2 行 「repository」写的是.*https"):
        load_config(tmp_path)
    (tmp_path / "site.yml").write_text("repository: https://example.org/示例/nianbao\n", "utf-8")
    assert load_config(tmp_path).repository.startswith("https://")
