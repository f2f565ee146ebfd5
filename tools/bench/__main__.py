"""How fast and how light everything is, beside the others, in one run.

usage: make bench [REPORTS="1000 10000"] [ARGS="--rounds 1 --skip stock,zensical"]. Two sizes give the exponent of
growth; at each size every program makes a site of the same pages, in turn, as many rounds as asked for, and the
medians are compared. Compare within one run only: machines are shared.
"""

import argparse
import os
import platform
import shutil
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import peers
import product
import results
from measure import Failed, Run, weigh

BENCH = product.ROOT / "build/bench"
PARTS = ("hugo", "pagefind", "stock", "zensical", "query", "judge", "reading", "cold")
QUERIES = ["样安", "政务公开", "0000-26", "便民中心", "依申请公开"]


def main() -> None:
    told = argparse.ArgumentParser(prog="make bench", description="测速")
    told.add_argument("reports", nargs="*", type=int, help="几份报告，从小到大；不写就是 1000 10000")
    told.add_argument("--rounds", type=int, default=3, help="每样做几遍，取中位数")
    told.add_argument("--skip", default="", help=f"不做哪些，用逗号分开：{'、'.join(PARTS)}")
    given = told.parse_args()
    skip = set(filter(None, given.skip.split(",")))
    if strange := skip - set(PARTS):
        told.error(f"没有「{'、'.join(sorted(strange))}」这一部分")
    BENCH.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"machine": machine(), "rounds": given.rounds, "sizes": {}, "missing": {}}
    tools = BENCH / "tools"
    found["missing"] = dict.fromkeys(skip, "没有要求做") | peers.install(tools)
    for reports in sorted(given.reports or [1000, 10_000]):
        print(f"▸ {reports} 份报告", flush=True)
        found["sizes"][str(reports)] = one_size(reports, tools, given.rounds, found["missing"])
        results.write(BENCH, found)
    for name, part in (("judge", judge), ("reading", reading), ("cold", cold)):
        if name not in skip:
            print(f"▸ {name}", flush=True)
            found[name] = attempt(found["missing"], name, lambda part=part: part(found))
    results.write(BENCH, found)
    print((BENCH / "results.md").read_text("utf-8"))


def machine() -> dict[str, Any]:
    """What the run was made on; no name of it."""
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}


def attempt(missing: dict[str, str], name: str, action: Callable[[], Any]) -> Any:
    """What ``action`` gives; None and a word in ``missing`` where it fails."""
    if name in missing:
        return None
    try:
        return action()
    except (Failed, OSError, RuntimeError, ValueError) as failed:
        missing[name] = str(failed)[:300]
        print(f"  {name}：{missing[name]}", flush=True)
        return None


def one_size(reports: int, tools: Path, rounds: int, missing: dict[str, str]) -> dict[str, Any]:
    """Everything that depends on the number of reports."""
    place = product.archive(BENCH, reports)
    site = place / "site"
    told: dict[str, Any] = {"reports": product.count(place)}
    runs: dict[str, list[Run]] = {}
    stages: dict[str, list[float]] = {}

    def take(name: str, action: Callable[[], Run]) -> None:
        if (done := attempt(missing, name, action)) is not None:
            runs.setdefault(name, []).append(done)
            print(f"  {name} {done.seconds:.1f} 秒", flush=True)

    source = BENCH / f"hugo-{reports}"
    for turn in range(rounds):
        whole, taken = product.build(place, clean=True)
        runs.setdefault("build", []).append(whole)
        print(f"  build {whole.seconds:.1f} 秒：{ {key: round(value, 1) for key, value in taken.items()} }", flush=True)
        for stage, seconds in taken.items():
            stages.setdefault(stage, []).append(seconds)
        if turn == 0:
            told["pages"] = weights(place, site)
            attempt(missing, "hugo", lambda: peers.hugo_source(place / "build/docs", site, source))
        take("hugo", lambda: peers.hugo(tools, source, source / "public"))
        take("pagefind", lambda: peers.pagefind(tools, source / "public"))
        if turn == 0:  # slow: once is enough
            take("stock", lambda: peers.stock(place, place / "site-stock"))
            take("zensical", lambda: peers.zensical(tools, place, place / "site-zensical"))
            told["peer_pages"] = {name: bytes_a_page(folder) for name, folder in {
                "hugo": source / "public", "stock": place / "site-stock", "zensical": place / "site-zensical",
            }.items() if folder.is_dir()}  # fmt: skip
        for kind in product.CHANGES:
            take(f"changed-{kind}", lambda kind=kind, turn=turn: changed(place, kind, turn))
    told["queries"] = attempt(missing, "query", lambda: queries(site))
    told["seconds"] = {name: median(run.seconds for run in some) for name, some in runs.items()}
    told["megabytes"] = {name: max(run.megabytes or 0 for run in some) for name, some in runs.items()}
    told["stages"] = {stage: median(some) for stage, some in stages.items()}
    for folder in (source, place / "site-stock", place / "site-zensical"):
        shutil.rmtree(folder, ignore_errors=True)
    return told


def changed(place: Path, kind: str, turn: int) -> Run:
    """Build again after one report was altered."""
    product.change_one(place, kind, turn)
    return product.build(place, clean=False)[0]


def weights(place: Path, site: Path) -> dict[str, float]:
    """Bytes of our pages and of the search index, for each report."""
    index = sum(weigh(site, pattern)[1] for pattern in ("search/**/*", "assets/search/**/*"))
    return {"report_page": bytes_a_page(site), "site": weigh(site)[1], "search": index / product.count(place)}


def bytes_a_page(site: Path) -> float:
    """Mean bytes of a report's page."""
    number, size = weigh(site, "a/*/2*/index.html")
    return size / number if number else 0.0


def queries(site: Path) -> list[dict[str, Any]]:
    """Each query asked once by a browser that has seen nothing of the site."""
    import query

    return [one._asdict() for one in query.ask(site, QUERIES)]


def judge(found: dict[str, Any]) -> dict[str, Any]:
    """The judgement alone, at each size."""
    return {size: product.judged(int(size)) for size in found["sizes"]}


def reading(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Each format beside the library that opens it."""
    import reading as formats

    return [row._asdict() for row in formats.rows()]


def cold(found: dict[str, Any]) -> dict[str, Any]:
    """The real content from a fresh clone."""
    runs = [product.cold(BENCH) for _ in range(found["rounds"])]
    return {"seconds": median(run.seconds for run in runs), "megabytes": max(run.megabytes or 0 for run in runs)}


if __name__ == "__main__":
    main()
