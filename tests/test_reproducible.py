"""The same commit gives the same bytes: on another day, in another zone, language, folder, order, number of cores.

Made by ``make site``, as a maintainer does. The archive is larger than what one process does alone, and speaks of days
that have not come: a year, and the date in a sidecar.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from generator.demo.archive import Options, write_demo

ROOT = Path(__file__).parents[1]
# Python runs this before anything else when its folder is on the path: the clock stands 400 days later.
LATER = """
import datetime, time
_now, _class = time.time, datetime.datetime
time.time = lambda: _now() + 400 * 86400
class Later(_class):
    @classmethod
    def now(cls, tz=None): return _class.fromtimestamp(time.time(), tz)
    @classmethod
    def today(cls): return _class.fromtimestamp(time.time())
    @classmethod
    def utcnow(cls): return _class.utcfromtimestamp(time.time())
class Date(datetime.date):
    @classmethod
    def today(cls): return _class.fromtimestamp(time.time()).date()
datetime.datetime, datetime.date = Later, Date
"""
SURROUNDINGS = [
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    {"TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/New_York", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "77"},
]


def _tree(folder: Path) -> dict[str, str]:
    """Every file of a folder with its digest."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


NOW = int(time.time())
# A report of next year, and a day within the 400: both have come when the second site is made, and not for the commit.
COMING = datetime.fromtimestamp(NOW, UTC).date() + timedelta(days=200)
NEXT_YEAR = datetime.fromtimestamp(NOW, UTC).year + 1


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of the repository and seventy fictional reports more, some of them of days to come."""
    made = tmp_path_factory.mktemp("demo") / "archive"
    write_demo(made, Options(agencies=14, years=5, seed=1), ROOT)
    ours, theirs = ROOT / "content", made / "content"
    some = sorted((theirs / "reports").glob("*/2023.txt"))
    shutil.copytree(ours / "reports", theirs / "reports", dirs_exist_ok=True)
    registries = [yaml.safe_load((folder / "agencies.yml").read_text("utf-8")) for folder in (ours, theirs)]
    merged = {
        "regions": registries[0]["regions"] | registries[1]["regions"],
        "agencies": registries[0]["agencies"] + registries[1]["agencies"],
    }
    (theirs / "agencies.yml").write_text(yaml.safe_dump(merged, allow_unicode=True, sort_keys=False), "utf-8")
    text = some[0].read_text("utf-8").replace("2023", str(NEXT_YEAR))
    some[0].with_name(f"{NEXT_YEAR}.txt").write_text(text, "utf-8")
    some[1].with_suffix(".yml").write_text(f"published: {COMING}\nretrieved: {COMING}\n", "utf-8")
    assert len(list(theirs.glob("reports/*/*.txt"))) > 64
    return theirs


def _project(project: Path, content: Path, backwards: bool) -> None:
    """What a project consists of, all of it committed at one moment; nothing has to be set up."""
    project.mkdir(parents=True)
    shutil.copytree(ROOT / "site_config", project / "site_config")
    for name in ("mkdocs.yml", "Makefile", ".gitignore"):
        shutil.copy(ROOT / name, project)
    (project / "tools").mkdir()
    for name in ("setup-python.sh", "setup-plotly.sh"):
        (project / "tools" / name).write_text("#!/bin/sh\n", "utf-8")
        (project / "tools" / name).chmod(0o755)
    for path in sorted((path for path in content.rglob("*") if path.is_file()), reverse=backwards):
        target = project / "content" / path.relative_to(content)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    who = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_COMMITTER_DATE": f"@{NOW} +0000", "GIT_AUTHOR_DATE": f"@{NOW} +0000"}
    who |= {f"GIT_{role}_{part}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=project, env=os.environ | who, check=True)


def _build(project: Path, content: Path, surroundings: dict[str, str], jobs: int) -> tuple[dict[str, str], ...]:
    """Commit a project at ``project``, build it as a maintainer would; store, docs and site, file by file."""
    _project(project, content, backwards=jobs > 1)
    beside = project.parent / "beside"
    beside.mkdir()
    (beside / "nianbao").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m generator "$@"\n', "utf-8")
    (beside / "nianbao").chmod(0o755)
    if jobs > 1:
        (beside / "sitecustomize.py").write_text(LATER, "utf-8")
    unset = ("SOURCE_DATE_EPOCH", "SITE_URL", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    environment |= {"PYTHONPATH": f"{ROOT}{os.pathsep}{beside}", "SITE_URL": "https://example.org/nianbao/"}
    command = ["make", "site", "BIN=../beside", f"ARGS=--jobs {jobs}"]
    run = subprocess.run(
        command, cwd=project, env=environment | surroundings, capture_output=True, encoding="utf-8", check=False
    )
    assert run.returncode == 0, run.stderr
    return _tree(project / "build/store"), _tree(project / "build/docs"), _tree(project / "site")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, content: Path) -> tuple[dict[str, str], ...]:
    return _build(tmp_path_factory.mktemp("a") / "nianbao", content, SURROUNDINGS[0], 1)


def test_the_archive_is_worth_several_processes_and_what_is_to_come_has_not(first: tuple[dict[str, str], ...]) -> None:
    """Else the next test would walk one path only, and nothing in it could tell one day from another."""
    store, docs, _ = first
    assert sum(name.endswith(".md") for name in docs) > 150
    assert not any(name.endswith(f"/{NEXT_YEAR}.json") for name in store)
    assert any(name.endswith("/2023.json") for name in store)


@pytest.mark.parametrize("surroundings", SURROUNDINGS[1:], ids=lambda each: each["TZ"])
def test_the_same_content_gives_the_same_bytes(
    tmp_path: Path, content: Path, first: tuple[dict[str, str], ...], surroundings: dict[str, str]
) -> None:
    """400 days later, elsewhere, deeper, with files made in another order and two processes: not a byte differs."""
    again = _build(tmp_path / "深" / "another folder" / "x", content, surroundings, 2)
    for made, anew in zip(first, again, strict=True):
        assert {path for path in made.keys() | anew.keys() if made.get(path) != anew.get(path)} == set()
