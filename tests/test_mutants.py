"""Damaged files by the thousand: a reader ends with a report or one clear refusal, in time, and writes nothing.

Real reports, the hostile files and our own writers' files are damaged at random: bytes, slices, parts of packages.
An ordinary run tries for a few seconds; NIANBAO_MUTANTS=20000 tries as many as that, other ones each time.
"""

import io
import os
import random
import signal
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, AnyStr

import pytest
from samples import SHAPES, make_sample
from sheet import lay_out
from test_formats import converted
from writers import WRITERS

from generator.errors import Refusal
from generator.ingest import read_report

WANTED = int(os.environ.get("NIANBAO_MUTANTS", "0"))
SECONDS = float(os.environ.get("NIANBAO_MUTANT_SECONDS", "20"))
HANGS = 30  # seconds for one file
OLD_SHARE = 100  # of so many files, one is of a format that takes a hundred times as long
SUFFIXES = {".txt", ".md", ".html", ".htm", ".docx", ".xlsx", ".xls", ".pdf"}
_watching: list[str] = []
_strayed: list[str] = []


def _watch(event: str, args: tuple[Any, ...]) -> None:
    """Note every file that is opened for writing, made or removed outside the temporary folder."""
    if not _watching or (event == "open" and isinstance(args[0], int)):  # what has a handle was opened before
        return
    writes = event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event in ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "shutil.rmtree", "os.symlink"):
        # A folder is emptied by names that are told beside the handle of the folder.
        handle = args[1] if event in ("os.remove", "os.rmdir") else -1
        base = os.readlink(f"/proc/self/fd/{handle}") if handle >= 0 else ""
        named = isinstance(args[0], str | bytes)
        path = os.path.realpath(os.path.join(base, os.fsdecode(args[0]))) if named else str(args[0])
        if not path.startswith((_watching[0], "/dev/null", "/proc/")):
            _strayed.append(f"{event} {path}")


sys.addaudithook(_watch)


class Hang(BaseException):
    """Not an Exception: no reader may catch it."""


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def ring(_: int, __: FrameType | None) -> None:
        raise Hang

    # Of its own time: a busy machine is no hang.
    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _flip(data: AnyStr, dice: random.Random) -> AnyStr:
    """Exchange single characters or bytes for others of the same file."""
    for _ in range(dice.choice((1, 3, 20))):
        at, other = dice.randrange(len(data)), dice.randrange(len(data))
        data = data[:at] + data[other : other + 1] + data[at + 1 :]
    return data


def _noise(data: AnyStr, dice: random.Random) -> AnyStr:
    at = dice.randrange(len(data))
    noise = dice.randbytes(dice.choice((1, 2, 8)))
    return data[:at] + (noise if isinstance(data, bytes) else noise.decode("latin-1")) + data[at + 1 :]


def _cut(data: AnyStr, dice: random.Random) -> AnyStr:
    return data[: dice.randrange(len(data))]


def _drop(data: AnyStr, dice: random.Random) -> AnyStr:
    start = dice.randrange(len(data))
    return data[:start] + data[start + dice.choice((1, 2, 40, 4000)) :]


def _repeat(data: AnyStr, dice: random.Random) -> AnyStr:
    start = dice.randrange(len(data))
    piece = data[start : start + dice.choice((1, 10, 300, 5000))]
    return data[:start] + piece * dice.choice((2, 3, 30)) + data[start:]


def _move(data: AnyStr, dice: random.Random) -> AnyStr:
    start, to = dice.randrange(len(data)), dice.randrange(len(data))
    piece = data[start : start + dice.choice((2, 30, 900))]
    rest = data[:start] + data[start + len(piece) :]
    return rest[:to] + piece + rest[to:]


def _stain(data: AnyStr, dice: random.Random) -> AnyStr:
    stain = dice.choice(
        ("\0", "\ufeff", "<", ">", "&#0;", "</table>", "<table>", "\t" * 50, "\n" * 50, "9" * 40, "|", "-")
    )
    start = dice.randrange(len(data))
    return data[:start] + (stain.encode() if isinstance(data, bytes) else stain) + data[start:]


DAMAGES = (_flip, _noise, _cut, _drop, _repeat, _move, _stain)


def _damaged(data: bytes, dice: random.Random) -> bytes:
    if data[:2] == b"PK" and dice.random() < 0.7:
        return _repacked(data, dice)
    times = dice.choice((1, 1, 2, 4))
    # Whole characters as a rule: a broken one ends at the first look, before any table is read.
    if dice.random() < 0.8 and (text := _as_text(data)):
        for _ in range(times):
            text = dice.choice(DAMAGES)(text or " ", dice)
        return text.encode("utf-8", "surrogatepass")
    for _ in range(times):
        data = dice.choice(DAMAGES)(data or b" ", dice)
    return data


def _as_text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _repacked(data: bytes, dice: random.Random) -> bytes:
    """Damage one part inside a package and close the package again, so that the damage reaches the reader."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as again:
            names = [part.filename for part in package.infolist() if part.file_size < 5_000_000]
            hit = dice.choice([name for name in names if name.endswith(".xml")] or names)
            for name in dict.fromkeys(names):
                part = package.read(name)
                again.writestr(name, dice.choice(DAMAGES)(part or b" ", dice) if name == hit else part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, KeyError, IndexError):
        return _flip(data, dice)  # one of the hostile packages
    return made.getvalue()


@pytest.fixture(scope="module")
def originals(corpus: Path, torture: Path) -> list[tuple[str, bytes]]:
    """Name ending and bytes of every file that is damaged; large ones would only make it slow."""
    files = [path for folder in (corpus, torture) for path in sorted(folder.rglob("*")) if path.is_file()]
    kept = [path for path in files if path.suffix.lower() in SUFFIXES and 0 < path.stat().st_size < 400_000]
    real = [(path.suffix.lower(), path.read_bytes()) for path in kept]
    sheets = [lay_out(make_sample(shape, seed)) for seed, shape in enumerate(SHAPES)]
    return real + [(one.suffix, one.write(sheet, random.Random(1))) for one in WRITERS.values() for sheet in sheets]


@pytest.fixture(scope="module")
def old_originals(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, bytes]]:
    """The formats that LibreOffice turns into others before they are read."""
    sheet = lay_out(make_sample(SHAPES[0], 1))
    written = WRITERS["docx"].write(sheet, random.Random(1))
    folders = [(kind, tmp_path_factory.mktemp(kind)) for kind in ("doc", "rtf")]
    return [(f".{kind}", converted(folder, written, ".docx", kind)) for kind, folder in folders]


def test_damaged_files_end_in_a_report_or_a_refusal(originals: list[tuple[str, bytes]], tmp_path: Path) -> None:
    ends, wrong = _tried(originals, tmp_path, WANTED, SECONDS)
    assert sum(ends.values()) >= 100
    assert wrong == []
    assert _strayed == []


def test_damaged_old_files_end_in_a_report_or_a_refusal(
    old_originals: list[tuple[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the converter makes of them. Each takes it a second or more: few, but other ones in a long run."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))  # where the converter works, in a process of its own
    ends, wrong = _tried(old_originals, tmp_path, WANTED // OLD_SHARE, SECONDS)
    assert sum(ends.values()) >= 3
    assert wrong == []
    assert _strayed == []
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []
    assert _offices(tmp_path) == set()


def _offices(folder: Path) -> set[str]:
    """The converters that run now and work below a folder."""
    found = set[str]()
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.update([command.parent.name] if f"{folder}/nianbao-".encode() in command.read_bytes() else [])
    return found


def _tried(
    originals: list[tuple[str, bytes]], folder: Path, wanted: int, seconds: float
) -> tuple[Counter[str], list[str]]:
    """Damage and read as many files as ``wanted``, or for some ``seconds``: how they ended, and which ended wrong."""
    seed = random.SystemRandom().randrange(10**9) if WANTED else 1
    dice = random.Random(seed)
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    stop = time.monotonic() + seconds
    _watching.append(os.path.realpath(folder))
    try:
        while sum(ends.values()) < wanted or (not wanted and time.monotonic() < stop):
            suffix, data = dice.choice(originals)
            path = folder / f"示例{suffix}"
            path.write_bytes(_damaged(data, dice))
            ends[_end(path, wrong)] += 1
    finally:
        _watching.clear()
    sys.stdout.write(f"种子 {seed}，{sum(ends.values())} 个：{dict(ends.most_common())}\n")
    return ends, wrong


def _end(path: Path, wrong: list[str]) -> str:
    kept = Path(tempfile.gettempdir()) / "nianbao-mutants"
    try:
        with _at_most(HANGS):
            read_report(path)
    except Refusal as refusal:
        if refusal.code != "internal-error":
            return refusal.code
        trouble = f"{refusal}（{refusal.__cause__!r}）"
    except Hang:
        trouble = "hang"
    else:
        return "report"
    number = len(wrong)
    target = kept / f"{number}{path.suffix}"
    folder = _watching.pop()  # the damaged file is kept for whoever mends the reader
    kept.mkdir(exist_ok=True)
    target.write_bytes(path.read_bytes())
    _watching.append(folder)
    wrong.append(f"{target}: {trouble}")
    return "wrong"
