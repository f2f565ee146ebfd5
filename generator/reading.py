"""The reports of an archive, read now or remembered: what a file says is kept by the bytes that it was read from.

The key of an entry is made of everything that the Report depends on: the file and its sidecar, byte for byte (times of
change are never trusted), its place, the agency's names, where it is, and the year of the build. What the reader
itself depends on is the cache's own business (``cache.fingerprint``).
"""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from generator.archive import Entry
from generator.beside import Beside
from generator.budget import Budget
from generator.cache import Cache, Damaged
from generator.errors import Refusal
from generator.parse import newest_year
from generator.report import Report
from generator.yamldoor import SIDECAR

if TYPE_CHECKING:
    from generator.ingest import Workers

KIND, REFUSED = "report", "refused"
_WORTH_ANOTHER = 500  # files to be hashed, above which half of them are another process's
_BATCH = 512  # reports held at a time while they are read
_LARGEST = 1 << 30  # what is larger is nobody's report: the reader says so without our reading it
# Refusals that the file itself explains. Others may pass: a full disk, a time limit, LibreOffice not installed.
_LASTING = frozenset(
    {"year-conflict", "agency-conflict", "not-a-report", "multiple-reports", "empty-file", "encrypted", "xml-entity",
     "zip-bomb"}
)  # fmt: skip
# Notices that may say otherwise tomorrow: a date in the sidecar that has not come yet.
_PASSING = frozenset({"sidecar-fault"})
Key = tuple[str, int]  # agency id, year
Progress = Callable[[int, int], None]


class Read(NamedTuple):
    """``keys`` lead to the Reports in the cache, in the order of the entries; ``refused`` are the other files."""

    keys: dict[Key, str]
    refused: list[Refusal]
    fresh: frozenset[str]  # keys of the Reports that were read just now


def read_all(
    entries: Sequence[Entry],
    cache: Cache,
    workers: "Workers" = 1,
    progress: Progress | None = None,
    budget: Budget | None = None,
) -> Read:
    """Read what the cache does not hold, and forget what no entry leads to any more. See ``ingest.ingest``."""
    keys = keys_of(entries)
    known, refusals = cache.keys(KIND), dict(cache.all(REFUSED))
    due = [i for i, key in enumerate(keys) if key is None or (key not in known and key not in refusals)]
    refused = {i: _refusal(refusals[key]) for i, key in enumerate(keys) if key is not None and key in refusals}
    found: dict[int, str] = {i: key for i, key in enumerate(keys) if key is not None and key in known}
    fresh: list[str] = []
    for start in range(0, len(due), _BATCH):
        part = due[start : start + _BATCH]
        done = _told(progress, len(entries) - len(due) + start, len(entries))
        read, unread = _read_part([entries[i] for i in part], [keys[i] for i in part], cache, workers, done, budget)
        found |= {part[place]: key for place, key in read.items()}
        refused |= {part[place]: refusal for place, refusal in unread.items()}
        fresh.extend(read.values())
    with cache.at_once():
        cache.forget(KIND, known - set(found.values()))
        cache.forget(REFUSED, set(refusals) - {key for key in keys if key is not None})
    years = {(entries[i].agency.id, entries[i].year): found[i] for i in sorted(found)}
    return Read(years, [refused[i] for i in sorted(refused)], frozenset(fresh))


def _read_part(
    entries: list[Entry],
    keys: list[str | None],
    cache: Cache,
    workers: "Workers",
    progress: Progress | None,
    budget: Budget | None,
) -> tuple[dict[int, str], dict[int, Refusal]]:
    """Read some entries into the cache; by place in ``entries``: the keys of their Reports, and the refusals."""
    results = _ingested(entries, workers, progress, budget)
    # Hashed again: what was changed while it was read is not kept under the digest of what it was.
    sure = [key if key == now else None for key, now in zip(keys, keys_of(entries), strict=True)]
    found: dict[int, str] = {}
    refused: dict[int, Refusal] = {}
    reports: dict[str, bytes] = {}
    lasting: dict[str, bytes] = {}
    for place, (result, key) in enumerate(zip(results, sure, strict=True)):
        if isinstance(result, Refusal):
            refused[place] = result
            if key is not None and result.code in _LASTING:
                lasting[key] = _refused_bytes(result)
        else:
            # In the order that the file has them, which the store does not keep: sections of text follow each other.
            data = result.model_dump_json().encode()
            lasting_key = None if any(notice.code in _PASSING for notice in result.notices) else key
            found[place] = lasting_key or f"passing {hashlib.sha256(data).hexdigest()}"
            reports[found[place]] = data
    with cache.at_once():
        cache.put(KIND, reports)
        cache.put(REFUSED, lasting)
    return found, refused


def report_of(cache: Cache, key: str) -> Report:
    """The Report that a key leads to. Raises Damaged where the entry is."""
    data = cache.get(KIND, key)
    if data is None:
        raise Damaged(key)
    return Report.model_validate_json(data)


def _told(progress: Progress | None, before: int, due: int) -> Progress | None:
    return (lambda done, _: progress(before + done, due)) if progress else None


def _ingested(
    entries: list[Entry], workers: "Workers", progress: Progress | None, budget: Budget | None
) -> list[Report | Refusal]:
    """What became of each entry, in order."""
    from generator.ingest import ingest  # with all the readers' libraries: only where there is something to read

    ingested = ingest(entries, workers, progress, budget)
    reports = {(report.agency.id, report.year): report for report in ingested.reports}
    refused = iter(ingested.refused)
    return [reports.get((entry.agency.id, entry.year)) or next(refused) for entry in entries]


def keys_of(entries: Sequence[Entry]) -> list[str | None]:
    """The key of each entry; None for what is no regular file, and so is left to the reader to refuse."""
    newest = f"{newest_year()} {os.environ.get('SOURCE_DATE_EPOCH', '')}"

    def work(part: Sequence[Entry]) -> list[str | None]:
        return [_key(entry, newest) for entry in part]

    half = len(entries) // 2 if len(entries) >= _WORTH_ANOTHER else 0
    with Beside(partial(work, entries[:half]), os.cpu_count() or 1 if half else 1) as other:
        mine = work(entries[half:])
        return other.result() + mine


def _key(entry: Entry, newest: str) -> str | None:
    path = str(entry.path)
    report, sidecar = _digest(path), _digest(f"{os.path.splitext(path)[0]}.yml", SIDECAR.size)
    if not report or sidecar is None:
        return None
    whose = _whose(entry.agency.id, entry.agency.name, tuple(entry.agency.aliases), entry.region.model_dump_json())
    said = f"{report}\n{sidecar}\n{entry.shown}\n{entry.year}\n{newest}\n{whose}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


@lru_cache(maxsize=64)
def _whose(agency: str, name: str, aliases: tuple[str, ...], region: str) -> str:
    return json.dumps([agency, name, aliases, region], ensure_ascii=False)


def _digest(path: str, largest: int = _LARGEST) -> str | None:
    """The digest of a regular file; empty where there is none, None where it is anything else or cannot be read."""
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return ""
    except OSError:
        return None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode) or status.st_size > largest:
            return None
        digest = hashlib.sha256()
        while data := os.read(file, 1 << 20):
            digest.update(data)
        return digest.hexdigest()
    except OSError:
        return None
    finally:
        os.close(file)


def _refused_bytes(refusal: Refusal) -> bytes:
    return json.dumps([refusal.code, refusal.what, refusal.where, refusal.hint], ensure_ascii=False).encode()


def _refusal(data: bytes) -> Refusal:
    code, what, where, hint = json.loads(data)
    return Refusal(code, what, where, hint)
