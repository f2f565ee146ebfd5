"""The site on disk: a new one takes its place whole; an old one is brought up to date by touching what differs.

Beside ``site`` stand, while a build runs, ``.site-new`` (a whole new site), ``.site-old`` (the one it replaces) or
``.site-next`` (the files that differ). What differs is gathered first and then listed in a journal; from that moment
the change is carried to its end, by the next run if need be. A site is never half a build for longer than a run.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import blake2b
from pathlib import Path

from generator.beside import Beside
from generator.engine.stamps import Stamp, stamp_of
from generator.lifeline import uninterrupted

_NO_LINKS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP}
_JOURNAL, _MANIFEST = "journal.json", "manifest.json"
_COMPARED = 1 << 20  # bytes: to read a larger file twice costs more than to put it anew


def beside(site: Path, word: str) -> Path:
    return site.with_name(f".{site.name}-{word}")


def recover(site: Path) -> None:
    """Finish or undo what an interrupted run left. Raises OSError."""
    old, changes = beside(site, "old"), beside(site, "next")
    if old.exists() and not site.exists():
        old.rename(site)
    if (changes / _JOURNAL).is_file():
        _carry_out(site, changes)
    for leftover in (beside(site, "new"), old, changes):
        shutil.rmtree(leftover, ignore_errors=True)


def replace(site: Path) -> None:
    """Put ``.site-new`` in the place of the site. Raises OSError."""
    old = beside(site, "old")
    if site.exists():
        site.rename(old)
    beside(site, "new").rename(site)
    shutil.rmtree(old, ignore_errors=True)


class Seen:
    """What stands in a site: stamps of files by path, folders, and links and the like, which are none of ours."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[int, int, int]] = {}
        self.folders: list[str] = []
        self.odd: set[str] = set()

    def look(self, folder: str, lead: str = "") -> "Seen":
        """Take in a folder with all that is in it; give oneself back. Raises OSError."""
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{lead}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    self.folders.append(path)
                    self.look(entry.path, f"{path}/")
                elif entry.is_file(follow_symlinks=False):
                    state = entry.stat(follow_symlinks=False)
                    self.files[path] = state.st_size, state.st_mtime_ns, state.st_ino
                else:
                    self.odd.add(path)
        return self


def looking(site: Path, jobs: int) -> Beside[Seen]:
    """Begin to look at what stands in ``site``, beside what else is done where ``jobs`` allow two processes."""
    return Beside(partial(Seen().look, str(site)), jobs if site.is_dir() else 1)


class Tree:
    """One build's way to the site: files are put, then all of them are committed at once."""

    def __init__(self, site: Path, recorded: Mapping[str, Stamp] | None, seen: Seen) -> None:
        """``recorded`` is what the last build left; None means that nothing of the site there can be used.

        ``seen`` is what stands in the site then.
        """
        self.site, self.fresh = site, recorded is None
        self._recorded: Mapping[str, Stamp] = recorded or {}
        self._folder = beside(site, "new" if self.fresh else "next")
        self._folder.mkdir(parents=True)
        self._root = str(site)
        self._made: set[str] = set()
        self.found = {path: Stamp(*state) for path, state in seen.files.items()}
        self._odd, self._folders = seen.odd, seen.folders

    def kept(self, path: str) -> Stamp | None:
        """The stamp of a file that stands in the site as the last build left it, else None."""
        found = self.found.get(path)
        return found if found and found == self._recorded.get(path) else None

    def put(self, path: str, data: bytes) -> tuple[Stamp, bool]:
        """Make ``path`` hold ``data`` when the tree is committed; return its stamp and whether it had to be written.

        A file that stands there already with the same bytes is left alone, whatever its stamp says.
        """
        found = self.found.get(path)
        if found and found.size == len(data) and read(f"{self._root}/{path}") == data:
            return found, False
        file = os.open(self._place(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(file, view) :]
            return stamp_of(os.fstat(file)), True
        finally:
            os.close(file)

    def link(self, path: str, origin: str, stamp: Stamp) -> tuple[Stamp, bool]:
        """Make ``path`` the same file as ``origin``, or a copy where the disk allows no link; return as ``put`` does.

        Files of the docs folder are never written to, only replaced, and so are those of the site.
        """
        found = self.found.get(path)
        if found == stamp:
            return stamp, False
        if not (found and found.size == stamp.size <= _COMPARED):
            try:
                os.link(origin, self._place(path))
                return stamp, True
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
        return self.put(path, read(origin))

    def _place(self, path: str) -> str:
        """Where a file is written until the tree is committed; its folder is there."""
        if not self.fresh:
            return f"{self._folder}/{_name(path)}"
        folder = path.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(f"{self._folder}/{folder}", exist_ok=True)
            self._made.add(folder)
        return f"{self._folder}/{path}"

    def drop(self) -> None:
        """Forget what was put: the site stays as it is. A change that has begun stays for the next run to finish."""
        if not (self._folder / _JOURNAL).exists():
            shutil.rmtree(self._folder, ignore_errors=True)

    def commit(self, outputs: Mapping[str, Stamp], written: Iterable[str], manifest: bytes, place: Path) -> None:
        """Make the site exactly ``outputs``, of which ``written`` are new, and store the manifest at ``place``.

        Ctrl+C and SIGTERM wait until it is done.
        """
        with uninterrupted():
            self._commit(outputs, written, manifest, place)

    def _commit(self, outputs: Mapping[str, Stamp], written: Iterable[str], manifest: bytes, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        if self.fresh:
            replace(self.site)
            _write_whole(place, manifest)
            return
        gone = [path for path in (*self.found, *self._odd) if path not in outputs]
        _write_whole(self._folder / _MANIFEST, manifest)
        journal = {"written": sorted(written), "gone": gone, "folders": self._hollow(outputs), "manifest": str(place)}
        _write_whole(self._folder / _JOURNAL, json.dumps(journal, ensure_ascii=False).encode())
        _carry_out(self.site, self._folder)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _hollow(self, outputs: Mapping[str, Stamp]) -> list[str]:
        """The folders that nothing of ``outputs`` needs, the innermost first."""
        needed: set[str] = set()
        for path in outputs:
            folder = path.rpartition("/")[0]
            while folder and folder not in needed:
                needed.add(folder)
                folder = folder.rpartition("/")[0]
        return sorted((folder for folder in self._folders if folder not in needed), reverse=True)


def _name(path: str) -> str:
    """The name of a changed file among the changes, which are one flat folder."""
    return blake2b(path.encode(), digest_size=16).hexdigest()


def read(path: str) -> bytes:
    """The bytes of a file; a good deal cheaper than through Path, tens of thousands of times."""
    file = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(file).st_size
        data = os.read(file, size + 1)
        while more := os.read(file, 1 << 20) if len(data) != size else b"":  # read short, or it grew
            data += more
            size = -1
        return data
    finally:
        os.close(file)


def _write_whole(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _carry_out(site: Path, changes: Path) -> None:
    """Do what the journal says; done twice, or the rest of it later, it comes to the same."""
    journal = json.loads((changes / _JOURNAL).read_bytes())
    for path in journal["gone"]:
        (site / path).unlink(missing_ok=True)
    for folder in journal["folders"]:
        (site / folder).rmdir() if (site / folder).is_dir() else None
    for path in journal["written"]:
        staged = changes / _name(path)
        if staged.exists():
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            staged.replace(site / path)
    if (changes / _MANIFEST).exists():
        shutil.move(changes / _MANIFEST, journal["manifest"])
