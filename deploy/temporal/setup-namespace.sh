#!/bin/sh
# Creates the namespace that TEMPORAL_NAMESPACE names; one that is there keeps its settings.
# Closed workflows are kept for 30 days: longer than the 7 days for which the API keeps an import.
set -eu

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  echo "Namespace $TEMPORAL_NAMESPACE is there."
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 30d
fi
