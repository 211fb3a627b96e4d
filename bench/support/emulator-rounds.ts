import autocannon from 'autocannon';
import type { ServerProcess } from './emulator-process';

/** The speed of one server, per unit: a request or a row. */
export interface Speed {
  perSecond: number;
  /** CPU time of the server's process per unit, in microseconds. */
  cpuMicros: number;
  /**
   * CPU seconds of the server's process per second of the round. Far below 1, the rate is limited by the load generator
   * or a busy machine; `cpuMicros` is then more reliable.
   */
  busy: number;
}

/** Medians over the rounds. The ratios compare the emulator to the bare server in the same round. */
export interface Comparison {
  unit: 'request' | 'row';
  emulator: Speed;
  bare: Speed;
  rateRatio: number;
  cpuRatio: number;
  rounds: { emulator: Speed; bare: Speed }[];
}

/** The load of both servers, over this many keep-alive connections. */
export interface Load extends Pick<autocannon.Options, 'connections' | 'requests'> {
  unit: Comparison['unit'];
  unitsPerRequest: number;
}

const roundCount = 5;
/** A round without an answer, as a short one can be on a busy machine, is repeated with more time, up to this. */
const enoughSeconds = 5;

/** Loads both servers in turn, each round for a number of seconds, after a warm-up round. Throws if a request fails. */
export async function compare(
  { emulator, bare }: { emulator: ServerProcess; bare: ServerProcess },
  load: Load,
  seconds: number,
  progress: (text: string) => void,
): Promise<Comparison> {
  const rounds: Comparison['rounds'] = [];
  for (let round = 0; round <= roundCount; round++) {
    progress(round === 0 ? 'warming up' : `round ${round} of ${roundCount}`);
    const both = {
      emulator: await speedOf(emulator, load, seconds),
      bare: await speedOf(bare, load, seconds),
    };
    if (round > 0) rounds.push(both);
  }
  const medianSpeed = (name: 'emulator' | 'bare'): Speed => ({
    perSecond: median(rounds.map((round) => round[name].perSecond)),
    cpuMicros: median(rounds.map((round) => round[name].cpuMicros)),
    busy: median(rounds.map((round) => round[name].busy)),
  });
  return {
    unit: load.unit,
    emulator: medianSpeed('emulator'),
    bare: medianSpeed('bare'),
    rateRatio: median(rounds.map((round) => round.emulator.perSecond / round.bare.perSecond)),
    cpuRatio: median(rounds.map((round) => round.emulator.cpuMicros / round.bare.cpuMicros)),
    rounds,
  };
}

async function speedOf(server: ServerProcess, load: Load, seconds: number): Promise<Speed> {
  const { unitsPerRequest, connections, requests } = load;
  const before = await server.usage();
  const result = await autocannon({
    url: server.url,
    duration: seconds,
    // It stops only at a sample.
    sampleInt: 50,
    ...(connections !== undefined && { connections }),
    ...(requests !== undefined && { requests }),
  });
  const after = await server.usage();
  const answers = result['2xx'];
  const hasFailed = result.non2xx > 0 || result.errors > 0;
  if (!hasFailed && answers === 0 && seconds < enoughSeconds) return speedOf(server, load, 4 * seconds);
  if (hasFailed || answers === 0) {
    throw new Error(
      `${server.url} gave ${answers} answers, ${result.non2xx} refusals and ${result.errors} errors`,
    );
  }
  const wallSeconds = (result.finish.getTime() - result.start.getTime()) / 1000;
  const cpuMicros = after.cpuMicros - before.cpuMicros;
  const units = answers * unitsPerRequest;
  return {
    perSecond: units / wallSeconds,
    cpuMicros: cpuMicros / units,
    busy: cpuMicros / 1e6 / wallSeconds,
  };
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
