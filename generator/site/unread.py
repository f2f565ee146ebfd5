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


_OUR_SLIP, _WE_MEND = "旁注有误，待改正", "旁注是本站写的，与机关无关；本站改正以后，这份报告照常收录"
_ELSE = "请换一份文件，或者报告给本站"


def _is_sidecar(refusal: Refusal) -> bool:
    return PurePosixPath(refusal.where).suffix.lower() in (".yml", ".yaml")


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
        return "；".join(dict.fromkeys(what for _, what, _ in self.reasons))

    @property
    def reasons(self) -> list[tuple[str, str, str]]:
        """Of each file: where it is, what is wrong, what is to be done, in words for readers of the site.

        A slip in a sidecar is the archive's own. Which line and sign it is, the terminal tells the maintainer.
        """
        return [
            (one.where, *((_OUR_SLIP, _WE_MEND) if _is_sidecar(one) else (one.what, one.hint or _ELSE)))
            for one in self.refusals
        ]


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
