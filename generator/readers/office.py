"""Run by ``doc`` as a process of its own: LibreOffice turns what comes in into .docx, and is never left behind.

LibreOffice is several processes, and has a folder of some megabytes for itself. Whoever asked may be killed at any
moment: so it is this process that sees to the end of them all, in time, or when nobody waits any more. It needs
nothing of ours and imports nothing of ours.
"""

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_LOOK = 0.1  # seconds between two looks at whether somebody still waits
_LARGEST = 50_000_000  # bytes that it may write
_ROOM = 5_000_000  # bytes; with less room on the disk it is no wonder that nothing came
_OPTIONS = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard")


def convert(data: bytes, office: str, seconds: float, parent: int) -> tuple[str, bytes]:
    """Return ``done`` and the .docx that ``office`` makes of ``data``; or why there is none, and nothing.

    ``late`` after ``seconds``, or when ``parent`` is no longer our parent; ``full`` where there is no room for files
    that pass; ``none``.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="nianbao-", ignore_cleanup_errors=True) as folder:
            source, made = Path(folder) / "report.doc", Path(folder) / "report.docx"
            source.write_bytes(data)
            profile = (Path(folder) / "profile").as_uri()  # one's own: no settings, no macros, no second instance
            target = ("--convert-to", "docx", "--outdir", folder, str(source))
            if not _ran((office, *_OPTIONS, f"-env:UserInstallation={profile}", *target), folder, seconds, parent):
                return "late", b""
            if made.is_file() and made.stat().st_size <= _LARGEST:
                return "done", made.read_bytes()
            return "full" if shutil.disk_usage(folder).free < _ROOM else "none", b""
    except OSError as error:
        return "full" if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.ENOENT) else "none", b""


def _ran(command: tuple[str, ...], folder: str, seconds: float, parent: int) -> bool:
    """Run the converter with nothing of our environment, and end all of it; say whether it ended by itself."""
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "TMPDIR": folder, "LANG": "C.UTF-8"}
    null = subprocess.DEVNULL
    end = time.monotonic() + seconds
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=null, stdout=null, stderr=null, start_new_session=True
    ) as process:
        try:
            while time.monotonic() < end and os.getppid() == parent:
                try:
                    process.wait(_LOOK)
                    return True
                except subprocess.TimeoutExpired:
                    continue
            return False
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def answer(office: str, seconds: str, parent: str) -> None:
    """Convert what comes in; send a line with one word, and the file after it."""
    with os.fdopen(0, "rb") as given, os.fdopen(1, "wb") as taken:
        word, made = convert(given.read(), office, float(seconds), int(parent))
        taken.write(word.encode() + b"\n" + made)


if __name__ == "__main__":
    answer(*sys.argv[1:])
