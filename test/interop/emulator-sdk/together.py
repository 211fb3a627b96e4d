"""The asynchronous client: all small batches at once, a large one until it is complete, and two requests with one key at the same time."""

import asyncio

from micro_so import APIStatusError, AsyncMicro
from sdk import arguments, async_micro, organizations, refusal, tell

KINDS = ["contacts", "organizations", "identities", "deals", "actions", "documents", "engagements"]


async def small(client: AsyncMicro) -> None:
    rows = [{"default": {"name": f"Row {i}"}} for i in range(10)]
    imports = [getattr(client.prism.objects, kind).bulk_create(objects=rows) for kind in KINDS]
    jobs = await asyncio.gather(*imports)
    tell("small", statuses=[job.status for job in jobs], created=sum(job.succeeded for job in jobs))


async def large(client: AsyncMicro) -> None:
    started = await client.prism.objects.deals.with_raw_response.bulk_create(objects=organizations(150))
    job = await started.parse()
    while job.status == "processing":
        await asyncio.sleep(0.05)
        job = await client.prism.imports.get(job.job_id)
    query = {"select": ["name"], "limit": 50}
    page = await client.prism.objects.deals.query(query=query, id=[result.id for result in job.results[:50]])
    tell("large", http=started.status_code, status=job.status, results=len(job.results), read=len(page.data))


async def one_key(client: AsyncMicro) -> None:
    async def create() -> dict[str, object]:
        try:
            job = await client.prism.objects.organizations.bulk_create(
                objects=organizations(1), idempotency_key="run-1/batch-0"
            )
        except APIStatusError as error:
            return refusal(error)
        return {"ok": True, "created": job.succeeded}

    answers = await asyncio.gather(create(), create())
    tell("one key", answers=sorted(answers, key=lambda answer: "error" in answer))


async def main() -> None:
    async with async_micro(arguments()) as client:
        await small(client)
        await large(client)
        await one_key(client)


asyncio.run(main())
