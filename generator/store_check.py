"""``nianbao verify --store``: every record is read again from the disk and held against the list, the schema, its place
and the files in content/. Nothing is remembered from the build; all that is wrong is told in one run.
"""

import json
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from generator.archive import ID_PATTERN, Entry, load_registry
from generator.checksums import SUMS, WRITING, is_unfinished, known_sums
from generator.errors import BuildError, NianbaoError, reason, visible
from generator.form import load_form
from generator.form_file import form_ids
from generator.ingest import ingest
from generator.lifeline import process_pool
from generator.parse import newest_year
from generator.report import SCHEMA_VERSION, Report
from generator.scan import scan
from generator.store import TEMPORARY, to_json

_RECORD = re.compile(rf"{ID_PATTERN}/[0-9]{{4}}\.json")
_MANY = 500  # records above which several processes pay
_AGAIN = "请再运行一次 nianbao build"
_ANEW = "请删除它，再运行一次 nianbao build"
# What pydantic finds wrong with a value, in words for people.
_WRONG = {"extra_forbidden": "没有这一项", "missing": "缺这一项", "int_type": "应当是整数"}


class Checked(NamedTuple):
    """What came of it: faults, a sentence each; how many records; ``remark``, where a run was cut short."""

    faults: list[str]
    records: int
    remark: str = ""


class _Record(NamedTuple):
    """What one record is like: its digest, its source as it says itself, and its faults."""

    path: str
    digest: str
    source: tuple[str, str] | None
    faults: list[str]


def check_store(store: Path, content: Path, config: Path, jobs: int = 1) -> Checked:
    """Check the records in ``store`` against each other and against ``content``. Raises BuildError, ConfigError."""
    if not store.is_dir():
        raise BuildError("没有可检查的存档", str(store), "请先运行 nianbao build")
    paths, faults = _files(store)
    unfinished = is_unfinished(store)
    sums: dict[str, str] | None = None
    try:
        sums = known_sums(store)
    except NianbaoError as error:
        if not unfinished or (store / SUMS).exists():  # cut short, the first run of all has left none yet
            faults.append(str(error))
    records = _records(store, paths, jobs)
    for record in records:
        faults += [_told(store, record.path, fault) for fault in record.faults]
    if sums is not None:
        faults += _against_list(store, sums, records)
    if not unfinished:
        faults += _against_content(records, content, config, store, jobs)
    remark = f"上一次写存档没有写完（{store / WRITING} 还在），{_AGAIN}" if unfinished else ""
    return Checked(sorted(faults), len(paths), remark)


def _told(store: Path, path: str, fault: str) -> str:
    return f"{store.name}/{path}：{fault}"


def _files(store: Path) -> tuple[list[str], list[str]]:
    """The records, and what has no business among them. What a killed run left is swept by the next one."""
    records, faults = [], []
    for path in sorted(store.rglob("*")):
        name = path.relative_to(store).as_posix()
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode) or name in (SUMS, WRITING) or path.name.startswith(TEMPORARY):
            continue
        if not stat.S_ISREG(mode):
            faults.append(_told(store, visible(name), "不是普通文件。请移走它"))
        elif _RECORD.fullmatch(name):
            records.append(name)
        else:
            faults.append(
                _told(store, visible(name), f"不是存档里的文件（应当是 机关代号/年度.json 或 {SUMS}）。请移走它")
            )
    return records, faults


def _records(store: Path, paths: list[str], jobs: int) -> list[_Record]:
    if jobs > 1 and len(paths) > _MANY:
        with process_pool(jobs) as pool:
            return list(pool.map(partial(_record, store), paths, chunksize=50))
    return [_record(store, path) for path in paths]


def _record(store: Path, path: str) -> _Record:
    try:
        data = (store / path).read_bytes()
    except OSError as error:
        return _Record(path, "", None, [f"打不开（{reason(error)}）。请检查权限"])
    digest = sha256(data).hexdigest()
    try:
        value = json.loads(data, object_pairs_hook=_once, parse_constant=_no_constant)
        faults = list(_schema(value))
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, _Fault) else "不完整，或者不是 JSON"
        return _Record(path, digest, None, [f"{why}。{_ANEW}"])
    if faults:
        return _Record(path, digest, None, [f"{fault}。{_ANEW}" for fault in faults])
    report = Report.model_validate_json(data)
    faults = [f"{fault}。{_ANEW}" for fault in _place(report, path)]
    if not faults and to_json(report).encode() != data:
        faults.append(f"写法与 nianbao 写的不同（次序、空白或数字的写法）。{_ANEW}")
    return _Record(path, digest, (report.source.path, report.source.sha256), faults)


class _Fault(ValueError):
    """A fault of the JSON itself, told to people as it is."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if twice:
        raise _Fault(f"「{visible(twice[0])}」写了两次")
    return dict(pairs)


def _no_constant(name: str) -> None:
    raise _Fault(f"有 {name}，不是数")


def _schema(value: Any) -> Iterator[str]:
    """What a record has or lacks against the schema of this version, each with the place in the record."""
    version = value.get("schema_version") if isinstance(value, dict) else None
    if isinstance(version, int) and version != SCHEMA_VERSION:
        yield f"「schema_version」是 {version}，这个程序只认得 {SCHEMA_VERSION}，可能是更新的版本写的"
        return
    try:
        Report.model_validate_json(json.dumps(value))
    except ValidationError as error:
        for fault in error.errors(include_url=False)[:20]:
            steps = [str(step) for step in fault["loc"] if step not in ("int", "decimal")]
            given = f"，写的是 {json.dumps(fault['input'], ensure_ascii=False)[:40]}"
            told = _WRONG.get(fault["type"], "不是这里可以写的值")
            yield f"「{visible('.'.join(steps))}」{told}" + ("" if fault["type"] == "missing" else given)


def _place(report: Report, path: str) -> Iterator[str]:
    """Whether a record says what its place says, and only of cells that its form has."""
    folder, _, name = path.partition("/")
    if report.agency.id != folder:
        yield f"「agency.id」是「{visible(str(report.agency.id))}」，文件却在 {folder} 的文件夹里"
    if f"{report.year}.json" != name:
        yield f"「year」是 {report.year}，文件名却是 {name}"
    source = report.source.path
    if not re.fullmatch(rf"reports/{re.escape(folder)}/{re.escape(name[:4])}\.[^/]+", source):
        yield f"「source.path」是「{visible(source)}」，不是 reports/{folder}/{name[:4]} 加扩展名"
    if report.form is None:
        return
    if report.form not in form_ids():
        yield f"「form」是「{visible(report.form)}」，没有这种格式"
        return
    for fact in sorted(set(report.cells) - set(load_form(report.form).all_facts)):
        yield f"「cells.{visible(fact)}」不是 {report.form} 格式里的数字名"


def _against_list(store: Path, sums: dict[str, str], records: Iterable[_Record]) -> Iterator[str]:
    """Every record against its checksum; those written since a run that was cut short are not yet in the list."""
    since = (store / WRITING).stat().st_mtime_ns if is_unfinished(store) else None
    found = {record.path for record in records}
    for record in records:
        if since is not None and (store / record.path).stat().st_mtime_ns >= since:
            continue
        if record.path not in sums:
            yield _told(store, record.path, f"不在校验和清单里。{_AGAIN}")
        elif record.digest and record.digest != sums[record.path]:
            yield _told(store, record.path, f"校验和与清单不符，写入以后被改动或者损坏了。{_ANEW}")
    if since is None:
        for path in sorted(set(sums) - found):
            yield _told(store, visible(path), f"清单里有，文件没有了。{_AGAIN}")


def _against_content(records: list[_Record], content: Path, config: Path, store: Path, jobs: int) -> Iterator[str]:
    """Records without their file, and files without their record: those that can be read; of others check tells."""
    from generator.config import load_budget

    entries, refused = scan(content, load_registry(content), newest_year())
    there = {entry.shown for entry in entries} | {refusal.where for refusal in refused}
    sources = dict(record.source for record in records if record.source)
    for record in records:
        if record.source and record.source[0] not in there:
            yield _told(store, record.path, f"它的原件 {visible(record.source[0])} 已经不在 {content} 里。{_AGAIN}")
    told = {record.source[0] if record.source else _near(record, entries) for record in records if record.faults}
    due = [one for one in entries if one.shown not in told and sources.get(one.shown) != _digest(one.path)]
    readable = {report.source.path for report in ingest(due, jobs, None, load_budget(config)).reports}
    for entry in due:
        if entry.shown in readable:
            what = "与存档里的记录不同" if entry.shown in sources else "在存档里没有记录"
            yield f"{content.name}/{entry.shown}：{what}。{_AGAIN}"


def _near(record: _Record, entries: Iterable[Entry]) -> str:
    """The file that a broken record should be of: that it is broken has been told already."""
    return next((one.shown for one in entries if f"{one.agency.id}/{one.year}.json" == record.path), "")


def _digest(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return ""
        with path.open("rb") as file:
            digest = sha256()
            while data := file.read(1 << 20):
                digest.update(data)
            return digest.hexdigest()
    except OSError:
        return ""
