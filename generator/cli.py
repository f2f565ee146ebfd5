"""The command line: the only place that prints and exits. Names and exit codes are promises (ARCHITECTURE.md).

0: done, findings or not; 1: ``--strict`` and a check failed or a file was refused; 2: our error, one line on stderr.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import click

from generator import __version__, usage
from generator.check_output import Judged, check_json, check_lines, judged_of, refused_json, told_notice
from generator.config import load_budget
from generator.errors import BuildError, NianbaoError, Refusal, reason
from generator.form import load_form
from generator.lifeline import TERMINATED, orderly_ending
from generator.pipeline import Folders, build_site, gather
from generator.proposal import Unregistered
from generator.scan import scan
from generator.terminal import describe_form, json_text, plain_line
from generator.today import given_epoch
from generator.verify import check_site

if TYPE_CHECKING:
    from generator.ingest import Workers

P = ParamSpec("P")
_INTERRUPTED = 130  # what a shell takes Ctrl+C for
EPILOG = "退出码：0 完成；1 用了 --strict 而且有不成立的勾稽关系或读不了的文件；2 输入或配置有误。"


def _fail(error: NianbaoError) -> NoReturn:
    click.echo(plain_line(f"错误：{error}"), err=True)
    sys.exit(2)


def _told(command: Callable[P, None]) -> Callable[P, None]:
    """End a command with one line and exit code 2 when it meets an error of ours."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            given_epoch()  # here, where it is one sentence: the processes that read files would each stumble over it
            command(*args, **kwargs)
        except NianbaoError as error:
            _fail(error)

    return run


class _Main(usage.Group):
    """The command group: whatever Click has to say of a mistyped command is one Chinese line too."""

    def main(self, *args: Any, **settings: Any) -> Any:
        with orderly_ending() as ending:
            try:
                sys.exit(self._run(*args, **settings))
            except SystemExit:
                if ending.told:  # whatever came of it
                    sys.exit(TERMINATED)
                raise

    def _run(self, *args: Any, **settings: Any) -> int:
        try:
            code = super().main(*args, **{**settings, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help())
            _fail(NianbaoError("没有写命令", hint="请从上面选一个，如 nianbao inspect 报告.pdf"))
        except click.ClickException as error:
            what, hint = usage.explain(error)
            _fail(NianbaoError(what, hint=hint))
        except (click.Abort, KeyboardInterrupt):
            click.echo("已中断。", err=True)
            return _INTERRUPTED
        except BrokenPipeError:  # whoever read it has seen enough
            sys.exit(1)
        except OSError as error:
            _fail(NianbaoError(f"读写文件时出了错（{reason(error)}）", error.filename or "", "请检查磁盘空间和权限"))
        return code if isinstance(code, int) else 0


class _Progress:
    """Progress on stderr: one line that moves on a terminal, a plain line per stage elsewhere."""

    def __init__(self) -> None:
        self.stage = ""
        self.moving = sys.stderr.isatty()
        self.began = [("开始", time.perf_counter())]  # of each stage

    def __call__(self, stage: str, done: int, due: int) -> None:
        if stage != self.began[-1][0]:
            self.began.append((stage, time.perf_counter()))
        if self.moving:
            click.echo(f"\r\033[K{stage} {done}/{due}" if done else f"\r\033[K{stage}……", nl=False, err=True)
        elif stage != self.stage:
            click.echo(f"{stage}（{due}）", err=True)
        self.stage = stage

    def end(self) -> None:
        self.began.append(("", time.perf_counter()))
        if self.moving and self.stage:
            click.echo("\r\033[K", nl=False, err=True)

    def seconds(self) -> dict[str, float]:
        """How long each stage took, those of one name together."""
        taken: dict[str, float] = {}
        for (stage, start), (_, end) in pairwise(self.began):
            taken[stage] = taken.get(stage, 0.0) + end - start
        return taken


def _folder(name: str, default: str, what: str) -> Callable[[Any], Any]:
    return click.option(name, type=Path, default=Path(default), metavar="DIR", help=f"{what}，不写就是 {default}")


_CONTENT = _folder("--content", "content", "内容文件夹")
_CONFIG = _folder("--config", "site_config", "网站配置文件夹")
_JOBS = click.option(
    "--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, metavar="N", help="同时使用的进程数"
)
_DASK = click.option("--dask", metavar="ADDRESS", help="改由 Dask 集群读取：调度器的地址，如 tcp://10.0.0.5:8786")
_FOLDERS = [
    _CONTENT,
    _CONFIG,
    _folder("--store", "build/store", "JSON 存档"),
    _folder("--docs", "build/docs", "生成的 Markdown"),
    _folder("--site-dir", "site", "生成的网站"),
    _JOBS,
]


def _folders(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(_FOLDERS):
        command = option(command)
    return command


def _places(content: Path, config: Path, store: Path, docs: Path, site_dir: Path) -> Folders:
    return Folders(content, config, store, docs, site_dir, Path("mkdocs.yml"))


@click.group(
    cls=_Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG
)
@click.version_option(__version__, prog_name="nianbao", message="%(prog)s %(version)s", help="显示版本")
def main() -> None:
    """把政府信息公开工作年度报告变成可核对、可比较的静态网站。"""


@main.command(epilog=EPILOG)
@_folders
@_DASK
@click.option("--strict", is_flag=True, help="有不成立的勾稽关系或读不了的文件时退出码为 1")
@click.option("--stock", is_flag=True, help="最后一步用 MkDocs 原样制作：慢得多，每个字节都一样")
@click.option("--shard", metavar="ID", help="只做 shards.yml 里的这一个分站")
@click.option("--portal", is_flag=True, help="只做各分站共同的门户")
@click.option("--timings", type=Path, hidden=True)  # for the bench: seconds of each stage, as JSON
@_told
def build(
    content: Path,
    config: Path,
    store: Path,
    docs: Path,
    site_dir: Path,
    jobs: int,
    dask: str | None,
    strict: bool,
    stock: bool,
    shard: str | None,
    portal: bool,
    timings: Path | None,
) -> None:
    """读取 content/，核对，生成网站。"""
    if shard and portal:
        raise NianbaoError("--shard 和 --portal 只能写一个", hint="一次做一个网站")
    with _workers(jobs, dask) as workers:
        folders = _places(content, config, store, docs, site_dir)
        failed = _build(folders, jobs, stock, workers, timings, "portal" if portal else shard)
    if failed and strict:
        sys.exit(1)


@contextmanager
def _workers(jobs: int, dask: str | None) -> "Iterator[Workers]":
    """Who reads the files: so many processes here, or a Dask cluster."""
    if dask is None:
        yield jobs
        return
    from generator.cluster import dask_executor

    with dask_executor(dask) as executor:
        yield executor


def _build(
    folders: Folders,
    jobs: int,
    stock: bool = False,
    readers: "Workers | None" = None,
    timings: Path | None = None,
    site: str | None = None,
) -> bool:
    """Build once and say what was made; return whether anything failed or was refused. ``site`` is one of several."""
    from generator.sharing import build_shard

    progress = _Progress()
    try:
        if site is None:
            built = build_site(folders, jobs, progress, stock, readers)
        else:
            built = build_shard(folders, site, jobs, progress, stock, readers)
    finally:
        progress.end()
    if timings is not None:
        timings.write_text(json_text(progress.seconds()), "utf-8")
    archive = built.archive
    _tell_refused(archive.refused)
    for one, notice in archive.notices():
        if notice.code == "sidecar-fault":
            file, told = told_notice(notice, one.report, f"{folders.content}/")
            click.echo(plain_line(f"{file}：{told}"), err=True)
    failed = archive.gravities.get("error")
    click.echo(
        f"已生成 {folders.site}/：{len(archive.years)} 份报告，{built.pages} 个页面；"
        f"核对 {archive.checked} 项，{archive.counted}；"
        f"{len(archive.refused)} 个文件未能读取。"
        f"预览：make serve，或用浏览器打开 {folders.site}/index.html"
    )
    for remark in built.remarks:
        click.echo(plain_line(remark), err=True)
    return bool(failed or archive.refused)


def _tell_refused(refused: Sequence[Refusal]) -> None:
    for refusal in refused:
        click.echo(plain_line(f"未能读取 {refusal}"), err=True)


@main.command(epilog=EPILOG)
@_folders
@click.option("--strict", is_flag=True, help="第一次生成时有问题就以退出码 1 结束，不启动预览")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, metavar="N", help="端口，不写就是 8000")
@_told
def serve(
    content: Path, config: Path, store: Path, docs: Path, site_dir: Path, jobs: int, strict: bool, port: int
) -> None:
    """生成网站，在本机预览；内容或配置改动后自动更新。"""
    from generator.serve import check_port, serve_site

    check_port(port)
    folders = _places(content, config, store, docs, site_dir)
    if _build(folders, jobs) and strict:
        sys.exit(1)

    def again() -> None:
        try:
            _build(folders, jobs)
        except NianbaoError as error:
            click.echo(plain_line(f"错误：{error}"), err=True)

    click.echo(f"预览：http://127.0.0.1:{port}/（按 Ctrl+C 结束）")
    serve_site(folders, again, port)


@main.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, type=Path, metavar="[PATH]…")
@_CONTENT
@_CONFIG
@_JOBS
@_DASK
@click.option("--format", "style", type=click.Choice(["text", "json", "github"]), default="text", help="输出格式")
@click.option("--strict", is_flag=True, help="有不成立的勾稽关系或读不了的文件时退出码为 1")
@_told
def check(
    paths: tuple[Path, ...], content: Path, config: Path, jobs: int, dask: str | None, style: str, strict: bool
) -> None:
    """读取并核对，不生成网站。不给 PATH 时核对整个档案；给了就只看这些文件或文件夹，不看登记和旁注。"""
    from generator.checks import judge
    from generator.loose import gather_loose

    with _workers(jobs, dask) as workers:
        if paths:
            if any(_overlap(path, content) for path in paths):
                click.echo("单独核对：没有看登记和旁注；要连同登记、更正和复核一起核对，请不写 PATH", err=True)
            reports, refused = gather_loose(paths, workers, load_budget(config))
        else:
            archive = gather(content, config, workers, lambda *_: None)
    if paths:
        judged = [Judged(report, judge(report), report.notices) for report in reports]
    else:
        judged = [judged_of(one) for one in archive.years]
        refused = archive.refused
    if style == "json":
        click.echo(check_json(judged, refused))
    else:
        for line in check_lines(judged, refused, style, "" if paths else f"{content}/"):
            click.echo(line)
    if strict and (refused or any(finding.is_error for one in judged for finding in one.findings)):
        sys.exit(1)


def _overlap(one: Path, other: Path) -> bool:
    """Whether one of two paths is, or is within, the other."""
    first, second = Path(os.path.realpath(one)), Path(os.path.realpath(other))
    return first.is_relative_to(second) or second.is_relative_to(first)


@main.command(epilog=EPILOG)
@click.argument("file", type=Path, metavar="FILE")
@_CONFIG
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@_told
def inspect(file: Path, config: Path, as_json: bool) -> None:
    """读一个文件，列出读到了什么。不需要档案；没有配置文件夹也行。"""
    from generator.account import account
    from generator.ingest import read_safely

    try:
        report = read_safely(file, load_budget(config))
    except Refusal as refusal:
        if as_json:
            click.echo(json_text({"error": refused_json(refusal)}))
        _fail(refusal)
    click.echo(json_text(report.model_dump(mode="json")) if as_json else account(report))


@main.command(epilog=EPILOG)
@click.argument("files", type=Path, nargs=-1, required=True, metavar="FILE…")
@click.option("--agency", metavar="ID", help="机关代号；不给时按报告里的名称找登记表")
@click.option("--year", type=click.IntRange(2008, 2100), metavar="YYYY", help="报告年度；不给时按报告自己写的")
@click.option("--source-url", metavar="URL", help="原文网址，写进旁注")
@click.option("--replace", is_flag=True, help="已有同一年度的报告时换掉它；旁注留下，只去掉说明旧文件的几项")
@_CONTENT
@_CONFIG
@click.option("--dry-run", is_flag=True, help="只说会放到哪里，不写文件")
@_told
def add(
    files: tuple[Path, ...],
    agency: str | None,
    year: int | None,
    source_url: str | None,
    replace: bool,
    content: Path,
    config: Path,
    dry_run: bool,
) -> None:
    """读一个或几个报告文件，放进档案里它该在的位置。机关要先在 agencies.yml 登记；没有登记时会给出要加的几行。"""
    from generator.add import Given
    from generator.add import add as put
    from generator.add_output import added_lines

    given = Given(agency, year, source_url, replace, dry_run, load_budget(config))
    filled: set[Path] = set()
    failed = False
    for file in files:
        try:
            for line in added_lines(put(file, content, given, filled), file, dry_run):
                click.echo(line)
        except NianbaoError as error:
            click.echo(plain_line(f"错误：{error}"), err=True)
            for line in error.lines if isinstance(error, Unregistered) else ():
                click.echo(plain_line(line))
            failed = True
    if failed:
        sys.exit(2)


@main.command(epilog=EPILOG)
@click.option("--site-dir", type=Path, metavar="DIR", help="生成的网站，不写就是 site")
@click.option(
    "--store",
    type=Path,
    is_flag=False,
    flag_value=Path("build/store"),
    metavar="[DIR]",
    help="改为检查 JSON 存档，不写 DIR 就是 build/store；连同 --site-dir 写时两样都检查",
)
@_CONTENT
@_CONFIG
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, metavar="N", help="同时检查的进程数")
@_told
def verify(site_dir: Path | None, store: Path | None, content: Path, config: Path, jobs: int) -> None:
    """发布前的最后检查：网页里没有内嵌脚本、外来内容和本机路径；或者存档（--store）：每份记录完整，与校验和、原件一致。"""
    faults = []
    if store is not None:
        from generator.store_check import check_store

        checked = check_store(store, content, config, jobs)
        _list_faults(checked.faults)
        faults += [f"存档有 {len(checked.faults)} 处不对"] if checked.faults else []
        for line in (checked.remark, "" if checked.faults else f"{store} 完好：{checked.records} 份记录。"):
            if line:
                click.echo(plain_line(line))
    if store is None or site_dir is not None:
        site_dir = site_dir or Path("site")
        wrong = check_site(site_dir, jobs)
        _list_faults(wrong)
        faults += [f"网站 {site_dir} 有 {len(wrong)} 处不能发布"] if wrong else []
        if not wrong:
            click.echo(plain_line(f"{site_dir} 可以发布。"))
    if faults:
        raise BuildError("，".join(faults), "", "每一处见上面各行；先不要发布")


def _list_faults(faults: Sequence[str]) -> None:
    for fault in faults:
        click.echo(plain_line(fault))


@main.command(epilog=EPILOG)
@click.argument("folder", type=Path, metavar="DIR")
@click.option("--agencies", type=click.IntRange(1, 100_000), required=True, metavar="N", help="几个机关")
@click.option("--years", type=click.IntRange(1, 7), required=True, metavar="K", help="各几个年度，到 2025 年度为止")
@click.option("--seed", type=click.IntRange(0), default=1, metavar="S", help="换一个数就是另一个档案，不写就是 1")
@click.option("--formats", default="txt", metavar="EXT,…", help="文件格式，用逗号分开，如 txt,html,docx；不写就是 txt")
@click.option(
    "--errors", type=click.FloatRange(0, 1), default=0.0, metavar="SHARE", help="埋下差错的报告占多少，0 至 1"
)
@_told
def demo(folder: Path, agencies: int, years: int, seed: int, formats: str, errors: float) -> None:
    """生成一个虚构的档案，供试用和测速；参数相同，文件就一字不差。"""
    from generator.demo.archive import Options, write_demo
    from generator.demo.formats import named

    options = Options(agencies, years, seed, named(formats), errors, os.cpu_count() or 1)
    made = write_demo(folder, options, Path())
    told = f"{agencies} 个机关，{made.reports} 份报告，埋下 {made.errors} 处差错"
    click.echo(plain_line(f"已生成 {folder}/：{told}。试一试：cd {folder} && nianbao build"))


@main.command(epilog=EPILOG)
@_CONTENT
@_CONFIG
@click.option("--json", "as_json", is_flag=True, help="只输出各网站的代号，供发布流程使用")
@_told
def shards(content: Path, config: Path, as_json: bool) -> None:
    """列出 shards.yml 里的分站：代号、网址、几个机关、几个报告文件。先核对每个机关是不是正好属于一个分站。"""
    from generator.archive import load_registry
    from generator.parse import newest_year
    from generator.shards import PORTAL, load_shards

    registry = load_registry(content)
    known = load_shards(config, registry)
    if as_json:
        click.echo(json.dumps([*known.by_id, PORTAL]))
        return
    entries, _ = scan(content, registry, newest_year())
    click.echo(plain_line(f"{PORTAL}\t{known.portal}\t门户"))
    for shard in known.shards:
        own = {agency.id for agency in known.agencies(shard, registry)}
        files = sum(entry.agency.id in own for entry in entries)
        click.echo(plain_line(f"{shard.id}\t{shard.address}\t{shard.name}：{len(own)} 个机关，{files} 个报告文件"))


@main.command(epilog=EPILOG)
@click.argument("form_id", required=False, metavar="[ID]")
@_told
def forms(form_id: str | None) -> None:
    """列出法定格式；给出 ID（如 2021）时列出它的全部数字名。"""
    from generator.form import load_forms
    from generator.form_file import form_ids

    if form_id is None:
        for form in load_forms():
            years = f"{form.years[0]}–{form.years[1] or ''}"
            click.echo(f"{form.id}\t{form.document}\t{years} 年度\t{len(form.facts)} 格\t{len(form.sums)} 条勾稽关系")
        return
    if form_id not in form_ids():
        raise NianbaoError(f"没有「{form_id}」这种格式", hint=f"现有：{'、'.join(form_ids())}")
    click.echo(describe_form(load_form(form_id)))
