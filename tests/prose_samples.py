"""Running text out of thin air: varied as reports are, with the sentences that all of them share, and copies of it.

Clauses are put together from parts, some millions of combinations, common ones more often than rare ones as people
write; so independent texts have turns of phrase in common and no passages. Every name is fictional.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import NamedTuple

from samples import as_report

from generator.checks import Archived, Body, Limits
from generator.report import Agency, Report, Source

Texts = dict[str, str]
SECTIONS = (("overview", 0.6), ("problems", 0.3), ("other", 0.1))


class _Words(NamedTuple):
    """Words, the frequent ones first."""

    words: Sequence[str]
    weights: Sequence[float]

    def one(self, random: Random) -> str:
        return random.choices(self.words, cum_weights=self.weights)[0]


def _words(text: str) -> _Words:
    words = text.split()
    return _Words(words, list(accumulate(1 / (rank + 3) for rank in range(len(words)))))


_HOW = _words(
    "进一步 持续 不断 认真 切实 积极 全面 着力 扎实 有序 及时 主动 稳步 深入 严格 统筹 逐步"
    " 定期 大力 努力 重点 按时 依法 多次 因地制宜 分类 逐项 逐级 同步 提前 常态化 专人 集中"
    " 反复 适时 按月 按季 联合 就近 上门 逐村"
)
_DO = _words(
    "加强 推进 完善 规范 做好 优化 落实 提高 健全 拓宽 梳理 更新 公布 编制 修订 清理 核对"
    " 督促 检查 培训 宣传 解读 回应 归档 审查 汇总 通报 改版 调整 细化 明确 补充 迁移 检索"
    " 核实 听取 收集 对接 压实 考核 评估 试行 推广 整合 改造 张贴 登记 讲解"
)
_WHAT = _words(
    "政务公开 政府信息 依申请公开 主动公开 重点领域 惠民政策 财政预算 村务公开 基层事项 行政审批"
    " 民生实事 公共服务 环境保护 安全生产 乡村建设 教育入学 医疗保障 住房安置 土地征收 涉农补贴"
    " 救助供养 食品监管 灾害救助 就业培训 养老服务 文化惠民 公共法律 道路养护 水利设施 农田改造"
    " 防汛抗旱 森林防火 户籍办理 燃气检修 集镇改造 垃圾清运 河道整治 招商项目 便民大厅 老旧小区"
    " 校车管理 春耕备耕 果园灌溉 渔船检验 牧草储备 茶园改造 桥梁加固 殡葬改革 人口普查 疫苗接种"
    " 古树保护"
)
_THING = _words(
    "工作 制度 目录 指南 栏目 机制 流程 平台 台账 渠道 内容 清单 档案 标准 责任 队伍 专区"
    " 文件 问题 意见 质量 时限 窗口 程序 数据 版面 公示栏 答复文书 责任分工 保密审查 政策图解"
    " 办事指引 月度计划 业务骨干 联络名册 服务热线 意见箱 电子屏 广播站 手册 样表 备忘录"
    " 回访记录 短视频 宣传单 明白纸 查阅点 资料架 问答集"
)
_AIM = _words(
    "方便群众查询 保障群众知情 提升办理效率 接受社会监督 减少重复申请 缩短答复时间 防止信息泄露"
    " 杜绝错别字 便于企业办事 增进干群互信 压缩中间环节 统一发布口径 做到有据可查 避免遗漏 形成闭环"
    " 打通最后一段路 服务外出务工人员 照顾老年读者 让数据多跑路 解决找不到的难题 使村民看得懂"
    " 扩大知晓范围 减轻窗口压力 留存办理痕迹 摸清家底 补齐短板 兼顾少数民族群众"
)
_WHO = _words(
    "各村 各科室 党政办 业务人员 联络员 社区干部 便民中心 农技站 财政所 司法所 分管领导"
    " 驻村工作队 网格员 民政窗口 卫生院 中心学校 水管站 文化站 林业站 综治中心 退役军人服务站"
    " 供销社 应急小分队 畜牧站 统计员 法律顾问 第三方机构 志愿者"
)
_WHERE = _words(
    "门户网站 微信公众号 公示栏 政务新媒体 村民大会 广播 服务大厅 信息专栏 宣传车 查阅点 电视台"
    " 报纸 短信 入户走访 赶集日 院坝会 图书室 客户端 电子屏 小程序 庙会 农家书屋 候车亭 夜校"
    " 田间课堂 茶馆"
)
_LACK = _words(
    "公开不够及时 人员变动频繁 业务不够熟练 形式较为单一 栏目更新滞后 解读不够通俗 互动回应偏少"
    " 审核把关不严 档案不够齐全 群众关注不高 分工不够明确 设备较为陈旧 经费比较紧张 网络时有中断"
    " 用语过于专业 数据口径不一 偏远村组覆盖不到 培训次数太少 检索功能不便 重发布轻回应 兼职人员多"
    " 历史文件没有清理 图片不清晰 链接失效"
)
# What all bodies print, whatever they do.
COMMON = (
    "根据上级部署和要求，现将本年度政府信息公开工作情况报告如下。",
    "坚持以公开为常态、不公开为例外，把公开透明作为基本制度。",
    "成立政务公开工作领导小组，由主要负责同志任组长，各科室负责人为成员。",
    "坚持先审查、后公开，谁公开、谁负责，确保涉密信息不上网、上网信息不涉密。",
    "虽然取得了一定成绩，但与群众的期盼相比还有差距，主要表现在以下方面。",
    "下一步，将认真总结经验，查找不足，推动政府信息公开工作再上新台阶。",
    "依申请公开渠道畅通，所有申请均按照法定程序在规定时限内办结，群众满意度较高。",
    "本单位没有其他需要报告的事项。",
)  # fmt: skip


def clause(random: Random) -> str:
    """One clause of the million."""
    how, do, what, thing = (words.one(random) for words in (_HOW, _DO, _WHAT, _THING))
    count = random.randint(2, 900)
    kind = random.random()
    if kind < 0.45:
        return f"{how}{do}{what}{thing}"
    if kind < 0.55:
        return f"{_WHO.one(random)}{how}{do}{thing}"
    if kind < 0.67:
        return f"通过{_WHERE.one(random)}{do}{what}{thing}{count}条"
    if kind < 0.77:
        return f"组织{_WHO.one(random)}{do}{what}{thing}{count}次"
    if kind < 0.87:
        return _AIM.one(random)
    if kind < 0.94:
        return f"{what}{thing}{_LACK.one(random)}"
    return f"由{_WHO.one(random)}负责{what}{thing}"


def sentence(random: Random) -> str:
    """Two to five clauses."""
    return "，".join(clause(random) for _ in range(random.randint(2, 5))) + "。"


def prose(random: Random, name: str, year: int, length: int = 1500, common: int = 5) -> Texts:
    """Running text of a body: ``length`` characters or a little more, ``common`` sentences that others print too."""
    shared = random.sample(COMMON, common)
    texts = {}
    for key, part in SECTIONS:
        sentences = [f"{year}年，{name}{clause(random)}，{clause(random)}。"]
        for _ in range(round(common * part) if key != "other" else 0):
            sentences.insert(random.randint(0, len(sentences)), shared.pop())
        while sum(map(len, sentences)) < length * part:
            sentences.insert(random.randint(0, len(sentences)), sentence(random))
        texts[key] = "".join(_in_paragraphs(sentences, random))
    return texts


def _in_paragraphs(sentences: Sequence[str], random: Random) -> Iterator[str]:
    for i, one in enumerate(sentences):
        yield ("\n" if i and random.random() < 0.25 else "") + one


def copied(texts: Mapping[str, str], random: Random, share: float, renamed: Mapping[str, str] | None = None) -> Texts:
    """A copy as a clerk makes it: other figures, other names (``renamed``: old → new), the rest written anew.

    ``share`` of the characters are kept, in whole sentences; what is written anew stands anywhere between.
    """
    total = sum(map(len, texts.values()))
    sentences = [(key, i) for key, text in texts.items() for i in range(len(_sentences(text)))]
    random.shuffle(sentences)
    anew: set[tuple[str, int]] = set()
    left = total * (1 - share)
    for key, i in sentences:
        size = len(_sentences(texts[key])[i])
        if size <= left:
            anew.add((key, i))
            left -= size
    return {
        key: "".join(
            _anew(one, random) if (key, i) in anew else _altered(one, random, renamed or {})
            for i, one in enumerate(_sentences(text))
        )
        for key, text in texts.items()
    }


def _sentences(text: str) -> list[str]:
    return re.findall(r"[^。]*。", text)


def _anew(old: str, random: Random) -> str:
    """About as long as what it replaces."""
    parts = [clause(random)]
    while sum(map(len, parts)) + len(parts) < len(old) - 6:
        parts.append(clause(random))
    return ("\n" if old.startswith("\n") else "") + "，".join(parts) + "。"


def _altered(text: str, random: Random, renamed: Mapping[str, str]) -> str:
    for old, new in renamed.items():
        text = text.replace(old, new)
    return re.sub(r"[0-9]+(?=[条次])", lambda _: str(random.randint(2, 900)), text)


def body(number: int) -> Body:
    """A fictional township of 示例省, one of a hundred thousand."""
    digits = "甲乙丙丁戊己庚辛壬癸"
    name = "".join(digits[int(digit)] for digit in f"{number:05}")
    place = "示例省示例市示例县"
    return Body(f"body-{number:05}", f"示例县{name}镇人民政府", (f"{name}镇",), "township", "government", place)


def report_of(whose: Body, year: int, texts: Mapping[str, str], **source: bool) -> Report:
    """A report that holds nothing but running text."""
    blank = as_report(None, {}, year, whose.id)
    origin = Source(path="示例.txt", format="txt", sha256="0" * 64, **source)
    return blank.model_copy(
        update={"agency": Agency(id=whose.id, name=whose.name), "texts": dict(texts), "source": origin}
    )


class Archive(NamedTuple):
    """A fictional archive: reports, whose they are, and which are copies: (copy, original) as agency-years."""

    archived: Archived
    copies: dict[tuple[str, int], tuple[str, int]]


def archive(count: int, part: float = 0.05, share: float = 0.8, seed: int = 1, years: int = 4) -> Archive:
    """``count`` reports of bodies with ``years`` each; ``part`` of them copy ``share`` of another body's text."""
    random = Random(seed)
    bodies = {str(one.id): one for one in (body(number) for number in range(-(-count // years)))}
    made: dict[tuple[str, int], Texts] = {}
    copies: dict[tuple[str, int], tuple[str, int]] = {}
    keys = [(key, 2021 + i) for key in bodies for i in range(years)][:count]
    for whose, year in keys:
        made[whose, year] = prose(random, _short(bodies[whose]), year)
    chosen = random.sample(keys, round(count * part) * 2)
    for copy, original in zip(chosen[::2], chosen[1::2], strict=True):
        if copy[0] != original[0]:
            names = {_short(bodies[original[0]]): _short(bodies[copy[0]]), f"{original[1]}年": f"{copy[1]}年"}
            made[copy] = copied(made[original], random, share, names)
            copies[copy] = original
    reports = [report_of(bodies[whose], year, texts) for (whose, year), texts in made.items()]
    return Archive(Archived(reports, bodies, Limits()), copies)


def _short(whose: Body) -> str:
    return whose.aliases[0]
