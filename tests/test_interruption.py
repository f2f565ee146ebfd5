"""Builds that are killed, run out of disk or meet each other: the whole stays whole, the next build mends the rest.

A build of a fictional archive runs as its own process, as a maintainer would start it.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from fictional import report_text, write_report

from generator.errors import Refusal
from generator.readers import doc
from generator.store_check import check_store

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).parents[1]
REPORTS = int(os.environ.get("NIANBAO_KILL_REPORTS", "64"))  # enough for several processes at every stage
KILLS = int(os.environ.get("NIANBAO_KILLS", "6"))
IS_LONG = KILLS > 6  # kill -9 alone, and after each a build is let come to its end
KILL, TERM = signal.SIGKILL, signal.SIGTERM
TURNS = (
    *((KILL, "读取报告"), (TERM, "核对，生成网页"), (KILL, "核对，生成网页"), (TERM, "制作网站"), (KILL, "制作网站")),
    *((TERM, "读取报告"), (KILL, "制作检索"), (TERM, "制作检索")),
)
_FEW = 16
SETTLED = 0.3  # seconds in which a system call that was under way may come to its end
MARK = "NIANBAO_TESTED"  # in the environment of every process of a build
Tree = dict[str, str]


def _write_content(content: Path, reports: int = REPORTS) -> None:
    years = (2022, 2024)
    agencies = []
    for number in range(reports // len(years)):
        agency, name = f"shili-{number:03}", f"示例县第{number}镇人民政府"
        agencies.append({"id": agency, "name": name, "level": "township", "region": "990101"})
        for year in years:
            write_report(content, agency, year, report_text(year, name, seed=number * 10 + year % 10))
    registry = {"regions": {"990000": "示例省", "990100": "示例市", "990101": "示例县"}, "agencies": agencies}
    (content / "agencies.yml").write_text(yaml.safe_dump(registry, allow_unicode=True, sort_keys=False), "utf-8")


def _change(content: Path, edition: int) -> None:
    """Edition 1 changes a figure, adds one report and removes another; edition 0 is as first written."""
    path = content / "reports" / "shili-001"
    extra = content / "reports" / "shili-002" / "2020.txt"
    text = report_text(2022, "示例县第1镇人民政府", seed=900 if edition else 12)
    (path / "2022.txt").write_text(text, "utf-8")
    if edition:
        extra.write_text(report_text(2020, "示例县第2镇人民政府", seed=901, shape=("2019", False)), "utf-8")
        (path / "2024.txt").unlink(missing_ok=True)
    else:
        extra.unlink(missing_ok=True)
        (path / "2024.txt").write_text(report_text(2024, "示例县第1镇人民政府", seed=14), "utf-8")


def _project(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(ROOT / "site_config", folder / "site_config")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


def _start(project: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "generator", "build", "--jobs", "2", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1800000000", MARK: str(project)}
    return subprocess.Popen(
        command,
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _run(project: Path, *options: str) -> tuple[int, str]:
    process = _start(project, *options)
    out, err = process.communicate(timeout=600)
    return process.returncode, out + err


def _build(project: Path) -> tuple[Tree, Tree]:
    code, said = _run(project)
    assert code == 0, said
    return _tree(project / "build/store"), _tree(project / "site")


def _tree(folder: Path) -> Tree:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _undisturbed(folder: Path, reports: int) -> list[tuple[Tree, Tree]]:
    """Store and site of both editions, each built in a folder of its own."""
    made = []
    for edition in (0, 1):
        project = _project(folder / str(edition))
        _write_content(project / "content", reports)
        _change(project / "content", edition)
        made.append(_build(project))
    return made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the larger archive."""
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def whole(place: Path) -> list[tuple[Tree, Tree]]:
    """What comes of both editions of the larger archive."""
    return _undisturbed(place, REPORTS)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Tree, Tree]]:
    """What comes of both editions of an archive that one process reads."""
    return _undisturbed(tmp_path_factory.mktemp("small"), _FEW)


def _living(project: Path) -> list[int]:
    """The processes of the project's builds, in whatever way they were started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{MARK}={project}\0".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


def _touched(project: Path, since: float) -> list[str]:
    """What was written, renamed or removed in the generated folders after a time."""
    places = [path for name in ("build", "site", ".site*") for top in project.glob(name) for path in top.rglob("*")]
    found = []
    for path in places:
        with suppress(FileNotFoundError):
            status = path.lstat()
            if max(status.st_mtime, status.st_ctime) > since:
                found.append(path.name)
    return found


def _ended(project: Path, number: int, stage: str, delay: float) -> tuple[int, str]:
    """Start a build and send its own process, and no other, a signal a moment after a stage has begun.

    Whatever it started has to be gone soon, and to write nothing any more.
    """
    process = _start(project)
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if stage in line:
            break
    time.sleep(delay)
    process.send_signal(number)
    process.wait(timeout=60)
    at = time.time()
    time.sleep(SETTLED)
    while _living(project) and time.time() < at + 2:
        time.sleep(0.05)
    assert not _living(project), f"{stage} {delay}"
    time.sleep(SETTLED)
    assert not _touched(project, at + SETTLED), f"{stage} {delay}"
    said += process.stderr.read()
    process.communicate()
    return process.returncode, said


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_killed_build_leaves_nothing_half(place: Path, whole: list[tuple[Tree, Tree]]) -> None:
    """kill -9 and SIGTERM at random moments of every stage: no process of it lives on, nothing is written afterwards.

    Whole records in the store, an old or a new site, and the next build is right and has the cache.
    NIANBAO_KILLS and NIANBAO_KILL_REPORTS make it longer.
    """
    dice = random.Random(int(os.environ.get("NIANBAO_SEED", "1")))
    project = place / "0"
    for turn in range(KILLS):
        number, stage = TURNS[turn % len(TURNS)]
        number = KILL if IS_LONG else number
        edition = (turn + 1) % 2
        if turn % 2 == 0 and stage != "制作检索":  # from nothing, so that all processes have work; the site stands
            shutil.rmtree(project / "build")
        _change(project / "content", edition)
        code, said = _ended(project, number, stage, dice.uniform(0, 0.4))
        told = f"turn {turn}: {code} {said}"
        if number == TERM and code:
            assert code == 143, told
            assert said.endswith("已中断。\n"), told
            assert not list(project.glob("build/.*-passing")), told
        assert "Traceback" not in said, told
        for record in (project / "build/store").rglob("*.json"):
            if not record.name.startswith("."):
                json.loads(record.read_bytes())
        if (project / "build/store").is_dir():
            checked = check_store(project / "build/store", project / "content", project / "site_config")
            # Of a store that the run had not come to yet, content/ says what is to come; the records are whole.
            assert [fault for fault in checked.faults if not fault.endswith("请再运行一次 nianbao build")] == []
        # Files are exchanged one by one only while the journal stands beside; then nothing is published.
        if not (project / ".site-next/journal.json").exists():
            assert _tree(project / "site") in (whole[0][1], whole[1][1]), told
        if IS_LONG or turn % 3 == 2:
            code, said = _run(project)
            assert code == 0, said
            assert stage == "读取报告" or "读取报告" not in said, told + said
            assert "没有用缓存" not in said
            assert (_tree(project / "build/store"), _tree(project / "site")) == whole[edition], told
    leftovers = [path.name for path in project.iterdir() if path.name.startswith(".") and path.is_dir()]
    assert not leftovers


def test_two_builds_at_once_do_not_mix(tmp_path: Path, small: list[tuple[Tree, Tree]]) -> None:
    """Started together, one builds and the other waits or says who is at work; the site is whole."""
    project = _project(tmp_path / "p")
    _write_content(project / "content", _FEW)
    _change(project / "content", 0)
    for _ in range(2):
        both = [_start(project), _start(project)]
        ends = [(process.communicate(timeout=600), process.returncode) for process in both]
        assert {code for _, code in ends} <= {0, 2}
        assert 0 in {code for _, code in ends}, ends
        for (_, err), code in ends:
            assert code == 0 or "另一个 nianbao 正在写这里（进程" in err
        assert (_tree(project / "build/store"), _tree(project / "site")) == small[0]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own; only root can make one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("没有权限挂载小磁盘，跳过磁盘已满和只读的测试")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def _resize(disk: Path, *options: str) -> None:
    subprocess.run(["mount", "-o", ",".join(("remount", *options)), str(disk)], check=True)


def test_a_full_disk_spoils_nothing(tmp_path: Path, small_disk: Path, small: list[tuple[Tree, Tree]]) -> None:
    """With too little room a build ends with 2 and says so; what stood there stays; with room the next one is right."""
    project = _project(small_disk)
    content = tmp_path / "content"
    _write_content(content, _FEW)
    _change(content, 0)
    options = ("--content", str(content))
    sizes = [3]
    for size in sizes:
        _resize(small_disk, f"size={size}m")
        code, said = _run(project, *options)
        if code == 0:
            break
        assert code == 2, said
        assert "磁盘满了" in said
        assert "Traceback" not in said
        assert _tree(project / "site") in ({}, small[0][1])
    _resize(small_disk, "size=400m")
    assert _run(project, *options)[0] == 0
    assert _tree(project / "site") == small[0][1]
    used = sum(path.stat().st_blocks * 512 for path in small_disk.rglob("*") if path.is_file())
    _change(content, 1)
    _resize(small_disk, f"size={used // 2**20 + 1}m")
    code, said = _run(project, *options)
    if code:
        assert "磁盘满了" in said
        assert _tree(project / "site") == small[0][1]
    _resize(small_disk, "size=400m")
    assert _run(project, *options)[0] == 0
    assert _tree(project / "site") == small[1][1]


def test_a_read_only_disk_is_named(tmp_path: Path, small_disk: Path, small: list[tuple[Tree, Tree]]) -> None:
    """Folders that cannot be written: 2, one sentence, nothing changed."""
    _resize(small_disk, "size=400m")
    project = _project(small_disk)
    content = tmp_path / "content"
    _write_content(content, _FEW)
    _change(content, 0)
    assert _run(project, "--content", str(content))[0] == 0
    _resize(small_disk, "ro")
    _change(content, 1)
    code, said = _run(project, "--content", str(content))
    _resize(small_disk, "rw")
    assert code == 2
    assert "只读" in said
    assert "Traceback" not in said
    assert _tree(project / "site") == small[0][1]


@pytest.mark.skipif(fcntl is None, reason="without locks there is nothing to hold")
def test_neither_temporary_folder_nor_cache_is_needed(
    tmp_path: Path, small_disk: Path, small: list[tuple[Tree, Tree]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a full TMPDIR, and another process at work with the cache, the site is the same; one line tells of it."""
    monkeypatch.setenv("TMPDIR", str(small_disk))
    with suppress(OSError), (small_disk / "full").open("wb", buffering=0) as file:
        file.write(bytes(2_000_000))
    project = _project(tmp_path / "p")
    _write_content(project / "content", _FEW)
    _change(project / "content", 0)
    cache = project / "build/cache"
    cache.mkdir(parents=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, said = _run(project)
    assert code == 0, said
    assert "这次没有用缓存，全部重新读取（build/cache：另一个 nianbao 正在用）" in said
    assert (_tree(project / "build/store"), _tree(project / "site")) == small[0]


def test_a_full_temporary_folder_is_named(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where LibreOffice has no room, it is not the file that is to blame."""
    monkeypatch.setattr(doc.shutil, "which", lambda _: "/bin/true")
    monkeypatch.setenv("TMPDIR", str(small_disk))
    with pytest.raises(Refusal, match="TMPDIR") as refused:
        doc.read(b"{\\rtf1 x}" + bytes(2_000_000), "r.rtf")
    assert refused.value.code == "internal-error"
    monkeypatch.delenv("TMPDIR")
    with pytest.raises(Refusal, match="LibreOffice 打不开"):
        doc.read(b"{\\rtf1 x}", "r.rtf")
