# Sourced by the checks: complain adds one finding, and the script ends with 1 if there was any.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*' # a checkout may belong to another user
findings=0
complain() {
  printf '%s\n' "$*"
  findings=$((findings + 1))
}
trap '[ $? = 0 ] && [ "$findings" = 0 ]' EXIT
# ours PATTERN…: files of the project that match, those not yet added included.
ours() {
  git ls-files -co --exclude-standard -- "$@" | while IFS= read -r file; do if [ -f "$file" ]; then printf '%s\n' "$file"; fi; done
}
