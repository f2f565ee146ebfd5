"""Published data: JSON and CSV beside each page, whole-archive CSV files, schema and datapackage. Names are promises."""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from generator.archive import AgencyEntry
from generator.checks import CHECKS, VERDICTS, gravity
from generator.form import load_forms
from generator.report import LEVELS, Report
from generator.site.across import settlement
from generator.site.coverage import STATES, Coverage
from generator.site.encode import spreadsheet
from generator.site.model import KINDS, AgencyYear, Archive
from generator.site.unread import Unread
from generator.store import to_json


class Field(NamedTuple):
    """One CSV column: its name, what it holds in Chinese, and its Table Schema type."""

    name: str
    title: str
    type: str = "string"


class Resource(NamedTuple):
    """One CSV file of ``/data/``. Of large ones ``rows`` gives an agency's rows, which follow each other by its id."""

    name: str
    title: str
    fields: tuple[Field, ...]
    rows: "Callable[[Archive, Coverage, AgencyEntry], Iterable[Sequence[object]]] | None"


_WHO = (Field("agency_id", "机关代号"), Field("year", "报告年度", "integer"))
# Key figures of the wide table: names of our own, each one fact path.
KEY_FIGURES = {
    "normative_in_force": "documents/normative/in_force",
    "licence_decisions": "licensing/licence/decisions",
    "penalty_decisions": "enforcement/penalty/decisions",
    "coercion_decisions": "enforcement/coercion/decisions",
    "requests_new": "requests/new/total",
    "requests_carried_in": "requests/carried_in/total",
    "requests_closed": "requests/outcome.total/total",
    "requests_granted": "requests/outcome.granted/total",
    "requests_partial": "requests/outcome.partial/total",
    "requests_carried_out": "requests/carried_out/total",
    "review_cases": "disputes/cases/review.total",
    "litigation_direct_cases": "disputes/cases/litigation.direct.total",
    "litigation_after_review_cases": "disputes/cases/litigation.after_review.total",
}
_OCR = Field("ocr", "1：数字由扫描件识别，没有人核对过；其余为空", "integer")
_CELL_FIELDS = (
    *_WHO,
    Field("form", "格式"),
    Field("table", "表"),
    Field("row", "行"),
    Field("column", "列"),
    Field("value", "数值；空白和未读出为空", "number"),
    Field("raw", "原文所印"),
    Field("unit", "单位；格式没有规定的为空"),
    _OCR,
)


def report_json(one: AgencyYear) -> bytes:
    """``data.json``: the report as the store holds it."""
    return to_json(one.report).encode()


def report_csv(one: AgencyYear) -> bytes:
    """``data.csv``: the cells of one report, in the order of the form."""
    return _csv([[field.name for field in _CELL_FIELDS], *_cells(one)])


def archive_files(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """Yield every file of ``/data/`` with its name, each in memory as a whole."""
    coverage = Coverage(archive)
    agencies = sorted(archive.registry.agencies, key=lambda agency: agency.id)
    sizes: dict[str, tuple[int, str]] = {}
    for resource in resources():
        parts = (piece(resource, archive, coverage, agency) for agency in agencies) if resource.rows else ()
        data = small_file(archive, resource) or head_of(resource) + b"".join(parts)
        sizes[resource.name] = (len(data), hashlib.sha256(data).hexdigest())
        yield f"{resource.name}.csv", data
    yield from descriptions(archive, sizes)


def descriptions(archive: Archive, sizes: Mapping[str, tuple[int, str]]) -> Iterator[tuple[str, bytes]]:
    """Yield the files that describe the others, of which ``sizes`` has the bytes and the SHA-256 by name."""
    described = [_described(resource, *sizes[resource.name]) for resource in resources()]
    yield "report.schema.json", _json(Report.model_json_schema(mode="serialization"))
    yield "datapackage.json", _json(_datapackage(archive, described))


_SHARD_FIELDS = (
    Field("shard", "分站代号"),
    Field("name", "名称"),
    Field("address", "网址"),
    Field("agencies", "机关数", "integer"),
    Field("reports", "报告数", "integer"),
)


class ShardRow(NamedTuple):
    """One line of the portal's shards.csv."""

    shard: str
    name: str
    address: str
    agencies: int
    reports: int


def portal_files(archive: Archive, shards: Sequence[ShardRow]) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the portal's ``/data/``: the short lists of the whole archive, and where the long ones are."""
    listed = Resource("shards", "每个分站一行", _SHARD_FIELDS, None)
    files = {listed: head_of(listed) + _csv(shards)}
    files |= {one: small_file(archive, one) for one in resources() if one.rows is None}
    described = []
    for resource, data in files.items():
        described.append(_described(resource, len(data), hashlib.sha256(data).hexdigest()))
        yield f"{resource.name}.csv", data
    described += [_afar(one, shard) for shard in shards for one in resources() if one.rows is not None]
    yield "report.schema.json", _json(Report.model_json_schema(mode="serialization"))
    yield "datapackage.json", _json(_datapackage(archive, described))


def shard_files() -> list[str]:
    """The names of the files that the shards have and the portal has not."""
    return [f"{resource.name}.csv" for resource in resources() if resource.rows is not None]


def _afar(resource: Resource, shard: ShardRow) -> dict[str, Any]:
    """A file of a shard: described as there, but for its size and hash, which only that site can vouch for."""
    told = _described(resource, 0, "")
    del told["bytes"], told["hash"]
    name, title = f"{resource.name}-{shard.shard}", f"{resource.title}：{shard.name}"
    return told | {"name": name, "title": title, "path": f"{shard.address}data/{resource.name}.csv"}


def resources() -> list[Resource]:
    """The CSV files of ``/data/``."""
    figures = tuple(Field(name, path, "number") for name, path in KEY_FIGURES.items())
    return [
        Resource("reports", "每份报告一行", (*_WHO, *_REPORT_FIELDS, *figures, *_MORE_FIELDS), _report_rows),
        Resource("cells", "每个数字一行", _CELL_FIELDS, _cell_rows),
        Resource("findings", "每项核对一行", (*_WHO, *_FINDING_FIELDS), _finding_rows),
        Resource("agencies", "每个机关一行", _AGENCY_FIELDS, None),
        Resource("coverage", "每个机关每年一行", (*_WHO, *_COVERAGE_FIELDS), _coverage_rows),
        Resource("checks", "每条规则一行", _CHECK_FIELDS, None),
    ]  # fmt: skip


def head_of(resource: Resource) -> bytes:
    """The first line of a file."""
    return _csv([[field.name for field in resource.fields]])


def piece(resource: Resource, archive: Archive, coverage: Coverage, agency: AgencyEntry) -> bytes:
    """The lines of one agency in a large file. ``archive`` may be what is around the agency."""
    return _csv(resource.rows(archive, coverage, agency)) if resource.rows else b""


def small_file(archive: Archive, resource: Resource) -> bytes:
    """The whole of a file that is not put together from agencies' lines; empty for one that is."""
    if resource.name == "agencies":
        rows = [_agency_row(archive, agency_id) for agency_id in sorted(archive.by_agency)]
    elif resource.name == "checks":
        rows = [(c.id, c.name, c.severity, " ".join(c.forms), c.formula, c.basis) for c in CHECKS]
    else:
        return b""
    return head_of(resource) + _csv(rows)


_REPORT_FIELDS = (
    Field("agency", "机关名称"),
    Field("region", "行政区划代码"),
    Field("region_name", "行政区划名称"),
    Field("form", "格式"),
    Field("title", "标题"),
    Field("published", "公布日期", "date"),
    Field("verdict", "核对结论"),
    Field("passed", "成立的项数", "integer"),
    Field("failed", "不成立的项数", "integer"),
    Field("unknown", "无法核对的项数", "integer"),
    Field("source_url", "来源网址"),
    Field("source_sha256", "原文件 SHA-256"),
)
_MORE_FIELDS = (Field("warnings", "提示的项数", "integer"), Field("notes", "说明的项数", "integer"), _OCR)
_FINDING_FIELDS = tuple(
    Field(name, title)
    for name, title in (
        ("check", "规则"), ("status", "结果 pass fail unknown"), ("severity", "级别"), ("left", "等号左边的格"),
        ("right", "等号右边的格"), ("expected", "左边之和"), ("actual", "右边之和"), ("message", "说明"), ("id", "代号：报告页上的 #f-代号"), ("quote", "有关的原句"),
        ("suspect", "最可能有误的格"), ("review", "复核：confirmed dismissed void"),
        ("elsewhere", "其他年度报告里有关的格：年度:格 原文所印 位置，有更正的再加「更正为」某数，以 | 分开"),
        ("after_correction", "按更正后的数：pass fail unknown；与更正无关的为空"),
    )
)  # fmt: skip
_AGENCY_FIELDS = tuple(
    Field(name, title)
    for name, title in (
        ("agency_id", "机关代号"), ("name", "名称"), ("level", "层级"), ("kind", "类别"), ("region", "行政区划代码"),
        ("region_name", "行政区划名称"), ("parent", "上级机关代号"), ("aliases", "其他名称"), ("years", "已收录年度"),
    )
)  # fmt: skip
_COVERAGE_FIELDS = (
    Field("agency", "机关名称"),
    Field("region", "行政区划代码"),
    Field("region_name", "行政区划名称"),
    Field("state", "收录情况 held unpublished uncollected unreadable inapplicable"),
    Field("verdict", "核对结论；没有收录的为空"),
    Field("note", "说明"),
    Field("checked", "查看日期", "date"),
)
_CHECK_FIELDS = tuple(
    Field(name, title)
    for name, title in (
        ("check", "规则"), ("name", "名称"), ("severity", "级别"), ("forms", "适用格式"), ("formula", "算式"), ("basis", "依据"),
    )
)  # fmt: skip

def csv_words() -> list[tuple[list[str], str, Mapping[str, str]]]:
    """Columns, what they say, and their words as the pages say them: nobody can use words explained nowhere."""
    words: dict[str, tuple[str, Mapping[str, str]]] = {
        "verdict": ("核对结论", {verdict.key: verdict.label for verdict in VERDICTS.values()}),
        "state": ("收录情况", {state.key: state.label for state in STATES.values()}),
        "status after_correction": ("一项核对的结果", {"pass": "成立", "fail": "不成立", "unknown": "无法核对"}),
        "severity": ("不成立时算什么", {"error": "差错", "warning": "提示", "note": "说明"}),
        "review": ("人工复核", {"confirmed": "属实", "dismissed": "不算差错", "void": "数字后来变了，复核已失效"}),
        "level": ("层级", {str(key): label for key, label in LEVELS.items()}),
        "kind": ("类别", KINDS),
        "form": ("格式", {form.id: form.name for form in load_forms()}),
    }
    return [(columns.split(), what, known) for columns, (what, known) in words.items()]


Rows = Iterator[Sequence[object]]


def _report_rows(archive: Archive, _: Coverage, agency: AgencyEntry) -> Rows:
    """One row for each agency-year that has a page; of those that could not be read all but who and why is empty."""
    for one in archive.shown[agency.id]:
        yield _unread_row(archive, one) if isinstance(one, Unread) else _report_row(archive, one)


def _cell_rows(archive: Archive, _: Coverage, agency: AgencyEntry) -> Rows:
    return (row for one in archive.by_agency[agency.id] for row in _cells(one))


def _finding_rows(archive: Archive, _: Coverage, agency: AgencyEntry) -> Rows:
    return (row for one in archive.by_agency[agency.id] for row in _findings(one))


def _report_row(archive: Archive, one: AgencyYear) -> Sequence[object]:
    report = one.report
    counts = Counter(map(gravity, one.findings))
    return (
        one.agency.id, one.year, one.agency.name, one.agency.region, archive.registry.region_name(one.agency.region),
        report.form, report.title, report.published, one.verdict.key,
        *(counts[key] for key in ("pass", "error", "unknown")),
        report.source.url, report.source.sha256, *(report.value(path) for path in KEY_FIGURES.values()),
        counts["warning"], counts["note"], 1 if one.is_recognised else None,
    )  # fmt: skip


def _unread_row(archive: Archive, one: Unread) -> Sequence[object]:
    agency = one.agency
    known = {
        "agency_id": agency.id, "year": one.year, "agency": agency.name, "region": agency.region,
        "region_name": archive.registry.region_name(agency.region), "verdict": one.verdict.key,
        "source_url": one.source or None,
    }  # fmt: skip
    names = [*(field.name for field in (*_WHO, *_REPORT_FIELDS)), *KEY_FIGURES, *(field.name for field in _MORE_FIELDS)]
    return tuple(known.get(name) for name in names)


def _cells(one: AgencyYear) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = []
    for path, fact in (one.form.all_facts if one.form else {}).items():
        if cell := one.report.cells.get(path):
            unit = fact.table.unit_of(fact.column)
            where = (fact.table.key, fact.row.path, fact.column.path)
            rows.append((one.agency.id, one.year, one.report.form, *where, cell.value, cell.raw, unit, 1 if cell.ocr else None))
    return rows


def _findings(one: AgencyYear) -> Iterator[Sequence[object]]:
    for f in one.findings:
        yield (
            one.agency.id, one.year, f.check, f.status, f.severity, " ".join(f.left), " ".join(f.right),
            f.expected, f.actual, f.message, f.id, f.quote, f.suspect,
            ("void" if f.void else f.review.decision) if f.review else None,
            " | ".join(f"{cell.year}:{cell.path} {cell.raw} {cell.place}{cell.corrected_to(' ')}" for cell in f.elsewhere),
            after.status if (after := settlement(one, f)) else None,
        )  # fmt: skip


def _agency_row(archive: Archive, agency_id: str) -> Sequence[object]:
    agency = archive.registry.by_id[agency_id]
    years = " ".join(str(one.year) for one in archive.by_agency[agency_id])
    return (
        agency.id, agency.name, agency.level, agency.kind, agency.region, archive.registry.region_name(agency.region),
        agency.parent, " ".join(agency.aliases), years,
    )  # fmt: skip


def _coverage_rows(archive: Archive, coverage: Coverage, agency: AgencyEntry) -> Rows:
    where = (agency.name, agency.region, archive.registry.region_name(agency.region))
    for place in (coverage.place(agency, year) for year in coverage.years):
        verdict = place.one.verdict.key if place.one else "unreadable" if place.page else None
        yield (agency.id, place.year, *where, place.state.key, verdict, place.note, place.checked)


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if value is None else spreadsheet(value) for value in row])
    return out.getvalue().encode()


def _described(resource: Resource, size: int, mark: str) -> dict[str, Any]:
    return {
        "name": resource.name,
        "type": "table",
        "title": resource.title,
        "path": f"{resource.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": size,
        "hash": f"sha256:{mark}",
        "schema": {
            "fields": [{"name": field.name, "title": field.title, "type": field.type} for field in resource.fields],
            "missingValues": [""],
        },
    }


def _datapackage(archive: Archive, resources: list[dict[str, Any]]) -> dict[str, Any]:
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "nianbao",
        "title": archive.config.name,
        "description": archive.config.tagline,
        "resources": resources,
    }
    if archive.date:
        package["created"] = f"{archive.date}T00:00:00Z"
    return package


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
