"""What a finding names outside its own report's tables: cells of other years, and the corrections that bear on it."""

from generator.report import Finding
from generator.site.judged import Cited, Listed, Settlement
from generator.site.model import AgencyYear, Archive
from generator.site.tables import cell_marks


def cited(archive: Archive, one: AgencyYear, finding: Finding) -> list[Cited]:
    """The cells of other years' reports that ``finding`` rests on, each with the way to it."""
    if isinstance(finding, Listed):
        return finding.cited
    found = []
    for cell in finding.elsewhere:
        other = next(year for year in archive.by_agency[one.agency.id] if year.year == cell.year)
        table, _, place = cell_marks(other, [cell.path]).partition(" ")
        # The anchor is the table, for readers without scripts; the page's script frames the cell that the query names.
        url = f"{other.url}?cell={table}-{place.replace('c', '-')}#t-{table}" if place else other.url
        fact = other.form.all_facts[cell.path] if other.form else None
        label = fact.label.partition(" › ")[2] or fact.label if fact else cell.path
        found.append(Cited(cell.year, url, label, cell.raw.strip() or "空白", cell.place, cell.correction))
    return found


def settlement(one: AgencyYear, finding: Finding) -> Settlement | None:
    """How the corrections of this report and of other years' bear on ``finding``; None where they leave it as it is."""
    if isinstance(finding, Listed):
        return finding.settlement
    settled = one.judged.settled
    if settled is None or finding.status != "fail":
        return None
    applied = one.judged.applied
    own = [correction for correction in applied if correction.cell in (*finding.left, *finding.right)]
    others = [cell.correction for cell in finding.elsewhere if cell.correction]
    after = next((other for other in settled if other.id == finding.id), None)
    emptied = any(correction.to is None for correction in (*own, *others))
    status = after.status if after else "unknown" if emptied else "pass"
    if status == "fail" and not own and not others:
        return None
    return Settlement(status, own if own or others else applied)
