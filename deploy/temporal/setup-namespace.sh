#!/bin/sh
# Creates the namespace TEMPORAL_NAMESPACE. An existing namespace keeps its settings.
# It keeps closed workflows for 30 days, longer than the API keeps an import (7 days).
set -eu

if temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  echo "Namespace $TEMPORAL_NAMESPACE is there."
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention 30d
fi
