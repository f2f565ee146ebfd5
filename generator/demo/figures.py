"""The figures of a fictional body year after year: sums hold, what is carried over arrives, growth is a few percent.

Bodies of one level and kind stay within a factor of twenty of each other, so that no check takes a sound one for odd.
"""

from bisect import bisect
from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate
from random import Random
from typing import NamedTuple

from generator.demo.bodies import Body
from generator.demo.grammar import between

FIRST_YEAR, LAST_YEAR = 2019, 2025
_OLD = (2019, 2020)  # the years of the 2019 form
Span = tuple[int, int]

_COLUMNS = {
    "person": 850, "org.business": 75, "org.research": 4, "org.nonprofit": 6, "org.legal": 25, "org.other": 40,
}  # fmt: skip
_ROWS = {
    "granted": 420, "partial": 90, "denied.state_secret": 2, "denied.forbidden_by_law": 8, "denied.safety": 3,
    "denied.third_party": 14, "denied.internal": 12, "denied.process": 18, "denied.case_file": 16, "denied.query": 25,
    "unavailable.not_held": 190, "unavailable.needs_making": 40, "unavailable.unclear": 25, "rejected.petition": 45,
    "rejected.repeat": 14, "rejected.publication": 3, "rejected.excessive": 3, "rejected.reissue": 12,
    "other.not_corrected": 20, "other.fee_unpaid": 2, "other.rest": 55,
}  # fmt: skip
_RESULTS = {"upheld": 50, "corrected": 12, "other": 28, "pending": 10}
_GROUPS = ("review", "litigation.direct", "litigation.after_review")


class Profile(NamedTuple):
    """How large the figures of bodies of one kind are: the least and the most in the first year.

    ``idle`` is the share of bodies with zeros everywhere, as many townships have.
    """

    new: Span
    licence: Span
    penalty: Span
    coercion: Span
    stock: Span
    fee: Span
    cases: Span
    idle: float = 0.0


_PROFILES = {
    ("province", "government"): Profile(
        (700, 1600), (300, 900), (60, 200), (5, 30), (280, 600), (900, 4000), (60, 200)
    ),
    ("province", "department"): Profile((40, 260), (900, 9000), (60, 600), (0, 20), (15, 90), (50, 800), (2, 20)),
    ("city", "government"): Profile((180, 1300), (90, 600), (20, 160), (2, 30), (40, 240), (100, 1500), (8, 60)),
    ("city", "department"): Profile((5, 70), (500, 6000), (40, 500), (2, 30), (2, 25), (10, 180), (0, 8)),
    ("county", "government"): Profile((40, 280), (60, 500), (20, 120), (0, 15), (10, 110), (20, 300), (0, 14)),
    ("county", "department"): Profile((0, 28), (120, 1800), (15, 200), (0, 20), (0, 12), (1, 19), (0, 3), 0.04),
    ("county", "office"): Profile((4, 40), (0, 0), (0, 0), (0, 0), (3, 30), (0, 0), (0, 4)),
    ("township", "government"): Profile((0, 9), (3, 45), (0, 25), (0, 9), (0, 6), (0, 0), (0, 2), 0.45),
    ("township", "street"): Profile((0, 12), (10, 50), (0, 30), (0, 12), (0, 5), (0, 0), (0, 2), 0.25),
}
_NONE: Span = (0, 0)
_IDLE = Profile(_NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE)


class Year(NamedTuple):
    """What one report prints: counts and sums of money by fact path."""

    year: int
    cells: dict[str, int]
    money: dict[str, Decimal]


class _Level:
    """A figure that moves a little every year."""

    def __init__(self, span: Span, random: Random) -> None:
        self.random, self.value = random, between(random, *span)

    def next(self) -> int:
        now = self.value
        self.value = max(0, now + round(now * (self.random.random() * 0.11 - 0.04)))
        return now


def series(body: Body, years: range, random: Random) -> Iterator[Year]:
    """Yield the figures of each of ``years`` in order."""
    profile = _PROFILES[body.group]
    if random.random() < profile.idle:
        profile = _IDLE
    state = _State(body, profile, random)
    for year in years:
        cells = state.requests(collapsed=year in _OLD) | state.disputes()
        counts, money = state.old_tables() if year in _OLD else state.new_tables()
        yield Year(year, cells | counts, money)


class _State:
    """What a body hands on from one year to the next."""

    def __init__(self, body: Body, profile: Profile, random: Random) -> None:
        self.random = random
        self.makes_rules = body.kind == "government" and body.level in ("province", "city")
        self.idle = profile is _IDLE
        self.new, self.licence = _Level(profile.new, random), _Level(profile.licence, random)
        self.penalty, self.coercion = _Level(profile.penalty, random), _Level(profile.coercion, random)
        self.fee = _Level((profile.fee[0] * 10_000, profile.fee[1] * 10_000), random)
        self.bought = _Level(_NONE if self.idle else (4, 14), random)
        self.price = _Level((20_000, 50_000), random)
        self.cases = [_Level((profile.cases[0] // share, profile.cases[1] // share), random) for share in (1, 2, 3)]
        self.stock = {
            "normative": between(random, *profile.stock),
            "regulation": between(random, 20, 120) if self.makes_rules else 0,
        }
        self.items = {key: 0 if self.idle else between(random, 4, 60) for key in ("licence", "service", "penalty")}
        self.items |= {key: 0 if self.idle else between(random, 1, 9) for key in ("coercion", "fee")}
        self.carried = _shared(self.new.value // 16, _COLUMNS, random)

    def requests(self, collapsed: bool) -> dict[str, int]:
        """Table three: column by column, then the totals."""
        new = _shared(self.new.next(), _COLUMNS, self.random)
        rate = 0.04 + self.random.random() * 0.05
        columns = {}
        for column, came in new.items():
            due = came + self.carried[column]
            left = min(due, int(due * rate + self.random.random()))
            rows = _shared(due - left, _ROWS, self.random)
            columns[column] = {"new": came, "carried_in": self.carried[column], "carried_out": left}
            columns[column] |= {f"outcome.{row}": number for row, number in rows.items()}
            columns[column]["outcome.total"] = due - left
            self.carried[column] = left
        columns["total"] = {row: sum(one[row] for one in columns.values()) for row in columns["person"]}
        if collapsed:
            for rows in columns.values():
                parts = [row for row in rows if row.startswith("outcome.other.")]
                rows["outcome.other"] = sum(rows.pop(row) for row in parts)
        return {f"requests/{row}/{column}": number for column, rows in columns.items() for row, number in rows.items()}

    def disputes(self) -> dict[str, int]:
        """Table four."""
        cells: dict[str, int] = {}
        for group, level in zip(_GROUPS, self.cases, strict=True):
            total = level.next()
            results = _shared(total, _RESULTS, self.random)
            cells |= {f"disputes/cases/{group}.{kind}": number for kind, number in results.items()}
            cells[f"disputes/cases/{group}.total"] = total
        return cells

    def new_tables(self) -> tuple[dict[str, int], dict[str, Decimal]]:
        """Table two as printed since 2021."""
        cells: dict[str, int] = {}
        for row, stock in self.stock.items():
            few = min(3, stock // 4 + (row == "normative" and not self.idle))
            issued, repealed = between(self.random, 0, few), between(self.random, 0, min(few, stock))
            self.stock[row] = stock + issued - repealed
            made = {"issued": issued, "repealed": repealed, "in_force": max(self.stock[row], issued)}
            self.stock[row] = made["in_force"]
            made["repealed"] = stock + issued - made["in_force"]
            cells |= {f"documents/{row}/{column}": number for column, number in made.items()}
        cells |= self._decisions()
        return cells, {"fees/fee/amount": Decimal(self.fee.next()).scaleb(-4).normalize() + 0}

    def old_tables(self) -> tuple[dict[str, int], dict[str, Decimal]]:
        """Table two as printed for 2019 and 2020."""
        cells: dict[str, int] = {}
        for row, stock in self.stock.items():
            made = between(self.random, 0, min(3, stock))
            self.stock[row] = stock + made
            numbers = {"made": made, "disclosed": made, "public_total": stock + made}
            cells |= {f"documents/{row}/{column}": number for column, number in numbers.items()}
        rows = (
            "licensing/licence",
            "licensing/other_service",
            "enforcement/penalty",
            "enforcement/coercion",
            "fees/fee",
        )
        for row, key in zip(rows, self.items, strict=True):
            change = max(-self.items[key], between(self.random, -2, 3)) if self.items[key] else 0
            cells |= {f"{row}/previous_items": self.items[key], f"{row}/change": change}
            self.items[key] += change
        cells |= self._decisions()
        cells["licensing/other_service/decisions"] = cells["licensing/licence/decisions"] // 3
        cells["procurement/procurement/items"] = bought = self.bought.next()
        amount = Decimal(bought * self.price.next()).scaleb(-4)
        return cells, {"procurement/procurement/amount": amount.normalize() + 0}

    def _decisions(self) -> dict[str, int]:
        return {
            "licensing/licence/decisions": self.licence.next(),
            "enforcement/penalty/decisions": self.penalty.next(),
            "enforcement/coercion/decisions": self.coercion.next(),
        }


def _shared(number: int, weights: dict[str, int], random: Random) -> dict[str, int]:
    """``number`` things, each falling to one of the names."""
    names, bounds = list(weights), list(accumulate(weights.values()))
    counts = dict.fromkeys(names, 0)
    for _ in range(number):
        counts[names[bisect(bounds, random.random() * bounds[-1])]] += 1
    return counts
