import { z } from 'zod';

const shareForm = 'a number from 0 to 1';

/** A share of a whole. */
export const shareSchema = z
  .number({ error: shareForm })
  .min(0, { error: shareForm })
  .max(1, { error: shareForm });
