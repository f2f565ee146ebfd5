"""Where a check begins to speak: thresholds of one archive, set in ``site_config/checks.yml``."""

from typing import Annotated

from pydantic import Field

from generator.report import Model

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Times = Annotated[float, Field(gt=1, le=1000, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


# What each threshold is called on the page of its check.
NAMES = {
    "jump_times": "突变的倍数",
    "jump_least": "较大的数不小于",
    "peer_times": "异常的倍数",
    "peer_least": "数字不小于",
    "peer_count": "同类机关不少于",
    "copy_own": "与本机关上年相同的份额",
    "copy_other": "与其他机关相同的份额",
    "copy_least": "相同的字数不少于",
    "template_share": "多大一部分机关都写的算作套话",
    "template_agencies": "且这样的机关不少于",
}


class Limits(Model):
    """Every threshold, with the value that holds where the archive sets none.

    ``jump_times``: a figure is a jump when it is that many times last year's, or less than that part of it;
    ``jump_least``: and only when the larger of both is at least this. ``peer_times`` and ``peer_least``: the same
    against the median of bodies of the same level and kind, ``peer_count`` of which must be there.
    ``copy_own`` and ``copy_other``: share of the running text that repeats the body's own last report, or another
    body's; ``copy_least``: characters that must repeat. A sentence is a template's when that share of the archive's
    bodies print it (``template_share``), and never fewer than ``template_agencies``, which holds in small archives.
    """

    jump_times: Times = 5
    jump_least: Count = 50
    peer_times: Times = 20
    peer_least: Count = 100
    peer_count: Count = 8
    copy_own: Share = 0.8
    copy_other: Share = 0.6
    copy_least: Count = 200
    template_share: Share = 0.05
    template_agencies: Annotated[int, Field(ge=2, le=1_000_000)] = 5
