"""Which clauses the reports of an archive share, kept from build to build: what one changed text touches is looked up.

The same index as ``checks.clause_index`` makes in memory, as two tables of the cache: ``texts`` holds each report's
sketch, ``pairs`` leads from a pair of clauses to the reports that print it. A pair that the limit's number of bodies
prints is a template's; so no question reads more rows than that number of bodies has reports.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from generator.cache import Cache
from generator.checks import Body, Limits
from generator.checks.clause_index import KEPT, ClauseIndex, Sketch, limit_of
from generator.checks.clauses import own_names
from generator.report import Agency, Report

Key = tuple[str, int]  # agency id, year
CitedBy = Callable[[str], Iterable[Key]]
_PRIME, _TURNS = 134_217_689, 509  # so that every bit of a row counts, and hundreds of millions of rows fit a sum
_PARTS = 64  # of the table of pairs while it is made: as many as six bits tell
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


class Stand(NamedTuple):
    """How the tables stand: a sum over all pairs, and digests of the other two."""

    total: int
    texts: str
    pending: str


def stand_of(path: Path) -> Stand:
    """How the tables in the cache at ``path`` stand; asked through a connection of its own, in whatever process."""
    cache = Cache(path)
    try:
        total = _total(cache)
        return Stand(total, _digest_of_texts(cache, total), _digest_of_pending(cache))
    finally:
        cache.close()


def is_sealed(cache: Cache, stand: Stand) -> bool:
    """Whether the tables stand as they were left."""
    seals = dict(cache.db.execute("select name, value from about where name in ('texts', 'pending')"))
    return seals == {"texts": stand.texts, "pending": stand.pending}


def sync(
    cache: Cache, texts: Mapping[Key, Text], limits: Limits, cited_by: CitedBy, stand: Callable[[], Stand]
) -> None:
    """Make the tables hold exactly ``texts``, and note the reports that a change touches as pending.

    Those are the reports that print what came or went, and those whose findings show a passage of the changed text,
    which ``cited_by`` tells of its agency: a figure in it is no part of what is compared, but is shown. They
    stay so until they were judged (``done``), whatever becomes of this build. Tables that do not ``stand`` as they were
    left are made anew, and every report is touched: a row that is gone would show as a finding that is gone.
    """
    held = {
        (agency, year): (number, mark)
        for number, agency, year, mark in cache.db.execute("select number, agency, year, text from texts")
    }
    gone = [key for key in held if key not in texts]
    changed = [key for key, text in texts.items() if key not in held or held[key][1] != text.mark]
    found = stand()
    total = found.total
    with cache.at_once():
        sound = is_sealed(cache, found)
        if sound and not gone and not changed:
            return
        if not sound or len(gone) + len(changed) > max(_MANY, len(texts) // 10):
            _anew(cache, texts)
            total = _total(cache)
            touched = set(texts)
        else:
            before = _bodies(cache)
            limit = limit_of(limits, before)
            touched = set()
            for key in (*gone, *changed):
                others, more = _step(cache, key, texts.get(key), limit)
                touched |= others
                total += more
            touched.update(chain.from_iterable(map(cited_by, {agency for agency, _ in (*gone, *changed)})))
            after = _bodies(cache)
            # Whether there is anybody to compare with, and what a template is, hangs on how many bodies there are.
            if (before > 1) != (after > 1) or limit != limit_of(limits, after):
                touched = set(texts)
        cache.db.executemany("insert or ignore into pending values (?, ?)", sorted(touched))
        _seal(cache, "texts", _digest_of_texts(cache, total))
        _seal(cache, "pending", _digest_of_pending(cache))


def pending(cache: Cache) -> set[Key]:
    """The reports that a changed text touches, and that were not judged since."""
    return set(cache.db.execute("select agency, year from pending"))


def done(cache: Cache) -> None:
    """Say that all pending reports were judged."""
    cache.db.execute("delete from pending")
    _seal(cache, "pending", _digest_of_pending(cache))


def _seal(cache: Cache, name: str, value: str) -> None:
    cache.db.execute("insert or replace into about values (?, ?)", (name, value))


def _digest_of_texts(cache: Cache, total: int) -> str:
    digest = blake2b(str(total).encode(), digest_size=16)
    rows = cache.db.execute("select number, agency, year, text, pairs, sizes from texts order by number")
    for number, agency, year, text, pairs, sizes in rows:
        digest.update(f"{number} {agency} {year} {text} {len(pairs)} {len(sizes)}\n".encode())
        digest.update(pairs)
        digest.update(sizes)
    return digest.hexdigest()


def _total(cache: Cache) -> int:
    """A sum over all pairs: to hand a million rows to Python would take longer than to judge them."""
    question = f"select coalesce(sum((pair % {_PRIME}) * (number % {_TURNS} + 1) + 1), 0) from pairs"  # noqa: S608 — ours
    return int(cache.db.execute(question).fetchone()[0])


def _part(pairs: Iterable[int], number: int) -> int:
    """What the pairs of one report add to that sum. SQLite's remainder has the sign of what is divided."""
    return sum((pair % _PRIME if pair >= 0 else -(-pair % _PRIME)) * (number % _TURNS + 1) + 1 for pair in pairs)


def _digest_of_pending(cache: Cache) -> str:
    rows = cache.db.execute("select agency, year from pending order by agency, year").fetchall()
    return blake2b(repr(rows).encode(), digest_size=16).hexdigest()


def _bodies(cache: Cache) -> int:
    return int(cache.db.execute("select count(distinct agency) from texts").fetchone()[0])


def _anew(cache: Cache, texts: Mapping[Key, Text]) -> None:
    cache.db.execute("delete from texts")
    cache.db.execute("drop table pairs")  # quicker than emptying it
    cache.db.execute("create table pairs (pair integer, number integer, primary key (pair, number)) without rowid")
    # By their first bits, so that the table fills from end to end and no more than a part is held as Python's numbers.
    parts = [(array("q"), array("I")) for _ in range(_PARTS)]
    for number, (key, text) in enumerate(sorted(texts.items())):
        sketch = text.sketch()
        cache.db.execute("insert into texts values (?, ?, ?, ?, ?, ?)", (number, *key, text.mark, *pack(sketch)))
        for pair in set(_signed(sketch)):
            pairs, owners = parts[(pair >> 58) + _PARTS // 2]
            pairs.append(pair)
            owners.append(number)
    for pairs, owners in parts:
        cache.db.executemany("insert into pairs values (?, ?)", sorted(zip(pairs, owners, strict=True)))


def _step(cache: Cache, key: Key, text: Text | None, limit: int) -> tuple[set[Key], int]:
    """Put one text in place of the one before, or take it away; return the reports that it touches, and by how much
    the sum over all pairs grew.
    """
    row = cache.db.execute("select number, pairs from texts where agency = ? and year = ?", key).fetchone()
    old = set(array("q", row[1])) if row else set()
    sketch = text.sketch() if text else None
    new = set(_signed(sketch)) if sketch else set()
    number = row[0] if row else _free(cache)
    cache.db.executemany("delete from pairs where pair = ? and number = ?", ((pair, number) for pair in old))
    cache.db.execute("delete from texts where number = ?", (number,))
    touched = _touched(cache, key, old, new, limit)
    if text and sketch:
        cache.db.execute("insert into texts values (?, ?, ?, ?, ?, ?)", (number, *key, text.mark, *pack(sketch)))
        cache.db.executemany("insert into pairs values (?, ?)", ((pair, number) for pair in new))
    return touched, _part(new, number) - _part(old, number)


def _touched(cache: Cache, key: Key, old: set[int], new: set[int], limit: int) -> set[Key]:
    """The other reports to which it matters that the report of ``key`` prints other pairs now; it is in no table yet.

    A pair that came or went matters to none where it is a template's either way, and to all who print it where that
    hangs on this report, or where the report is among the first, to which the index leads. To the others it matters
    only where some other pair leads them to this report: then all that the two share is compared.
    """
    touched: set[Key] = set()
    further: Counter[Key] = Counter()
    for pair in old ^ new:
        printers, is_template, flips = _printers(cache, pair, key, limit)
        if flips or (not is_template and sum(other < key for other in printers) < KEPT):
            touched.update(printers)
        elif not is_template:
            further.update(printers)
    if further:
        others = (_printers(cache, pair, key, limit) for pair in old | new)
        shared = Counter(printer for printers, is_template, _ in others if not is_template for printer in printers)
        touched.update(printer for printer in further if shared[printer] > 1)
    return touched


def _printers(cache: Cache, pair: int, key: Key, limit: int) -> tuple[list[Key], bool, bool]:
    """Who else prints a pair; whether it is a template's without the report of ``key``, or only with it."""
    printers: list[Key] = []
    agencies: set[str] = set()
    for agency, year in cache.db.execute(_PRINTERS, (pair,)):
        printers.append((agency, year))
        agencies.add(agency)
        if len(agencies) >= limit:
            return [], True, False
    return printers, False, len(agencies | {key[0]}) >= limit


_PRINTERS = "select agency, year from pairs join texts using (number) where pair = ?"


def _free(cache: Cache) -> int:
    return int(cache.db.execute("select coalesce(max(number), -1) + 1 from texts").fetchone()[0])


def _signed(sketch: Sketch) -> "array[int]":
    return array("q", sketch.pairs.tobytes())


class KeptIndex(ClauseIndex):
    """A ``ClauseIndex`` over the tables. ``report`` gives the Report of an agency-year, for its text.

    ``whole`` loads all of it at once, which pays when most reports are judged.
    """

    def __init__(
        self, cache: Cache, limits: Limits, bodies: Mapping[str, Body], report: Callable[[Key], Report], whole: bool
    ) -> None:
        self._cache = cache
        rows = cache.db.execute("select number, agency, year from texts order by agency, year").fetchall()
        ordinals: dict[str, int] = {}
        self._agencies = _Sparse({number: ordinals.setdefault(agency, len(ordinals)) for number, agency, _ in rows})  # type: ignore[assignment]
        self._number_of = {(agency, year): number for number, agency, year in rows}
        self.reports = _Sparse({number: Lent(agency, year, report) for number, agency, year in rows})  # type: ignore[assignment]
        self._names = _Names(bodies, len(ordinals))
        self._order = {number: place for place, (number, _, _) in enumerate(rows)}
        self.template_limit = limit_of(limits, len(ordinals))
        if whole and all(number == place for number, place in self._order.items()):
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
            if len(agencies) >= self.template_limit:
                return True, ()
        numbers.sort(key=self._order.__getitem__)
        return False, tuple(numbers[:KEPT]) if len(agencies) > 1 else ()


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


class Lent:
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
