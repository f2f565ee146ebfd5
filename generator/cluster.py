"""Reading on other machines: a Dask cluster as an Executor (extra ``dask``)."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from generator.errors import ConfigError

_SECONDS = 15  # to wait for the scheduler
_PACKAGE = Path(__file__).parent


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Give the Dask cluster whose scheduler is at ``address`` as an Executor.

    Raises ConfigError without the extra, where nobody answers, without workers, or with workers that have another
    program than this one: the same files must give the same reports wherever they are read.
    """
    try:
        from distributed import Client
    except ImportError as error:
        hint = "请运行 make dask（或 pip install 'nianbao[dask]'）"
        raise ConfigError("没有安装 Dask", f"--dask {address}", hint) from error
    try:
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:  # its time-out is an OSError
        hint = "请核对地址（如 tcp://10.0.0.5:8786），并确认 dask scheduler 已经启动"
        raise ConfigError("连不上 Dask 的调度器", f"--dask {address}", hint) from error
    with client:
        _check_workers(client, address)
        with client.get_executor() as executor:
            yield executor


def _check_workers(client: Any, address: str) -> None:
    where = f"--dask {address}"
    hint = "请在每台机器上安装与这里相同的 nianbao，再重新启动 dask worker"
    try:
        digests = client.run(program_digest)
    except Exception as error:  # whatever a worker without our package makes of the call
        raise ConfigError("Dask 的工作进程用不了 nianbao", where, hint) from error
    if not digests:
        raise ConfigError("Dask 没有一个工作进程", where, "请启动 dask worker，或用 --jobs 在本机读取")
    if others := sorted(worker for worker, digest in digests.items() if digest != program_digest()):
        raise ConfigError(f"Dask 的工作进程 {others[0]} 上的程序与这里的不同", where, hint)


def program_digest() -> str:
    """A digest of this program: its modules, forms and tables."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(_PACKAGE).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()
