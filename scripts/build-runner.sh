# Sourced by ./test: publishes the Lambda runner for this machine to out/runner/bootstrap.
# The packages for Lambda are made by infra/scripts/build-dbt-layer.sh. The caller has set $here to the root of the checkout.

build_runner() {
    linker=
    command -v clang >/dev/null 2>&1 || [ "$(uname)" = Darwin ] || linker=-p:CppCompilerAndLinker=gcc
    dotnet publish "$here/src/lambdas/dbt_runner/DbtRunner.csproj" -c Release --use-current-runtime $linker -o "$here/out/runner" -v quiet
    rm -f "$here/out/runner/"*.dbg "$here/out/runner/"*.xml "$here/out/runner/"*.pdb
}
