#!/usr/bin/env bash
# The build of action.yml: leaves the command in $RUNNER_TEMP/leastagency. Of its own checkout, the code is
# what the Action is pinned to; of a version, it is what the checksum database of Go has for it.
set -euo pipefail

folder=$RUNNER_TEMP/leastagency
mkdir -p "$folder"
case $INPUT_VERSION in
  source) go build -C "$GITHUB_ACTION_PATH" -trimpath -buildvcs=false -o "$folder/" ./cmd/leastagency ;;
  v[0-9]*.[0-9]*.[0-9]*)
    case $INPUT_VERSION in
      *[!A-Za-z0-9.+-]*) echo '::error title=leastagency::version is source, or a release as v1.2.3'; exit 2 ;;
    esac
    cd "$folder" # away from any go.mod
    GOBIN=$folder go install -trimpath "github.com/leastagency/leastagency/cmd/leastagency@$INPUT_VERSION"
    ;;
  *)
    echo '::error title=leastagency::version is source, or a release as v1.2.3: what moves, as latest does, is not run'
    exit 2
    ;;
esac
