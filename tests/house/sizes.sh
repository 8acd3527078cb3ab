# A file says one thing: at most 500 lines of C++. Nothing heavier than 8 MiB belongs in the repository.
. "$(dirname "$0")/common.sh"
while read -r lines file; do
  if [ "$file" != total ] && [ "$lines" -gt 500 ]; then complain "$file: $lines lines; split it where it says two things"; fi
done < <(ours '*.cpp' '*.hpp' | xargs wc -l)
while read -r bytes file; do
  if [ "$bytes" -gt 8388608 ]; then complain "$file: $((bytes / 1048576)) MiB"; fi
done < <(ours | tr '\n' '\0' | xargs -0 stat -c '%s %n')
