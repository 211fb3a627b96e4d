import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import type { ImportReport } from '../../src/core/pipeline/report';
import { jsonSchemas } from '../../src/entries/json-schemas';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
const schemas = jsonSchemas();
const validators = new Map<string, ValidateFunction>();

/** A validator of one of our JSON Schemas, by its name. */
export function validatorOf(name: string): ValidateFunction {
  const schema = schemas[name];
  if (schema === undefined) throw new Error(`there is no schema ${name}`);
  const validate = validators.get(name) ?? ajv.compile(schema);
  validators.set(name, validate);
  return validate;
}

/** Checks that something we sent matches its schema; returns it. */
export function bySchema<T>(name: string, value: T): T {
  const validate = validatorOf(name);
  const problems = validate(JSON.parse(JSON.stringify(value))) ? [] : validate.errors;
  expect({ name, problems }).toEqual({ name, problems: [] });
  return value;
}

/** How many lines of a report are checked at most. */
const maxLines = 500;

/** The same for a pipeline's result, with the summary and lines of its report if they are on this host. */
export function reportBySchema(report: ImportReport): ImportReport {
  const isHere = report.summaryUri.startsWith('file:');
  if (!isHere) return bySchema('import-report', report);
  const read = (uri: string) => readFileSync(fileURLToPath(uri), 'utf8');
  bySchema('report-summary', JSON.parse(read(report.summaryUri)));
  const lines = read(report.reportNdjsonUri).split('\n').filter(Boolean);
  for (const line of lines.slice(0, maxLines)) bySchema('report-line', JSON.parse(line));
  return bySchema('import-report', report);
}
