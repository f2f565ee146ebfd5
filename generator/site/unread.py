"""Agency-years whose file is in the archive and could not be read: each has a page that says why, and no number.

The record that an earlier run stored of the same agency-year is not shown: it may be of another file, and a number that
the file at hand does not give never stands on the site.
"""

from collections.abc import Collection, Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from generator.archive import AgencyEntry, Registry
from generator.checks import VERDICTS, Verdict
from generator.errors import Refusal

# Refusals of what is no report of an agency-year: a stray or misnamed file, or a sidecar without its report.
_NO_REPORT = frozenset({"agency-missing", "unsafe-name", "year-range"})


class Unread(NamedTuple):
    """One agency-year without figures: ``refusals`` say of each file what is wrong with it and what to do next."""

    agency: AgencyEntry
    year: int
    refusals: tuple[Refusal, ...]

    @property
    def url(self) -> str:
        return f"a/{self.agency.id}/{self.year}/"

    @property
    def name(self) -> str:
        return f"{self.agency.name} {self.year} 年"

    @property
    def verdict(self) -> Verdict:
        return VERDICTS["unreadable"]

    @property
    def source(self) -> str:
        """The address that the sidecar gives; empty where it gives none."""
        return next((refusal.source for refusal in self.refusals if refusal.source), "")

    @property
    def why(self) -> str:
        return "；".join(dict.fromkeys(refusal.what for refusal in self.refusals))


def unread_years(refused: Iterable[Refusal], registry: Registry, held: Collection[tuple[str, int]]) -> list[Unread]:
    """The agency-years that ``refused`` speak of, by agency and year; those that are ``held`` all the same left out."""
    found: dict[tuple[str, int], list[Refusal]] = {}
    for refusal in refused:
        parts = PurePosixPath(refusal.where).parts
        if len(parts) != 3 or parts[0] != "reports" or refusal.code in _NO_REPORT or parts[1] not in registry.by_id:
            continue
        year = PurePosixPath(parts[2]).stem
        if year.isdecimal() and (parts[1], int(year)) not in held:
            found.setdefault((parts[1], int(year)), []).append(refusal)
    return [Unread(registry.by_id[agency], year, tuple(why)) for (agency, year), why in sorted(found.items())]
