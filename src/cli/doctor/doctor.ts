import { Command } from 'commander';
import { loadConfig } from '../../config/config';
import { isWell, type Finding, type FindingLevel } from './findings';
import { apiFindings } from './check-api';
import { storageFinding } from './check-storage';
import { programFinding, temporalFindings } from './check-temporal';
import { exitCodes } from '../exit-codes';
import { jsonOption } from '../options';
import { harmless, print, printJson, printPainted } from '../terminal/output';
import { tinted, type Tone } from '../terminal/terminal';

interface DoctorFlags {
  team?: string;
  api: boolean;
  json: boolean;
}

/** `prism-imports doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'check server, namespace, search attributes, workers, rate limit, API key, clocks and storage, and say how to mend what is wrong',
    )
    .option('--team <id>', 'team to ask the API about (default: MICRO_TEAM_ID, else one that is made up)')
    .option('--no-api', 'ask the API nothing; the check of the key spends one request')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExit code 0 when there is no problem, 1 otherwise; warnings are no problem. Checks what this host and its variables can see.',
    )
    .action(async ({ team, api, json }: DoctorFlags) => {
      const config = loadConfig();
      const temporal = await temporalFindings(config);
      const findings = [
        programFinding(),
        ...temporal,
        ...(await apiFindings(config, { team: team ?? null, ask: api })),
        await storageFinding(config),
      ];
      if (json) printJson(findings);
      else printFindings(findings);
      process.exitCode = isWell(findings) ? exitCodes.complete : exitCodes.error;
    });
}

const tones: Record<FindingLevel, Tone> = { ok: 'good', warning: 'doubtful', problem: 'bad' };

function printFindings(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, level, seen, fix } of findings) {
    printPainted(`${tinted(level.padEnd(7), tones[level])}  ${check.padEnd(width)}  ${harmless(seen)}`);
    if (fix !== null) printPainted(`${' '.repeat(9 + width)}  Fix: ${harmless(fix)}`);
  }
  const count = (level: FindingLevel) => {
    const found = findings.filter((each) => each.level === level).length;
    return `${found} ${level}${found === 1 ? '' : 's'}`;
  };
  print();
  print(`${count('problem')}, ${count('warning')}`);
}
