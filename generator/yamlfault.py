"""What is wrong in a YAML file, in Chinese: the line, what stands there and what would be right."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, get_args

import yaml
from pydantic import AfterValidator, BaseModel

from generator.errors import visible

Place = tuple[int | str, ...]


class Fault(ValueError):
    """A fault that a model finds across entries; ``culprit`` is the text in the file that shows where.

    Where that text may stand in many places, ``steps`` lead there instead: keys and positions from the model's own.
    """

    def __init__(self, message: str, culprit: str, steps: Place = ()) -> None:
        super().__init__(message)
        self.culprit, self.steps = culprit, steps


class Faults(ValueError):
    """Several faults that a model found at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("；".join(map(str, faults)))
        self.faults = tuple(faults)


class Unfit:
    """A value that no model takes; ``what`` says why, to follow its name.

    ``said`` is a number as it is written, for what only looks like one.
    """

    def __init__(self, what: str, said: str = "") -> None:
        self.what, self.said = what, said


def like(pattern: str, right: str) -> AfterValidator:
    """Hold a text of a model against ``pattern``; ``right`` says in words what fits."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"写的是「{text[:60]}」，应当是{right}")
        return text

    return AfterValidator(check)


def line_of(root: yaml.Node | None, place: Sequence[int | str], culprit: str = "") -> int:
    """Return the line of the last place that says ``culprit``; else of the deepest node on the way to ``place``."""
    lines = [node.start_mark.line + 1 for node in _scalars(root) if node.value == culprit] if culprit else []
    return lines[-1] if lines else _deepest(root, place)


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    for child in node.value if isinstance(node, yaml.CollectionNode) else []:
        for part in child if isinstance(child, tuple) else (child,):
            yield from _scalars(part)


def _deepest(node: yaml.Node | None, place: Sequence[int | str]) -> int:
    line = node.start_mark.line + 1 if node else 1
    for step in place:
        if isinstance(node, yaml.MappingNode):
            pair = _pairs(node).get(str(step))
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


@lru_cache(maxsize=16)  # a registry may hold a hundred thousand wrong keys, each to be found
def _pairs(node: yaml.MappingNode) -> Mapping[str, tuple[yaml.Node, yaml.Node]]:
    """The pairs of a mapping by the text of their keys; of a key given twice the first."""
    return {key_text(key): (key, value) for key, value in reversed(node.value)}


def key_text(key: yaml.Node) -> str:
    """A key as it is written, whatever YAML takes it for (``yes``, ``990101``): it can be shown and encoded."""
    return visible(str(key.value))


def syntax_faults(error: yaml.YAMLError, text: str) -> list[tuple[int, str]]:
    """Why ``text`` is no YAML, with lines. The library stops at the first fault; lines with tabs are all named."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    line = mark.line + 1 if mark else 1
    tabs = [n for n, said in enumerate(text.splitlines(), start=1) if re.match(r" *\t", said)]
    if {line, line - 1} & set(tabs):  # elsewhere they may stand in the middle of a text
        return [(tab, "行首用了制表符（Tab），请改成空格") for tab in tabs]
    start = max(0, line - 2)
    near = text.splitlines()[start:line]
    wide = next((start + i for i, said in enumerate(near, start=1) if re.match(r"[\s-]*[a-z_]+：", said)), None)
    if wide is not None:
        return [(wide, _WIDE)]
    return [(line, _problem(problem))]


_WIDE = "冒号用了全角的「：」，请改成半角的「: 」，后面空一格"
_MAPPING = ("model_type", "model_attributes_type", "dict_type")
_INDENT = "缩进与上面不齐，或者列表项前面少了「- 」"
_CONTENT = "这里少了内容，或者括号没有配对"
# How PyYAML's words begin, or libyaml's, → what is said instead.
_PROBLEMS = (
    ("mapping values are not allowed", "这里不能有冒号：请看上一行的缩进，文字里有冒号的要加引号"),
    ("could not find expected ':'", "少了冒号，应写作「项: 内容」，冒号用半角，后面空一格"),
    ("expected <block end>", _INDENT),
    ("did not find expected key", _INDENT),
    ("did not find expected '-' indicator", _INDENT),
    ("expected ',' or ']'", "方括号没有配对，或者少了逗号，应写作 [甲, 乙]"),
    ("expected ',' or '}'", "花括号没有配对，或者少了逗号，应写作 {year: 2020, note: 说明}"),
    ("expected the node content", _CONTENT),
    ("did not find expected node content", _CONTENT),
    ("found unexpected end of stream", "引号没有配对"),
    ("found unknown escape", "双引号里的反斜线（\\）不对，请改用单引号"),
    ("found unexpected document", "文件里有一行「---」或「...」，请删去"),
    ("but found another document", "文件里有两份内容（一行「---」），请只留一份"),
    ("found undefined tag", "不能用以「!」开头的写法，请删去"),
    ("expected chomping or indentation", "「|」和「>」后面要换行，文字从下一行写起；文字本身以它开头的要加引号"),
    ("expected alphabetic or numeric", "以「&」或「*」开头的文字要加引号"),
    ("cannot start any token", "以符号开头的文字要加引号"),
    ("sequence entries are not allowed", "这里不能有「- 」：列表要从下一行开始"),
)


def _problem(problem: str) -> str:
    if start := re.search(r"found character '(.)' that cannot start", problem):
        return f"以「{start[1]}」开头的文字要加引号"
    return next((said for begin, said in _PROBLEMS if begin in problem), "附近的缩进、冒号或引号不对")


def sentence(fault: Mapping[str, Any], model: type[BaseModel]) -> str:
    """What is wrong with one value, and what would be right; ``fault`` is pydantic's."""
    place, kind, context = fault["loc"], str(fault["type"]), fault.get("ctx") or {}
    name = _name(place)
    whose = f"「{name}」" if name else "文件"
    if kind == "value_error":
        return f"{whose}{context.get('error', '')}"
    if kind == "missing":
        return f"缺少「{name}」这一项"
    if kind == "extra_forbidden":
        key = str(place[-1])
        return sentence_of_unknown(name if key.strip() else "", _keys(model, place), key)
    if isinstance(given := fault.get("input"), Unfit):
        return f"{whose}{given.what}"
    if kind in _MAPPING and "：" in str(given):
        return f"{whose}的{_WIDE}" if name else _WIDE
    what = f"{whose}空着" if given is None else f"{whose}写的是 {_given(given)}"
    if kind == "string_too_long":
        return f"{whose}太长，应当不超过 {context.get('max_length')} 个字"
    return f"{what}，{_right(kind, context)}"


def _name(place: Sequence[int | str]) -> str:
    """What to call a place: 「agencies 第 2 项的 since」, counted as people count."""
    name = ""
    for step in place:
        if isinstance(step, int):
            name += f" 第 {step + 1} 项"
        elif step != "[key]":
            name += f"{'' if not name else '的 ' if name.endswith('项') else '.'}{step}"
    return name.strip()


def _given(value: object) -> str:
    """A value as it stands in YAML, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "一组「项: 内容」"
    if isinstance(value, list):
        return "一个列表"
    text = f"「{value}」" if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _right(kind: str, context: Mapping[str, Any]) -> str:
    """What would be right instead."""
    one_of = re.sub(", | or ", "、", str(context.get("expected", ""))).replace("'", "")
    say = {
        "literal_error": f"只能是 {one_of} 之一",
        "string_type": "应当是文字；数字代码请加引号",
        "string_too_short": f"至少要有 {context.get('min_length')} 个字",
        "int_type": "应当是整数，不加引号",
        "int_from_float": "应当是整数",
        "float_type": "应当是数，不加引号",
        "finite_number": "应当是有限的数",
        "greater_than": f"应当大于 {context.get('gt')}",
        "greater_than_equal": f"应当不小于 {context.get('ge')}",
        "less_than": f"应当小于 {context.get('lt')}",
        "less_than_equal": f"应当不大于 {context.get('le')}",
        "list_type": "应当是列表：写作 [甲, 乙]，或者每项一行，前面加「- 」",
        "bool_type": "应当是 true 或 false，不加引号",
    }
    if kind in _MAPPING:
        return "应当是「项: 内容」，每项一行，比上一行多缩进两格"
    return say.get(kind, "不合要求，请照文件里别处的写法")


def sentence_of_unknown(name: str, keys: Sequence[str], key: str = "") -> str:
    """What to say of an unknown ``key``, called ``name``: the nearest of ``keys`` may be meant; else name them all."""
    if not name.rpartition(".")[2].strip():
        return f"冒号前面空着，应当是项的名称：{'、'.join(keys)}"
    near = get_close_matches(key or name, keys, 1)
    right = f"是不是「{near[0]}」？" if near else f"这里可以写 {'、'.join(keys)}"
    return f"不认识「{name}」这一项，{right}"


def _keys(model: type[BaseModel], place: Sequence[int | str]) -> list[str]:
    """The keys that there are where ``place`` has an unknown one."""
    for step in place[:-1]:
        inner = _model_in(model.model_fields[str(step)].annotation) if str(step) in model.model_fields else None
        model = inner or model
    return [field.alias or key for key, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model in a type such as ``list[Model]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
