import { renameSync } from 'node:fs';
import { isMissing } from '../../src/ports/object-store';
import { keepSentRequests, readSentRequests, type SentRequest } from '../../src/report/sent-requests';
import { createFileStore } from '../../src/storage/file-store';
import { TemporaryFiles } from '../support/temporary-files';

const files = new TemporaryFiles();
const root = `${files.folder}/store`;
const store = createFileStore(root);
const batch = 3;
const sent: SentRequest = {
  key: 'key-1',
  selection: { range: { from: 0, to: 10 }, only: null, excluded: '' },
  sentAt: '2026-11-23T09:00:00.000Z',
  answer: null,
};

afterAll(() => files.remove());

test('a store that has gone away is not taken for one in which nothing was sent', async () => {
  const written = await store.write('run/plan.json', ['{}']);
  const plan = { ...written, headerBytes: 2, lineBytes: 0, rows: 0, batches: 0 };
  expect(await readSentRequests(store, plan, batch)).toEqual([]);
  await keepSentRequests(store, { folder: 'run', batch }, [sent]);
  expect(await readSentRequests(store, plan, batch)).toHaveLength(1);

  renameSync(root, `${root}-away`);
  expect(isMissing(await readSentRequests(store, plan, batch).catch((error: unknown) => error))).toBe(true);
  renameSync(`${root}-away`, root);
  expect(await readSentRequests(store, plan, batch)).toHaveLength(1);
});
