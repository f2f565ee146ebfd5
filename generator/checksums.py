"""The list of checksums that stands with the store: what every record was when it was written.

``SHA256SUMS`` is what ``sha256sum -c`` takes, so that anybody can verify a store without us. It is written last, and
of what was written, not of what lies on the disk: a record that rots is never blessed by the next build. While records
change, ``.writing`` stands beside it; where a run was killed it stays, and tells which records may be newer than the
list: those written since.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from generator.errors import BuildError

SUMS = "SHA256SUMS"
WRITING = ".writing"
_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)")


def begin(store: Path) -> None:
    """Say that records are about to change. Calling it again changes nothing. Raises OSError."""
    store.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        (store / WRITING).touch(exist_ok=False)


def is_unfinished(store: Path) -> bool:
    """Whether a run began to change records and did not come to its end."""
    return (store / WRITING).exists()


def list_of(sums: Mapping[str, str]) -> bytes:
    """The list as a file: ``sums`` are paths of records in the store → SHA-256 in hexadecimal digits.

    The last line, which ``sha256sum`` takes for a remark, is the digest of those before it.
    """
    lines = "".join(f"{sums[path]}  {path}\n" for path in sorted(sums))
    return f"{lines}# {sha256(lines.encode()).hexdigest()}\n".encode()


def known_sums(store: Path) -> dict[str, str]:
    """Path → digest, as the list says.

    Raises BuildError where there is no list, or it is not as it was written.
    """
    path = store / SUMS
    if path.is_symlink() or not path.is_file():
        raise BuildError("存档没有校验和清单", str(path), "请再运行一次 nianbao build")
    data = path.read_bytes()
    lines = data.decode("utf-8", "replace").split("\n")
    sums = {match[2]: match[1] for match in map(_LINE.fullmatch, lines) if match}
    if list_of(sums) != data:
        raise BuildError("校验和清单不完整，或者改动过", str(path), "请再运行一次 nianbao build")
    return sums


def older_sums(store: Path, paths: Iterable[str]) -> dict[str, str]:
    """Digests of records that stay as they are: from the list, or where it has none, of what lies there."""
    try:
        known = known_sums(store)
    except BuildError:
        known = {}
    return {path: known.get(path) or sha256((store / path).read_bytes()).hexdigest() for path in paths}


def end(store: Path) -> None:
    """Say that the list is written and holds again."""
    if is_unfinished(store):  # a folder that may not be written to is no fault where nothing has to be
        (store / WRITING).unlink()
