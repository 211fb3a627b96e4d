import { z } from 'zod';
import { currentForms, formsOf010, type InputForms } from '../input-forms';
import { resultsModes, type ResultsMode } from './get-import-status';
import { idSchema } from '../id-schema';
import { pollingSchemaOf } from './polling';
import { trackerStateSchema } from './state';
import { notifySchema, notifySchemaOf010 } from './subscribers';

const fieldsOf = (
  forms: InputForms,
  { modes, notify }: { modes: readonly ResultsMode[]; notify: typeof notifySchema },
) =>
  z.strictObject(
    {
      teamId: idSchema.meta({ title: 'Team', description: 'The team whose import it is.' }),
      jobId: idSchema.meta({ title: 'Job', description: 'The import, by the job id that the API returned.' }),
      submittedAt: forms.time({
        title: 'Submitted at',
        description:
          'When the import was requested, in ISO 8601 with its zone. Default, also for a time before 2000: the start of the workflow.',
      }),
      polling: forms
        .optional(pollingSchemaOf(forms))
        .meta({ title: 'Polling', description: 'How often to poll.' }),
      waitTimeout: forms.duration({
        title: 'Wait timeout',
        description:
          'Stop waiting after this time; the import itself continues. Default: until retention ends.',
      }),
      results: forms.optional(
        z.enum(modes, { error: `one of ${modes.join(', ')}` }).meta({
          title: 'Results',
          description: "Where the rows' results go. Default: auto.",
        }),
        [''],
      ),
      notify: forms.optional(notify).meta({
        title: 'Notify',
        description:
          'Subscribers to notify of the end: workflows, by signal (default: the parent, importFinished), or webhooks, by name.',
      }),
      /** What the tracker passes to itself when it continues as new. Callers leave it out. */
      carried: trackerStateSchema.optional(),
    },
    { error: 'an object with teamId and jobId' },
  );

/** Input of the workflow `trackImport`. Unknown fields are refused. */
export const trackImportInputSchema = fieldsOf(currentForms, {
  modes: resultsModes,
  notify: notifySchema,
});

/** The same as 0.1.0 read it. */
export const trackImportInputSchemaOf010 = fieldsOf(formsOf010, {
  modes: ['auto', 'stored', 'omitted'],
  notify: notifySchemaOf010,
});

/** Input of the workflow `trackImport` as callers write it. */
export type TrackImportInput = z.input<typeof trackImportInputSchema>;

/** The same, parsed: durations in milliseconds, polling with its defaults. */
export type TrackImportRequest = z.output<typeof trackImportInputSchema>;
