"""A fictional archive on disk: registry, report files, sidecars, the project's own settings, and what was planted.

``manifest.csv`` tells every planted error, ``expected.csv`` the checks that must fail for them (``certain`` True) and
those that may besides, as when a text is copied and nobody can say which of the two was first.
"""

import csv
import io
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

from generator.demo.bodies import Body, bodies, registry
from generator.demo.draft import Draft
from generator.demo.figures import FIRST_YEAR, LAST_YEAR
from generator.demo.formats import FORMATS
from generator.demo.plan import Expected, Plan, Verdict, chance, drafts_of, expected, verdict
from generator.errors import BuildError, ConfigError, reason
from generator.lifeline import process_pool

MOST_AGENCIES = 100_000
MOST_YEARS = LAST_YEAR - FIRST_YEAR + 1
_SIDECARS = 0.3  # share of reports with a sidecar
_CHUNK = 20  # bodies that a process takes at a time
_SITE = """\
# 由 nianbao demo 生成。
name: 虚构的示例档案
tagline: 机关、报告、数字全部是虚构的，只供试用和测速
"""


class Options(NamedTuple):
    """What kind of archive: ``agencies`` bodies with ``years`` years up to 2025 each, ``formats`` names of FORMATS,
    ``errors`` the share of reports with planted errors, 0 to 1. ``jobs`` processes; the result does not depend on it.
    """

    agencies: int
    years: int
    seed: int = 1
    formats: Sequence[str] = ("txt",)
    errors: float = 0.0
    jobs: int = 1


class Made(NamedTuple):
    """How many reports were written, and how many errors were planted in them."""

    reports: int
    errors: int


def write_demo(folder: Path, options: Options, project: Path) -> Made:
    """Write a fictional archive to ``folder``, with the settings of ``project`` so that it can be built there.

    Raises ConfigError where the folder holds something or the project has no settings, BuildError when it cannot be
    written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError("这里已经有东西了，不覆盖", str(folder), "请换一个没有的或者空的文件夹")
    if not (project / "mkdocs.yml").is_file():
        raise ConfigError("没有 mkdocs.yml", str(project / "mkdocs.yml"), "请在项目的根目录里运行")
    known = bodies(options.agencies)
    try:
        _settings(folder, project)
        _write(folder / "content/agencies.yml", registry(known).encode())
        plan = Plan(known, options.years, options.seed, options.errors)
        verdicts = list(chain.from_iterable(_in_processes(folder, options, plan)))
        _write(folder / "manifest.csv", _manifest(verdicts))
        _write(folder / "expected.csv", _expected(verdicts))
    except OSError as error:
        raise BuildError(f"示例档案写不了（{reason(error)}）", str(folder), "请检查磁盘空间和权限") from error
    return Made(len(verdicts), sum(len({each.kind for each in one.planted}) for one in verdicts))


def _settings(folder: Path, project: Path) -> None:
    """The project's own settings under a name that tells what the archive is."""
    text = (project / "mkdocs.yml").read_text("utf-8")
    _write(folder / "mkdocs.yml", re.sub(r"(?m)^site_name: .*$", "site_name: 虚构的示例档案", text).encode())
    shutil.copytree(project / "site_config", folder / "site_config", dirs_exist_ok=True)
    _write(folder / "site_config/site.yml", _SITE.encode())


def _in_processes(folder: Path, options: Options, plan: Plan) -> Iterator[list[Verdict]]:
    chunks = [plan.bodies[i : i + _CHUNK] for i in range(0, len(plan.bodies), _CHUNK)]
    work = partial(_write_bodies, folder, options, plan)
    if options.jobs < 2 or len(chunks) < 2:
        yield from map(work, chunks)
        return
    with process_pool(options.jobs) as pool:
        yield from pool.map(work, chunks)


def _write_bodies(folder: Path, options: Options, plan: Plan, some: Sequence[Body]) -> list[Verdict]:
    verdicts = []
    for draft in drafts_of(plan, some):
        _write_report(folder, draft, options)
        verdicts.append(verdict(draft))
    return verdicts


def _write_report(folder: Path, draft: Draft, options: Options) -> None:
    names = sorted(set(options.formats), key=[*FORMATS].index)
    name = names[int(chance(options.seed, "format", draft) * len(names))]
    place = folder / "content/reports" / draft.body.id
    random = Random(f"{options.seed}/{name}/{draft.body.id}/{draft.year}")
    _write(place / f"{draft.year}.{name}", FORMATS[name](draft.blocks(), random))
    if chance(options.seed, "sidecar", draft) < _SIDECARS:
        _write(place / f"{draft.year}.yml", _sidecar(draft).encode())


def _manifest(verdicts: Sequence[Verdict]) -> bytes:
    """What was planted, one altered place a line."""
    rows = [[one.agency, one.year, *each] for one in sorted(verdicts) for each in one.planted]
    return _csv(["agency", "year", "kind", "where", "before", "after"], rows)


def _expected(verdicts: Sequence[Verdict]) -> bytes:
    """Which checks must fail where, and which may, because of what was planted."""
    return _csv(list(Expected._fields), expected(verdicts))


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return file.getvalue().encode()


def _sidecar(draft: Draft) -> str:
    address = f"https://{draft.body.id}.shili.example/zfxxgk/{draft.year}.html"
    return f"source_url: {address}\nretrieved: {draft.year + 1}-06-15\n"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
