"""``nianbao verify --store``: whatever happens to the store is found, named, and told in one run."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from fictional import report_text, write_report
from test_archive import archive

from generator.checksums import SUMS, WRITING, begin
from generator.cli import main
from generator.pipeline import Built, Folders, build_site
from generator.store import load, record_path, save, to_json
from generator.store_check import Checked, check_store

SHORT = "shili-xian/2022.json"


@pytest.fixture
def store(content: Path) -> Path:
    """The fictional archive in its store, beside content/."""
    folder = content.parent / "store"
    save(folder, [one.report for one in archive(content).years])
    return folder


def checked(store: Path) -> Checked:
    return check_store(store, store.parent / "content", store.parent / "none")


def faults(store: Path) -> list[str]:
    return checked(store).faults


def test_a_sound_store_is_sound(store: Path) -> None:
    """Nothing is found where nothing is, and the list is what sha256sum -c takes."""
    assert checked(store) == Checked([], 3)
    line = (store / SUMS).read_text("utf-8").splitlines()[0]
    assert line[64:] == "  shili-qingshan/2020.json"


def test_every_truncation_is_found(store: Path) -> None:
    """Cut anywhere, a record is named: by its checksum, and by the JSON that it is no more."""
    path = store / SHORT
    data = path.read_bytes()
    for cut in [*random.Random(1).sample(range(len(data)), 30), 0, 1, len(data) - 1]:
        path.write_bytes(data[:cut])
        told = [fault for fault in faults(store) if fault.startswith(f"store/{SHORT}：")]
        assert any("校验和" in fault for fault in told), cut
        assert any("不完整" in fault for fault in told) or cut == len(data) - 1, cut


def test_every_flipped_bit_is_found(store: Path) -> None:
    """One bit anywhere, in a record or in the list itself, is found and the file named."""
    dice = random.Random(2)
    files = sorted(path for path in store.rglob("*") if path.is_file())
    for _ in range(60):
        path = dice.choice(files)
        data = path.read_bytes()
        at = dice.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :])
        assert any(path.relative_to(store).as_posix() in fault for fault in faults(store)), (path, at)
        path.write_bytes(data)
    assert faults(store) == []


def set_key(key: str, value: object) -> Callable[[str], str]:
    def change(text: str) -> str:
        record = json.loads(text)
        *steps, last = key.split(">")
        inner = record
        for step in steps:
            inner = inner[step]
        inner[last] = value
        return json.dumps(record, ensure_ascii=False)

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (set_key("surprise", 1), "「surprise」没有这一项"),
        (set_key("source>surprise", 1), "「source.surprise」没有这一项"),
        (set_key("schema_version", 2), "「schema_version」是 2"),
        (lambda text: text.replace('"year": 2022', '"year": 2022, "year": 2021'), "「year」写了两次"),
        (lambda text: text.replace('"year": 2022', '"year": NaN'), "有 NaN"),
        (lambda text: text.replace('"year": 2022', '"year": -Infinity'), "有 -Infinity"),
        (lambda text: text.replace('"year": 2022', '"year": 2022.0'), "「year」"),
        (set_key("cells>requests/new/person>value", 3.0), "「cells.requests/new/person.value」"),
        (set_key("cells>requests/new/person>value", True), "「cells.requests/new/person.value」"),
        (set_key("cells>requests/new/nobody", {"value": 1, "raw": "1", "place": ""}), "「cells.requests/new/nobody」"),
        (set_key("agency>id", "../x"), "「agency.id」是「../x」"),
        (set_key("agency>id", "shili-qingshan"), "「agency.id」是「shili-qingshan」"),
        (set_key("year", 2021), "「year」是 2021"),
        (set_key("source>path", "../../etc/passwd"), "「source.path」是「../../etc/passwd」"),
        (set_key("form", "2099\x1b[31m"), r"「form」是「2099\x1b[31m」"),
        (lambda text: text.replace("\n", ""), "写法与 nianbao 写的不同"),
        (lambda text: text.replace('"texts"', '"text"'), "「texts」缺这一项"),
        (lambda _: "[]", "不是这里可以写的值"),
        (lambda _: "[" * 100_000, "不完整"),
    ],
)  # fmt: skip
def test_what_has_no_business_in_a_record_is_named(store: Path, change: Callable[[str], str], told: str) -> None:
    """File, key and reason, even where the checksum fits."""
    path = store / SHORT
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    found = [fault for fault in faults(store) if fault.startswith(f"store/{SHORT}：") and "校验和" not in fault]
    assert len(found) >= 1
    assert told in "".join(found)


def test_all_faults_are_told_in_one_run(store: Path, content: Path) -> None:
    """Records, strangers, the list, orphans on both sides: a line each, and exit code 2."""
    (store / SHORT).write_text("{", "utf-8")
    (store / "shili-qingshan/2020.json").unlink()
    (store / "shili-qingshan/notes.txt").write_text("x", "utf-8")
    os.symlink("/etc/passwd", store / "shili-qingshan/2019.json")
    (content / "reports/shili-qingshan/2022.txt").unlink()
    write_report(content, "shili-xian", 2021, report_text(2021, "示例县人民政府"))
    write_report(content, "shili-xian", 2023, "")  # cannot be read: check tells of it, the store owes nothing
    run = CliRunner().invoke(main, ["verify", "--store", str(store), "--content", str(content)])
    assert run.exit_code == 2
    for told in (
        f"store/{SHORT}：不完整", f"store/{SHORT}：校验和", "store/shili-qingshan/2020.json：清单里有",
        "store/shili-qingshan/notes.txt：不是存档里的文件", "store/shili-qingshan/2019.json：不是普通文件",
        "store/shili-qingshan/2022.json：它的原件", "content/reports/shili-xian/2021.txt：在存档里没有记录",
        "content/reports/shili-qingshan/2020.txt：在存档里没有记录", "存档有 8 处不对",
    ):  # fmt: skip
        assert told in run.output
    assert "2023" not in run.output


def test_a_changed_source_is_told(store: Path, content: Path) -> None:
    """A record of another version of the file than stands there now."""
    path = content / "reports/shili-xian/2022.txt"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert ["content/reports/shili-xian/2022.txt：与存档里的记录不同" in fault for fault in faults(store)] == [True]


def test_a_killed_run_is_no_damage(store: Path) -> None:
    """Records written since the run began may be newer than the list; others may not be other than it says."""
    begin(store)
    older, newer = (record_path(store, agency, 2022) for agency in ("shili-qingshan", "shili-xian"))
    for path in (older, newer):
        path.write_bytes(to_json(load(path).model_copy(update={"title": "另一个"})).encode())
    os.utime(older, ns=(0, 0))
    found = checked(store)
    assert "没有写完" in found.remark
    assert [fault.partition("：")[0] for fault in found.faults] == ["store/shili-qingshan/2022.json"]


def test_rot_is_not_blessed(store: Path, content: Path) -> None:
    """The list is made of what was written: a record kept from before is held to what it was then."""
    path = record_path(store, "shili-xian", 2022)
    (content / "reports/shili-xian/2022.txt").write_text("", "utf-8")
    path.write_bytes(path.read_bytes().replace(b"2022", b"2023"))
    save(store, [one.report for one in archive(content).years], keep=[("shili-xian", 2022)])
    assert not (store / WRITING).exists()
    assert any(f"store/{SHORT}：校验和" in fault for fault in faults(store))


def test_a_store_without_its_list_or_that_is_not_there(store: Path) -> None:
    """Each is said, with what to do."""
    (store / SUMS).unlink()
    assert ["没有校验和清单" in fault for fault in faults(store)] == [True]
    run = CliRunner().invoke(main, ["verify", "--store", str(store / "nowhere")])
    assert run.exit_code == 2
    assert "没有可检查的存档" in run.output


def test_a_built_store_verifies(content: Path, build_anew: Callable[[Path], tuple[Folders, Built]]) -> None:
    """The main job writes the list, of all records and of those kept from before, and leaves no mark of writing."""
    folders, _ = build_anew(content)
    path = content / "reports/shili-xian/2022.txt"
    path.write_text("", "utf-8")
    build_site(folders, 1, lambda *_: None)
    assert check_store(folders.store, content, folders.config) == Checked([], 3)
    assert not (folders.store / WRITING).exists()
