#!/usr/bin/env bash
# Builds what `dotnet build DePin.Sdk.sln` leaves out.
#
#   ./build.sh vendors              restores, builds and tests DePin.Sdk.Vendors.sln; fails where a vendor's package is missing
#   ./build.sh vendors --available  the same with what the configured feeds have; what is missing is named and left out
set -uo pipefail
cd "$(dirname "$0")"

if [ "${1:-}" != vendors ] || { [ -n "${2:-}" ] && [ "$2" != --available ]; }; then
  sed -n '2,5s/^# \{0,1\}//p' "$0"
  exit 2
fi

# What a build leaves running must not hold the output open after the tests.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

# The sample's libtorch: the one without CUDA is gigabytes smaller.
export LibTorch=cpu

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
ran=0
failed=0
missing=()
for project in tests/vendors/*/*.csproj samples/GpuProvider/GpuProvider.csproj; do
  name="$(basename "$project" .csproj)"
  name="${name%.Tests}"
  if ! dotnet restore "$project" >"$log" 2>&1; then
    # Only a package that no feed has, or not in this version, is a reason to go on without it.
    packages="$(grep -oE 'Unable to find (a stable )?package [A-Za-z0-9._-]+[A-Za-z0-9]' "$log" | awk '{ print $NF }' | sort -u | paste -sd ' ')"
    if [ -n "$packages" ]; then
      echo "$name: the configured feeds lack $packages"
      missing+=("$name")
    else
      cat "$log"
      failed=$((failed + 1))
    fi
    continue
  fi

  if dotnet build "$project" --no-restore && { [ "${project%%/*}" != tests ] || dotnet test "$project" --no-build </dev/null; }; then
    ran=$((ran + 1))
  else
    failed=$((failed + 1))
  fi
done

echo "vendors: $ran passed, $failed failed, ${#missing[@]} without their packages${missing:+ (${missing[*]})}"
[ "$failed" -eq 0 ] && { [ "${#missing[@]}" -eq 0 ] || [ "${2:-}" = --available ]; }
