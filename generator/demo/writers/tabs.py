"""Text with tabs: one row a line, or Word's dump of one cell a line."""

from generator.demo.sheet import Block, flat


def as_tabs(blocks: list[Block]) -> str:
    """One row a line, cells behind tabs; merged cells leave empty fields."""
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"{block}\n\n")
            continue
        for line in block:
            fields = [field for slot in line.slots for field in (flat(slot.text), *[""] * (slot.across - 1))]
            parts.append("\n" if not fields else "\t".join(fields) + ("\t" if len(fields) == 1 else "") + "\n")
        parts.append("\n")
    return "".join(parts)


def as_word(blocks: list[Block]) -> str:
    """One cell a line behind a tab, an empty line behind each row; a cell merged upwards leaves a lone tab."""
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"{block}\n\n")
            continue
        parts.extend("".join(f"\t{slot.text}\n" for slot in line.slots) + "\n" for line in block)
    return "".join(parts)
