"""Two builds on the same folders: the second is told who is at work, and a dead one holds nothing."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.errors import BuildError
from generator.lock import held

HOLD = (
    "import sys, time; from pathlib import Path; from generator.lock import held\n"
    "with held([Path(sys.argv[1])]): print('held', flush=True); time.sleep(60)"
)


@contextmanager
def somebody_holding(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds ``folder``."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_is_told_who_is_at_work(tmp_path: Path) -> None:
    with somebody_holding(tmp_path / "site") as process, pytest.raises(BuildError) as caught, held([tmp_path / "site"]):
        pass
    assert f"进程 {process.pid}" in str(caught.value)
    assert "请等它完成" in str(caught.value)


def test_a_killed_build_holds_nothing(tmp_path: Path) -> None:
    """Killed without a chance to clear up, it leaves nothing that has to be removed by hand."""
    with somebody_holding(tmp_path / "site") as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with held([tmp_path / "site"]):
            pass


def test_a_lock_is_given_back(tmp_path: Path) -> None:
    """One after the other in one process, as the preview does; other folders are never in the way."""
    for _ in range(2):
        with held([tmp_path / "site", tmp_path / "docs"]), held([tmp_path / "other"]):
            pass
    assert not list(tmp_path.glob("*.holder"))


def test_folders_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BuildError, match="写不了"), held([tmp_path / "file" / "site"]):
        pass


def test_one_folder_under_two_names_is_one(tmp_path: Path) -> None:
    """Through a link, or with a detour, it is still the folder that somebody writes to."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with somebody_holding(tmp_path / "real"):
        for other in (tmp_path / "link", tmp_path / "link" / ".." / "real", Path(os.path.relpath(tmp_path / "link"))):
            with pytest.raises(BuildError, match="另一个 nianbao"), held([other]):
                pass


def test_who_is_patient_gets_it(tmp_path: Path) -> None:
    """Given some time, the second waits for the first."""
    with somebody_holding(tmp_path / "site") as process:
        threading.Timer(0.3, process.kill).start()
        with held([tmp_path / "site"], 20):
            pass
