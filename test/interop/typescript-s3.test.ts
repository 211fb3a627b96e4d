import { createImports } from '../../src/entries';
import { createImport } from './support/caller-imports';
import { startCallerSite, type CallerSite } from './support/caller-site';

let site: CallerSite;
beforeAll(async () => {
  site = await startCallerSite();
});
afterAll(() => site?.close());

test('reads results from S3', async () => {
  const found = await createImport(site, 5000, 40);
  const followed = await createImports(site.server.client).track({ ...found, results: 'stored' });
  const outcome = await followed.wait();
  expect(outcome).toMatchObject({ status: 'complete', resultsRef: { rows: 5000 } });
  const { resultsRef } = outcome as { resultsRef: { uri: string } };
  const storage = resultsRef.uri.slice(0, resultsRef.uri.indexOf('/results/'));
  expect(storage).toMatch(/^s3:/);
  process.env['AWS_ENDPOINT_URL_S3'] = site.s3.endpoint;
  try {
    let failed = 0;
    for await (const { error } of followed.results({ storage })) failed += error ? 1 : 0;
    expect(failed).toBe(40);
  } finally {
    delete process.env['AWS_ENDPOINT_URL_S3'];
  }
});
