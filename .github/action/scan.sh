#!/usr/bin/env bash
# The scan of action.yml: prints the findings as text, writes every other format into
# $RUNNER_TEMP/leastagency and the outputs into $GITHUB_OUTPUT. It always ends well: the last step of
# the Action fails by the output exit-code, after the results are shown.
#
# Inputs come in the environment and are only ever arguments. Works with bash 3.2, which macOS has.
set -uo pipefail

folder=$RUNNER_TEMP/leastagency

# finish CODE COMPLETE UPLOAD FINDINGS CRITICAL HIGH writes the outputs.
finish() {
  local failed=false
  if [ "$1" != 0 ]; then failed=true; fi
  {
    echo "exit-code=$1"
    echo "failed=$failed"
    echo "complete=$2"
    echo "upload=$3"
    echo "findings=$4"
    echo "critical=$5"
    echo "high=$6"
    echo "sarif-file=$sarif"
    echo "artifact=$artifact"
  } >>"$GITHUB_OUTPUT"
  exit 0
}

# refuse MESSAGE ends with bad usage: nothing was judged.
refuse() {
  echo "::error title=leastagency::$1"
  sarif= artifact=
  finish 2 false false '' '' ''
}

# number NAME prints a count of the summary of the JSON report, where each stands on a line of its own.
number() {
  sed -n '/^    "'"$1"'": [0-9]*,*$/{s/[^0-9]//g;p;q;}' "$folder/report.json"
}

line_end='
'
case $INPUT_SARIF_FILE$INPUT_CATEGORY in
  *"$line_end"* | *$'\r'*) refuse 'sarif-file and category are one line each' ;;
esac
case $INPUT_UPLOAD_SARIF in
  auto | true | false) ;;
  *) refuse 'upload-sarif is auto, true or false' ;;
esac

case $INPUT_SARIF_FILE in
  '') sarif=$folder/results.sarif ;;
  /* | [A-Za-z]:*) sarif=$INPUT_SARIF_FILE ;;
  *) sarif=$GITHUB_WORKSPACE/$INPUT_SARIF_FILE ;;
esac
artifact=leastagency-sarif-$(printf %s "$INPUT_CATEGORY" | tr -c 'A-Za-z0-9._-' -)

arguments=()
while read -r line; do
  if [ -n "$line" ]; then arguments+=("$line"); fi
done <<<"$INPUT_ARGS"
paths=()
while read -r line; do
  if [ -n "$line" ]; then paths+=("$line"); fi
done <<<"$INPUT_PATHS"

"$folder/leastagency" scan \
  --format text \
  --format sarif --output "$sarif" \
  --format json --output "$folder/report.json" \
  --format markdown --output "$folder/summary.md" \
  --format github --output "$folder/annotations.txt" \
  --fail-on "$INPUT_FAIL_ON" --min-severity "$INPUT_MIN_SEVERITY" \
  ${arguments[@]+"${arguments[@]}"} -- ${paths[@]+"${paths[@]}"}
code=$?

case $code in
  0 | 1) ;;
  *) finish "$code" false false '' '' '' ;;
esac

upload=$INPUT_UPLOAD_SARIF
if [ "$upload" = auto ]; then
  upload=true
  # Their token only reads. An upload would fail, and say nothing that helps.
  if [ -n "$HEAD_REPOSITORY" ] && [ "$HEAD_REPOSITORY" != "$GITHUB_REPOSITORY" ]; then upload=false; fi
  if [ "$GITHUB_EVENT_NAME" = pull_request ] && [ "$GITHUB_ACTOR" = 'dependabot[bot]' ]; then upload=false; fi
fi
finish "$code" true "$upload" "$(number findings)" "$(number critical)" "$(number high)"
