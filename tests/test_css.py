"""What style sheets do to parts of a figure: what they may hide, add or set apart never joins it."""

import time

import pytest
from test_marks import in_page, page

from generator.normalize import number
from generator.readers import css

PARTED = '7<b class="k" id="k" x="8">8</b>9157'


@pytest.mark.parametrize(
    "rule",
    [
        "td b{display:none}",
        "td>B { DISPLAY : None }",
        "td *{display:none}",
        "b:first-child{display:none}",
        "[x]{display:none}",
        "td:not(.z, i) b{display:none}",
        "td>:is(b,i){display:none}",
        "tr+tr b{display:none}",
        "b,i{visibility:hidden}",
        "b{text-decoration:line-through}",
        "b{position:absolute;left:-999px}",
        "b{display:block}",
        "b{color:#fff}",
        "b{font-size:0}",
        "*{} b{display:none}",
        "@media screen{b{display:none}}",
        "@supports (display:grid){b{display:none}}",
        "td{color:red;b{display:none}}",
        '@import "a"; b{display:none}',
        '@charset "x";b{display:none}',
        "/*}*/b /**/{display:none}",
        'b{background:url("}");display:none}',
        "q b{}b{display:none",
        "\\62{display:none}",
        ".\\6b{display:\\6eone}",
        "*|b{display:none}",
        'b::before{content:"1"}',
        '.k:after{content:"\\31"}',
        "b::after{content:attr(x)}",
        "td b:after{content:counter(c)}",
        'td:after{content:"0"}',
    ],
)
def test_a_rule_for_tags_spoils_the_figure_that_it_takes_apart(rule: str) -> None:
    """Without a class too, nested, escaped, behind strings and comments; and what a sheet adds is in no text."""
    assert number(in_page(PARTED, f"<style>{rule}</style>")).problem == "number-invalid"


@pytest.mark.parametrize(
    "rule",
    [
        ".menu b{display:none}",
        "b:hover{display:none}",
        "i b{display:none}",
        "b i{display:none}",
        "b[y]{display:none}",
        "@media print{b{display:none}}",
        "@media (max-width: 600px){td{display:block} td:before{content:attr(data-label)} b{display:none}}",
        "@keyframes b{b{display:none}}",
        '.k:after,td:before{content:"";display:table}',
        '.k:before{content:"\\e601"}',
        "td{font-size:0;color:#fff}",
        ".md\\:k{display:none}",
        "b{display:inline;margin:0}",
        "td,tr,table{display:block}",
    ],
)
def test_a_rule_for_something_else_leaves_a_figure_alone(rule: str) -> None:
    """Other places, small screens, paper, a pointer over it; an icon before it is no digit."""
    assert in_page(PARTED, f"<style>{rule}</style>") == "789157"


@pytest.mark.parametrize(
    "part",
    [
        "<b style='display:none;display:inline'>8</b>",
        "<b style='display:block'>8</b>",
        "<b style='float:right'>8</b>",
        "<b style='position:fixed;top:-99px'>8</b>",
        "<b style='position:relative;left:-20px'>8</b>",
        "<b style='display:inline-flex;flex-direction:row-reverse'><i>1</i><i>8</i></b>",
        "<b style='content-visibility:hidden'>8</b>",
        "<b style='-webkit-text-security:disc'>8</b>",
        "<b style='-webkit-text-fill-color:transparent'>8</b>",
        "<b style='transform:rotate(180deg)'>69</b>",
        "<b style='clip-path:circle(0)'>8</b>",
        "<b style='filter:opacity(0)'>8</b>",
        "<b style='zoom:0'>8</b>",
        "<b style='letter-spacing:-20px'>89</b>",
        "<b style='font:0/0 a'>8</b>",
        "<b style='background:#000;color:#000'>8</b>",
        "<b style='font-family:Wingdings'>8</b>",
        "<font face='Wingdings'>8</font>",
        "<q>8</q>",
    ],
)
def test_styles_of_its_own_spoil_a_part_of_a_figure(part: str) -> None:
    """However they are written: hidden or not, elsewhere, over its neighbours, other signs."""
    assert number(in_page(f"7{part}9157")).problem == "number-invalid"


@pytest.mark.parametrize(
    "whole",
    [
        "<span style='display:block'>15</span>",
        "<span style='float:left'>15</span>",
        "<p style='font:10.5pt 宋体'>15</p>",
        "<span style='font-family:宋体;letter-spacing:-.1pt'>1</span>5",
        "<span style='position:relative;left:1px'>1</span>5",
        "<span style='transform:none'>1</span>5",
    ],
)
def test_a_whole_figure_may_stand_where_it_likes(whole: str) -> None:
    """Nothing beside it, nothing to be taken for a part of it."""
    assert in_page(whole) == "15"


@pytest.mark.parametrize("style", ["display:/**/none", "display:\\6eone", "DISPLAY : none !important"])
def test_what_is_hidden_is_hidden_however_it_is_written(style: str) -> None:
    """Comments and escapes within a style change nothing."""
    assert in_page(f"7<b style='{style}'>8</b>9157") == "79157"


def test_parts_on_lines_of_their_own_do_not_join() -> None:
    """Two spans that a sheet makes blocks of are two lines."""
    assert in_page("<span>7</span><span>8</span>", "<style>td span{display:block}</style>") == "7\n8"


def test_a_rule_may_be_for_a_row() -> None:
    """Which row it hides is not worked out: no figure of those that it may be."""
    head = "<style>tr:nth-child(2){display:none}</style>"
    assert page("<tr><td>行政许可</td><td>15</td></tr>", head)[-1] == "[15]"


def test_a_sheet_of_many_rules_ends() -> None:
    """Only the first few thousand count."""
    assert sum(1 for _ in css.rules("b{display:none}" * 9_000)) == 5_000
    assert list(css.rules("{" * 50 + "}" * 60)) == []
    before = time.process_time()
    for sheet in ("a{" * 500_000, "(" * 1_000_000 + "{b:c}", "a+" * 500_000 + "{b:c}", '"' * 1_000_000, "/*" * 500_000):
        list(css.rules(sheet))
    assert time.process_time() - before < 20
    assert css.rules(f"{'a,' * 20_000}b{{display:none}}").__next__().parts == (frozenset(),)
