"""Fictional bodies, from a province down to townships, any number of them, and the registry that lists them.

The n-th body is the same in every archive, so that a larger archive holds the smaller one. Codes of divisions begin
with 90 to 99, which no real province has; names of cities begin with 示, of counties with 例, of townships with 样.
"""

from collections.abc import Iterator
from itertools import count, islice
from typing import NamedTuple

from generator.demo.grammar import words
from generator.report import Kind, Level

COUNTIES = 8  # of a city
_PROVINCES = ("示例", "示东", "示西", "示南", "示北", "示中", "示前", "示后", "示左", "示右")
_CITIES = [number for number in range(1, 100) if number != 90]  # 90 means: no city between province and county
_TOWNSHIPS = ("镇", "乡", "街道")
_OFFICES = (
    *(("教育", "jyj"), ("财政", "czj"), ("自然资源", "zrzyj"), ("住房和城乡建设", "zjj"), ("公安", "gaj")),
    *(("卫生健康", "wjj"), ("市场监督管理", "scjgj"), ("生态环境", "sthjj"), ("交通运输", "jtj"), ("水务", "swj")),
    *(("农业农村", "nyj"), ("民政", "mzj"), ("司法", "sfj"), ("人力资源和社会保障", "rsj"), ("统计", "tjj")),
    *(("应急管理", "yjj"), ("审计", "sjj"), ("文化和旅游", "wlj"), ("商务", "swuj"), ("发展和改革", "fgj")),
)
_OF_PROVINCE, _OF_CITY, _OF_COUNTY, _TOWNS = 4, 5, 7, 11


class Body(NamedTuple):
    """A fictional body. ``short`` is how its own text calls it, ``self`` the word for we; ``place`` the full division.

    ``region`` is its division's code, ``parent`` the id of the body above it.
    """

    id: str
    name: str
    short: str
    self: str
    level: Level
    kind: Kind
    region: str
    place: str
    parent: str | None

    @property
    def group(self) -> tuple[str, str]:
        """Bodies with whose figures its own are compared."""
        return self.level, self.kind


def bodies(number: int) -> list[Body]:
    """Return the first ``number`` bodies: each division's government, then what belongs to it."""
    return list(islice(_all(), number))


def regions(known: list[Body]) -> dict[str, str]:
    """Return the divisions that the bodies need: code → name."""
    found: dict[str, str] = {}
    for body in known:
        names = _split(body.place)
        codes = [f"{body.region[:2]}0000", f"{body.region[:4]}00", body.region][: len(names)]
        found.update(zip(codes, names, strict=True))
    return dict(sorted(found.items()))


def registry(known: list[Body]) -> str:
    """Return the text of ``agencies.yml`` for the bodies."""
    lines = ["# 虚构的机关名录，由 nianbao demo 生成。", "regions:"]
    lines += [f'  "{code}": {name}' for code, name in regions(known).items()]
    lines.append("agencies:")
    for one in sorted(known, key=lambda body: body.id):
        lines += [f"  - id: {one.id}", f"    name: {one.name}", f"    level: {one.level}", f"    kind: {one.kind}"]
        lines += [f'    region: "{one.region}"', *([f"    parent: {one.parent}"] if one.parent else [])]
        lines.append(f"    aliases: [{one.short}]" if one.short != one.name else "    aliases: []")
    return "\n".join(lines) + "\n"


def _split(place: str) -> list[str]:
    """示例省示安市例云县 → its three names."""
    names, start = [], 0
    for end, char in enumerate(place, start=1):
        if char in "省市县区" and end - start > 1:
            names.append(place[start:end])
            start = end
    return names


def _all() -> Iterator[Body]:
    """Every body there can be: 150,000."""
    for number, short in enumerate(_PROVINCES):
        code, province = f"{90 + (number + 9) % 10}0000", f"{short}省"
        head = _government(f"p{code[:2]}", province, province, code, "province", province, None)
        yield head
        for place, city in enumerate(_CITIES):
            yield from _city(head, city, number * len(_CITIES) + place)
            yield from _departments(head, "厅", _OF_PROVINCE, place) if place < 1 else ()


def _city(province: Body, city: int, number: int) -> Iterator[Body]:
    code = f"{province.region[:2]}{city:02}00"
    short = f"示{_name(number, 1)}市"
    place = province.place + short
    head = _government(f"c{code[:4]}", short, short, code, "city", place, province.id)
    yield head
    for county in range(COUNTIES):
        yield from _county(head, county, number * COUNTIES + county)
        yield from _departments(head, "局", _OF_CITY, number) if county == 0 else ()


def _county(city: Body, county: int, number: int) -> Iterator[Body]:
    kind = "区" if county < 2 else "县"
    code = f"{city.region[:4]}{county + 1 if kind == '区' else county + 19:02}"
    short = f"例{_name(number, 2)}{kind}"
    head = _government(f"x{code}", short, short, code, "county", city.place + short, city.id)
    yield head
    departments = _departments(head, "局", _OF_COUNTY, number)
    office = f"{short}人民政府办公室"
    for town in range(_TOWNS):
        if town < 4 or number % 3 or town % 2:  # counties differ in size
            yield _township(head, town, number * _TOWNS + town)
        if town == 1:
            yield Body(f"{head.id}-zfb", office, "政府办", "我办", "county", "office", code, head.place, head.id)
        yield from islice(departments, 1)
    yield from departments


def _government(id_: str, name: str, short: str, code: str, level: Level, place: str, parent: str | None) -> Body:
    we = {"province": "我省", "city": "我市", "county": f"我{short[-1]}"}[level]
    return Body(id_, f"{name}人民政府", short, we, level, "government", code, place, parent)


def _township(county: Body, town: int, number: int) -> Body:
    kind = _TOWNSHIPS[0 if town < 6 else 1 if town < 9 else 2]
    short = f"样{_name(number, 2)}{kind}"
    office = "办事处" if kind == "街道" else "人民政府"
    of: Kind = "street" if kind == "街道" else "government"
    we = "我街道" if kind == "街道" else f"我{kind}"
    name = f"{county.short}{short}{office}"
    return Body(
        f"{county.id}-t{town + 1:02}", name, short, we, "township", of, county.region, county.place, county.id
    )  # fmt: skip


def _departments(head: Body, word: str, most: int, number: int) -> Iterator[Body]:
    """Some departments of a government, not the same ones everywhere."""
    for step in range(most):
        matter, key = _OFFICES[(number * 3 + step * 7) % len(_OFFICES)]
        name, we = f"{head.short}{matter}{word}", f"我{word}"
        short = f"{head.short[-1]}{matter}{word}"
        yield Body(f"{head.id}-{key}", name, short, we, head.level, "department", head.region, head.place, head.id)


def _name(number: int, least: int) -> str:
    """The ``number``-th name out of ``least`` characters or more: never the same twice."""
    letters = words("han")
    size = len(letters)
    for length in count(least):
        if number < size**length:
            break
        number -= size**length
    # A step that has no divisor in common with the size goes through all names, neighbours being unlike.
    number = (number * 7919 + 4321) % size**length
    return "".join(letters[number // size**place % size] for place in range(length))
