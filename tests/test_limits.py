"""Thresholds are the archive's own: what the project's file says is the default, and errors name their line."""

from pathlib import Path

import pytest
import yaml

from generator.checks import CHECKS, Limits
from generator.checks.limits import NAMES
from generator.config import load_limits
from generator.errors import ConfigError

CONFIG = Path(__file__).parents[1] / "site_config"


def test_the_projects_own_file_says_every_default() -> None:
    """Who reads checks.yml sees every threshold there is, with the value that holds without it."""
    assert yaml.safe_load((CONFIG / "checks.yml").read_text("utf-8")) == Limits().model_dump()
    assert load_limits(CONFIG) == Limits()


def test_no_file_means_defaults(tmp_path: Path) -> None:
    assert load_limits(tmp_path) == Limits()


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("jump_times: 很多", "应当是数"),
        ("jump_times: 0.5", "应当大于 1"),
        ("copy_own: 80", "应当不大于 1"),
        ("peer_least: -1", "应当不小于 0"),
        ("peer_count: 2.5", "应当是整数"),
        ("jump_time: 3", "不认识"),
    ],
)
def test_a_wrong_threshold_is_named_with_its_line(tmp_path: Path, line: str, right: str) -> None:
    """What is wrong, in which line, what would be right, in Chinese."""
    (tmp_path / "checks.yml").write_text(f"# 注\njump_least: 10\n{line}\n", "utf-8")
    with pytest.raises(ConfigError, match=f"第 3 行 .*{right}") as caught:
        load_limits(tmp_path)
    assert line.partition(":")[0] in str(caught.value)


def test_every_threshold_is_told_on_the_page_of_a_check() -> None:
    """A reader who wonders from what on a check speaks finds it where the check is explained."""
    assert {name for check in CHECKS for name in check.limits} == set(NAMES) == set(Limits.model_fields)
