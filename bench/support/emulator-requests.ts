const team = '7951e46f-5947-4685-9da7-54824ebc0f4d';
const root = `/v2/prism/${team}`;

/** The headers of every request, as in an official SDK. */
export const headers = {
  'x-api-key': 'bench',
  accept: 'application/json',
  'content-type': 'application/json',
};

/** The path to import and count organizations. */
export const importPath = `${root}/organization/import`;
export const countPath = `${root}/organization/count`;

/** The path of a job's status. */
export const statusPath = (jobId: string): string => `${root}/imports/${jobId}`;

/** Rows of an import, unless fewer are left. */
export const batchRows = 1000;

const cells = Array.from(
  { length: batchRows },
  (_, row) => `{"default":{"name":"Organization ${row} of #","primary_domain":"o${row}.b#.example"}}`,
);
const whole = pieces(batchRows);

/**
 * The body of an import of organizations (at most 1,000) that occur in no other batch. Assembled from pieces, so that
 * it costs almost nothing.
 */
export function batchBody(batch: number, rows: number = batchRows): string {
  return (rows === batchRows ? whole : pieces(rows)).join(String(batch));
}

function pieces(rows: number): string[] {
  return `{"objects":[${cells.slice(0, rows).join()}],"options":{"dedupe_by":"primary_domain"}}`.split('#');
}

/** Sends a request and returns the response's text. Throws unless it succeeded. */
export async function ask(url: string, body?: string): Promise<string> {
  const response = await fetch(url, {
    headers,
    ...(body !== undefined && { method: 'POST', body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  return text;
}
