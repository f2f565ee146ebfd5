"""Our own side: whole builds, one changed report, the judgement, the real content; through the commands alone."""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import Failed, Run, run

ROOT = Path(__file__).resolve().parents[2]
NIANBAO = Path(sys.executable).with_name("nianbao")
YEARS = 5


def archive(folder: Path, reports: int) -> Path:
    """A fictional archive of about so many reports, made anew if it is not there, or not as it would be made now."""
    place = folder / f"archive-{reports}"
    made_by = place / ".made-by"
    for file in place.glob("altered/*"):  # by the run before
        agency, _, name = file.name.rpartition("@")
        file.replace(place / "content/reports" / agency / name)
    if not made_by.is_file() or made_by.read_text() != _maker():
        shutil.rmtree(place, ignore_errors=True)
        # Some reports are missing on purpose: 4 in 100, never the last year.
        agencies = round(reports / (YEARS - 0.04 * (YEARS - 1)))
        words = ["--agencies", agencies, "--years", YEARS, "--errors", 0.1]
        run([NIANBAO, "demo", place, *map(str, words)], ROOT)
        made_by.write_text(_maker())
    return place


def _maker() -> str:
    """A digest of all that a fictional archive may be made from: the program, and the settings that it is given."""
    digest = hashlib.sha256()
    folders = (ROOT / "generator", ROOT / "site_config")
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc"):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest() + hashlib.sha256((ROOT / "mkdocs.yml").read_bytes()).hexdigest()


def count(place: Path) -> int:
    """How many report files an archive holds."""
    return sum(path.suffix != ".yml" for path in place.glob("content/reports/*/*"))


def build(place: Path, clean: bool) -> tuple[Run, dict[str, float]]:
    """Build the archive; ``clean`` forgets everything built before. Returns the run and the seconds of each stage.

    启动 is what the stages leave of the run: interpreter, imports, the end of the process. Other programs' runs have it
    too.
    """
    if clean:
        for name in ("build", "site"):
            shutil.rmtree(place / name, ignore_errors=True)
    timings = place / "timings.json"
    done = run([NIANBAO, "build", "--timings", timings], place)
    return done, with_start(done.seconds, json.loads(timings.read_text("utf-8")))


def with_start(seconds: float, stages: dict[str, float]) -> dict[str, float]:
    """The seconds of each stage, and 启动: what they leave of the whole run's."""
    return {"启动": max(0.0, seconds - sum(stages.values())), **stages}


def change_one(place: Path, kind: str, turn: int) -> None:
    """Alter one report in the middle of the archive; ``kind`` is one of CHANGES, ``turn`` how often that was done.

    It is the first from the middle on that has what is to be altered. Raises Failed where none has: nothing changed
    would be the fastest change of all.
    """
    files = sorted(place.glob("content/reports/*/2023.txt"))
    middle = len(files) // 2
    for at, file in enumerate(files[middle:], start=middle):
        other, text = files[(at + 1 + turn) % len(files)].read_text("utf-8"), file.read_text("utf-8")
        changed = CHANGES[kind](text, other, turn)
        if changed != text:
            _keep(file, place / "altered")
            file.write_text(changed, "utf-8")
            return
    raise Failed(f"没有可以改的地方（{kind}）")


def _keep(file: Path, altered: Path) -> None:
    """Keep a report as it was at first, for the next run."""
    altered.mkdir(exist_ok=True)
    kept = altered / f"{file.parent.name}@{file.name}"
    if not kept.exists():
        shutil.copy2(file, kept)


def _sentence(text: str, other: str, turn: int) -> str:
    """A sentence more, which nobody else prints."""
    mark = "六、其他需要报告的事项\n"
    return text.replace(mark, f"{mark}\n第{turn}次改动：本年度另外公开信息{turn + 7}条。\n", 1)


def _figure(text: str, other: str, turn: int) -> str:
    """The total of new requests, which is watched: to and fro across the medians of all its peers."""
    return _NEW.sub(lambda found: found[1] + ("0" if int(found[2]) >= 10_000 else str(90_000 + turn)), text, count=1)


def _shared(text: str, other: str, turn: int) -> str:
    """A paragraph as another body prints it, in the next turn as yet another: both share now what was theirs alone."""
    taken = _PARAGRAPH.search(other)
    return _PARAGRAPH.sub(lambda _: taken[0], text, count=1) if taken else text


_NEW = re.compile(r"(\n\t一、本年新收政府信息公开申请数量(?:\n\t\d+){6}\n\t)(\d+)(?=\n)")
_PARAGRAPH = re.compile("\n（三）.+")
# From the friendliest change to those that reach further: into the medians, into the reports that share a text.
CHANGES: dict[str, Callable[[str, str, int], str]] = {"sentence": _sentence, "figure": _figure, "shared": _shared}


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
