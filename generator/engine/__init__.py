"""The last, replaceable step: the docs folder becomes the site. Nothing else in the program knows MkDocs.

The rule: whatever is done here to be quick, a stock ``mkdocs build`` of the same folder gives the same bytes, for every
file. ``fast`` keeps to it and says NoShortcut where it cannot; then, or when asked to, ``stock`` runs MkDocs itself.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from generator.errors import BuildError, reason
from generator.mkdocs_file import explained
from generator.today import given_epoch

if TYPE_CHECKING:
    from generator.beside import Beside
    from generator.engine.fast import Files
    from generator.engine.trees import Seen


class Rendered(NamedTuple):
    """How many HTML pages the site has, how many of its files were written, and why MkDocs itself had to do it."""

    pages: int
    written: int
    slow: str = ""


def render(
    config_file: Path,
    docs: Path,
    site: Path,
    cache: Path,
    date: str | None,
    jobs: int = 1,
    stock: bool = False,
    given: Mapping[str, str] | None = None,
    files: "Files" = None,
) -> Rendered:
    """Make ``site`` what ``mkdocs build`` would make of ``docs`` with the settings of ``mkdocs.yml``.

    The site changes only when all of the new one is there. ``cache`` is a folder for the record of the last build,
    ``date`` what the sitemap gives as the day of change when SOURCE_DATE_EPOCH does not, ``jobs`` the number of
    processes; ``stock`` switches every shortcut off; ``given`` are variables that mkdocs.yml asks for with !ENV;
    ``files`` are all that the docs folder holds, regular ones, where the caller knows. Raises BuildError with what
    MkDocs said, and ConfigError for a SOURCE_DATE_EPOCH that is none.
    """
    from generator.engine import trees

    surroundings = {
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "SOURCE_DATE_EPOCH": str(given_epoch() or _epoch(date)),
        **(given or {}),
    }
    try:
        site.parent.mkdir(parents=True, exist_ok=True)
        trees.recover(site)
        # Begun first: meanwhile MkDocs is imported and its settings are read.
        with trees.looking(site, jobs) as look, _environment(surroundings):
            return _render(config_file, docs, site, cache, jobs, stock, look, files)
    except OSError as error:
        raise BuildError(f"网站写不了（{reason(error)}）", str(site), "请检查磁盘空间和权限") from error


def _render(
    config_file: Path, docs: Path, site: Path, cache: Path, jobs: int, stock: bool, look: "Beside[Seen]", files: "Files"
) -> Rendered:
    from jinja2 import TemplateError
    from mkdocs.exceptions import Abort, MkDocsException

    from generator.engine import fast
    from generator.engine import stock as slow
    from generator.engine.sources import NoShortcut
    from generator.engine.tape import Failed, listening

    why = ""
    with listening() as tape:
        try:
            if not stock:
                try:
                    config = slow.settings(config_file, docs, site)
                    made = fast.build(config, site, _record(cache, site), jobs, tape, look, files)
                    return Rendered(made.pages, made.written)
                except NoShortcut as no:
                    why = str(no)
                    tape.said.clear()
            count = slow.build(config_file, docs, site)
            return Rendered(count, count, why)
        except Failed as failed:
            raise _failure([one.message for one in failed.said], config_file, failed) from failed
        except (MkDocsException, Abort, SystemExit, TemplateError, UnicodeError) as error:
            raise _failure([one.message for one in tape.said], config_file, error) from error


def _failure(said: list[str], config_file: Path, error: BaseException) -> BuildError:
    told = "；".join(explained(config_file, said or [str(error)])[:5])
    return BuildError(f"MkDocs 没有做成网站：{told}", str(config_file), "请照上面的话改正后重试")


def _record(cache: Path, site: Path) -> Path:
    """Where the record of the last build of this very site folder is kept."""
    return cache / f"site-{blake2b(str(site.resolve()).encode(), digest_size=8).hexdigest()}.json"


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
