"""Where an agency is: told from names and site codes that leave no doubt, and otherwise not told."""

import re
from pathlib import Path

import pytest

from generator.division import full_name, resolve


@pytest.mark.parametrize(
    ("name", "code", "level"),
    [
        ("淮安市洪泽区人民政府", "320813", "county"),
        ("洪泽区人民政府", "320813", "county"),
        ("沭阳县发展和改革局", "321322", "county"),
        ("武陟县人民政府办公室", "410823", "county"),
        ("滕州市柴胡店镇", "370481", "township"),
        ("衡阳市衡东县杨林镇", "430424", "township"),
        ("上海市黄浦区人民政府打浦桥街道", "310101", "township"),
        ("广州市白云区人民政府棠景街道办事处", "440111", "township"),
        ("上海市人民政府办公厅", "310000", "province"),
        ("宿迁市", "321300", "city"),
        ("深圳市公安局龙华分局", "440300", "city"),
        ("宿迁市洋河新区", "321300", "county"),
        ("北京市朝阳区人民政府", "110105", "county"),
        ("武漢市生態環境局", "420100", "city"),
        ("恩施土家族苗族自治州人民政府", "422800", "city"),
    ],
)
def test_a_place_in_the_name_tells_where(name: str, code: str, level: str) -> None:
    """Province, city and county at the beginning of a name, as far as they go."""
    region = resolve(name, None)
    assert region is not None
    assert (region.code, region.level, region.basis) == (code, level, "name")


@pytest.mark.parametrize(("name", "code"), [
    ("舞泉镇", "411121"), ("函谷关镇人民政府", "411282"), ("段店乡", "141002"), ("仙庵镇", "445224"),
    ("万潮镇", "522601"), ("佳荣里街", "120113"),
])  # fmt: skip
def test_a_bare_township_is_found_when_no_other_has_its_name(name: str, code: str) -> None:
    """These names are one township's in the whole country."""
    region = resolve(name, None)
    assert region is not None
    assert (region.code, region.level, region.basis) == (code, "township", "township")


@pytest.mark.parametrize(
    "name",
    ["柴胡店镇", "七家子镇", "杨林镇", "凤凰镇", "太平镇", "城关镇", "鼓楼区人民政府", "朝阳区人民政府", "区统计局",
     "商务局", "东区街道办事处", "示例县青山镇人民政府", "", None],
)  # fmt: skip
def test_what_several_places_or_none_are_called_stays_open(name: str | None) -> None:
    """A name that does not tell is not guessed at."""
    assert resolve(name, None) is None


@pytest.mark.parametrize("name", ["江苏省沭阳中等专业学校", "江苏省宿迁质量技术监督局", "宿迁市沭阳交警大队"])
def test_a_place_inside_that_is_not_wholly_named_leaves_it_open(name: str) -> None:
    """Such a body is not of the whole province or city; the site may tell where it is."""
    assert resolve(name, None) is None
    region = resolve(name, "3213220001")
    assert region is not None
    assert (region.code, region.level) == ("321322", "county")


@pytest.mark.parametrize(("name", "code"), [("湖北省公安厅", "420000"), ("荆州市公安局", "421000")])
def test_a_word_that_is_also_a_place_inside_is_a_word(name: str, code: str) -> None:
    """公安县 lies in Hubei, and every province has its police."""
    region = resolve(name, None)
    assert region is not None
    assert region.code == code


def test_the_site_tells_what_the_name_does_not() -> None:
    """The first six digits of SiteIDCode are a division code; a name that says more than the site counts."""
    bureau = resolve("区统计局", "3213220037")
    assert bureau is not None
    assert (bureau.code, bureau.name, bureau.level, bureau.basis) == ("321322", "江苏省宿迁市沭阳县", "county", "site")
    district = resolve("鼓楼区人民政府", "3201060001")
    assert district is not None
    assert district.code == "320106"
    inner = resolve("淮安市洪泽区人民政府", "3208000001")
    assert inner is not None
    assert (inner.code, inner.basis) == ("320813", "name")


@pytest.mark.parametrize("site", ["3302000001", "330200001", "9999990001", "不是代码", ""])
def test_a_site_that_contradicts_or_says_nothing_adds_nothing(site: str) -> None:
    """A mirror on another county's site makes the place doubtful; a broken code is none."""
    region = resolve("沭阳县人民政府", site)
    assert region is None if site == "3302000001" else region is not None and region.code == "321322"


def test_a_body_of_the_state_is_central() -> None:
    """国家… is no place of a province."""
    region = resolve("国家国际发展合作署", None)
    assert region is not None
    assert (region.code, region.level) == (None, "central")


@pytest.mark.parametrize("name", ["国家税务总局", "国家市场监督管理总局", "国务院办公厅", "中华人民共和国教育部"])
def test_an_organ_of_the_state_is_central(name: str) -> None:
    """No branch behind the organ: it stands for the whole country."""
    region = resolve(name, None)
    assert region is not None
    assert (region.code, region.level) == (None, "central")


@pytest.mark.parametrize(
    ("name", "site", "code", "level"),
    [
        ("国家税务总局沭阳县税务局", None, "321322", "county"),
        ("国家税务总局江苏省税务局", None, "320000", "province"),
        ("国家税务总局上海市浦东新区税务局", "3101150001", "310115", "county"),
        ("国家统计局宿迁调查队", None, "321300", "city"),
        ("国家统计局江苏调查总队", None, "320000", "province"),
        ("国家税务总局某某税务局", "3213220001", "321322", "county"),
    ],
)
def test_a_branch_of_an_organ_of_the_state_is_where_it_says(name: str, site: str | None, code: str, level: str) -> None:
    """Offices led from the capital stand where the rest of their name, or the site, tells."""
    region = resolve(name, site)
    assert region is not None
    assert (region.code, region.level) == (code, level)


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("中华人民共和国南京海关", None),
        ("国家统计局朝阳调查队", None),
        ("国家税务总局示例县税务局", None),
        ("国家税务总局沭阳县税务局", "3302000001"),
    ],
)
def test_a_branch_that_does_not_tell_where_stays_open(name: str, site: str | None) -> None:
    """A customs district is no city, some names are several places', and a site may contradict: never the country."""
    assert resolve(name, site) is None


def test_names_are_whole() -> None:
    """A division is named with those above it, a municipality once."""
    assert full_name("320813") == "江苏省淮安市洪泽区"
    assert full_name("310101") == "上海市黄浦区"


def test_the_bundled_table_says_where_it_is_from(root: Path) -> None:
    """Source, edition and licence stand beside the data."""
    readme = (root / "generator" / "divisions" / "README.md").read_text("utf-8")
    assert re.search(r"2023 年 6 月 30 日", readme)
    assert "WTFPL" in readme
