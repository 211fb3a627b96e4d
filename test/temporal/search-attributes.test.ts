import { execFileSync } from 'node:child_process';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  checkSearchAttributes,
  registerSearchAttributes,
  retentionWarning,
  searchAttributeStates,
  usedSlots,
} from '../../src/temporal/search-attributes';
import { judgeSearchAttributes } from '../../src/cli/doctor/judge-server';
import { prismTeamIdKey, searchAttributes } from '../../src/workflows/messages';
import { temporalCli } from '../../src/dev/temporal-cli';
import { startDevServer } from '../support/temporal';

const names = searchAttributes.map(({ name }) => name);
const keywords = searchAttributes.filter(({ type }) => type === SearchAttributeType.KEYWORD).length;
let server: TestWorkflowEnvironment;
afterEach(() => server?.teardown());

test('a fresh namespace is refused with both commands, until it is set up', async () => {
  server = await startDevServer({ searchAttributes: [] });
  const { client, address } = server;
  await expect(checkSearchAttributes(client, address)).rejects.toThrow(
    `lacks the search attributes ${names.join(', ')}. ` +
      'Run `prism-imports setup`, or ' +
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
    `attributes ${names.filter((name) => name !== 'PrismTeamId').join(', ')}.`,
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

test('a namespace without room for ours says so in words, with what is needed, and is not told to set up again', async () => {
  const others = Array.from({ length: 9 }, (_, index) =>
    defineSearchAttributeKey(`Other${index}`, SearchAttributeType.KEYWORD),
  );
  server = await startDevServer({ searchAttributes: others as unknown as typeof searchAttributes });
  const { client, address } = server;
  const needed = `needs ${keywords} of the 10 Keyword and 1 of the 3 Datetime`;
  const remove = `search-attribute remove --address ${address} --namespace default --name NAME`;
  await expect(registerSearchAttributes(client, address)).rejects.toMatchObject({
    name: 'TemporalProblem',
    message: expect.stringMatching(
      new RegExp(`has no room for the search attributes PrismImportStatus, .*${needed}.*${remove}`),
    ) as string,
  });
  const used = await usedSlots(client);
  const place = { address, namespace: 'default' };
  const found = judgeSearchAttributes(await searchAttributeStates(client), place, used);
  expect(found).toMatchObject({
    level: 'problem',
    seen: expect.stringMatching(
      /^missing: .*; no room for all of them, since 9 of 10 Keyword are taken$/,
    ) as string,
    fix: expect.stringContaining(needed) as string,
  });
  expect(found.fix).not.toContain('setup');
  await expect(checkSearchAttributes(client, address)).rejects.toThrow(needed);
});

test('two setups at the same time both succeed', async () => {
  server = await startDevServer({ searchAttributes: [] });
  const { client, address } = server;
  await Promise.all([registerSearchAttributes(client, address), registerSearchAttributes(client, address)]);
  await expect(checkSearchAttributes(client, address)).resolves.toBeUndefined();
});

test('a retention shorter than 8 days is warned of, and the command in the warning fixes it', async () => {
  server = await startDevServer();
  const { client, address } = server;
  const warning = await retentionWarning(client, address);
  expect(warning).toContain('keeps closed workflows for 1 day only');
  const [, command = ''] = /`temporal ([^`]+)`/.exec(warning ?? '') ?? [];
  execFileSync((await temporalCli()).path, command.split(' '));
  await expect(retentionWarning(client, address)).resolves.toBeNull();
});
