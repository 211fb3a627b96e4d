import { DefaultLogger, type LogEntry, Runtime, type RuntimeOptions } from '@temporalio/worker';
import type { LogLevel } from '@temporalio/common';
import { escapeUnseen } from '../core/details/neutral';
import { createSecretMask } from '../ports/secret-mask';
import { prometheusMetrics } from './prometheus';
import type { LogLevelName } from '../config/variables';

/** How this process logs. */
export interface LoggingOptions {
  level: LogLevelName;
  /** Texts to mask in every line, whoever logs it: the last line of defence for keys. Called for each line. */
  secrets: () => readonly string[];
  /** `host:port` of the metrics for Prometheus, or null for none. */
  metricsAddress: string | null;
  /** Receives the lines; default: standard error. */
  write?: (line: string) => void;
}

/**
 * Makes Temporal's SDK, the workflows and the activities of this process log JSON, one object per line: `time` (ISO
 * 8601 UTC), `level`, `message`, then all other known fields. Call it once, before anything else from
 * `@temporalio/worker`. Returns the runtime, whose `logger` is for our own lines.
 */
export function installLogging(options: LoggingOptions): Runtime {
  const level = options.level.toUpperCase() as LogLevel;
  const write = options.write ?? ((line: string) => process.stderr.write(line));
  const hide = createSecretMask(options.secrets, hidden);
  const telemetryOptions: RuntimeOptions['telemetryOptions'] = {
    logging: { forward: {}, filter: { core: level === 'INFO' ? 'WARN' : level, other: 'ERROR' } },
    ...(options.metricsAddress !== null && {
      metrics: prometheusMetrics(options.metricsAddress),
    }),
  };
  const logger = new DefaultLogger(level, (entry) => {
    if (entry.message !== intended) write(logLine(entry, hide));
  });
  return Runtime.install({ logger, telemetryOptions });
}

const hidden = '[hidden]';

/** The SDK logs this warning at each start, because the worker of the http task queue has only activities. */
const intended = 'No workflows registered, not polling for workflow tasks';

/** A mask for {@link logLine}. */
export const maskOf = (secrets: readonly string[]): Mask => createSecretMask(() => secrets, hidden);

type Mask = (text: string) => string;

/** One entry as a line of JSON with its newline, masked by `hide`. */
export function logLine(entry: LogEntry, hide: Mask): string {
  const time = new Date(Number(entry.timestampNanos / 1_000_000n)).toISOString();
  const { level, message, meta } = entry;
  const line = JSON.stringify({ time, level: level.toLowerCase(), message, ...meta }, replacer());
  return `${escapeUnseen(hide(line))}\n`;
}

/** Converts what JSON cannot express: errors, big integers, and circular objects. */
function replacer() {
  const parents: unknown[] = [];
  return function (this: unknown, _key: string, value: unknown): unknown {
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    while (parents.length > 0 && parents.at(-1) !== this) parents.pop();
    if (parents.includes(value)) return '[circular]';
    const shown =
      value instanceof Error
        ? { name: value.name, message: value.message, stack: value.stack, cause: value.cause }
        : value;
    parents.push(shown);
    return shown;
  };
}
