#!/bin/sh
# A mackerel-agent plugin for httpstats-filter.
#
# usage: httpstats-mackerel.sh [URL] [STATE_FILE]
#
# /stats counts since the start of the application, and Mackerel does not compute differences. So this plugin prints,
# for each http.requests metric, how much was added since its last run, per minute. It omits such a metric in its first
# run, and when the count is lower than before, after a restart of the application. It prints all other metrics
# unchanged.
set -eu

url=${1:-http://127.0.0.1:8080/stats}
# The name of the file has the URL, so that each application on a machine has a file of its own.
state=${2:-${MACKEREL_PLUGIN_WORKDIR:-/var/tmp}/httpstats-mackerel-$(printf %s "$url" | tr -c 'A-Za-z0-9.-' _).state}

# HTTPSTATS_FETCH replaces the command that gets a URL, for example to add a bearer token.
fetch=${HTTPSTATS_FETCH:-curl -sf --max-time 10}

if [ -n "${MACKEREL_AGENT_PLUGIN_META:-}" ]; then
  exec $fetch "$url?format=mackerel-meta"
fi

lines=$($fetch "$url?format=mackerel")
previous=$state
[ -f "$previous" ] || previous=/dev/null
printf '%s\n' "$lines" | awk -F '\t' '
  NR == FNR && FILENAME != "-" { value[$1] = $2; time[$1] = $3; next }
  $1 !~ /^http\.requests\./ { print; next }
  ($1 in value) && $3 > time[$1] && $2 >= value[$1] {
    printf "%s\t%.6f\t%s\n", $1, ($2 - value[$1]) * 60 / ($3 - time[$1]), $3
  }
' "$previous" -
printf '%s\n' "$lines" > "$state.$$"
mv "$state.$$" "$state"
