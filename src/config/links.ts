import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where links lead. Neither ends in a slash. */
export interface LinkSettings {
  /** `PRISM_UI_ADDRESS`: the Temporal UI, or null: then it is known only of servers that have it at a usual place. */
  uiAddress: string | null;
  /** `PRISM_DOCS_URL`: the folder of the documents; default: that of this version of the package, as npm serves it. */
  docsUrl: string;
}

/** The settings of these variables. */
export function linkSettings(variables: {
  PRISM_UI_ADDRESS?: string | undefined;
  PRISM_DOCS_URL?: string | undefined;
}): LinkSettings {
  const { PRISM_UI_ADDRESS: uiAddress = null, PRISM_DOCS_URL: docsUrl = publishedDocs() } = variables;
  return { uiAddress, docsUrl };
}

function publishedDocs(): string {
  const text = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return `https://unpkg.com/${name}@${version}/docs`;
}
