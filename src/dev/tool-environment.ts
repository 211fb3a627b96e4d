import type { ToolSettings } from '../config/config';
import { neutralText } from '../core/details/neutral';
import { describeDuration } from '../core/duration';
import { type CommandResult, runCommand } from './run-command';

/** What the ways to obtain an executable work with. */
export interface ToolEnvironment {
  /** Every variable that the programs they start get. */
  environment: Record<string, string | undefined>;
  /** Tells the user one line. */
  announce: (line: string) => void;
  /** Whether the user wants to hear every quarter of a minute that it goes on. */
  progress: boolean;
}

/** Announces on standard error; progress only where a person watches. */
export function toolEnvironment({ environment, ci }: ToolSettings): ToolEnvironment {
  return { environment, progress: !ci, announce: (line) => process.stderr.write(`${neutralText(line)}\n`) };
}

/** A command with its time limit, in milliseconds. */
export interface ToolCommand {
  program: string;
  parameters: string[];
  limitMs: number;
  directory?: string;
  /** Variables added to the environment's. */
  variables?: Record<string, string>;
  /** What goes on, for the progress lines; none without. */
  label?: string;
}

/**
 * Runs a command and gives its result. Throws an error that names the program and says what was seen when it fails or
 * takes too long.
 */
export async function runTool(tools: ToolEnvironment, command: ToolCommand): Promise<CommandResult> {
  const { label } = command;
  const result = await runCommand(command.program, command.parameters, {
    environment: { ...tools.environment, ...command.variables },
    limitMs: command.limitMs,
    ...(command.directory !== undefined && { directory: command.directory }),
    ...(label !== undefined &&
      tools.progress && {
        onTick: (elapsedMs) => tools.announce(`  … ${label} for ${describeDuration(elapsedMs)}`),
      }),
  });
  if (!result.ok) throw new Error(`\`${command.program} ${command.parameters[0] ?? ''}\`: ${result.seen}`);
  return result;
}
