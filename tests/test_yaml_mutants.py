"""Damaged sidecars, registries and settings by the thousand: taken, or refused in Chinese with lines that exist.

An ordinary run tries for a few seconds; NIANBAO_MUTANTS=20000 tries as many as that, other ones each time.
"""

import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from fictional import REGISTRY
from pydantic import BaseModel
from test_mutants import DAMAGES

from generator.archive import Entry, Registry, Sidecar, load_sidecar
from generator.budget import Budget
from generator.checks import Limits
from generator.config import SiteConfig
from generator.errors import ConfigError, Refusal
from generator.mkdocs_file import check_mkdocs
from generator.report import Region
from generator.shards import Shards
from generator.yamldoor import REGISTRY as REGISTRY_BOUNDS
from generator.yamlfile import load_yaml

ROOT = Path(__file__).parents[1]
WANTED = int(os.environ.get("NIANBAO_MUTANTS", "0"))
SECONDS = float(os.environ.get("NIANBAO_MUTANT_SECONDS", "20")) / 4
SLOW = 5  # seconds of processor time that none of these small files may take
SIDECAR = """\
source_url: https://example.org/a?b=1
retrieved: 2024-05-06
published: 2023-01-29
excerpt: true
note: 只收录表格
confirm: [year, agency, ocr]
reviews:
  - finding: disputes-total-cases-review
    decision: confirmed
    reason: 与原件一致
    office: 示例县政府办公室
    date: 2024-05-06
    seen: 3f2a9c1e
corrections:
  - cell: disputes/cases/review.total
    from: 0
    to: "11"
    reason: 总计漏填
    evidence: 示例县政府办公室来函
    date: 2024-05-07
"""
SHARDS = """\
portal: https://example.org/nianbao/
shards:
  - id: dong
    name: 东片
    address: https://example.org/nianbao-dong/
    regions: ["990100", "990000"]
"""
MISSING = """\
    missing:
      - year: 2020
        reason: unpublished
        note: 示例
        checked: 2024-05-06
"""
# Wrong for every entry of ours.
NASTY = (
    *("[[[[a]]]]", "[" * 3000 + "]" * 3000, "{a: {b: c}}", "*a", "&a [*a]", '!!binary "aGk="', "!!set {a, b}", "!x 3"),
    *("0x" + "f" * 5000, "9" * 5000, "1:" + "59:" * 5000 + "1.5", "0x_", "010", "1_0", ".inf", ".nan"),
    *('"\\ud800"', '"示例\\e[31m"', "!!python/object/apply:os.system [a]", "{? [a] : b}"),
)
# What turns a sound line into another thing.
SPICE = (
    *NASTY,
    "~",
    "yes",
    "'",
    '"',
    "|",
    ">",
    "? ",
    ": ",
    "- ",
    "<<: ",
    "%TAG ",
    "---\n",
    "...\n",
    "\t",
    "#",
    "：",
    "&a ",
)
SPICE = (
    *SPICE,
    "\u2028",
    "\u202e",
    "\ufeff",
    "\r",
    "\0",
    "[",
    "]",
    "{",
    "}",
    ",",
    "!",
    "*",
    "`",
    "@",
    "\\",
    "2999-01-01",
)
# Words of ours that are not Chinese; beside these only what stands in the file may be said.
KNOWN = {
    "YAML",
    "UTF",
    "Tab",
    "true",
    "false",
    "http",
    "https",
    "year",
    "shili",
    "qingshan",
    "zhen",
    "example",
    "org",
    "nianbao",
    "bei",
}


def _yaml(model: type[BaseModel]) -> Callable[[Path], object]:
    return lambda path: load_yaml(path, model, bounds=REGISTRY_BOUNDS)


def _sidecar(path: Path) -> object:
    agency = Registry.model_validate({"regions": PLACES, "agencies": [AGENCY]}).agencies[0]
    region = Region(code="990101", name="示例县", level="county", basis="registry")
    sidecar, told = load_sidecar(Entry(agency, 2022, path.with_suffix(".txt"), "x.txt", region))
    sidecar.model_dump_json()
    if told:
        raise ConfigError("；".join(f"{one.place.split(' ', 1)[1]} {one.message}" for one in told), "x", "x")
    return sidecar


PLACES = {"990000": "示例省", "990100": "示例市", "990101": "示例县"}
AGENCY = {"id": "shili-xian", "name": "示例县人民政府", "level": "county", "region": "990101"}
# Name → a sound file, what reads it, and the model whose keys and words may be named.
KINDS: dict[str, tuple[str, Callable[[Path], object], type[BaseModel] | None]] = {
    "sidecar": (SIDECAR, _sidecar, Sidecar),
    "registry": (REGISTRY + "    since: 2010\n" + MISSING, _yaml(Registry), Registry),
    "shards": (SHARDS, _yaml(Shards), Shards),
    "site": ((ROOT / "site_config/site.yml").read_text("utf-8"), _yaml(SiteConfig), SiteConfig),
    "limits": ((ROOT / "site_config/checks.yml").read_text("utf-8"), _yaml(Limits), Limits),
    "budget": ((ROOT / "site_config/reading.yml").read_text("utf-8"), _yaml(Budget), Budget),
    "mkdocs": ((ROOT / "mkdocs.yml").read_text("utf-8"), check_mkdocs, None),
}


@pytest.fixture(scope="module")
def words() -> set[str]:
    """The words that messages may hold: keys and values of the models, and MkDocs' settings."""
    from mkdocs.config.defaults import MkDocsConfig

    schemas = [str(model.model_json_schema()) for _, _, model in KINDS.values() if model]
    settings = " ".join(key for key, _ in MkDocsConfig._schema) + " ENV relative"
    return KNOWN | set(re.findall("[A-Za-z]+", " ".join([*schemas, settings])))


def _spiced(text: str, dice: random.Random) -> str:
    lines = text.splitlines()
    for _ in range(dice.choice((1, 1, 2, 5))):
        at, spice = dice.randrange(len(lines)), dice.choice(SPICE)
        key, colon, _ = lines[at].partition(": ")
        place = dice.randrange(len(lines[at]) + 1)
        lines[at] = (
            f"{key}: {spice}" if colon and dice.random() < 0.6 else lines[at][:place] + spice + lines[at][place:]
        )
    return "\n".join(lines) + "\n"


def _damaged(text: str, dice: random.Random) -> str:
    if dice.random() < 0.6:
        return _spiced(text, dice)
    for _ in range(dice.choice((1, 1, 2, 4))):
        text = dice.choice(DAMAGES)(text or " ", dice)
    return text


def _fault(path: Path, read: Callable[[Path], object]) -> str | None:
    """What is said of a file; None where it is taken."""
    try:
        read(path)
    except (ConfigError, Refusal) as error:
        return error.what if error.hint else "没有说该怎么办"
    return None


def _leaks(said: str, text: str, words: set[str]) -> list[str]:
    """What must not be said: lines that the file has not, and words that are neither ours nor the file's."""
    last = len(re.split("\r\n|\r|\n", text))
    told = [int(number) for number in re.findall(r"第 ([0-9]+) 行", said)]
    wrong = [f"第 {number} 行" for number in told if not 1 <= number <= last]
    if not told and not re.match("文件太大|不是 UTF-8", said):
        wrong.append("没有行号")
    plain = re.sub(r"\\(u[0-9a-f]{4}|x[0-9a-f]{2}|[nrt])", " ", said)  # how signs that do not show are written
    wrong += [word for word in set(re.findall("[A-Za-z]{3,}", plain)) - words if word not in text]
    shown = re.sub("[\xa0\u3000]", " ", said)
    return wrong if shown.isprintable() else [*wrong, repr(said)]


def test_damaged_yaml_is_taken_or_told(tmp_path: Path, words: set[str]) -> None:
    seed = random.SystemRandom().randrange(10**9) if WANTED else 1
    dice = random.Random(seed)
    ends: Counter[str] = Counter()
    wrong: list[str] = []
    stop = time.monotonic() + SECONDS
    path = tmp_path / "x.yml"
    while ends.total() < WANTED or (not WANTED and time.monotonic() < stop):
        kind = dice.choice(sorted(KINDS))
        sound, read, _ = KINDS[kind]
        text = _damaged(sound, dice)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        before = time.process_time()
        said = _fault(path, read)
        ends[f"{kind} {'ok' if said is None else 'told'}"] += 1
        leaks = _leaks(said, text, words) if said is not None else []
        if time.process_time() - before > SLOW:
            leaks.append("慢")
        if leaks:
            kept = tmp_path / f"{len(wrong)}-{kind}.yml"
            kept.write_bytes(path.read_bytes())
            wrong.append(f"{kept}: {leaks}: {said}")
    sys.stdout.write(f"种子 {seed}，{ends.total()} 个：{dict(ends.most_common())}\n")
    assert wrong == []
    assert ends.total() >= 100


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "mkdocs"])
def test_a_planted_fault_is_told_at_its_line(tmp_path: Path, kind: str) -> None:
    """Every entry of every file with every nasty value in its place: the line is the one where it stands."""
    sound, read, _ = KINDS[kind]
    path = tmp_path / "x.yml"
    path.write_text(sound, "utf-8")
    assert _fault(path, read) is None
    lines = sound.splitlines()
    for at, line in enumerate(lines):
        key, colon, _ = line.partition(": ")
        for nasty in NASTY if colon and not line.startswith("#") else ():
            path.write_text("\n".join([*lines[:at], f"{key}: {nasty}", *lines[at + 1 :], ""]), "utf-8")
            said = _fault(path, read)
            assert said is not None, (line, nasty)
            assert f"第 {at + 1} 行 " in said, (line, nasty, said)
