import type { Finding } from '../../src/cli/doctor/findings';
import { runCli } from './support/run-cli';

/** As an operator has it who may not read what the workers may, with no server to go on to. */
const environment = {
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  MICRO_API_KEY_FILE: '/missing/key',
  MICRO_TEAM_ID: 'team',
};
const doctor = async (...flags: string[]) => {
  const { stdout } = await runCli(['doctor', '--json', ...flags], environment);
  return (JSON.parse(stdout) as Finding[]).find(({ check }) => check === 'API key');
};

test.each([['list'], ['describe', 'job'], ['results', 'job'], ['track', 'job'], ['setup']])(
  '%s needs no key, and gets as far as Temporal without one',
  async (...command) => {
    const { code, stderr } = await runCli(command, environment);
    expect(stderr).toContain('Temporal at 127.0.0.1:1 cannot be reached');
    expect(stderr).not.toContain('MICRO_API_KEY_FILE');
    expect(code).toBe(1);
  },
);

test('help is given', async () => {
  expect(await runCli(['track', '--help'], environment)).toMatchObject({ code: 0, stderr: '' });
});

test('doctor tells what is wrong with the file among its findings, if it is to ask the API', async () => {
  expect(await doctor()).toMatchObject({
    level: 'problem',
    seen: expect.stringMatching(/MICRO_API_KEY_FILE: saw "\/missing\/key": it cannot be read/) as string,
  });
  expect(await doctor('--no-api')).toMatchObject({ level: 'ok', seen: 'not checked (--no-api)' });
});
