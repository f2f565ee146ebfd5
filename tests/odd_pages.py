"""Pages of a docs folder in every shape: as the generator prints them, and as a person may write them by hand."""

HERE = "a/shili/2022.md"
_REPORT = (
    '---\ntitle: "示例县 {0} 年"\ndescription: "说明"\nhide: ["navigation"]\n---\n\n'
    "# 示例县 {0} 年\n\n<p>一</p>{1}\n## 三\n"
)

PAGES = {
    "index.md": '---\ntitle: "首页"\nhide: ["toc"]\n---\n\n# 首页\n\n按地区浏览。\n',
    "r/index.md": "# 地区\n\n[首页](../index.md)、[一处](../a/shili/2022.md#三)、[图](../a/shili/2022/badge.svg)\n",
    "r/990000.md": '---\ntitle: "示例省"\n---\n# 示例省\n\n## 甲\n\n### 乙\n\n<p>文</p>\n\n### 丙\n\n## 甲\n',
    "coverage/index.md": "# 收录\n<p>一</p>\n",
    "coverage/990000.md": "# 省 & 市\n\n* 手写\n* 的 `代码`\n\n    缩进\n\n| 表 | 格 |\n|--|--|\n| 1 | 2 |\n",
    "findings/index.md": "<p>没有标题</p>\n",
    "checks/index.md": "#### 四级\n\n# 一级\n\n## 二级\n",
    "checks/one.md": (
        '---\ntitle: \'A & <b>B</b>\'\ndescription: "引号 \\" 和 &amp;"\nhide: [toc, navigation]\n---\n# 一 <b>二</b>\n'
    ),
    "errata.md": "文字\n第二行  \n第三行\n",
    "glossary.md": "# 名词\r\n\r\n一行。\r\n",
    "method.md": "\ufeff# 方法\n\n一行。\n",
    "data/index.md": "---\ntitle: 数据\ndate: 2020-01-01\n---\n",
    "about.md": "Title: 关于\n\n# 关于\n\n<https://example.org/> 和 [锚](#关于)\n",
    "a/shili/index.md": (
        '---\ntitle: "示例县·青山镇（一）"\ndescription: "a  b"\n---\n'
        "# 示例县·青山镇（一）\n\n## A&#45;B\n\n## A&#45;B\n"
    ),
    HERE: _REPORT.format(2022, "<div>二<br></div>") + "\n一行。\n",
    "a/shili/2023.md": _REPORT.format(2023, ""),
    "a/shi li/机关.md": "# 空格和汉字的文件夹\n\n## 三\n",
    "a/x&y/2022.md": "# 文件夹名里有记号\n\n## 三\n",
    "a/deep/er/and/deeper.md": "# 深处\n\n## 三\n",
    "a/empty.md": "",
    "a/title.md": "---\ntitle: 年报\n---\n<p>标题在前面</p>\n",
    "a/list.md": "---\ntitle: [一, 二]\ntemplate: main.html\n---\n# 三\n",
    "a/wild.md": (
        "# `码` *斜* \\[x\\] {# x}\n\n1. 一\n\n1. 二\n\n```\n<p>\n```\n\n"
        "<div>\n\n空行\n</div>\n\n&copy; &#169; a_b_c **粗**\n"
    ),
    "a/loose.md": "1. 一\n\n1. 二\n",
}
FILES = {
    "a/shili/2022/badge.svg": "<svg/>",
    "a/shili/2022/data.json": "{}",
    "assets/nianbao.css": "p{}",
    "assets/nianbao.js": "",
    "assets/images/favicon.png": "ours",
    "robots.txt": "x",
    "a/notes.txt": "x",
}
# What an override of the theme may do with a page, in a block of its head.
ASKED = [
    '{% if "二" in page.content %}<meta name="two">{% endif %}',
    '<meta name="x" content="{{ page.meta.description | urlencode }}">',
    '<i>{{ page.title | upper }}{{ (page.meta.title or "无")[:3] }}</i>',
    "<i>{{ page.url }}{{ page.file.src_uri }}{{ page.edit_url }}</i>",
    "{{ page.content | length }}{{ pages | length }}",
    "{% for item in page.toc %}{{ item.title | e }}{{ item.id }}{% endfor %}",
]


def override(asked: str) -> str:
    """A main.html that asks so of each page."""
    return f'{{% extends "base.html" %}}{{% block extrahead %}}{{% if page %}}{asked}{{% endif %}}{{% endblock %}}'
