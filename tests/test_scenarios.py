"""What happens to a whole archive: a report goes, moves, changes, is mended, or one bad file joins many good ones."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from fictional import report_text, write_archive, write_report

from generator.cli import main
from generator.pipeline import Folders, build_site

ROOT = Path(__file__).parents[1]
MANY = int(os.environ.get("NIANBAO_NEIGHBOURS", "20"))
Files = dict[str, bytes]
Build = Callable[[Path], Files]
# Pages and tables on the archive as a whole, and the agency's own: what a report adds to, it may change.
WHOLE = r"site/(index\.html|404\.html|sitemap\.xml(\.gz)?|(coverage|data|findings|checks|search|r|errata|assets)/.*)"
OWN = r"site/a/{}/(index\.html|badge\.svg|data\..*)"


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Build a content folder, always into the same folders; every file of store and site with its bytes."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    monkeypatch.setenv("SITE_URL", "https://example.org/")

    def run(content: Path) -> Files:
        work = tmp_path / "work"
        folders = Folders(
            content, ROOT / "site_config", work / "store", work / "b/docs", work / "site", ROOT / "mkdocs.yml"
        )
        build_site(folders, 1, lambda *_: None)
        made = (path for top in (folders.store, folders.site) for path in top.rglob("*") if path.is_file())
        return {path.relative_to(work).as_posix(): path.read_bytes() for path in made}

    return run


def changed(before: Files, after: Files) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def unexpected(paths: set[str], *allowed: str) -> list[str]:
    """Paths that none of the patterns allows."""
    return sorted(path for path in paths if not re.fullmatch("|".join((WHOLE, r"store/SHA256SUMS", *allowed)), path))


def test_a_removed_report_is_gone_everywhere(content: Path, build: Build) -> None:
    """No page, record, download, chart, search entry or line of the sitemap is left; the others are as they were."""
    before = build(content)
    path = content / "reports/shili-xian/2022.txt"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert sum(digest.encode() in data for data in before.values()) > 0
    path.unlink()
    after = build(content)
    assert unexpected(changed(before, after), OWN.format("shili-xian"), r"(site/a|store)/shili-xian/2022.*") == []
    assert not {path for path in after if re.match(r"(site/a|store)/shili-xian/2022", path)}
    left = [path for path, data in after.items() if b"shili-xian/2022" in data or digest.encode() in data]
    assert left == []


def test_a_renamed_file_moves_nothing(content: Path, build: Build) -> None:
    """Same bytes under another name: only the recorded name differs, and the digests of what records it."""
    before = build(content)
    path = content / "reports/shili-xian/2022.txt"
    path.rename(path.with_suffix(".TXT"))
    after = build(content)
    assert before.keys() == after.keys()
    as_before = {path: data.replace(b"2022.TXT", b"2022.txt") for path, data in after.items()}
    assert changed(before, as_before) <= {"store/SHA256SUMS", "site/data/datapackage.json"}


def test_one_figure_changes_what_is_made_of_it(content: Path, build: Build) -> None:
    """Pages and records of other reports stay byte for byte; nothing is published of the figure that was."""
    before = build(content)
    write_report(content, "shili-xian", 2022, report_text(2022, "示例县人民政府", seed=5, shape=("2021", True)))
    found = changed(before, build(content))
    assert "store/shili-xian/2022.json" in found
    assert unexpected(found, OWN.format("shili-xian"), r"(site/a|store)/shili-xian/2022.*") == []


def test_a_mended_file_appears_once(content: Path, build: Build) -> None:
    """Refused, it is on the public list and check says so; mended, it is a report like any other."""
    whole = build(content)
    path = content / "reports/shili-xian/2022.txt"
    text = path.read_text("utf-8")
    path.write_text("一份通知", "utf-8")
    refused = build(content)
    assert "未能读取".encode() in refused["site/a/shili-xian/2022/index.html"] or (
        "读不出".encode() in refused["site/a/shili-xian/2022/index.html"]
    )
    assert any(b"2022.txt" in data for path, data in refused.items() if re.fullmatch(WHOLE, path))
    run = CliRunner().invoke(main, ["check", "--content", str(content), "--strict"])
    assert (run.exit_code, run.output.count("2022.txt：读不到")) == (1, 1)
    path.write_text(text, "utf-8")
    assert changed(whole, build(content)) == set()


def test_one_bad_file_changes_nothing_of_the_others(tmp_path: Path, build: Build) -> None:
    """Beside any number of good reports: their pages, records and downloads are byte for byte those without it."""
    content = write_archive(tmp_path / "content")
    registry = yaml.safe_load((content / "agencies.yml").read_text("utf-8"))
    for number in range(MANY):
        agency, name = f"shili-{number:03}", f"示例县第{number}镇人民政府"
        registry["agencies"].append({"id": agency, "name": name, "level": "township", "region": "990101"})
        write_report(content, agency, 2022, report_text(2022, name, seed=number + 10))
    registry["agencies"].append(
        {"id": "shili-bad", "name": "示例县恶水镇人民政府", "level": "township", "region": "990101"}
    )
    (content / "agencies.yml").write_text(yaml.safe_dump(registry, allow_unicode=True, sort_keys=False), "utf-8")
    before = build(content)
    write_report(content, "shili-bad", 2022, "\0<script>政府信息公开\ufffd")
    found = changed(before, build(content))
    assert "site/a/shili-bad/2022/index.html" in found
    assert unexpected(found, OWN.format("shili-bad"), r"site/a/shili-bad/2022/.*") == []
    assert not {path for path in found if path.startswith("store/")}
