# Needs git, make and Python 3.11 or newer. Everything else is set up in .venv, once.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help site serve check test fuzz kill bench judge torture lint ocr dask lock screenshots clean setup setup-test

# Options passed on: make check ARGS="--strict content/reports/…"
ARGS ?=
BIN := .venv/bin

# MkDocs, its theme and a fork of it argue about version 2 at the top of every build. It is settled in pyproject.toml.
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true

# An empty address means none: a workflow cannot leave a variable out, it can only leave it empty.
ifeq ($(strip $(SITE_URL)),)
unexport SITE_URL
endif

# The clock decides one thing: whether a year or a date has come yet. Where nothing differs from the commit, the commit's
# time stands for it (unless SOURCE_DATE_EPOCH says another), so that one commit gives one site on whatever day.
COMMIT_TIME = $(if $(strip $(SOURCE_DATE_EPOCH)),,$(shell \
	[ -z "$$(git status --porcelain 2>&1)" ] && git log -1 --format=SOURCE_DATE_EPOCH=%ct 2>/dev/null))

help: ## 列出这些命令
	@echo "年报公开：把政府信息公开工作年度报告变成静态网站"
	@echo
	@echo "用法：make 命令 [ARGS=\"选项\"]"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

site: setup ## 读取 content/，生成网站到 site/
	$(COMMIT_TIME) $(BIN)/nianbao build $(ARGS)

serve: setup ## 生成网站并在本机预览，改动 content/ 后自动更新
	$(BIN)/nianbao serve $(ARGS)

check: setup ## 只读取和校核报告，不生成网站
	$(COMMIT_TIME) $(BIN)/nianbao check $(ARGS)

test: setup-test ## 代码检查、类型检查和全部测试
	@tools/setup-browser.sh
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python tools/tests.py $(ARGS)

# How many times as many reports as an ordinary run tries.
NIANBAO_EXAMPLES ?= 10
# How many damaged files, and how many killed builds of an archive of how many reports.
NIANBAO_MUTANTS ?= 20000
NIANBAO_KILLS ?= 200
NIANBAO_KILL_REPORTS ?= 200
fuzz: setup-test ## 往返测试和损坏文件测试加量：更多随机报告、更多弄坏的文件，每次都不同
	@tools/setup-browser.sh
	NIANBAO_EXAMPLES=$(NIANBAO_EXAMPLES) $(BIN)/python -m pytest tests/test_round_trip.py $(ARGS)
	NIANBAO_MUTANTS=$(NIANBAO_MUTANTS) $(BIN)/python -m pytest tests/test_mutants.py tests/test_yaml_mutants.py $(ARGS)

kill: setup-test ## 中断测试加量：生成到一半就结束进程，再生成一次，看结果是不是一样
	NIANBAO_KILLS=$(NIANBAO_KILLS) NIANBAO_KILL_REPORTS=$(NIANBAO_KILL_REPORTS) \
		$(BIN)/python -m pytest tests/test_interruption.py $(ARGS)

# Sizes and parts: make bench REPORTS="200 1000" ARGS="--rounds 1 --skip zensical,stock"
bench: setup-test ## 测速：与 Hugo、Pagefind、MkDocs 原样、Zensical 在同一次运行里比，结果在 build/bench/（约一小时）
	@tools/setup-browser.sh
	$(BIN)/python tools/bench $(REPORTS) $(ARGS)

judge: setup-test ## 核对得准不准、快不快：一万份虚构报告，埋下各种差错，逐条规则报告查出、误报、漏报
	$(BIN)/python tools/judge.py $(REPORTS)

torture: setup-test ## 刁难文件逐个读一遍，列出每个的结果、用时和内存
	$(BIN)/python tools/torture.py $(ARGS)

lint: setup-test ## 只做代码检查和类型检查
	$(BIN)/ruff check .
	$(BIN)/mypy

screenshots: setup-test ## 重拍浏览器测试用的页面截图
	@tools/setup-browser.sh
	$(BIN)/python -m pytest tests/test_browser.py --update-screenshots $(ARGS)

# One lock holds for every supported Python and platform (--universal), with one version of each package for all
# of them (--fork-strategy fewest), so that the same reports give the same pages everywhere.
# The locks name versions and hashes, not where to fetch them: that is for each user's own pip to say.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-header $(ARGS)

ocr: ## 安装识别扫描件所需的依赖（约 350 MB）
	@tools/setup-python.sh ocr

dask: ## 安装在多台机器上读取所需的依赖（Dask，约 40 MB）
	@tools/setup-python.sh dask

lock: ## 重写 requirements/ 里的依赖锁（升级：make lock ARGS=--upgrade）
	@tools/setup-python.sh lock
	$(COMPILE) --group build -o requirements/build.txt >/dev/null
	$(COMPILE) pyproject.toml -c requirements/build.txt -o requirements/site.txt >/dev/null
	$(COMPILE) pyproject.toml --extra ocr -c requirements/site.txt -o requirements/ocr.txt >/dev/null
	$(COMPILE) pyproject.toml --extra dask -c requirements/site.txt -o requirements/dask.txt >/dev/null
	$(COMPILE) pyproject.toml --extra ocr --extra dask --group test -c requirements/site.txt -c requirements/ocr.txt \
		-c requirements/dask.txt -o requirements/test.txt >/dev/null
	$(COMPILE) --group lock -o requirements/lock.txt >/dev/null
	$(COMPILE) --group audit -o requirements/audit.txt >/dev/null
	if command -v npm >/dev/null; then npm install --prefix requirements/browser --package-lock-only --ignore-scripts --no-audit --no-fund >/dev/null; fi
	@echo "已更新 requirements/"

clean: ## 删除生成的文件（保留 .venv）
	rm -rf build site .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info
	find generator tests -name __pycache__ -prune -exec rm -rf {} +

setup:
	@tools/setup-python.sh site
	@tools/setup-plotly.sh

setup-test:
	@tools/setup-python.sh test
	@tools/setup-plotly.sh
