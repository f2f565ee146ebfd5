"""Whatever was changed since the last build, store and docs folder hold the bytes of a build from nothing."""

import csv
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from fictional import report_text

from generator import pipeline, publish, texts, upkeep
from generator.cache import open_cache
from generator.checks import clause_index
from generator.pipeline import Folders, gather, make_docs
from generator.site import listing, model
from generator.site.build import Page, build
from generator.site.model import Archive

NAMES = {
    "shili-qingshan": "示例县青山镇人民政府",
    "shili-xian": "示例县人民政府",
    "shili-baishui": "示例县白水镇人民政府",
    "shili-hongqiao": "示例县红桥镇人民政府",
    "shili-ju": "示例县财政局",
}
YEARS = (2021, 2022, 2023, 2024)
# Passages that reports share: by now one body's own, now two bodies', now so many that they are a template's.
_SAID = "{0}围绕{1}制定了公开目录，分作12类，明确了责任人员，规定了办理时限。{0}还请{2}逐条核对，发现问题当场改正。"
PASSAGES = [
    _SAID.format(*words.split())
    for words in (
        "镇里 水库移民补助 村民代表",
        "办公室 校舍维修工程 学生家长",
        "服务大厅 合作医疗报销 参保农户",
        "乡村 土地流转合同 驻村干部",
        "财务组 惠民资金发放 老党员",
        "档案室 集体资产清查 会计人员",
        "宣传组 防汛演练安排 护林队员",
        "值班室 集市摊位分配 商户代表",
    )
]
LIMITS = {"peer_count": 2, "copy_least": 20, "template_agencies": 3, "jump_least": 5, "peer_least": 5, "peer_times": 3}


class World:
    """A fictional archive on disk that is edited at random."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.random = root, Random(seed)
        self.content, self.config = root / "content", root / "config"
        self.config.mkdir(parents=True)
        self.registry = {
            "regions": {
                "990000": "示例省",
                "990100": "示例市",
                "990101": "示例县",
                "980000": "样板省",
                "980100": "样板市",
            },
            "agencies": [self._agency(agency, name) for agency, name in list(NAMES.items())[:4]],
        }
        self.limits = dict(LIMITS)
        self._registry()
        self._limits()
        for agency in list(NAMES)[:4]:
            for year in YEARS[:3]:
                self.report(agency, year)

    @staticmethod
    def _agency(agency: str, name: str) -> dict[str, object]:
        level, kind = ("county", "department") if name.endswith("局") else ("township", "government")
        return {"id": agency, "name": name, "level": level, "kind": kind, "region": "990101", "aliases": []}

    def _registry(self) -> None:
        self.content.mkdir(exist_ok=True)
        (self.content / "agencies.yml").write_text(yaml.safe_dump(self.registry, allow_unicode=True), "utf-8")

    def _limits(self) -> None:
        (self.config / "checks.yml").write_text(yaml.safe_dump(self.limits), "utf-8")

    def path(self, agency: str, year: int) -> Path:
        return self.content / "reports" / agency / f"{year}.txt"

    def held(self) -> list[Path]:
        return sorted(self.content.glob("reports/*/*.txt"))

    def report(self, agency: str, year: int) -> None:
        shape = ("2021", False) if year < 2024 else ("2021", True)
        text = report_text(year, NAMES[agency], self.random.choice([1, 2, 3]), shape)
        passages = "\n".join(self.random.sample(PASSAGES, self.random.randint(0, 5)))
        path = self.path(agency, year)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("一、总体情况\n", f"一、总体情况\n{passages}\n", 1), "utf-8")

    # --- edits

    def change(self) -> None:
        path = self.random.choice(self.held())
        self.report(path.parent.name, int(path.stem))

    def figure(self) -> None:
        """Other figures in the running text: nothing that is compared, but copied passages are shown with them."""
        path = self.random.choice(self.held())
        text = path.read_text("utf-8")
        path.write_text(re.sub(r"(?<=分作)[0-9]+", str(self.random.randint(10, 99)), text), "utf-8")

    def add(self) -> None:
        known = [agency["id"] for agency in self.registry["agencies"]]  # type: ignore[index, call-overload]
        self.report(self.random.choice(known), self.random.choice(YEARS))

    def remove(self) -> None:
        self.random.choice(self.held()).unlink()

    def rename(self) -> None:
        path = self.random.choice(self.held())
        path.replace(path.with_name(f"{self.random.choice(YEARS)}.txt"))  # often in the wrong place: refused

    def spoil(self) -> None:
        self.random.choice(self.held()).write_text("不是报告", "utf-8")

    def sidecar(self) -> None:
        path = self.random.choice(self.held()).with_suffix(".yml")
        said = self.random.choice(
            ["excerpt: true", "published: 2024-05-06", "note: 说明", "retrieved: 2025-01-02", "nonsense"]
        )
        fix = (
            "corrections: [{cell: requests/new/total, from: '0', to: '7', reason: 漏, evidence: 函, date: 2024-05-07}]"
        )
        path.write_text(self.random.choice([said, fix]) + "\n", "utf-8")

    def no_sidecar(self) -> None:
        for path in self.content.glob("reports/*/*.yml"):
            path.unlink()

    def rename_agency(self) -> None:
        agency = self.random.choice(self.registry["agencies"])  # type: ignore[arg-type]
        agency["aliases"] = [self.random.choice(["青山", "白水办", "示例镇政府"])]

    def add_agency(self) -> None:
        known = {agency["id"] for agency in self.registry["agencies"]}  # type: ignore[index, call-overload]
        self.registry["agencies"] += [self._agency(one, name) for one, name in NAMES.items() if one not in known]  # type: ignore[operator]

    def drop_agency(self) -> None:
        self.registry["agencies"] = self.registry["agencies"][1:] or self.registry["agencies"]  # type: ignore[index]

    def move_agency(self) -> None:
        self.random.choice(self.registry["agencies"])["region"] = self.random.choice(["980100", "990101"])  # type: ignore[arg-type, index]

    def rename_region(self) -> None:
        self.registry["regions"]["990100"] = self.random.choice(["示例市", "示范市"])  # type: ignore[index, call-overload]

    def lacking(self) -> None:
        agency = self.random.choice(self.registry["agencies"])  # type: ignore[arg-type]
        agency["missing"] = [{"year": 2019, "reason": "uncollected", "note": self.random.choice(["甲", "乙"])}]

    def threshold(self) -> None:
        name = self.random.choice(["template_agencies", "peer_count", "peer_times", "copy_least"])
        self.limits[name] = self.random.choice([2, 3, 4, 40])

    def settings(self) -> None:
        (self.config / "site.yml").write_text(f"contact: 电话{self.random.randint(1, 9)}\n", "utf-8")

    def meddle(self) -> None:
        """Somebody changes, removes and adds files where the build writes."""
        for folder in (self.root / "kept" / "docs", self.root / "kept" / "store"):
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            self.random.choice(files).unlink()
            self.random.choice(files).with_name("foreign.md").write_text("外来", "utf-8")
            changed = self.random.choice([path for path in files if path.is_file()])
            changed.write_bytes(b"\0" * changed.stat().st_size)

    EDITS: tuple[Callable[["World"], None], ...] = (
        change, change, change, change, figure, figure, add, add, remove, rename, spoil, sidecar, sidecar, no_sidecar,
        rename_agency, add_agency, drop_agency, move_agency, rename_region, lacking, threshold, settings, meddle,
    )  # fmt: skip

    def edit(self) -> str:
        edit = self.random.choice(self.EDITS)
        if len(self.held()) > 5 or edit in (World.add, World.add_agency):
            edit(self)
        else:
            self.add()
        self._registry()
        self._limits()
        return edit.__name__

    # --- building

    def folders(self, name: str) -> Folders:
        work = self.root / name
        return Folders(self.content, self.config, work / "store", work / "docs", work / "site", Path("mkdocs.yml"))

    def build(self, name: str = "kept", jobs: int = 1) -> Archive:
        return make_docs(self.folders(name), jobs, lambda *_: None)[0]

    def tree(self, name: str = "kept") -> dict[str, bytes]:
        work = self.root / name
        roots = (work / "docs", work / "store")
        return {
            path.relative_to(work).as_posix(): path.read_bytes() if path.is_file() else b"folder"
            for root in roots
            for path in root.rglob("*")
        }


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out plotly.js, which is large and always the same; cut lists early, so that there are sheets of them."""
    monkeypatch.setattr(pipeline, "site_files", lambda *_: iter(()))
    monkeypatch.setattr(listing, "MOST", 12)
    monkeypatch.setattr(model, "MOST_AGENCIES", 3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_edits_give_the_bytes_of_a_build_from_nothing(tmp_path: Path, seed: int) -> None:
    """Reports, sidecars, registry, thresholds, settings, and files meddled with, one after the other."""
    world = World(tmp_path, seed)
    world.build()
    for step in range(10):
        edits = [world.edit() for _ in range(world.random.randint(1, 2))]
        try:
            world.build(f"fresh{step}")
        except Exception as error:  # whatever stops a build from nothing stops the other one too
            with pytest.raises(type(error)):
                world.build()
            continue
        archive = world.build()
        fresh, kept = world.tree(f"fresh{step}"), world.tree()
        # Of a file that cannot be read any more the store keeps the record that it left before: no difference to judge.
        unread = {path for path in kept if path.startswith("store/")} - fresh.keys()
        assert unread <= {f"store/{agency}/{year}.json" for agency, year in refused_years(archive)} | folders_of(unread)
        if unread:  # the list of checksums names the kept record too
            unread.add("store/SHA256SUMS")
            fresh.pop("store/SHA256SUMS")
        assert differing({path: data for path, data in kept.items() if path not in unread}, fresh) == [], edits


def refused_years(archive: Archive) -> set[tuple[str, str]]:
    return {(parts[1], Path(parts[2]).stem) for one in archive.refused if len(parts := one.where.split("/")) == 3}


def folders_of(paths: set[str]) -> set[str]:
    return {path.rpartition("/")[0] for path in paths}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, 5)
    made.build()
    yield made
    made.build("fresh")
    assert differing(made.tree(), made.tree("fresh")) == []


def times(world: World) -> dict[str, int]:
    work = world.root / "kept"
    return {
        str(path): path.stat().st_mtime_ns for path in work.rglob("*") if path.is_file() and "cache" not in path.parts
    }


def test_nothing_is_written_when_nothing_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second build judges nothing, writes nothing and makes no page."""
    before = times(world)

    def never(*_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as watched:
        watched.setattr(upkeep.Maker, "__call__", never)
        watched.setattr(publish._Pages, "__call__", never)
        watched.setattr(publish, "spliced", never)
        world.build()
    assert times(world) == before


def test_one_changed_report_touches_its_own_agency_and_the_lists(world: World) -> None:
    """Other agencies' pages are not written again."""
    before = times(world)
    path = world.path("shili-xian", 2022)
    path.write_text(path.read_text("utf-8").replace("2022年", "二〇二二年", 1) + "\n又及：完。\n", "utf-8")
    world.build()
    after = times(world)
    written = {name for name in after if after[name] != before.get(name)}
    assert any("/a/shili-xian/2022" in name for name in written)
    assert not any("/a/" in name and "/a/shili-xian/" not in name for name in written)
    assert not any("shili-xian/2021" in name for name in written)


def test_a_correction_of_one_year_remakes_the_page_of_the_next(world: World) -> None:
    """The later report is as it was, but a finding on it rests on the corrected cell."""
    findings = [(one, finding) for one in world.build().years for finding in one.findings]
    one, cell = next((one, cell) for one, finding in findings for cell in finding.elsewhere if cell.raw.isdigit())
    said = {"cell": cell.path, "from": cell.raw, "to": "98765", "reason": "录入有误", "evidence": "来函"}
    sidecar = world.path(one.agency.id, cell.year).with_suffix(".yml")
    sidecar.write_text(yaml.safe_dump({"corrections": [{**said, "date": "2024-05-01"}]}), "utf-8")
    world.build()
    page = world.folders("kept").docs / f"{one.url.rstrip('/')}.md"
    assert "更正为 <ins>98765</ins>" in page.read_text("utf-8")


def test_a_copied_text_touches_the_other_body(world: World) -> None:
    """When one body's text becomes another's, the findings of both change, though only one file did."""
    one, other = world.path("shili-xian", 2021), world.path("shili-baishui", 2023)
    text = one.read_text("utf-8")
    head, _, tail = text.partition("一、总体情况\n")
    unheard = "".join(f"第{word}次走访了果园里的养蜂人家，听取了关于蜂箱摆放的意见。" for word in "甲乙丙丁")
    one.write_text(f"{head}一、总体情况\n{unheard}\n{tail}", "utf-8")
    world.build()
    head, _, tail = other.read_text("utf-8").partition("一、总体情况\n")
    other.write_text(f"{head}一、总体情况\n{unheard}\n{tail}", "utf-8")
    world.build()
    page = world.root / "kept/docs/a/shili-xian/2021.md"
    assert "白水镇" in page.read_text("utf-8")


def test_a_figure_in_a_copied_text_changes_the_page_that_shows_it(world: World) -> None:
    """What is compared is without figures, so nothing that is shared came or went; but the other's page quotes it."""
    unheard = "".join(f"第{word}次走访了果园里的养蜂人家6户，听取了关于蜂箱摆放的意见。" for word in "甲乙丙丁戊己")
    for path in (world.path("shili-xian", 2021), world.path("shili-baishui", 2023)):
        path.write_text(path.read_text("utf-8").replace("一、总体情况\n", f"一、总体情况\n{unheard}\n", 1), "utf-8")
    world.build()
    page = world.root / "kept/docs/a/shili-xian/2021.md"
    assert "7户" not in page.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace("6户", "7户"), "utf-8")
    world.build()
    assert "7户" in page.read_text("utf-8")
    with open_cache(world.root / "kept/cache", world.root) as cache:
        assert texts.is_sealed(cache, texts.stand_of(cache.path))


def _said(said: str) -> str:
    return f"一、总体情况\n{said}\n"


def test_a_correction_settles_nothing_about_copied_texts(world: World) -> None:
    """What is judged anew with last year's corrections is compared with the whole archive, too."""
    world.limits = {"copy_least": 20, "template_agencies": 200, "copy_other": 0.3}
    world._limits()
    said = (
        "镇里围绕水库移民补助制定了详细的目录，明确了每一环节的责任人员，规定了办理的时限要求，由档案室统一保管备查。"
    )
    for agency in ("shili-xian", "shili-baishui"):
        path = world.path(agency, 2022)
        path.write_text(path.read_text("utf-8").replace("一、总体情况\n", _said(said), 1), "utf-8")
    failed = [f for f in world.build().by_agency["shili-xian"][1].findings if f.status == "fail"]
    cell = next(cell for finding in failed for cell in finding.elsewhere if cell.raw.isdigit())
    assert any(finding.check == "copy-other" for finding in failed)
    fix = {"cell": cell.path, "from": cell.raw, "to": "98765", "reason": "录入有误", "evidence": "来函"}
    sidecar = world.path("shili-xian", cell.year).with_suffix(".yml")
    sidecar.write_text(yaml.safe_dump({"corrections": [{**fix, "date": "2024-05-01"}]}), "utf-8")
    world.build()
    with (world.root / "kept/docs/data/findings.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["agency_id"], row["year"]) == ("shili-xian", "2022")]
    assert {row["after_correction"] for row in rows if row["check"] == "copy-other"} == {""}
    assert any(row["after_correction"] for row in rows)


def test_a_passage_that_many_print_still_counts_with_another(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is shared beyond the reports that the index leads to is compared where something rare leads there."""
    monkeypatch.setattr(texts, "KEPT", 5)
    monkeypatch.setattr(clause_index, "KEPT", 5)
    world.limits = {"copy_least": 20, "template_agencies": 40, "copy_other": 0.5}
    world._limits()
    common = (
        "镇里围绕水库移民补助制定了详细的目录，明确了每一环节的责任人员，规定了办理的时限要求，由档案室统一保管备查。"
    )
    rare = "宣传组走访果园里的养蜂人家，听取蜂箱摆放意见，送给了老党员。"
    for path in world.held():
        text = report_text(int(path.stem), NAMES[path.parent.name], 1, ("2021", False))
        path.write_text(text.replace("一、总体情况\n", _said(common), 1), "utf-8")
    first, last = world.held()[0], world.held()[-1]
    first.write_text(first.read_text("utf-8").replace(common, f"{rare}甲句放在这里隔开。{common}"), "utf-8")
    last.write_text(last.read_text("utf-8").replace(common, f"{rare}乙句放在这里隔开。"), "utf-8")
    world.build()
    last.write_text(last.read_text("utf-8").replace("乙句放在这里隔开。", f"丙句隔开。{common}丁句收尾。"), "utf-8")
    world.build()  # and the world compares


def test_a_threshold_that_changed_is_the_one_that_holds_later(tmp_path: Path) -> None:
    """A finding that came with a threshold goes when the peers' figures do."""
    world = World(tmp_path, 1)
    world.limits = {"peer_count": 3, "peer_times": 1000, "peer_least": 1}
    base = report_text(2022, "@@", 2, ("2021", False))
    printed = next(iter(re.findall(r"行政处罚\s+[0-9]+", base)))
    for path in world.held():
        path.unlink()

    def put(agency: str, count: int) -> None:
        figure = re.sub("[0-9]+", str(count), printed)
        world.path(agency, 2022).write_text(base.replace(printed, figure).replace("@@", NAMES[agency]), "utf-8")

    towns = [agency for agency in list(NAMES)[:4] if agency != "shili-xian"]
    world.registry["agencies"] = [world._agency(agency, NAMES[agency]) for agency in towns]
    world._registry()
    for agency, count in zip(towns, (10, 10, 300), strict=True):
        put(agency, count)
    world._limits()
    world.build()
    page = world.root / f"kept/docs/a/{towns[2]}/2022.md"
    before = page.read_text("utf-8")
    world.limits["peer_times"] = 20
    world._limits()
    world.build()
    assert page.read_text("utf-8") != before
    for agency in towns[:2]:
        put(agency, 200)
    world.build()
    world.build("anew")
    assert differing(world.tree(), world.tree("anew")) == []


def test_large_files_are_whole_though_whoever_made_them_died(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that puts them together is killed after the first: it is all done again, from what there was."""
    here, splice, made = os.getpid(), publish.spliced, []

    def dying(*of: Any) -> str:
        mark = splice(*of)
        made.append(mark)
        if os.getpid() != here and len(made) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return mark

    world.path("shili-baishui", 2021).unlink()  # a line fewer in each of them
    monkeypatch.setattr(publish, "spliced", dying)
    world.build(jobs=2)
    assert len(made) > 1  # and the world compares


def test_a_page_of_ours_that_is_replaced_is_found_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "site_files", lambda *_: iter([Page("method.md", "# 另写的一页\n".encode())]))
    searched: list[list[str]] = []
    entries = publish.entries
    monkeypatch.setattr(publish, "entries", lambda archive, pages, text: entries(archive, _note(searched, pages), text))
    world.change()
    world.build()
    assert searched[0].count("method.md") == 1


def _note(searched: list[list[str]], pages: Iterable[Page]) -> list[Page]:
    found = list(pages)
    searched.append([page.path for page in found])
    return found


def test_docs_that_were_copied_are_taken_as_they_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A docs folder that comes back from a CI cache, with other inodes and times, is looked at and not made again."""
    work = world.root / "kept"
    subprocess.run(["cp", "-r", str(work), str(world.root / "copy")], check=True)
    subprocess.run(["rm", "-r", str(work)], check=True)
    (world.root / "copy").rename(work)

    def never(*_: object) -> None:
        raise AssertionError

    with monkeypatch.context() as watched:
        watched.setattr(upkeep.Maker, "__call__", never)
        world.build()


def test_several_processes_give_the_same_bytes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages made in forked processes are those that one process makes."""
    monkeypatch.setattr(upkeep, "_CHUNK", 1)
    monkeypatch.setattr(publish, "_CHUNK", 1)
    world.build("many", jobs=3)
    assert differing(world.tree("many"), world.tree()) == []


def test_a_cache_with_a_hole_is_replaced(world: World) -> None:
    """Damage that shows only in the middle of a build costs time, not the build."""
    path = world.root / "kept/cache/nianbao.sqlite"
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 2] = b"\xff" * (len(data) // 2 - len(data) // 3)
    path.write_bytes(bytes(data))
    world.change()
    made = make_docs(world.folders("kept"), 1, lambda *_: None)
    assert re.fullmatch(r"上次记下的东西读不回来（.+），这一次从头做起，结果一样", made.remark)


@pytest.mark.parametrize(
    "damage",
    [
        "delete from pairs where number % 2 = 0",
        "update pairs set number = number + 100",
        "update pairs set pair = pair + 1",
        "delete from texts where number = 1",
        "update texts set pairs = x''",
        "insert into pending values ('nobody', 2022)",
    ],
)
def test_rows_that_are_gone_from_the_cache_are_noticed(world: World, damage: str) -> None:
    """What reports share is kept in tables of their own: damage there costs time, and changes no page."""
    with closing(sqlite3.connect(world.root / "kept/cache/nianbao.sqlite", isolation_level=None)) as db:
        before = db.total_changes
        db.execute(damage)
        assert db.total_changes > before
    world.change()
    world.build()  # and once it is torn down, the world compares it with a build from nothing
    with closing(sqlite3.connect(world.root / "kept/cache/nianbao.sqlite")) as db:
        world.build("anew")
        with closing(sqlite3.connect(world.root / "anew/cache/nianbao.sqlite")) as other:
            rows = "select pair, agency, year from pairs join texts using (number) order by 1, 2, 3"
            assert db.execute(rows).fetchall() == other.execute(rows).fetchall()


@pytest.mark.parametrize("how", ["file", "link"])
@pytest.mark.parametrize(
    "paths",
    [
        ("docs/a", "docs/data", "docs/search", "store/shili-xian", "store/SHA256SUMS"),
        ("docs/a/shili-xian", "docs/a/shili-baishui/2022.md", "docs/data/cells.csv", "store/shili-baishui/2022.json"),
    ],
)
def test_what_is_in_the_way_is_removed(world: World, paths: tuple[str, ...], how: str) -> None:
    """A file or a link to nowhere where a folder was, a folder where a file was: the next build is as from nothing."""
    for number, path in enumerate(paths):
        place = world.root / "kept" / path
        was_folder = place.is_dir()
        place.rename(world.root / f"away{number}")
        if not was_folder:
            (place / "inner").mkdir(parents=True)
            (place / "inner" / "file").write_text("外来", "utf-8")
        elif how == "file":
            place.write_text("外来", "utf-8")
        else:
            place.symlink_to(world.root / "nowhere")
    if how == "link":
        world.drop_agency()
        world._registry()
    world.build()  # and once it is torn down, the world compares it with a build from nothing


@pytest.mark.parametrize("whole", [False, True])
def test_the_pages_are_those_of_an_archive_in_memory(
    world: World, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    """Judged one agency at a time, by what is kept of the others, every page is as if all were judged together."""
    monkeypatch.setattr(upkeep, "_MANY", -1 if whole else 1000)
    world.build("anew")
    archive = gather(world.content, world.config, 1, lambda *_: None)
    made = {f"docs/{page.path}": page.data for page in build(archive)}
    kept = {path: data for path, data in world.tree("anew").items() if path.startswith("docs/") and data != b"folder"}
    assert differing(made, {path: data for path, data in kept.items() if path in made or "/search/" not in path}) == []


@pytest.mark.parametrize("seconds", [0.5, 0.9, 1.3])
def test_a_build_that_is_killed_leaves_nothing_wrong(tmp_path: Path, seconds: float) -> None:
    """kill -9 at any moment: the next build puts everything right."""
    world = World(tmp_path, 7)
    world.build()
    for path in world.held():
        world.report(path.parent.name, int(path.stem))
    script = (
        "import sys; from pathlib import Path; from generator.pipeline import Folders, make_docs;"
        "import generator.pipeline as p; p.site_files = lambda *_: iter(());"
        "make_docs(Folders(*map(Path, sys.argv[1:])), 1, lambda *_: None)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, *map(str, world.folders("kept"))])
    time.sleep(seconds)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    world.build()
    world.build("fresh")
    assert differing(world.tree(), world.tree("fresh")) == []


def test_tables_left_otherwise_are_made_anew_from_what_is_kept(world: World) -> None:
    """A build that was killed leaves its tables without their seal: they alone are made again."""
    world.build()
    with open_cache(world.root / "kept/cache", world.root) as cache:
        cache.db.execute("delete from about where name = 'texts'")
    made = make_docs(world.folders("kept"), 1, lambda *_: None)
    assert made.remark == ""
    world.build("fresh")
    assert differing(world.tree(), world.tree("fresh")) == []
    with open_cache(world.root / "kept/cache", world.root) as cache:
        assert texts.is_sealed(cache, texts.stand_of(cache.path))
