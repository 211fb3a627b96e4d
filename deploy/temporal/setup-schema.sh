#!/bin/sh
# Creates Temporal's two PostgreSQL databases, or updates them to this version's schema. Safe to repeat.
# temporal-sql-tool reads the connection from the SQL_* variables.
set -eu

bring_up() {
  temporal-sql-tool --database "$1" create-database
  temporal-sql-tool --database "$1" setup-schema --version 0.0
  temporal-sql-tool --database "$1" update-schema --schema-name "postgresql/v12/$2"
}

bring_up temporal temporal
bring_up temporal_visibility visibility
