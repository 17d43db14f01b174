#!/bin/sh
# Builds Gold with the native program, then runs the same statements straight through DuckDB; in turn, several times.
# Usage: bench/gold.sh [S|M|L] [ROUNDS]     Needs ./build.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
size=${1:-M}
rounds=${2:-3}
gild=$here/out/native/gild
[ -x "$gild" ] || { echo "build the native program first: ./build" >&2; exit 2; }
. "$here/scripts/build-app.sh"
build_app SilverSample silver-sample
dotnet "$here/out/dev/silver-sample/silver-sample.dll" --size "$size" --day 1 --out "$here/data/$size/silver"
dotnet build -c Release -v quiet -nologo "$here/bench/direct"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SILVER_ROOT="$here/data/$size/silver"
cd "$here"
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    rm -rf "$work/build" "$work/again"
    mkdir -p "$work/build" "$work/again"
    start=$(date +%s.%N)
    GOLD_DB=$work/build/analytics.duckdb "$gild" build --quiet --log-level-file debug --project-dir src/dbt_gold --profiles-dir src/dbt_gold --target local \
        --target-path "$work/build/target" --log-path "$work/build/logs" >"$work/build/out.txt" || { cat "$work/build/out.txt"; exit 1; }
    build=$(echo "$(date +%s.%N) - $start" | bc)
    start=$(date +%s.%N)
    dotnet bench/direct/bin/Release/net10.0/direct.dll "$work/build/target" "$work/build/logs/dbt.log" "$work/again/analytics.duckdb" 4
    direct=$(echo "$(date +%s.%N) - $start" | bc)
    echo "round $round, size $size: gild build $build s, direct $direct s, ratio $(echo "scale=3; $build / $direct" | bc)"
done
