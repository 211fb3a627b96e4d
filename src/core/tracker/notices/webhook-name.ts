import { z } from 'zod';

const webhookNameForm =
  "a webhook's name: 1 to 64 letters, digits, '.', '_' and '-', the first a letter or digit";

/**
 * The name under which an operator has configured a webhook. Bounded because it becomes part of workflow ids and HTTP
 * headers.
 */
export const webhookNameSchema = z
  .string({ error: webhookNameForm })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: webhookNameForm });
