"""Words for the terminal: forms, and lines that nothing printed in a file can break."""

import json
import re

from generator.errors import visible
from generator.form import Form

_SPACE = re.compile("[\t\n\r\v\f\x85\u2028\u2029\u200b-\u200d\u2060\ufeff]")
# The rest of what is not to be seen but means something to somebody; in JSON it is written out as JSON does.
_HIDDEN = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def plain_line(text: str) -> str:
    """Return ``text`` as one line that steers neither a terminal nor the log of a GitHub run.

    The log takes ``::name::`` at the start of a line and ``##[name]`` anywhere for commands.
    """
    line = visible(_SPACE.sub(" ", text)).replace("##[", "# #[")
    return f"·{line}" if line.lstrip().startswith("::") else line


def json_text(value: object) -> str:
    """Return ``value`` as JSON for people, which loses nothing and holds nothing that ``plain_line`` would not."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).replace("##[", "#\\u0023[")
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


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
