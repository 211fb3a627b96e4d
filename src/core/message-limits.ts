/**
 * The most that a workflow reads of a message. Anybody in the namespace can send one, and the SDK decodes it on the
 * thread that all workflows of the worker share. These values are frozen: a replay must refuse for its size exactly
 * what was refused before.
 */
export interface MessageLimits {
  /** Maximum size of the payload. */
  bytes: number;
  /** Maximum number of values in the document: array elements and object members, at any depth. */
  values: number;
}

/** Maximum nesting depth of arrays and objects. */
export const maxNesting = 100;

/** The input of a workflow: 256 KiB. */
export const inputLimits: MessageLimits = { bytes: 262_144, values: 20_000 };

/**
 * The input of a run that continues another: 2 MiB, which servers accept. It adds the previous run's state to the
 * input.
 */
export const continuedInputLimits: MessageLimits = { bytes: 2_097_152, values: 60_000 };

/** A signal or an update: 16 KiB. */
export const messageLimits: MessageLimits = { bytes: 16_384, values: 2_000 };

/** How an import ended, as its tracker signals it to a pipeline, with the job but without results. */
export const endSignalLimits: MessageLimits = { bytes: 262_144, values: 70_000 };

/**
 * Maximum number of signals that one run accepts. A run that completes its tasks continues as new at about this many
 * events. Only signals that arrive faster accumulate, and the run then handles all of them within the few seconds that
 * the SDK allows.
 */
export const maxSignals = 4000;

/** Describes why a JSON document exceeds the limits; null if it does not. Decodes nothing. */
export function beyondLimits(json: Uint8Array, limits: MessageLimits): string | null {
  if (json.length > limits.bytes) {
    return `${grouped(json.length)} bytes; at most ${grouped(limits.bytes)} are read`;
  }
  let depth = 0;
  let values = 0;
  let inText = false;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (inText) {
      if (byte === backslash) at += 1;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === comma) values += 1;
    else if (byte === openBracket || byte === openBrace) {
      depth += 1;
      values += 1;
      if (depth > maxNesting) return `arrays and objects more than ${maxNesting} deep in each other`;
    } else if (byte === closeBracket || byte === closeBrace) depth -= 1;
    if (values > limits.values) return `more than ${grouped(limits.values)} values`;
  }
  return null;
}

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
