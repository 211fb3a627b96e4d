import { z } from 'zod';
import { webhookEntrySchema, type WebhookEntry } from '../../core/tracker/subscribers';
import { checkInput, type Checked } from '../../core/validation';
import { JsonFile, type Warn } from './json-file';

const field = 'PRISM_NOTICES';
const everyTeam = '*';
const maxTeams = 1000;
const maxEntries = 10;

const listForm = `a list of at most ${maxEntries} {webhook, problemAfter, expiringWithin}`;
const fileForm = `an object of at most ${maxTeams} such lists by team id, '${everyTeam}' for every team`;
const fileSchema = z
  .record(z.string(), z.array(webhookEntrySchema, { error: listForm }).max(maxEntries, { error: listForm }), {
    error: fileForm,
  })
  .refine((teams) => Object.keys(teams).length <= maxTeams, { error: fileForm });

/** The webhooks that every tracker of a team notifies, by team id. */
type TeamNotices = Readonly<Record<string, readonly WebhookEntry[]>>;

/** The file of `PRISM_NOTICES`. */
export class NoticesFile {
  private constructor(private readonly file: JsonFile<TeamNotices>) {}

  /** Opens the file, or returns its problems. Each webhook must be in `known`. */
  static open(path: string, known: () => ReadonlySet<string>): Checked<NoticesFile> {
    const form = { path, field, form: fileForm, content: 'notices' };
    const found = JsonFile.open({ ...form, check: (value) => checkTeams(value, known()) });
    return found.ok ? { ok: true, value: new NoticesFile(found.value) } : found;
  }

  /**
   * The webhooks that every tracker of a team notifies, as callers write them: the team's own first, then those for all
   * teams.
   */
  of(teamId: string, warn: Warn): WebhookEntry[] {
    const teams = this.file.value(warn);
    return [teamId, everyTeam].flatMap((team) => (Object.hasOwn(teams, team) ? (teams[team] ?? []) : []));
  }
}

function checkTeams(value: unknown, known: ReadonlySet<string>): Checked<TeamNotices> {
  const checked = checkInput(fileSchema, value);
  if (!checked.ok) {
    const problems = checked.problems.map((each) => ({ ...each, field: `${field}: ${each.field}` }));
    return { ok: false, problems };
  }
  const names = Object.values(checked.value).flatMap((entries) => entries.map(({ webhook }) => webhook));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length === 0) return { ok: true, value: value as TeamNotices };
  const accepted = 'webhooks that PRISM_WEBHOOKS has';
  return { ok: false, problems: [{ field, seen: [...new Set(unknown)].join(', '), accepted }] };
}
