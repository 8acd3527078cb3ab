#!/usr/bin/env bash
# run.sh TEST.mjs: drives Chromium against pages; 77 (skipped) says what is missing.
set -euo pipefail
cd "$(dirname "$0")"
skip() { echo "skipped: $1"; exit 77; }
command -v npm >/dev/null || skip "npm is not installed"
CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
[ -n "$CHROMIUM" ] || skip "chromium is not installed"
exec 9< package.json; flock 9 # two tests may come at once
if ! cmp -s package-lock.json node_modules/.menshen-lock; then
  npm ci --no-audit --no-fund >/dev/null 2>&1 || skip "npm ci could not fetch playwright-core"
  cp package-lock.json node_modules/.menshen-lock
fi
export CHROMIUM
exec node "$1"
