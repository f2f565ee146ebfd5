# ruff: noqa: S314, S603, T201 — reads what pytest wrote, runs pytest; it prints
"""Runs the tests in as many processes as there are cores, whole files each. The first says what it does as it goes,
the others afterwards; the last line counts them all.

usage: tools/tests.py [options of pytest]. With options, one process runs what they ask for.
"""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
# Seconds that the slow files take, roughly: so that the processes end at about the same time. The others: a few.
SLOW = {
    "interruption": 90, "browser": 90, "payloads": 90, "upkeep": 90, "ingest": 80, "engine": 210, "torture": 60,
    "mutants": 60, "demo": 45, "round_trip": 45, "reproducible": 40, "search_browser": 35, "site_pages": 30,
    "shards_browser": 25, "ocr": 25, "shards": 20, "search_amend": 20, "search": 20, "planted": 15, "cli": 15,
}  # fmt: skip
FEW = 4


def main() -> int:
    """Run everything, or what the options ask for; the status is that of the first process that failed."""
    os.chdir(ROOT)
    if len(sys.argv) > 1:
        return subprocess.call([sys.executable, "-m", "pytest", *sys.argv[1:]])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    groups = parted(sorted((ROOT / "tests").glob("test_*.py")), cores())
    places = [ROOT / f"build/tests/{number}" for number in range(len(groups))]
    runs = [begun(group, place, place != places[0]) for group, place in zip(groups, places, strict=True)]
    states = waited(runs)
    for place in places[1:]:
        print((place / "said.txt").read_text("utf-8", "replace"), flush=True)
    told = sum((counted(place / "counts.xml") for place in places), Counter[str]())
    print(f"合计: {told['passed']} passed, {told['failed']} failed, {told['skipped']} skipped")
    return next(filter(None, states), 0)


def cores() -> int:
    """How many processes are worth it: the slowest file is a good part of all."""
    mine = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    return min(4, len(mine))


def waited(runs: "list[subprocess.Popen[bytes]]") -> list[int]:
    """The status of each, once all have ended; told to end (Ctrl+C, SIGTERM), they are told so and waited for."""
    try:
        return [run.wait() for run in runs]
    except KeyboardInterrupt:
        for run in runs:
            run.send_signal(signal.SIGINT)
        return [run.wait() or 130 for run in runs]


def parted(files: list[Path], count: int) -> list[list[Path]]:
    """The files in ``count`` groups of about the same weight, the heaviest first."""
    weight = {file: SLOW.get(file.stem.removeprefix("test_"), FEW) for file in files}
    groups: list[list[Path]] = [[] for _ in range(min(count, len(files)))]
    for file in sorted(files, key=lambda file: (-weight[file], file)):
        min(groups, key=lambda group: sum(map(weight.__getitem__, group))).append(file)
    return groups


def begun(group: list[Path], place: Path, is_quiet: bool) -> "subprocess.Popen[bytes]":
    """A process that runs a group, with a folder for what it leaves: or one would spoil the other's."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "counts.xml").unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={place}/cache", f"--junit-xml={place}/counts.xml"]
    with (place / "said.txt").open("wb") as said:
        where = {"stdout": said, "stderr": said} if is_quiet else {}
        return subprocess.Popen([*command, *map(str, group)], **where)


def counted(path: Path) -> Counter[str]:
    """How many tests passed, failed and were skipped; a process that did not come to its end failed once."""
    if not path.is_file():
        return Counter(failed=1)
    one = ElementTree.parse(path).getroot()[0]
    number = {name: int(one.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")}
    failed = number["failures"] + number["errors"]
    return Counter(failed=failed, skipped=number["skipped"], passed=number["tests"] - failed - number["skipped"])


if __name__ == "__main__":
    sys.exit(main())
