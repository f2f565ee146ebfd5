"""The same content gives the same bytes: on another day, in another zone, language, folder, order, number of cores."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


def _build(project: Path, content: Path, surroundings: dict[str, str], jobs: int) -> tuple[dict[str, str], ...]:
    """Copy what a project consists of to ``project``, build it as a maintainer would; store and site, file by file."""
    project.mkdir(parents=True)
    shutil.copytree(ROOT / "site_config", project / "site_config")
    shutil.copy(ROOT / "mkdocs.yml", project)
    files = sorted((path for path in content.rglob("*") if path.is_file()), reverse=jobs > 1)
    for path in files:
        target = project / "content" / path.relative_to(content)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    environment = {name: value for name, value in os.environ.items() if name not in ("SOURCE_DATE_EPOCH", "SITE_URL")}
    environment |= {"PYTHONPATH": str(ROOT), "SITE_URL": "https://example.org/nianbao/"} | surroundings
    if jobs > 1:
        (project / "later").mkdir()
        (project / "later" / "sitecustomize.py").write_text(LATER, "utf-8")
        environment["PYTHONPATH"] += os.pathsep + str(project / "later")
    command = [sys.executable, "-m", "generator", "build", "--jobs", str(jobs)]
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    return _tree(project / "build/store"), _tree(project / "build/docs"), _tree(project / "site")


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], ...]:
    return _build(tmp_path_factory.mktemp("a") / "nianbao", ROOT / "content", SURROUNDINGS[0], 1)


@pytest.mark.parametrize("surroundings", SURROUNDINGS[1:], ids=lambda each: each["TZ"])
def test_the_same_content_gives_the_same_bytes(
    tmp_path: Path, first: tuple[dict[str, str], ...], surroundings: dict[str, str]
) -> None:
    """400 days later, elsewhere, deeper, with files made in another order and two processes: not a byte differs."""
    again = _build(tmp_path / "深" / "another folder", ROOT / "content", surroundings, 2)
    for made, anew in zip(first, again, strict=True):
        assert {path for path in made.keys() | anew.keys() if made.get(path) != anew.get(path)} == set()
