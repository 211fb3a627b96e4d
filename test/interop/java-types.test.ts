import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { withoutAccounts } from '../../src/config/config';
import { startCallerSite, type CallerSite } from './support/caller-site';
import { javaProject, type JavaProject } from './support/java';

let site: CallerSite;
let java: JavaProject;

beforeAll(async () => {
  java = await javaProject(join(__dirname, '..', '..', 'examples', 'java'));
  site = await startCallerSite();
});
afterAll(() => site?.close());

test.each([
  {
    title: 'sends a duration as a number, which is refused',
    setUp: ['default', 'result', 'wait'],
    becomes: /waitTimeout.*7200.*'PT2H'/,
  },
  {
    title: 'cannot read the outcome, since it has further fields',
    setUp: ['default', 'result', ''],
    becomes: /Unrecognized field "job"/,
  },
  {
    title: 'stalls on the outcome, unless its worker lets it fail',
    setUp: ['default', 'result', 'stall'],
    becomes: /TimeoutFailure/,
  },
  {
    title: 'never hears of a signal with further fields',
    setUp: ['default', 'signal', ''],
    becomes: /^no signal$/,
  },
  {
    title: 'reads the outcome with two settings of its converter',
    setUp: ['lenient', 'result', 'wait'],
    becomes: /^complete$/,
  },
  {
    title: 'hears of the signal with the same settings',
    setUp: ['lenient', 'signal', 'wait'],
    becomes: /^complete$/,
  },
])('a parent in Java whose types have no annotations $title', async ({ setUp, becomes }) => {
  const [teamId, jobId] = [randomUUID(), randomUUID()];
  await site.emulator.controller.createJob({ teamId, jobId, total: 3, duration: 500 });
  const parameters = [site.server.address, `mistakes/${jobId}`, teamId, jobId, ...setUp];
  const program = join(__dirname, 'java-types', 'Mistakes.java');
  expect(JSON.parse(await java.run(program, parameters, withoutAccounts()))).toMatch(becomes);
});
