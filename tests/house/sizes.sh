# A file says one thing: at most 500 lines of C++. Nothing heavier than 8 MiB belongs in the repository.
. "$(dirname "$0")/common.sh"
while IFS= read -r file; do
  lines=$(wc -l <"$file")
  if [ "$lines" -gt 500 ]; then complain "$file: $lines lines; split it where it says two things"; fi
done < <(ours '*.cpp' '*.hpp')
while IFS= read -r file; do
  bytes=$(stat -c %s "$file")
  if [ "$bytes" -gt 8388608 ]; then complain "$file: $((bytes / 1048576)) MiB"; fi
done < <(ours)
