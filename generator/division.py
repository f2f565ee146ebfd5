"""Where an agency is and how high it stands, told from its name and from the code of the site that published it.

Nothing is guessed: a name that several places share, or that no table knows, gives None. Sources of the rules:
GB/T 2260 for the codes; titles of real reports for the names. The table's edition and licence: divisions/README.md.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from generator.normalize import simplified, squeeze
from generator.report import Level, Region

MUNICIPALITIES = ("11", "12", "31", "50")  # provinces whose districts have no city between
_GENERIC = 2  # names of so few characters (城区, 东区) also begin other words: only behind their city
_CENTRAL = re.compile(r"国务院|国家(?!级)|中华人民共和国|全国")
# An organ of the state, and what of the name is left behind it: 国家税务总局 with 示例县税务局 or with nothing.
_ORGAN = re.compile(
    r"(?:(?:国务院|全国).*|(?:中华人民共和国)?国家(?:市场|[^省市县区州]){2,14}?"
    r"(?:总局|委员会|委(?!员)|局|署|部|办公室|银行|中心|院|馆|基金会|集团)"
    r"|中华人民共和国[^省市县区州]{2,12}?(?:部|委员会|总署|总局|审计署|银行))"
    r"(?P<rest>.*)"
)
_INSIDE = re.compile(r"(?:办公厅|办公室|.{2,8}司)?")  # parts of an organ that stand where it stands
_BRANCH = re.compile(r"[^省市县区州旗园镇乡]{0,10}(?:调查总?队|局|监管办公室|支行|分行)")
_DIVISION_WORDS = ("省", "市", "县", "区", "自治区", "州", "自治州", "地区", "盟", "旗", "自治县", "自治旗")
_WORDS = ("公安", "和平", "新华", "港口")  # names of divisions that begin those of bureaus and companies too
_GOVERNMENT = re.compile(r"(?:人民政府)?(?:办公厅|办公室)?|政府办(?:公室)?")
_TOWNSHIP = re.compile(
    r"(?:人民政府)?(?P<name>[^局委办院校]{1,14}?(?:街道|街|镇|乡|苏木))(?:人民政府|街道办事处|办事处)?"
)
_ZONE = re.compile(r".*(?:开发区|高新区|新区|园区|合作区|保税区|示范区|管理区|度假区)(?:管理委员会|管委会)?")
_SITE = re.compile(r"(?P<code>\d{6})\d{4}")


class Place(NamedTuple):
    """The division that a name begins with, and what of the name is left behind it."""

    code: str
    rest: str


def resolve(name: str | None, site_code: str | None) -> Region | None:
    """Return where the agency called ``name`` is, or None where that is not certain.

    ``site_code`` is the SiteIDCode of the page that carried the report; its first six digits are a division code. A
    name that says more than the site (a district's body on its city's site) counts; one that contradicts it does not.
    """
    site = _site_division(site_code)
    body = re.sub(r"（.*?）|\(.*?\)", "", simplified(squeeze(name or "")))
    branch = _branch(body) if _CENTRAL.match(body) else None
    if branch is not None and _INSIDE.fullmatch(branch):
        return Region(code=None, name="全国", level="central", basis="name")
    body = branch or body
    place = _place(body) or (_short_place(branch) if branch else None)
    if place and _names_an_inner_place(place) and not (site and site != place.code and _within(site, place.code)):
        return None
    found, basis = (place.code, "name") if place else (None, None)
    if place is None and branch is None and (home := _lone_township(body)):
        found, basis = home, "township"
    if site and (found is None or _within(site, found)):
        found, basis = site, "site"
    elif site and found and not _within(found, site):
        return None
    if found is None or basis is None:
        return None
    level = _level(place.rest if place else body, found)
    return Region(code=found, name=full_name(found), level=level, basis=basis)


def _branch(body: str) -> str:
    """What of an organ's name tells which of its branches it is; empty for the organ itself."""
    organ = _ORGAN.fullmatch(body)
    return organ["rest"] if organ else body.removeprefix("中华人民共和国")


def _short_place(branch: str) -> Place | None:
    """The place of a branch named without 省, 市 or 县 (宿迁调查队), when there is only one that it can be.

    Customs are none of these: their districts have the names of cities and other borders.
    """
    for length in range(min(len(branch), 8), 1, -1):
        names = (branch[:length] + word for word in _DIVISION_WORDS)
        codes = {code for name in names for code in _by_name().get(name, ())}
        if codes:
            sure = len(codes) == 1 and _BRANCH.fullmatch(branch[length:])
            return Place(codes.pop(), branch[length:]) if sure else None
    return None


def _names_an_inner_place(place: Place) -> bool:
    """Say whether the name goes on with a division of the place without its 市 or 县: 江苏省 + 沭阳中等专业学校.

    Such a body is not of the whole province, and where it is is not said. 公安 and 和平 are words as well.
    """
    if _TOWNSHIP.fullmatch(place.rest) or (_ZONE.fullmatch(place.rest) and not place.code.endswith("0000")):
        return False  # a zone of a city is as high as a county, wherever in the city it lies
    names = (place.rest[:length] for length in range(2, 5))
    codes = (code for name in names if name not in _WORDS for word in _DIVISION_WORDS for code in _codes(name + word))
    return any(code != place.code and _within(code, place.code) for code in codes)


def _codes(name: str) -> tuple[str, ...]:
    return _by_name().get(name, ())


def full_name(code: str) -> str:
    """Return the names of a division and of those above it, as 江苏省淮安市洪泽区; KeyError for an unknown code."""
    names = _divisions()
    return "".join(dict.fromkeys(names[part] for part in _ancestry(code) if part in names))


def division_name(code: str) -> str | None:
    """Return the name of a division alone, as 洪泽区; None for a code that the table does not have."""
    return _divisions().get(code)


def _ancestry(code: str) -> tuple[str, str, str]:
    return f"{code[:2]}0000", f"{code[:4]}00", code


def _within(code: str, other: str) -> bool:
    """Say whether division ``code`` is ``other`` or lies in it."""
    return other in _ancestry(code)


def _site_division(site_code: str | None) -> str | None:
    match = _SITE.fullmatch((site_code or "").strip())
    return match["code"] if match and match["code"] in _divisions() else None


def _place(body: str) -> Place | None:
    """Follow the names of province, city and county at the beginning of ``body`` as far as they go."""
    codes = {""}
    rest = body
    while step := _step(codes, rest):
        codes, rest = step
    return Place(codes.pop(), rest) if codes != {""} and len(codes) == 1 else None


def _step(codes: set[str], rest: str) -> tuple[set[str], str] | None:
    """Take the next name off ``rest``: the longest one that lies in one of ``codes``."""
    for length in sorted(_lengths(), reverse=True):
        named = _by_name().get(rest[:length], ()) if len(rest) >= length else ()
        below = {code for code in named for above in codes if code != above and (not above or _within(code, above))}
        if below and (codes != {""} or length > _GENERIC):
            return below, rest[length:].removeprefix("人民政府") if len(rest) > length + 4 else rest[length:]
    return None


def _lone_township(body: str) -> str | None:
    """The county of a bare township, when no other township of the country is called so."""
    match = _TOWNSHIP.fullmatch(body)
    if match is None:
        return None
    name = match["name"]
    return _townships().get(name.removesuffix("街") + "街道" if name.endswith("街") else name)


def _level(rest: str, code: str) -> Level:
    """How high a body stands whose name, behind its division, is ``rest``."""
    if _TOWNSHIP.fullmatch(rest):
        return "township"
    if code.endswith("0000"):
        return "province"
    own = code[:2] in MUNICIPALITIES or not code.endswith("00")
    return "county" if own or _ZONE.fullmatch(rest) else "city"


@lru_cache(maxsize=1)
def _divisions() -> Mapping[str, str]:
    return dict(_lines("divisions.csv"))


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in _divisions().items():
        found[name].append(code)
    return {name: tuple(codes) for name, codes in found.items()}


@lru_cache(maxsize=1)
def _lengths() -> frozenset[int]:
    return frozenset(map(len, _by_name()))


@lru_cache(maxsize=1)
def _townships() -> Mapping[str, str]:
    """Names that only one township has, with its county; read only when a bare name asks for it."""
    return {name: county for county, names in _lines("townships.csv") for name in names.split()}


def _lines(file: str) -> Iterator[tuple[str, str]]:
    text = (resources.files("generator") / "divisions" / file).read_text("utf-8")
    for line in text.splitlines():
        code, _, rest = line.partition(",")
        yield code, rest
