#!/bin/sh
# infra/COST.md says what the prices, the usage and the limits say today. Run by infra/test.sh.
set -u

root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

check() { # name, command...
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        echo "ok    $name"
    else
        failed=1
        echo "FAIL  $name"
        sed 's/^/      /' "$work/out"
    fi
}

sh "$root/infra/scripts/cost.sh" >"$work/COST.md"
check "cost: COST.md is what cost.sh writes (infra/scripts/cost.sh > infra/COST.md)" diff -u "$root/infra/COST.md" "$work/COST.md"

# The same sums from first principles, so that a mistake in cost.sh does not hide in its own output.
has() { grep -q -F -- "$1" "$root/infra/COST.md"; }
check "cost: 8 RPU for 1 to 2 h a day is 8 x 0.375 x 30 to 60 h" has '| Redshift, 8 RPU, 1 to 2 h a day | $20-30 | $90-$180 |'
check "cost: 4 RPU for 15 min a day is 4 x 0.375 x 7.5 h" has '| 4 RPU, 15 min a day | | $11.25 |'
check "cost: one endpoint in one zone is 730 x 0.01" has '| Interface endpoint | $7.30 |'
check "cost: the cap is 12 x 0.375 a day" has '$4.50 a day and $135.00 a month'
check "cost: a wake-up every five minutes at 4 RPU is 8640 x 0.025" has '8,640 times a month: $216.00'

exit $failed
