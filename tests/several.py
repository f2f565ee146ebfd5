"""A fictional archive on several sites: what the tests of shards build, and where each site stands."""

import shutil
from pathlib import Path
from random import Random
from typing import NamedTuple

from fictional import report_text, write_report
from places import ROOT
from prose_samples import prose

from generator.pipeline import Built, Folders, build_site
from generator.sharing import build_shard

REGISTRY = """\
regions:
  "980000": 示东省
  "980100": 示海市
  "980101": 示海县
  "990000": 示例省
  "990100": 示例市
  "990101": 示例县
  "990102": 示例区
agencies:
  - {id: shidong-xian, name: 示海县人民政府, level: county, region: "980101"}
  - {id: shili-qingshan, name: 示例县青山镇人民政府, level: township, region: "990101", aliases: [青山镇]}
  - {id: shili-qu, name: 示例区人民政府, level: county, region: "990102"}
  - {id: shili-xian, name: 示例县人民政府, level: county, region: "990101"}
"""
# One province is shared by two shards; the third stands at another origin than the portal.
SHARDS = """\
portal: {near}nianbao/
shards:
  - {{id: dong, name: 东片, address: "{near}nianbao-dong/", regions: ["990000"]}}
  - {{id: xi, name: 西片, address: "{near}nianbao-xi", regions: ["990101"]}}
  - {{id: hai, name: 海片, address: "{far}nianbao-hai/", regions: ["980000"]}}
"""
HOMES = {"shidong-xian": "hai", "shili-qingshan": "xi", "shili-qu": "dong", "shili-xian": "xi"}
# The figures of four bodies are few: checks against others speak where those of a whole country would.
LIMITS = "peer_count: 2\npeer_times: 1.01\npeer_least: 1\n"


class Sites(NamedTuple):
    """Every site by its id, ``whole`` too, as folders of Markdown and of HTML; and the address of each."""

    folders: dict[str, Folders]
    built: dict[str, Built]
    addresses: dict[str, str]


def write_several(work: Path, near: str, far: str) -> tuple[Path, Path]:
    """Write content and configuration to ``work``; ``near`` and ``far`` are origins that end in a slash."""
    content, config = work / "content", work / "site_config"
    shutil.copytree(ROOT / "site_config", config)
    (config / "shards.yml").write_text(SHARDS.format(near=near, far=far), "utf-8")
    (config / "checks.yml").write_text(LIMITS, "utf-8")
    content.mkdir()
    (content / "agencies.yml").write_text(REGISTRY, "utf-8")
    text = "".join(prose(Random(7), "青山镇", 2022)["overview"].split("\n"))
    write_report(content, "shili-qingshan", 2020, report_text(2020, seed=2, shape=("2019", False)))
    write_report(content, "shili-qingshan", 2022, _with(report_text(2022, seed=3), text))
    write_report(content, "shili-xian", 2022, report_text(2022, "示例县人民政府", seed=4))
    write_report(content, "shili-qu", 2021, "")
    write_report(content, "shili-qu", 2022, report_text(2022, "示例区人民政府", seed=5))
    write_report(content, "shidong-xian", 2022, _with(report_text(2022, "示海县人民政府", seed=6), text))
    write_report(content, "nobody", 2022, report_text(2022, "示例乡人民政府", seed=8))
    return content, config


def _with(report: str, text: str) -> str:
    """The report with ``text`` as the first paragraph of its overview."""
    heading = "一、总体情况"
    assert heading in report
    return report.replace(heading, f"{heading}\n\n{text}", 1)


def build_several(work: Path, near: str, far: str, *, stock: bool = False, only: str = "") -> Sites:
    """Build all sites, each where the server of its origin looks: ``work``/near, ``work``/far; or the ``only`` one."""
    if not (work / "content").is_dir():
        write_several(work, near, far)
    places = {"whole": "whole", "portal": "near/nianbao", "dong": "near/nianbao-dong", "xi": "near/nianbao-xi"}
    places["hai"] = "far/nianbao-hai"
    sites = Sites({}, {}, {name: f"{near}{place[5:]}/" for name, place in places.items() if place.startswith("near")})
    sites.addresses["hai"] = f"{far}nianbao-hai/"
    for name, place in places.items():
        if only in ("", name):
            made = work / "stock" if stock else work
            docs = made / "b" / "docs"
            own = docs if name == "whole" else docs.with_name(f"docs-{name}")
            folders = Folders(
                work / "content", work / "site_config", made / "b/store", docs, made / place, ROOT / "mkdocs.yml"
            )
            sites.folders[name] = folders._replace(docs=own)
            if name == "whole":
                sites.built[name] = build_site(folders, 1, lambda *_: None, stock)
            else:
                sites.built[name] = build_shard(folders, name, 1, lambda *_: None, stock)
    return sites
