"""Reports out of thin air: what they say, made from the forms themselves. How they look is for ``sheet`` and writers.

Labels, order, sums and units all come from ``generator.form``.
"""

from decimal import Decimal
from random import Random
from typing import NamedTuple

from hypothesis import strategies as st

from generator.form import Fact, Form, Item, Term, load_form, load_forms
from generator.report import Agency, Basis, Cell, Report, Source

AGENCY = "示例县青山镇人民政府"
Value = int | Decimal | None
# Every form, and the 2021 form with （六）其他处理 left as one row.
SHAPES = [(form.id, False) for form in load_forms()] + [("2021", True)]


class Sample(NamedTuple):
    """What a report says: every figure of its form by fact path."""

    form: Form
    collapsed: bool
    year: int
    cells: dict[str, Value]

    def without_regulations(self) -> "Sample":
        """The sample of a body that cannot make 规章, as townships and counties cannot."""
        none = {path: 0 for path in self.cells if path.startswith("documents/regulation/")}
        return self._replace(cells={**self.cells, **none})

    def report(self, **changes: Value) -> Report:
        """The sample as the reader would return it, some figures replaced."""
        cells = {**self.cells, **changes}
        return as_report(self.form, {path: cell_of(value) for path, value in cells.items()}, self.year)


def cell_of(value: Value) -> Cell:
    return Cell(value=value, raw="" if value is None else str(value), place="第1行第1格")


def as_report(form: Form | None, cells: dict[str, Cell], year: int = 2022, agency: str | None = None) -> Report:
    return Report(
        agency=Agency(id=agency, name=AGENCY),
        year=year,
        form=form.id if form else None,
        title=f"{AGENCY}{year}年政府信息公开工作年度报告",
        published=None,
        source=Source(path="示例.txt", format="txt", sha256="0" * 64),
        basis=Basis(agency="title", year="title"),
        cells=cells,
        texts={},
    )


def facts_of(form: Form, collapsed: bool) -> dict[str, Fact]:
    """The facts that a report prints: with ``collapsed``, groups that may be one row are one."""
    if not collapsed:
        return dict(form.facts)
    groups = [f"{table.key}/{leaf.path}." for table in form.tables for leaf in table.collapsible_rows]
    kept = {path: fact for path, fact in form.facts.items() if not path.startswith(tuple(groups))}
    return {**kept, **form.optional_facts}


def make_sample(shape: tuple[str, bool], seed: int, most: int = 99_999) -> Sample:
    """A report in which every sum of the form holds; no figure but a sum is above ``most``."""
    random = Random(seed)
    form, collapsed = load_form(shape[0]), shape[1]
    cells: dict[str, Value] = {
        path: _figure(fact.column.item, random, most) for path, fact in facts_of(form, collapsed).items()
    }
    # First the sums down each column, then those along the rows, which make the columns of totals fit by themselves.
    for identity in sorted(form.identities, key=lambda one: (one.rule.along == "rows", len(one.right) > 1)):
        left, right = ([p for term in side for p in _paths(term, cells)] for side in (identity.left, identity.right))
        if not left or not set(left) | set(right) <= set(cells):
            continue
        if len(right) == 1:
            cells[right[0]] = sum(count(cells[path]) for path in left)
        else:
            cells.update(zip(left, _split(sum(count(cells[path]) for path in right), len(left), random), strict=True))
    for link in form.links:  # the inequalities of one report: 现行有效 is not less than 制发
        if not link.rule.needs_last:
            more, less = (side[0].parts[0] for side in (link.left, link.right))
            cells[less], cells[more] = sorted((count(cells[more]), count(cells[less])))
    return Sample(form, collapsed, random.randint(form.years[0], form.years[1] or 2025), cells)


def _paths(term: Term, cells: dict[str, Value]) -> tuple[str, ...]:
    return (term.whole,) if term.whole in cells else term.parts


def count(value: Value) -> int:
    assert isinstance(value, int)
    return value


def _figure(item: Item, random: Random, most: int = 99_999) -> Value:
    if item.number == "change":
        return random.randint(-99, 99)
    whole = random.choice([0, 0, random.randint(0, min(9, most)), random.randint(0, most)])
    if item.number == "money":
        places = random.randint(0, 4)
        return Decimal(whole).scaleb(-places) if whole else Decimal(0)
    return whole


def _split(total: int, parts: int, random: Random) -> list[int]:
    cuts = sorted(random.randint(0, total) for _ in range(parts - 1))
    return [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]


def samples() -> st.SearchStrategy[Sample]:
    """Balanced reports of every form, of large bodies and of small ones, where sums hold by chance."""
    return st.builds(make_sample, st.sampled_from(SHAPES), st.integers(0, 2**32), st.sampled_from([99_999, 99_999, 2]))


def unbalanced(sample: Sample, seed: int) -> Sample:
    """``sample`` as a clerk gets it wrong: some figures are others, and no sum is asked to hold."""
    random = Random(seed)
    paths = random.sample(sorted(sample.cells), random.randint(1, 12))
    items = {path: facts_of(sample.form, sample.collapsed)[path].column.item for path in paths}
    return sample._replace(cells={**sample.cells, **{path: _figure(items[path], random) for path in paths}})


def all_samples() -> st.SearchStrategy[Sample]:
    """Reports of every form, half of them unbalanced."""
    return st.one_of(samples(), st.builds(unbalanced, samples(), st.integers(0, 2**32)))
