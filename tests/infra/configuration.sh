#!/bin/sh
# What the Terraform files, their tests and their documents must have in common. Run by infra/test.sh.
set -u

root=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
infra=$root/infra
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# Nothing printed on standard input means good.
nothing() { # name
    if [ -s "$work/found" ]; then
        failed=1
        echo "FAIL  $1"
        sed 's/^/      /' "$work/found"
    else
        echo "ok    $1"
    fi
}

blocks() { # kind, attribute: names of the blocks of that kind in which the attribute is missing
    awk -v kind="$1" -v attribute="$2" '
        $1 == kind { name = $2; gsub(/"/, "", name); found = 0; inside = 1 }
        inside && $1 == attribute { found = 1 }
        inside && /^}/ { if (!found) print name; inside = 0 }' "$infra"/*.tf
}

{ blocks variable description && blocks output description; } >"$work/found"
nothing "configuration: every variable and output has a description"

blocks variable type >"$work/found"
nothing "configuration: every variable has a type"

# A bool, a map of tags and an object of given fields need no rule beyond their type.
blocks variable validation | while read -r name; do
    awk -v name="$name" '$0 == "variable \"" name "\" {" { inside = 1 } inside && $1 == "type" { print $3; exit }' "$infra"/variables*.tf |
        grep -q -E '^bool$' || [ "$name" = tags ] || echo "$name has no validation"
done >"$work/found"
nothing "configuration: every variable that can be wrong is validated"

awk '$1 == "variable" { name = $2; gsub(/"/, "", name) } $1 == "validation" { print name }' "$infra"/variables*.tf | sort -u >"$work/validated"
grep -o 'var\.[a-z0-9_]*' "$infra/tests/variables.tftest.hcl" | sed 's/var\.//' | sort -u >"$work/tested"
comm -23 "$work/validated" "$work/tested" >"$work/found"
nothing "configuration: every validation is refused something in tests/variables.tftest.hcl"

grep -h -E '^resource "aws_iam_(role|role_policy|role_policy_attachment)"' "$infra"/*.tf | awk -F'"' '{ print $2 "." $4 }' |
    while read -r address; do
        grep -q -E "$address([^_a-z]|$)" "$infra/tests/iam.tftest.hcl" || echo "$address"
    done >"$work/found"
nothing "configuration: every role and policy is compared in tests/iam.tftest.hcl"

grep -n -E '"?(ingress|egress)"? *\{' "$infra"/*.tf >"$work/found"
nothing "configuration: no security group has an inline rule"

git -C "$root" ls-files infra | grep -E '\.terraform(/|\.lock\.hcl$)|\.tfstate|\.tfvars$' >"$work/found"
nothing "configuration: no lock file, state or variable file is in the repository"

# --- the environment of the runner: lambda.tf, infra/README.md and, once it is there, the runner's source

awk '/runner_environment = merge/ { inside = 1 } inside && /^  }$|^  \)$/ { inside = 0 }
    inside { while (match($0, /[A-Z][A-Z0-9_]+ +=/)) { name = substr($0, RSTART, RLENGTH); sub(/ +=/, "", name); print name; $0 = substr($0, RSTART + RLENGTH) } }' \
    "$infra/lambda.tf" | sort -u >"$work/configured"
awk -F'`' '/^## Environment of the runner/ { inside = 1; next } /^## / { inside = 0 } inside && /^\| `/ { print $2 }' "$infra/README.md" | sort -u >"$work/documented"
diff "$work/configured" "$work/documented" >"$work/found"
nothing "configuration: lambda.tf sets the variables that infra/README.md lists"
[ "$(wc -l <"$work/configured")" -ge 12 ] || echo "only $(wc -l <"$work/configured") variables were found in lambda.tf" >"$work/found"
nothing "configuration: the variables of lambda.tf are found"

if [ -d "$root/src/lambdas/dbt_runner" ]; then
    while read -r name; do
        case $name in SSL_CERT_*) continue ;; esac # read by OpenSSL and .NET
        grep -r -q -F "$name" "$root/src" || echo "$name is set in lambda.tf but read nowhere under src"
    done <"$work/configured" >"$work/found"
    nothing "configuration: the runner reads every variable that is set"
fi

# --- documents

grep -o -E '`(infra|docs|tests|src)/[A-Za-z0-9_./-]+`' "$root/docs/deploy.md" "$infra/README.md" | sed 's/.*`\(.*\)`/\1/' | sort -u |
    while read -r path; do
        [ -e "$root/$path" ] || case $path in
            src/lambdas/dbt_runner* | src/dbt_gold*) ;; # named as not there yet, or written elsewhere
            *) echo "$path" ;;
        esac
    done >"$work/found"
nothing "configuration: every file that the documents name exists"

if [ -f "$root/src/lambdas/dbt_runner/DbtRunner.csproj" ]; then
    grep -n 'not in this repository yet' "$root/docs/deploy.md" "$infra/README.md" >"$work/found"
else
    grep -q 'not in this repository yet' "$root/docs/deploy.md" && : >"$work/found" || echo "docs/deploy.md must say that the runner is not in this repository yet" >"$work/found"
fi
nothing "configuration: docs/deploy.md says rightly whether the runner is in the repository"

awk '$1 == "variable" { gsub(/"/, "", $2); print $2 }' "$infra"/variables*.tf | while read -r name; do
    grep -q -F "\`$name\`" "$infra/README.md" || echo "$name"
done >"$work/found"
nothing "configuration: infra/README.md lists every variable"

sed -n 's/^  description = "\(.*\)"$/\1/p' "$infra"/variables*.tf "$infra/outputs.tf" | sed 's/|/\\|/g' | while IFS= read -r text; do
    grep -q -F -- "$text" "$infra/README.md" || echo "$text"
done >"$work/found"
nothing "configuration: infra/README.md describes variables and outputs as the code does"

exit $failed
