#!/usr/bin/env bash
# Sets up .venv with the locked packages. usage: tools/setup-python.sh site|ocr|dask|test|lock
# Quick when nothing has changed; killed halfway, the next run starts afresh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

level=${1:-site}
case $level in
  site | ocr | dask | test | lock) ;;
  *) echo "用法：tools/setup-python.sh site|ocr|dask|test|lock" >&2 && exit 2 ;;
esac
venv=.venv

# A user's own switches (--user, another target, other modules) would send the packages elsewhere.
unset PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
# Debian 12's pip warns of things that later pips settled.
# Variables, not options: a newer pip that no longer knows them ignores them.
export PYTHONWARNINGS=ignore

say() { echo "▸ $*"; }
fail() { echo "错误：$*" >&2 && exit 2; }
digest() { { sha256sum 2>/dev/null || shasum -a 256; } | cut -d ' ' -f 1; }

version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# A name on PATH is no promise: version managers leave stubs that fail, so each candidate is run.
find_python() {
  local name
  if [ -n "${PYTHON:-}" ]; then
    new_enough "$PYTHON" || fail "PYTHON=$PYTHON 不能用：需要 Python 3.11 或更新的版本。"
    echo "$PYTHON" && return
  fi
  for name in python3 python3.13 python3.12 python3.11; do
    if new_enough "$name"; then echo "$name" && return; fi
  done
  fail "没有找到 Python 3.11 或更新的版本。请先安装（Debian/Ubuntu：sudo apt-get install python3 python3-venv），或用 PYTHON=/路径/python3 make … 指定。"
}

may_apt() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }
apt_get() {
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=yes
  # Another apt may hold the lock on a machine that has just started: wait for it.
  ${sudo:+sudo -n} env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null
}
# The package lists of a fresh machine are empty or stale: fetch them only when the first try fails.
apt_install() {
  apt_get install -y --no-install-recommends "$@" 2>/dev/null ||
    { apt_get update && apt_get install -y --no-install-recommends "$@"; }
}

make_venv() {
  local python=$1 packages=python3-venv log
  # The stamp first: a removal that is cut short must not leave it beside half a .venv.
  rm -f "$venv/.site"
  rm -rf "$venv"
  if log=$("$python" -m venv "$venv" 2>&1); then return; fi
  rm -rf "$venv"
  if "$python" -c 'import ensurepip' 2>/dev/null; then
    echo "$log" >&2
    fail "不能建立 Python 虚拟环境（$python -m venv $venv），原因见上。"
  fi
  # Debian and Ubuntu leave ensurepip out of Python; it comes with python3-venv, for the system's other Pythons
  # with python3.X-venv. A Python that apt did not install, apt cannot complete.
  if [ "$("$python" -c 'import sys; print(sys.base_prefix)')" = /usr ]; then
    packages+=" $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if may_apt; then
      say "安装 $packages"
      # shellcheck disable=SC2086  # two package names, not one
      apt_install $packages || true
      if "$python" -m venv "$venv" >/dev/null 2>&1; then return; fi
      rm -rf "$venv"
    fi
  fi
  fail "不能建立 Python 虚拟环境：$python 缺少 ensurepip。请先运行：sudo apt-get install $packages"
}

# --require-hashes: every file must be one the lock names. --no-deps: the locks are complete, nothing is added to them.
# Nothing is built from source.
install() {
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps \
    --only-binary :all: "$@" ||
    fail "安装依赖失败，原因见上。若是网络：稍后再试，或为 pip 配置一个能用的镜像；若是 HASHES 不符：下载到的文件与锁定的不同，请换一个镜像，不要绕过。"
}

# A stamp holds the digest of all that its step was made from; it is written last and removed first.
stamp() { cat "$venv/.$1" 2>/dev/null || true; }

# The version and the folder are part of it: a system's Python moves on, and a .venv carries its own path in its scripts.
base_of() { cat requirements/build.txt requirements/site.txt tools/setup-python.sh - <<<"$1 $PWD" | digest; }

python=$venv/bin/python
if [ -n "${PYTHON:-}" ]; then python=$(find_python); fi
if [ "$(stamp site)" != "$(base_of "$(version_of "$python")")" ]; then
  python=$(find_python)
  version=$(version_of "$python")
  say "建立 Python 环境 .venv（Python $version），只在第一次和依赖变动后进行"
  make_venv "$python"
  install -r requirements/build.txt
  say "安装建站所需的依赖"
  install -r requirements/site.txt
  base_of "$version" >"$venv/.site"
fi

if [ "$level" != site ]; then
  want=$(cat "$venv/.site" "requirements/$level.txt" | digest)
  if [ "$(stamp "$level")" != "$want" ]; then
    case $level in
      ocr) say "安装识别扫描件所需的依赖" ;;
      dask) say "安装在多台机器上读取所需的依赖" ;;
      test) say "安装测试所需的依赖" ;;
      lock) say "安装锁定依赖所需的工具" ;;
    esac
    rm -f "$venv/.$level"
    install -r "requirements/$level.txt"
    echo "$want" >"$venv/.$level"
  fi
fi

# Locking is what mends packages that no longer fit pyproject.toml: it must not ask that they fit.
if [ "$level" = lock ]; then exit; fi

# The project itself: a link to this folder and the command `nianbao`.
want=$(cat "$venv/.site" pyproject.toml | digest)
if [ "$(stamp project)" != "$want" ]; then
  rm -f "$venv/.project"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation --no-index -e . ||
    fail "安装本项目的命令 nianbao 失败，原因见上。"
  "$venv/bin/python" -m pip --disable-pip-version-check check >/dev/null ||
    fail "锁定的依赖互相不合，请运行 make lock 后再试；详情：.venv/bin/python -m pip check"
  echo "$want" >"$venv/.project"
fi
