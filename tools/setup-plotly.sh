#!/usr/bin/env bash
# Fetches the small plotly.js that the browser gets, locked in requirements/browser/, into .venv with npm.
# Without npm or network the site is built with the whole one of the plotly package: this never fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lock=requirements/browser
into=.venv/browser
want=$({ sha256sum 2>/dev/null || shasum -a 256; } < <(cat "$lock"/package*.json) | cut -d ' ' -f 1)
[ "$(cat "$into/.done" 2>/dev/null || true)" != "$want" ] || exit 0
# What failed a moment ago is not tried again at every step.
if [ -n "$(find "$into/.failed" -mmin -60 2>/dev/null)" ]; then exit 0; fi

mkdir -p "$into"
rm -f "$into/.done" "$into/.failed"
cp "$lock/package.json" "$lock/package-lock.json" "$into/"
# npm ci takes nothing but what the lock names, and refuses a file of another digest; no script of a package runs.
if ! command -v npm >/dev/null; then
  why="没有 npm"
elif npm ci --prefix "$into" --ignore-scripts --no-audit --no-fund --no-update-notifier --fetch-retries=0 \
  --fetch-timeout=60000 --loglevel=error >"$into/log" 2>&1 </dev/null; then
  echo "$want" >"$into/.done"
  exit 0
else
  why="npm 没有取到，详情见 $into/log"
fi
rm -rf "$into/node_modules"
touch "$into/.failed"
echo "▸ 没有取得精简的 plotly.js（$why），图将用 plotly 软件包里完整的那一份，读者多下载约 1 MB；一小时后再运行 make 会再试。"
