"""A fictional archive on disk: registry, report files, sidecars, the project's own settings, and what was planted."""

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random
from typing import NamedTuple

from generator.demo.bodies import Body, bodies, registry
from generator.demo.draft import Draft, sound
from generator.demo.figures import FIRST_YEAR, LAST_YEAR
from generator.demo.formats import FORMATS
from generator.errors import BuildError, ConfigError, reason

MOST_AGENCIES = 100_000
MOST_YEARS = LAST_YEAR - FIRST_YEAR + 1
_MISSING = 0.04  # share of reports that the archive does not have
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
    """How many reports were written."""

    reports: int


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
        reports = sum(_in_processes(folder, options, known))
    except OSError as error:
        raise BuildError(f"示例档案写不了（{reason(error)}）", str(folder), "请检查磁盘空间和权限") from error
    return Made(reports)


def _settings(folder: Path, project: Path) -> None:
    """The project's own settings under a name that tells what the archive is."""
    text = (project / "mkdocs.yml").read_text("utf-8")
    _write(folder / "mkdocs.yml", re.sub(r"(?m)^site_name: .*$", "site_name: 虚构的示例档案", text).encode())
    shutil.copytree(project / "site_config", folder / "site_config", dirs_exist_ok=True)
    _write(folder / "site_config/site.yml", _SITE.encode())


def _in_processes(folder: Path, options: Options, known: list[Body]) -> Iterator[int]:
    chunks = [known[i : i + _CHUNK] for i in range(0, len(known), _CHUNK)]
    work = partial(_write_bodies, folder, options)
    if options.jobs < 2 or len(chunks) < 2:
        yield from map(work, chunks)
        return
    with ProcessPoolExecutor(options.jobs) as pool:
        yield from pool.map(work, chunks)


def _write_bodies(folder: Path, options: Options, some: Sequence[Body]) -> int:
    drafts = chain.from_iterable(kept(sound(body, options.years, options.seed), options.seed) for body in some)
    return sum(1 for draft in drafts if _write_report(folder, draft, options))


def kept(drafts: Iterable[Draft], seed: int) -> list[Draft]:
    """The reports that the archive has: all but a few, and of every body one."""
    found = list(drafts)
    return [one for one in found if one is found[-1] or chance(seed, "missing", one) >= _MISSING]


def chance(seed: int, what: str, draft: Draft) -> float:
    """A number from 0 to 1 for one question about one report, the same whatever else is asked."""
    return Random(f"{seed}/{what}/{draft.body.id}/{draft.year}").random()


def _write_report(folder: Path, draft: Draft, options: Options) -> bool:
    names = sorted(set(options.formats), key=[*FORMATS].index)
    name = names[int(chance(options.seed, "format", draft) * len(names))]
    place = folder / "content/reports" / draft.body.id
    random = Random(f"{options.seed}/{name}/{draft.body.id}/{draft.year}")
    _write(place / f"{draft.year}.{name}", FORMATS[name](draft.blocks(), random))
    if chance(options.seed, "sidecar", draft) < _SIDECARS:
        _write(place / f"{draft.year}.yml", _sidecar(draft).encode())
    return True


def _sidecar(draft: Draft) -> str:
    address = f"https://{draft.body.id}.shili.example/zfxxgk/{draft.year}.html"
    return f"source_url: {address}\nretrieved: {draft.year + 1}-06-15\n"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
