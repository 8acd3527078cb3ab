# tidy.sh BUILD-TREE [all]: clang-tidy on the C++ files changed since the branch left origin's main (or in the last day, where
# there is no such branch to compare with), or on all of them.
. "$(dirname "$0")/common.sh"
tree=$1
base=$(git merge-base HEAD origin/main 2>/dev/null || true)
if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then base=$(git rev-list -1 --before='1 day ago' HEAD); fi
if [ "${2:-}" = all ] || [ -z "$base" ]; then files=$(ours '*.cpp'); else files=$(git diff --name-only "$base" -- '*.cpp'); fi
while IFS= read -r file; do
  if [ -f "$file" ] && grep -qF "$PWD/$file" "$tree/compile_commands.json"; then
    clang-tidy -quiet -p "$tree" "$file" 2>/dev/null || complain "$file: see above"
  fi
done <<<"$files"
