import type { FleetCost } from './hold';
import type { Lateness } from './lateness';
import type { MissCost } from './miss-cost';

/** The figures to print. */
export interface FleetReport {
  misses: MissCost[];
  fleet: FleetCost;
}

/** The figures in words, with an estimate for more trackers. */
export function fleetText({ misses, fleet }: FleetReport): string {
  const lines = [
    'CPU of the worker a poll, while it holds the tracker and when it must read its history:',
    ...misses.map(
      ({ build, polls, hotMs, coldMs }) =>
        `  ${build.padEnd(6)} after ${polls.toFixed(0).padStart(4)} polls  ${ms(hotMs)}  ${ms(coldMs)}  ${(coldMs / hotMs).toFixed(1)} times`,
    ),
    `${fleet.trackers} open trackers, one worker that holds ${fleet.cached}:`,
    `  started ${fleet.startsPerSecond.toFixed(1)} a second; ${fleet.capacityPerSecond.toFixed(1)} polls a second at the most`,
    `  resident memory ${mb(fleet.emptyRssBytes)} empty, ${mb(fleet.rssBytes)} with all, idle`,
    `  each ${fleet.historyBytes} bytes of history${stored(fleet)}`,
    `  at 70 %: ${loadText(fleet.hot)}`,
    `  after SIGKILL: ${loadText(fleet.restarted)}; at the most ${fleet.restarted.mostPollsInOneSecond} in a second, allowed ${fleet.restarted.limitPerSecond}`,
    ...extrapolation(fleet),
  ];
  return `${lines.join('\n')}\n`;
}

const stored = ({ storedBytes }: FleetCost) =>
  storedBytes === null ? '' : `, ${storedBytes.toFixed(0)} bytes of the database`;

/** Polls are the limit: a waiting tracker needs nothing from a worker that does not cache it. */
function extrapolation({ hot }: FleetCost): string[] {
  const trackers = 100_000;
  // The schedule for a week-long import: 126 polls, by docs/polling.md.
  const pollsPerSecond = (trackers * 126) / (7 * 86_400);
  const cores = (pollsPerSecond * hot.workerCpuMsPerPoll) / 1000;
  return [
    `100,000 open trackers of a week each, reckoned by these: ${pollsPerSecond.toFixed(0)} polls a second, ${cores.toFixed(1)} cores of workers`,
  ];
}

const ms = (value: number) => `${value.toFixed(1).padStart(6)} ms`;
const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

const lateText = ({ p50Ms, p95Ms, p99Ms }: Lateness) =>
  `late by ${[p50Ms, p95Ms, p99Ms].map((value) => `${(value / 1000).toFixed(2)} s`).join(', ')} (p50, p95, p99)`;

const loadText = ({
  pollsPerSecond,
  workerCpuMsPerPoll,
  serverCpuMsPerPoll,
  rssBytes,
  late,
}: FleetCost['hot']) =>
  [
    `${pollsPerSecond.toFixed(1)} polls a second`,
    `${workerCpuMsPerPoll.toFixed(1)} ms of the worker`,
    ...(serverCpuMsPerPoll === null
      ? []
      : [`${serverCpuMsPerPoll.toFixed(1)} ms of the server and its database each`]),
    `${mb(rssBytes)} resident`,
    lateText(late),
  ].join(', ');
