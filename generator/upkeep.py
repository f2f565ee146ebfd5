"""Store and docs folder kept up to date: what a change touches is judged and written again, all else is left alone.

An agency is the unit: its reports, their judgements, its pages. For each the cache has a row that tells what they were
made from (``Row``); an agency is made again when any of that is another now, when a text that it shares was changed
(``texts``), or when a file is not as it was left (``site.files``). The pages on the whole archive are made from briefs.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from generator.archive import AgencyEntry, Registry
from generator.beside import Beside
from generator.cache import Cache
from generator.checks import Limits
from generator.checks.outliers import Group
from generator.config import SiteConfig
from generator.errors import Refusal
from generator.judging import Compared, Gist, Judging, copied_mark, gists, judge_peers, medians_of, text_of
from generator.report import Agency, Report
from generator.site.build import Unit, agency_units
from generator.site.coverage import Coverage
from generator.site.exports import piece, resources
from generator.site.files import File, Record, Roots, confirmed, in_place, own_folder, put
from generator.site.judged import Brief
from generator.site.listing import digest
from generator.site.model import AgencyYear, Archive, body_of
from generator.site.splice import Span
from generator.store import to_json
from generator.texts import Key, Stand, Text, done, pending, sync
from generator.workers import spread

Progress = Callable[[int, int], None]
_ROW, _MEDIANS, _PAGE = "agency", "medians", "page"
_MANY = 200  # agencies to be judged above which the index of texts is loaded as a whole
_CHUNK = 8


class Year(NamedTuple):
    """One report of a row: its key, brief and watched figures (see ``judging.Gist``), and whether it has a text.

    ``typical`` is a digest of the medians of its peers and the limits, ``peers`` of what came of comparing it with
    them, ``copied`` of what came of comparing its text with others.
    """

    year: int
    key: str
    brief: list[Any]
    figures: list[str | None]
    ocr: bool
    text: bool
    typical: str
    peers: str
    copied: str


class Row(NamedTuple):
    """What an agency's pages were made from and where they are; ``pieces`` are the lengths of its lines in the exports.

    ``judged`` is a digest of its reports with their judgements, ``named`` are other agencies named on its pages.
    """

    mark: str
    judged: str
    years: list[Year]
    named: list[str]
    files: list[Record]
    pieces: dict[str, int]
    lines: dict[str, str]


def row_of(data: bytes) -> Row:
    """The row that a cache entry holds."""
    mark, judged, years, named, files, pieces, lines = json.loads(data)
    return Row(mark, judged, [Year(*one) for one in years], named, [Record(*one) for one in files], pieces, lines)


def _packed(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode()


class Result(NamedTuple):
    """What a worker hands back of one agency: its row, and where its lines lie if they were made anew."""

    agency: str
    row: bytes
    spans: dict[str, Span]


class Upkeep:
    """One run: what there is now, beside what the cache tells of the last one."""

    def __init__(
        self,
        cache: Cache,
        roots: Roots,
        config: SiteConfig,
        registry: Registry,
        limits: Limits,
        keys: Mapping[Key, str],
        refused: Sequence[Refusal],
        stored: Iterable[Key],
    ) -> None:
        self.cache, self.roots, self.registry, self.limits, self.keys = cache, roots, registry, limits, keys
        self.plain = {name: str(path) for name, path in roots.items()}
        self.moved: set[str] = set()  # agencies whose files were copied
        self.rows = {agency: row_of(data) for agency, data in cache.all(_ROW)}
        self.years: dict[str, list[int]] = {agency.id: [] for agency in registry.agencies}
        for agency, year in sorted(keys):
            self.years[agency].append(year)
        self.stored: dict[str, list[int]] = {}
        for agency, year in sorted(set(stored) - set(keys)):
            self.stored.setdefault(agency, []).append(year)
        self.old = {(agency, one.year): one for agency, row in self.rows.items() for one in row.years}
        self.same = {key for key, mark in keys.items() if key in self.old and self.old[key].key == mark}
        self.entries = {agency.id: agency.model_dump_json() for agency in registry.agencies}
        self.bodies = {agency.id: body_of(agency, registry) for agency in registry.agencies}
        fresh = [key for key in keys if key not in self.same]
        self._gists: dict[Key, Gist] = {key: gist.slim for key, gist in gists(cache, registry, keys, fresh)}
        self.archive = self._archive(config, refused)

    # --- What reports are compared by

    def compared(self, key: Key) -> Compared:
        """A report as its peers see it."""
        agency = Agency.model_construct(id=key[0], name=None)
        if key in self.same:
            old = self.old[key]
            return Compared(agency, key[1], Brief(*old.brief).form, old.figures, old.ocr)
        gist = self._gists[key]
        return Compared(agency, key[1], gist.form, gist.figures, gist.ocr)

    @cached_property
    def peers(self) -> dict[tuple[str, str, int], list[Key]]:
        """The reports of each group of peers: level, kind and year."""
        groups: dict[tuple[str, str, int], list[Key]] = {}
        for key in self.keys:
            entry = self.registry.by_id[key[0]]
            groups.setdefault((entry.level, entry.kind, key[1]), []).append(key)
        return groups

    @cached_property
    def medians(self) -> dict[tuple[str, str, int], tuple[str, dict[Any, Any]]]:
        """The medians of each group, worked out again only where a report is another; with a digest of them and of the
        limits, for on both hangs what comes of comparing a report with them.
        """
        known = {name: json.loads(data) for name, data in self.cache.all(_MEDIANS)}
        found: dict[tuple[str, str, int], tuple[str, dict[Any, Any]]] = {}
        kept: dict[str, bytes] = {}
        for group, keys in self.peers.items():
            name = "/".join(map(str, group))
            seen = digest(self.limits.peer_count, [(key[0], self.keys[key]) for key in keys])
            if name in known and known[name][0] == seen:
                values = {Group(*group, path): Decimal(value) for path, value in known[name][1].items()}
            else:
                values = medians_of(map(self.compared, keys), self.bodies, self.limits)
            texts = {where.path: str(value) for where, value in values.items()}
            kept[name] = json.dumps([seen, texts]).encode()
            found[group] = (digest(group, texts, self.limits.model_dump(mode="json")), values)
        self.cache.forget(_MEDIANS, set(known) - set(kept))
        self.cache.put(_MEDIANS, kept)
        return found

    def group(self, key: Key) -> tuple[str, str, int]:
        """The group of peers that a report is in."""
        entry = self.registry.by_id[key[0]]
        return entry.level, entry.kind, key[1]

    def against_peers(self, key: Key) -> str:
        """A digest of what comes of comparing a report with its peers."""
        typical, values = self.medians[self.group(key)]
        old = self.old.get(key)
        if key in self.same and old is not None and old.typical == typical:
            return old.peers
        return judge_peers(self.compared(key), self.bodies[key[0]], self.limits, values)

    def sync_texts(self, stand: Callable[[], Stand]) -> None:
        """Tell the index of running texts what there is now; ``stand`` is how its tables stand."""
        texts: dict[Key, Text] = {}
        for key, mark in self.keys.items():
            has = self.old[key].text if key in self.same else self._gists[key].has_text
            if has:
                texts[key] = text_of(mark, partial(self._gist, key))
        sync(self.cache, texts, self.limits, lambda agency: self._citing.get(agency, ()), stand)

    @cached_property
    def _citing(self) -> dict[str, list[Key]]:
        """Agency → the reports of those on whose pages it is named."""
        citing: dict[str, list[Key]] = {}
        for agency, row in self.rows.items():
            for name in row.named:
                citing.setdefault(name, []).extend((agency, one.year) for one in row.years)
        return citing

    def _gist(self, key: Key) -> Gist:
        """The whole gist, fetched when it is asked for."""
        return dict(gists(self.cache, self.registry, self.keys, [key]))[key]

    # --- What is to be made again

    def due(self, astray: Callable[[], Collection[str]]) -> list[str]:
        """The agencies whose judgements or pages may be others now; ``astray`` are those with a file not in place."""
        touched = pending(self.cache)
        marks = {unit.key.removeprefix("a/"): unit for unit in self.agency_units}
        same = [agency for agency in self.years if self._stands(agency, marks[agency], touched)]
        lost = set(astray())
        untouched = {agency for agency in same if agency not in lost or self._confirmed(agency)}
        return [agency for agency in self.years if agency not in untouched]

    def _stands(self, agency: str, unit: Unit, touched: set[Key]) -> bool:
        row = self.rows.get(agency)
        return (
            row is not None
            and [(one.year, one.key) for one in row.years] == [(y, self.keys[agency, y]) for y in self.years[agency]]
            and row.mark == self.mark(unit, agency, row.named)
            and all(one.peers == self.against_peers((agency, one.year)) for one in row.years)
            and not any(self._copies(agency, one) for one in row.years if (agency, one.year) in touched)
        )

    def _copies(self, agency: str, one: Year) -> bool:
        """Whether other findings on copying come of a report now."""
        return self.judging.copied((agency, one.year)) != one.copied

    def astray(self) -> list[str]:
        """The agencies of the last build of whose files one is not as it was left."""
        return [agency for agency, row in self.rows.items() if not in_place(self.plain, row.files)]

    def _confirmed(self, agency: str) -> bool:
        """Whether an agency's files hold what they held: those that were only copied have another record now."""
        row = self.rows[agency]
        files = confirmed(self.roots, row.files)
        if files is not None:
            self.rows[agency] = row._replace(files=files)
            self.moved.add(agency)
        return files is not None

    def mark(self, unit: Unit, agency: str, named: Iterable[str]) -> str:
        """What an agency's pages depend on besides its judged reports."""
        others = [self.entries.get(name) for name in named]
        return digest(unit.mark(), others, self.stored.get(agency))

    @cached_property
    def agency_units(self) -> list[Unit]:
        """The units of pages of the agencies."""
        return list(agency_units(self.archive))

    # --- The archive, and the making

    def _archive(self, config: SiteConfig, refused: Sequence[Refusal]) -> Archive:
        years = [
            AgencyYear(
                self.registry.by_id[key[0]],
                key[1],
                partial(self._judged, key),
                self._brief(key),
                partial(self._report, key),
            )
            for key in self.keys
        ]
        return Archive.of_years(config, self.registry, years, refused, self.limits)

    def _brief(self, key: Key) -> Brief | None:
        return Brief(*self.old[key].brief) if key in self.same else None

    def _judged(self, key: Key) -> Any:
        return self.judging.judged(key)

    def key_of(self, one: AgencyYear) -> str:
        """Stands for all that a report says."""
        return self.keys[one.agency.id, one.year]

    def _report(self, key: Key) -> Report:
        return self.judging.report_of(key)

    @cached_property
    def judging(self) -> Judging:
        """Whoever fetches reports and judges them."""
        values = {where: value for _, group in self.medians.values() for where, value in group.items()}
        return Judging(self.cache, self.registry, self.limits, self.keys, values, self.whole)

    whole = False

    def run(self, jobs: int, spool: Path, progress: Progress, stand: Callable[[], Stand]) -> dict[str, Result]:
        """Judge and write what is due, and say what came of it; afterwards the archive's briefs are those of now.

        ``stand`` is how the tables of running texts stand (``texts.stand_of``).
        """
        with Beside(self.astray, jobs) as looked:
            self.sync_texts(stand)
            due = self.due(looked.result)
        for agency in due:
            for one in self.archive.by_agency[agency]:
                one.forget()
        self.whole = len(due) > _MANY
        judging = self.judging  # what all processes share is worked out before there are several
        if self.whole:
            _ = judging.index
        results: dict[str, Result] = {}
        maker = Maker(self, spool)
        for result in spread(self.cache, maker, due, jobs, _CHUNK, progress):
            results[result.agency] = result
            self.rows[result.agency] = row_of(result.row)
        self.rows = {agency: row for agency, row in self.rows.items() if agency in self.years}
        for agency in due:
            for one, year in zip(self.archive.by_agency[agency], self.rows[agency].years, strict=True):
                one.brief = Brief(*year.brief)
        return results

    def sums(self) -> dict[str, str]:
        """Path of every record in the store → SHA-256 of what was written there."""
        records = (record for row in self.rows.values() for record in row.files if record.root == "store")
        return {record.path: record.mark for record in records if record.mark}

    def keep(self, results: Mapping[str, Result]) -> None:
        """Remember what was done. Called last: what was not remembered is done again."""
        moved = {agency: _packed(self.rows[agency]) for agency in self.moved if agency in self.rows}
        self.cache.put(_ROW, moved | {agency: result.row for agency, result in results.items()})
        self.cache.forget(_ROW, self.cache.keys(_ROW) - set(self.rows))
        self.cache.forget("gist", self.cache.keys("gist") - set(self.keys.values()))
        done(self.cache)


class Maker:
    """Makes one agency after the other; in each process there is one."""

    def __init__(self, upkeep: Upkeep, spool: Path) -> None:
        self.upkeep, self.spool = upkeep, spool
        self.units = {unit.key.removeprefix("a/"): unit for unit in upkeep.agency_units}
        self.coverage = Coverage(upkeep.archive)

    def started(self, number: int) -> None:
        """Begin in a process of its own."""
        self.spool = self.spool / str(number)

    def __call__(self, name: str) -> Result:
        agency = name
        up, unit = self.upkeep, self.units[agency]
        ones = up.archive.by_agency[agency]
        named = sorted({name for one in ones for f in one.findings if (name := f.source.partition("/")[0])} - {agency})
        mark, judged = up.mark(unit, agency, named), _judged_mark(ones)
        old = up.rows.get(agency)
        spans: dict[str, Span] = {}
        if old and old.mark == mark and old.judged == judged and in_place(up.plain, old.files):
            files, pieces, lines = old.files, old.pieces, old.lines
        else:
            files = self._write(agency, unit, ones, old)
            spans, lines = self.lines(agency)
            pieces = {name: span.length for name, span in spans.items()}
            if old and lines == old.lines:
                spans = {}
        years = [self._year((agency, one.year), one) for one in ones]
        for one in ones:
            one.forget()  # the row has it
        row = Row(mark, judged, years, named, files, pieces, lines)
        return Result(agency, _packed(row), spans)

    def _write(self, agency: str, unit: Unit, ones: Sequence[AgencyYear], old: Row | None) -> list[Record]:
        up = self.upkeep
        pages = (File("docs", page.path, page.data) for page in unit.make())
        reports = (File("store", f"{agency}/{one.year}.json", to_json(one.report).encode()) for one in ones)
        before = old.files if old else []
        kept = {f"{year}.json" for year in up.stored.get(agency, ())}
        before = [record for record in before if not (record.root == "store" and record.name in kept)]
        files = put(up.roots, [*pages, *reports], before)
        return [*files, *_folders(up.roots, agency, files, kept)]

    def lines(self, agency: str) -> tuple[dict[str, Span], dict[str, str]]:
        """Spool the agency's lines of the large exports; where they lie, and their digests."""
        around = self.upkeep.archive.around(agency)
        entry: AgencyEntry = self.upkeep.registry.by_id[agency]
        spans: dict[str, Span] = {}
        marks: dict[str, str] = {}
        self.spool.mkdir(parents=True, exist_ok=True)
        for resource in resources():
            if resource.rows:
                data = piece(resource, around, self.coverage, entry)
                with (self.spool / resource.name).open("ab") as file:
                    spans[resource.name] = Span(file.name, file.tell(), len(data))
                    file.write(data)
                marks[resource.name] = sha256(data).hexdigest()[:32]
        return spans, marks

    def _year(self, key: Key, one: AgencyYear) -> Year:
        up = self.upkeep
        own = up.compared(key)
        text = up.old[key].text if key in up.same else up._gists[key].has_text
        typical = up.medians[up.group(key)][0]
        peers, copied = up.against_peers(key), copied_mark(one.findings)
        return Year(key[1], up.keys[key], list(one.brief), own.figures, own.ocr, text, typical, peers, copied)


def _judged_mark(ones: Sequence[AgencyYear]) -> str:
    """A digest of the reports of an agency with all that we make of them."""
    digested = sha256()
    for one in ones:
        judged = one.judged
        parts = [judged.report.model_dump_json(), *(f.model_dump_json() for f in judged.findings)]
        if judged.corrected:
            parts += [
                judged.corrected.report.model_dump_json(),
                *(f.model_dump_json() for f in judged.corrected.findings),
            ]
        parts += [finding.model_dump_json() for finding in judged.settled or ()]
        parts += [notice.model_dump_json() for notice in judged.notices]
        digested.update("\n".join(parts).encode())
    return digested.hexdigest()[:32]


def _folders(roots: Roots, agency: str, files: Sequence[Record], kept: set[str]) -> Iterator[Record]:
    """See that the agency's own folders hold what was made and nothing else."""
    names: dict[tuple[str, str], set[str]] = {("docs", f"a/{agency}"): set(), ("store", agency): set(kept)}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        names.setdefault((file.root, folder), set()).add(name)
        if folder.count("/") == 2:  # a/<agency>/<year>
            names[file.root, folder.rpartition("/")[0]].add(folder.rpartition("/")[2])
    for (root, folder), inside in sorted(names.items(), reverse=True):  # the deepest first
        if record := own_folder(roots, root, folder, inside):
            yield record
