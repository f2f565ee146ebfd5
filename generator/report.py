"""What a report says: cells with what was printed and where, texts, leftovers, notices. Its JSON is a promise."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

SCHEMA_VERSION: Literal[1] = 1

Severity = Literal["error", "warning", "note"]
Level = Literal["central", "province", "city", "county", "township"]
Kind = Literal["government", "office", "department", "street", "zone", "institution"]


class Model(BaseModel):
    """Frozen, strict, nothing unknown: what stands in the store is what the program knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _money(value: object) -> object:
    return Decimal(value) if isinstance(value, str) else value


# A count is a JSON integer; money is a decimal string, so that no binary float ever rounds it.
Value = Annotated[
    int | Decimal | None,
    BeforeValidator(_money),
    PlainSerializer(lambda value: str(value) if isinstance(value, Decimal) else value, return_type=int | str | None),
]


class Cell(Model):
    """One figure. ``value`` None is blank or unreadable, never 0; ``raw`` is what was printed; ``place`` where.

    ``ocr`` says that it was read off a picture and that nobody has compared it yet; the JSON has it only where so.
    """

    value: Value
    raw: str
    place: str
    ocr: bool = Field(default=False, exclude_if=lambda ocr: not ocr)


class Leftover(Model):
    """Text read inside a recognised table and not understood."""

    text: str
    place: str


class Notice(Model):
    """What the reader wants known about the reading. ``fact`` is a fact path, or table/row for a whole row."""

    code: str
    fact: str | None = None
    message: str
    place: str = ""


class Agency(Model):
    """Who reports: ``id`` from the registry (None outside an archive), ``name`` as registered or as printed."""

    id: str | None
    name: str | None


class Region(Model):
    """Where the agency is: division ``code`` of six digits (None for the whole country), its full ``name``.

    ``basis`` is what told: registry, site (its SiteIDCode), name (a place in the agency's name), township (a name
    that no other township of the country has).
    """

    code: str | None
    name: str
    level: Level
    basis: str


class Source(Model):
    """The file a report was read from, and where that came from."""

    path: str
    format: str
    sha256: str
    url: str | None = None
    retrieved: str | None = None
    excerpt: bool = False
    note: str = ""


LEVELS: dict[Level, str] = {
    "central": "中央",
    "province": "省级",
    "city": "市级",
    "county": "县级",
    "township": "乡级",
}
# What told who, when and where; and what people are told of it.
BASES = {
    "title": "标题",
    "period": "统计期限",
    "text": "总体情况里提到的唯一年度",
    "signature": "落款",
    "line": "标题旁的日期",
    "stamp": "网页上的发布日期",
    "meta": "网页元数据或 Word 的页眉",
    "file": "文件名",
    "place": "档案里的位置",
    "sidecar": "旁注",
    "registry": "登记表",
    "site": "网站标识码",
    "name": "机关名称",
    "township": "全国唯一的乡镇名",
}


class Basis(Model):
    """What the agency, the year and the date of publication were taken from.

    The words are keys of ``BASES``; None where nothing told.
    """

    agency: str | None
    year: str | None
    published: str | None = None


Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Correction(Model):
    """A figure that an office says should be another. ``printed`` (``from`` in the sidecar) is what the file prints.

    ``to`` None: the cell should be blank. It is laid over the figure for all to see, and never takes its place.
    """

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    cell: str
    printed: str = Field(alias="from")
    to: str | None
    reason: Sentence
    evidence: Sentence
    date: str


class Review(Model):
    """A person's word on a finding: it is so, or it is no error. ``office`` says who, ``seen`` on which figures."""

    finding: str
    decision: Literal["confirmed", "dismissed"]
    reason: Sentence
    office: Sentence
    date: str
    seen: str


class Report(Model):
    """One agency-year, as printed. The store holds exactly this; judgements are recomputed.

    ``texts`` are the running text by section, and under ``preamble`` what stands before the first heading and says how
    the report was made and for which period.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    agency: Agency
    year: int | None
    form: str | None
    title: str | None
    published: str | None
    source: Source
    basis: Basis
    region: Region | None = None
    cells: dict[str, Cell]
    texts: dict[str, str]
    leftovers: list[Leftover] = Field(default_factory=list)
    notices: list[Notice] = Field(default_factory=list)
    corrections: list[Correction] = Field(default_factory=list, exclude_if=lambda found: not found)
    reviews: list[Review] = Field(default_factory=list, exclude_if=lambda found: not found)

    def value(self, path: str) -> int | Decimal | None:
        """The figure at a fact path; None where it is blank, unreadable or not in the file."""
        cell = self.cells.get(path)
        return cell.value if cell else None

    def sure(self, path: str) -> int | Decimal | None:
        """The figure at a path where others may be compared with it: None too if recognised and compared by nobody."""
        cell = self.cells.get(path)
        return None if cell is None or cell.ocr else cell.value


class Elsewhere(Model):
    """A cell of another year's report of the same body that a finding rests on: what is printed there, and where.

    ``correction`` is what that year's sidecar says of the cell, where it fits what is printed.
    """

    year: int
    path: str
    raw: str
    place: str
    correction: Correction | None = Field(default=None, exclude_if=lambda found: found is None)

    def corrected_to(self, lead: str) -> str:
        """What the cell was corrected to, in words after ``lead``; empty where it was not."""
        return f"{lead}更正为「{self.correction.to or '空白'}」" if self.correction else ""


class Finding(Model):
    """What we make of it. ``left`` and ``right`` are the fact paths summed on either side of the sign.

    A path of another year's report has that year in front (2022:requests/carried_out/total). ``unknown`` is not
    ``fail``: some cell that matters is blank or missing, and filled in it could fit. ``quote`` is the sentence that the
    finding is about; ``other`` the passage that it repeats, ``source`` the agency-year that this one is from.
    ``suspect`` is the one cell where the failing sums cross. ``review`` is what a person said of it; ``void`` that the
    figures are no longer those that the reviewer saw, which ``seen`` stands for. ``elsewhere`` are the cells of other
    years' reports that a failing finding names in ``left`` and ``right``.
    """

    check: str
    status: Literal["pass", "fail", "unknown"]
    severity: Severity
    agency: str | None
    year: int | None
    left: list[str]
    right: list[str]
    expected: str | None
    actual: str | None
    message: str
    where: str = ""
    blanks: int = 0
    quote: str = ""
    other: str = ""
    source: str = ""
    suspect: str | None = None
    seen: str = ""
    review: Review | None = None
    void: bool = False
    elsewhere: list[Elsewhere] = Field(default_factory=list, exclude_if=lambda found: not found)

    @property
    def is_error(self) -> bool:
        """Whether a relation that knows no exception does not hold, and nobody has said that it is no error."""
        return self.status == "fail" and self.severity == "error" and not self.is_dismissed

    @property
    def is_dismissed(self) -> bool:
        """Whether a person who saw these very figures said that this is no error."""
        return self.review is not None and self.review.decision == "dismissed" and not self.void

    @property
    def table(self) -> str:
        """The key of the table that the finding is about; empty where it is about none."""
        own = (path for path in (*self.left, *self.right) if ":" not in path)
        return next(own, "").partition("/")[0]

    @property
    def id(self) -> str:
        """Stable name of the finding inside its report, fit for an anchor."""
        return f"{self.check}-{self.where}".replace("/", "-").replace(".", "-").replace("_", "-").strip("-")
