# No file names a path of the machine it was written on, nor the host of a package registry: both differ elsewhere.
. "$(dirname "$0")/common.sh"
paths='(/[w]ork/|/[f]arm/|/[v]ar/tmp/[a-z]+/|/[t]mp/[a-z]+/|/[r]oot/|/[h]ome/[a-z]+/)'
hosts='([d]eb\.debian\.org|[r]egistry\.npmjs|[n]pmjs\.(org|com)|[n]odesource|[p]ypi\.org|[f]iles\.pythonhosted)'
while IFS= read -r line; do complain "a path of one machine: $line"; done < <(git grep -nIE "$paths" -- . || true)
while IFS= read -r line; do complain "the host of a registry: $line"; done < <(git grep -nIE "$hosts" -- . | cut -c -200 || true)
