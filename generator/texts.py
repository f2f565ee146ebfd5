"""Which clauses the reports of an archive share, kept from build to build: what one changed text touches is looked up.

The same index as ``checks.clause_index`` makes in memory, as two tables of the cache: ``texts`` holds each report's
sketch, ``pairs`` leads from a pair of clauses to the reports that print it. A pair that the limit's number of bodies
prints is a template's; so no question reads more rows than that number of bodies has reports.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from generator.cache import Cache
from generator.checks import Body, Limits
from generator.checks.clause_index import MOST_AGENCIES, ClauseIndex, Sketch
from generator.checks.clauses import own_names
from generator.report import Agency, Report

Key = tuple[str, int]  # agency id, year
_MANY = 400  # changed texts above which the tables are made anew


class Text(NamedTuple):
    """A report's running text: ``mark`` changes when it or its body's names do."""

    mark: str
    sketch: Callable[[], Sketch]


def pack(sketch: Sketch) -> tuple[bytes, bytes]:
    """A sketch as bytes."""
    return sketch.pairs.tobytes(), sketch.sizes.tobytes()


def unpack(pairs: bytes, sizes: bytes) -> Sketch:
    """The sketch that ``pack`` packed."""
    return Sketch(array("Q", pairs), array("I", sizes))


def sync(cache: Cache, texts: Mapping[Key, Text], limits: Limits) -> None:
    """Make the tables hold exactly ``texts``, and note the agencies that a change touches as pending.

    They stay so until they were judged (``done``), whatever becomes of this build.
    """
    held = {
        (agency, year): (number, mark)
        for number, agency, year, mark in cache.db.execute("select number, agency, year, text from texts")
    }
    gone = [key for key in held if key not in texts]
    changed = [key for key, text in texts.items() if key not in held or held[key][1] != text.mark]
    with cache.at_once():
        if len(gone) + len(changed) > max(_MANY, len(texts) // 10):
            _anew(cache, texts)
            touched = {agency for agency, _ in texts}
        else:
            before = _bodies(cache)
            steps = [_step(cache, key, texts.get(key), limits) for key in (*gone, *changed)]
            touched = set(chain.from_iterable(steps))
            if (before > 1) != (_bodies(cache) > 1):  # whether there is anybody to compare with
                touched = {agency for agency, _ in texts}
        cache.db.executemany("insert or ignore into pending values (?)", ((agency,) for agency in sorted(touched)))


def pending(cache: Cache) -> set[str]:
    """The agencies that a changed text touches, and that were not judged since."""
    return {agency for (agency,) in cache.db.execute("select agency from pending")}


def done(cache: Cache) -> None:
    """Say that all pending agencies were judged."""
    cache.db.execute("delete from pending")


def _bodies(cache: Cache) -> int:
    return int(cache.db.execute("select count(distinct agency) from texts").fetchone()[0])


def _anew(cache: Cache, texts: Mapping[Key, Text]) -> None:
    cache.db.execute("delete from texts")
    cache.db.execute("drop table pairs")  # quicker than emptying it
    cache.db.execute("create table pairs (pair integer, number integer, primary key (pair, number)) without rowid")
    rows: list[tuple[int, int]] = []
    for number, (key, text) in enumerate(sorted(texts.items())):
        sketch = text.sketch()
        cache.db.execute("insert into texts values (?, ?, ?, ?, ?, ?)", (number, *key, text.mark, *pack(sketch)))
        rows.extend((pair, number) for pair in set(_signed(sketch)))
    rows.sort()  # in the order of the table, it fills from end to end
    cache.db.executemany("insert into pairs values (?, ?)", rows)


def _step(cache: Cache, key: Key, text: Text | None, limits: Limits) -> set[str]:
    """Put one text in place of the one before, or take it away; return the agencies that it touches.

    That is whoever shares a pair with either that is no template's with or without this body: what others find on
    such a text, or in it, may be another.
    """
    row = cache.db.execute("select number, pairs from texts where agency = ? and year = ?", key).fetchone()
    old = set(array("q", row[1])) if row else set()
    sketch = text.sketch() if text else None
    new = set(_signed(sketch)) if sketch else set()
    number = row[0] if row else _free(cache)
    cache.db.executemany("delete from pairs where pair = ? and number = ?", ((pair, number) for pair in old - new))
    cache.db.execute("delete from texts where number = ?", (number,))
    if text and sketch:
        cache.db.execute("insert into texts values (?, ?, ?, ?, ?, ?)", (number, *key, text.mark, *pack(sketch)))
        cache.db.executemany("insert into pairs values (?, ?)", ((pair, number) for pair in new - old))
    agency, limit = key[0], min(limits.template_agencies, MOST_AGENCIES)
    touched = {agency}
    for pair in old | new:
        others = _printers(cache, pair, agency, limit)
        if len(others) < limit:
            touched |= others
    return touched


def _free(cache: Cache) -> int:
    return int(cache.db.execute("select coalesce(max(number), -1) + 1 from texts").fetchone()[0])


def _printers(cache: Cache, pair: int, but: str, limit: int) -> set[str]:
    """The agencies that print a pair, ``but`` aside; no more than ``limit``."""
    found: set[str] = set()
    question = "select agency from pairs join texts using (number) where pair = ?"
    for (agency,) in cache.db.execute(question, (pair,)):
        if agency != but:
            found.add(agency)
        if len(found) >= limit:
            break
    return found


def _signed(sketch: Sketch) -> "array[int]":
    return array("q", sketch.pairs.tobytes())


class KeptIndex(ClauseIndex):
    """A ``ClauseIndex`` over the tables. ``report`` gives the Report of an agency-year, for its text.

    ``whole`` loads all of it at once, which pays when most reports are judged.
    """

    def __init__(
        self, cache: Cache, limits: Limits, bodies: Mapping[str, Body], report: Callable[[Key], Report], whole: bool
    ) -> None:
        self._limit = min(limits.template_agencies, MOST_AGENCIES)
        self._cache = cache
        rows = cache.db.execute("select number, agency, year from texts order by number").fetchall()
        ordinals: dict[str, int] = {}
        self._agencies = _Sparse({number: ordinals.setdefault(agency, len(ordinals)) for number, agency, _ in rows})  # type: ignore[assignment]
        self._number_of = {(agency, year): number for number, agency, year in rows}
        self.reports = _Sparse({number: _Lent(agency, year, report) for number, agency, year in rows})  # type: ignore[assignment]
        self._names = _Names(bodies, len(ordinals))
        if whole and rows and rows[-1][0] == len(rows) - 1:
            sketches = cache.db.execute("select pairs, sizes from texts order by number")
            self._sketches = [unpack(*row) for row in sketches]
            self._templates, self._shared = set(), {}
            self._fill()
        else:
            self._sketches = _Sketches(self)  # type: ignore[assignment]
            self._templates = _Templates(self._owners)  # type: ignore[assignment]
            self._shared = _Shared(self._owners)  # type: ignore[assignment]

    def sketched(self, number: int) -> Sketch:
        """The sketch of a report, from the table."""
        return unpack(*self._cache.db.execute("select pairs, sizes from texts where number = ?", (number,)).fetchone())

    @lru_cache(maxsize=20_000)  # noqa: B019 — one index a process
    def _owners(self, pair: int) -> tuple[bool, tuple[int, ...]]:
        """Whether a pair is a template's, and else the reports that share it, if they are of several bodies."""
        signed = pair - (1 << 64) if pair >> 63 else pair
        agencies: set[int] = set()
        numbers: list[int] = []
        for (number,) in self._cache.db.execute("select number from pairs where pair = ?", (signed,)):
            agencies.add(self._agencies[number])
            numbers.append(number)
            if len(agencies) >= self._limit:
                return True, ()
        return False, tuple(numbers) if len(agencies) > 1 else ()


class _Sparse(dict[int, object]):
    """By number, as a list would be."""


class _Names(dict[str, tuple[str, ...]]):
    """What bodies may be called, worked out when asked for; as many as bodies have a text."""

    def __init__(self, bodies: Mapping[str, Body], count: int) -> None:
        super().__init__()
        self._bodies, self._count = bodies, count

    def __missing__(self, agency: str) -> tuple[str, ...]:
        names = self[agency] = own_names(self._bodies[agency])
        return names

    def __len__(self) -> int:
        return self._count


class _Lent:
    """Stands for a Report of the archive and fetches it when more than its name is asked for."""

    def __init__(self, agency: str, year: int, report: Callable[[Key], Report]) -> None:
        self.agency, self.year, self._report = Agency(id=agency, name=None), year, report

    def __getattr__(self, name: str) -> object:
        return getattr(self._report((str(self.agency.id), self.year)), name)


class _Sketches:
    def __init__(self, index: KeptIndex) -> None:
        self._index = index

    @lru_cache(maxsize=500)  # noqa: B019 — one index a process
    def __getitem__(self, number: int) -> Sketch:
        return self._index.sketched(number)


class _Templates:
    def __init__(self, owners: Callable[[int], tuple[bool, tuple[int, ...]]]) -> None:
        self._owners = owners

    def __contains__(self, pair: int) -> bool:
        return self._owners(pair)[0]


class _Shared:
    def __init__(self, owners: Callable[[int], tuple[bool, tuple[int, ...]]]) -> None:
        self._owners = owners

    def get(self, pair: int, default: Sequence[int]) -> Sequence[int]:
        return self._owners(pair)[1] or default
