import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { createEncryptionCodec, type EncryptionKey, type EncryptionOptions } from './encryption-codec';
import { loadCodecModule } from './load-codec-module';

/** Which codecs there are, as `config.codec` has it. */
export interface CodecChoice {
  module: string | null;
  encryptionKeys: () => readonly EncryptionKey[];
  encodeFailures: boolean;
}

/**
 * The codecs of the module, else the included encryption; with neither one that decrypts nothing and names the key
 * that would. Throws `CodecModuleError` when the module cannot be used.
 */
export async function loadCodecs(
  { module, encryptionKeys }: CodecChoice,
  options?: EncryptionOptions,
): Promise<PayloadCodec[]> {
  return module === null ? [createEncryptionCodec(encryptionKeys(), options)] : loadCodecModule(module);
}

/** How a client converts payloads; what it cannot read is an error that names the key. */
export async function clientDataConverter(choice: CodecChoice): Promise<DataConverter> {
  return { payloadCodecs: await loadCodecs(choice), ...failures(choice) };
}

/**
 * How a worker converts payloads. What the included encryption cannot read of inputs and messages of workflows is left
 * as it is: anybody can send such a thing, and an error here would fail the workflow's tasks for good. For activities
 * it is an error, which Temporal tries again: their inputs are our own. `report` is told of each missing key once.
 */
export async function workerDataConverter(
  choice: CodecChoice,
  report: (message: string) => unknown,
): Promise<DataConverter> {
  const keepUnreadable: EncryptionOptions['keepUnreadable'] = (context) => context?.type === 'workflow';
  return {
    payloadCodecs: await loadCodecs(choice, { keepUnreadable, report: sparing(report) }),
    ...failures(choice),
  };
}

const failures = ({ encodeFailures }: CodecChoice): DataConverter =>
  encodeFailures ? { failureConverterPath: require.resolve('./failure-converter') } : {};

/** Most messages that are kept apart: senders choose the ids of keys, and no more of them may fill a log or memory. */
const maxReports = 50;

/** Tells each message once, or once in so many milliseconds, and no more than 50 different ones in that time. */
export function sparing(
  report: (message: string) => unknown,
  { everyMs = Infinity, now = () => performance.now() }: { everyMs?: number; now?: () => number } = {},
): NonNullable<EncryptionOptions['report']> {
  const reported = new Set<string>();
  let sinceMs = now();
  return ({ message }) => {
    if (now() - sinceMs >= everyMs) {
      reported.clear();
      sinceMs = now();
    }
    if (reported.size >= maxReports || reported.has(message)) return;
    reported.add(message);
    report(message);
  };
}
