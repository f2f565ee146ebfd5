"""Words for the terminal: forms, and lines that nothing printed in a file can break."""

import re

from generator.form import Form

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def plain_line(text: str) -> str:
    """Return ``text`` as one line that cannot steer a terminal."""
    return _CONTROL.sub(" ", text)


def github_line(level: str, file: str, message: str) -> str:
    """Return a GitHub annotation. What a file says cannot end it or start another command."""

    def data(text: str) -> str:
        return plain_line(text).replace("%", "%25")

    name = data(file).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={name}::{data(message)}"


def describe_form(form: Form) -> str:
    """List the fact paths of a form with their labels and units, then its identities."""
    lines = [f"{form.name}　{form.document}　{len(form.facts)} 格"]
    for path, fact in form.facts.items():
        unit = fact.table.unit_of(fact.column)
        lines.append(f"{path}\t{fact.label}" + (f"（{unit}）" if unit else ""))
    for path, fact in form.optional_facts.items():
        lines.append(f"{path}\t{fact.label}（只印一行时）")
    return "\n".join(lines)
