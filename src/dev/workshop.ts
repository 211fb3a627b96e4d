import { describeDuration } from '../core/duration';
import { type CommandResult, runCommand } from './run-command';

/** What the ways to obtain an executable work with. */
export interface Workshop {
  /** Every variable that the programs they start get. */
  environment: Record<string, string | undefined>;
  /** Tells the user one line. */
  announce: (line: string) => void;
  /** Whether the user wants to hear every quarter of a minute that it goes on. */
  progress: boolean;
}

/** A command with its time limit, in milliseconds. */
export interface Job {
  program: string;
  parameters: string[];
  limitMs: number;
  directory?: string;
  /** Variables added to the workshop's. */
  variables?: Record<string, string>;
  /** What goes on, for the progress lines; none without. */
  label?: string;
}

/**
 * Runs a job and gives its result. Throws an error that names the program and says what was seen when it fails or takes
 * too long.
 */
export async function runJob(workshop: Workshop, job: Job): Promise<CommandResult> {
  const { label } = job;
  const result = await runCommand(job.program, job.parameters, {
    environment: { ...workshop.environment, ...job.variables },
    limitMs: job.limitMs,
    ...(job.directory !== undefined && { directory: job.directory }),
    ...(label !== undefined &&
      workshop.progress && {
        onTick: (elapsedMs) => workshop.announce(`  … ${label} for ${describeDuration(elapsedMs)}`),
      }),
  });
  if (!result.ok) throw new Error(`\`${job.program} ${job.parameters[0] ?? ''}\`: ${result.seen}`);
  return result;
}
