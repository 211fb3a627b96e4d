import { execFileSync } from 'node:child_process';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  checkSearchAttributes,
  registerSearchAttributes,
  retentionWarning,
  searchAttributeStates,
} from '../../src/temporal/search-attributes';
import { prismTeamIdKey, searchAttributes } from '../../src/workflows/messages';
import { temporalCli } from '../../src/dev/temporal-cli';
import { startDevServer } from '../support/temporal';

const names = searchAttributes.map(({ name }) => name);
let server: TestWorkflowEnvironment;
afterEach(() => server?.teardown());

test('a fresh namespace is refused with both commands, until it is set up', async () => {
  server = await startDevServer({ searchAttributes: [] });
  const { client, address } = server;
  await expect(checkSearchAttributes(client, address)).rejects.toThrow(
    'lacks the search attributes PrismImportStatus, PrismTeamId, PrismJobId, PrismExpiresAt, PrismProblem. Run `prism-imports setup`, or ' +
      `\`temporal operator search-attribute create --address ${address} --namespace default --name PrismImportStatus --type Keyword`,
  );
  await expect(registerSearchAttributes(client, address)).resolves.toEqual({ added: names, present: [] });
  await expect(checkSearchAttributes(client, address)).resolves.toBeUndefined();
  const { count } = await client.workflow.count(
    "PrismImportStatus = 'processing' AND PrismExpiresAt IS NULL",
  );
  expect(count).toBe(0);
  await expect(registerSearchAttributes(client, address)).resolves.toEqual({ added: [], present: names });
});

test('only what is missing is added', async () => {
  server = await startDevServer({ searchAttributes: [prismTeamIdKey] });
  const { client, address } = server;
  await expect(checkSearchAttributes(client, address)).rejects.toThrow(
    'attributes PrismImportStatus, PrismJobId, PrismExpiresAt, PrismProblem.',
  );
  await expect(registerSearchAttributes(client, address)).resolves.toEqual({
    added: names.filter((name) => name !== 'PrismTeamId'),
    present: ['PrismTeamId'],
  });
});

test('an attribute of another type is refused and nothing is added', async () => {
  const asText = defineSearchAttributeKey('PrismJobId', SearchAttributeType.TEXT);
  server = await startDevServer({ searchAttributes: [asText] as unknown as typeof searchAttributes });
  const { client, address } = server;
  const message = 'PrismJobId is Text, expected Keyword';
  await expect(checkSearchAttributes(client, address)).rejects.toThrow(message);
  await expect(registerSearchAttributes(client, address)).rejects.toThrow(
    /temporal operator search-attribute remove .* --name PrismJobId` and then `prism-imports setup`/,
  );
  const states = await searchAttributeStates(client);
  expect(states.filter(({ found }) => found !== null).map(({ name }) => name)).toEqual(['PrismJobId']);
});

test('two setups at the same time both succeed', async () => {
  server = await startDevServer({ searchAttributes: [] });
  const { client, address } = server;
  await Promise.all([registerSearchAttributes(client, address), registerSearchAttributes(client, address)]);
  await expect(checkSearchAttributes(client, address)).resolves.toBeUndefined();
});

test('a retention shorter than 8 days is warned of, and the command in the warning mends it', async () => {
  server = await startDevServer();
  const { client, address } = server;
  const warning = await retentionWarning(client, address);
  expect(warning).toContain('keeps closed workflows for 1 day only');
  const [, command = ''] = /`temporal ([^`]+)`/.exec(warning ?? '') ?? [];
  execFileSync((await temporalCli()).path, command.split(' '));
  await expect(retentionWarning(client, address)).resolves.toBeNull();
});
