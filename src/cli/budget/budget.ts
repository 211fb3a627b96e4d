import { readFile } from 'node:fs/promises';
import { loadConfig } from '../../config/config';
import { counted } from '../../core/details/markdown';
import { describeDuration, parseDuration } from '../../core/duration';
import { pollingSchema, type PollingInput } from '../../core/tracker/polling';
import { requireValid } from '../checks';
import { CommandError } from '../command-error';
import { exitCodes } from '../exit-codes';
import { print, printJsonLine } from '../terminal/output';
import { renderTable } from '../terminal/table';
import {
  budgetRow,
  jobsOf,
  lastPolls,
  usualPolicies,
  type BudgetJobs,
  type BudgetPolicy,
} from './budget-rows';
import { parseTraces } from './traces';

/** Options of `budget`. */
export interface BudgetFlags {
  requests?: number;
  durations: string[];
  traces?: string;
  polling?: string;
  launch: boolean;
  json: boolean;
}

/** `prism-imports budget` */
export async function runBudget(flags: BudgetFlags): Promise<void> {
  const requests = flags.requests ?? loadConfig().requestsPerMonth;
  const launchRequests = flags.launch ? 1 : 0;
  const jobs = await requestedJobs(flags);
  const policies = [...usualPolicies, ...ownPolicy(flags.polling)];
  const rows = jobs.flatMap((each) =>
    policies.map((policy) => budgetRow(each, policy, { requests, launchRequests })),
  );
  if (flags.json) {
    for (const row of rows) printJsonLine(row);
    return;
  }
  const each = flags.launch
    ? 'an import costs its polls and the request that submits it'
    : 'an import costs its polls';
  print(`${counted(requests, 'request')} a month; ${each}.`);
  print(
    `Last polls kept: imports a month if each also reserves ${lastPolls} polls as a last chance to save its result.`,
  );
  print();
  const head = [
    ...['Imports', 'Progress', 'Policy', 'Polls each', 'Seen late by'],
    ...['Imports a month', 'Last polls kept'],
  ];
  const cells = rows.map((row) => [
    ...[row.imports, row.progress, row.policy],
    row.polls,
    describeDuration(row.lateSeconds * 1000),
    row.importsPerMonth,
    row.importsPerMonthLastPollsKept,
  ]);
  print(renderTable(head, cells));
}

async function requestedJobs({ durations, traces }: BudgetFlags): Promise<BudgetJobs[]> {
  if (traces === undefined) return durations.flatMap((text) => jobsOf(text, parseDuration(text) ?? 0));
  const found = await readFile(traces, 'utf8')
    .then(parseTraces)
    .catch((error: unknown) => {
      throw new CommandError(`traces: ${traces}: ${(error as Error).message}`, exitCodes.usage);
    });
  if (found.length === 0)
    throw new CommandError(`traces: ${traces} has none; \`lab export\` writes them`, exitCodes.usage);
  return [{ name: counted(found.length, 'trace'), progress: 'as traced', traces: found }];
}

/** The policy from the command line, as a row of its own. */
function ownPolicy(text: string | undefined): BudgetPolicy[] {
  if (text === undefined) return [];
  let polling: unknown;
  try {
    polling = JSON.parse(text);
  } catch {
    throw new CommandError(
      `polling: saw ${JSON.stringify(text)}, expected JSON such as {"backoffCoefficient": 2}`,
      exitCodes.usage,
    );
  }
  requireValid(pollingSchema, polling);
  return [{ name: text, polling: polling as PollingInput }];
}
