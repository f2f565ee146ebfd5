"""Our own side: whole builds, one changed report, the judgement, the real content; through the commands alone."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from measure import Run, run

ROOT = Path(__file__).resolve().parents[2]
NIANBAO = Path(sys.executable).with_name("nianbao")
YEARS = 5


def archive(folder: Path, reports: int) -> Path:
    """A fictional archive of about so many reports, made anew if it is not there."""
    place = folder / f"archive-{reports}"
    if not (place / "expected.csv").is_file():
        shutil.rmtree(place, ignore_errors=True)
        # Some reports are missing on purpose: 4 in 100, never the last year.
        agencies = round(reports / (YEARS - 0.04 * (YEARS - 1)))
        words = ["--agencies", agencies, "--years", YEARS, "--errors", 0.1]
        run([NIANBAO, "demo", place, *map(str, words)], ROOT)
    return place


def count(place: Path) -> int:
    """How many report files an archive holds."""
    return sum(path.suffix != ".yml" for path in place.glob("content/reports/*/*"))


def build(place: Path, clean: bool) -> tuple[Run, dict[str, float]]:
    """Build the archive; ``clean`` forgets everything built before. Returns the run and the seconds of each stage."""
    if clean:
        for name in ("build", "site"):
            shutil.rmtree(place / name, ignore_errors=True)
    timings = place / "timings.json"
    done = run([NIANBAO, "build", "--timings", timings], place)
    return done, json.loads(timings.read_text("utf-8"))


def change_one(place: Path, turn: int) -> None:
    """Alter a sentence in one report in the middle of the archive."""
    files = sorted(place.glob("content/reports/*/2023.txt"))
    path = files[len(files) // 2]
    text = path.read_text("utf-8")
    mark = "六、其他需要报告的事项\n"
    path.write_text(text.replace(mark, f"{mark}\n第{turn}次改动：本年度另外公开信息{turn + 7}条。\n", 1), "utf-8")


def judged(reports: int) -> dict[str, Any]:
    """The judgement of so many reports by tools/judge.py: seconds, and whether any check was wrong or missed any."""
    done = run([sys.executable, ROOT / "tools/judge.py", str(reports), "--json"], ROOT)
    told: dict[str, Any] = json.loads(done.said.splitlines()[-1])
    return told


def cold(folder: Path) -> Run:
    """Read, check and build the real content in a fresh clone."""
    place = folder / "clone"
    shutil.rmtree(place, ignore_errors=True)
    run(["git", "clone", "--quiet", ROOT, place], ROOT)
    try:
        return run([NIANBAO, "build"], place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
