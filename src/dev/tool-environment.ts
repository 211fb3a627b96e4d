import type { ToolSettings } from '../config/config';
import { neutralText } from '../core/details/neutral';
import { describeDuration } from '../core/duration';
import { type CommandResult, runCommand } from './run-command';

/** What the ways to obtain an executable need. */
export interface ToolEnvironment {
  /** All variables of the programs that they start. */
  environment: Record<string, string | undefined>;
  /** Shows the user one line. */
  announce: (line: string) => void;
  /** Whether to report progress every 15 seconds. */
  progress: boolean;
}

/** Announces on standard error; reports progress only if a person is watching. */
export function toolEnvironment({ environment, ci }: ToolSettings): ToolEnvironment {
  return { environment, progress: !ci, announce: (line) => process.stderr.write(`${neutralText(line)}\n`) };
}

/** A command with its timeout, in milliseconds. */
export interface ToolCommand {
  program: string;
  parameters: string[];
  limitMs: number;
  directory?: string;
  /** Variables in addition to the environment's. */
  variables?: Record<string, string>;
  /** What is happening, for progress lines; without it there are none. */
  label?: string;
}

/**
 * Runs a command and returns its result. If it fails or times out, throws an error that names the program and says what
 * happened.
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
