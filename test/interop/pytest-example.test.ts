import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withoutAccounts } from '../../src/config/config';
import { timeSkippingServer } from '../support/test-server/time-skipping-server';
import { pythonWith } from './support/python';

const example = join(__dirname, '..', '..', 'examples', 'python');

test('the parents in Python are tested with pytest, against a stand-in for the tracker', async () => {
  const python = await pythonWith(join(example, 'requirements.txt'));
  const server = await timeSkippingServer();
  const environment = {
    ...withoutAccounts(),
    PYTHONDONTWRITEBYTECODE: '1',
    TEMPORAL_TEST_SERVER: server.path,
  };
  const parameters = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'test_parent.py'];
  const { stdout } = await promisify(execFile)(python, parameters, {
    cwd: example,
    env: environment,
    timeout: 300_000,
  });
  expect(stdout).toContain('13 passed');
});
