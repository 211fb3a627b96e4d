import { z } from 'zod';
import { importRecordsInputSchema } from '../core/pipeline/input';
import { trackImportInputSchema } from '../core/tracker/input';

/** The JSON Schemas (draft 2020-12) of the workflows' inputs by file name, without what a run hands to the next. */
export function inputSchemas(): Record<string, object> {
  return {
    'track-import-input': z.toJSONSchema(trackImportInputSchema.omit({ carried: true }), { io: 'input' }),
    'import-records-input': z.toJSONSchema(importRecordsInputSchema.omit({ carried: true }), { io: 'input' }),
  };
}
