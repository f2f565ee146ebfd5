#!/usr/bin/env bash
# Sees to a Chromium and a Chinese font for the browser tests. Without them the tests are skipped,
# unless NIANBAO_REQUIRE_BROWSER=1 says that skipping would be a lie: then this fails.
set -euo pipefail

say() { echo "▸ $*"; }

# --version is asked because a name is no promise: Ubuntu's package chromium-browser is a stub
# that only tells to install a snap (and a snap could not read the test's folders anyway).
find_browser() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && "$name" --version 2>/dev/null </dev/null | grep -q 'Chrom.* [0-9]'; then return; fi
  done
  return 1
}
find_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }

may_apt() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }
apt_get() {
  local sudo=
  [ "$(id -u)" = 0 ] || sudo=yes
  # Another apt may hold the lock on a machine that has just started: wait for it.
  ${sudo:+sudo -n} env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null
}

packages=()
find_browser || packages+=(chromium)
# Without a Chinese font every page is drawn as empty boxes, and no test would notice.
find_font || packages+=(fontconfig fonts-noto-cjk)
[ ${#packages[@]} -gt 0 ] || exit 0

if may_apt; then
  say "安装浏览器测试所需的 ${packages[*]}"
  # The package lists of a fresh machine are empty or stale: fetch them only when the first try fails.
  apt_get install -y --no-install-recommends "${packages[@]}" 2>/dev/null ||
    { apt_get update && apt_get install -y --no-install-recommends "${packages[@]}"; } || true
fi
find_browser && find_font && exit 0

if [ "${NIANBAO_REQUIRE_BROWSER:-}" = 1 ]; then
  echo "错误：缺少 Chromium 或中文字体，而 NIANBAO_REQUIRE_BROWSER=1 要求运行浏览器测试。请先运行：sudo apt-get install chromium fonts-noto-cjk" >&2
  exit 2
fi
say "没有可用的 Chromium 或中文字体，将跳过浏览器测试（Debian 上可先运行：sudo apt-get install chromium fonts-noto-cjk）。"
