# Sourced by ./run and ./test: installs what a fresh Debian 12 lacks, prepares build trees, and sees to it that nothing
# is left behind, however the script ends.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
log=$root/build/setup.log
mkdir -p build
export MENSHEN_MARK="$$.$(date +%s)" # marks every process that this run starts
running=

say() { printf 'menshen: %s\n' "$*"; }

# Every process that carries our mark, whatever became of its parents.
strays() {
  local file
  for file in /proc/[0-9]*/environ; do
    if grep -qzFx "MENSHEN_MARK=$MENSHEN_MARK" "$file" 2>/dev/null; then basename "${file%/environ}"; fi
  done
}

# The processes of this run that still live after a second; they are ended.
sweep() {
  local pids round
  for round in 1 2 3 4 5 6 7 8 9 10; do
    pids=$(strays)
    [ -n "$pids" ] || return 0
    sleep 0.1
  done
  local pid
  for pid in $pids; do printf '%s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || true)"; done
  # shellcheck disable=SC2086
  kill -KILL $pids 2>/dev/null || true
}

interrupted() {
  trap '' INT TERM HUP
  [ -z "$running" ] || kill -TERM -- "-$running" 2>/dev/null || true
  sweep >/dev/null
  say "stopped"
  exit 130
}
trap interrupted INT TERM HUP

# Runs a command in a process group of its own, so that a stop by signal stops all of it.
job() {
  local status=0
  set -m
  "$@" </dev/null &
  running=$!
  set +m
  wait "$running" || status=$?
  running=
  return "$status"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# The packages of the sections named, without node and npm where a good enough node is there (another vendor's node
# conflicts with Debian's npm).
wanted() {
  local skip='^$'
  if command -v npm >/dev/null && [ "$(node -p 'parseInt(process.versions.node)' 2>/dev/null || echo 0)" -ge 18 ]; then
    skip='^(nodejs|npm)$'
  fi
  awk -v sections=" $* " '/^\[/ { on = index(sections, " " substr($1, 2, length($1) - 2) " ") } on && /^[a-z0-9]/ { print $1 }' \
    toolchains/packages.txt | grep -Ev "$skip"
}

# packages SECTION…: installs what is missing from toolchains/packages.txt.
packages() {
  local missing
  missing=$(comm -23 <(wanted "$@" | sort -u) \
    <(wanted "$@" | xargs dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p' | sort -u))
  [ -n "$missing" ] || return 0
  say "installing $(wc -w <<<"$missing") Debian packages (takes minutes the first time; toolchains/packages.txt says why each)"
  if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
    say "neither root nor sudo: as root, run  apt-get install --no-install-recommends" $missing
    exit 1
  fi
  [ "$(id -u)" = 0 ] || sudo -v # asks for the password here, while the terminal is ours
  # shellcheck disable=SC2086
  if ! { job as_root apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 update &&
         job as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
           -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 install $missing; } >"$log" 2>&1; then
    tail -n 20 "$log"
    say "apt could not install them; the whole output is in build/setup.log"
    exit 1
  fi
}

# tree PRESET TARGET…: configures build/PRESET where that is still to do, and builds the targets in it.
tree() {
  local preset=$1
  shift
  if [ ! -e "build/$preset/build.ninja" ]; then
    say "configuring build/$preset"
    if ! job cmake --preset "$preset" >"$log" 2>&1; then
      tail -n 30 "$log"
      say "cmake could not configure build/$preset; the whole output is in build/setup.log"
      exit 1
    fi
  fi
  say "building $* in build/$preset"
  job ninja -C "build/$preset" ${MENSHEN_JOBS:+-j "$MENSHEN_JOBS"} "$@"
}
