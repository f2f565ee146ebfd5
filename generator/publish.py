"""The pages and files that tell of the whole archive, beside those of single agencies: made again where they change."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from generator.beside import Beside
from generator.cache import Damaged
from generator.checksums import SUMS, WRITING
from generator.search import Block, Entry, amended, blocks, near, piece
from generator.site.build import Page, Unit, whole_units
from generator.site.entries import entries, report_text, search_files
from generator.site.exports import Resource, descriptions, head_of, resources, small_file
from generator.site.files import File, Record, in_place, make_way, put, record_of, sweep
from generator.site.listing import digest
from generator.site.splice import Span, placed, spliced
from generator.upkeep import Maker, Progress, Result, Upkeep
from generator.workers import spread

Stage = Callable[[str, int, int], None]
_PAGE, _DATA, _PIECE, _SAID = "page", "data", "search", "searched"
_CHUNK = 2
_FEW = 4  # a block of which more than one entry in so many changed is made anew


class Made(NamedTuple):
    """A unit of pages as it was made: ``mark`` of what from, and its files."""

    mark: str
    files: list[Record]


class Table(NamedTuple):
    """A large file of ``/data/``: its record and SHA-256, and the agencies' pieces in order: id, digest, length."""

    file: Record
    mark: str
    pieces: list[tuple[str, str, int]]


def publish(
    up: Upkeep, results: Mapping[str, Result], spool: Path, extra: Iterable[Page], jobs: int, stage: Stage
) -> list[Record]:
    """Bring all of the docs folder up to date that is no agency's own; return all the files that the folder holds.

    ``stage`` is told the name of a part of the work, how much of it is done and how much is due.
    """
    known = {name: _made(data) for name, data in up.cache.all(_PAGE)}
    planned = {resource.name: _table(up, resource, results, spool) for resource in resources() if resource.rows}
    due = {name: plan for name, plan in planned.items() if isinstance(plan, Splicing)}
    with Beside(lambda: {name: spliced(*plan[:3]) for name, plan in due.items()}, jobs) as others:
        kept = _pages(up, known, jobs, partial(stage, "生成全站网页"))
        kept |= {f"+{page.path}": _extra(up, known, page) for page in extra}
        stage("制作检索", 0, len(up.years))
        kept["+search"] = _search(up, known, kept, jobs)
        marks = others.result()
    tables = {
        name: plan if isinstance(plan, Table) else _placed(up, plan, marks[name]) for name, plan in planned.items()
    }
    kept |= _small_files(up, known, tables)
    # A page of site_config/pages may have taken the place of one of ours: it was written last.
    files = {record.path: record for made in kept.values() for record in made.files}
    files |= {table.file.path: table.file for table in tables.values()}
    sweep(up.roots["docs"], files, {f"a/{agency}" for agency in up.years})
    sweep(up.roots["store"], {SUMS, WRITING}, set(up.years))
    up.cache.put(_PAGE, {name: json.dumps(made).encode() for name, made in kept.items()})
    up.cache.forget(_PAGE, set(known) - set(kept))
    up.cache.put(_DATA, {name: json.dumps(table).encode() for name, table in tables.items()})
    agencies = (record for row in up.rows.values() for record in row.files)
    return [*files.values(), *(record for record in agencies if record.root == "docs" and not record.is_folder)]


def _made(data: bytes) -> Made:
    mark, files = json.loads(data)
    return Made(mark, [Record(*file) for file in files])


class _Pages:
    """Makes units of pages."""

    def __init__(self, up: Upkeep, units: Mapping[str, Unit], known: Mapping[str, Made]) -> None:
        self.up, self.units, self.known = up, units, known

    def started(self, number: int) -> None:
        """Pages on the whole archive are made from briefs: nothing has to be opened."""

    def __call__(self, name: str) -> tuple[str, Made]:
        unit, before = self.units[name], self.known.get(name)
        files = (File("docs", page.path, page.data) for page in unit.make())
        return name, Made(unit.mark(), put(self.up.roots, files, before.files if before else ()))


def _pages(up: Upkeep, known: Mapping[str, Made], jobs: int, progress: Progress) -> dict[str, Made]:
    units = {unit.key: unit for unit in whole_units(up.archive)}
    kept: dict[str, Made] = {}
    for key, unit in units.items():
        made = known.get(key)
        if made and made.mark == unit.mark() and in_place(up.plain, made.files):
            kept[key] = made
    due = [key for key in units if key not in kept]
    kept |= dict(spread(up.cache, _Pages(up, units, known), due, jobs, _CHUNK, progress))
    return kept


def _extra(up: Upkeep, known: Mapping[str, Made], page: Page) -> Made:
    before = known.get(f"+{page.path}")
    return Made("", put(up.roots, [File("docs", page.path, page.data)], before.files if before else ()))


class Splicing(NamedTuple):
    """A large file to be put together anew; ``pieces`` are those of the ``Table`` that it becomes."""

    path: Path
    head: bytes
    spans: list[Span]
    pieces: list[tuple[str, str, int]]


def _table(up: Upkeep, resource: Resource, results: Mapping[str, Result], spool: Path) -> Table | Splicing:
    """One large file: as it is, or how to put it together where a piece of it is another."""
    name = resource.name
    order = [(agency, up.rows[agency].lines[name], up.rows[agency].pieces[name]) for agency in sorted(up.years)]
    data = up.cache.get(_DATA, name)
    old = _known_table(data) if data else None
    if old and not in_place(up.plain, [old.file]):
        old = None
    if old and old.pieces == order:
        return old
    path = f"data/{name}.csv"
    places = _places(up, old, len(head_of(resource)))
    maker = Maker(up, spool)
    spans = [_span(name, piece, results, places, maker) for piece in order]
    make_way(up.roots["docs"], path)
    return Splicing(up.roots["docs"] / path, head_of(resource), spans, order)


def _placed(up: Upkeep, plan: Splicing, mark: str) -> Table:
    placed(plan.path)
    path = plan.path.relative_to(up.roots["docs"]).as_posix()
    return Table(record_of(up.roots, "docs", path, mark), mark, plan.pieces)


def _known_table(data: bytes) -> Table:
    file, mark, pieces = json.loads(data)
    return Table(Record(*file), mark, [(agency, digested, length) for agency, digested, length in pieces])


def _places(up: Upkeep, old: Table | None, start: int) -> dict[tuple[str, str], Span]:
    """Agency and digest → where in the file of the last build its lines are."""
    found = {}
    for agency, mark, length in old.pieces if old else ():
        found[agency, mark] = Span(f"{up.plain['docs']}/{old.file.path}" if old else "", start, length)
        start += length
    return found


def _span(
    name: str,
    piece: tuple[str, str, int],
    results: Mapping[str, Result],
    places: Mapping[tuple[str, str], Span],
    maker: Maker,
) -> Span:
    agency, mark, _ = piece
    result = results.get(agency)
    if result and name in result.spans:
        return result.spans[name]
    if (agency, mark) in places:
        return places[agency, mark]
    return maker.lines(agency)[0][name]  # nobody has them any more


def _small_files(up: Upkeep, known: Mapping[str, Made], tables: Mapping[str, Table]) -> dict[str, Made]:
    """The other files of ``/data/``: lists that are short, and what describes all of them."""
    sizes = {name: (table.file.size, table.mark) for name, table in tables.items()}
    kept: dict[str, Made] = {}
    seen = digest(list(up.entries.values()), list(up.archive.registry.regions.items()), list(up.keys))
    for resource in resources():
        if not resource.rows:
            data = _remembered(up, known, f"data/{resource.name}.csv", seen, partial(small_file, up.archive, resource))
            kept[f"data/{resource.name}.csv"] = data
            file = data.files[0]
            full = sha256((up.roots["docs"] / file.path).read_bytes()).hexdigest()
            sizes[resource.name] = (file.size, full)
    for name, content in descriptions(up.archive, sizes):
        kept[f"data/{name}"] = _extra_file(up, known, f"data/{name}", content)
    return kept


def _remembered(up: Upkeep, known: Mapping[str, Made], path: str, mark: str, make: Callable[[], bytes]) -> Made:
    before = known.get(path)
    if before and before.mark == mark and in_place(up.plain, before.files):
        return before
    return Made(mark, put(up.roots, [File("docs", path, make())], before.files if before else ()))


def _extra_file(up: Upkeep, known: Mapping[str, Made], path: str, data: bytes) -> Made:
    return _remembered(up, known, path, sha256(data).hexdigest(), lambda: data)


class _Pieces:
    """Makes blocks of the search index: of what they were before where little changed, anew otherwise."""

    def __init__(self, up: Upkeep, blocks: Mapping[str, Block]) -> None:
        self.up, self.blocks = up, blocks
        self.years = {one.url: one for one in up.archive.years}

    def started(self, number: int) -> None:
        """The cache is opened when it is asked for."""

    def __call__(self, name: str) -> tuple[str, bytes]:
        block = self.blocks[name]
        before = self.up.cache.get(_SAID, block.key)
        old = self.up.cache.get(_PIECE, sha256(before).hexdigest()) if before else None
        changed = _changed(before or b"", block.said) if old else None
        if old is None or changed is None:
            return name, piece(self._whole(block, range(len(block.entries))))
        return name, amended(old, self._whole(block, near(changed, len(block.entries))), changed)

    def _whole(self, block: Block, numbers: Collection[int]) -> Block:
        """The block, with the report's text in place of the report's key in the entries of these numbers."""
        entries = (self._told(one) if at in numbers else one for at, one in enumerate(block.entries))
        return block._replace(entries=tuple(entries))

    def _told(self, entry: Entry) -> Entry:
        if not entry.is_stored:
            return entry
        lead, _, _ = entry.text.rpartition("\n")
        return entry._replace(text=f"{lead}\n{report_text(self.years[entry.url])}")


def _changed(before: bytes, now: bytes) -> set[int] | None:
    """The numbers of the entries that are others now (``Block.said``); None where a block is better made anew."""
    *about, old = json.loads(before)
    *same, new = json.loads(now)
    if about != same or len(old) != len(new):
        return None
    changed = {number for number, (one, other) in enumerate(zip(old, new, strict=True)) if one != other}
    return changed if len(changed) <= len(new) // _FEW else None


def _search(up: Upkeep, known: Mapping[str, Made], kept: Mapping[str, Made], jobs: int) -> Made:
    """The search index: blocks that did not change are taken from the cache, and no report is loaded for them."""
    docs = up.roots["docs"]
    # A page of site_config/pages may take the place of one of ours: it is there once.
    paths = sorted({file.path for made in kept.values() for file in made.files if _is_searched(file.path)})
    pages = [Page(path, (docs / path).read_bytes()) for path in paths]
    cut = {block.digest: block for block in blocks(entries(up.archive, pages, up.key_of))}
    mark = digest(list(cut), up.archive.registry.regions, _overall_names(up))
    before = known.get("+search")
    if before and before.mark == mark and in_place(up.plain, before.files):
        return before
    held = up.cache.keys(_PIECE)
    due = [name for name in cut if name not in held]
    fresh = dict(spread(up.cache, _Pieces(up, cut), due, jobs, 1, lambda *_: None))
    with up.cache.at_once():
        up.cache.put(_PIECE, fresh)
        up.cache.put(_SAID, {cut[name].key: cut[name].said for name in fresh})
        up.cache.forget(_PIECE, held - set(cut))
        up.cache.forget(_SAID, up.cache.keys(_SAID) - {block.key for block in cut.values()})
    pieces = (fresh[name] if name in fresh else _held_piece(up, name) for name in cut)
    files = (File("docs", page.path, page.data) for page in search_files(up.archive, pieces))
    return Made(mark, put(up.roots, files, before.files if before else ()))


def _held_piece(up: Upkeep, name: str) -> bytes:
    data = up.cache.get(_PIECE, name)
    if data is None:
        raise Damaged(name)
    return data


def _is_searched(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return path.endswith(".md") and (not folder or ("/" not in folder and name == "index.md"))


def _overall_names(up: Upkeep) -> list[str]:
    return [agency.region for agency in up.registry.agencies]
