#!/bin/sh
# Start-up, then parse, ls, compile and build of generated projects on DuckDB, whole processes of the native program (./build
# makes it). Prints a table and how time grows with the number of models. Usage: bench/project.sh [MODELS ...]
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
gild=$here/out/native/gild
[ -x "$gild" ] || { echo "build the native program first: ./build" >&2; exit 2; }
command -v /usr/bin/time >/dev/null 2>&1 || { echo "GNU time is needed (Debian: apt-get install time)" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs one command; "CPU seconds, wall seconds, MiB" go to the file $work/figures. Anything but success ends the run.
measure() {
    if ! /usr/bin/time -q -o "$work/time" -f "%U %S %e %M" "$gild" "$@" > "$work/output" 2>&1; then
        cat "$work/output" >&2
        exit 1
    fi
    awk '{ printf "%.2f %.2f %.0f\n", $1 + $2, $3, $4 / 1024 }' "$work/time" > "$work/figures"
}

[ $# -gt 0 ] || set -- 100 1000 3000 10000
echo "| models | tests | command | CPU | wall | peak memory |"
echo "| ---: | ---: | --- | ---: | ---: | ---: |"
measure --version
awk '{ printf "| – | – | `--version` | %s s | %s s | %s MiB |\n", $1, $2, $3 }' "$work/figures"
for models in "$@"; do
    dotnet run -c Release --project "$here/bench/generate-project" -- "$models" "$work/$models" > "$work/made"
    for command in parse ls compile build; do
        rm -rf "$work/target" "$work/logs"
        measure "$command" --project-dir "$work/$models" --profiles-dir "$work/$models" --target-path "$work/target" --log-path "$work/logs" --threads 4
        awk -v n="$models" -v c="$command" '{ printf "| %d | %d | %s | %s s | %s s | %s MiB |\n", n, 3 * n, c, $1, $2, $3 }' "$work/figures"
        echo "$command $models $(cat "$work/figures")" >> "$work/all"
    done
    rm -rf "${work:?}/$models"
done
echo
awk '{ if ($1 in first) { last[$1] = $3; to[$1] = $2 } else { first[$1] = $3; from[$1] = $2 } }
    END { for (c in last) printf "%s: CPU grows with exponent %.2f from %d to %d models\n", c, log(last[c] / first[c]) / log(to[c] / from[c]), from[c], to[c] }' "$work/all" | sort
