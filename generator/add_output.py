"""What ``nianbao add`` says of a file that it put, or would put, into the archive."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from generator.account import remarks, tally
from generator.terminal import plain_line

if TYPE_CHECKING:
    from generator.add import Added

_REMARKS = 5  # lines on what is amiss with a file; inspect has the rest


def added_lines(added: "Added", file: Path, dry: bool) -> Iterator[str]:
    """Where a file went, what it took the place of, what was read in it and the first things amiss with it."""
    yield plain_line(f"{'会放到' if dry else '已放入'} {added.path}：{tally(added.report)}")
    if added.replaced is not None:
        yield plain_line(f"　{'会换掉' if dry else '换掉了'} {added.replaced}")
    if added.dropped:
        words = "；".join(added.dropped)
        yield plain_line(f"　旁注里{'会去掉' if dry else '去掉了'}只说明旧文件的几项（要留的请再写上）：{words}")
    lines = remarks(added.report)
    yield from (f"　{line}" for line in lines[:_REMARKS])
    if len(lines) > _REMARKS:
        yield plain_line(f"　另有 {len(lines) - _REMARKS} 条，见 nianbao inspect {file}")
