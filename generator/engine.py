"""The last, replaceable step: MkDocs turns the docs folder into the site. Nothing else in the program knows MkDocs."""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from generator.errors import BuildError, reason


def render(config_file: Path, docs: Path, site: Path, date: str | None) -> int:
    """Build ``docs`` into ``site`` with the settings of ``mkdocs.yml``; return the number of HTML pages.

    The new site is made beside the old one and takes its place only when it is whole. ``date`` is what the sitemap
    gives as the day of change when SOURCE_DATE_EPOCH does not. Raises BuildError with what MkDocs said.
    """
    fresh, old = site.with_name(f".{site.name}-new"), site.with_name(f".{site.name}-old")
    try:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        site.parent.mkdir(parents=True, exist_ok=True)
        _mkdocs(config_file, docs, fresh, date)
        count = sum(1 for _ in fresh.rglob("*.html"))
        if site.exists():
            site.rename(old)
        fresh.rename(site)
        shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise BuildError(f"网站写不了（{reason(error)}）", str(site), "请检查磁盘空间和权限") from error
    return count


def _mkdocs(config_file: Path, docs: Path, site: Path, date: str | None) -> None:
    surroundings = {
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH") or _epoch(date),
    }
    with _environment(surroundings), _messages() as messages:
        from mkdocs.commands.build import build
        from mkdocs.config import load_config
        from mkdocs.exceptions import Abort, MkDocsException

        try:
            config = load_config(
                str(config_file), docs_dir=str(docs.resolve()), site_dir=str(site.resolve()), strict=True
            )
            config.plugins.on_startup(command="build", dirty=False)
            build(config)
            config.plugins.on_shutdown()
        except (MkDocsException, Abort, SystemExit) as error:
            said = "；".join(messages[:5]) or str(error)
            raise BuildError(f"MkDocs 没有做成网站：{said}", str(config_file), "请照上面的话改正后重试") from error


def _epoch(date: str | None) -> str:
    return str(int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())) if date else "0"


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _messages() -> Iterator[list[str]]:
    """Collect what MkDocs warns about, for our own error message."""
    collected: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            collected.append(record.getMessage())

    handler = Collector(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(handler)
    try:
        yield collected
    finally:
        logger.removeHandler(handler)
