"""Click in Chinese: headings and standing phrases of the help texts, and one line for each way to mistype a command.

Click's own words are English and spread over several lines; only its structure is used here.
"""

import re
from typing import Any

import click

_HEADINGS = {"Options": "选项", "Commands": "命令"}


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")


class _Context(click.Context):
    formatter_class = _Formatter


class Command(click.Command):
    """A command whose help is in Chinese."""

    context_class = _Context

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]", **settings})

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that shows the help, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明"
        return option


class Group(Command, click.Group):
    """A command with commands of its own, all in Chinese."""

    command_class = Command

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": "命令 [选项] …", **settings})


def explain(error: click.ClickException) -> tuple[str, str]:
    """Return what is wrong with a command line, and what to do about it."""
    context = getattr(error, "ctx", None)
    more = f"用法见 {context.command_path if context else 'nianbao'} --help"
    if isinstance(error, click.NoSuchOption | click.exceptions.NoSuchCommand):
        kind, name = (
            ("选项", error.option_name) if isinstance(error, click.NoSuchOption) else ("命令", error.command_name)
        )
        near = "、".join(error.possibilities or ())
        return f"没有「{name}」这个{kind}", f"是不是 {near}？{more}" if near else more
    if isinstance(error, click.MissingParameter):
        return f"没有写 {_name(error)}", more
    if isinstance(error, click.BadParameter):
        return f"{_name(error)} {_demand(error.param)}", more
    if isinstance(error, click.BadOptionUsage):
        wants = "后面不能写值" if "does not take" in error.message else "后面要写值"
        return f"{error.option_name} {wants}", more
    if extra := re.search(r"unexpected extra arguments? \((.*)\)", error.message, re.DOTALL):
        return f"多了「{extra[1]}」", more
    return "命令写得不对", more


def _name(error: click.BadParameter) -> str:
    param = error.param
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return (param.metavar or param.name or "参数").strip("[]…") if param else "参数"


def _demand(param: click.Parameter | None) -> str:
    kind = param.type if param else None
    if isinstance(kind, click.Choice):
        return f"只能是 {'、'.join(map(str, kind.choices))} 之一"
    if isinstance(kind, click.FloatRange):
        return f"应是 {kind.min:g} 到 {kind.max:g} 之间的数"
    if isinstance(kind, click.IntRange):
        return f"应是 {kind.min} 到 {kind.max} 之间的整数" if kind.max is not None else f"应是不小于 {kind.min} 的整数"
    return "的值不对"
