# Every Debian package that we depend on has its reason beside it, once; each third-party library of the build has one too.
. "$(dirname "$0")/common.sh"
list=toolchains/packages.txt
while IFS= read -r line; do
  case $line in
    ''|'#'*|'['*']') ;;
    *)
      if ! [[ $line =~ ^[a-z0-9][a-z0-9.+-]+\ +'# '.+ ]]; then complain "$list: no reason for a package: $line"; fi
      ;;
  esac
done <$list
twice=$(awk '/^[a-z0-9]/ { print $1 }' $list | sort | uniq -d)
if [ -n "$twice" ]; then complain "$list: named twice:" $twice; fi
while IFS= read -r line; do complain "toolchains/CMakeLists.txt: a library without a reason: $line"; done \
  < <(grep -E '^(find_package|menshen_pkg)' toolchains/CMakeLists.txt | grep -v '#' | grep -v Boost || true)
