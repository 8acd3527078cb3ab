# Who may include whom. Pure folders see values and each other, the standard library and Boost's vocabulary; no driver, database,
# socket, picture or clock. Debian puts every header under one include path, so the compiler alone cannot keep this.
. "$(dirname "$0")/common.sh"

# folder | folders of ours that it may include (its own is understood)
rules='
firmware/values    |
firmware/files     | values
firmware/ports     | values
firmware/identify  | values
firmware/decide    | values
firmware/lane      | values
firmware/bundle    | values files
firmware/site      | values ports decide identify lane
firmware/store     | values files
firmware/loop      | values
firmware/whitelist | values ports store bundle site
firmware/journal   | values files ports store site bundle
firmware/pages     | values
firmware/panel     | values ports site loop pages
drivers/modbus     | values ports site
drivers/camera     | values ports
drivers/display    | values ports
drivers/simulated  | values
daemon/settings    |
daemon/x509        | values
daemon/tables      | values
daemon/sync        | values files bundle loop settings x509
daemon/cli         | values files site bundle decide tables sync registry link office
daemon/cli/link    | values files bundle
daemon/cli/office  | values files bundle decide tables registry cli link
daemon/registry    | values files bundle decide store loop settings pages tables x509
daemon/registry/domain  | values bundle registry
daemon/registry/service | values bundle registry
'
pure='values identify decide lane bundle ports'
third_party='<(opencv|sqlite3|modbus|curl/|spdlog/|boost/(asio|beast|url|process|filesystem)|sys/|unistd|poll|fcntl)'
clocks='(system_clock|steady_clock|high_resolution_clock|BootClock)::now|\bclock_gettime|\bgettimeofday|\btime\((NULL|nullptr|0)\)'
folders_of_ours='values|files|ports|identify|decide|lane|bundle|site|store|loop|pages|registry|sync|settings|tables|x509|cli|link|office|whitelist|journal|eye|panel|gate|modbus|camera|display|models|plate'

while IFS='|' read -r folder allowed; do
  folder=$(tr -d ' ' <<<"$folder")
  [ -n "$folder" ] && [ -d "$folder" ] || continue
  allowed=" $(basename "$folder") $allowed "
  while IFS=: read -r file line text; do
    included=$(sed -E 's/.*"([a-z_0-9]+)\/.*/\1/' <<<"$text")
    if [[ $included =~ ^($folders_of_ours)$ ]] && [[ $allowed != *" $included "* ]]; then
      complain "$file:$line: $folder may not include $included/"
    fi
  done < <(ours "$folder/*.cpp" "$folder/*.hpp" | xargs -r grep -nHE '^#include "[a-z_0-9]+/' || true)
done <<<"$rules"

for name in $pure; do
  [ -d "firmware/$name" ] || continue
  files=$(ours "firmware/$name/*.cpp" "firmware/$name/*.hpp")
  while IFS= read -r line; do complain "a pure folder reaches out: $line"; done < <(grep -nHE "^#include $third_party" $files || true)
  while IFS= read -r line; do complain "a pure folder reads a clock: $line"; done < <(grep -nHE "$clocks" $files | grep -vE ':[0-9]+: *//' || true)
done
