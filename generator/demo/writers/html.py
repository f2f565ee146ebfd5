"""Web pages as government sites serve them: the report between navigation, a table of metadata, and scripts."""

import re
from collections.abc import Callable
from html import escape
from random import Random

from generator.demo.sheet import Block, Placed, pieces, placed

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_示例县人民政府</title>
<meta name="SiteName" content="示例县人民政府"><script>var total = [3, 5, 8];</script>
<style>td {{ border: 1px solid; padding: 2px; font-size: 9pt }} table {{ border-collapse: collapse }}</style></head>
<body><div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li>3</li></ul></div>
<table class="meta"><tr><td>索引号</td><td>000000000/2024-00001</td><td>分类</td><td>年度报告</td></tr>
<tr><td>名称</td><td>{title}</td><td>文号</td><td>无</td></tr></table>
<div id="zoom"><h1>{title}</h1>
{body}
</div><div class="share"><select><option>12</option></select></div>
<div class="foot"><p>主办：示例县人民政府办公室</p><p>网站标识码：9900000000</p></div>
<script>document.write("<table><tr><td>总计</td><td>999</td></tr></table>");</script></body></html>
"""
Cell = Callable[[str], str]


def as_html(blocks: list[Block], random: Random) -> bytes:
    """Spans as spans, text as it is."""
    return _page(blocks, escape)


def as_messy_html(blocks: list[Block], random: Random) -> bytes:
    """Spans as spans, text as editors leave it: paragraphs, line breaks, figures split over inline elements."""
    return _page(blocks, lambda text: _messy(text, random))


def as_html_without_rowspan(blocks: list[Block], random: Random) -> bytes:
    """A cell that spans rows stands as a cell with its text and empty cells below."""
    return _page(blocks, escape, rowspan=False)


def _page(blocks: list[Block], cell: Cell, rowspan: bool = True) -> bytes:
    title, rest = str(blocks[0]), blocks[1:]
    body = "\n".join(
        f"<p>{escape(block)}</p>"
        if isinstance(block, str)
        else "\n<p>&nbsp;</p>\n".join(_table(placed(piece), cell, rowspan) for piece in pieces(block))
        for block in rest
    )
    return _PAGE.format(title=escape(title), body=body).encode()


def _table(rows: list[list[Placed]], cell: Cell, rowspan: bool) -> str:
    trs = ("".join(_td(one, cell, rowspan) for one in row) for row in rows)
    return "<table><tbody>" + "\n".join(f"<tr>{tr}</tr>" for tr in trs) + "</tbody></table>"


def _td(one: Placed, cell: Cell, rowspan: bool) -> str:
    if not one.down and rowspan:
        return ""
    across = f' colspan="{one.slot.across}"' if one.slot.across > 1 else ""
    down = f' rowspan="{one.down}"' if one.down > 1 and rowspan else ""
    return f"<td{across}{down}>{cell(one.slot.text)}</td>"


def _messy(text: str, random: Random) -> str:
    """The markup of one cell; a line break only where the text, being a label, can bear one."""
    parts = [escape(text)]
    if len(text) > 1 and random.random() < 0.5:
        at = random.randint(1, len(text) - 1)
        inner = random.choice(["</span><span>", "<b></b>", '<font face="宋体"></font>', "<o:p></o:p>", "<!-- 1 -->"])
        if not re.search(r"[0-9０-９]", text) and random.random() < 0.3:
            inner = "<br/>"
        parts = [escape(text[:at]), inner, escape(text[at:])]
    inline = f"<span>{''.join(parts)}</span>"
    wrapped = random.choice(["{}", "<p>{}</p>", "\n  <p align='center'><font>{}</font></p>\n", "{}<p>&nbsp;</p>"])
    return wrapped.format(inline)
