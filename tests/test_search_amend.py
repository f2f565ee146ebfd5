"""Search: a piece that was brought up to date is, byte for byte, the piece made anew."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_search import archive

from generator.search import Block, Entry, amended, near, piece
from generator.search.block import GROUP

LETTERS = "公开申请镇县abc019 ，。\n𠮷é龍"
ENTRIES = st.builds(
    lambda title, names, text, verdict: Entry("x", "a/x/", title, tuple(names), text, "report", verdict=verdict),
    st.text(LETTERS, max_size=6),
    st.lists(st.text(LETTERS, max_size=6), max_size=2),
    st.text(LETTERS, max_size=30),
    st.sampled_from(["consistent", "doubtful"]),
)


def without_texts(entries: list[Entry], needed: set[int]) -> tuple[Entry, ...]:
    """The entries as whoever amends has them: texts of the needed ones only."""
    return tuple(one if at in needed else one._replace(text="不该用到") for at, one in enumerate(entries))


def check(before: list[Entry], after: list[Entry]) -> None:
    """Amend the piece of ``before``; the stored texts of those that are not needed are not there."""
    before, after = ([one._replace(is_stored=True) for one in entries] for entries in (before, after))
    changed = {at for at, (one, other) in enumerate(zip(before, after, strict=True)) if one != other}
    old, lent = piece(Block("x", tuple(before))), without_texts(after, near(changed, len(after)))
    assert amended(old, Block("x", lent), changed) == piece(Block("x", tuple(after)))


@given(st.data())
def test_an_amended_piece_is_the_piece_made_anew(data: st.DataObject) -> None:
    """Whatever the texts, and whichever of them change: to others, to nothing, from nothing."""
    before = data.draw(st.lists(ENTRIES, min_size=1, max_size=3 * GROUP))
    after = [data.draw(st.one_of(st.just(one), ENTRIES)) for one in before]
    check(before, after)


@pytest.mark.parametrize("count", [130, 1300])
def test_in_blocks_of_every_size(count: int) -> None:
    """Numbers beyond one byte of seven bits, lists, and bits are read as they were written."""
    entries = archive(count)
    random = Random(3)
    texts = [one.text for one in archive(count, seed=2)]
    for _ in range(3):
        after = list(entries)
        for number in random.sample(range(len(entries)), 5):
            after[number] = after[number]._replace(text=texts[number])
        check(entries, after)


def test_neighbours_are_the_group() -> None:
    """What is told of single letters is told of groups: their other texts are needed, no more."""
    assert near([0, GROUP + 1], 2 * GROUP) == set(range(2 * GROUP))
    assert near([GROUP], GROUP + 2) == {GROUP, GROUP + 1}
