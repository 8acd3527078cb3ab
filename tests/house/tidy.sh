# tidy.sh BUILD-TREE [all]: clang-tidy on the C++ files changed since the branch left origin's main (or in the last day, where
# there is no such branch to compare with), or on all of them.
. "$(dirname "$0")/common.sh"
tree=$1
base=$(git merge-base HEAD origin/main 2>/dev/null || true)
if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then base=$(git rev-list -1 --before='1 day ago' HEAD); fi
if [ "${2:-}" = all ] || [ -z "$base" ]; then files=$(ours '*.cpp'); else files=$(git diff --name-only "$base" -- '*.cpp'); fi
# GCC's precompiled headers and its own warnings are nothing that Clang knows; files that were compiled together are looked at one by one.
commands=$tree/tidy
mkdir -p "$commands"
python3 - "$tree/compile_commands.json" >"$commands/compile_commands.json" <<'END'
import json, re, sys
entries = []
for entry in json.load(open(sys.argv[1])):
    command = re.sub(r"-Winvalid-pch|-include \S*cmake_pch\.hxx|-Wno-(restrict|stringop-overflow|subobject-linkage)", "", entry["command"])
    together = entry["file"]
    files = re.findall(r'#include "(.*)"', open(together).read()) if "/Unity/" in together else [together]
    entries += [{**entry, "file": file, "command": command.replace(together, file)} for file in files]
json.dump(entries, sys.stdout, indent=0)
END
built() {
  while IFS= read -r file; do
    if [ -f "$file" ] && grep -qF "$PWD/$file" "$commands/compile_commands.json"; then printf '%s\n' "$file"; fi
  done
}
built <<<"$files" | xargs -r -P "$(nproc)" -n 1 sh -c 'clang-tidy -quiet -p "$0" "$1" 2>/dev/null || { echo "$1: see above"; exit 1; }' "$commands" ||
  complain "clang-tidy is not content"
