"""Planted errors: what was put in is found, and nothing else. ``make judge`` tries ten thousand reports."""

import pytest
from planted import ERRORS, Score, plant, scores

from generator.checks import arithmetic


@pytest.fixture(scope="module")
def found() -> dict[str, Score]:
    return scores(plant(800))


def test_arithmetic_is_exact(found: dict[str, Score]) -> None:
    """Every sum and every tie to the year before that does not hold is found, and no other is called wrong."""
    ids = {check.id for check in arithmetic.CHECKS}
    assert {(check, s.wrong, s.missed) for check, s in found.items() if check in ids and (s.wrong or s.missed)} == set()
    assert sum(score.right for check, score in found.items() if check in ids) > 50


def test_no_other_check_cries_wolf(found: dict[str, Score]) -> None:
    assert {check: score for check, score in found.items() if score.precision < 1} == {}


def test_the_planted_errors_are_found(found: dict[str, Score]) -> None:
    assert {check: score for check, score in found.items() if score.recall < 1} == {}


def test_every_kind_of_error_was_planted(found: dict[str, Score]) -> None:
    """The harness itself: no kind without a check that must find it."""
    kinds = {
        *("told-new", "told-review", "prose-period", "prose-placeholder", "prose-place", "prose-section"),
        *("prose-plan", "prose-blank", "prose-regulation", "copy-own", "copy-other", "punctuality"),
        *("figures-jump", "figures-peers", "documents-stock", "requests-carried-over"),
    }
    assert kinds <= {check for check, score in found.items() if score.right}
    assert len(ERRORS) >= len(kinds)
