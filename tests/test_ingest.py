"""Reading many files: the same whoever reads them, and one bad file takes down nothing but itself."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from fictional import report_text, write_archive, write_report

import generator.ingest
from generator import cache as caches
from generator.archive import Entry, load_registry
from generator.budget import Budget
from generator.cli import main
from generator.cluster import dask_executor
from generator.config import load_budget
from generator.document import Document
from generator.errors import BuildError, ConfigError, Refusal
from generator.guard import Guard, guarded
from generator.ingest import Ingested, ingest, read_files, read_one, read_safely
from generator.parse import parse
from generator.report import Report
from generator.scan import scan

CONFIG = Path(__file__).parents[1] / "site_config"
LITTLE = Budget(seconds=3, megabytes=100, heavy_seconds=20, heavy_megabytes=600)
HURRIED = LITTLE.model_copy(update={"seconds": 1})


class Inline(Executor):
    """The smallest executor there can be: it does the work when it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Losing(Executor):
    """One whose workers are lost, and that then takes nothing more."""

    def __init__(self) -> None:
        self.given = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        self.given += 1
        if self.given > 1:
            raise RuntimeError("broken")
        future: Future[Any] = Future()
        future.set_exception(RuntimeError("lost"))
        return future


@contextmanager
def cluster() -> Iterator[Any]:
    """A Dask cluster of two processes on this machine."""
    if os.environ.get("NIANBAO_REQUIRE_DASK") != "1":
        pytest.importorskip("distributed", reason="没有安装 Dask（make dask）")
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as running:
        yield running


@contextmanager
def dask() -> Iterator[Executor]:
    with cluster() as running, dask_executor(running.scheduler_address) as executor:
        yield executor


EXECUTORS: dict[str, Callable[[], Any]] = {
    "inline": Inline,
    "lost": Losing,
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": lambda: ProcessPoolExecutor(2),
    "dask": dask,
}


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    """Forty files in their places: sound ones, and every tenth one that is refused."""
    content = write_archive(tmp_path / "content")
    registry = (content / "agencies.yml").read_text("utf-8")
    for number in range(8):
        agency, name = f"shili-{number}", f"示例县第{'一二三四五六七八'[number]}镇人民政府"
        registry += (
            f'  - {{id: {agency}, name: {name}, level: township, kind: government, region: "990101", aliases: []}}\n'
        )
        for year in range(2021, 2026):
            text = "不是报告" if year == 2024 else report_text(year, name, seed=10 * number + year)
            write_report(content, agency, year, text)
    (content / "agencies.yml").write_text(registry, "utf-8")
    found, misplaced = scan(content, load_registry(content), 2025)
    assert (len(found), misplaced) == (43, [])
    return found


def told(refused: list[Refusal]) -> list[str]:
    return [f"{refusal.code} {refusal}" for refusal in refused]


@pytest.mark.parametrize("name", EXECUTORS)
def test_results_do_not_depend_on_who_reads(entries: list[Entry], name: str) -> None:
    """In this process' own children, in threads, processes, on Dask, or with an executor that fails: all the same."""
    steps: list[int] = []
    expected = ingest(entries)
    with EXECUTORS[name]() as executor:
        found = ingest(entries, executor, lambda done, due: steps.append(done))
    assert found.reports == expected.reports
    assert told(found.refused) == told(expected.refused)
    assert [(report.agency.id, report.year) for report in found.reports] == [
        (entry.agency.id, entry.year) for entry in entries if entry.year != 2024
    ]
    assert (steps == sorted(steps), steps[-1]) == (True, len(entries))


def begin_elsewhere() -> None:
    os.chdir("/")
    os.environ.pop("SOURCE_DATE_EPOCH", None)


def elsewhere() -> Executor:
    """Processes that stand in another folder and know of no SOURCE_DATE_EPOCH, as on another machine."""
    return ProcessPoolExecutor(2, get_context("fork"), begin_elsewhere)


AWAY: dict[str, Callable[[], Any]] = {"processes": elsewhere, "dask": dask}


@pytest.mark.parametrize("name", ["processes", "dask"])
def test_who_reads_elsewhere_goes_by_the_day_of_the_build(
    entries: list[Entry], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A date in a sidecar that has not come yet is told, though by the clock of whoever reads it is long past."""
    for entry in entries:
        entry.path.with_suffix(".yml").write_text("retrieved: 2025-01-02\n", "utf-8")
    with AWAY[name]() as executor:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1720000000")
        found, expected = ingest(entries, executor), ingest(entries)
    assert found.reports == expected.reports
    assert told(found.refused) == told(expected.refused)
    assert {notice.code for report in found.reports for notice in report.notices} >= {"sidecar-fault"}


@pytest.mark.parametrize("name", ["processes", "dask"])
def test_who_reads_elsewhere_need_not_stand_in_the_same_folder(
    entries: list[Entry], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """``--content content``, and files given by relative paths: found, and shown as they were given."""
    expected = ingest(entries)
    with AWAY[name]() as executor:
        monkeypatch.chdir(tmp_path)
        near = [entry._replace(path=entry.path.relative_to(tmp_path)) for entry in entries]
        found, loose = ingest(near, executor), read_files([entry.path for entry in near], executor)
    assert (found.reports, told(found.refused)) == (expected.reports, told(expected.refused))
    assert [report.source.path for report in loose.reports] == [str(entry.path) for entry in near if entry.year != 2024]


def test_dask_without_a_worker_left_is_not_waited_for(entries: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    """The last machine is lost: the rest is read here, and one sentence says so."""
    monkeypatch.setattr("generator.cluster._PATIENCE", 1)
    monkeypatch.setattr("generator.cluster._LOOK", 0.5)
    said: list[str] = []
    found: list[Ingested] = []
    with cluster() as running, dask_executor(running.scheduler_address, said.append) as executor:
        running.scale(0)
        end = time.monotonic() + 30
        while running.scheduler.workers and time.monotonic() < end:
            time.sleep(0.1)
        assert not running.scheduler.workers
        reading = Thread(target=lambda: found.extend(ingest(entries, executor) for _ in range(2)), daemon=True)
        reading.start()
        reading.join(90)
    expected = ingest(entries)
    assert [(one.reports, told(one.refused)) for one in found] == [(expected.reports, told(expected.refused))] * 2
    assert [("断开了" in line, "本机" in line) for line in said] == [(True, True)]


def test_dask_workers_with_other_packages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of a library can read another figure: it is named, and nothing is read."""
    with cluster() as running:
        monkeypatch.setattr(caches, "version", lambda _: "0")
        caches.fingerprint.cache_clear()
        try:
            with (
                pytest.raises(ConfigError, match=r"上的软件包 .*与这里的不同"),
                dask_executor(running.scheduler_address),
            ):
                pass
        finally:
            caches.fingerprint.cache_clear()


def test_a_worker_that_joins_later_with_another_program_gives_no_results() -> None:
    """Each call brings the mark of the program that asks."""
    from generator.cluster import _call

    assert _call(caches.fingerprint(), len, ("ab",), {}) == 2
    with pytest.raises(BrokenExecutor):
        _call("another", len, ("ab",), {})


def test_results_do_not_depend_on_the_number_of_processes(entries: list[Entry]) -> None:
    """Enough files for several processes: the same as one after the other."""
    many = [*entries, *entries]
    one, three = ingest(many), ingest(many, 3)
    assert len(many) > generator.ingest._WORTH_PROCESSES
    assert (one.reports, told(one.refused)) == (three.reports, told(three.refused))


def test_an_executor_that_does_not_see_the_files_is_no_reason_to_refuse_them(tmp_path: Path) -> None:
    """That a machine elsewhere lacks the folder is said as such: it is no fault of 43 reports."""

    class Blind(Inline):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
            return super().submit(lambda: [Refusal("no-such-file", "文件不存在", str(path)) for path in args[1]])

    path = tmp_path / "2022.txt"
    path.write_text(report_text(2022), "utf-8")
    with pytest.raises(BuildError, match="看得到内容文件夹"):
        read_files([path], Blind())


def test_dask_that_is_not_there_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody answers: what, where, what to do, exit code 2."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("generator.cluster._SECONDS", 1)
    run = CliRunner().invoke(main, ["check", "--dask", "tcp://127.0.0.1:9"])
    assert run.exit_code == 2
    assert "连不上 Dask 的调度器" in run.stderr
    assert "127.0.0.1:9" in run.stderr


# What a file may do to the process that reads it.


def killed(_: Path) -> Report:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def segfault(_: Path) -> Report:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def leave(_: Path) -> Report:
    os._exit(7)


def hang(_: Path) -> Report:
    time.sleep(60)
    raise AssertionError


def spin(_: Path) -> Report:
    while True:
        pass


def fail(_: Path) -> Report:
    raise LookupError("secret")


def gorge(_: Path) -> Report:
    eaten = [b"x" * 10_000_000 for _ in range(1000)]
    raise AssertionError(len(eaten))


def shout(_: Path) -> Refusal:
    os.write(1, b"noise")
    os.write(2, b"noise")
    return Refusal("not-a-report", " ".join(sorted(os.environ)), "")


@pytest.mark.parametrize(
    ("job", "code", "words"),
    [
        (killed, "too-large", "内存不够"),
        (segfault, "internal-error", "程序崩溃（信号 SIGSEGV）"),
        (leave, "internal-error", "程序崩溃（退出码 7）"),
        (hang, "timeout", "超过 1 秒"),
        (spin, "timeout", "超过 1 秒"),
        (fail, "internal-error", "LookupError"),
        (gorge, "too-large", "内存超过上限"),
    ],
)
@pytest.mark.parametrize("fresh", [False, True], ids=["copied", "fresh"])
def test_whatever_a_file_does_to_its_process_is_a_refusal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    job: Callable[[Path], Report],
    code: str,
    words: str,
    fresh: bool,
) -> None:
    """One Chinese sentence with what, where and what to do; the next file is read as if nothing had been."""
    monkeypatch.setattr("generator.guard._may_fork", lambda: not fresh)
    path = tmp_path / "2022.txt"
    path.write_text(report_text(2022), "utf-8")
    # A busy machine may take its time for the others.
    with guarded(HURRIED if code == "timeout" else LITTLE.model_copy(update={"seconds": 20})) as guard:
        before = time.monotonic()
        bad, good = guard.call(job, path, "示例.txt"), guard.call(read_one, path, "")
        seconds = time.monotonic() - before
    assert isinstance(bad, Refusal)
    assert (bad.code, bad.where) == (code, "示例.txt")
    assert words in bad.what
    assert bad.hint.startswith("请")
    assert "secret" not in str(bad)
    assert isinstance(good, Report)
    assert seconds < 30


def test_a_reader_hears_nothing_of_our_secrets_and_is_not_heard(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Tokens of the environment do not reach the process that reads; what libraries print goes nowhere."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_secret")
    with guarded(Budget()) as guard:
        result = guard.call(shout, Path("x"), "示例.txt")
    assert isinstance(result, Refusal)
    assert "PATH" in result.what
    assert "GITHUB_TOKEN" not in result.what
    assert (result.where, *capfd.readouterr()) == ("示例.txt", "", "")


def slow_and_heavy(_: Path) -> Refusal:
    from generator.budget import heavy

    seconds = heavy()
    time.sleep(1.5)
    return Refusal("no-text", f"{seconds}", "", "")


def test_what_needs_more_gets_more(tmp_path: Path) -> None:
    """A reader that says so has the larger amounts, and no more than those."""
    with guarded(HURRIED) as guard:
        result = guard.call(slow_and_heavy, tmp_path, "示例.pdf")
        assert isinstance(result, Refusal)
        assert (result.code, result.what) == ("no-text", "20")
    with guarded(HURRIED.model_copy(update={"heavy_seconds": 1})) as guard:
        result = guard.call(slow_and_heavy, tmp_path, "示例.pdf")
        assert isinstance(result, Refusal)
        assert (result.code, "超过 1 秒" in result.what) == ("timeout", True)


_LEFT: list[bytes] = []


def litter(_: Path) -> Refusal:
    _LEFT.append(b"x" * 40_000_000)
    return Refusal("not-a-report", str(os.getpid()), "", "")


def test_what_files_leave_behind_does_not_starve_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has grown is exchanged for a fresh one before its limit is the next file's trouble."""
    monkeypatch.setattr("generator.guard._may_fork", lambda: True)
    with guarded(LITTLE) as guard:
        results = [guard.call(litter, Path("x"), "示例.txt") for _ in range(12)]
    assert {result.code for result in results if isinstance(result, Refusal)} == {"not-a-report"}
    assert len({result.what for result in results if isinstance(result, Refusal)}) > 3


@pytest.fixture
def trap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files whose text holds a word do to their process what it says."""
    deeds = {"炸": segfault, "挂": hang, "吃": gorge, "走": leave}

    def trapped(document: Document) -> Report:
        for paragraph in document.paragraphs():
            for word, deed in deeds.items():
                if f"陷阱{word}" in paragraph.text:
                    deed(Path())
        return parse(document)

    monkeypatch.setattr(generator.ingest, "parse", trapped)
    # Copied even beside threads that other tests may have left: a fresh process would not know the trap.
    monkeypatch.setattr("generator.guard._may_fork", lambda: True)


EXPECTED = {"炸": "internal-error", "挂": "timeout", "吃": "too-large", "走": "internal-error"}


@pytest.mark.usefixtures("trap")
@pytest.mark.parametrize("workers", [1, 2, ThreadPoolExecutor], ids=["one", "two", "threads"])
def test_bad_files_among_good_ones_change_nothing_for_these(
    entries: list[Entry], monkeypatch: pytest.MonkeyPatch, workers: Any
) -> None:
    """Four files that hang, crash, leave and eat the memory: refused by name; the others are as without them."""
    monkeypatch.setattr(generator.ingest, "_WORTH_PROCESSES", 1)
    before = ingest(entries)
    spoilt = {}
    for entry, word in zip(entries[1::10], EXPECTED, strict=False):
        entry.path.write_text(f"{entry.path.read_text('utf-8')}\n\n陷阱{word}\n", "utf-8")
        spoilt[entry.shown] = EXPECTED[word]
    assert len(spoilt) == len(EXPECTED)
    if workers is ThreadPoolExecutor:
        with ThreadPoolExecutor(1) as pool:
            after = ingest(entries, pool, budget=LITTLE)
    else:
        after = ingest(entries, workers, budget=LITTLE)
    assert {refusal.where: refusal.code for refusal in after.refused if refusal.where in spoilt} == spoilt
    assert after.reports == [report for report in before.reports if report.source.path not in spoilt]
    assert len(after.refused) == len(before.refused) + len(spoilt)


@pytest.mark.usefixtures("trap")
@pytest.mark.parametrize("word", EXPECTED)
def test_every_command_survives_such_a_file(tmp_path: Path, word: str) -> None:
    """inspect, check FILE and add say one line and what to do, with exit code 2 or among the refused."""
    (tmp_path / "reading.yml").write_text("seconds: 3\nmegabytes: 100\n", "utf-8")
    content = write_archive(tmp_path / "content")
    bad, good = tmp_path / "坏.txt", tmp_path / "好.txt"
    good.write_text(report_text(2023), "utf-8")
    bad.write_text(f"{report_text(2023)}\n\n陷阱{word}\n", "utf-8")
    config = ["--config", str(tmp_path)]
    for command in (["inspect", str(bad)], ["add", str(bad), "--content", str(content)]):
        run = CliRunner().invoke(main, [*command, *config])
        assert run.exit_code == 2
        assert [line.startswith(f"错误：{bad}：") for line in run.stderr.splitlines()] == [True]
    run = CliRunner().invoke(main, ["check", str(bad), str(good), *config])
    assert (run.exit_code, "1 份报告" in run.stdout, "1 个文件未能读取" in run.stdout) == (0, True, True)
    assert str(bad) in run.stdout


def test_one_file_costs_what_the_budget_says(tmp_path: Path) -> None:
    """The larger amounts cannot be smaller, and every fault is named with its line."""
    assert yaml.safe_load((CONFIG / "reading.yml").read_text("utf-8")) == Budget().model_dump()
    assert load_budget(CONFIG) == load_budget(tmp_path) == Budget()
    file = tmp_path / "reading.yml"
    for text, words in {
        "# 注\nseconds: 很久": "第 2 行 .*应当是整数",
        "\nmegabytes: 1": "第 2 行 .*应当不小于 64",
        "second: 3": "第 1 行 不认识「second」",
        "seconds: 500": "heavy_seconds 不能小于 seconds",
    }.items():
        file.write_text(text, "utf-8")
        with pytest.raises(ConfigError, match=words) as caught:
            load_budget(tmp_path)
        assert "reading.yml" in caught.value.where


def test_reading_one_file_safely_raises_what_reading_raises(tmp_path: Path) -> None:
    """The refusal of the reader itself, whole, from the other process."""
    with pytest.raises(Refusal, match="文件不存在") as refused:
        read_safely(tmp_path / "没有.txt")
    assert (refused.value.code, refused.value.where) == ("no-such-file", str(tmp_path / "没有.txt"))


def test_a_guard_leaves_no_process_behind(tmp_path: Path) -> None:
    """After use, and after a kill, nothing of it runs on."""
    guard = Guard(LITTLE)
    guard.start()
    pid = guard._process.pid
    guard.limits = HURRIED
    guard.call(hang, tmp_path, "x")
    guard.start()
    other = guard._process.pid
    guard.close()
    for gone in (pid, other):
        with pytest.raises(ProcessLookupError):
            os.kill(gone, 0)
