// A small pipeline without Temporal: it imports contacts in batches and polls the jobs.

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Sends a request. Retries missing or broken answers, 429 and 5xx: at most `tries` attempts in all. */
async function ask({ baseUrl, apiKey, teamId, pause = wait, tries = 5 }, path, init = {}) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`${baseUrl}/v2/prism/${teamId}${path}`, {
      ...init,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json', ...init.headers },
    }).catch(() => null);
    const body = response?.ok ? await response.json().catch(() => null) : null;
    if (body !== null) return body;
    const isPassing = !response || response.ok || response.status === 429 || response.status >= 500;
    if (!isPassing || attempt === tries) throw new Error(`${path}: ${response?.status ?? 'no answer'}`);
    await pause(Number(response?.headers.get('retry-after') ?? 1) * 1000);
  }
}

/**
 * Imports contacts and returns how many were created, existed already, or failed. `run` names this run: the same run
 * sends the same idempotency keys. Tests replace `pause`, which waits.
 */
async function importContacts(api, contacts, { run, batchSize = 100 }) {
  const totals = { created: 0, existing: 0, failed: 0 };
  for (let start = 0; start < contacts.length; start += batchSize) {
    const objects = contacts.slice(start, start + batchSize).map((contact) => ({ default: contact }));
    let job = await ask(api, '/contact/import', {
      method: 'POST',
      headers: { 'idempotency-key': `${run}/${start}` },
      body: JSON.stringify({ objects, options: { dedupe_by: 'email' } }),
    });
    while (job.status !== 'complete') {
      if (job.status === 'failed') throw new Error(`import ${job.job_id} failed: ${job.error?.message}`);
      await (api.pause ?? wait)(5000);
      job = await ask(api, `/imports/${encodeURIComponent(job.job_id)}`);
    }
    for (const { error, created } of job.results) {
      if (error) totals.failed += 1;
      else if (created) totals.created += 1;
      else totals.existing += 1;
    }
  }
  return totals;
}

module.exports = { importContacts };
