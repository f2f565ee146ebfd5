"""The files of the statutory forms: YAML in, plain data out, with what one form takes over from another filled in.

``from: 2021/requests`` takes a table as it stands there, ``collapse`` makes groups of it single rows; sections and
claims are taken over alike. What the data mean is for ``form``.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def read_form(form_id: str) -> dict[str, Any]:
    """Return the form ``form_id`` as plain data."""
    raw = _raw(form_id)
    sections, claims = _sections(raw["sections"]), _claims(raw.get("claims", []))
    return {**raw, "sections": sections, "tables": [_table(table) for table in raw["tables"]], "claims": claims}


@cache
def form_ids() -> tuple[str, ...]:
    """The ids of all forms, oldest first."""
    names = (entry.name for entry in files("generator").joinpath("forms").iterdir())
    return tuple(sorted(match[1] for name in names if (match := re.fullmatch(r"(\w+)\.yml", name))))


def _collapse(item: Mapping[str, Any], paths: list[str]) -> dict[str, Any]:
    """Return ``item`` with the groups at ``paths`` turned into single rows."""
    result = dict(item)
    if "" in paths:
        result.pop("items", None)
        result.pop("collapsible", None)
    elif "items" in result:
        result["items"] = [
            _collapse(child, [path.partition(".")[2] for path in paths if path.partition(".")[0] == child["key"]])
            for child in result["items"]
        ]
    return result


def _table(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    if "from" not in raw:
        return raw
    form, key = raw["from"].split("/")
    source = next(table for table in _raw(form)["tables"] if table.get("key") == key)
    return {**source, "rows": _collapse({"items": source["rows"]}, raw.get("collapse", []))["items"]}


def _sections(raw: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    result: list[Mapping[str, Any]] = []
    for section in raw:
        if "from" not in section:
            result.append(section)
            continue
        replaced = section.get("replace", {})
        for source in _raw(section["from"])["sections"]:
            result.append({**source, "tables": replaced[source["key"]]} if source["key"] in replaced else source)
    return result


def _claims(raw: list[Any] | Mapping[str, Any]) -> list[Any]:
    if isinstance(raw, list):
        return raw
    return [claim for claim in _raw(raw["from"])["claims"] if claim["id"] not in raw.get("without", [])]


@cache
def _raw(form_id: str) -> Mapping[str, Any]:
    text = files("generator").joinpath("forms", f"{form_id}.yml").read_text("utf-8")
    # Each start reads the forms: libyaml takes a tenth of the time, where PyYAML was built with it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: Mapping[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 — either is the safe one
    return loaded
