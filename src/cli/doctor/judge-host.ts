import { describeDuration } from '../../core/duration';
import { fine, problem, warning, type Finding } from './findings';

/** The result of the one request that tests whether the API accepts the key. */
export type KeyProbe =
  | { kind: 'left_out' | 'no_key' | 'accepted' }
  /** Refused with this HTTP status; `knownTeam` is false if the request used a made-up team. */
  | { kind: 'refused'; status: number; knownTeam: boolean }
  | { kind: 'no_answer'; message: string }
  /** The file of key or certificate cannot be used, so nothing was sent. */
  | { kind: 'unusable'; message: string };

/** Judges whether the API accepts the key. */
export function judgeKey(probe: KeyProbe, baseUrl: string): Finding {
  const check = 'API key';
  switch (probe.kind) {
    case 'left_out':
      return fine(check, 'not checked (--no-api)');
    case 'no_key':
      return warning(
        check,
        'neither MICRO_API_KEY nor MICRO_API_KEY_FILE is set here; only the workers need it',
        'To check it, run MICRO_API_KEY=… prism-imports doctor where the workers run.',
      );
    case 'unusable':
      return problem(
        check,
        probe.message,
        'Fix the file, or unset the variable on this host: only the workers need it.',
      );
    case 'accepted':
      return fine(check, `accepted by ${baseUrl}; this check used one request`);
    case 'refused':
      return probe.knownTeam || probe.status === 401
        ? problem(
            check,
            `refused by ${baseUrl} (HTTP ${probe.status}); this check used one request`,
            'Give the workers a key of the workspace that owns the team: in MICRO_API_KEY_FILE, which they reload, or ' +
              'in MICRO_API_KEY, and restart them.',
          )
        : warning(
            check,
            `${baseUrl} answered HTTP ${probe.status}, perhaps because the team is made up`,
            'Run prism-imports doctor --team ID with a team of the workspace.',
          );
    case 'no_answer':
      return problem(check, probe.message, 'Check MICRO_BASE_URL and the network, then try again.');
  }
}

/** Differences between two clocks up to this are harmless, in milliseconds: `Date` headers are cut to seconds. */
const usualSkewMs = 5000;

/** Judges how far another clock is ahead of this host's, in milliseconds; null if unknown. */
export function judgeClock(whose: string, aheadMs: number | null): Finding {
  const check = `Clock of ${whose}`;
  if (aheadMs === null) return fine(check, 'not known');
  const seen = `${describeDuration(Math.abs(aheadMs))} ${aheadMs < 0 ? 'behind' : 'ahead of'} this host's`;
  if (Math.abs(aheadMs) <= usualSkewMs) return fine(check, `as this host's, within ${usualSkewMs / 1000} s`);
  return warning(
    check,
    seen,
    'Synchronise both clocks by NTP (with systemd: `timedatectl set-ntp true`): ages and remaining times depend on them.',
  );
}

/** Judges the storage; `failure` is the error of writing, reading and removing a test object, in words, or null. */
export function judgeStorage(uri: string | null, local: boolean, failure: string | null): Finding {
  const check = 'Storage';
  if (uri === null)
    return warning(
      check,
      'PRISM_STORAGE is not set here: `import` needs it, and without it results too large for Temporal are left out',
      'Set PRISM_STORAGE, here and for the workers, to file:DIR or s3://bucket/prefix.',
    );
  if (failure !== null)
    return problem(
      check,
      failure,
      'Allow this account to create, read and remove objects there, or set PRISM_STORAGE to another place.',
    );
  const only = local ? '; only this host was checked, and only workers on it can use it' : '';
  return fine(check, `${uri} allows writing, reading and removing objects${only}`);
}

/** Oldest supported Node, as in package.json. */
const oldestNode = { major: 20, minor: 19 };

/** Judges the version of Node, such as `v20.19.4`; `sdk` is the version of Temporal's SDK. */
export function judgeNode(version: string, sdk: string): Finding {
  const check = 'This program';
  const seen = `Node ${version}, Temporal SDK ${sdk}`;
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  const isOld =
    Number(major) < oldestNode.major ||
    (Number(major) === oldestNode.major && Number(minor) < oldestNode.minor);
  const oldest = `${oldestNode.major}.${oldestNode.minor}`;
  return isOld ? problem(check, seen, `Install Node ${oldest} or later.`) : fine(check, seen);
}
