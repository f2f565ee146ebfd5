"""Reading on other machines: a Dask cluster as an Executor (extra ``dask``)."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

from generator.cache import fingerprint, ingredients
from generator.errors import ConfigError

_SECONDS = 15  # to wait for the scheduler
_PATIENCE = 12  # seconds without a worker until none is waited for; a nanny starts a fallen one again in about three
_LOOK = 2  # seconds between two looks at whether there are workers, and for the answer


@contextmanager
def dask_executor(address: str, tell: Callable[[str], None] = lambda _: None) -> Iterator[Executor]:
    """Give the Dask cluster whose scheduler is at ``address`` as an Executor.

    When all its workers are lost, ``tell`` gets a sentence to be shown, what is still out fails with BrokenExecutor,
    and nothing more is taken.

    Raises ConfigError without the extra, where nobody answers, without workers, or with workers that have another
    program than this one or other packages: the same files must give the same reports wherever they are read.
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
    with _silent("distributed"), client:
        _check_workers(client, address)
        cluster = _Cluster(
            client, lambda: tell(f"Dask 的调度器或全部工作进程断开了（--dask {address}），其余的文件改在本机读取")
        )
        try:
            yield cluster
        finally:
            cluster.shutdown()


@contextmanager
def _silent(name: str) -> Iterator[None]:
    """Keep a library's log off the terminal, where what it has to say is said in a sentence of ours."""
    known = [one for one in logging.root.manager.loggerDict if one == name or one.startswith(f"{name}.")]
    before = {one: logging.getLogger(one).level for one in known}  # each has a level of its own
    for one in known:
        logging.getLogger(one).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for one, level in before.items():
            logging.getLogger(one).setLevel(level)


def _check_workers(client: Any, address: str) -> None:
    where = f"--dask {address}"
    hint = "请在每台机器上安装与这里相同的 nianbao、软件包、Python 和 LibreOffice，再重新启动 dask worker"
    try:
        marks = client.run(fingerprint)
        others = sorted(worker for worker, mark in marks.items() if mark != fingerprint())
        theirs = client.run(ingredients, workers=others[:1])[others[0]] if others else []
    except Exception as error:  # whatever a worker without our package makes of the call
        raise ConfigError("Dask 的工作进程用不了 nianbao", where, hint) from error
    if not marks:
        raise ConfigError("Dask 没有一个工作进程", where, "请启动 dask worker，或用 --jobs 在本机读取")
    if others:
        odd = sorted({name for name, _ in {*theirs} ^ {*ingredients()}}) or ["启动以后改动过的程序"]
        raise ConfigError(f"Dask 的工作进程 {others[0]} 上的{'、'.join(odd[:3])}与这里的不同", where, hint)


class _Cluster(Executor):
    """Dask's own Executor waits for ever for a worker to come; this one gives up after a while without any."""

    def __init__(self, client: Any, lost: Callable[[], None]) -> None:
        self._client, self._lost = client, lost
        # Not pure: Dask would give the result of an equal call again, though the file may be another by now.
        self._inner = client.get_executor(pure=False)
        self._out: dict[Future[Any], None] = {}  # in the order in which they were given
        self._broken, self._ended, self._once = Event(), Event(), Lock()
        Thread(target=self._watch, daemon=True).start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        """Have ``fn`` called by a worker. Raises BrokenExecutor when there are none any more."""
        future: Future[Any] = Future()
        self._out[future] = None  # before we look: whoever gives up meanwhile has set the flag and then looks here
        if self._broken.is_set() or self._ended.is_set():
            raise BrokenExecutor
        self._inner.submit(_call, fingerprint(), fn, args, kwargs).add_done_callback(
            lambda theirs: self._done(future, theirs)
        )
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more; whatever is still out is called back, for nobody waits for it."""
        self._ended.set()
        with suppress(Exception):  # the scheduler may be gone
            self._inner.shutdown(wait=False)

    def _done(self, future: "Future[Any]", theirs: "Future[Any]") -> None:
        self._out.pop(future, None)
        with suppress(InvalidStateError):  # given up already
            if theirs.cancelled():  # without a scheduler Dask calls everything back by itself
                future.set_exception(BrokenExecutor())
                self._give_up()
            elif error := theirs.exception():
                future.set_exception(error)
            else:
                future.set_result(theirs.result())

    def _watch(self) -> None:
        seen = monotonic()
        while not self._ended.wait(_LOOK):
            if self._has_workers():
                seen = monotonic()
            elif monotonic() - seen > _PATIENCE:
                self._give_up()
                return

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.sync(self._client.scheduler.ncores, callback_timeout=_LOOK))
        except Exception:  # a scheduler that is gone has none
            return False

    def _give_up(self) -> None:
        with self._once:
            if self._broken.is_set() or self._ended.is_set():
                return
            self._broken.set()
        self._lost()
        # The last first: when the first one is known to be lost, all others are.
        for future in reversed([*self._out]):
            with suppress(InvalidStateError):
                future.set_exception(BrokenExecutor())


def _call(mark: str, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a worker does. One that came later than the others may have another program: its results are not wanted."""
    if mark != fingerprint():
        raise BrokenExecutor
    return fn(*args, **kwargs)
