#!/usr/bin/env bash
# Installs what the tests need beyond Python: Chromium, PostgreSQL, and Java with Maven for Elasticsearch, of which some
# tests start servers of their own. As root on Debian through apt; elsewhere it names what is missing.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v java >/dev/null || missing+=(openjdk-17-jre-headless)
command -v mvn >/dev/null || missing+=(maven)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${missing[*]} ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core >/dev/null
else
  echo "Missing: ${missing[*]}. The tests that need them are skipped and named at the end."
  echo "On Debian: sudo apt-get install ${missing[*]}"
fi
