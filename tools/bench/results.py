"""The results of a run as a table against what is to be reached, as JSON, and as a plot."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from measure import exponent

_STARTS = ("启动", "开始")  # what a run takes whatever its size; the peers' processes have it too
_SITE = (*_STARTS, "制作网站")
_SEARCH = ("制作检索",)
_CHANGED = ("changed-sentence", "changed-figure", "changed-shared")
_BARS = {
    "build": "年报：读取、核对到网站",
    "site": "年报：启动、Markdown 到网站",
    "changed-sentence": "年报：改一份，加一句话",
    "changed-figure": "年报：改一份，新收总数越过同类的中位数",
    "changed-shared": "年报：改一份，换上别的机关写的一段",
    "hugo": "Hugo",
    "pagefind": "Pagefind",
    "stock": "MkDocs 原样",
    "zensical": "Zensical",
}
_OURS = ("build", "site", *_CHANGED)
_WITHIN = """
各行算了什么（都是同一次运行里的墙上时间）：

- 不含检索：我们的是启动（解释器、导入、退出）、开始（设置和登记）、制作网站（Markdown 到网页）三段；\
Hugo 是整个进程，也是从同样的 Markdown 到网页。
- 含检索：我们的再加制作检索；另一边再加 Pagefind 的整个进程。
- 以上两行，两边都不算读取、核对和写出 Markdown。
- 改一份：整个进程，从改好的文件到做好的网站和检索；三种改动里取最慢的一种，各种见下表。
- 第一条结果：框已经点开（这时取索引的总表，算在取回的字节里），要找的字像输入法那样一次送入，到第一条出现；\
用网页自己的钟。"""


def write(folder: Path, found: dict[str, Any]) -> None:
    """Write results.json, results.md and results.svg."""
    (folder / "results.json").write_text(json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")
    (folder / "results.md").write_text("\n".join(_lines(found)) + "\n", "utf-8")
    (folder / "results.svg").write_text(_plot(found), "utf-8")


def _lines(found: dict[str, Any]) -> Iterator[str]:
    machine = found["machine"]
    yield "# 测速"
    yield f"\n{machine['cores']} 核，{machine['system']}，Python {machine['python']}；{found['rounds']} 遍，取中位数。"
    yield from _goals(found)
    for size, one in found["sizes"].items():
        yield from _size(size, one)
    yield from _growth(found)
    yield from _formats(found.get("reading") or [])
    if found["missing"]:
        yield "\n## 没有做成的\n"
        yield from (f"- {name}：{why}" for name, why in sorted(found["missing"].items()))


def _formats(rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        yield "\n## 各种格式的读取\n\n| 格式 | 每份 ms | 库本身 ms | 自己的 ms | 库 | 上限 |\n|---|---|---|---|---|---|"
    for row in rows:
        times = f"{row['whole']:.1f} | {row['base']:.2f} | {row['whole'] - row['base']:.1f}"
        yield f"| {row['name']} | {times} | {row['library']} | {row['limit']} |"


def _size(size: str, one: dict[str, Any]) -> Iterator[str]:
    yield f"\n## {size} 份报告（实有 {one['reports']} 份）"
    yield "\n| 做什么 | 秒 | 与 Hugo 之比 | 内存 MB |\n|---|---|---|---|"
    against = one["seconds"].get("hugo")
    for name, seconds in one["seconds"].items():
        ratio = f"{seconds / against:.2f}" if against else "—"
        yield f"| {_BARS[name]} | {seconds:.2f} | {ratio} | {one['megabytes'][name]:.0f} |"
    yield "\n各阶段：" + "，".join(f"{stage} {seconds:.2f} 秒" for stage, seconds in one["stages"].items())
    pages, others = one["pages"], one.get("peer_pages") or {}
    yield f"\n报告页每页 {pages['report_page'] / 1024:.1f} KB；检索每份 {pages['search'] / 1024:.2f} KB。"
    yield "别的程序的报告页：" + "，".join(f"{_BARS[name]} {size / 1024:.1f} KB" for name, size in others.items())
    if one.get("queries"):
        yield "\n| 查什么 | 第一条结果 毫秒 | 取回 KB | 文件 |\n|---|---|---|---|"
        for query in one["queries"]:
            took = f"{query['milliseconds']:.0f} | {query['fetched'] / 1024:.0f} | {query['files']}"
            yield f"| {query['words']} | {took} |"


def _stage(one: dict[str, Any], names: tuple[str, ...]) -> float | None:
    """The seconds of these stages together; None where one of them was not timed: a part would flatter us."""
    found = [one["stages"][name] for name in names if name in one["stages"]]
    return sum(found) if len(found) == len(names) else None


def _worst(seconds: dict[str, float]) -> float | None:
    """Of the changes of one report the slowest; None where one of them was not timed."""
    found = [seconds[name] for name in _CHANGED if name in seconds]
    return max(found) if len(found) == len(_CHANGED) else None


def _goals(found: dict[str, Any]) -> Iterator[str]:
    """What the largest size has to reach."""
    yield "\n| 要达到 | 实测 | |\n|---|---|---|"
    sizes = found["sizes"]
    one = sizes[max(sizes, key=int)] if sizes else {}
    seconds, pages = one.get("seconds", {}), one.get("pages", {})
    hugo, pagefind = seconds.get("hugo"), seconds.get("pagefind")
    site, search = _stage(one, _SITE) if one else None, _stage(one, _SEARCH) if one else None
    asked, worst = one.get("queries") or [], _worst(seconds)
    rows: list[tuple[str, float | None, float, str]] = [
        ("做成网站，不含检索 ÷ Hugo ≤ 0.9", site / hugo if site and hugo else None, 0.9, ""),
        ("做成网站，含检索 ÷（Hugo＋Pagefind）≤ 0.4",
         (site + search) / (hugo + pagefind) if site and search and hugo and pagefind else None, 0.4, ""),
        ("内存 ≤ 500 MB", one.get("megabytes", {}).get("build"), 500, " MB"),
        ("改一份，最慢的一种 ≤ 5 秒", worst, 5, " 秒"),
        ("改一份，最慢的一种 ÷ Hugo ≤ 0.5", worst / hugo if worst and hugo else None, 0.5, ""),
        ("报告页 ≤ 25 KB", pages["report_page"] / 1024 if pages else None, 25, " KB"),
        ("检索每份 ≤ 1.5 KB", pages["search"] / 1024 if pages else None, 1.5, " KB"),
        ("一次查询 ≤ 150 KB", max((query["fetched"] / 1024 for query in asked), default=None), 150, " KB"),
        ("第一条结果 < 300 毫秒", max((query["milliseconds"] for query in asked), default=None), 300, " 毫秒"),
        ("新克隆，真实内容 < 15 秒", (found.get("cold") or {}).get("seconds"), 15, " 秒"),
        *_exponents(found),
    ]  # fmt: skip
    judged = (found.get("judge") or {}).get(max(sizes, key=int)) if sizes else None
    rows.append(("核对一遍 < 30 秒", judged["seconds"] if judged else None, 30, " 秒"))
    if one and search is None:
        yield f"| 检索 | 没有「{_SEARCH[0]}」这个阶段，它的时间算在别的阶段里 | 没有分开测 |"
    for name, value, limit, unit in rows:
        verdict = "没有测" if value is None else "达到" if value <= limit else "没有达到"
        yield f"| {name} | {'—' if value is None else f'{value:.2f}{unit}'} | {verdict} |"
    yield _WITHIN


def _exponents(found: dict[str, Any]) -> Iterator[tuple[str, float | None, float, str]]:
    for name, costs in _costs(found).items():
        small, large = min(costs), max(costs)
        value = exponent(small, large) if 0 < small[0] < large[0] and small[1] > 0 else None
        yield f"{name}的增长指数 ≤ 1.05", value, 1.05, ""


def _costs(found: dict[str, Any]) -> dict[str, list[tuple[int, float]]]:
    """Seconds at each size of every stage, and of the judgement alone."""
    costs: dict[str, list[tuple[int, float]]] = {}
    for one in found["sizes"].values():
        for stage, seconds in one["stages"].items():
            if stage not in _STARTS:
                costs.setdefault(stage, []).append((one["reports"], seconds))
    for one in (found.get("judge") or {}).values():
        costs.setdefault("核对", []).append((one["reports"], one["seconds"]))
    return costs


def _growth(found: dict[str, Any]) -> Iterator[str]:
    yield "\n## 随份数增长\n"
    for name, costs in _costs(found).items():
        yield f"- {name}：" + "，".join(f"{size} 份 {seconds:.2f} 秒" for size, seconds in sorted(costs))


def _plot(found: dict[str, Any]) -> str:
    """Bars of the seconds that each program takes, on a scale of its own for every size."""
    rows, y = [], 30
    for size, one in found["sizes"].items():
        seconds = {**one["seconds"], **({"site": site} if (site := _stage(one, _SITE)) else {})}
        most = max(seconds.values(), default=1)
        rows.append(f'<text x="10" y="{y}" font-weight="bold">{escape(size)} 份报告，秒</text>')
        for name, value in sorted(seconds.items(), key=lambda pair: pair[1]):
            y += 24
            width, colour = max(1, round(420 * value / most)), "#3f51b5" if name in _OURS else "#9e9e9e"
            rows.append(f'<text x="10" y="{y}">{escape(_BARS[name])}</text>')
            rows.append(f'<rect x="210" y="{y - 13}" width="{width}" height="16" fill="{colour}"/>')
            rows.append(f'<text x="{width + 218}" y="{y}">{value:.2f}</text>')
        y += 42
    style = "font-family:sans-serif;font-size:14px;background:#fff"
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="720" height="{y}" style="{style}">{"".join(rows)}</svg>\n'
