"""The templates have one way to print: what they are made of is listed; each way around the door is told."""

from collections.abc import Iterator

import pytest
from jinja2 import Environment, TemplateError, nodes
from markupsafe import Markup

from generator.site.build import _templates as templates
from generator.site.encode import text

FILTERS = {
    "ancestors", "attr", "join", "length", "list", "oneline", "paragraphs", "rejectattr", "reverse", "selectattr",
    "sort",
}  # fmt: skip
# Whatever else Jinja knows, arithmetic and switching the encoding off among it, no template needs.
PARTS = (
    nodes.TemplateData, nodes.Output, nodes.Template, nodes.If, nodes.For, nodes.Macro, nodes.FilterBlock, nodes.Import,
    nodes.Extends, nodes.Block, nodes.Assign, nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair,
    nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Neg, nodes.Call, nodes.Keyword, nodes.Filter, nodes.Test,
    nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or, nodes.CondExpr, nodes.Concat, nodes.Add,
)  # fmt: skip
# Methods of a text would mix markup with what is none; those of our own objects have other names.
METHODS = {name for name in dir(Markup) if name not in dir(())} | {"__add__", "__mul__"}


def slips(source: str, environment: Environment) -> Iterator[str]:
    """What of a template could print a text by another way than the door, a word each."""
    for node in environment.parse(source).find_all(nodes.Node):
        kind = type(node).__name__
        if not isinstance(node, PARTS):
            yield kind
        elif isinstance(node, nodes.Filter):
            if node.name not in FILTERS:
                yield f"|{node.name}"
            elif node.name == "oneline" and node.node is not None:  # {% filter oneline %} has no node before it
                yield "|oneline of a value"
        elif isinstance(node, nodes.Add) and not (isinstance(node.right, nodes.Filter) and node.right.name == "list"):
            yield "+"
        elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in METHODS:
            yield f".{node.node.attr}()"


@pytest.mark.parametrize("name", templates().list_templates())
def test_a_template_prints_through_the_door_only(name: str) -> None:
    environment = templates()
    assert environment.loader is not None
    source, *_ = environment.loader.get_source(environment, name)
    assert list(slips(source, environment)) == []
    environment.get_template(name)  # and compiles, so that every filter it names is there


HOSTILE = "[点此](javascript:alert(1)) <b> *x* `y`\n\n# x | y"
# What was printed as live Markdown, or as it came, while ``|safe`` was the only thing looked for.
WAYS = [
    "{{ p|e }}", "{{ p|escape }}", "{{ p|forceescape }}", "{{ p|safe }}", "{{ p|urlize }}", "{{ p|tojson }}",
    "{{ {'a': p}|xmlattr }}", "{{ m|replace('m', p) }}", "{{ p|indent }}", "{{ m|format(p) }}", "{{ p|string }}",
    "{% filter e %}{{ p }}{% endfilter %}", "{% autoescape false %}{{ p }}{% endautoescape %}", "{{ p|oneline }}",
    "{{ m + p }}", "{{ m % p }}", "{{ m * 2 }}", "{{ m.replace('m', p) }}", "{{ m.join([p]) }}", "{{ m.format(p) }}",
    "{% if p %}{{ p|e }}{% endif %}", "{{ (m + p)|list|join }}", "{{ m.__add__(p) }}", "{% include p %}",
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_way_around_the_door_is_noticed(way: str) -> None:
    assert list(slips(way, templates())) != []


@pytest.mark.parametrize("way", [way for way in WAYS if "|" in way and "|join" not in way] + ["{{ joiner(p)() }}"])
def test_a_filter_that_escapes_by_other_rules_is_not_there(way: str) -> None:
    """Not only told by a test: such a template does not compile, or fails when it is made."""
    with pytest.raises((TemplateError, TypeError)):
        templates().from_string(way).render(p=HOSTILE, m=Markup("m"))


@pytest.mark.parametrize(
    ("way", "shown"),
    [
        ("{{ p }}", HOSTILE),
        ("{{ m ~ p }}", f"m{HOSTILE}"),
        ("{{ p ~ m ~ p }}", f"{HOSTILE}m{HOSTILE}"),
        ("{{ [m, p]|join }}", f"m{HOSTILE}"),
        ("{{ [m, p]|join(m) }}", f"mm{HOSTILE}"),
        ("{{ [p, p]|join(p) }}", HOSTILE * 3),
        ("{% filter oneline %}{{ p }}{% endfilter %}", HOSTILE),
        ("{% set x %}{{ p }}{% endset %}{{ x }}", HOSTILE),
        ("{% macro x(p) %}{{ p }}{% endmacro %}{{ x(p) }}", HOSTILE),
    ],
)
def test_what_mixes_markup_and_text_is_encoded_whole(way: str, shown: str) -> None:
    """Joined by any of the two signs that templates may use, a text is as harmless as alone."""
    assert templates().from_string(way).render(p=HOSTILE, m=Markup("m")) == text(shown)
