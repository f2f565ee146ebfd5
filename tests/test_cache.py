"""What is remembered from build to build: right or not at all."""

import ast
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fictional import report_text, write_archive, write_report

from generator import cache as caches
from generator import reading
from generator.archive import Entry, load_registry
from generator.cache import Damaged, open_cache
from generator.ingest import ingest
from generator.reading import Read, read_all, report_of
from generator.report import Report
from generator.scan import scan


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "content")


def entries_of(content: Path) -> list[Entry]:
    return scan(content, load_registry(content), 2026)[0]


def look(content: Path) -> tuple[Read, dict[tuple[str, int], Report]]:
    """Read the archive with the cache beside it; and the reports that it leads to."""
    with TemporaryDirectory() as passing, open_cache(content.parent / "cache", Path(passing)) as cache:
        read = read_all(entries_of(content), cache, 1)
        return read, {key: report_of(cache, mark) for key, mark in read.keys.items()}


def agrees(content: Path) -> Read:
    """Hold what is remembered against what is read from nothing."""
    read, reports = look(content)
    ingested = ingest(entries_of(content))
    want, found = ([report.model_dump_json() for report in some] for some in (ingested.reports, reports.values()))
    assert found == want
    assert list(map(str, read.refused)) == list(map(str, ingested.refused))
    return read


def test_a_second_reading_reads_nothing_anew(content: Path) -> None:
    """Files that did not change are not parsed again, and give the same reports."""
    assert len(agrees(content).fresh) == 3
    assert not agrees(content).fresh


def test_another_day_reads_only_what_tells_of_days_to_come(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit of another day reads nothing anew, but for a sidecar whose dates it may judge otherwise."""
    (content / "reports/shili-xian/2022.yml").write_text("published: 2023-01-05\n", "utf-8")
    (content / "reports/shili-qingshan/2022.yml").write_text("retrieved: 2026-06-02\n", "utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780272000")  # 2026-06-01, when the one is of tomorrow
    assert len(agrees(content).fresh) == 3
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # 2026-01-01, when it is half a year ahead
    assert len(agrees(content).fresh) == 1
    _, reports = look(content)
    assert [key for key, one in reports.items() if one.notices and one.notices[-1].code == "sidecar-fault"] == [
        ("shili-qingshan", 2022)
    ]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21
    assert len(agrees(content).fresh) == 1
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")  # 2026-11-18
    assert not agrees(content).fresh


def test_one_changed_byte_is_noticed_whatever_the_time_and_size_say(content: Path) -> None:
    """A file is known by its bytes: same size and same time of change deceive nobody."""
    agrees(content)
    path = content / "reports/shili-xian/2022.txt"
    before = path.stat()
    data = path.read_bytes()
    path.write_bytes(data[:-20].replace(b"\t1", b"\t2", 1) + data[-20:])
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert len(agrees(content).fresh) == 1


def _sidecar(content: Path) -> None:
    (content / "reports/shili-xian/2022.yml").write_text("note: 说明\n", "utf-8")


def _alias(content: Path) -> None:
    path = content / "agencies.yml"
    path.write_text(path.read_text("utf-8").replace("aliases: []", "aliases: [示例县政府]"), "utf-8")


def _region(content: Path) -> None:
    path = content / "agencies.yml"
    path.write_text(path.read_text("utf-8").replace("示例市", "示范市"), "utf-8")


def _moved(content: Path) -> None:
    (content / "reports/shili-xian/2022.txt").rename(content / "reports/shili-xian/2022.md")


@pytest.mark.parametrize(("change", "due"), [(_sidecar, 1), (_alias, 1), (_region, 3), (_moved, 1)])
def test_whatever_else_a_report_depends_on_is_noticed(content: Path, change: Callable[[Path], None], due: int) -> None:
    """The sidecar, the agency's names, where it is, and the file's own name."""
    agrees(content)
    change(content)
    assert len(agrees(content).fresh) == due


def test_lasting_refusals_are_remembered_and_passing_ones_are_not(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file itself explains is not read again; a disk error or a missing tool is tried anew each time."""
    write_report(content, "shili-xian", 2021, report_text(2020, "示例县人民政府"))  # another year than its place
    write_report(content, "shili-xian", 2020, "").write_bytes(b"%PDF-1.7 broken")
    asked: list[str] = []

    def noted(entries: list[Entry], *more: object) -> object:
        asked.extend(entry.shown for entry in entries)
        return ingest(entries)

    monkeypatch.setattr("generator.ingest.ingest", noted)
    first = agrees(content)
    assert [refusal.code for refusal in first.refused] == ["corrupt-file", "year-conflict"]
    asked.clear()
    agrees(content)
    assert asked == ["reports/shili-xian/2020.txt"]


def test_other_code_or_packages_empty_the_cache(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an older program made is never used by a newer one."""
    look(content)
    monkeypatch.setattr(caches, "fingerprint", lambda: "another")
    assert len(look(content)[0].fresh) == 3


def test_the_fingerprint_is_of_code_data_and_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte in a form, or another version of a package, makes another fingerprint."""
    package = tmp_path / "generator"
    (package / "forms").mkdir(parents=True)
    (package / "a.py").write_text("x = 1\n")
    (package / "forms" / "f.yml").write_text("a: 1\n")
    monkeypatch.setattr(caches, "_PACKAGE", package)
    seen = set()
    for change in (lambda: None, lambda: (package / "forms" / "f.yml").write_text("a: 2\n"),
                   lambda: monkeypatch.setattr(caches, "version", lambda _: "0")):  # fmt: skip
        change()
        caches.fingerprint.cache_clear()
        seen.add(caches.fingerprint())
    caches.fingerprint.cache_clear()
    assert len(seen) == 3


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_a_damaged_file_is_thrown_away(content: Path, damage: bytes | None) -> None:
    """Cut short, overwritten, or with a hole in it: the reports are read again, and are right."""
    look(content)
    path = content.parent / "cache" / "nianbao.sqlite"
    data = path.read_bytes()
    path.write_bytes(data[:5000] if damage is None else damage)
    assert len(agrees(content).fresh) == 3
    assert not agrees(content).fresh


def test_a_changed_entry_is_not_believed(content: Path) -> None:
    """An entry that does not match its own digest is as good as none: a flipped bit never becomes a figure."""
    read, _ = look(content)
    path = content.parent / "cache" / "nianbao.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("update kept set data = zeroblob(length(data)) where kind = 'report'")
    db.close()
    with open_cache(path.parent, path.parent.parent) as cache, pytest.raises(Damaged):
        report_of(cache, next(iter(read.keys.values())))


def test_two_builds_at_once_do_not_share(content: Path) -> None:
    """While one build has the cache, another works without, with the same result."""
    with open_cache(content.parent / "cache", content.parent) as first:
        read_all(entries_of(content), first, 1)
        with open_cache(content.parent / "cache", content.parent) as second:
            assert second.path != first.path
            assert not first.remark
            assert "没有用缓存" in second.remark
            assert "另一个 nianbao 正在用" in second.remark
            assert len(read_all(entries_of(content), second, 1).fresh) == 3
    assert not look(content)[0].fresh


def test_a_forked_process_does_not_hold_the_cache(content: Path) -> None:
    """One that outlived its build would otherwise leave every later build without."""
    look(content)
    reading_end, writing = os.pipe()
    with TemporaryDirectory() as passing, open_cache(content.parent / "cache", Path(passing)):
        child = os.fork()
        if not child:
            os.close(writing)
            os.read(reading_end, 1)
            os._exit(0)
    try:
        assert not look(content)[0].fresh
    finally:
        os.close(writing)
        os.waitpid(child, 0)
        os.close(reading_end)


def test_the_cache_is_bounded(content: Path) -> None:
    """What no file leads to any more is forgotten."""
    look(content)
    (content / "reports/shili-xian/2022.txt").unlink()
    look(content)
    with open_cache(content.parent / "cache", content.parent) as cache:
        assert len(cache.keys(reading.KIND)) == 2


def test_a_folder_that_cannot_be_written_does_no_harm(content: Path) -> None:
    """Where there can be no cache, everything is read."""
    (content.parent / "cache").write_text("a file in the way")
    assert len(agrees(content).fresh) == 3
    assert len(agrees(content).fresh) == 3


def test_entries_are_data_that_cannot_run(content: Path) -> None:
    """No module that keeps things uses a format that runs code when it is loaded."""
    for module in (caches, reading):
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        assert "json" in names or "sqlite3" in names
        assert not names & {"pickle", "marshal", "shelve", "yaml"}


def test_changes_are_kept_together_or_not_at_all(tmp_path: Path) -> None:
    """A build that ends in the middle leaves no half of what belongs together."""
    with open_cache(tmp_path, tmp_path) as cache:

        def stopped() -> None:
            with cache.at_once():
                cache.put("kind", {"a": b"1"})
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            stopped()
        assert cache.get("kind", "a") is None


def test_changes_within_changes_are_kept_or_lost_with_them(tmp_path: Path) -> None:
    """A block inside another is part of it."""
    with open_cache(tmp_path / "cache", tmp_path) as cache:

        def fail() -> None:
            with cache.at_once():
                with cache.at_once():
                    cache.put("kind", {"inner": b"1"})
                raise KeyError

        with pytest.raises(KeyError):
            fail()
        assert cache.get("kind", "inner") is None
        with cache.at_once(), cache.at_once():
            cache.put("kind", {"inner": b"2"})
        assert cache.get("kind", "inner") == b"2"
