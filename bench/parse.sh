#!/bin/sh
# Start-up and parsing, whole processes of the native program (./build makes it). Usage: bench/parse.sh [MODELS ...]
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
gild=$here/out/native/gild
[ -x "$gild" ] || { echo "build the native program first: ./build" >&2; exit 2; }
command -v /usr/bin/time >/dev/null 2>&1 || { echo "GNU time is needed (Debian: apt-get install time)" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/bin/time -f "--version: %U s user, %S s system, %e s wall, %M KiB" "$gild" --version
[ $# -gt 0 ] || set -- 100 1000 10000
for models in "$@"; do
    dotnet run -c Release --project "$here/bench/generate-project" -- "$models" "$work/$models"
    /usr/bin/time -f "parse of $models models: %U s user, %S s system, %e s wall, %M KiB" \
        "$gild" parse --project-dir "$work/$models" --profiles-dir "$work/$models" --target-path "$work/target" --log-path "$work/logs"
done
