"""Which relations a report's figures break: worked out from the figures alone, never by asking the checks."""

from collections.abc import Iterable, Mapping
from functools import cache

from generator.demo.draft import Draft
from generator.form import Identity, Term, load_form

_TIMES, _LEAST = 5, 50  # what site_config/checks.yml calls a jump, if nobody changed it
_TABLES = ("documents/", "licensing/", "enforcement/")


def broken(draft: Draft, last: Draft | None) -> set[str]:
    """Return the ids of the checks that must fail for the figures' sake; ``last`` is the report of the year before."""
    before = last.cells if last and not last.blank else None
    if draft.blank:
        return set()
    found = {one.rule.id for one in relations(draft.form.id) if not holds(one, draft.cells, before)}
    if before and any(_jumped(draft.cells[path], before[path]) for path in watched(draft.form.id) if path in before):
        found.add("figures-jump")
    return found


def unsure(draft: Draft, last: Draft | None) -> set[str]:
    """Return the ids of the checks that may fail, since last year's figures are blank: no filling may save the sum."""
    ties = {one.rule.id for one in relations(draft.form.id) if one.rule.needs_last}
    return ties if last and last.blank else set()


@cache
def relations(form_id: str) -> tuple[Identity, ...]:
    """Every sum and every tie to the year before, of a report that prints all rows of its form."""
    form = load_form(form_id)
    return (*form.sums, *form.links)


def holds(identity: Identity, cells: Mapping[str, int], last: Mapping[str, int] | None) -> bool:
    """Whether a relation holds, or cannot be told because a figure is not there."""
    left, right = (_total(side, cells, last) for side in (identity.left, identity.right))
    if left is None or right is None:
        return True
    return {"=": left == right, "<=": left <= right, ">=": left >= right}[identity.rule.relation]


def _total(side: Iterable[Term], cells: Mapping[str, int], last: Mapping[str, int] | None) -> int | None:
    total = 0
    for term in side:
        source = last if term.last else cells
        for path in term.parts:
            if source is None or path not in source:
                return None
            total += source[path]
    return total


@cache
def watched(form_id: str) -> tuple[str, ...]:
    """The counts that are compared with last year's: totals, and the tables without sums."""
    totals = [f"requests/{row}/total" for row in ("new", "carried_in", "outcome.total", "carried_out")]
    cases = [f"disputes/cases/{kind}.total" for kind in ("review", "litigation.direct", "litigation.after_review")]
    facts = load_form(form_id).facts.values()
    rest = [one.path for one in facts if one.path.startswith(_TABLES) and one.column.item.number == "count"]
    return (*totals, *cases, *rest)


def _jumped(now: int, before: int) -> bool:
    small, large = sorted((now, before))
    return large >= _LEAST and large >= _TIMES * max(small, 1)
