"""Faults in ``mkdocs.yml`` in Chinese, with their lines: MkDocs says them in English, and late."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from generator.errors import ConfigError, visible
from generator.yamldoor import SETTINGS, few, load_nodes
from generator.yamlfault import key_text, line_of, sentence_of_unknown
from generator.yamlfile import keys_twice

_HINT = "请照上面的话改正 mkdocs.yml 后重试"
_LONGEST = 40  # characters of a number
_TAGS = ("!ENV", "!relative")  # what MkDocs adds to YAML
_PLAIN = ("int", "float", "bool", "null", "timestamp", "binary")


def check_mkdocs(path: Path) -> None:
    """Look at ``mkdocs.yml`` before anything is read: raise ConfigError where it is no YAML, or its keys are wrong.

    Its values are for MkDocs to judge, but for those that it cannot even read; what it says goes through ``explained``.
    """
    root = _nodes(path)
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError("第 1 行 应当是「项: 内容」，每项一行", str(path), _HINT)
    told = list(keys_twice(root))
    known = _settings()
    for key, _ in root.value:
        if key.value not in known:
            told.append((key.start_mark.line + 1, sentence_of_unknown(key_text(key), known)))
    told += _unreadable(root)
    if told:
        raise ConfigError(few([f"第 {line} 行 {what}" for line, what in sorted(told)]), str(path), _HINT)


def _unreadable(node: yaml.Node) -> Iterator[tuple[int, str]]:
    """What MkDocs would fall over: values that PyYAML cannot make, and numbers too long to be printed again."""
    what = _scalar_fault(node) if isinstance(node, yaml.ScalarNode) else ""
    if node.tag.startswith("!") and node.tag not in _TAGS:
        what = f"「{visible(node.tag[:40])}」不能用：以「!」开头的只有 {'、'.join(_TAGS)}"
    if what:
        yield node.start_mark.line + 1, what
    for child in node.value if isinstance(node, yaml.CollectionNode) else []:
        for part in child if isinstance(child, tuple) else (child,):
            yield from _unreadable(part)


def _scalar_fault(node: yaml.ScalarNode) -> str:
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind in ("int", "float") and len(node.value) > _LONGEST:
        return f"数太长（{len(node.value)} 个字）；是文字的，请加引号"
    if re.search("[\ud800-\udfff]", node.value):
        return "里有不成字的编码（\\ud800 至 \\udfff），请直接写这个字"
    if kind in _PLAIN:
        try:
            yaml.constructor.SafeConstructor().construct_object(node)
        except Exception:  # whatever PyYAML raises for a date like 2024-13-45 or !!int x
            return f"「{visible(node.value[:40])}」不能用，是文字的请加引号"
    return ""


def _settings() -> list[str]:
    from mkdocs.config.defaults import MkDocsConfig

    return [key for key, _ in MkDocsConfig._schema]


def _nodes(path: Path) -> yaml.Node | None:
    return load_nodes(path.resolve(), str(path), SETTINGS, _HINT)  # a link may lead to it: it is our own


def explained(path: Path, said: Iterable[str]) -> list[str]:
    """What MkDocs ``said`` of its settings and the pages, in Chinese; what is not known is quoted."""
    root = _nodes(path)
    return list(dict.fromkeys(_explained(root, " ".join(message.split())) for message in said))


def _explained(root: yaml.Node | None, message: str) -> str:
    if setting := re.match(r"Config value '([^']+)': (.*)", message):
        name, what = setting.groups()
        return f"第 {line_of(root, name.split('.'))} 行 「{name}」{_value(what)}"
    if page := re.match(r"A (?:relative path|reference) to '([^']+)' is included in the 'nav' configuration", message):
        return f"第 {line_of(root, ('nav',), page[1])} 行 nav 里的「{page[1]}」没有这个页面"
    if pages := re.match(r"The following pages exist in the docs directory, but are not included .*?: (.*)", message):
        names = "、".join(pages[1].removeprefix("- ").split(" - "))
        return f"页面没有写进 nav：{names}，请加进 nav，或者加进 not_in_nav"
    if link := re.match(r"Doc file '([^']+)' contains a link '([^']+)'", message):
        return f"页面「{link[1]}」里的链接「{link[2]}」没有去处"
    if fallen := re.match(r"Fallen over: (.*)", message):
        return f"有一项的内容不是那里该有的（Python 的原话：{fallen[1]}），请核对最近改过的几项"
    if quoted := re.match(r"Aborted with (\d+)", message):
        return f"共 {quoted[1]} 处"
    return f"MkDocs 的原话：{message}"


_TYPES = {
    "str": "文字",
    "bool": "true 或 false",
    "list": "列表",
    "dict": "「项: 内容」",
    "int": "整数",
    "NoneType": "空着",
}
# How MkDocs' words on a value run → what is said instead.
_VALUES = (
    (r"Required configuration not provided", "没有写"),
    (r"The path '(.*?)' isn't an existing directory", "指的文件夹「{0}」不存在"),
    (r"The path '(.*?)' isn't an existing file", "指的文件「{0}」不存在"),
    (r"The path set in .*? \('(.*?)'\) does not exist", "指的文件夹「{0}」不存在"),
    (r"Unrecognised theme name: '(.*?)'", "写的主题「{0}」没有安装"),
    (r'The "(.*?)" plugin is not installed', "写的插件「{0}」没有安装"),
    (r"Failed to load extension '(.*?)'", "写的扩展「{0}」没有安装，或者装不上"),
    (r"The URL isn't valid", "不是网址，应以 http:// 或 https:// 开头"),
    (r"Expected nav to be a list", "应当是列表：每项一行，前面加「- 」"),
    (r"Invalid Plugins configuration", "应当是列表：每项一行，前面加「- 」"),
    (r"Invalid Markdown Extensions configuration", "应当是列表：每项一行，前面加「- 」"),
)


def _value(what: str) -> str:
    if kinds := re.match(r"Expected type: (.*?) but received: <class '(.*?)'>", what):
        wanted = "、".join(dict.fromkeys(_TYPES.get(kind, kind) for kind in re.findall(r"'(\w+)'", kinds[1])))
        return f"写的是{_TYPES.get(kinds[2], kinds[2])}，应当是{wanted}"
    if inner := re.match(r"Sub-option '(.*?)':? (?:configuration error: )?(.*)", what):
        return f"的「{inner[1]}」{_value(inner[2])}"
    for pattern, said in _VALUES:
        if match := re.search(pattern, what):
            return said.format(*match.groups())
    return f"不合要求，MkDocs 的原话：{what}"
