#!/bin/sh
# Checks the Terraform configuration without an AWS account. Usage: infra/test.sh [-v]
#
# Providers come from the offline stand-ins in ../shared/terraform beside the checkout where those exist, and from the
# public registry elsewhere (TERRAFORM_STANDINS names another place for them). Everything runs on a copy, so that neither .terraform nor a lock file with the checksums of
# the stand-ins appears in the checkout. Ends with one line: N passed, N failed.
set -u

infra=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$infra")
verbose=0
[ "${1-}" = -v ] && verbose=1

if ! command -v terraform >/dev/null 2>&1; then
    echo "infra/test.sh: terraform is not installed: https://developer.hashicorp.com/terraform/install (1.11 or newer)" >&2
    exit 2
fi

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

passed=0
failed=0

ok() {
    passed=$((passed + 1))
    echo "ok    $1"
}

not_ok() { # name, file with what was printed
    failed=$((failed + 1))
    echo "FAIL  $1"
    sed 's/^/      /' "$2"
}

check() { # name, command...
    name=$1
    shift
    if "$@" >"$work/out" 2>&1; then
        ok "$name"
        if [ $verbose = 1 ]; then sed 's/^/      /' "$work/out"; fi
    else
        not_ok "$name" "$work/out"
    fi
}

copy() { # from, to: the configuration without what Terraform leaves behind
    mkdir -p "$2" && (cd "$1" && find . -name .terraform -prune -o -name '.terraform.lock.hcl' -prune -o -name '*.tfstate*' -prune -o -type f -print |
        tar -cf - -T -) | (cd "$2" && tar -xf -)
}

# --- providers

export TF_IN_AUTOMATION=1 TF_INPUT=0 CHECKPOINT_DISABLE=1
standins=${TERRAFORM_STANDINS:-$root/../shared/terraform}/setup.sh
if [ -f "$standins" ]; then
    setup=$(sh "$standins" 2>"$work/out") || {
        sed 's/^/      /' "$work/out"
        echo "infra/test.sh: the offline providers could not be built" >&2
        exit 2
    }
    eval "$setup"
    echo "providers: offline stand-ins"
else
    echo "providers: public registry"
fi

copy "$infra" "$work/infra"
cycle=$work/infra/tests/fixtures/seed-security-groups
cp -R "$cycle" "$work/cycle"

# --- the configuration

cd "$work/infra" || exit 2
check "format" terraform fmt -check -diff -recursive -no-color
check "init" terraform init -backend=false -no-color
if [ $failed -gt 0 ] && [ ! -d .terraform/providers ]; then
    echo "$passed passed, $failed failed (nothing else can run before init does)"
    exit 1
fi
check "validate" terraform validate -no-color

# Half of the files each, side by side: one run keeps one thread busy.
run_tests() { # log, test files
    log=$1
    shift
    for file in "$@"; do
        set -- "$@" "-filter=$file"
        shift
    done
    terraform test -no-color "$@" >"$log" 2>&1
}
odd=
even=
for file in tests/*.tftest.hcl; do
    if [ ${#odd} -le ${#even} ]; then odd="$odd $file"; else even="$even $file"; fi
done
# shellcheck disable=SC2086 # one word per file
run_tests "$work/log.1" $odd &
# shellcheck disable=SC2086
run_tests "$work/log.2" $even &
wait

if [ -f "$standins" ]; then
    terraform test -no-color -test-directory=tests/offline >"$work/log.3" 2>&1
else
    echo "note  tests/offline needs the offline stand-ins and is left out here"
fi

for log in "$work"/log.*; do
    name=
    while IFS= read -r line; do
        case $line in
            tests/*"... in progress") name=${line%%...*} ;;
            '  run "'*'"... pass') ok "$name: $(printf '%s' "$line" | cut -d'"' -f2)" ;;
            '  run "'*'"... '*) failed=$((failed + 1)) && echo "FAIL  $name: $(printf '%s' "$line" | cut -d'"' -f2)" ;;
        esac
    done <"$log"
    # A file that does not load has no runs to count.
    if ! tail -n 1 "$log" | grep -q '^Success!'; then
        if ! grep -q '^  run ".*"\.\.\. [fs]' "$log"; then failed=$((failed + 1)); fi
        grep -v -E '\.\.\. (pass|in progress|tearing down)$' "$log" | sed 's/^/      /'
    fi
done

# --- the first design's security groups, which must fail

cd "$work/cycle" || exit 2
check "cycle: init" terraform init -backend=false -no-color
if terraform plan -refresh=false -no-color >"$work/out" 2>&1; then
    not_ok "cycle: the inline security groups must be refused" "$work/out"
elif tr -s ' \n' '  ' <"$work/out" | grep -q 'Error: Cycle: .*aws_security_group'; then
    ok "cycle: the inline security groups are refused: $(grep -o 'Cycle: .*' "$work/out" | head -n 1)"
else
    not_ok "cycle: the inline security groups failed for another reason" "$work/out"
fi

# --- the scripts and documents around it

for test in "$root"/tests/infra/*.sh; do
    [ -f "$test" ] || continue
    log=$work/$(basename "$test").out
    sh "$test" >"$log" 2>&1
    status=$?
    good=$(grep -c '^ok ' "$log")
    bad=$(grep -c '^FAIL ' "$log")
    if [ $status -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    passed=$((passed + good))
    failed=$((failed + bad))
    grep '^ok ' "$log"
    [ $status -eq 0 ] || grep -v '^ok ' "$log"
done

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
