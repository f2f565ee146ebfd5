"""What a finding names outside its own report's tables: cells of other years, and the corrections that bear on it."""

from typing import NamedTuple

from generator.report import Correction, Finding
from generator.site.model import AgencyYear, Archive
from generator.site.tables import cell_marks


class Cited(NamedTuple):
    """A cell of another year's report: ``url`` is its page at that cell, ``printed`` what stands there, ``place`` where
    in that year's file."""

    year: int
    url: str
    label: str
    printed: str
    place: str


def cited(archive: Archive, one: AgencyYear, finding: Finding) -> list[Cited]:
    """The cells of other years' reports that ``finding`` rests on, each with the way to it."""
    found = []
    for cell in finding.elsewhere:
        other = next(year for year in archive.by_agency[one.agency.id] if year.year == cell.year)
        table, _, place = cell_marks(other, [cell.path]).partition(" ")
        # The anchor is the table, for readers without scripts; the page's script frames the cell that the query names.
        url = f"{other.url}?cell={table}-{place.replace('c', '-')}#t-{table}" if place else other.url
        fact = other.form.all_facts[cell.path] if other.form else None
        label = fact.label.partition(" › ")[2] or fact.label if fact else cell.path
        found.append(Cited(cell.year, url, label, cell.raw.strip() or "空白", cell.place))
    return found


class Settlement(NamedTuple):
    """What becomes of a failing finding with the corrections applied: ``status`` is that of the corrected figures."""

    status: str
    corrections: list[Correction]


def settlement(one: AgencyYear, finding: Finding) -> Settlement | None:
    """How the corrections of the report bear on ``finding``; None where they leave it as it is."""
    if one.corrected is None or finding.status != "fail":
        return None
    after = next((other for other in one.corrected.findings if other.id == finding.id), None)
    own = [correction for correction in one.applied if correction.cell in (*finding.left, *finding.right)]
    status = after.status if after else "pass"
    if status == "fail" and not own:
        return None
    return Settlement(status, own or one.applied)
