"""Proof that the other scripts would notice an answer that the SDK's models do not allow: spoils one answer after the other."""

from typing import Any

from sdk import admin, arguments, ending, finished, micro, organizations, tell

SPOILT: dict[str, dict[str, Any]] = {
    "status outside the enum": {"fields": {"status": "queued"}},
    "no status": {"omit": ["status"]},
    "no total": {"omit": ["total"]},
    "a fraction": {"fields": {"total": 1.5}},
    "a text as row error": {"fields": {"results": [{"error": "no such option"}]}},
    "no date": {"fields": {"created_at": "yesterday"}},
    "cut off": {"truncate": 0.5},
}
ACCEPTED: dict[str, dict[str, Any]] = {
    "an unknown field": {"fields": {"progress": 1}},
    "null for what is optional": {"fields": {"processed": None, "results": None, "expires_at": None}},
}

given = arguments()
client = micro(given)
started = client.prism.objects.organizations.bulk_create(objects=organizations(100))
finished(client, started.job_id)

for name, alteration in {**SPOILT, **ACCEPTED}.items():
    admin(given, "POST", "/rules", {"operation": "status", "times": 1, "alter": alteration})
    tell(name, **ending(lambda: client.prism.imports.get(started.job_id)))
