"""The archive's own files: the registry of agencies, and which report file stands for which agency-year."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache, partial
from math import isfinite
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, NamedTuple

import yaml
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from generator.division import MUNICIPALITIES, division_name
from generator.errors import ConfigError, Refusal
from generator.identity import FIRST_YEAR
from generator.normalize import squeeze
from generator.report import Correction, Kind, Level, Model, Notice, Region, Review
from generator.today import is_future, today
from generator.yamldoor import REGISTRY, load_nodes
from generator.yamlfault import Unfit, line_of
from generator.yamlfile import Fault, Faults, Told, like, load_entries, load_yaml

ID_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
Id = Annotated[
    str,
    StringConstraints(max_length=64),
    like(ID_PATTERN, "小写字母和数字，中间可以用连字符，如 shili-qingshan-zhen"),
]
Code = Annotated[str, like("[0-9]{6}", '六位数字的区划代码，加引号，如 "990101"')]
# Names are printed on pages and in the menu: letters, Han, digits and the marks that real names hold, nothing else.
Name = Annotated[
    str,
    like(r"[\u3400-\u9fff〇A-Za-z0-9（）()·、《》—-]{2,80}", "名称：2 至 80 个汉字、字母或数字，没有空格和其他符号"),
]

_TOLD = 50  # faults of one sidecar that a report is told of one by one

_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    "index",
    "404",
    *(f"com{n}" for n in range(10)),
    *(f"lpt{n}" for n in range(10)),
}


def _iso_date(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"写的是「{text[:40]}」，不是日期，应写作 2023-01-29") from error
    if is_future(day):
        raise ValueError(f"写的是 {day}，这一天还没有到")
    return day.isoformat()


IsoDate = Annotated[str, AfterValidator(_iso_date)]
WebAddress = Annotated[str, like(r"https?://[^\s\"'<>\\]{3,500}", "网址，以 http:// 或 https:// 开头，没有空格和引号")]


Absence = Literal["unpublished", "uncollected", "unreadable", "inapplicable"]


def _past_year(year: int) -> int:
    if year > today().year:
        raise ValueError(f"写的是 {year}，这一年度还没有到，应当不晚于 {today().year}")
    return year


ReportYear = Annotated[int, Field(ge=FIRST_YEAR), AfterValidator(_past_year)]


class Missing(Model):
    """Why the archive has no report of ``year``, as far as a person could find out, and on which day (``checked``).

    That a body published nothing is a grave thing to say: only with what was looked at, and when.
    """

    year: ReportYear
    reason: Absence
    note: Annotated[str, StringConstraints(max_length=300)] = ""
    checked: IsoDate | None = None

    @model_validator(mode="after")
    def _founded(self) -> "Missing":
        if self.reason == "unpublished" and not (self.note.strip() and self.checked):
            what = f"说 {self.year} 年度「未发布」（unpublished），要写明在哪里查过（note）和查的日期（checked）"
            raise Fault(what, "", ("reason",))
        return self


class AgencyEntry(Model):
    """One body. ``region`` is the smallest division with a code that contains it; ``parent`` another body's id.

    ``since`` and ``until`` are the first and the last year for which it had a report to make.
    """

    id: Id
    name: Name
    level: Level
    kind: Kind = "government"
    region: Code
    parent: Id | None = None
    aliases: list[Name] = []
    since: Annotated[int, Field(ge=1900, le=2100)] | None = None
    until: Annotated[int, Field(ge=1900, le=2100)] | None = None
    missing: list[Missing] = []

    def exists(self, year: int) -> bool:
        """Whether the body had a report to make for ``year``."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)

    def denies(self, year: int) -> Fault | None:
        """What the life of the body says against there being a report of ``year``; None where it says nothing."""
        if not self.exists(year):
            key = "since" if self.since is not None and year < self.since else "until"
            what = f"机关「{self.id}」有 {year} 年度的报告，与 {key}: {getattr(self, key)} 矛盾，请改正其中之一"
            return Fault(what, "", (key,))
        return None

    @model_validator(mode="after")
    def _possible(self) -> "AgencyEntry":
        if faults := list(self._impossible()):
            raise Faults(faults)
        return self

    def _impossible(self) -> Iterator[Fault]:
        if self.since is not None and self.until is not None and self.since > self.until:
            yield Fault(f"机关「{self.id}」的 since（{self.since}）晚于 until（{self.until}）", "", ("until",))
            return
        seen: set[int] = set()
        for place, one in enumerate(self.missing):
            what = f"机关「{self.id}」的 missing 里 {one.year} 年"
            if one.year in seen:
                yield Fault(f"{what}写了两次，请只留一个", "", ("missing", place, "year"))
            elif not self.exists(one.year):
                why = "在 since 至 until 以外，本来就不适用，请删去"
                yield Fault(f"{what}{why}", "", ("missing", place, "year"))
            seen.add(one.year)


class Stale(NamedTuple):
    """An entry of ``missing`` for a year whose report is in the archive: the file counts, and the entry is told of."""

    agency: str
    year: int
    line: int

    @property
    def notice(self) -> Notice:
        what = f"机关「{self.agency}」的 {self.year} 年度报告已经在档案里，missing 里的这一项没有采用，请删去"
        return Notice(code="missing-stale", message=what, place=f"第 {self.line} 行")


class Registry(Model):
    """``content/agencies.yml``: division codes with names, and the agencies.

    ``stale`` are entries of ``missing`` that the file has and ``agencies`` do not, because a report is there.
    """

    model_config = ConfigDict(ignored_types=(cached_property,))

    regions: dict[Code, Name] = {}
    agencies: list[AgencyEntry] = []
    _stale: tuple[Stale, ...] = PrivateAttr(())

    @property
    def stale(self) -> tuple[Stale, ...]:
        return self._stale

    @model_validator(mode="after")
    def _sound(self, info: ValidationInfo) -> "Registry":
        """Hold the entries against each other and the report files: ``context`` tells the years of an agency's."""
        faults = [*self._ids(), *self._places(), *self._denials(info.context)]
        if faults:
            raise Faults(faults)
        return self

    def _ids(self) -> Iterator[Fault]:
        seen: set[str] = set()
        for place, agency in enumerate(self.agencies):
            if agency.id in seen:
                yield Fault(f"机关代号「{agency.id}」用了两次，请改其中一个", "", ("agencies", place, "id"))
            if agency.id in _RESERVED:
                yield Fault(f"机关代号「{agency.id}」是保留字，请换一个", "", ("agencies", place, "id"))
            seen.add(agency.id)
        for place, agency in enumerate(self.agencies):
            if agency.parent is not None and agency.parent not in seen:
                what = f"机关「{agency.id}」的上级「{agency.parent}」没有登记，请登记它，或改正 parent"
                yield Fault(what, "", ("agencies", place, "parent"))

    def _places(self) -> Iterator[Fault]:
        for place, agency in enumerate(self.agencies):
            if lacking := [code for code in ancestors(agency.region) if code not in self.regions]:
                lines = "、".join(f'"{code}": {division_name(code) or "名称"}' for code in lacking)
                what = f"机关「{agency.id}」所在的行政区划和它的上级没有都写在 regions 里，请补上 {lines}"
                yield Fault(what, "", ("agencies", place, "id"))

    def _denials(self, held: Callable[[str], Iterable[int]] | None) -> Iterator[Fault]:
        for place, agency in enumerate(self.agencies):
            claims = agency.since is not None or agency.until is not None
            for year in sorted(held(agency.id)) if held and claims else ():
                if fault := agency.denies(year):
                    yield Fault(str(fault), "", ("agencies", place, *fault.steps))

    @cached_property
    def by_id(self) -> Mapping[str, AgencyEntry]:
        """Agency id → entry."""
        return {agency.id: agency for agency in self.agencies}

    def region_name(self, code: str) -> str:
        """The full name of a division: 山西省临汾市尧都区."""
        return "".join(self.regions[part] for part in ancestors(code))


def _figure_as_text(value: object) -> object:
    figure = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
    return str(value) if figure else value


def _as_written(value: object) -> object:
    """A mark is text, also where all its eight signs are digits and YAML takes it for a number."""
    return value.said if isinstance(value, Unfit) and value.said else _figure_as_text(value)


class SidecarReview(Review):
    """A review as a person writes it."""

    date: IsoDate
    seen: Annotated[str, BeforeValidator(_as_written), like("[0-9a-f]{8}", "报告页上印着的八位标记")]


class SidecarCorrection(Correction):
    """A correction as a person writes it: figures with or without quotation marks."""

    printed: Annotated[str, BeforeValidator(_figure_as_text)] = Field(alias="from")
    to: Annotated[str | None, BeforeValidator(_figure_as_text)]
    date: IsoDate


class Sidecar(Model):
    """``<year>.yml`` beside a report: what the file itself does not say."""

    source_url: WebAddress | None = None
    retrieved: IsoDate | None = None
    published: IsoDate | None = None
    excerpt: bool = False
    note: Annotated[str, StringConstraints(max_length=1000)] = ""
    confirm: list[Literal["agency", "year", "ocr"]] = []
    reviews: list[SidecarReview] = []
    corrections: list[SidecarCorrection] = []

    @model_validator(mode="after")
    def _one_word_each(self) -> "Sidecar":
        """Where two entries speak of the same finding or cell, nobody knows which one holds: both are at fault."""
        if faults := list(self._twice()):
            raise Faults(faults)
        return self

    def _twice(self) -> Iterator[Fault]:
        said: tuple[tuple[str, list[str], str], ...] = (
            ("reviews", [one.finding for one in self.reviews], "复核"),
            ("corrections", [one.cell for one in self.corrections], "更正"),
        )
        for key, names, what in said:
            for place, name in enumerate(names):
                if names.count(name) > 1:
                    told = f"对「{name}」的{what}写了 {names.count(name)} 次，只能有一次"
                    yield Fault(told, "", (key, place))


class Entry(NamedTuple):
    """A report file in its place: whose, which year, where, its path as shown to people, and where the agency is."""

    agency: AgencyEntry
    year: int
    path: Path
    shown: str
    region: Region


def ancestors(code: str) -> list[str]:
    """Return the division codes from the province down to ``code`` (GB/T 2260: two digits a level).

    Districts of a municipality (310115) and counties right under a province (429004) have no city above them.
    """
    return list(_ancestors(code))


@lru_cache(maxsize=8192)
def _ancestors(code: str) -> tuple[str, ...]:
    city = [] if code[:2] in MUNICIPALITIES or code[2:4] == "90" else [f"{code[:4]}00"]
    return tuple(dict.fromkeys([f"{code[:2]}0000", *city, code]))


def load_registry(content: Path) -> Registry:
    """Read ``agencies.yml`` in the content folder, without the entries that its files have made stale.

    Raises ConfigError.
    """
    if not content.is_dir():
        raise ConfigError("没有这个文件夹", str(content), "请用 --content 指明内容文件夹")
    held = partial(_held, content / "reports")
    path = content / "agencies.yml"
    return _without_stale(load_yaml(path, Registry, context=held, bounds=REGISTRY), path, held)


def _without_stale(registry: Registry, path: Path, held: Callable[[str], set[int]]) -> Registry:
    """The registry but for what it says to be missing and is there: adding a report must not break the archive."""
    agencies, places = list(registry.agencies), list[tuple[int, int]]()
    for place, agency in enumerate(agencies):
        years = held(agency.id) if agency.missing else set[int]()
        if stale := [i for i, one in enumerate(agency.missing) if one.year in years]:
            places += [(place, i) for i in stale]
            kept = [one for one in agency.missing if one.year not in years]
            agencies[place] = agency.model_copy(update={"missing": kept})
    if not places:
        return registry
    root = load_nodes(path, str(path), REGISTRY, "")  # a second time, for the lines
    known = Registry.model_construct(regions=registry.regions, agencies=agencies)
    known._stale = tuple(
        Stale(one.id, one.missing[i].year, line_of(root, ("agencies", place, "missing", i, "year")))
        for place, i in places
        for one in (registry.agencies[place],)
    )
    return known


def _held(reports: Path, agency: str) -> set[int]:
    """The years of which a report file stands in the folder of ``agency``, readable or not."""
    files = (reports / agency).glob("*")
    named = (file for file in files if file.suffix != ".yml" and re.fullmatch(r"[0-9]{4}", file.stem))
    return {int(file.stem) for file in named if file.is_file()}


class SidecarRead(NamedTuple):
    """A sidecar as far as it can be understood, and notices of the entries that were left out."""

    sidecar: Sidecar
    faults: list[Notice]


def load_sidecar(entry: Entry) -> SidecarRead:
    """Read the sidecar of ``entry``, empty where there is none.

    An entry that is wrong (an unknown key, a review without its mark) is left out and told: the report and the other
    entries stand. A file that cannot be understood at all (no YAML, no UTF-8) raises Refusal and takes its report off
    the site: it may hold a dismissal or a correction, and without them the site would charge an office with an error
    that somebody has already explained. ``excerpt`` that is neither true nor false is taken for true: then nothing is
    concluded from what the file does not hold.
    """
    path = entry.path.with_suffix(".yml")
    if not path.exists() and not path.is_symlink():
        return SidecarRead(Sidecar(), [])
    shown = f"{PurePosixPath(entry.shown).with_suffix('.yml')}"
    if path.is_symlink() or not path.is_file():
        raise Refusal("symlink", "旁注不是普通文件", shown, "请放入文件本身")
    try:
        sidecar, told = load_entries(path, Sidecar, shown)
    except ConfigError as error:
        hint = "请照 CONTRIBUTING.md 里「旁注可以写什么」改正；改好以前这份报告不收录"
        raise Refusal("corrupt-file", error.what, shown, hint) from error
    if any("「excerpt」" in fault.what for fault in told):
        sidecar = sidecar.model_copy(update={"excerpt": True})
    notices = [_left_out(fault, shown) for fault in told[:_TOLD]]
    if more := told[_TOLD:]:
        what = f"旁注里另有 {len(more)} 处没有采用，请先改正前面的"
        notices.append(Notice(code="sidecar-fault", message=what, place=f"{shown} 第 {more[0].line} 行起"))
    return SidecarRead(sidecar, notices)


class _Address(Model):
    """The one entry of a sidecar that holds whatever else is wrong with it."""

    model_config = ConfigDict(extra="ignore")

    source_url: WebAddress | None = None


def source_address(content: Path, where: str) -> str:
    """The web address in the sidecar of the refused file at ``where``, a path in ``content``; empty where none is.

    This runs outside the guarded processes: the limits of ``yamldoor`` are all that bounds it.
    """
    path = (content / where).with_suffix(".yml")
    try:
        if path.is_symlink() or not path.is_file():
            return ""
        return load_entries(path, _Address)[0].source_url or ""
    except (ConfigError, OSError, ValueError):  # the name itself may be impossible, or too long
        return ""


def _left_out(fault: Told, shown: str) -> Notice:
    message = f"旁注里有一项没有采用：{fault.what}"
    return Notice(code="sidecar-fault", message=message, place=f"{shown} 第 {fault.line} 行")


def sidecar_text(sidecar: Sidecar) -> str:
    """Return a sidecar as the file that says it."""
    said = sidecar.model_dump(exclude_defaults=True, by_alias=True)
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


def same_body(printed: str, agency: AgencyEntry) -> bool:
    """Say whether a printed name can be this agency's: equal to the name or an alias, 人民政府 and places aside."""
    want = bare_name(printed)
    return any(want == have or want.endswith(have) or have.endswith(want) for have in _cores(agency))


def _cores(agency: AgencyEntry) -> Iterator[str]:
    return (bare_name(name) for name in (agency.name, *agency.aliases))


def bare_name(name: str) -> str:
    """Return a body's name without 人民政府 and spaces; 街道 stands for 街道办事处."""
    text = squeeze(name)
    for ending in ("人民政府", "街道办事处"):
        if text.endswith(ending) and len(text) > len(ending):
            return text.removesuffix(ending) + ("街道" if ending == "街道办事处" else "")
    return text
