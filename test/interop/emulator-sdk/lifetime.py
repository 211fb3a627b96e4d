"""A job from its launch until the API forgets it, on a clock that this script moves."""

from datetime import timedelta

from sdk import advance, arguments, ending, micro, organizations, tell

given = arguments()
client = micro(given)

started = client.prism.objects.organizations.bulk_create(objects=organizations(100))
started_counts = [started.processed, started.succeeded, started.failed]
tell("launched", status=started.status, counts=started_counts, results=started.results)

advance(given, "5m")
job = client.prism.imports.get(started.job_id)
tell("half way", status=job.status, counts=[job.processed, job.succeeded, job.failed], results=job.results)

advance(given, "5m")
job = client.prism.imports.get(started.job_id)
kept = job.expires_at - job.created_at
tell("finished", status=job.status, results=len(job.results), kept_for_a_week=kept == timedelta(days=7))

# Ten minutes of the week have gone by.
advance(given, 7 * 86_400_000 - 600_000 - 1)
tell("last moment", **ending(lambda: client.prism.imports.get(started.job_id)))
advance(given, 1)
tell("expired", **ending(lambda: client.prism.imports.get(started.job_id)))
tell("never issued", **ending(lambda: client.prism.imports.get("a job/of no team")))
