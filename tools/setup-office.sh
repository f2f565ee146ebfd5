#!/usr/bin/env bash
# Sees to a LibreOffice for the tests of old Word and Excel files. Without it those tests are skipped and say so.
set -euo pipefail

command -v soffice >/dev/null && exit 0
if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
  echo "▸ 安装测试旧版 Word、Excel 文件所需的 LibreOffice"
  sudo=
  [ "$(id -u)" = 0 ] || sudo="sudo -n"
  apt_get() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null; }
  packages=(libreoffice-writer-nogui libreoffice-calc-nogui)
  apt_get install -y --no-install-recommends "${packages[@]}" 2>/dev/null ||
    { apt_get update && apt_get install -y --no-install-recommends "${packages[@]}"; } || true
fi
command -v soffice >/dev/null || echo "▸ 没有 LibreOffice，旧版 Word、Excel 文件的测试将跳过（Debian 上可先运行：sudo apt-get install libreoffice-writer libreoffice-calc）。"
