"""Search: what is in a text is found, nothing else is, in files that stay small and change little."""

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_reader import Reader, built, scan
from prose_samples import COMMON, sentence

from generator.pipeline import gather
from generator.search import Entry, blocks, files, fold, index, piece, words
from generator.search.letters import PART, pairs
from generator.site.build import Page
from generator.site.entries import entries

HAN = "东南西北中山水田林湖草沙石桥店坊里庄屯营寨堡沟坪岭湾塘港渡口关城乡镇村社区街道河江海云龙凤鹤梅兰竹菊松柏"


def archive(reports: int, seed: int = 1, years: int = 5) -> list[Entry]:
    """Agencies and their reports: varied running text, with names and numbers that no other has."""
    random = Random(seed)
    entries = []
    for number in range(reports // years):
        place = "".join(random.choices(HAN, k=2)) + random.choice("镇乡县")
        region = f"99{number * 20 * years // max(1, reports) + 1:02d}01"
        name, body = f"示例市{place}人民政府", f"shili-{number:05d}"
        told = {"kind": "agency", "region": region, "level": "township"}
        entries.append(Entry(body, f"a/{body}/", name, (place,), f"示例省{region}", **told))
        for year in range(2025 - years, 2025):
            text = _running(random, place)
            url, told = f"a/{body}/{year}/", told | {"kind": "report", "year": year, "verdict": "consistent"}
            entries.append(Entry(body, url, f"{name} {year} 年", (place,), text, is_stored=True, **told))
    return entries


def _running(random: Random, place: str) -> str:
    parts = [said for said in COMMON if random.random() < 0.7]
    while sum(map(len, parts)) < 1700:
        own = "".join(random.choices(HAN, k=random.randint(2, 4)))
        parts.append(sentence(random).replace("，", f"，{own}{random.choice(('村', '社区', '公司'))}", 1))
    parts.append(f"联系电话：0{random.randint(310, 999)}-{random.randint(2000000, 8999999)}，{place}。")
    return "\n".join("".join(parts[start : start + 5]) for start in range(0, len(parts), 5))


SMALL = archive(60)
READER = Reader(built(SMALL))


# --- letters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("示例县　青山镇（人民政府）\n２０２２", ["示例县", "青山镇", "人民政府", "2022"]),
        ("  「青山镇」、《年报》 ", ["青山镇", "年报"]),
        ("青山鎮 政⾏ ＰＤＦ", ["青山镇", "政行", "pdf"]),
        ("0632-2205128", ["06322205128"]),
        ("（0632）2205128", ["06322205128"]),
        ("０６３２—２２０５１２８", ["06322205128"]),
        ("青\u200b山\ufeff镇", ["青山镇"]),
        ("青山镇 青山镇", ["青山镇"]),
        ("，。！ -", []),
    ],
)
def test_a_query_is_read_as_it_is_meant(typed: str, wanted: list[str]) -> None:
    """Spaces and punctuation of any width part words; width, case, old forms and hidden marks do not matter."""
    assert words(typed) == wanted


def test_spaces_inside_chinese_do_not_part_a_text() -> None:
    """示 例 镇 and 2022 年 are one word in a text; two Latin words stay two."""
    assert fold("示 例 镇 2022 年 Open  Data 公开") == f"示例镇2022年open{PART}data公开"


def test_folding_twice_is_folding_once() -> None:
    """What is folded stays as it is, or a text and a query would not meet: every character of the basic plane."""
    every = "一".join(chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000)
    once = fold(every)
    assert fold(once.replace(PART, "，")) == once
    old, new = pairs()
    assert len(old) == len(new) > 3000
    assert fold("".join(old)) == "".join(new)


# --- what is found ----------------------------------------------------------------------------------------------------


@given(st.data())
def test_what_is_in_a_text_is_found_and_nothing_else(data: st.DataObject) -> None:
    """For any piece of any text, of one letter or many, the hits are those of a scan of all texts.

    Two letters are found exactly; one, and more than two, at least: the browser compares what it shows.
    """
    entry = data.draw(st.sampled_from(SMALL))
    source = data.draw(st.sampled_from([entry.text, entry.title, *entry.names]))
    start = data.draw(st.integers(0, len(source) - 1))
    query = source[start : start + data.draw(st.integers(1, 9))]
    found, wanted = READER.hits(query), scan(SMALL, query)
    assert wanted <= found
    if all(len(word) == 2 for word in words(query)):
        assert found == wanted


@given(st.text(HAN + "政府信息公开0123456789ab", min_size=2, max_size=2))
def test_two_letters_are_found_exactly(query: str) -> None:
    """Any two letters are found where they stand side by side, and nowhere else: none is taken for another."""
    assert READER.hits(query) == scan(SMALL, query)


def test_numbers_are_found_by_their_ends_and_parts() -> None:
    """A telephone number is found whole, without its area code, and by its last four figures."""
    entry = SMALL[1]
    number = entry.text.partition("联系电话：")[2].partition("，")[0]
    for asked in (number, number.replace("-", ""), number.partition("-")[2], number[-4:], number[-3:]):
        assert READER.hits(asked) == scan(SMALL, asked)
        assert 1 in READER.hits(asked)


def test_several_words_must_all_be_there() -> None:
    """Each word may stand in another field: a name, a year, a word of the text."""
    entry = SMALL[3]
    query = f"{entry.names[0]} {entry.year} 联系电话"
    assert READER.hits(query) == scan(SMALL, query)
    assert {READER.rows()[hit].url for hit in READER.hits(query)} >= {entry.url}


def test_rows_say_what_the_entries_are() -> None:
    """Address, title, names and text come back as they were, in the same order."""
    for entry, row in zip(SMALL, READER.rows(), strict=True):
        assert (entry.url, entry.title, list(entry.names)) == (row.url, row.title, row.names)
        assert row.text == (1 if entry.is_stored else entry.text)


def test_letters_beyond_the_basic_plane_are_found() -> None:
    """A rare character of a place name is two units for a browser, and found like any other."""
    entries = [Entry("x", "x/", "𬇙水镇", (), "", "agency"), Entry("y", "y/", "示例镇", (), "", "agency")]
    assert Reader(built(entries)).hits("𬇙水") == {0}


# --- size and change --------------------------------------------------------------------------------------------------


def test_the_index_stays_small() -> None:
    """At most 1.5 KB a report; a query of four letters fetches less than 60 KB of it."""
    made = built(archive(500))
    assert sum(map(len, made.values())) / 500 < 1536
    shards = [len(data) for path, data in made.items() if path.startswith("search/s/")]
    core = len(made["search/core.json"])
    assert 4 * max(shards) + core < 60_000


def test_one_changed_report_changes_one_block() -> None:
    """The digests of all other blocks stay, and their pieces put together again are the index made from nothing."""
    entries = archive(500)
    changed = [one if n != 100 else one._replace(text=one.text + "新添一句。") for n, one in enumerate(entries)]
    kept = {block.digest: piece(block) for block in blocks(entries)}
    due = list(blocks(changed))
    assert len(due) > 2
    assert sum(block.digest not in kept for block in due) == 1
    again = dict(files([kept.get(block.digest) or piece(block) for block in due], {}, {}))
    assert again == built(changed)


def test_a_new_agency_leaves_the_blocks_of_others_alone() -> None:
    """Blocks are cut where keys say so: what is put in or taken out changes its block, or few after it."""
    entries = archive(500)
    before = {block.digest for block in blocks(entries)}
    less = {block.digest for block in blocks([one for one in entries if one.body != "shili-00050"])}
    assert len(less - before) <= 2
    assert len(before - less) <= 3


def test_the_same_entries_give_the_same_bytes_whoever_makes_the_pieces() -> None:
    """The map of an executor with two processes gives the same files; so does none."""
    entries = archive(300)
    with ProcessPoolExecutor(2) as pool:
        assert dict(index(entries, {}, {}, pool.map)) == built(entries)
    assert built(entries)["search/core.json"] != built(entries[:-1])["search/core.json"]


def test_an_index_of_nothing_can_be_read() -> None:
    """An archive without a page to be found has an index all the same."""
    assert Reader(built([])).hits("公开") == set()


def test_a_page_is_searched_as_it_is_read(content: Path) -> None:
    """Headings, lists, links and tables of a page written in Markdown are text in the index, without their signs."""
    table, tag = "|甲|乙|\n|-|-|\n|1|`x`|", "<p>末 &lt;行&gt;</p>"
    body = f"# 说明\n\n先看**这里**。\n\n## 更正\n\n- 见[方法](../method/)\n\n{table}\n\n{tag}\n"
    page = Page("shuoming.md", f"---\nhide: [toc]\n---\n{body}".encode())
    found = gather(content, content.parent / "no-config", 1, lambda *_: None)
    [entry] = [one for one in entries(found, [page]) if one.kind == "page"]
    assert (entry.title, entry.text) == ("说明", "说明\n先看这里。\n更正\n见方法\n甲\n乙\n1\nx\n末 <行>")
