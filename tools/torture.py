# ruff: noqa: E402, T201 — the tests' places are found by path; it prints
"""Every hostile file, read as the archive would read it: what became of it, in how much time and memory.

usage: python tools/torture.py [folder | --update]. Prints a Markdown table; tests/torture.md is the same without its
last columns, and --update writes it.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from places import torture_path

from generator.budget import Budget
from generator.checks import judge
from generator.errors import Refusal
from generator.guard import guarded
from generator.ingest import read_one

GOLDEN = ROOT / "tests" / "torture.md"
HEAD = ("例", "文件", "至少应当", "结果")
COSTS = ("秒", "内存 MB")


class Outcome(NamedTuple):
    """What became of one file: its case, its number among the case's files, what is asked and what happened."""

    case: str
    file: str
    asked: str
    happened: str
    seconds: float
    megabytes: float


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Read every file of every case of the manifest in ``folder``, each in a fresh process."""
    for case in json.loads((folder / "manifest.json").read_text("utf-8"))["cases"]:
        files = sorted(path for path in (folder / case["content"]).rglob("*") if path.is_file())
        for number, path in enumerate(files, start=1):
            # Names are part of the attack: only the ending and the place in the list are shown.
            yield _outcome(case, f"{number}{path.suffix}", path)


def _outcome(case: dict[str, Any], name: str, path: Path) -> Outcome:
    with guarded(Budget()) as guard:
        guard.start()
        before = time.monotonic()
        result = guard.call(read_one, path, str(path))
        seconds, megabytes = time.monotonic() - before, guard.peak() / 1_000_000
    return Outcome(case["id"], name, case["expect"]["outcome"], _told(result), seconds, megabytes)


def _told(result: Any) -> str:
    """A refusal by its code; a report by how many cells it has, how many of them are null, and its notices."""
    if isinstance(result, Refusal):
        return f"未能读取：{result.code}"
    blank = sum(cell.value is None for cell in result.cells.values())
    codes = "、".join(sorted({notice.code for notice in result.notices})) or "没有提示"
    failed = sum(finding.status == "fail" for finding in judge(result))
    return f"{len(result.cells)} 格，{blank} 格没有数；{codes}" + (f"；{failed} 条不成立" if failed else "")


def table(found: list[Outcome], with_costs: bool) -> str:
    """The outcomes as a Markdown table."""
    head = (*HEAD, *COSTS) if with_costs else HEAD
    lines = [head, ("---",) * len(head)]
    for one in found:
        costs = (f"{one.seconds:.2f}", f"{one.megabytes:.0f}") if with_costs else ()
        lines.append((one.case, one.file, one.asked, one.happened, *costs))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def main() -> None:
    update = sys.argv[1:] == ["--update"]
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 and not update else torture_path()
    if not (folder / "manifest.json").is_file():
        sys.exit(f"没有找到刁难文件：{folder}。请用环境变量 NIANBAO_TORTURE 指明")
    found = list(outcomes(folder))
    if update:
        GOLDEN.write_text(table(found, with_costs=False), "utf-8")
    slowest, hungriest = max(found, key=lambda one: one.seconds), max(found, key=lambda one: one.megabytes)
    print(table(found, with_costs=True))
    print(
        f"{len(found)} 个文件；最慢 {slowest.seconds:.2f} 秒（{slowest.case}），"
        f"最多用内存 {hungriest.megabytes:.0f} MB（{hungriest.case}）"
    )


if __name__ == "__main__":
    main()
