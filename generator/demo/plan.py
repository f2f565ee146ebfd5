"""Which reports an archive has, in which of them something is wrong, and what must be found there.

Every question about a report is answered by its own chance, so a body's reports are the same whatever else the
archive holds, and no process needs to know of another; only a copy asks for a second body.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from random import Random
from typing import NamedTuple

from generator.demo.bodies import Body
from generator.demo.draft import Draft, Planted, sound
from generator.demo.errors import Scene, plant
from generator.demo.truth import broken, unsure

_MISSING = 0.04  # share of reports that the archive does not have
_TRIED = 40  # bodies looked at for a text to copy
_PEERS = 16  # bodies of a kind that make figures comparable, though some reports be missing


class Plan(NamedTuple):
    """The ``bodies`` of an archive, each with ``years`` years up to 2025; the share ``errors`` of reports is spoilt."""

    bodies: Sequence[Body]
    years: int
    seed: int
    errors: float

    @property
    def compared(self) -> frozenset[tuple[str, str]]:
        """The kinds of bodies of which there are enough for a typical figure."""
        sizes = Counter(body.group for body in self.bodies)
        return frozenset(group for group, size in sizes.items() if size >= _PEERS)

    def spoilt(self, draft: Draft) -> bool:
        """Whether something is wrong in a report."""
        return chance(self.seed, "spoilt", draft) < self.errors


def chance(seed: int, what: str, draft: Draft) -> float:
    """A number from 0 to 1 for one question about one report, the same whatever else is asked."""
    return Random(f"{seed}/{what}/{draft.body.id}/{draft.year}").random()


def drafts_of(plan: Plan, some: Iterable[Body]) -> Iterator[Draft]:
    """Yield the reports of ``some`` bodies that the archive has, errors planted, ``must`` and ``may`` complete."""
    compared = plan.compared if plan.errors else frozenset()
    for body in some:
        last: Draft | None = None
        for draft in _kept(sound(body, plan.years, plan.seed), plan.seed):
            before = last if last and last.year == draft.year - 1 else None
            if plan.spoilt(draft):
                random = Random(f"{plan.seed}/errors/{body.id}/{draft.year}")
                source = partial(_source, plan, body, random)
                sure = before is not None and not plan.spoilt(before)
                plant(draft, Scene(before, sure, source, random, body.group in compared))
            draft.must |= broken(draft, before)
            draft.may |= unsure(draft, before)
            yield draft
            last = draft


def _kept(drafts: list[Draft], seed: int) -> list[Draft]:
    """All but a few, and of every body one."""
    return [one for one in drafts if one is drafts[-1] or chance(seed, "missing", one) >= _MISSING]


def _source(plan: Plan, body: Body, random: Random) -> Draft | None:
    """A sound report of another body of the kind; None where there is none near."""
    for _ in range(_TRIED):
        other = plan.bodies[int(random.random() * len(plan.bodies))]
        if other.group == body.group and other.id != body.id:
            whole = [one for one in _kept(sound(other, plan.years, plan.seed), plan.seed) if not plan.spoilt(one)]
            if whole:
                return whole[int(random.random() * len(whole))]
    return None


class Expected(NamedTuple):
    """Agency, year and check: it must fail there, or with ``certain`` False it may."""

    agency: str
    year: int
    check: str
    certain: bool


class Verdict(NamedTuple):
    """Of one report: what was planted, the checks that must or may fail, and the body whose text it repeats, if any."""

    agency: str
    year: int
    planted: tuple[Planted, ...]
    must: tuple[str, ...]
    may: tuple[str, ...]
    source: str = ""


def expected(verdicts: Iterable[Verdict]) -> list[Expected]:
    """Return what must and what may be found. A body whose text was copied repeats the copier as much."""
    known = sorted(verdicts)
    sources = {one.source for one in known}
    found = []
    for one in known:
        may = {*one.may, *(["copy-other"] if one.agency in sources else [])}
        found += [Expected(one.agency, one.year, check, True) for check in one.must]
        found += [Expected(one.agency, one.year, check, False) for check in sorted(may.difference(one.must))]
    return found


def verdict(draft: Draft) -> Verdict:
    """Return what is to be known of a report once it is made."""
    source = next((one.after.partition("/")[0] for one in draft.planted if one.kind == "copied"), "")
    planted, must, may = tuple(draft.planted), tuple(sorted(draft.must)), tuple(sorted(draft.may))
    return Verdict(draft.body.id, draft.year, planted, must, may, source)
