"""What a build remembers for the next one: JSON and numbers by key, in one SQLite file under ``build/cache``.

Nothing in it is trusted further than it goes. It is emptied when the code that wrote it, or a package that this rests
on, is another one (``fingerprint``); every entry carries a digest of itself; a damaged file is thrown away; and what
it holds is data, so that a cache handed on between CI runs can hold wrong figures at worst, never code. To build from
nothing, delete the folder.

One build at a time writes to it: a second one, started meanwhile, works without, and says so (``open_cache``).
"""

import hashlib
import os
import shutil
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generator.errors import reason
from generator.lifeline import keep_from_children

try:
    import fcntl
except ImportError:  # pragma: no cover — Windows: two builds at once are for whoever starts them to avoid
    fcntl = None  # type: ignore[assignment]

_FILE = "nianbao.sqlite"
_PACKAGE = Path(__file__).parent
_SCHEMA = """
create table if not exists about (name text primary key, value text);
create table if not exists kept (kind text, key text, data blob, check_sum blob, primary key (kind, key));
create table if not exists texts (number integer primary key, agency text, year integer, text text, pairs blob,
  sizes blob, unique (agency, year));
create table if not exists pairs (pair integer, number integer, primary key (pair, number)) without rowid;
create table if not exists pending (agency text, year integer, primary key (agency, year));
"""
_TABLES = ("about", "kept", "texts", "pairs", "pending")
_AT_ONCE = 500  # keys in one question: SQLite takes no more than some thousand
# Optional extras and tools that change what is read.
_EXTRAS = ("onnxruntime", "rapidocr", "numpy", "opencv-python")


class Damaged(Exception):
    """An entry that was there a moment ago is not what it was."""


class Cache:
    """An open cache. Damage met in use shows as ``sqlite3.Error`` or ``Damaged``: ``discard`` it, and build again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.remark = ""  # why it keeps nothing for the next build, in one sentence
        self._db: sqlite3.Connection | None = None
        self.db.executescript(_SCHEMA)

    @property
    def db(self) -> sqlite3.Connection:
        """The connection, opened when it is needed: in a forked process too, and to look something up later."""
        if self._db is None:
            self._db = _connected(self.path)
        return self._db

    def close(self) -> None:
        """Close the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def __del__(self) -> None:
        with suppress(sqlite3.Error, AttributeError):
            self.close()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Let the changes made inside be kept together or not at all; inside another such block, with those of that."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.db.execute("rollback")
            raise
        self.db.execute("commit")

    def keys(self, kind: str) -> set[str]:
        """The keys of all entries of a kind."""
        return {key for (key,) in self.db.execute("select key from kept where kind = ?", (kind,))}

    def get(self, kind: str, key: str) -> bytes | None:
        """The entry of a key; None where there is none, or where it is damaged."""
        row = self.db.execute("select data, check_sum from kept where kind = ? and key = ?", (kind, key)).fetchone()
        return _sound(*row) if row else None

    def many(self, kind: str, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The sound entries of ``keys``, in any order."""
        wanted = list(keys)
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            question = f"select key, data, check_sum from kept where kind = ? and key in ({marks})"  # noqa: S608 — marks only
            for key, data, mark in self.db.execute(question, (kind, *part)):
                if (found := _sound(data, mark)) is not None:
                    yield key, found

    def all(self, kind: str) -> Iterator[tuple[str, bytes]]:
        """All sound entries of a kind."""
        for key, data, mark in self.db.execute("select key, data, check_sum from kept where kind = ?", (kind,)):
            if (found := _sound(data, mark)) is not None:
                yield key, found

    def put(self, kind: str, entries: Mapping[str, bytes]) -> None:
        """Keep entries in place of older ones of the same keys."""
        rows = ((kind, key, *_packed(data)) for key, data in entries.items())
        self.db.executemany("insert or replace into kept values (?, ?, ?, ?)", rows)

    def forget(self, kind: str, keys: Iterable[str]) -> None:
        """Remove entries."""
        self.db.executemany("delete from kept where kind = ? and key = ?", ((kind, key) for key in keys))

    def empty(self) -> None:
        """Remove everything."""
        for table in _TABLES:
            self.db.execute(f"delete from {table}")  # noqa: S608 — a name of ours


def _connected(path: Path) -> sqlite3.Connection:
    # Our own processes wait for each other, on a busy machine for longer than SQLite's five seconds.
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    db.execute("pragma journal_mode = wal")
    # A power cut may cost the last entries; those that stay are whole.
    db.execute("pragma synchronous = normal")
    db.execute("pragma temp_store = memory")  # a full temporary folder is nothing to us
    return db


def _packed(data: bytes) -> tuple[bytes, bytes]:
    packed = zlib.compress(data, 1)
    return packed, hashlib.sha256(packed).digest()[:16]


def _sound(packed: bytes, mark: bytes) -> bytes | None:
    try:
        return zlib.decompress(packed) if hashlib.sha256(packed).digest()[:16] == mark else None
    except (zlib.error, TypeError):
        return None


@contextmanager
def open_cache(folder: Path, passing: Path) -> Iterator[Cache]:
    """Open the cache in ``folder``, made or emptied where need be; where it cannot be had, give one in ``passing``.

    That is where the folder cannot be written to, or another build is at work with it; the cache's ``remark`` tells.
    ``passing`` is a folder that lasts as long as the block. Raises sqlite3.Error where that is of no use, either.
    """
    with _held(folder) as why:
        kept = None if why else _opened(folder / _FILE)
        if kept is None:
            kept = Cache(passing / _FILE)
            kept.remark = f"这次没有用缓存，全部重新读取（{folder}：{why or '缓存文件写不了'}）"
        try:
            yield kept
        finally:
            with suppress(sqlite3.Error):
                kept.close()


@contextmanager
def _held(folder: Path) -> Iterator[str]:
    """Have the folder for this process alone; yield why not. A process that is killed holds it no longer."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("w")
    except OSError as error:
        yield f"写不了，{reason(error)}"
        return
    with file:
        keep_from_children(file)
        try:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield "另一个 nianbao 正在用"
            return
        yield ""


def _opened(path: Path) -> Cache | None:
    for attempt in (_checked, _anew):
        with suppress(sqlite3.Error, OSError):
            return attempt(path)
    return None


def _checked(path: Path) -> Cache:
    found = Cache(path)
    try:
        row = found.db.execute("select value from about where name = 'fingerprint'").fetchone()
        if row is None or row[0] != fingerprint():
            found.empty()
            found.db.execute("insert into about values ('fingerprint', ?)", (fingerprint(),))
    except sqlite3.Error:
        found.close()
        raise
    return found


def _anew(path: Path) -> Cache:
    discard(path.parent)
    return _checked(path)


def discard(folder: Path) -> None:
    """Throw the cache in ``folder`` away."""
    path = folder / _FILE
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)


@cache
def fingerprint() -> str:
    """A digest of what makes an entry what it is besides its key: all that ``ingredients`` names."""
    return hashlib.sha256(repr(ingredients()).encode()).hexdigest()


def ingredients() -> list[tuple[str, str]]:
    """What decides how a file is read, besides the file: its name for people, and which it is here."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            data = path.read_bytes()
            digest.update(f"{path.relative_to(_PACKAGE).as_posix()} {len(data)}\n".encode() + data)
    packages = [(f"软件包 {name}", number) for name, number in _versions()]
    python, office = f"{sys.version} {sys.platform}", repr(_office())
    return [("nianbao", digest.hexdigest()), ("Python", python), *packages, ("LibreOffice", office)]


def _versions() -> list[tuple[str, str]]:
    """The installed version of everything that this project asks for, and of what that asks for."""
    found = []
    for name in (*_required(), *_EXTRAS):
        with suppress(PackageNotFoundError):
            found.append((name, version(name)))
    return found


def _required() -> list[str]:
    """The names in ``requirements/site.txt``; where that is not at hand (installed as a package), the direct ones."""
    locked = _PACKAGE.parent / "requirements" / "site.txt"
    lines = locked.read_text("utf-8").splitlines() if locked.is_file() else []
    names = [line.partition("==")[0].strip() for line in lines if "==" in line and not line.startswith("#")]
    return names or [
        "lxml",
        "pdfplumber",
        "pdfminer-six",
        "pypdfium2",
        "openpyxl",
        "xlrd",
        "opencc",
        "pydantic",
        "jinja2",
    ]


def _office() -> tuple[str, int, int] | None:
    """LibreOffice, which reads old Word files: another one may read them otherwise."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    status = os.stat(found) if found else None
    return (os.path.realpath(found), status.st_size, status.st_mtime_ns) if found and status else None
