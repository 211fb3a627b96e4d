"""A pipeline's whole way with the SDK: a small batch, a large one, polling, replay, conflict, a missing job, reading back."""

from sdk import arguments, chunks, ending, finished, micro, organizations, tell

given = arguments()
client = micro(given)

small = client.prism.objects.contacts.bulk_create(
    objects=[{"default": {"email": "ada@example.com", "full_name": "Ada"}}],
    options={"dedupe_by": "email", "case_insensitive": True},
    idempotency_key="run-1/batch-0",
)
tell("small", job_id=small.job_id, status=small.status, results=len(small.results), total=small.total)

batch = {
    "objects": organizations(250),
    "options": {"dedupe_by": "primary_domain"},
    "idempotency_key": "run-1/batch-1",
}
raw = client.prism.objects.organizations.with_raw_response.bulk_create(**batch)
started = raw.parse()
location = raw.headers.get("location")
tell("large", http=raw.status_code, status=started.status, led_to=location.endswith(f"/imports/{started.job_id}"))

job = finished(client, started.job_id)
tell("job", status=job.status, total=job.total, processed=job.processed, succeeded=job.succeeded, failed=job.failed)

again = client.prism.objects.organizations.with_raw_response.bulk_create(**batch)
replayed = again.parse()
tell(
    "replay",
    http=again.status_code,
    marker=again.headers.get("idempotent-replay"),
    same_job=replayed.job_id == started.job_id,
    status=replayed.status,
)
mismatch = ending(
    lambda: client.prism.objects.organizations.bulk_create(
        objects=[{"default": {"name": "other"}}], idempotency_key="run-1/batch-1"
    )
)
tell("mismatch", **mismatch)
tell("missing", **ending(lambda: client.prism.imports.get("no-such-job")))

ids = [result.id for result in job.results if result.error is None and result.id]
pages = [
    client.prism.objects.organizations.query(query={"select": ["name", "primary_domain"], "limit": 50}, id=chunk)
    for chunk in chunks(ids)
]
domains = [row.properties["primary_domain"] for page in pages for row in page.data]
tell("read back", ids=len(ids), pages=len(pages), in_order=domains == [f"o{i}.example" for i in range(250)])
