"""One thing done beside another: its result is that of doing it here, whatever becomes of the other process."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.beside import Beside

HERE = os.getpid()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests leave threads of their own, beside which nothing is forked."""
    monkeypatch.setattr("threading.active_count", lambda: 1)


def test_it_is_done_in_another_process() -> None:
    with Beside(os.getpid, 2) as other:
        assert other.result() != HERE


def test_with_one_process_it_is_done_here() -> None:
    with Beside(os.getpid, 1) as other:
        assert other.result() == HERE


def _killed() -> int:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return HERE


def _fails() -> int:
    raise LookupError("of the job")


@pytest.mark.parametrize("job", [_killed, lambda: (lambda: HERE) if os.getpid() != HERE else HERE])
def test_what_the_other_cannot_tell_is_done_here(job: Callable[[], int]) -> None:
    """It was killed, or what it returned cannot be sent."""
    with Beside(job, 2) as other:
        assert other.result() == HERE


def test_its_error_is_that_of_the_job() -> None:
    with Beside(_fails, 2) as other, pytest.raises(LookupError, match="of the job"):
        other.result()


def test_a_large_result_comes_whole() -> None:
    with Beside(lambda: "样" * 3_000_000, 2) as other:
        assert other.result() == "样" * 3_000_000


def test_whoever_leaves_ends_it(tmp_path: Path) -> None:
    began, late = tmp_path / "began", tmp_path / "late"

    def job() -> None:
        began.write_text(str(os.getpid()))
        time.sleep(2)
        late.touch()

    with Beside(job, 2):
        while not (began.exists() and began.read_text()):
            time.sleep(0.01)
    with pytest.raises(ProcessLookupError):  # it ended, and somebody asked how
        os.kill(int(began.read_text()), 0)
    time.sleep(2.2)
    assert not late.exists()
