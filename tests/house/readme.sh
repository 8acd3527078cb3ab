# The front page tells the truth: its commands, files and folders are there, and the usual documents too.
. "$(dirname "$0")/common.sh"
for file in README.md README.zh-CN.md CHANGELOG.md SECURITY.md LICENSE; do
  if [ ! -s "$file" ]; then complain "$file is missing"; fi
done
for command in ./run ./test .ci/run; do
  if [ ! -x "$command" ]; then complain "$command: missing, or not executable"; fi
done
for command in ./run ./test; do
  if ! grep -qF "$command" README.md; then complain "README.md does not show $command"; fi
done
if ! grep -q '\./test' .ci/run && ! grep -q '/test"' .ci/run; then complain ".ci/run does not call ./test"; fi
# Links to files, and the folders of the table: `name/…` in backticks at a row's beginning.
while IFS= read -r path; do
  if [ ! -e "$path" ]; then complain "README names $path, which is not there"; fi
done < <({ grep -ohE '\]\([A-Za-z0-9_./-]+\)' README.md README.zh-CN.md | sed 's/^](//; s/)$//'
           grep -ohE '^\| `[a-z0-9_/.-]+`' README.md | tr -d '|` '
           grep -ohE 'config/[A-Za-z0-9_/.-]+[a-z]' README.md README.zh-CN.md; } | sort -u)
