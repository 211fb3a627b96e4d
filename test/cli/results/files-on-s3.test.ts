import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { ImportReport } from '../../../src/core/pipeline/report';
import { S3Server } from '../../storage/support/s3-server';
import { startWorkerProcess, type WorkerProcess } from '../../support/worker-process';
import { startCliRig, type CliRig } from '../support/cli-rig';
import { runCli } from '../support/run-cli';

const s3 = new S3Server();
let rig: CliRig;
let worker: WorkerProcess;
let onS3: Record<string, string>;

beforeAll(async () => {
  [rig] = await Promise.all([startCliRig(), s3.start()]);
  onS3 = {
    ...rig.environment,
    PRISM_STORAGE: 's3://bucket/imports',
    PRISM_SOURCES: 's3://bucket/again',
    PRISM_TASK_QUEUE: 'with-s3',
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: 'test-access-key',
    AWS_SECRET_ACCESS_KEY: 'test-secret-key',
    AWS_REGION: 'us-east-1',
  };
  worker = await startWorkerProcess({ environment: onS3 });
});
afterAll(async () => {
  await worker?.stop();
  await rig?.close();
  await s3.stop();
});

type Files = Pick<ImportReport, 'resultsFileUri' | 'failedRowsUri' | 'brokenRowsUri'>;

async function imported(
  id: string,
  source: string,
  environment: Record<string, string>,
  flags: string[] = [],
): Promise<ImportReport> {
  const command = ['import', source, '--object-type', 'organization', '--id', id, '--json', ...flags];
  return JSON.parse((await runCli(command, environment)).stdout) as ImportReport;
}

/** What a report's files hold, with one id for all. */
const contents = ({ resultsFileUri, failedRowsUri, brokenRowsUri }: Files) =>
  [resultsFileUri, failedRowsUri, brokenRowsUri].map((uri) =>
    uri === null || uri === undefined ? null : masked(stored(uri).toString('utf8')),
  );
const masked = (text: string) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
const stored = (uri: string): Buffer =>
  uri.startsWith('file:')
    ? readFileSync(fileURLToPath(uri))
    : (s3.objects.get(uri.replace('s3://', '')) ?? Buffer.from(`no object ${uri}`));

const cases: { kind: string; name: string; content: string | Buffer; flags?: string[]; seen: RegExp[] }[] = [
  {
    kind: 'a CSV',
    name: 'some.csv',
    content: 'name;city\nZürich;CH\n"broken;row\nragged\n',
    seen: [
      /^name;city;outcome;id;error_code;error_message\nZürich;CH;created;ID;;\n"""broken;row";;failed;;/,
      /^name;city\n"""broken;row";;\nragged\n$/,
      /^\{"row":2,"line":3,"reason":"its quoting is broken .*","text":"\\"broken;row"\}\n$/,
    ],
  },
  {
    kind: 'a CSV in windows-1252, packed',
    name: 'some.csv.gz',
    content: gzipSync(Buffer.from('name,city\nZürich,CH\n\x81\x90,"x"y\nragged\n', 'latin1')),
    flags: ['--encoding', 'windows-1252'],
    seen: [/^\ufeffname,city,outcome,id/, /^\ufeffname,city\n/, /^\{"row":2,"line":3/],
  },
  {
    kind: 'a CSV in UTF-16',
    name: 'some.csv',
    content: Buffer.from('\ufeffname\tcity\r\nZürich\tCH\r\n"broken\r\n', 'utf16le'),
    seen: [
      /^\ufeffname\tcity\toutcome\tid/,
      /^\ufeffname\tcity\r\n"""broken"\t\t\r\n$/,
      /"text":"\\"broken"/,
    ],
  },
  {
    kind: 'NDJSON',
    name: 'some.ndjson',
    content: Buffer.concat([
      Buffer.from('{"name":"A"}\n5\n{"name":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\n'),
    ]),
    flags: ['--encoding', 'utf-8'],
    seen: [
      /^\{"name":"A","prism":\{"outcome":"created","id":"ID".*\}\n\{"prism":\{"outcome":"failed".*"text":"5"\}\}\n/,
      /5\n\{"name":"\ufffd"\}\n$/,
      /^\{"row":3,"line":3,"reason":"not valid UTF-8; if the whole file is in another encoding, --encoding \(source\.encoding\) names it","bytes":"eyJuYW1lIjoi\/yJ9"\}\n$/,
    ],
  },
  {
    kind: 'a JSON list',
    name: 'some.json',
    content: '[{"name": "A"},\n5, {"name": 1e400}]',
    seen: [
      /^\[\n\{"name": "A","prism":\{.*\}\},\n\{"prism":\{.*"text":"5"\}\},\n.*\n\]\n$/,
      /^\[\n5,\n\{"name": 1e400\}\n\]\n$/,
    ],
  },
];

test.each(cases)('the files of $kind are the same on S3 as in a directory', async (each) => {
  const { kind, name, content, flags, seen } = each;
  const path = await rig.file(name, content);
  const [here, there] = [
    await imported(kind, path, rig.environment, flags),
    await imported(`${kind} on S3`, path, onS3, flags),
  ];
  expect(there.totals).toEqual(here.totals);
  expect(there.resultsFileUri).toMatch(/^s3:\/\/bucket\/imports\/pipelines\//);
  expect(contents(there)).toEqual(contents(here));
  contents(there).forEach((text, index) => {
    const form = seen[index];
    if (form === undefined) expect(text).toBeNull();
    else expect(text).toMatch(form);
  });
});

test.each(cases)('the rows of $kind come from S3 with all their columns', async ({ kind }) => {
  for (const flags of [[], ['--json'], ['--failed']]) {
    const from = async (id: string, environment: Record<string, string>) =>
      runCli(['results', id, '--with-columns', ...flags], environment);
    const there = await from(`${kind} on S3`, onS3);
    expect(there.code).toBe(0);
    expect(masked(there.stdout)).toBe(masked((await from(kind, rig.environment)).stdout));
    expect(there.stdout).not.toContain('\ufeff');
  }
});

test.each(cases)('the failed rows of $kind can be imported again from S3, and fail again', async (each) => {
  const command = ['import', '--attach', `${each.kind} on S3`, '--json'];
  const report = JSON.parse((await runCli(command, onS3)).stdout) as ImportReport;
  const name = (report.failedRowsUri ?? '').split('/').at(-1) ?? '';
  s3.objects.set(`bucket/again/${name}`, stored(report.failedRowsUri ?? ''));
  const again = await imported(`${each.kind} again`, `s3://bucket/again/${name}`, onS3, each.flags);
  const { failed } = report.totals;
  expect(again.totals).toMatchObject({ rows: failed, failed });
  expect(contents(again).slice(1, 2)).toEqual(contents(report).slice(1, 2));
});
