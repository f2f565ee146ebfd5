"""YAML files that people write, read into models: errors name the file, the line and what would be right."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from generator.errors import ConfigError, reason

Loaded = TypeVar("Loaded", bound=BaseModel)
_LARGEST = 20_000_000


# The parser of libyaml where PyYAML was built with it: a registry of two thousand agencies takes 0.1 s instead of 2.
if TYPE_CHECKING:
    _Safe = yaml.SafeLoader
else:
    _Safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):
    """A safe loader that keeps dates as written and refuses a key given twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(None, None, f"「{key.value}」写了两次", key.start_mark)
        seen.add(key.value)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
# Dates stay text: the models check them, and 2023-01-29 must not become an object that JSON cannot hold.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_yaml(path: Path, model: type[Loaded], shown: str = "", context: object = None) -> Loaded:
    """Read ``path`` into ``model``. Raises ConfigError with every fault found, each with its line.

    ``context`` is handed to the validators of the model.
    """
    shown = shown or str(path)
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise ConfigError("文件太大", shown, "请核对是不是放错了文件")
        text = data.decode("utf-8-sig")
        root, loaded = _parsed(text)
    except OSError as error:
        raise ConfigError(f"文件打不开（{reason(error)}）", shown, "请检查文件是否存在、能否读取") from error
    except UnicodeDecodeError as error:
        raise ConfigError("不是 UTF-8 文本", shown, "请另存为 UTF-8") from error
    except yaml.YAMLError as error:
        raise ConfigError(_yaml_fault(error), shown, "请检查缩进、冒号后的空格和引号") from error
    try:
        return model.model_validate(loaded if loaded is not None else {}, context=context)
    except ValidationError as error:
        faults = [f"第 {_place(root, dict(fault))} 行 {_fault(dict(fault))}" for fault in error.errors()]
        more = f"；另有 {len(faults) - 5} 处" if len(faults) > 5 else ""
        raise ConfigError("；".join(faults[:5]) + more, shown, "请照文件开头的说明改正") from error


def _parsed(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes, which know their lines, and what they say."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        return root, None if root is None else loader.construct_document(root)
    finally:
        loader.dispose()


def _yaml_fault(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "写法有误"
    problem = problem if any("\u4e00" <= char <= "\u9fff" for char in problem) else "附近的缩进、冒号或引号不对"
    return f"第 {mark.line + 1} 行 {problem}" if mark else problem


class Fault(ValueError):
    """A fault that a model finds across entries; ``culprit`` is the text in the file that shows where.

    Where that text may stand in many places, ``steps`` lead there instead: keys and positions from the model's own.
    """

    def __init__(self, message: str, culprit: str, steps: tuple[int | str, ...] = ()) -> None:
        super().__init__(message)
        self.culprit, self.steps = culprit, steps


def _place(root: yaml.Node | None, fault: dict[str, Any]) -> int:
    cause = (fault.get("ctx") or {}).get("error")
    if isinstance(cause, Fault) and cause.steps:
        return _line(root, (*fault["loc"], *cause.steps))
    if isinstance(cause, Fault) and root is not None:
        lines = [node.start_mark.line + 1 for node in _scalars(root) if node.value == cause.culprit]
        if lines:
            return lines[-1]
    return _line(root, fault["loc"])


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    for child in node.value if isinstance(node, yaml.CollectionNode) else []:
        for part in child if isinstance(child, tuple) else (child,):
            yield from _scalars(part)


def _line(node: yaml.Node | None, place: Sequence[int | str]) -> int:
    """Return the line of the deepest node on the way to ``place``."""
    line = node.start_mark.line + 1 if node else 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _fault(fault: dict[str, Any]) -> str:
    name = ".".join(str(step) for step in fault["loc"])
    given = repr(fault.get("input"))
    given = given if len(given) <= 40 else f"{given[:40]}…"
    context = fault.get("ctx") or {}
    say = {
        "missing": f"缺少「{name}」",
        "extra_forbidden": f"不认识「{name}」这一项",
        "literal_error": f"「{name}」写的是 {given}，只能是 {re.sub(', | or ', '、', context.get('expected', ''))}",
        "string_type": f"「{name}」写的是 {given}，应当是文字；数字代码请加引号",
        "string_pattern_mismatch": f"「{name}」写的是 {given}，不合格式",
        "int_type": f"「{name}」写的是 {given}，应当是整数",
        "int_from_float": f"「{name}」写的是 {given}，应当是整数",
        "float_type": f"「{name}」写的是 {given}，应当是数",
        "float_parsing": f"「{name}」写的是 {given}，应当是数",
        "greater_than": f"「{name}」写的是 {given}，应当大于 {context.get('gt')}",
        "greater_than_equal": f"「{name}」写的是 {given}，应当不小于 {context.get('ge')}",
        "less_than_equal": f"「{name}」写的是 {given}，应当不大于 {context.get('le')}",
        "list_type": f"「{name}」应当是列表：每项一行，前面加 -",
        "string_too_short": f"「{name}」不能空着",
        "bool_type": f"「{name}」写的是 {given}，应当是 true 或 false",
        "value_error": str(context.get("error", "")),
    }
    return say.get(fault["type"], f"「{name}」写的是 {given}，不合要求")
