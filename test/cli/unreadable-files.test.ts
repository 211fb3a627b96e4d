import type { Finding } from '../../src/cli/doctor/findings';
import { runCli } from './support/run-cli';

/** As an operator has it who may not read what the workers may, with no server to go on to. */
const environment = {
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  MICRO_API_KEY_FILE: '/missing/key',
  PRISM_CLIENT_CERTIFICATE: '/missing/certificate.pem',
  PRISM_CLIENT_KEY: '/missing/key.pem',
  MICRO_TEAM_ID: 'team',
};
const doctor = async (...flags: string[]) => {
  const { stdout } = await runCli(['doctor', '--json', ...flags], environment);
  const findings = JSON.parse(stdout) as Finding[];
  return (name: string) => findings.find(({ check }) => check === name);
};

test.each([['list'], ['describe', 'job'], ['results', 'job'], ['track', 'job'], ['setup']])(
  '%s needs no key, and gets as far as Temporal without one',
  async (...command) => {
    const { code, stderr } = await runCli(command, environment);
    expect(stderr).toContain('Temporal at 127.0.0.1:1 cannot be reached');
    expect(stderr).not.toContain('/missing');
    expect(code).toBe(1);
  },
);

test('help is given', async () => {
  expect(await runCli(['track', '--help'], environment)).toMatchObject({ code: 0, stderr: '' });
});

test('doctor tells what is wrong with the files among its findings', async () => {
  const asked = await doctor();
  expect(asked('API key')).toMatchObject({
    level: 'problem',
    seen: expect.stringMatching(/MICRO_API_KEY_FILE: saw "\/missing\/key": it cannot be read/) as string,
  });
  expect(asked('Client certificate')).toMatchObject({
    level: 'problem',
    seen: expect.stringMatching(/PRISM_CLIENT_CERTIFICATE: saw "\/missing\/.*: it cannot be read/) as string,
  });
  expect((await doctor('--no-api'))('API key')).toMatchObject({
    level: 'ok',
    seen: 'not checked (--no-api)',
  });
});
