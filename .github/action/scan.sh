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
case $INPUT_DIFF_ONLY in
  true | false) ;;
  *) refuse 'diff-only is true or false' ;;
esac

case $INPUT_SARIF_FILE in
  '') sarif=$folder/results.sarif ;;
  /* | [A-Za-z]:*) sarif=$INPUT_SARIF_FILE ;;
  *) sarif=$GITHUB_WORKSPACE/$INPUT_SARIF_FILE ;;
esac
artifact=leastagency-sarif-$(printf %s "$INPUT_CATEGORY" | tr -c 'A-Za-z0-9._-' -)

judge=(--fail-on "$INPUT_FAIL_ON" --min-severity "$INPUT_MIN_SEVERITY")
arguments=()
while read -r line; do
  if [ -n "$line" ]; then arguments+=("$line"); fi
done <<<"$INPUT_ARGS"
paths=()
while read -r line; do
  if [ -n "$line" ]; then paths+=("$line"); fi
done <<<"$INPUT_PATHS"
if [ ${#paths[@]} = 0 ]; then paths=(.); fi

# revision NAME prints the full id of a commit that is checked out with its history; nothing when it is not.
# Whose the checkout is does not matter: in a container it is often another user's.
revision() {
  git -c safe.directory='*' -c core.fsmonitor=false rev-parse --verify --quiet "$1^{commit}" 2>/dev/null
}

# warn MESSAGE says in the log and in the summary what could not be done as it should.
warnings=
warn() {
  echo "::warning title=leastagency::$1"
  warnings="$warnings> **Warning:** $1$line_end$line_end"
}

# A pull request is judged by the policy and the baseline of what it is to be merged into. GitHub checks out
# a merge of its own, whose first parent that is; the event may name an older commit.
base=
if [ -n "$BASE_SHA" ]; then
  case $GITHUB_REF in
    refs/pull/*/merge)
      if [ "$(revision HEAD)" = "$GITHUB_SHA" ]; then base=$(revision 'HEAD^1'); fi
      ;;
  esac
  if [ -z "$base" ]; then base=$(revision "$BASE_SHA"); fi
  if [ -n "$base" ]; then
    judge+=(--base "$base")
  else
    without='it is judged by its own policy and baseline'
    if [ "$INPUT_DIFF_ONLY" = true ]; then without="everything is shown, not only what is new, and $without"; fi
    warn "The revision that this pull request is to be merged into is not in the checkout, so $without. Give actions/checkout the input fetch-depth, 2 or more."
  fi
fi
if [ -n "$INPUT_POLICY" ]; then judge+=(--policy "$INPUT_POLICY"); fi
if [ -n "$INPUT_BASELINE" ]; then judge+=(--baseline "$INPUT_BASELINE"); fi

# scan ARGUMENT... scans what the inputs say.
scan() {
  "$folder/leastagency" scan "$@" "${judge[@]}" ${arguments[@]+"${arguments[@]}"} -- "${paths[@]}"
}

shown=(--format text --format json --output "$folder/report.json" --format github --output "$folder/annotations.txt")
summary=(--format markdown --output "$folder/summary.md")
results=(--format sarif --output "$sarif")
if [ -n "$base" ] && [ "$INPUT_DIFF_ONLY" = true ]; then
  # What is uploaded must be all there is: code scanning takes what is missing for mended.
  scan "${results[@]}" --exit-zero
  code=$?
  if [ "$code" = 0 ]; then
    scan "${shown[@]}" --diff "$base"
    code=$?
  fi
  : >"$folder/summary.md"
  for path in "${paths[@]}"; do
    if [ "$code" -gt 1 ] || [ ! -d "$path" ]; then continue; fi
    "$folder/leastagency" diff --format markdown --output "$folder/diff.md" --max-growth "$INPUT_MAX_GROWTH" "${judge[@]}" -- "$base" "$path"
    grown=$?
    if [ "$grown" -gt "$code" ]; then code=$grown; fi
    if [ "$grown" -le 1 ]; then cat "$folder/diff.md" >>"$folder/summary.md"; fi
  done
else
  scan "${shown[@]}" "${results[@]}" "${summary[@]}"
  code=$?
fi
if [ -n "$warnings" ] && [ "$code" -le 1 ]; then
  printf '%s' "$warnings" | cat - "$folder/summary.md" >"$folder/warned.md"
  mv "$folder/warned.md" "$folder/summary.md"
fi

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
