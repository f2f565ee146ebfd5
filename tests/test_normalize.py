"""Characters: what counts as the same label, and what counts as a number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.normalize import (
    NumberKind,
    han_years,
    is_blank,
    label_keys,
    number,
    printed_keys,
    skeleton,
    squeeze,
    tidy,
)


@pytest.mark.parametrize(
    "printed",
    [
        "（一）予以公开", "(一)予以公开", "(一) 予以公开", "（一）\n予以公开", "（一）予以\u3000公开",
        "\xa0（一）予以公开\u200b",
        "（ 一 ）予以公开",
    ],
)  # fmt: skip
def test_the_same_label_however_it_is_set(printed: str) -> None:
    """Width, spaces, line breaks and invisible marks do not change which label it is."""
    assert set(printed_keys(printed)) & set(label_keys("（一）予以公开"))
    assert printed_keys(printed)[0] == skeleton("（一）予以公开")


@pytest.mark.parametrize(
    "printed", ["1.属于国家秘密", "1、属于国家秘密", "1. 属于国家秘密", "１．属于国家秘密", "属于国家秘密"]
)
def test_enumerators_may_be_set_otherwise_or_left_out(printed: str) -> None:
    """1. 1、 and no number at all lead to the same key."""
    assert "属于国家秘密" in printed_keys(printed)


def test_a_note_in_brackets_may_be_left_out() -> None:
    """A label is known with and without its note, the literal one first."""
    assert label_keys("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")[-1] == "部分公开"
    assert printed_keys("部分公开（区分处理的）")[0] == "部分公开区分处理的"


def test_different_labels_stay_different() -> None:
    """3.其他 and （六）其他处理 share no key but their own."""
    assert not set(label_keys("3.其他")) & set(label_keys("（六）其他处理"))


@pytest.mark.parametrize(
    ("printed", "kind", "value"),
    [
        ("0", "count", 0), ("26", "count", 26), ("１２", "count", 12), (" 26\xa0", "count", 26),
        ("\u3000 0", "count", 0),
        ("1,234", "count", 1234), ("1，234", "count", 1234), ("11398889", "count", 11398889),
        ("999999999", "count", 999999999),
        ("+1036", "change", 1036), ("-8", "change", -8), ("－8", "change", -8), ("−8", "change", -8),
        ("5", "change", 5),
        ("96171.6", "money", Decimal("96171.6")), ("0.0000", "money", Decimal("0.0000")),
        ("7545", "money", Decimal(7545)),
        ("59237.2449", "money", Decimal("59237.2449")), ("0.1", "money", Decimal("0.1")),
        ("1,234.5", "money", Decimal("1234.5")),
    ],
)  # fmt: skip
def test_a_printed_number_is_that_number(printed: str, kind: NumberKind, value: int | Decimal) -> None:
    """What is plainly one number is read exactly, money as decimal text."""
    read = number(printed, kind)
    assert (read.value, read.problem) == (value, None)
    assert type(read.value) is type(value)
    assert str(read.value) == str(value)


@pytest.mark.parametrize("printed", ["", " ", "\xa0", "\u3000", "\u200b", "/", "-", "—", "——", "－", "／", "--"])
def test_a_blank_is_no_number_and_no_problem(printed: str) -> None:
    """An empty cell, a stroke and a dash say that there is no figure."""
    assert is_blank(printed)
    assert number(printed) == (None, None)


@pytest.mark.parametrize(
    ("printed", "kind", "problem"),
    [
        ("-3", "count", "number-negative"), ("－3", "count", "number-negative"), ("—3", "count", "number-negative"),
        ("-1.5", "money", "number-negative"), ("+3", "count", "number-invalid"), ("1.0", "count", "number-invalid"),
        ("1e3", "count", "number-invalid"), ("0x10", "count", "number-invalid"), ("NaN", "money", "number-invalid"),
        ("inf", "money", "number-invalid"), ("③", "count", "number-invalid"), ("²", "count", "number-invalid"),
        ("三", "count", "number-invalid"), ("约10", "count", "number-invalid"), ("10余", "count", "number-invalid"),
        ("=3", "count", "number-invalid"), ("#REF!", "count", "number-invalid"), ("1 2", "count", "number-invalid"),
        ("1,23", "count", "number-invalid"), ("٣", "count", "number-invalid"), ("007", "count", "number-invalid"),
        ("1_000", "count", "number-invalid"), ("无", "count", "number-invalid"), ("1" * 10, "count", "number-outlier"),
        ("9" * 5000, "count", "number-outlier"), (".5", "money", "number-invalid"), ("1.", "money", "number-invalid"),
        ("1..2", "money", "number-invalid"), ("3件", "count", "number-invalid"),
    ],
)  # fmt: skip
def test_what_is_not_plainly_one_number_is_none(printed: str, kind: NumberKind, problem: str) -> None:
    """Nothing is guessed and nothing repaired: the value is None and the problem has a code."""
    assert number(printed, kind) == (None, problem)


def test_a_unit_behind_the_figure_is_known_where_the_form_says_so() -> None:
    """251000元 is read where 元 may follow, and nowhere else."""
    assert number("251000元", "money", ("万元", "元")).value == 251000
    assert number("251000元", "money").problem == "number-invalid"


@given(st.integers(0, 999_999_999))
def test_every_count_survives_any_width(value: int) -> None:
    """A count is the same in half-width and full-width digits, with and without separators."""
    wide = str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert {number(str(value)).value, number(wide).value, number(f"{value:,}").value} == {value}


@given(st.text(max_size=30))
def test_any_text_is_a_number_only_if_its_digits_say_so(text: str) -> None:
    """A count is never read out of a text that holds other digits than the count's own."""
    read = number(text)
    if read.value is not None:
        digits = "".join(char for char in text if char.isdigit())
        assert int(digits) == read.value


@given(st.text(max_size=60))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    """tidy and squeeze are idempotent, so stored texts are stable."""
    assert tidy(tidy(text)) == tidy(text)
    assert squeeze(squeeze(text)) == squeeze(text)


def test_a_year_in_chinese_digits_is_a_year() -> None:
    """二〇二二年 and 二○二二年 are 2022年; other numerals are left alone."""
    assert han_years("二〇二二年") == han_years("二○二二年") == "2022年"
    assert han_years("二十二年") == "二十二年"


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("⾏政许可", "行政许可"),
        ("⼈⺠政府", "人民政府"),
        ("⻘山镇", "青山镇"),
        ("規範性檔案", "规范性档案"),
        ("行政許可", "行政许可"),
    ],
)
def test_the_same_character_under_another_code(printed: str, meant: str) -> None:
    """Radicals that PDF files print for characters, and traditional characters, are matched as what they show."""
    assert skeleton(printed) == skeleton(meant)
