"""The store: the same report always gives the same bytes, and only what changed is written."""

import json
from pathlib import Path

import pytest
from fictional import report_text, write_report
from hypothesis import given, settings
from samples import Sample, make_sample, samples

from generator.config import SiteConfig
from generator.errors import BuildError, ConfigError
from generator.pipeline import gather
from generator.report import Agency, Report
from generator.store import load, record_path, save, to_json, write_if_changed


def stored(sample: Sample, agency: str = "shili-qingshan", year: int = 2022) -> Report:
    return sample.report().model_copy(update={"agency": Agency(id=agency, name="示例县青山镇人民政府"), "year": year})


SAMPLE = make_sample(("2021", False), 31)


@given(samples())
@settings(max_examples=15)
def test_a_record_is_the_report_and_nothing_else(sample: Sample) -> None:
    """What is written is read back equal, counts as integers and money as text."""
    record = json.loads(to_json(stored(sample)))
    assert Report.model_validate_json(to_json(stored(sample))) == stored(sample)
    kinds = {path: type(cell["value"]) for path, cell in record["cells"].items()}
    money = {path for path, kind in kinds.items() if kind is str}
    assert money == {path for path in kinds if path.endswith("/amount")}
    assert set(kinds.values()) <= {int, str}


def test_a_record_is_sorted_and_ends_with_a_newline() -> None:
    """Keys in order, one cell a line, one newline at the end: a change of one figure is a change of one line."""
    text = to_json(stored(SAMPLE))
    changed = to_json(stored(SAMPLE._replace(cells={**SAMPLE.cells, "requests/new/person": 123456})))
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert sum(a != b for a, b in zip(text.split("\n"), changed.split("\n"), strict=True)) == 1
    record = json.loads(text)
    assert list(record) == sorted(record)
    assert list(record["cells"]) == sorted(record["cells"])


def test_the_order_of_cells_in_memory_does_not_matter() -> None:
    """Two equal reports have the same bytes however they were put together."""
    backwards = SAMPLE._replace(cells=dict(reversed(SAMPLE.cells.items())))
    assert to_json(stored(SAMPLE)) == to_json(stored(backwards))


def test_an_unchanged_record_is_not_touched(tmp_path: Path) -> None:
    """Saving the same reports again writes nothing: not even the time of change differs."""
    reports = [stored(SAMPLE), stored(SAMPLE, year=2023)]
    assert save(tmp_path, reports) == 2
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")}
    assert save(tmp_path, reversed(reports)) == 0
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.json")} == before


def test_a_removed_report_leaves_nothing(tmp_path: Path) -> None:
    """A record whose report is gone goes too, with its folder."""
    save(tmp_path, [stored(SAMPLE), stored(SAMPLE, "shili-xian")])
    save(tmp_path, [stored(SAMPLE)])
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == [
        "SHA256SUMS", "shili-qingshan", "shili-qingshan/2022.json",
    ]  # fmt: skip


def test_what_cannot_be_read_now_keeps_its_record(tmp_path: Path) -> None:
    """A refused file does not cost what was stored of it before."""
    save(tmp_path, [stored(SAMPLE), stored(SAMPLE, "shili-xian")])
    before = record_path(tmp_path, "shili-xian", 2022).read_bytes()
    save(tmp_path, [stored(SAMPLE)], keep=[("shili-xian", 2022)])
    assert record_path(tmp_path, "shili-xian", 2022).read_bytes() == before


def test_a_refused_file_keeps_its_record_through_a_build(tmp_path: Path, content: Path) -> None:
    """The main job hands what it could not read to the store as something to keep."""
    first = gather(content, tmp_path / "none", 1, lambda *_: None)
    assert first.config == SiteConfig()
    save(tmp_path / "store", [one.report for one in first.years])
    write_report(content, "shili-xian", 2022, report_text(2021, "示例县人民政府"))
    second = gather(content, tmp_path / "none", 1, lambda *_: None)
    assert [(refusal.code, refusal.where) for refusal in second.refused] == [
        ("year-conflict", "reports/shili-xian/2022.txt")
    ]
    save(tmp_path / "store", [one.report for one in second.years], keep=[("shili-xian", 2022)])
    assert load(record_path(tmp_path / "store", "shili-xian", 2022)).year == 2022


@pytest.mark.parametrize("cut", [0, 1, 100, -2])
def test_a_truncated_record_is_refused_with_its_name(tmp_path: Path, cut: int) -> None:
    """Half a record is never half a report: the error names the file and says what to do."""
    save(tmp_path, [stored(SAMPLE)])
    path = record_path(tmp_path, "shili-qingshan", 2022)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ConfigError) as error:
        load(path)
    assert str(path) in str(error.value)
    assert "nianbao build" in error.value.hint


@pytest.mark.parametrize(
    "change",
    [{"schema_version": 2}, {"surprise": 1}, {"cells": {"requests/new/person": {"value": 1.5, "raw": "", "place": ""}}},
     {"cells": {"requests/new/person": {"value": True, "raw": "", "place": ""}}}, {"year": "2022"}, {"cells": None}],
)  # fmt: skip
def test_a_record_of_another_shape_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    """Another version, an unknown key, a fraction for a count: refused, never repaired."""
    record = {**json.loads(to_json(stored(SAMPLE))), **change}
    path = tmp_path / "2022.json"
    path.write_text(json.dumps(record), "utf-8")
    with pytest.raises(ConfigError):
        load(path)


def test_a_report_without_agency_or_year_is_not_stored(tmp_path: Path) -> None:
    """Only an agency-year has a place in the store."""
    for gap in ({"agency": Agency(id=None, name=None)}, {"year": None}):
        with pytest.raises(BuildError):
            save(tmp_path, [stored(SAMPLE).model_copy(update=gap)])
    assert list(tmp_path.rglob("*.json")) == []


def test_a_full_disk_leaves_the_old_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails the old file is whole, no half file stays, and the error says where."""
    save(tmp_path, [stored(SAMPLE)])
    path = record_path(tmp_path, "shili-qingshan", 2022)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(BuildError) as error:
        save(tmp_path, [stored(make_sample(("2021", False), 32))])
    assert str(tmp_path) in str(error.value)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_new_folder_is_made_for_a_new_record(tmp_path: Path) -> None:
    """Writing makes the folders it needs and says whether anything changed."""
    path = tmp_path / "a" / "b" / "c.json"
    assert write_if_changed(path, b"1\n")
    assert not write_if_changed(path, b"1\n")
    assert path.read_bytes() == b"1\n"
