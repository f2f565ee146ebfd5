"""Files that a build made, as a record tells them: so that what did not change is neither read nor written again.

A record holds size, time of change and inode as they were right after writing, and a digest. A file whose three are
still the same is taken as it stands; one that was touched since is compared by its digest. Folders that belong to
one unit of pages have a record too: whatever is put into one changes its time.
"""

import os
import shutil
import stat
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from generator.store import write_if_changed

_FOLDER = -1  # in place of the size


class Record(NamedTuple):
    """A file or folder: its root (docs or store), path below it, and what it was like when it was written."""

    root: str
    path: str
    size: int
    changed: int
    inode: int
    mark: str = ""

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def is_folder(self) -> bool:
        return self.size == _FOLDER


class File(NamedTuple):
    """A file to be written."""

    root: str
    path: str
    data: bytes


Roots = Mapping[str, Path]


def in_place(roots: Mapping[str, str], records: Iterable[Record]) -> bool:
    """Whether all that ``records`` tell of is as it was; ``roots`` are paths as text, for speed."""
    try:
        for root, path, size, changed, inode, mark in records:
            status = os.lstat(f"{roots[root]}/{path}")
            if status.st_ino != inode or status.st_mtime_ns != changed or (mark and status.st_size != size):
                return False
    except OSError:
        return False
    return True


def put(roots: Roots, files: Iterable[File], before: Iterable[Record] = ()) -> list[Record]:
    """Write ``files``, those that differ; return their records. What was ``before`` and is not among them is removed."""
    known = {(record.root, record.path): record for record in before}
    plain = {root: str(path) for root, path in roots.items()}
    records = []
    for file in files:
        old = known.pop((file.root, file.path), None)
        mark = sha256(file.data).hexdigest()[: None if file.root == "store" else 32]  # in full in the store's list
        if old and old.mark == mark and in_place(plain, [old]):
            records.append(old)
            continue
        _write(roots, file)
        records.append(record_of(roots, file.root, file.path, mark))
    for record in known.values():
        if not record.is_folder:
            with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):  # a folder: own_folder or sweep
                (roots[record.root] / record.path).unlink()
    return records


def make_way(root: Path, path: str) -> None:
    """Remove what keeps a file from being at ``path`` in ``root``, a folder of ours: a file or link where one of its
    folders has to be, a folder where it has to be itself. Raises OSError.
    """
    target = root / path
    above = [folder for folder in target.parents if root in folder.parents]
    for folder in reversed(above):
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)


def _write(roots: Roots, file: File) -> None:
    """Write a file; those of the store whole or not at all, whatever happens (all else can be made again)."""
    write = write_if_changed if file.root == "store" else _write_plainly
    path = roots[file.root] / file.path
    try:
        write(path, file.data)
    except (NotADirectoryError, IsADirectoryError, FileExistsError):
        make_way(roots[file.root], file.path)
        write(path, file.data)


def _write_plainly(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
        return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        if not path.is_symlink() and path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return
        # Never through what is there: it may be a link.
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    path.write_bytes(data)


def record_of(roots: Roots, root: str, path: str, mark: str) -> Record:
    """The record of a file as it is now; ``mark`` is the digest of what was written."""
    status = (roots[root] / path).lstat()
    return Record(root, path, status.st_size, status.st_mtime_ns, status.st_ino, mark)


def confirmed(roots: Roots, records: Iterable[Record]) -> list[Record] | None:
    """The records as they are now, of files that were touched but hold the same; None where anything is another.

    So a docs folder that was copied, or kept between CI runs, is taken as it is once its bytes were looked at.
    """
    found = list(records)
    names: dict[tuple[str, str], set[str]] = {}
    for record in found:
        folder, _, name = record.path.rpartition("/")
        names.setdefault((record.root, folder), set()).add(name)
    try:
        return [_confirmed(roots, record, names.get((record.root, record.path), set())) for record in found]
    except (OSError, ValueError):
        return None


def _confirmed(roots: Roots, record: Record, inside: Collection[str]) -> Record:
    path = roots[record.root] / record.path
    status = path.lstat()
    same = (status.st_ino, status.st_mtime_ns) == (record.inode, record.changed)
    if record.is_folder:
        if not stat.S_ISDIR(status.st_mode) or (not same and {*os.listdir(path)} != {*inside}):
            raise ValueError
    elif not stat.S_ISREG(status.st_mode) or status.st_size != record.size:
        raise ValueError
    elif not same and sha256(path.read_bytes()).hexdigest()[:32] != record.mark[:32]:
        raise ValueError
    return record._replace(changed=status.st_mtime_ns, inode=status.st_ino)


def own_folder(roots: Roots, root: str, path: str, kept: Collection[str]) -> Record | None:
    """Make a folder hold nothing but ``kept`` names, and return its record; None where there is none to hold them."""
    folder = roots[root] / path
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        folder.unlink()
    if not folder.is_dir():
        return None
    for entry in _entries(folder):
        if entry.name not in kept:
            _remove(entry)
    if not kept:
        folder.rmdir()
        return None
    status = folder.lstat()
    return Record(root, path, _FOLDER, status.st_mtime_ns, status.st_ino)


def sweep(folder: Path, wanted: Collection[str], owned: Collection[str], lead: str = "") -> None:
    """Remove from ``folder`` every file that is not ``wanted`` and not in an ``owned`` folder, and folders left empty."""
    if not folder.is_dir():
        return
    for entry in _entries(folder):
        name = f"{lead}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if name not in owned:
                sweep(Path(entry.path), wanted, owned, f"{name}/")
        elif name not in wanted or not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
            os.unlink(entry.path)
    if lead and not os.listdir(folder):
        folder.rmdir()


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    with os.scandir(folder) as found:
        return list(found)


def _remove(entry: "os.DirEntry[str]") -> None:
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path)
    else:
        os.unlink(entry.path)


