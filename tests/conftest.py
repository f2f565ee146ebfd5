"""What all tests share: where the real material stands, one small archive, and the site built once."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from fictional import write_archive
from hypothesis import HealthCheck, settings
from judge import TALLY
from places import ROOT, corpus_path, torture_path

from generator.pipeline import Built, Folders, build_site

# The same examples every time: a red build is about the change, not about luck. No time limit: machines differ.
settings.register_profile("calm", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Asked for more examples (make fuzz), it tries other ones each time.
settings.register_profile("fuzz", settings.get_profile("calm"), derandomize=False)
settings.load_profile("fuzz" if os.environ.get("NIANBAO_EXAMPLES") else "calm")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-screenshots", action="store_true", help="take the screenshots of the browser tests anew")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many cells the round trips tried, by the way they were printed."""
    if TALLY:
        terminalreporter.section("往返")
        for name, tally in TALLY.items():
            terminalreporter.line(f"{name}：{tally['tried']} 格，错 {tally['wrong']} 格，记空 {tally['null']} 格")
        total = sum(TALLY.values(), Counter[str]())
        terminalreporter.line(f"往返：{total['tried']} 格，错 {total['wrong']} 格")


def _material(name: str, path: Path) -> Path:
    if path.is_dir():
        return path
    message = f"没有找到 {name}：{path}"
    if os.environ.get("NIANBAO_REQUIRE_CORPUS") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real reports, which are not part of the repository."""
    return _material("语料", corpus_path())


@pytest.fixture(scope="session")
def torture() -> Path:
    """Hostile and broken files, which are not part of the repository."""
    return _material("刁难文件", torture_path())


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A fictional content folder: two agencies of 示例县, three sound reports."""
    return write_archive(tmp_path / "content")


@pytest.fixture(scope="session")
def build_anew(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], tuple[Folders, Built]]:
    """Build a content folder with the project's own configuration into a new folder."""

    def run(content: Path) -> tuple[Folders, Built]:
        work = tmp_path_factory.mktemp("work")
        folders = Folders(
            content, ROOT / "site_config", work / "store", work / "build" / "docs", work / "site", ROOT / "mkdocs.yml"
        )
        return folders, build_site(folders, 1, lambda *_: None)

    return run


@pytest.fixture(scope="session")
def site(build_anew: Callable[[Path], tuple[Folders, Built]]) -> tuple[Folders, Built]:
    """The real archive of the repository, built once."""
    return build_anew(ROOT / "content")
