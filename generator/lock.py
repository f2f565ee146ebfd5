"""Two builds at once on the same folders would mix their files: whoever comes second is told who is at work."""

import json
import os
import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from generator.errors import BuildError, reason


@contextmanager
def held(folders: Iterable[Path], patience: float = 0) -> Iterator[None]:
    """Keep ``folders`` for this process while the block runs; the lock files stand beside them, links followed.

    The system gives the locks back when a process ends, however it ends: nothing has to be cleared by hand. Raises
    BuildError, naming who holds them, when another process still does after ``patience`` in seconds, or when the lock
    cannot be written.
    """
    with ExitStack() as stack:
        # In one order for everybody: two processes must not each hold what the other wants.
        real = (Path(os.path.realpath(folder)) for folder in folders)  # one folder under two names is still one
        for path in sorted({folder.with_name(f".{folder.name}.lock") for folder in real}):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                stack.enter_context(FileLock(path, timeout=patience))
                _told(path).write_text(json.dumps(_myself(), ensure_ascii=False), "utf-8")
                stack.callback(_told(path).unlink, missing_ok=True)
            except Timeout:
                hint = "请等它完成后再运行"
                raise BuildError(f"另一个 nianbao 正在写这里（{_holder(path)}）", str(path.parent), hint) from None
            except OSError as error:
                raise BuildError(f"这里写不了（{reason(error)}）", str(path.parent), "请检查磁盘空间和权限") from error
        yield


def _told(path: Path) -> Path:
    return path.with_suffix(".holder")


def _myself() -> dict[str, object]:
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return {"pid": os.getpid(), "host": platform.node(), "since": now}


def _holder(path: Path) -> str:
    for _ in range(20):  # who has just taken the lock has not yet written who it is
        try:
            told = json.loads(_told(path).read_text("utf-8"))
            return f"进程 {told['pid']}，在 {told['host']} 上，{told['since']} 开始"
        except (OSError, ValueError, KeyError, TypeError):
            time.sleep(0.05)
    return "刚刚开始"
