"""What stands where in the archive: every report file with its agency and year, and every file in the wrong place.

Nothing is opened here and no link followed. Names come from anywhere: what cannot be a name of ours is told in a form
that shows all its characters (``visible``) and never becomes a path again.
"""

import filecmp
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from generator.archive import AgencyEntry, Entry, Registry
from generator.errors import Refusal, reason, visible
from generator.identity import FIRST_YEAR
from generator.report import Region
from generator.suffixes import SUFFIXES

Found = Entry | Refusal
_SIDECAR = ".yml"
# What systems and editors leave behind, beside all that begins with a point: no report, and nothing to tell of.
_LEFT_BEHIND = re.compile(r"\.|~\$|(thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r)\Z", re.IGNORECASE)
_YEAR = re.compile("[0-9]{4}")
_PLACE = "请放到 reports/机关代号/年度.扩展名"


def scan(content: Path, registry: Registry, newest: int) -> tuple[list[Entry], list[Refusal]]:
    """Find every report file: ``reports/<agency-id>/<year>.<ext>``, sorted; and what stands in the wrong place."""
    found = list(_scan(content, registry, newest))
    return [one for one in found if isinstance(one, Entry)], [one for one in found if isinstance(one, Refusal)]


def _scan(content: Path, registry: Registry, newest: int) -> Iterator[Found]:
    folder = content / "reports"
    if folder.is_symlink():
        yield Refusal("symlink", "这是符号链接，不跟随", "reports", "请放入文件夹本身")
        return
    for child in _inside(folder, content) if folder.is_dir() else ():
        if isinstance(child, Refusal):
            yield child
        elif child.is_symlink():
            yield Refusal("symlink", "这是符号链接，不跟随", _shown(child, content), "请放入文件夹本身")
        elif not child.is_dir():
            yield Refusal("unsafe-name", "报告没有放在机关的文件夹里", _shown(child, content), _PLACE)
        elif child.name in registry.by_id:
            yield from _scan_agency(child, content, registry, newest)
        else:
            yield from _unregistered(child, content, registry)


def _shown(path: Path, content: Path) -> str:
    return path.relative_to(content).as_posix()


def _inside(folder: Path, content: Path) -> Iterator[Path | Refusal]:
    """What stands in a folder, sorted; instead, that it cannot be opened."""
    try:
        children = sorted(folder.iterdir())
    except OSError as error:
        why = f"文件夹打不开（{reason(error)}）"
        yield Refusal("corrupt-file", why, _shown(folder, content), "请检查文件夹的权限")
        return
    yield from (child for child in children if not _LEFT_BEHIND.match(child.name))


def _unregistered(folder: Path, content: Path, registry: Registry) -> Iterator[Refusal]:
    """Every file in the folder of an agency that is not registered; the folder itself where it is empty."""
    name = visible(folder.name)
    plain = unicodedata.normalize("NFKC", folder.name).casefold().strip(" .")
    why, hint = f"「{name}」没有在 agencies.yml 登记", "请先登记这个机关，或改正文件夹名"
    if plain in registry.by_id:
        # On some systems the two are one folder, on others they are not.
        why = f"文件夹名「{name}」与机关代号「{plain}」只差大小写或全角半角"
        hint = f"请把里面的文件放到 reports/{plain}/"
    files = [child for child in _inside(folder, content) if isinstance(child, Refusal) or child.suffix != _SIDECAR]
    for child in files or [folder]:
        yield child if isinstance(child, Refusal) else Refusal("agency-missing", why, _shown(child, content), hint)


def _scan_agency(folder: Path, content: Path, registry: Registry, newest: int) -> Iterator[Found]:
    agency = registry.by_id[folder.name]
    name = registry.region_name(agency.region)
    region = Region(code=agency.region, name=name, level=agency.level, basis="registry")
    by_year: dict[str, list[Path]] = {}
    sidecars: set[str] = set()
    for file in _inside(folder, content):
        if isinstance(file, Refusal):
            yield file
        elif file.suffix == _SIDECAR:
            sidecars.add(file.stem)
        elif fault := _misnamed(file, newest):
            code, why, hint = fault
            yield Refusal(code, why, _shown(file, content), hint)
        else:
            by_year.setdefault(file.stem, []).append(file)
    for year, files in by_year.items():
        yield from _of_year(agency, int(year), files, content, region)
    for year in sorted(sidecars - set(by_year)):
        where = _shown(folder / f"{year}{_SIDECAR}", content)
        yield Refusal("unsafe-name", "旁注文件没有对应的报告", where, "请补上报告文件，或删去旁注")


def _misnamed(file: Path, newest: int) -> tuple[str, str, str] | None:
    """Why a name cannot be that of a report or its sidecar, as code, sentence and hint; None where it can be."""
    mode = file.lstat().st_mode
    if stat.S_ISLNK(mode):
        return "symlink", "这是符号链接，不跟随", "请放入文件本身"
    if stat.S_ISDIR(mode):
        return "unsafe-name", "这是文件夹，里面的文件不读", f"{_PLACE}，机关的文件夹里不再分文件夹"
    if not _YEAR.fullmatch(file.stem):
        return "unsafe-name", "文件名不是四位年度", "请改名，如 2023.txt"
    if not FIRST_YEAR <= int(file.stem) <= newest:
        return "year-range", f"年度不在 {FIRST_YEAR} 至 {newest} 之间", "请核对文件名"
    return None


def _of_year(agency: AgencyEntry, year: int, files: list[Path], content: Path, region: Region) -> Iterator[Found]:
    """The one report of an agency-year; where there are several files, what keeps each of them out.

    A file whose ending no report has (a backup, a copy) is told and keeps nothing else out. A sidecar with a wrong
    ending does: it may hold what clears the office.
    """
    known = [file for file in files if file.suffix.lower() in SUFFIXES]
    wrong = [file for file in files if file.suffix.lower() in (".yml", ".yaml")]
    for file in wrong:
        hint = f"请改名为 {year}.yml；改好以前这一年度的报告不收录"
        yield Refusal("corrupt-file", "旁注的扩展名要写作小写的 .yml", _shown(file, content), hint)
    for file in files:
        if file not in known and file not in wrong:
            yield _no_report(file, content)
    if wrong or not known:
        return
    first, others = known[0], known[1:]
    if all(_same(first, other) for other in others):
        yield Entry(agency, year, first, _shown(first, content), region)
        for other in others:
            why = f"与 {first.name} 的内容一字不差，只收录那一份"
            yield Refusal("duplicate-report", why, _shown(other, content), "请删去这一个")
        return
    names = "、".join(visible(file.name) for file in known)
    for file in known:
        why = f"同一机关同一年度有 {len(known)} 个文件（{names}）"
        yield Refusal("duplicate-report", why, _shown(file, content), "请只留一个")


def _no_report(file: Path, content: Path) -> Refusal:
    what = f"档案里的文件要有认得的扩展名，「{visible(file.suffix) or '无扩展名'}」不是"
    hint = f"若是备份，请移走；若是报告，请用 nianbao add 放入，或改成 {'、'.join(SUFFIXES)} 之一"
    return Refusal("unsupported-format", what, _shown(file, content), hint)


def _same(one: Path, other: Path) -> bool:
    """Whether two files are regular ones of the same bytes, and of endings that are read alike."""
    if SUFFIXES.get(one.suffix.lower()) != SUFFIXES.get(other.suffix.lower()):
        return False
    try:
        regular = all(stat.S_ISREG(path.lstat().st_mode) for path in (one, other))
        return regular and filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False
