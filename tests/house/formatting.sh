# Every C++ file is as clang-format writes it.
. "$(dirname "$0")/common.sh"
while IFS= read -r file; do
  if ! clang-format --dry-run -Werror "$file" >/dev/null 2>&1; then complain "$file: not formatted; write  clang-format -i $file"; fi
done < <(ours '*.cpp' '*.hpp')
