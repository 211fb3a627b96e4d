import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { EmulatorSettings } from '../../src/settings';
import { bodyForms, contractOperation, type BodyForm } from './contract-answers';
import type { Schema } from './contract-schemas';
import type { Exchange, ReadExchange } from './exchange';
import { headerProblems } from './contract-headers';
import { jobProblems } from './contract-jobs';

/**
 * Everything in an answer that is not as the API's contract, and these settings where it leaves a choice, want it;
 * empty when all is well.
 */
export function contractProblems(exchange: Exchange, settings: EmulatorSettings): string[] {
  const [path = '', query] = exchange.path.split('?', 2);
  const operation = contractOperation(exchange.method, path);
  const read: ReadExchange = { ...exchange, operation, body: parsed(exchange.text) };
  const forms = bodyForms(operation, exchange.status, settings, asksForTotal(exchange, query));
  return [
    ...bodyProblems(read, forms),
    ...headerProblems(read, settings),
    ...(read.body === undefined ? [] : jobProblems(read, settings)),
  ];
}

function bodyProblems({ status, text, body }: ReadExchange, forms: readonly BodyForm[]): string[] {
  const [first] = forms;
  if (first === undefined) return [`the status ${status} is none of this operation's`];
  if (text === '') return forms.includes(null) ? [] : ['the body is empty'];
  if (body === undefined) return ['the body is no JSON'];
  const found = forms.map((form) => (form === null ? ['the body: must be empty'] : violations(form, body)));
  return found.some((problems) => problems.length === 0) ? [] : (found[0] ?? []);
}

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
addFormats(ajv);
const compiled = new Map<string, ValidateFunction>();

/** What the validator finds wrong with a value, as places and messages. */
function violations(schema: Schema, value: unknown): string[] {
  const key = JSON.stringify(schema);
  let validate = compiled.get(key);
  if (validate === undefined) compiled.set(key, (validate = ajv.compile(schema)));
  return validate(value) ? [] : (validate.errors ?? []).map(worded);
}

const worded = ({ instancePath, message, params }: ErrorObject): string =>
  `the body${instancePath}: ${message ?? 'is wrong'} ${JSON.stringify(params)}`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asksForTotal({ requestBody }: Exchange, query: string | undefined): boolean {
  const body = parsed(requestBody ?? '');
  const inBody =
    typeof body === 'object' && body !== null && (body as Record<string, unknown>)['include_total'] === true;
  return inBody || new URLSearchParams(query).get('include_total') === 'true';
}
