"""Imports point one way: who may know whom is written here, and nothing else is imported."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "generator"
FILES = sorted(PACKAGE.rglob("*.py"))
# Part of the program → the other parts it may import. A folder is one part.
ALLOWED = {
    "errors": set(),
    "normalize": set(),
    "document": set(),
    "report": set(),
    "form_file": set(),
    "form": {"errors", "form_file", "normalize"},
    "today": {"errors"},
    "yamlfault": {"errors"},
    "yamldoor": {"errors", "yamlfault"},
    "yamlfile": {"errors", "yamldoor", "yamlfault"},
    "budget": {"report"},
    "lifeline": set(),
    "guard": {"budget", "errors", "lifeline", "report"},
    "cluster": {"cache", "errors"},
    "config": {"budget", "checks", "errors", "report", "yamlfile"},
    "outputs": {"checksums", "errors"},
    "readers": {"budget", "document", "errors", "normalize", "suffixes"},
    "align": {"document", "form", "normalize"},
    "column_groups": {"document", "form", "normalize"},
    "pagebreak": {"document", "form"},
    "settle": {"align", "document", "form", "normalize", "report"},
    "tables": {"align", "document", "form", "header", "normalize", "pagebreak", "report", "settle"},
    "header": {"align", "document", "form", "normalize", "settle"},
    "title": {"document", "normalize"},
    "headline": {"normalize", "title"},
    "published": {"document", "headline", "normalize", "title"},
    "identity": {"document", "form", "headline", "normalize", "published", "report", "title"},
    "division": {"normalize", "report"},
    "parse": {
        *("column_groups", "division", "document", "errors", "form", "headline", "identity"),
        *("normalize", "report", "settle", "stream", "tables", "today"),
    },
    "stream": {"document", "form", "normalize", "tables"},
    "checks": {"form", "normalize", "report"},
    "checksums": {"errors"},
    "page_rules": set(),
    "verify": {"errors", "lifeline", "page_rules"},
    "store": {"checksums", "errors", "report"},
    "store_check": {
        *("archive", "checksums", "config", "errors", "form", "form_file", "ingest", "parse", "report", "scan"),
        *("lifeline", "store"),
    },
    "suffixes": set(),
    "scan": {"archive", "errors", "identity", "report", "suffixes"},
    "archive": {"division", "errors", "identity", "normalize", "report", "today", "yamldoor", "yamlfault", "yamlfile"},
    "ingest": {"archive", "budget", "errors", "guard", "parse", "readers", "report", "today"},
    "loose": {"budget", "errors", "ingest"},
    "shards": {"archive", "config", "errors", "report", "yamlfile"},
    "site": {"archive", "checks", "config", "errors", "form", "normalize", "report", "search", "shards", "store"},
    "search": {"normalize"},
    "mkdocs_file": {"errors", "yamldoor", "yamlfault", "yamlfile"},
    "engine": {"beside", "errors", "lifeline", "mkdocs_file", "today"},
    "lock": {"errors"},
    "beside": {"lifeline"},
    "add_output": {"account", "add", "terminal"},
    "check_output": {"archive", "checks", "errors", "form", "report", "site", "terminal"},
    "cache": {"errors", "lifeline"},
    "reading": {"archive", "beside", "budget", "cache", "errors", "ingest", "parse", "report", "today", "yamldoor"},
    "texts": {"cache", "checks", "report"},
    "judging": {"archive", "cache", "checks", "form", "reading", "report", "site", "texts"},
    "workers": {"cache", "errors", "lifeline"},
    "upkeep": {
        *("archive", "beside", "cache", "checks", "config", "errors", "judging", "report", "site", "store", "texts"),
        "workers",
    },
    "publish": {"beside", "cache", "checksums", "search", "site", "upkeep", "workers"},
    "demo": {"errors", "form", "lifeline", "report"},
    "terminal": {"errors", "form"},
    "account": {"checks", "form", "normalize", "report", "terminal"},
    "pipeline": {
        *(
            "archive",
            "beside",
            "cache",
            "checksums",
            "config",
            "engine",
            "errors",
            "ingest",
            "lock",
            "mkdocs_file",
            "outputs",
            "parse",
        ),
        "publish",
        *("reading", "scan", "site", "store", "texts", "upkeep"),
    },
    "sharing": {
        *("archive", "engine", "errors", "lock", "mkdocs_file", "pipeline", "search", "shards", "site", "ingest"),
    },
    "serve": {"errors", "pipeline"},
    "proposal": {"archive", "division", "errors", "report"},
    "add": {"archive", "budget", "errors", "form", "identity", "ingest", "lock", "parse", "proposal", "report"},
    "usage": set(),
    "cli": {
        "account",
        "add",
        "add_output",
        "check_output",
        "archive",
        "checks",
        "cluster",
        "config",
        "demo",
        "errors",
        "form",
        "form_file",
        "ingest",
        "lifeline",
        "loose",
        "parse",
        "pipeline",
        "proposal",
        "report",
        "scan",
        "serve",
        "shards",
        "sharing",
        "store_check",
        "site",
        "terminal",
        "today",
        "usage",
        "verify",
        "",
    },
    "__main__": {"cli"},
    "": set(),
}


def part(module: str) -> str:
    """generator.site.build → site; generator → the empty name."""
    return module.partition(".")[2].partition(".")[0]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative imports hide where things come from"
            yield node.module or ""


def own(path: Path) -> str:
    name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "" if name == "__init__" else name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    """A module imports only what its part of the program may know."""
    ours = {part(name) for name in imported(path) if name.partition(".")[0] == "generator"}
    assert ours - {own(path)} <= ALLOWED[own(path)]


def test_the_map_has_no_circle() -> None:
    """Following the allowed imports never leads back."""

    def reached(name: str, trail: tuple[str, ...] = ()) -> None:
        assert name not in trail, (*trail, name)
        for other in ALLOWED[name]:
            reached(other, (*trail, name))

    for name in ALLOWED:
        reached(name)


def knows(name: str) -> set[str]:
    """Everything that a part can reach through the map."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in ALLOWED[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found


def test_judging_and_reading_do_not_know_each_other() -> None:
    """checks never reach parse or a reader, and parse never reaches checks."""
    assert not knows("checks") & {"parse", "tables", "readers", "document"}
    assert not knows("parse") & {"checks", "site", "store"}


def test_the_site_never_sees_a_reader() -> None:
    """Pages are made from reports; no module of the site imports a reader or the parser."""
    assert not ALLOWED["site"] & {"readers", "parse", "tables", "ingest", "engine", "document"}


def test_every_part_of_the_map_exists() -> None:
    """The map names no part that is gone."""
    assert set(ALLOWED) == {own(path) for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    """No other module prints, exits or reads what people type; a process that was forked for one job may end itself."""
    if path.name in ("cli.py", "__main__.py"):
        return
    may = {"os._exit"} if path.name == "beside.py" else set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"print", "input", "exit", "quit", "sys.exit", "os._exit", "click.echo"} - may
            assert not called.startswith(("sys.stdout", "sys.stderr")), node.lineno


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_nothing_talks_to_the_network(path: Path) -> None:
    """No module imports a network client; the preview server is MkDocs' own, on this machine only."""
    roots = {name.partition(".")[0] for name in imported(path)}
    assert not roots & {"requests", "urllib3", "httpx", "aiohttp", "socket", "ftplib", "smtplib"}
    assert "urllib.request" not in set(imported(path))
    assert "http.client" not in set(imported(path))
