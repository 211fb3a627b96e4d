import { neutralLine } from '../../core/details/neutral';
import { withDocsLinks } from '../../config/host/docs-links';
import { loadConfig } from '../../config/config';
import { hasNoFailure, type Finding, type FindingLevel } from './findings';
import { apiFindings } from './check-api';
import { accessFindings, variableFindings } from './judge-access';
import { judgeRequests } from './judge-requests';
import { storageFinding } from './check-storage';
import { programFinding, temporalFindings } from './check-temporal';
import { spentRequests } from '../requests/worker-requests';
import { exitCodes } from '../exit-codes';
import { print, printJson, printPainted } from '../terminal/output';
import { colorize, type Tone } from '../terminal/terminal';

/** Options of `doctor`. */
export interface DoctorFlags {
  team?: string;
  api: boolean;
  json: boolean;
}

/** `prism-imports doctor`; resolves to the exit code. */
export async function runDoctor({ team, api, json }: DoctorFlags): Promise<number> {
  const config = loadConfig();
  const spent = await spentRequests(config);
  const temporal = await temporalFindings(config, spent);
  const found = [
    programFinding(),
    ...variableFindings(config),
    ...temporal,
    judgeRequests(spent),
    ...accessFindings(config),
    ...(await apiFindings(config, { team: team ?? null, ask: api })),
    await storageFinding(config),
  ];
  const findings = found.map(({ fix, ...rest }) => ({
    ...rest,
    fix: fix === null ? null : withDocsLinks(fix),
  }));
  if (json) printJson(findings);
  else printFindings(findings);
  return hasNoFailure(findings) ? exitCodes.complete : exitCodes.error;
}

const levelTones: Record<FindingLevel, Tone> = { ok: 'good', warning: 'doubtful', problem: 'bad' };

function printFindings(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, level, seen, fix } of findings) {
    printPainted(
      `${colorize(level.padEnd(7), levelTones[level])}  ${check.padEnd(width)}  ${neutralLine(seen)}`,
    );
    if (fix !== null) printPainted(`${' '.repeat(9 + width)}  Fix: ${neutralLine(fix)}`);
  }
  const count = (level: FindingLevel) => {
    const found = findings.filter((each) => each.level === level).length;
    return `${found} ${level}${found === 1 ? '' : 's'}`;
  };
  print();
  print(`${count('problem')}, ${count('warning')}`);
}
