import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { createEncryptionCodec, type EncryptionKey, type EncryptionOptions } from './encryption-codec';
import { loadCodecModule } from './load-codec-module';

/** The configured codec, as in `config.codec`. */
export interface CodecChoice {
  module: string | null;
  encryptionKeys: () => readonly EncryptionKey[];
  encodeFailures: boolean;
}

/**
 * The codecs of the module, else the included encryption. With neither, a codec that decrypts nothing and names the key
 * that would. Throws `CodecModuleError` if the module is unusable.
 */
export async function loadCodecs(
  { module, encryptionKeys }: CodecChoice,
  options?: EncryptionOptions,
): Promise<PayloadCodec[]> {
  return module === null ? [createEncryptionCodec(encryptionKeys(), options)] : loadCodecModule(module);
}

/** The data converter of a client. If it cannot read a payload, its error names the key. */
export async function clientDataConverter(choice: CodecChoice): Promise<DataConverter> {
  return { payloadCodecs: await loadCodecs(choice), ...failures(choice) };
}

/**
 * The data converter of a worker. Inputs and messages of workflows that the included encryption cannot read stay as
 * they are, because anybody can send one, and an error here would fail the workflow's tasks for good. For activities,
 * whose inputs are our own, it is an error, which Temporal retries. Calls `report` once for each missing key.
 */
export async function workerDataConverter(
  choice: CodecChoice,
  report: (message: string) => unknown,
): Promise<DataConverter> {
  const keepUnreadable: EncryptionOptions['keepUnreadable'] = (context) => context?.type === 'workflow';
  return {
    payloadCodecs: await loadCodecs(choice, { keepUnreadable, report: throttled(report) }),
    ...failures(choice),
  };
}

const failures = ({ encodeFailures }: CodecChoice): DataConverter =>
  encodeFailures ? { failureConverterPath: require.resolve('./failure-converter') } : {};

/**
 * Maximum number of different messages to track. Senders choose key ids, and must not be able to fill a log or memory.
 */
const maxReports = 50;

/** Reports each message once, or once per `everyMs`, and at most 50 different ones in that time. */
export function throttled(
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
