"""What could not be checked is said shortly, and nothing of it is lost."""

from generator.pipeline import Built, Folders
from generator.report import Finding
from generator.site.tables import legend
from generator.site.unsettled import unsettled


def finding(check: str, message: str) -> Finding:
    about = {"check": check, "status": "unknown", "severity": "error", "agency": "shili", "year": 2022}
    sides = {"left": [], "right": [], "expected": None, "actual": None}
    return Finding.model_validate({**about, **sides, "message": message})


def test_one_reason_is_said_once() -> None:
    """Rows with the same reason share a line, with the steps that all their labels begin with written once."""
    found = unsettled(
        [
            finding("requests-row-total", "三、办理 › （三）不予 › 1.甲：各格都没有数字，无法核对"),
            finding("disputes-total", "行政复议：各格都没有数字，无法核对"),
            finding("requests-row-total", "三、办理 › （四）无法 › 1.乙：各格都没有数字，无法核对"),
            finding("requests-row-total", "四、结转：总计 空白，无法核对"),
            finding("told-new", "正文没有提到，无法核对"),
        ]
    )
    assert [(group.check, group.relations, group.lines) for group in found] == [
        (
            "requests-row-total",
            3,
            ["三、办理 › （三）不予 › 1.甲、（四）无法 › 1.乙：各格都没有数字", "四、结转：总计 空白"],
        ),
        ("disputes-total", 1, ["行政复议：各格都没有数字"]),
        ("told-new", 1, ["正文没有提到"]),
    ]


def test_nothing_real_is_lost(site: tuple[Folders, Built]) -> None:
    """Every reason and every row label of the archive's unknown findings is on its report's page."""
    tried = 0
    for one in site[1].archive.years:
        unknown = one.with_status("unknown")
        groups = unsettled(unknown)
        assert sum(group.relations for group in groups) == len(unknown)
        lines = {group.check: "\n".join(group.lines) for group in groups}
        for each in unknown:
            for part in each.message.removesuffix("，无法核对").replace("：", " › ").split(" › "):
                assert part in lines[each.check].replace("：", " › "), each.message
                tried += 1
    assert tried > 50


def test_signs_are_explained_where_they_stand(site: tuple[Folders, Built]) -> None:
    """The legend speaks of blanks, unread cells and marks only on a page that has them."""
    said = {one.url: legend(one) for one in site[1].archive.years}
    assert "✗" in said["a/hongze/2023/"]
    assert "在表中标出" in said["a/hongze/2023/"]
    assert "✗" not in said["a/hongze/2024/"]
    for one in site[1].archive.years:
        page = (site[0].site / one.url / "index.html").read_text("utf-8")
        assert ("？是没有读到" in page) == ("nb-unread" in page), one.url
