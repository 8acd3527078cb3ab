# Every C++ file is as clang-format writes it.
. "$(dirname "$0")/common.sh"
while IFS= read -r file; do
  complain "$file: not formatted; write  clang-format -i $file"
done < <(ours '*.cpp' '*.hpp' | xargs -P 2 -n 25 clang-format --dry-run 2>&1 | sed -nE 's/^([^:]+):[0-9]+:[0-9]+: .*clang-format-violations.*/\1/p' | sort -u)
