#!/usr/bin/env python3
# ruff: noqa: E402, T201 — the tests' harness is found by path; it prints
"""How well and how fast the checks judge: ten thousand fictional reports with planted errors, check by check.

usage: make judge [REPORTS=10000]; with --json the last line is for programs.
The planted errors, and what must fail for them: generator/demo/errors.py.
"""

import json
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from planted import plant, scores

from generator.checks import judge


def main() -> None:
    words = [word for word in sys.argv[1:] if word != "--json"]
    reports = int(words[0]) if words else 10_000
    planted = plant(reports)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    findings = sum(len(judge(report, planted.archived)) for report in planted.archived.reports)
    seconds = time.perf_counter() - start
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    spoilt = sum(bool(must) for must in planted.must.values())
    print(f"{len(planted.archived.reports)} 份报告，{spoilt} 份有差错；{findings} 项核对")
    print(f"全部核对一遍（含相同文字的索引）{seconds:.1f} 秒，一个进程；内存增加 {grown:.0f} MB")
    print(f"{'规则':<26}{'查出':>6}{'误报':>6}{'漏报':>6}{'准确率':>8}{'查全率':>8}")
    found = scores(planted)
    for check, score in found.items():
        numbers = f"{score.right:>8}{score.wrong:>8}{score.missed:>8}"
        print(f"{check:<28}{numbers}{score.precision:>11.3f}{score.recall:>11.3f}")
    if "--json" in sys.argv:
        faults = {check: (score.wrong, score.missed) for check, score in found.items() if score.wrong or score.missed}
        told = {"reports": len(planted.archived.reports), "seconds": seconds, "megabytes": grown, "faults": faults}
        print(json.dumps(told, ensure_ascii=False))


main()
