"""Faults in ``mkdocs.yml`` in Chinese, with their lines: MkDocs says them in English, and late."""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from generator.errors import ConfigError, reason
from generator.yamlfault import line_of, sentence_of_unknown, syntax_faults
from generator.yamlfile import keys_twice

_HINT = "请照上面的话改正 mkdocs.yml 后重试"


def check_mkdocs(path: Path) -> None:
    """Look at ``mkdocs.yml`` before anything is read: raise ConfigError where it is no YAML, or its keys are wrong.

    Its values are for MkDocs to judge; what it says of them goes through ``explained``.
    """
    root = _nodes(path)
    if not isinstance(root, yaml.MappingNode):
        raise ConfigError("第 1 行 应当是「项: 内容」，每项一行", str(path), _HINT)
    told = list(keys_twice(root))
    known = _settings()
    for key, _ in root.value:
        if key.value not in known:
            told.append((key.start_mark.line + 1, sentence_of_unknown(str(key.value), known)))
    if told:
        raise ConfigError("；".join(f"第 {line} 行 {what}" for line, what in sorted(told)), str(path), _HINT)


def _settings() -> list[str]:
    from mkdocs.config.defaults import MkDocsConfig

    return [key for key, _ in MkDocsConfig._schema]


def _nodes(path: Path) -> yaml.Node | None:
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"文件打不开（{reason(error)}）", str(path), "请检查文件是否存在、能否读取") from error
    except UnicodeDecodeError as error:
        raise ConfigError("不是 UTF-8 文本", str(path), "请另存为 UTF-8") from error
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)  # nodes only: nothing is constructed
    except yaml.YAMLError as error:
        what = "；".join(f"第 {line} 行 {fault}" for line, fault in syntax_faults(error, text))
        raise ConfigError(what, str(path), _HINT) from error
    return root


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
